// SPDX-License-Identifier: Apache-2.0
#include "support/web_socket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <utility>

namespace vllm_client::support {
namespace {

std::string big_endian(std::uint64_t number, int bytes) {
    std::string text;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        text.push_back(static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU));
    return text;
}

std::uint64_t number_from(std::string_view text) {
    std::uint64_t number = 0;
    for (const char c : text)
        number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

std::optional<std::uint64_t> read_size(Connection& connection, unsigned short_size) {
    if (short_size < 126) return short_size;
    const auto bytes = connection.read_bytes(short_size == 126 ? 2 : 8);
    if (!bytes) return std::nullopt;
    return number_from(*bytes);
}

}  // namespace

std::string frame(FrameKind kind, std::string_view payload) {
    std::string bytes;
    bytes.push_back(static_cast<char>(0x80U | static_cast<unsigned>(kind)));
    if (payload.size() < 126) {
        bytes.push_back(static_cast<char>(payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        bytes.push_back(126);
        bytes += big_endian(payload.size(), 2);
    } else {
        bytes.push_back(127);
        bytes += big_endian(payload.size(), 8);
    }
    return bytes.append(payload);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    return big_endian(code, 2).append(reason);
}

std::string accept_of(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 64> encoded{};
    const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

std::optional<Frame> read_frame(Connection& connection) {
    const auto head = connection.read_bytes(2);
    if (!head) return std::nullopt;
    const auto first = static_cast<unsigned char>((*head)[0]);
    const auto second = static_cast<unsigned char>((*head)[1]);
    if ((first & 0x80U) == 0 || (second & 0x80U) == 0) return std::nullopt;
    const auto size = read_size(connection, second & 0x7FU);
    if (!size) return std::nullopt;
    const auto mask = connection.read_bytes(4);
    if (!mask) return std::nullopt;
    auto payload = *size == 0 ? std::optional<std::string>("")
                              : connection.read_bytes(static_cast<std::size_t>(*size));
    if (!payload) return std::nullopt;
    for (std::size_t i = 0; i < payload->size(); ++i)
        (*payload)[i] = static_cast<char>((*payload)[i] ^ (*mask)[i % 4]);
    return Frame{static_cast<FrameKind>(first & 0x0FU), *std::move(payload)};
}

Step accept_web_socket() {
    return Step([](Connection& connection) {
        const ReceivedRequest* const request = connection.read_request_head();
        if (request == nullptr) return AfterStep::end;
        const std::string head = http_head(
            101, {{"Upgrade", "websocket"},
                  {"Connection", "Upgrade"},
                  {"Sec-WebSocket-Accept", accept_of(request->header("Sec-WebSocket-Key"))}});
        return connection.send(head) ? AfterStep::next_step : AfterStep::end;
    });
}

Step send_text(std::string_view text) {
    return send(frame(FrameKind::text, text));
}

Step send_close(std::uint16_t code, std::string_view reason) {
    return send(frame(FrameKind::close, close_payload(code, reason)));
}

Step read_text(std::function<void(const std::string&)> use) {
    return Step([use = std::move(use)](Connection& connection) {
        for (;;) {
            const auto next = read_frame(connection);
            if (!next) return AfterStep::end;
            if (next->kind == FrameKind::ping || next->kind == FrameKind::pong) continue;
            if (next->kind != FrameKind::text) return AfterStep::end;
            if (use) use(next->payload);
            return AfterStep::next_step;
        }
    });
}

Step answer_close() {
    return Step([](Connection& connection) {
        while (const auto next = read_frame(connection)) {
            if (next->kind != FrameKind::close) continue;
            connection.send(frame(FrameKind::close, next->payload));
            break;
        }
        return AfterStep::end;
    });
}

}  // namespace vllm_client::support

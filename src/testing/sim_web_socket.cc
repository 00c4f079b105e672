// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_web_socket.h"

#include <openssl/evp.h>

#include <array>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr std::uint16_t protocol_broken = 1002;
constexpr std::uint16_t message_too_big = 1009;

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char c : bytes)
        number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

void append_big_endian(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(number >> static_cast<unsigned>(shift) & 0xFFU));
}

}  // namespace

std::string web_socket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

void append_frame(std::string& out, FrameKind kind, std::string_view payload) {
    out.push_back(static_cast<char>(0x80U | static_cast<unsigned>(kind)));
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        out.push_back(126);
        append_big_endian(out, payload.size(), 2);
    } else {
        out.push_back(127);
        append_big_endian(out, payload.size(), 8);
    }
    out += payload;
}

void append_close(std::string& out, std::uint16_t code) {
    std::string payload;
    if (code != 0) append_big_endian(payload, code, 2);
    append_frame(out, FrameKind::close, payload);
}

std::optional<Frame> FrameReader::fail(std::uint16_t code) {
    fault_ = code;
    input_.clear();
    return std::nullopt;
}

std::optional<Frame> FrameReader::next() {
    while (fault_ == 0 && input_.size() >= 2) {
        const unsigned first = byte_at(input_, 0);
        const unsigned second = byte_at(input_, 1);
        // Reserved bits, and a client's frames without a mask, are broken.
        if ((first & 0x70U) != 0 || (second & 0x80U) == 0) return fail(protocol_broken);
        const unsigned short_size = second & 0x7FU;
        const std::size_t size_bytes = short_size == 126 ? 2 : short_size == 127 ? 8 : 0;
        const std::size_t head = 2 + size_bytes + 4;
        if (input_.size() < head) return std::nullopt;
        const std::uint64_t size = size_bytes == 0
                                       ? short_size
                                       : big_endian(std::string_view(input_).substr(2, size_bytes));
        if (size > max_message_ - message_.size()) return fail(message_too_big);
        if (input_.size() - head < size) return std::nullopt;
        std::string payload = input_.substr(head, size);
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ input_[head - 4 + i % 4]);
        input_.erase(0, head + size);
        auto frame = assemble(static_cast<FrameKind>(first & 0x0FU), (first & 0x80U) != 0,
                              std::move(payload));
        if (frame) return frame;
    }
    return std::nullopt;
}

std::optional<Frame> FrameReader::assemble(FrameKind kind, bool is_last, std::string payload) {
    switch (kind) {
        case FrameKind::close:
        case FrameKind::ping:
        case FrameKind::pong:
            if (!is_last || payload.size() > 125) return fail(protocol_broken);
            return Frame{kind, std::move(payload)};
        case FrameKind::text:
        case FrameKind::binary:
        case FrameKind::next:
            if ((kind == FrameKind::next) != (message_kind_ != FrameKind::next)) {
                return fail(protocol_broken);
            }
            if (kind != FrameKind::next) message_kind_ = kind;
            message_ += payload;
            if (!is_last) return std::nullopt;
            return Frame{std::exchange(message_kind_, FrameKind::next),
                         std::exchange(message_, {})};
        default:
            return fail(protocol_broken);
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

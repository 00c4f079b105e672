// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/raw_client.h"
#include "vllm_client/testing/sim_server.h"

namespace vllm_client::support {

using Json = nlohmann::ordered_json;

/// A reply of the simulated server, its chunks taken apart.
struct SimReply {
    int status{0};
    std::string head{};                 ///< Status line and headers.
    std::string body{};                 ///< Chunks joined.
    std::vector<std::string> chunks{};  ///< Of a chunked body, without the last one.
    bool complete{false};               ///< The body's end was seen.

    [[nodiscard]] Json json() const { return Json::parse(body); }

    /// The value of a header in lower case, or "" if it is absent.
    [[nodiscard]] std::string header(std::string_view name) const {
        const std::string start = "\r\n" + std::string(name) + ": ";
        const std::size_t found = head.find(start);
        if (found == std::string::npos) return {};
        const std::size_t from = found + start.size();
        return head.substr(from, head.find("\r\n", from) - from);
    }

    /// The objects of an event stream, without `[DONE]` and comments.
    [[nodiscard]] std::vector<Json> events() const {
        std::vector<Json> list;
        for (std::size_t from = 0; (from = body.find("data: {", from)) != std::string::npos;) {
            const std::size_t end = body.find("\n\n", from);
            list.push_back(Json::parse(body.substr(from + 6, end - from - 6)));
            from = end;
        }
        return list;
    }

    /// Ends as a stream must.
    [[nodiscard]] bool done() const { return body.ends_with("data: [DONE]\n\n") && complete; }

    /// The joined text of a streamed chat's choice, or of its reasoning.
    [[nodiscard]] std::string text(int index = 0, const char* key = "content") const {
        std::string all;
        for (const Json& event : events()) {
            for (const Json& choice : event.value("choices", Json::array())) {
                if (choice["index"] != index) continue;
                const Json part = choice.contains("delta") ? choice["delta"].value(key, Json())
                                                           : choice.value("text", Json());
                if (part.is_string()) all += part.get<std::string>();
            }
        }
        return all;
    }
};

/// A client on one connection to a simulated server. Waits of more than 30 seconds fail.
class SimClient {
 public:
    explicit SimClient(const testing::SimServer& server)
        : raw_(server.port() != 0
                   ? std::make_unique<RawClient>(server.port())
                   : std::make_unique<RawClient>(std::filesystem::path(server.url().substr(5)))) {}

    SimReply get(std::string_view path, std::string_view headers = {}) {
        raw_->send("GET " + std::string(path) + " HTTP/1.1\r\nhost: sim\r\n" +
                   std::string(headers) + "\r\n");
        return read_reply();
    }

    /// `headers` are complete lines.
    SimReply post(std::string_view path, const Json& body, std::string_view headers = {}) {
        return post_text(path, body.dump(), headers);
    }
    SimReply post_text(std::string_view path, std::string_view body,
                       std::string_view headers = {}) {
        send_text(path, body, headers);
        return read_reply();
    }

    /// Sends a request and leaves its reply to be read.
    void send(std::string_view path, const Json& body) { send_text(path, body.dump()); }
    void send_text(std::string_view path, std::string_view body, std::string_view headers = {}) {
        raw_->send("POST " + std::string(path) +
                   " HTTP/1.1\r\nhost: sim\r\ncontent-type: application/json\r\ncontent-length: " +
                   std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" +
                   std::string(body));
    }

    /// Status line and headers of the next reply.
    SimReply read_head() {
        SimReply reply;
        while (buffer_.find("\r\n\r\n") == std::string::npos) {
            if (!receive()) return reply;
        }
        reply.head = take(buffer_.find("\r\n\r\n") + 4);
        reply.status = std::atoi(reply.head.c_str() + 9);
        return reply;
    }

    SimReply read_reply(bool has_body = true) {
        SimReply reply = read_head();
        if (reply.status == 0) return reply;
        if (reply.header("transfer-encoding") == "chunked") {
            read_chunks(reply);
        } else if (has_body) {
            const auto length = std::strtoul(reply.header("content-length").c_str(), nullptr, 10);
            while (buffer_.size() < length && receive()) {
            }
            reply.complete = buffer_.size() >= length;
            reply.body = take(length);
        }
        return reply;
    }

    /// The next chunk; empty at the end of the body or of the connection.
    std::string read_chunk(SimReply& reply) {
        while (buffer_.find("\r\n") == std::string::npos) {
            if (!receive()) return {};
        }
        const std::size_t line = buffer_.find("\r\n");
        const auto size = std::strtoul(buffer_.c_str(), nullptr, 16);
        while (buffer_.size() < line + 2 + size + 2) {
            if (!receive()) return {};
        }
        take(line + 2);
        const std::string chunk = take(size);
        take(2);
        reply.complete = size == 0;
        return chunk;
    }

    /// True if nothing but the end of the connection is left to read.
    bool at_end() { return buffer_.empty() && !receive(); }

    RawClient& raw() { return *raw_; }

 private:
    void read_chunks(SimReply& reply) {
        for (std::string chunk = read_chunk(reply); !chunk.empty(); chunk = read_chunk(reply)) {
            reply.body += chunk;
            reply.chunks.push_back(std::move(chunk));
        }
    }

    bool receive() {
        const std::string more = raw_->read_some();
        buffer_ += more;
        return !more.empty();
    }

    std::string take(std::size_t count) {
        std::string front = buffer_.substr(0, count);
        buffer_.erase(0, count);
        return front;
    }

    std::unique_ptr<RawClient> raw_;
    std::string buffer_;
};

/// A server that does not wait, with changes by the caller.
inline testing::SimServer fast_sim(testing::SimOptions options = {}) {
    options.time.time_scale = 0;
    return testing::SimServer::start(std::move(options)).value();
}

/// One user message.
inline Json chat_body(std::string_view text, const Json& more = Json::object()) {
    Json body = {{"messages", Json::array({{{"role", "user"}, {"content", text}}})}};
    body.update(more);
    return body;
}

/// The member names of an object, in order, joined by spaces.
inline std::string keys(const Json& object) {
    std::string all;
    for (const auto& [key, value] : object.items())
        all += (all.empty() ? "" : " ") + key;
    return all;
}

/// Waits until `condition` holds; false after a minute.
template <class Condition>
bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace vllm_client::support

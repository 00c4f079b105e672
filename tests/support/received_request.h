// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "support/http_text.h"

namespace vllm_client::support {

/// One HTTP request as a server saw it.
struct ReceivedRequest {
    /// Which connection brought it, counted from 0 in order of acceptance.
    int connection = 0;
    std::string method;
    /// Path and query as sent.
    std::string target;
    /// As sent, in order.
    HeaderList headers;
    /// Chunked bodies are put together again.
    std::string body;
    /// Every byte of it, as sent.
    std::string raw;
    /// When its last byte had been read.
    std::chrono::steady_clock::time_point received_at;

    /// Value of the first header of that name, whatever its case; empty if there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] bool has_header(std::string_view name) const;
};

/// Bytes that came from a peer and were not used yet. Not for sharing between threads.
class InboundBytes {
 public:
    /// Brings more bytes, at most as many as asked for; none when no more will come.
    using Source = std::function<std::optional<std::string>(std::size_t at_most)>;

    explicit InboundBytes(Source source) : source_(std::move(source)) {}

    /// Exactly `count` bytes, or none if the source ends before.
    [[nodiscard]] std::optional<std::string> take(std::size_t count);
    /// All up to and including `delimiter`, or none if the source ends before.
    [[nodiscard]] std::optional<std::string> take_through(std::string_view delimiter);
    [[nodiscard]] bool empty() const noexcept { return pending_.empty(); }

 private:
    Source source_;
    std::string pending_;
};

/// Why no request could be read.
struct UnreadableRequest {
    /// Empty if the peer ended cleanly between two requests.
    std::string problem;
};

using RequestOrProblem = std::variant<ReceivedRequest, UnreadableRequest>;

/// Reads request line and headers; the body stays in `bytes`.
[[nodiscard]] RequestOrProblem read_request_head(InboundBytes& bytes);
/// Reads a whole request: head and the body that its headers announce.
[[nodiscard]] RequestOrProblem read_whole_request(InboundBytes& bytes);

}  // namespace vllm_client::support

// SPDX-License-Identifier: Apache-2.0
#include "support/received_request.h"

#include <algorithm>
#include <charconv>

namespace vllm_client::support {
namespace {

constexpr std::size_t read_size = std::size_t{64} * 1024;
constexpr std::string_view line_end = "\r\n";

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A'))
                                                : character;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool parse_request_line(std::string_view line, ReceivedRequest& request) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return false;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    return line.substr(last + 1).starts_with("HTTP/1.");
}

RequestOrProblem parse_head(std::string text) {
    ReceivedRequest request;
    std::string_view rest = text;
    bool first_line = true;
    for (;;) {
        const auto end = rest.find(line_end);
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + line_end.size());
        if (line.empty() && !first_line) break;
        if (std::exchange(first_line, false)) {
            if (parse_request_line(line, request)) continue;
            return UnreadableRequest{"bad request line: " + std::string(line)};
        }
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) {
            return UnreadableRequest{"bad header line: " + std::string(line)};
        }
        request.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    request.raw = std::move(text);
    request.received_at = std::chrono::steady_clock::now();
    return request;
}

/// Puts a chunked body together; the problem if it is broken, empty if it is whole.
std::string read_chunked_body(InboundBytes& bytes, ReceivedRequest& request) {
    for (;;) {
        const auto size_line = bytes.take_through(line_end);
        if (!size_line) return "ended inside a chunked body";
        request.raw += *size_line;
        std::string_view digits(*size_line);
        digits = trimmed(digits.substr(0, digits.find_first_of(";\r")));
        const auto size = number(digits, 16);
        if (!size) return "bad chunk size: " + *size_line;
        if (*size == 0) break;
        const auto data = bytes.take(*size + line_end.size());
        if (!data) return "ended inside a chunk";
        request.raw += *data;
        request.body.append(*data, 0, *size);
    }
    for (;;) {
        const auto trailer = bytes.take_through(line_end);
        if (!trailer) return "ended inside the trailers";
        request.raw += *trailer;
        if (*trailer == line_end) return {};
    }
}

std::string read_sized_body(InboundBytes& bytes, ReceivedRequest& request) {
    const auto size = number(request.header("content-length"), 10);
    if (!size) return "bad content-length: " + request.header("content-length");
    auto body = bytes.take(*size);
    if (!body) return "ended inside the body";
    request.raw += *body;
    request.body = std::move(*body);
    return {};
}

}  // namespace

std::string ReceivedRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

bool ReceivedRequest::has_header(std::string_view name) const {
    return std::ranges::any_of(headers,
                               [&](const auto& field) { return same_name(field.first, name); });
}

std::optional<std::string> InboundBytes::take(std::size_t count) {
    while (pending_.size() < count) {
        const auto more = source_(std::min(count - pending_.size(), read_size));
        if (!more) return std::nullopt;
        pending_ += *more;
    }
    std::string taken = pending_.substr(0, count);
    pending_.erase(0, count);
    return taken;
}

std::optional<std::string> InboundBytes::take_through(std::string_view delimiter) {
    std::size_t searched = 0;
    for (;;) {
        const auto found = pending_.find(delimiter, searched);
        if (found != std::string::npos) return take(found + delimiter.size());
        searched = pending_.size() - std::min(pending_.size(), delimiter.size() - 1);
        const auto more = source_(read_size);
        if (!more) return std::nullopt;
        pending_ += *more;
    }
}

RequestOrProblem read_request_head(InboundBytes& bytes) {
    auto text = bytes.take_through("\r\n\r\n");
    if (!text) return UnreadableRequest{bytes.empty() ? "" : "ended inside the headers"};
    return parse_head(std::move(*text));
}

RequestOrProblem read_whole_request(InboundBytes& bytes) {
    RequestOrProblem head = read_request_head(bytes);
    auto* const request = std::get_if<ReceivedRequest>(&head);
    if (request == nullptr) return head;
    std::string problem;
    if (same_name(request->header("transfer-encoding"), "chunked")) {
        problem = read_chunked_body(bytes, *request);
    } else if (request->has_header("content-length")) {
        problem = read_sized_body(bytes, *request);
    }
    if (!problem.empty()) return UnreadableRequest{std::move(problem)};
    request->received_at = std::chrono::steady_clock::now();
    return head;
}

}  // namespace vllm_client::support

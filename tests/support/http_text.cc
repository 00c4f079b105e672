// SPDX-License-Identifier: Apache-2.0
#include "support/http_text.h"

#include <array>
#include <charconv>

namespace vllm_client::support {
namespace {

std::string_view reason_phrase(int status) {
    static constexpr std::array<std::pair<int, std::string_view>, 24> phrases{{
        {100, "Continue"},
        {103, "Early Hints"},
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {413, "Payload Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Entity"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
    }};
    for (const auto& [code, phrase] : phrases) {
        if (code == status) return phrase;
    }
    return "Status";
}

std::string hexadecimal(std::size_t value) {
    std::array<char, 2 * sizeof(value)> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    return {digits.data(), end};
}

std::string chat_chunk_json(std::string_view delta, std::string_view finish_reason) {
    std::string json = R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,)"
                       R"("model":"test-model","choices":[{"index":0,"delta":)";
    json += delta;
    json += R"(,"logprobs":null,"finish_reason":)";
    json += finish_reason;
    json += "}]}";
    return json;
}

}  // namespace

std::string http_head(int status, const HeaderList& headers) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + ' ';
    text += reason_phrase(status);
    text += "\r\n";
    for (const auto& [name, value] : headers) {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
    return text + "\r\n";
}

std::string http_reply(int status, std::string_view body, HeaderList headers) {
    if (status != 204 && status != 304) {
        headers.emplace_back("Content-Length", std::to_string(body.size()));
    }
    std::string text = http_head(status, headers);
    text += body;
    return text;
}

std::string chunk(std::string_view data) {
    std::string text = hexadecimal(data.size());
    text += "\r\n";
    text += data;
    text += "\r\n";
    return text;
}

std::string chunked(const std::vector<std::string>& chunks, bool terminated) {
    std::string body;
    for (const std::string& data : chunks) {
        if (!data.empty()) body += chunk(data);
    }
    if (terminated) body += chunk("");
    return body;
}

std::string sse_reply_head() {
    return http_head(200, {{"Content-Type", "text/event-stream; charset=utf-8"},
                           {"Transfer-Encoding", "chunked"}});
}

std::string sse_event(std::string_view data) {
    std::string event = "data: ";
    event += data;
    event += "\n\n";
    return event;
}

std::string sse_done() {
    return sse_event("[DONE]");
}

std::string json_quoted(std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            json += '\\';
            json += character;
        } else if (code < 0x20) {
            json += "\\u00";
            json += digits[code >> 4U];
            json += digits[code & 0xFU];
        } else {
            json += character;
        }
    }
    return json + '"';
}

std::string chat_chunk(std::string_view text) {
    return chat_chunk_json(R"({"content":)" + json_quoted(text) + '}', "null");
}

std::string chat_role_chunk() {
    return chat_chunk_json(R"({"role":"assistant","content":""})", "null");
}

std::string chat_finish_chunk(std::string_view reason) {
    return chat_chunk_json(R"({"content":""})", json_quoted(reason));
}

std::vector<std::string> chat_stream(const std::vector<std::string>& texts) {
    std::vector<std::string> events{sse_event(chat_role_chunk())};
    for (const std::string& text : texts)
        events.push_back(sse_event(chat_chunk(text)));
    events.push_back(sse_event(chat_finish_chunk()));
    events.push_back(sse_done());
    return events;
}

std::string chat_stream_reply(const std::vector<std::string>& texts) {
    return sse_reply_head() + chunked(chat_stream(texts));
}

std::string chat_completion(std::string_view text) {
    return R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"test-model",)"
           R"("choices":[{"index":0,"message":{"role":"assistant","content":)" +
           json_quoted(text) +
           R"(},"logprobs":null,"finish_reason":"stop","stop_reason":null}],)"
           R"("usage":{"prompt_tokens":1,"total_tokens":2,"completion_tokens":1}})";
}

std::string error_body(int code, std::string_view type, std::string_view message) {
    return R"({"error":{"message":)" + json_quoted(message) + R"(,"type":)" + json_quoted(type) +
           R"(,"param":null,"code":)" + std::to_string(code) + "}}";
}

}  // namespace vllm_client::support

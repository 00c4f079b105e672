// SPDX-License-Identifier: Apache-2.0
#include "wire/error_body.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "wire/json_grammar.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

namespace dom = simdjson::dom;

// Longest piece of a server's message that goes into an error's one sentence.
constexpr std::size_t max_sentence = 400;

std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

// Text that did not go through the JSON parser may be in any encoding.
std::string readable(std::string_view text) {
    std::string kept(cut(text, max_server_message));
    if (simdjson::validate_utf8(kept)) return kept;
    std::replace_if(
        kept.begin(), kept.end(), [](char c) { return (c & 0x80) != 0; }, '?');
    return kept;
}

// A scalar as text: strings as they are, numbers and booleans as written, null as nothing.
std::string scalar(dom::element value) {
    std::string_view text;
    if (value.is_null()) return {};
    if (value.get(text) == simdjson::SUCCESS) return std::string(cut(text, max_server_message));
    return std::string(cut(simdjson::minify(value), max_server_message));
}

std::string member(dom::element object, const char* name) {
    dom::element value;
    return object[name].get(value) == simdjson::SUCCESS ? scalar(value) : std::string();
}

// FastAPI's list of validation errors: [{"loc":["body","n"],"msg":"…","type":"…"}, …].
ServerError read_detail_list(dom::array list) {
    ServerError error;
    for (const dom::element item : list) {
        std::string location;
        dom::array parts;
        if (item["loc"].get(parts) == simdjson::SUCCESS) {
            for (const dom::element part : parts) {
                if (!location.empty()) location.push_back('.');
                location += scalar(part);
            }
        } else {
            location = member(item, "loc");
        }
        const std::string message = item.is_object() ? member(item, "msg") : scalar(item);
        if (error.message.empty()) {
            error.param = location;
            error.type = member(item, "type");
        } else {
            error.message += "; ";
        }
        if (!location.empty()) error.message.append(location).append(": ");
        error.message.append(message);
        if (error.message.size() > max_server_message) break;
    }
    error.message.resize(cut(error.message, max_server_message).size());
    return error;
}

ServerError read_fields(dom::element object) {
    return {.type = member(object, "type"),
            .code = member(object, "code"),
            .param = member(object, "param"),
            .message = member(object, "message")};
}

std::optional<ServerError> read_error_value(dom::element value) {
    if (value.is_object()) return read_fields(value);
    if (value.is_string()) return ServerError{.message = scalar(value)};
    dom::array list;
    if (value.get(list) == simdjson::SUCCESS) return read_detail_list(list);
    return std::nullopt;
}

std::optional<ServerError> read_error_object(dom::element root) {
    dom::element value;
    if (root.is_string()) return ServerError{.message = scalar(root)};
    if (!root.is_object()) return std::nullopt;
    if (root["error"].get(value) == simdjson::SUCCESS) {
        auto error = read_error_value(value);
        if (error && error->type.empty()) error->type = member(root, "error_type");
        if (error) return error;
    }
    if (root["message"].is_string()) return read_fields(root);
    if (root["detail"].get(value) == simdjson::SUCCESS) return read_error_value(value);
    return std::nullopt;
}

struct JsonBody {
    bool is_json{false};
    std::optional<ServerError> error{};
};

JsonBody read_json_body(std::string_view text) {
    constexpr std::size_t largest_parsed = 1024UL * 1024;
    if (text.empty() || text.size() > largest_parsed) return {};
    const simdjson::padded_string padded(text);
    dom::parser parser;
    dom::element root;
    if (parser.parse(padded).get(root) != simdjson::SUCCESS) return {};
    return {true, read_error_object(root)};
}

bool is_retryable(int status) {
    if (status == 408 || status == 409 || status == 425 || status == 429) return true;
    // What is not implemented now will not be in a second either.
    return status >= 500 && status != 501 && status != 505;
}

Reach reach_of(int status) {
    const bool refused = status == 503 || (status >= 300 && status < 500);
    return refused ? Reach::not_reached : Reach::executed;
}

// What to quote of a body: the title of an HTML page, else its beginning, on one line.
std::string quotable(const std::string& message) {
    std::string_view text = message;
    const auto open = text.find("<title>");
    const auto close = text.find("</title>");
    if (text.substr(0, 1) == "<" && open < close && close != std::string_view::npos) {
        text = text.substr(open + 7, close - open - 7);
    }
    std::string quote(cut(text, max_sentence));
    if (quote.size() < text.size()) quote += "…";
    std::replace_if(
        quote.begin(), quote.end(), [](char c) { return c >= 0 && c < 0x20; }, ' ');
    return quote;
}

Error make_http_error(int status, ServerError server) {
    const std::string quote = quotable(server.message);
    return Error{.kind = ErrorKind::http,
                 .message = "HTTP " + std::to_string(status) + ": " +
                            (quote.empty() ? "no message from the server" : quote),
                 .reach = reach_of(status),
                 .http_status = status,
                 .server = std::move(server),
                 .retryable = is_retryable(status)};
}

}  // namespace

ServerError read_server_error(std::string_view body) {
    const std::string_view text = trim_json(body);
    JsonBody json = read_json_body(text);
    if (json.error) return *std::move(json.error);
    return json.is_json ? ServerError{} : ServerError{.message = readable(text)};
}

Error http_error(int status, std::string_view body) {
    ServerError server = read_server_error(body);
    if (server.message.empty() && server.type.empty()) server.message = readable(trim_json(body));
    return make_http_error(status, std::move(server));
}

std::optional<Error> error_in_success(std::string_view body) {
    const std::string_view text = trim_json(body);
    if (!text.starts_with('{')) return std::nullopt;
    std::optional<ServerError> error = read_json_body(text).error;
    if (!error) return std::nullopt;
    int status = 0;
    std::from_chars(error->code.data(), error->code.data() + error->code.size(), status);
    if (status < 400 || status > 599) status = 200;
    return make_http_error(status, *std::move(error));
}

bool is_unknown_route(int status, std::string_view body) {
    static constexpr std::array answers{"Not Found", "File Not Found", "404 page not found"};
    if (status != 404) return false;
    const ServerError error = read_server_error(body);
    return error.param.empty() &&
           std::find(answers.begin(), answers.end(), error.message) != answers.end();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

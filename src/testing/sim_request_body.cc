// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_request_body.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string_view>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_utf8.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr std::string_view json_type = "application/json";

bool is_json_type(std::string_view type) {
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' '))
        type.remove_suffix(1);
    return std::equal(
        type.begin(), type.end(), json_type.begin(), json_type.end(),
        [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// Python's words for what nlohmann found.
std::string_view python_reason(std::string_view found) {
    const auto says = [&](std::string_view words) { return found.find(words) != found.npos; };
    if (says("; expected end of input")) return "Extra data";
    if (says("object key")) return "Expecting property name enclosed in double quotes";
    if (says("object separator")) return "Expecting ':' delimiter";
    if (says("expected '}'") || says("expected ']'")) return "Expecting ',' delimiter";
    return "Expecting value";
}

// Python's position: the start of the token that does not fit, the end if there is none.
std::size_t python_offset(const std::string& body, const json::parse_error& error) {
    std::size_t offset = std::min(error.byte > 0 ? error.byte - 1 : 0, body.size());
    if (std::string_view(error.what()).find("invalid literal") == std::string_view::npos) {
        return offset;
    }
    while (offset > 0 && std::isalnum(static_cast<unsigned char>(body[offset - 1])) != 0)
        --offset;
    return offset;
}

[[noreturn]] void refuse(const FieldReader& fields) {
    fields.check();
    throw UnreadableBody();
}

[[noreturn]] void refuse_json(const std::string& body, const json::parse_error& error) {
    if (!is_utf8(body)) throw UnreadableBody();
    const json nothing = json::object();
    FieldReader fields(nothing);
    fields.problem("json_invalid", std::to_string(python_offset(body, error)), "JSON decode error",
                   nothing, "{'error': " + python_quoted(python_reason(error.what())) + "}");
    refuse(fields);
}

[[noreturn]] void refuse_shape(std::string_view type, std::string_view message, const json& body) {
    FieldReader fields(body);
    fields.problem(type, "", message, body);
    refuse(fields);
}

}  // namespace

// FastAPI looks at the body first, and only then at its type.
json read_body(const HttpRequest& request) {
    if (!is_json_type(request.content_type)) {
        throw ApiFailure({.type = "Bad Request",
                          .message = "1 validation error:\n  Unsupported Media Type: Only "
                                     "'application/json' is allowed"});
    }
    if (request.body.empty()) refuse_shape("missing", "Field required", json());
    json body;
    try {
        body = json::parse(request.body);
    } catch (const json::parse_error& error) {
        refuse_json(request.body, error);
    }
    if (!body.is_object()) {
        refuse_shape("model_attributes_type",
                     "Input should be a valid dictionary or object to extract fields from", body);
    }
    return body;
}

std::string request_id_of(Workplace& place, const HttpRequest& request, const json& body) {
    if (!request.request_id.empty()) return request.request_id;
    const auto found = body.find("request_id");
    return found != body.end() && found->is_string() ? found->get<std::string>() : place.new_id();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

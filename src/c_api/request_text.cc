// SPDX-License-Identifier: Apache-2.0
#include "c_api/request_text.h"

#include <algorithm>
#include <utility>

#include "transport/config_error.h"
#include "wire/config_text.h"
#include "wire/json_slices.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {
namespace {

// The text in a JSON string; empty if it is another value.
std::string string_value(std::string_view json) {
    const auto object = wire::read_config_text("{\"v\":" + std::string(json) + "}");
    return object && !object->members.empty() ? object->members.front().second.text : "";
}

}  // namespace

Result<RequestText> read_request_text(const char* text,
                                      std::initializer_list<std::string_view> dropped) {
    if (text == nullptr) return transport::config_error("request", "is NULL");
    RequestText request{.body = JsonText(text)};
    if (!request.body.is_object()) {
        return transport::config_error("request", "is not a JSON object");
    }
    wire::JsonWriter kept(request.body.text().size());
    bool any_dropped = false;
    kept.begin_object();
    const bool read = wire::for_each_member(
        request.body.text(), [&](const std::string& name, std::string_view value) {
            if (std::find(dropped.begin(), dropped.end(), name) != dropped.end()) {
                any_dropped = true;
                return;
            }
            if (name == "model") request.model = string_value(value);
            kept.member(name, JsonText::from_checked(std::string(value)));
        });
    if (!read) return transport::config_error("request", "is not a JSON object");
    kept.end_object();
    if (!any_dropped) return request;
    auto body = std::move(kept).finish();
    if (!body) return std::move(body).error();
    request.body = JsonText(*std::move(body));
    return request;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api

// SPDX-License-Identifier: Apache-2.0
#include "wire/response_accumulator.h"

#include <string_view>

#include "wire/json_reader.h"
#include "wire/reply_body.h"
#include "wire/response_reply.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

ResponseReply read_last_event(ondemand::object event) {
    ResponseReply reply;
    bool has_response = false;
    for_each_field(event, [&](std::string_view key, ondemand::value value) {
        if (key != "response" || is_null(value)) return;
        has_response = true;
        reply = read_response(value.get_object().value());
    });
    require(has_response, "response");
    return reply;
}

}  // namespace

bool is_last(const ResponseEvent& event) noexcept {
    return event.kind == ResponseEvent::Kind::completed ||
           event.kind == ResponseEvent::Kind::incomplete;
}

Result<void> ResponseAccumulator::add(const ResponseEvent& event) {
    text_ += event.text();
    if (!is_last(event)) return {};
    Result<ResponseReply> reply = with_parser(event.json.size(), [&](ondemand::parser& parser) {
        return read_json<ResponseReply>(parser, event.json, "stream event", read_last_event);
    });
    if (!reply) return std::move(reply).error();
    reply_ = *std::move(reply);
    finished_ = true;
    return {};
}

std::vector<std::string> ResponseAccumulator::partial_text() const {
    return text_.empty() ? std::vector<std::string>() : std::vector<std::string>{text_};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

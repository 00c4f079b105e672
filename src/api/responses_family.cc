// SPDX-License-Identifier: Apache-2.0
#include "api/responses_family.h"

#include <utility>

#include "api/request_builder.h"
#include "wire/response_reply.h"
#include "wire/response_request.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using request::Request;

// Text as a segment of a path: whatever could mean something else there is escaped.
std::string path_segment(std::string_view text) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string segment;
    segment.reserve(text.size());
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (is_plain) {
            segment.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        segment.push_back('%');
        segment.push_back(hex[byte >> 4]);
        segment.push_back(hex[byte & 15]);
    }
    return segment;
}

Result<std::string> path_of(const std::string& id) {
    if (id.empty()) {
        return Error{.kind = ErrorKind::config,
                     .message = "the response's id is empty",
                     .phase = Phase::validate};
    }
    return "/v1/responses/" + path_segment(id);
}

Result<Request> create_request(ClientCore& core, ResponseRequest& typed, CallOptions options,
                               bool stream) {
    fill_model(core, typed);
    auto request = post("response", "/v1/responses", wire::write_response_request(typed, stream),
                        typed.model, std::move(options));
    if (!request) return request;
    request->request_id = std::move(typed.request_id);
    request->stream = stream;
    return request;
}

}  // namespace

Call<ResponseReply> create_response(ClientCore& core, ResponseRequest&& request,
                                    CallOptions&& options) {
    return core.send<ResponseReply>(create_request(core, request, std::move(options), false),
                                    body_reader(&wire::read_response_reply));
}

ResponseStream stream_response(ClientCore& core, ResponseRequest&& request, CallOptions&& options) {
    return ResponseStream(
        core.open<ResponsesFamily>(create_request(core, request, std::move(options), true), {}));
}

Call<ResponseReply> retrieve_response(ClientCore& core, const std::string& id,
                                      CallOptions&& options) {
    Result<Request> request = Request{};
    if (auto path = path_of(id)) {
        request = get("response_retrieve", *std::move(path), std::move(options));
    } else {
        request = std::move(path).error();
    }
    return core.send<ResponseReply>(std::move(request), body_reader(&wire::read_response_reply));
}

ResponseStream resume_response(ClientCore& core, const std::string& id,
                               std::optional<std::int64_t> starting_after, CallOptions&& options) {
    Result<Request> request = Request{};
    if (auto path = path_of(id)) {
        *path += "?stream=true";
        if (starting_after) *path += "&starting_after=" + std::to_string(*starting_after);
        request = get("response_retrieve", *std::move(path), std::move(options));
        request->stream = true;
    } else {
        request = std::move(path).error();
    }
    return ResponseStream(core.open<ResponsesFamily>(std::move(request), {}));
}

Call<ResponseReply> cancel_response(ClientCore& core, const std::string& id,
                                    CallOptions&& options) {
    Result<Request> request = Request{};
    if (auto path = path_of(id)) {
        request = post("response_cancel", *std::move(path) + "/cancel", std::string(), {},
                       std::move(options));
    } else {
        request = std::move(path).error();
    }
    return core.send<ResponseReply>(std::move(request), body_reader(&wire::read_response_reply));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

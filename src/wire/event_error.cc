// SPDX-License-Identifier: Apache-2.0
#include "wire/event_error.h"

#include <charconv>
#include <string>
#include <utility>

#include "wire/error_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// The status a plain call would have got, or 0: `code` may also be a word.
int status_from(const std::string& code) {
    int status = 0;
    const char* const end = code.data() + code.size();
    const auto [last, fault] = std::from_chars(code.data(), end, status);
    return fault == std::errc() && last == end && status >= 100 && status < 600 ? status : 0;
}

}  // namespace

Error read_event_error(std::string_view padded_json) {
    ServerError server = read_server_error(padded_json);
    const int status = status_from(server.code);
    return Error{.kind = ErrorKind::stream,
                 .message = "the server reported an error inside the stream",
                 .reach = Reach::executed,
                 .phase = Phase::between_events,
                 .http_status = status,
                 .server = std::move(server),
                 .retryable = status == 408 || status == 409 || status == 429 || status >= 500};
}

bool is_flat_error(std::string_view json) noexcept {
    const auto name = json.find("\"object\"");
    if (name == std::string_view::npos) return false;
    const auto value = json.find_first_not_of(": \t", name + 8);
    return value != std::string_view::npos && json.substr(value).starts_with("\"error\"");
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/result.h"
#include "wire/error_body.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads the padded body of a successful plain answer: `read(object)` on its JSON object. An empty
/// body, or anything else that cannot be read, is a `decode` error; an error object in place of the
/// reply is an `http` error by the code in it. `what` names the reply in errors.
template <class T, class F>
[[nodiscard]] Result<T> read_reply_body(std::string_view padded_body, std::string_view what,
                                        F&& read) {
    if (trim_json(padded_body).empty()) {
        return decode_error(what, padded_body, {{}, "empty body"});
    }
    Result<T> reply = with_parser(padded_body.size(), [&](ondemand::parser& parser) {
        return read_json<T>(parser, padded_body, what, read);
    });
    if (!reply) {
        if (std::optional<Error> error = error_in_success(padded_body)) return *std::move(error);
    }
    return reply;
}

/// Throws the failure of a member the reply cannot do without.
inline void require(bool present, std::string_view path) {
    if (!present) throw DecodeFailure{std::string(path), "missing or empty"};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

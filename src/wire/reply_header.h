// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "wire/json_reader.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Reads the members that the replies of the pooling families begin and end with: id, model,
/// created, usage; passes over `object`. False if the member is another one.
template <class Reply>
[[nodiscard]] bool read_header_member(Reply& reply, std::string_view key, ondemand::value& item) {
    if (key == "id") {
        reply.id = read_text(item);
    } else if (key == "model") {
        reply.model = read_text(item);
    } else if (key == "usage") {
        if (!is_null(item)) reply.usage = read_usage(item);
    } else if (key == "created") {
        if constexpr (requires { reply.created; }) reply.created = read_integer(item);
    } else {
        return key == "object";
    }
    return true;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

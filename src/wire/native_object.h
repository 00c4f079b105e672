// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/reply_parts.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// One object of a native generation, whole or of a stream.
struct NativeObject {
    std::vector<std::string> texts{};
    bool is_delta{false};  ///< The text is what is new, not all of it so far.
    bool has_text{false};
    bool has_error{false};
    std::optional<std::int64_t> index{};  ///< Of the sequence, if it says.
    std::optional<std::string> whole{};   ///< TGI: all of the text, beside its last piece.
    std::optional<FinishReason> finish_reason{};
    std::optional<std::int64_t> prompt_tokens{};
    std::optional<std::int64_t> completion_tokens{};
};

/// For use inside read_json(). The names of all servers; see NativeGenerateRequest.
[[nodiscard]] NativeObject read_native_object(ondemand::object object);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "vllm_client/reply_parts.h"
#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Tokens as the Messages API counts them: what was read from the prefix cache, and what was put
/// into it, stands beside `input_tokens`. A stream tells them in two events, each of which may
/// leave some out.
class MessagesUsage {
 public:
    /// Takes what the object has; null tells nothing. For use inside read_json().
    void read(ondemand::value value);
    /// All of it, in the terms of the other routes.
    [[nodiscard]] Usage total() const;

 private:
    std::int64_t input_{0};
    std::int64_t output_{0};
    std::optional<std::int64_t> cache_creation_;
    std::optional<std::int64_t> cache_read_;
    JsonText extra_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

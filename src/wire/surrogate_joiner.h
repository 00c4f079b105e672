// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Names one running text of a stream.
struct TextPart {
    enum class Field : std::uint8_t { content, reasoning, arguments };
    std::int64_t choice{0};
    Field field{Field::content};
    std::int64_t tool{0};  ///< For arguments: the index of the call.

    friend bool operator==(const TextPart&, const TextPart&) = default;
};

/// Keeps the text of every event valid when a server cuts a character in two: the first half of a
/// surrogate pair (`\ud83d`) that ends a piece of text is held back and put in front of the next
/// piece of the same text. Halves without a partner read as U+FFFD.
class SurrogateJoiner {
 public:
    /// True if nothing is held back.
    [[nodiscard]] bool empty() const noexcept { return held_.empty(); }
    /// The text of `raw`, a string's inside with its escapes. `last`: no more of this text will
    /// follow, so nothing is held back. Throws a DecodeFailure for bad escapes.
    [[nodiscard]] std::string join(const TextPart& part, std::string_view raw, bool last);

 private:
    struct Held {
        TextPart part;
        std::string escape;  // as it stood in the JSON: `\uXXXX`
    };

    std::vector<Held> held_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

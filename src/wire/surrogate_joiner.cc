// SPDX-License-Identifier: Apache-2.0
#include "wire/surrogate_joiner.h"

#include <algorithm>
#include <utility>

#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::size_t escape_size = 6;   // of `\uXXXX`
constexpr std::size_t most_held = 1024;  // parts with a half held back; no server has as many

// True if `raw` ends with the escape of a first half: \uD800 … \uDBFF, its backslash not escaped.
bool ends_with_high_surrogate(std::string_view raw) {
    if (raw.size() < escape_size) return false;
    const std::string_view tail = raw.substr(raw.size() - escape_size);
    if (tail[0] != '\\' || tail[1] != 'u' || (tail[2] | 0x20) != 'd') return false;
    if (std::string_view("89abAB").find(tail[3]) == std::string_view::npos) return false;
    const std::string_view before = raw.substr(0, raw.size() - escape_size);
    const auto last_other = before.find_last_not_of('\\');
    const std::size_t backslashes =
        last_other == std::string_view::npos ? before.size() : before.size() - last_other - 1;
    return backslashes % 2 == 0;
}

}  // namespace

std::string SurrogateJoiner::join(const TextPart& part, std::string_view raw, bool last) {
    std::string joined;
    const auto held = std::find_if(held_.begin(), held_.end(),
                                   [&](const Held& other) { return other.part == part; });
    if (held != held_.end()) {
        if (raw.empty() && !last) return {};
        joined = std::move(held->escape);
        held_.erase(held);
    }
    joined += raw;
    if (!last && ends_with_high_surrogate(joined) && held_.size() < most_held) {
        held_.push_back({part, joined.substr(joined.size() - escape_size)});
        joined.resize(joined.size() - escape_size);
    }
    return unescape_lenient(joined);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

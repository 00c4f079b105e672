// SPDX-License-Identifier: Apache-2.0
#include "api/option_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

template <class T, std::size_t count>
std::optional<T> find(const std::array<std::pair<std::string_view, T>, count>& values,
                      std::string_view name) {
    for (const auto& [known, value] : values) {
        if (known == name) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<LogLevel> log_level_named(std::string_view name) noexcept {
    for (const LogLevel level :
         {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error, LogLevel::off}) {
        if (name == to_string(level)) return level;
    }
    return std::nullopt;
}

std::optional<HttpVersion> http_version_named(std::string_view name) noexcept {
    static constexpr std::array<std::pair<std::string_view, HttpVersion>, 3> values{
        {{"automatic", HttpVersion::automatic},
         {"http1", HttpVersion::http1},
         {"http2_prior_knowledge", HttpVersion::http2_prior_knowledge}}};
    return find(values, name);
}

std::optional<PollerKind> poller_named(std::string_view name) noexcept {
    static constexpr std::array<std::pair<std::string_view, PollerKind>, 3> values{
        {{"automatic", PollerKind::automatic},
         {"epoll", PollerKind::epoll},
         {"curl_poll", PollerKind::curl_poll}}};
    return find(values, name);
}

std::chrono::milliseconds from_seconds(double seconds) noexcept {
    constexpr double most = 1e15;
    const double milliseconds = std::clamp(seconds * 1000, -most, most);
    // 0.29 * 1000 is a little more than 290.
    const double nearest = std::round(milliseconds);
    const bool is_whole = std::abs(milliseconds - nearest) < 1e-6 && nearest != 0;
    const double away = milliseconds < 0 ? std::floor(milliseconds) : std::ceil(milliseconds);
    return std::chrono::milliseconds(static_cast<std::int64_t>(is_whole ? nearest : away));
}

std::optional<std::chrono::milliseconds> read_seconds(std::string_view text) noexcept {
    double seconds = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, seconds);
    if (fault != std::errc() || stop != end || !std::isfinite(seconds)) return std::nullopt;
    return from_seconds(seconds);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

// SPDX-License-Identifier: Apache-2.0
#include "wire/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "wire/http_headers.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_words = 6;  // "Sun, 06 Nov 1994 08:49:37 GMT"

struct Words {
    std::array<std::string_view, max_words> word{};
    std::size_t count{0};
};

Words split(std::string_view text) {
    Words words;
    constexpr std::string_view separators = " ,-";
    for (;;) {
        const auto begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos) return words;
        if (words.count == max_words) return {};
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(separators), text.size());
        words.word[words.count++] = text.substr(0, end);
        text.remove_prefix(end);
    }
}

// All of `text` as a number of digits only.
std::optional<unsigned> digits(std::string_view text) {
    unsigned number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc() || rest != end) return std::nullopt;
    return number;
}

std::optional<unsigned> month_number(std::string_view name) {
    static constexpr std::array<std::string_view, 12> names{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<unsigned>(found - names.begin()) + 1;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const auto hours = digits(text.substr(0, 2));
    const auto minutes = digits(text.substr(3, 2));
    const auto seconds = digits(text.substr(6, 2));
    if (!hours || !minutes || !seconds) return std::nullopt;
    if (*hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;  // 60: leap second
    return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
           std::chrono::seconds(*seconds);
}

// A count of units, each `unit` milliseconds long.
std::optional<milliseconds> read_count(std::string_view text, double unit) {
    double count = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, count, std::chars_format::fixed);
    if (fault != std::errc() || rest != end || std::signbit(count)) return std::nullopt;
    constexpr double day = 86'400'000;
    const double total = std::ceil(count * unit);
    if (!(total <= day)) return std::nullopt;  // also if not a number
    return milliseconds(static_cast<std::int64_t>(total));
}

std::optional<milliseconds> read_date(std::string_view text, std::string_view headers) {
    const auto until = read_http_date(text);
    const auto date = find_header(headers, "date");
    const auto now = date ? read_http_date(*date) : std::nullopt;
    if (!until || !now) return std::nullopt;
    const std::chrono::seconds wait = *until - *now;
    if (wait < std::chrono::seconds(0) || wait > std::chrono::hours(24)) return std::nullopt;
    return wait;
}

}  // namespace

std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text) {
    const Words words = split(text);
    const auto& word = words.word;
    const bool asctime = words.count == 5;  // "Sun Nov  6 08:49:37 1994"
    if (!asctime && (words.count != 6 || word[5] != "GMT")) return std::nullopt;
    const auto day = digits(asctime ? word[2] : word[1]);
    const auto month = month_number(asctime ? word[1] : word[2]);
    const auto time = time_of_day(asctime ? word[3] : word[4]);
    const std::string_view year_text = asctime ? word[4] : word[3];
    auto year = digits(year_text);
    if (!day || !month || !time || !year) return std::nullopt;
    if (year_text.size() == 2) *year += *year < 70 ? 2000 : 1900;
    if (*year < 1970 || *year > 9999) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + *time;
}

std::optional<milliseconds> read_retry_after(std::string_view headers) {
    if (const auto value = find_header(headers, "retry-after-ms")) {
        if (const auto wait = read_count(*value, 1)) return wait;
    }
    const auto value = find_header(headers, "retry-after");
    if (!value) return std::nullopt;
    const auto wait = read_count(*value, 1000);
    return wait ? wait : read_date(*value, headers);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/metrics_text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace wire {
namespace {

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_name_part(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9');
}

// Reads one line that is neither blank nor a comment. Nothing, or false, means that it is
// malformed.
class SampleLine {
 public:
    explicit SampleLine(std::string_view line) : rest_(line) {}

    std::optional<MetricSample> read() {
        MetricSample sample;
        sample.name = bare_name();
        skip_space();
        if (take('{') && !read_labels(sample)) return std::nullopt;
        if (sample.name.empty()) return std::nullopt;
        const auto value = number();
        if (!value || !read_tail()) return std::nullopt;
        sample.value = *value;
        return sample;
    }

 private:
    // Up to and with the closing brace. The sample's own name may stand here, in quotes.
    bool read_labels(MetricSample& sample) {
        for (;;) {
            skip_space();
            if (take('}')) return true;
            const bool in_quotes = !rest_.empty() && rest_.front() == '"';
            std::optional<std::string> name = in_quotes ? quoted() : bare_name();
            if (!name || name->empty()) return false;
            skip_space();
            if (take('=')) {
                skip_space();
                std::optional<std::string> value = quoted();
                if (!value) return false;
                sample.labels.emplace_back(*std::move(name), *std::move(value));
            } else if (in_quotes && sample.name.empty()) {
                sample.name = *std::move(name);
            } else {
                return false;
            }
            skip_space();
            if (!take(',')) return take('}');
        }
    }

    std::string bare_name() {
        if (rest_.empty() || !is_name_start(rest_.front())) return {};
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_part);
        return take_word(static_cast<std::size_t>(end - rest_.begin()));
    }

    std::optional<std::string> quoted() {
        if (!take('"')) return std::nullopt;
        std::string text;
        while (!rest_.empty()) {
            const char c = take_char();
            if (c == '"') return text;
            if (c != '\\') {
                text.push_back(c);
                continue;
            }
            if (rest_.empty()) return std::nullopt;
            const char escaped = take_char();
            if (escaped != 'n' && escaped != '"' && escaped != '\\') return std::nullopt;
            text.push_back(escaped == 'n' ? '\n' : escaped);
        }
        return std::nullopt;
    }

    std::optional<double> number() {
        skip_space();
        std::string word = take_word(std::min(rest_.find_first_of(" \t"), rest_.size()));
        if (word.starts_with('+')) {  // which from_chars does not take
            word.erase(0, 1);
            if (word.starts_with('-')) return std::nullopt;
        }
        double value = 0;
        const char* const end = word.data() + word.size();
        const auto [stop, fault] = std::from_chars(word.data(), end, value);
        if (fault != std::errc() || stop != end) return std::nullopt;
        return value;
    }

    // What may follow the value: a time stamp and an exemplar.
    bool read_tail() {
        skip_space();
        if (rest_.empty() || rest_.front() == '#') return true;
        if (!number()) return false;
        skip_space();
        return rest_.empty() || rest_.front() == '#';
    }

    void skip_space() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    char take_char() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    std::string take_word(std::size_t size) {
        std::string word(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return word;
    }

    std::string_view rest_;
};

Error metrics_error(std::string_view problem) {
    return Error{.kind = ErrorKind::decode,
                 .message = "cannot read the metrics page: " + std::string(problem),
                 .reach = Reach::executed,
                 .phase = Phase::decode};
}

}  // namespace

Result<ServerMetrics> read_metrics_text(std::string_view page) {
    constexpr std::string_view white_space = " \t\r\n";
    if (page.find_first_not_of(white_space) == std::string_view::npos) {
        return metrics_error("empty body");
    }
    ServerMetrics metrics;
    for (std::size_t number = 1; !page.empty(); ++number) {
        const auto end = std::min(page.find('\n'), page.size());
        std::string_view line = page.substr(0, end);
        page.remove_prefix(std::min(end + 1, page.size()));
        const auto first = line.find_first_not_of(white_space);
        if (first == std::string_view::npos || line[first] == '#') continue;
        line = line.substr(first, line.find_last_not_of(white_space) - first + 1);
        std::optional<MetricSample> sample = SampleLine(line).read();
        if (!sample) return metrics_error("line " + std::to_string(number) + " is malformed");
        metrics.samples.push_back(*std::move(sample));
    }
    return metrics;
}

}  // namespace wire

std::string_view MetricSample::label(std::string_view key) const noexcept {
    for (const auto& [label_name, text] : labels) {
        if (label_name == key) return text;
    }
    return {};
}

std::optional<double> ServerMetrics::sum(std::string_view name) const noexcept {
    std::optional<double> total;
    for (const MetricSample& sample : samples) {
        if (sample.name == name) total = total.value_or(0) + sample.value;
    }
    return total;
}

std::optional<double> ServerMetrics::kv_cache_usage() const noexcept {
    for (const std::string_view name : {"vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"}) {
        std::optional<double> fullest;
        for (const MetricSample& sample : samples) {
            if (sample.name == name) fullest = std::max(fullest.value_or(0), sample.value);
        }
        if (fullest) return fullest;
    }
    return std::nullopt;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/histogram.h"
#include "runtime/clock.h"
#include "vllm_client/error.h"
#include "vllm_client/metrics.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::metrics {

/// Figures of one model. Written and read by any thread.
struct ModelFigures {
    explicit ModelFigures(std::string name) : model(std::move(name)) {}

    const std::string model;
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> successes{0};
    std::atomic<std::uint64_t> failures{0};
    std::atomic<std::uint64_t> cancelled{0};
    std::atomic<std::uint64_t> prompt_tokens{0};
    std::atomic<std::uint64_t> completion_tokens{0};
    Histogram latency;
    Histogram first_token;
};

/// The figures of one client. Any thread.
class ClientMetrics {
 public:
    explicit ClientMetrics(std::shared_ptr<runtime::Clock> clock);

    /// Figures of a model; valid as long as this object. Beyond `max_models` names: "(other)".
    [[nodiscard]] ModelFigures& model(std::string_view name);
    void started(ModelFigures& model) noexcept;
    /// `failure` empty: success. `latency` counts for successes only.
    void ended(ModelFigures& model, std::optional<ErrorKind> failure,
               std::chrono::nanoseconds latency) noexcept;
    void first_token(ModelFigures& model, std::chrono::nanoseconds after) noexcept;
    void tokens(ModelFigures& model, std::int64_t prompt, std::int64_t completion) noexcept;

    [[nodiscard]] std::uint64_t in_flight() const noexcept { return in_flight_.load(); }
    /// Waits until nothing is in flight, at most `limit`; true if so.
    [[nodiscard]] bool wait_idle(std::chrono::milliseconds limit);
    [[nodiscard]] MetricsSnapshot snapshot() const;
    void reset();

    static constexpr std::size_t max_models = 256;

 private:
    static constexpr std::size_t kinds = static_cast<std::size_t>(ErrorKind::unsupported) + 1;

    const std::shared_ptr<runtime::Clock> clock_;
    std::atomic<runtime::TimePoint> since_;
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> in_flight_{0};
    std::atomic<std::uint64_t> successes_{0};
    std::array<std::atomic<std::uint64_t>, kinds> errors_{};
    std::atomic<std::uint64_t> prompt_tokens_{0};
    std::atomic<std::uint64_t> completion_tokens_{0};
    Histogram latency_;
    Histogram first_token_;

    std::atomic<int> waiting_for_idle_{0};  // calls of wait_idle() under way; ended() then notifies
    std::mutex idle_mutex_;                 // for idle_ alone
    std::condition_variable idle_;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };
    mutable std::shared_mutex mutex_;  // guards by_name_ and models_; the figures are atomic
    std::unordered_map<std::string, ModelFigures*, Hash, std::equal_to<>> by_name_;
    std::vector<std::unique_ptr<ModelFigures>> models_;  // by first use; never shrinks
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::metrics

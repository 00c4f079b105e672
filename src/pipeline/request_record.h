// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "metrics/client_metrics.h"
#include "runtime/clock.h"
#include "vllm_client/event.h"
#include "vllm_client/reply_parts.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// What metrics and event hooks need while requests come and go. Shared by all requests of a
/// client.
struct Observation {
    std::shared_ptr<runtime::Clock> clock;
    std::shared_ptr<metrics::ClientMetrics> metrics;
    EventHook on_event;

    void emit(const Event& event) const noexcept;
};

/// One request's entry in the books: begins when made, ends once.
class RequestRecord {
 public:
    RequestRecord(std::shared_ptr<const Observation> observation, std::string_view operation,
                  std::string_view model, std::string request_id, std::string endpoint);
    /// An entry nobody ended counts as cancelled.
    ~RequestRecord();
    RequestRecord(const RequestRecord&) = delete;
    RequestRecord& operator=(const RequestRecord&) = delete;

    /// Success if `error` is null. Later calls do nothing. Any thread.
    void end(const Error* error, int http_status) noexcept;
    void first_token(std::chrono::nanoseconds after) noexcept;
    void tokens(const Usage& usage) noexcept;

    [[nodiscard]] runtime::TimePoint begun() const noexcept { return begun_; }
    [[nodiscard]] const std::string& request_id() const noexcept { return request_id_; }
    [[nodiscard]] std::string_view operation() const noexcept { return operation_; }
    [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
    [[nodiscard]] Event event(Event::Kind kind) const noexcept;

    const std::shared_ptr<const Observation> observation_;
    const std::string_view operation_;  // a literal
    metrics::ModelFigures& model_;      // of observation_->metrics
    const std::string request_id_;
    const std::string endpoint_;
    const runtime::TimePoint begun_;
    std::atomic<bool> ended_{false};  // the first thread to set it does the work
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline

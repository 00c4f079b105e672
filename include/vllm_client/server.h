// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/dialect.h"
#include "vllm_client/export.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/transport.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One model a server offers. Source: `GET /v1/models`.
struct ModelInfo {
    std::string id{};
    std::string owned_by{};
    std::string root{};
    std::string parent{};                         ///< LoRA adapters: the base model.
    std::optional<std::int64_t> max_model_len{};  ///< Context length in tokens.
    std::int64_t created{0};                      ///< vLLM changes it on every call.
    JsonText extra{};
};

/// All models of a server, in its order.
struct ModelList {
    std::vector<ModelInfo> models{};
    RawReply raw{};
};

/// Source: `GET /version`.
struct ServerVersion {
    std::string version{};
    JsonText extra{};
    RawReply raw{};
};

/// Source: `GET /health`: an empty 200, or 503 when the engine is dead.
struct HealthReply {
    bool healthy{false};
    RawReply raw{};
};

/// Source: `GET /load`; always 0 unless the server tracks it.
struct LoadReply {
    std::int64_t server_load{0};  ///< Calls in flight in the API process that answered.
    RawReply raw{};
};

/// One series of a metrics page.
struct MetricSample {
    std::string name{};  ///< With suffix, e.g. "vllm:request_success_total".
    std::vector<std::pair<std::string, std::string>> labels{};
    double value{0};

    /// Value of a label, empty if there is none.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::string_view label(std::string_view key) const noexcept;
};

/// The server's own metrics, parsed. Source: `GET /metrics`, Prometheus text format.
struct ServerMetrics {
    std::vector<MetricSample> samples{};  ///< In the page's order.
    RawReply raw{};

    /// Sum over all series of this name; nothing if there is none.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::optional<double> sum(
        std::string_view name) const noexcept;
    /// Requests in the running batch, over all engines.
    [[nodiscard]] std::optional<double> requests_running() const noexcept {
        return sum("vllm:num_requests_running");
    }
    /// Requests waiting in the server's queue.
    [[nodiscard]] std::optional<double> requests_waiting() const noexcept {
        return sum("vllm:num_requests_waiting");
    }
    /// Fullest KV cache of all engines, 0…1; reads the older name too.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::optional<double> kv_cache_usage() const noexcept;
};

/// Anything this library has no type for.
struct RawRequest {
    HttpMethod method{HttpMethod::get};
    std::string path{};  ///< Begins with '/', e.g. "/v1/models".
    std::string body{};  ///< Empty: none.
    std::string content_type{"application/json"};
};

/// One step of VllmClient::check().
struct CheckStep {
    std::string name{};  ///< "identity", "health", "version", "models", "reuse".
    bool ok{false};
    std::string detail{};  ///< What was seen, for people.
    std::chrono::nanoseconds duration{0};
};

/// What VllmClient::check() found out about one endpoint.
struct CheckReport {
    std::string endpoint{};
    bool ok{false};  ///< Every step is.
    std::vector<CheckStep> steps{};
    std::string server_version{};
    std::vector<ModelInfo> models{};
    ServerIdentity server{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

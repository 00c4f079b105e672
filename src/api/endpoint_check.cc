// SPDX-License-Identifier: Apache-2.0
#include "api/endpoint_check.h"

#include <algorithm>
#include <utility>

#include "api/client_core.h"
#include "api/families.h"
#include "api/identify.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using std::chrono::milliseconds;

// Runs `attempt`, which returns a Result and a sentence about its value, as one step of the report.
template <class F>
auto step(ClientCore& core, CheckReport& report, const char* name, F&& attempt) {
    const auto begun = core.clock().now();
    auto [result, detail] = attempt();
    CheckStep done{.name = name, .ok = result.ok(), .detail = std::move(detail)};
    if (!result) done.detail = result.error().to_string();
    done.duration = core.clock().now() - begun;
    report.steps.push_back(std::move(done));
    return std::move(result);
}

std::string model_names(const ModelList& list) {
    std::string names;
    for (const ModelInfo& model : list.models) {
        if (!names.empty()) names += ", ";
        names += model.id;
    }
    return names;
}

std::string identity_text(const ServerIdentity& identity) {
    std::string text(to_string(identity.dialect));
    if (!identity.version.empty()) text += " " + identity.version;
    return text + " (" + identity.evidence + ")";
}

PoolStats pool_of(ClientCore& core, const std::string& endpoint) {
    for (PoolStats& pool : core.metrics().pools) {
        if (pool.endpoint == endpoint) return std::move(pool);
    }
    return {};
}

Error stopped_error() {
    return Error{.kind = ErrorKind::cancelled, .message = "stop was requested"};
}

}  // namespace

Result<void> wait_ready(ClientCore& core, milliseconds timeout, const std::stop_token& stop) {
    constexpr milliseconds longest_pause(500);
    if (auto status = core.status(); !status) return status;
    if (!detail::may_block_here()) return detail::would_deadlock();
    const auto deadline = core.clock().now() + timeout;
    milliseconds pause(20);
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - core.clock().now());
        CallOptions options;
        options.stop = stop;
        options.timeouts.total = std::clamp(left, milliseconds(1), milliseconds(2000));
        const Result<HealthReply> reply = health(core, std::move(options)).get();
        if (reply && reply->healthy) return {};
        if (!reply && reply.error().kind == ErrorKind::closed) return reply.error();
        if (stop.stop_requested()) return stopped_error();
        if (core.clock().now() + pause >= deadline) {
            return Error{
                .kind = ErrorKind::deadline,
                .message = "no endpoint was ready within " + std::to_string(timeout.count()) +
                           " ms: " +
                           (reply ? "unhealthy (HTTP " + std::to_string(reply->raw.status) + ")"
                                  : reply.error().message),
                .retryable = true};
        }
        core.pause(pause, stop);
        pause = std::min(2 * pause, longest_pause);
    }
}

Result<CheckReport> check(ClientCore& core, const std::string& endpoint,
                          const std::stop_token& stop) {
    if (auto status = core.status(); !status) return status.error();
    if (!detail::may_block_here()) return detail::would_deadlock();
    CheckReport report;
    report.endpoint = endpoint.empty() ? core.dispatcher().endpoint_name(0) : endpoint;
    const CallOptions options{.endpoint = report.endpoint, .stop = stop};
    auto identity = step(core, report, "identity", [&] {
        auto found = identify(core, report.endpoint, stop);
        std::string detail = found ? identity_text(*found) : "";
        return std::pair(std::move(found), std::move(detail));
    });
    if (!identity && identity.error().kind == ErrorKind::config) return identity.error();
    if (identity) report.server = *std::move(identity);
    static_cast<void>(step(core, report, "health", [&] {
        auto reply = health(core, CallOptions(options)).get();
        if (reply && !reply->healthy) {
            reply = Error{.kind = ErrorKind::http,
                          .message = "HTTP " + std::to_string(reply->raw.status),
                          .http_status = reply->raw.status};
        }
        return std::pair(std::move(reply), std::string("HTTP 200"));
    }));
    const auto answered = step(core, report, "version", [&] {
        auto reply = version(core, CallOptions(options)).get();
        std::string detail = reply ? reply->version : "";
        return std::pair(std::move(reply), std::move(detail));
    });
    if (answered) report.server_version = answered->version;
    auto listed = step(core, report, "models", [&] {
        auto reply = models(core, CallOptions(options)).get();
        std::string detail = reply ? model_names(*reply) : "";
        return std::pair(std::move(reply), std::move(detail));
    });
    if (listed) report.models = std::move(listed->models);
    const PoolStats pool = pool_of(core, report.endpoint);
    report.steps.push_back({.name = "reuse",
                            .ok = pool.reused > 0,
                            .detail = std::to_string(pool.created) +
                                      " connections made, used again " +
                                      std::to_string(pool.reused) + " times"});
    report.ok = std::all_of(report.steps.begin(), report.steps.end(),
                            [](const CheckStep& step) { return step.ok; });
    return report;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

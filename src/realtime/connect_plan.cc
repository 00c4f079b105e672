// SPDX-License-Identifier: Apache-2.0
#include "realtime/connect_plan.h"

#include <string_view>
#include <utility>

#include "realtime/session_event.h"
#include "transport/config_error.h"
#include "transport/endpoint_address.h"
#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

using transport::config_error;

constexpr std::size_t largest_chunk = 8UL * 1024 * 1024;

bool begins_with(std::string_view text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != prefix[i]) return false;
    }
    return true;
}

// The two spellings mean the same here: a WebSocket begins as HTTP.
std::string as_http(const std::string& url) {
    if (begins_with(url, "wss://")) return "https" + url.substr(3);
    if (begins_with(url, "ws://")) return "http" + url.substr(2);
    return url;
}

Header header_from(const std::string& line) {
    // A header with an empty value is written "Name;".
    const std::size_t end = line.find_first_of(":;");
    const std::size_t value = line.find_first_not_of(" \t", end + 1);
    return {line.substr(0, end), value == std::string::npos ? "" : line.substr(value)};
}

Result<std::vector<Header>> plan_headers(const RealtimeOptions& options,
                                         std::vector<std::string> lines) {
    for (const std::string& line : lines) {
        if (begins_with(line, "sec-websocket-") || begins_with(line, "host:")) {
            return config_error("headers", "set one that is the client's own");
        }
    }
    if (!options.api_key.empty()) {
        lines =
            transport::with_header(std::move(lines), "Authorization: Bearer " + options.api_key);
    }
    if (transport::has_control(options.user_agent)) {
        return config_error("user_agent", "has control characters");
    }
    std::vector<Header> headers;
    bool names_agent = false;
    for (const std::string& line : lines) {
        names_agent = names_agent || begins_with(line, "user-agent");
        headers.push_back(header_from(line));
    }
    if (!names_agent) {
        headers.push_back({"User-Agent", options.user_agent.empty()
                                             ? "vllm-client/" + std::string(library_version())
                                             : options.user_agent});
    }
    return headers;
}

Result<void> check_limits(const RealtimeLimits& limits) {
    if (limits.chunk_bytes < 2 || limits.chunk_bytes > largest_chunk ||
        limits.chunk_bytes % 2 != 0) {
        return config_error("limits.chunk_bytes", "must be even, 2 to 8 MiB");
    }
    if (limits.event_bytes == 0) return config_error("limits.event_bytes", "must not be 0");
    return {};
}

Result<void> check_timeouts(const RealtimeTimeouts& timeouts) {
    for (const auto limit : {timeouts.connect, timeouts.handshake, timeouts.silence, timeouts.send,
                             timeouts.transcript}) {
        if (limit.count() < 0) return config_error("timeouts", "must not be negative");
    }
    return {};
}

}  // namespace

Result<ConnectPlan> plan_connect(const RealtimeOptions& options) {
    if (options.model.empty()) return config_error("model", "is empty");
    if (auto checked = check_limits(options.limits); !checked) return checked.error();
    if (auto checked = check_timeouts(options.timeouts); !checked) return checked.error();
    auto message = session_update(options.model, options.extra);
    if (!message) return std::move(message).error();
    auto address = transport::read_endpoint({.url = as_http(options.url),
                                             .api_key = options.api_key,
                                             .unix_socket = options.unix_socket,
                                             .headers = options.headers},
                                            "realtime");
    if (!address) return std::move(address).error();
    auto headers = plan_headers(options, std::move(address->headers));
    if (!headers) return std::move(headers).error();

    ConnectPlan plan;
    plan.headers = *std::move(headers);
    plan.first_message = *std::move(message);
    plan.tls = address->tls;
    plan.endpoint = std::move(address->name);
    plan.unix_socket = std::move(address->unix_socket);
    const std::string_view base =
        std::string_view(address->base_url).substr(address->base_url.find("://") + 3);
    const std::size_t prefix = base.find('/');
    plan.host_header = base.substr(0, prefix);
    if (prefix != std::string_view::npos) plan.path = base.substr(prefix);
    plan.path += "/v1/realtime";
    plan.host = std::move(address->host);
    if (plan.host.starts_with('[')) plan.host = plan.host.substr(1, plan.host.size() - 2);
    plan.port = std::move(address->port);
    return plan;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime

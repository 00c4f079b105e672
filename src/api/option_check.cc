// SPDX-License-Identifier: Apache-2.0
#include "api/option_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "api/file_text.h"
#include "transport/config_error.h"
#include "transport/header_check.h"
#include "transport/proxy_check.h"
#include "transport/url_parts.h"
#include "wire/base64.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using transport::config_error;

constexpr std::size_t most_threads = 64;
constexpr std::size_t largest_pem_file = 16UL * 1024 * 1024;

Result<void> check_text(const std::string& text, std::string_view field) {
    if (transport::has_control(text)) return config_error(field, "has control characters");
    return {};
}

Result<void> check_texts(const ClientOptions& options) {
    for (const auto& [text, field] :
         {std::pair<const std::string&, const char*>{options.api_key, "api_key"},
          {options.model, "model"},
          {options.user_agent, "user_agent"},
          {options.proxy.no_proxy, "proxy.no_proxy"}}) {
        if (auto checked = check_text(text, field); !checked) return checked;
    }
    return {};
}

Result<void> check_pool(const PoolOptions& pool) {
    if (pool.max_connections == 0) {
        return config_error("pool.max_connections", "must be at least 1");
    }
    if (auto checked = check_duration(pool.idle_limit, "pool.idle_limit"); !checked) return checked;
    // The largest interval that Linux takes.
    constexpr std::chrono::seconds longest_keepalive{32767};
    if (pool.tcp_keepalive.count() < 0 || pool.tcp_keepalive > longest_keepalive) {
        return config_error("pool.tcp_keepalive", "must be 0…32767 seconds");
    }
    return {};
}

Result<void> check_pem_file(const std::string& path, std::string_view field,
                            std::string_view content) {
    if (path.empty()) return {};
    const auto text = read_file(path, largest_pem_file, field);
    if (!text) return text.error();
    if (text->find("-----BEGIN ") == std::string::npos ||
        text->find(content) == std::string::npos) {
        return config_error(field, "names a file without a PEM block: " + path);
    }
    return {};
}

Result<void> check_pinned_key(std::string_view pins) {
    constexpr std::string_view field = "tls.pinned_key";
    constexpr std::string_view prefix = "sha256//";
    constexpr std::size_t digest_size = 32;
    if (pins.empty()) return {};
    for (std::size_t begin = 0; begin <= pins.size();) {
        const std::size_t end = std::min(pins.find(';', begin), pins.size());
        const std::string_view pin = pins.substr(begin, end - begin);
        const auto digest = pin.starts_with(prefix) ? wire::decode_base64(pin.substr(prefix.size()))
                                                    : std::optional<std::string>();
        if (!digest || digest->size() != digest_size) {
            return config_error(field,
                                "must be sha256// and the base64 of 32 bytes, or several "
                                "of them with ';' between");
        }
        begin = end + 1;
    }
    return {};
}

Result<void> check_tls(const TlsOptions& tls) {
    for (const auto& [path, field, content] :
         {std::tuple<const std::string&, const char*, const char*>{tls.ca_bundle, "tls.ca_bundle",
                                                                   "CERTIFICATE-----"},
          {tls.client_cert, "tls.client_cert", "CERTIFICATE-----"},
          {tls.client_key, "tls.client_key", "PRIVATE KEY-----"}}) {
        if (auto checked = check_pem_file(path, field, content); !checked) return checked;
    }
    if (!tls.expected_host.empty() && !transport::is_host_name(tls.expected_host)) {
        return config_error("tls.expected_host", "is not a host name");
    }
    return check_pinned_key(tls.pinned_key);
}

Result<void> check_limits(const LimitOptions& limits) {
    for (const auto& [limit, field] : {std::pair{limits.header_bytes, "limits.header_bytes"},
                                       {limits.header_fields, "limits.header_fields"},
                                       {limits.body_bytes, "limits.body_bytes"},
                                       {limits.event_bytes, "limits.event_bytes"},
                                       {limits.stream_buffer_bytes, "limits.stream_buffer_bytes"},
                                       {limits.error_body_bytes, "limits.error_body_bytes"},
                                       {limits.queue_requests, "limits.queue_requests"},
                                       {limits.queue_bytes, "limits.queue_bytes"}}) {
        if (limit == 0) return config_error(field, "must be at least 1");
    }
    return {};
}

Result<void> check_threads(std::size_t threads, std::string_view field) {
    if (threads < 1 || threads > most_threads) return config_error(field, "must be 1…64");
    return {};
}

Result<void> check_health(const HealthOptions& health) {
    if (auto checked = check_duration(health.interval, "health.interval"); !checked) return checked;
    if (auto checked = check_duration(health.timeout, "health.timeout"); !checked) return checked;
    // A check without a limit would never find a server that hangs.
    if (health.timeout.count() == 0) return config_error("health.timeout", "must be more than 0");
    return {};
}

}  // namespace

Result<void> check_ca_bundle(const std::string& path, std::string_view field) {
    return check_pem_file(path, field, "CERTIFICATE-----");
}

Result<void> check_duration(std::chrono::milliseconds time, std::string_view field) {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365 * 10);
    if (time.count() < 0) return config_error(field, "is negative");
    if (time > longest) return config_error(field, "is longer than ten years; 0 means no limit");
    return {};
}

Result<void> check_timeouts(const TimeoutOptions& timeouts, std::string_view field) {
    for (const auto& [time, name] : {std::pair{timeouts.connect, ".connect"},
                                     {timeouts.first_byte, ".first_byte"},
                                     {timeouts.first_token, ".first_token"},
                                     {timeouts.between_events, ".between_events"},
                                     {timeouts.total, ".total"}}) {
        if (!time) continue;
        if (auto checked = check_duration(*time, std::string(field) + name); !checked) {
            return checked;
        }
    }
    return {};
}

Result<void> check_values(const ClientOptions& options) {
    if (auto checked = check_texts(options); !checked) return checked;
    if (auto endpoints = read_endpoints(options); !endpoints) return endpoints.error();
    if (auto checked = check_timeouts(options.timeouts, "timeouts"); !checked) return checked;
    if (auto checked = check_pool(options.pool); !checked) return checked;
    if (auto checked = check_tls(options.tls); !checked) return checked;
    if (!options.proxy.url.empty()) {
        auto checked = transport::check_proxy_url(options.proxy.url, "proxy.url");
        if (!checked) return checked;
    }
    if (auto checked = check_limits(options.limits); !checked) return checked;
    if (auto checked = check_threads(options.io.threads, "io.threads"); !checked) return checked;
    if (auto checked = check_health(options.health); !checked) return checked;
    return check_threads(options.callback_threads, "callback_threads");
}

Result<void> check_options(const ClientOptions& options) {
    if (auto checked = check_values(options); !checked) return checked;
    if (options.pool.preconnect > options.pool.max_connections) {
        return config_error("pool.preconnect", "is more than pool.max_connections");
    }
    // A certificate alone is fine: its file may hold the key.
    if (!options.tls.client_key.empty() && options.tls.client_cert.empty()) {
        return config_error("tls.client_key", "is given without tls.client_cert");
    }
    return {};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

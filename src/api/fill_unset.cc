// SPDX-License-Identifier: Apache-2.0
#include "api/fill_unset.h"

#include <algorithm>

#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

// `options` with the listed members filled where they are as in a T made by default.
template <class T, class... M>
T filled(T options, const T& fallback, M T::*... members) {
    const T defaults{};
    const auto fill = [&](auto member) {
        if (options.*member == defaults.*member) options.*member = fallback.*member;
    };
    (fill(members), ...);
    return options;
}

std::vector<Header> filled(std::vector<Header> headers, const std::vector<Header>& fallback) {
    for (const Header& header : fallback) {
        const bool given =
            std::any_of(headers.begin(), headers.end(), [&header](const Header& other) {
                return transport::same_header_name(other.name, header.name);
            });
        if (!given) headers.push_back(header);
    }
    return headers;
}

}  // namespace

ClientOptions fill_unset(ClientOptions options, const ClientOptions& fallback) {
    using O = ClientOptions;
    options = filled(std::move(options), fallback, &O::api_key, &O::model, &O::http_version,
                     &O::callback_threads, &O::log_level, &O::user_agent);
    if (options.endpoints.empty()) options.endpoints = fallback.endpoints;
    options.headers = filled(std::move(options.headers), fallback.headers);
    using Timeouts = TimeoutOptions;
    options.timeouts =
        filled(options.timeouts, fallback.timeouts, &Timeouts::connect, &Timeouts::first_byte,
               &Timeouts::first_token, &Timeouts::between_events, &Timeouts::total);
    using Pool = PoolOptions;
    options.pool = filled(options.pool, fallback.pool, &Pool::max_connections, &Pool::max_idle,
                          &Pool::idle_limit, &Pool::preconnect, &Pool::tcp_keepalive);
    using Tls = TlsOptions;
    options.tls = filled(std::move(options.tls), fallback.tls, &Tls::ca_bundle, &Tls::client_cert,
                         &Tls::client_key, &Tls::pinned_key, &Tls::expected_host, &Tls::insecure);
    using Proxy = ProxyOptions;
    options.proxy = filled(std::move(options.proxy), fallback.proxy, &Proxy::url, &Proxy::no_proxy,
                           &Proxy::ignore_environment);
    using Limits = LimitOptions;
    options.limits =
        filled(options.limits, fallback.limits, &Limits::header_bytes, &Limits::header_fields,
               &Limits::body_bytes, &Limits::event_bytes, &Limits::stream_buffer_bytes,
               &Limits::error_body_bytes, &Limits::queue_requests, &Limits::queue_bytes);
    options.io = filled(options.io, fallback.io, &IoOptions::threads, &IoOptions::poller);
    options.health =
        filled(options.health, fallback.health, &HealthOptions::interval, &HealthOptions::timeout);
    return options;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

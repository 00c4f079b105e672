// SPDX-License-Identifier: Apache-2.0
#include "api/config_file.h"

#include <string>
#include <utility>

#include "api/config_section.h"
#include "api/file_text.h"
#include "api/fill_unset.h"
#include "api/option_check.h"
#include "api/option_values.h"
#include "wire/config_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

constexpr std::size_t largest_file = 1024UL * 1024;

TimeoutOptions read_timeouts(ConfigSection section) {
    TimeoutOptions timeouts;
    timeouts.connect = section.optional_seconds("connect");
    timeouts.first_byte = section.optional_seconds("first_byte");
    timeouts.first_token = section.optional_seconds("first_token");
    timeouts.between_events = section.optional_seconds("between_events");
    timeouts.total = section.optional_seconds("total");
    section.finish();
    return timeouts;
}

PoolOptions read_pool(ConfigSection section) {
    PoolOptions pool;
    pool.max_connections = section.count("max_connections", pool.max_connections);
    pool.max_idle = section.count("max_idle", pool.max_idle);
    pool.idle_limit = section.seconds("idle_limit", pool.idle_limit);
    pool.preconnect = section.count("preconnect", pool.preconnect);
    const auto keepalive = static_cast<std::size_t>(pool.tcp_keepalive.count());
    pool.tcp_keepalive = std::chrono::seconds(section.count("tcp_keepalive", keepalive));
    section.finish();
    return pool;
}

TlsOptions read_tls(ConfigSection section) {
    TlsOptions tls;
    tls.ca_bundle = section.text("ca_bundle", {});
    tls.client_cert = section.text("client_cert", {});
    tls.client_key = section.text("client_key", {});
    tls.pinned_key = section.text("pinned_key", {});
    tls.expected_host = section.text("expected_host", {});
    tls.insecure = section.flag("insecure", tls.insecure);
    section.finish();
    return tls;
}

ProxyOptions read_proxy(ConfigSection section) {
    ProxyOptions proxy;
    proxy.url = section.text("url", {});
    proxy.no_proxy = section.text("no_proxy", {});
    proxy.ignore_environment = section.flag("ignore_environment", proxy.ignore_environment);
    section.finish();
    return proxy;
}

LimitOptions read_limits(ConfigSection section) {
    LimitOptions limits;
    limits.header_bytes = section.count("header_bytes", limits.header_bytes);
    limits.header_fields = section.count("header_fields", limits.header_fields);
    limits.body_bytes = section.count("body_bytes", limits.body_bytes);
    limits.event_bytes = section.count("event_bytes", limits.event_bytes);
    limits.stream_buffer_bytes = section.count("stream_buffer_bytes", limits.stream_buffer_bytes);
    limits.error_body_bytes = section.count("error_body_bytes", limits.error_body_bytes);
    limits.queue_requests = section.count("queue_requests", limits.queue_requests);
    limits.queue_bytes = section.count("queue_bytes", limits.queue_bytes);
    section.finish();
    return limits;
}

IoOptions read_io(ConfigSection section) {
    IoOptions io;
    io.threads = section.count("threads", io.threads);
    io.poller = section.choice("poller", io.poller, &poller_named, "automatic, epoll or curl_poll");
    section.finish();
    return io;
}

HealthOptions read_health(ConfigSection section) {
    HealthOptions health;
    health.interval = section.seconds("interval", health.interval);
    health.timeout = section.seconds("timeout", health.timeout);
    section.finish();
    return health;
}

ClientOptions read_options(ConfigSection& file) {
    ClientOptions options;
    options.endpoints = file.endpoints("endpoints");
    options.api_key = file.text("api_key", {});
    options.model = file.text("model", {});
    options.headers = file.headers("headers");
    options.timeouts = read_timeouts(file.section("timeouts"));
    options.pool = read_pool(file.section("pool"));
    options.tls = read_tls(file.section("tls"));
    options.proxy = read_proxy(file.section("proxy"));
    options.http_version = file.choice("http_version", options.http_version, &http_version_named,
                                       "automatic, http1 or http2_prior_knowledge");
    options.limits = read_limits(file.section("limits"));
    options.io = read_io(file.section("io"));
    options.health = read_health(file.section("health"));
    options.callback_threads = file.count("callback_threads", options.callback_threads);
    options.log_level = file.choice("log_level", options.log_level, &log_level_named,
                                    "debug, info, warning, error or off");
    options.user_agent = file.text("user_agent", {});
    file.finish();
    return options;
}

}  // namespace

Result<ClientOptions> read_options_text(std::string json, std::string_view what) {
    const auto wrong = [what](const std::string& problem) {
        return Error{.kind = ErrorKind::config,
                     .message = std::string(what) + ": " + problem,
                     .phase = Phase::validate};
    };
    const auto tree = wire::read_config_text(std::move(json));
    if (!tree) return wrong(tree.error().message);
    ConfigSection section(*tree);
    ClientOptions options = read_options(section);
    if (!section.problem().empty()) return wrong(section.problem());
    if (auto checked = check_values(options); !checked) return wrong(checked.error().message);
    return options;
}

Result<ClientOptions> with_config_file(ClientOptions options) {
    const std::string& path = options.config_file;
    if (path.empty()) return options;
    auto text = read_file(path, largest_file, "config_file");
    if (!text) return text.error();
    const auto from_file = read_options_text(*std::move(text), "config file " + path);
    if (!from_file) return from_file.error();
    return fill_unset(std::move(options), *from_file);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

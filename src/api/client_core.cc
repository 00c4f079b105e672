// SPDX-License-Identifier: Apache-2.0
#include "api/client_core.h"

#include <algorithm>
#include <utility>

#include "api/config_file.h"
#include "api/endpoint_list.h"
#include "api/environment.h"
#include "api/option_check.h"
#include "transport/curl_transport.h"
#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using std::chrono::milliseconds;

ExchangeTimeouts resolve(const TimeoutOptions& options) {
    ExchangeTimeouts limits;
    limits.connect = options.connect.value_or(limits.connect);
    limits.first_byte = options.first_byte.value_or(limits.first_byte);
    limits.first_token = options.first_token.value_or(limits.first_token);
    limits.between_events = options.between_events.value_or(limits.between_events);
    limits.total = options.total.value_or(limits.total);
    return limits;
}

Result<ClientOptions> complete(ClientOptions options, const GetVariable& get) {
    if (options.read_environment) {
        auto read = with_environment(std::move(options), get ? get : process_environment());
        if (!read) return read;
        options = *std::move(read);
    }
    return with_config_file(std::move(options));
}

pipeline::EndpointIdentity identity_of(const transport::EndpointAddress& address,
                                       const ClientOptions& options, std::size_t index) {
    pipeline::EndpointIdentity identity{
        .name = address.name, .api_key = {}, .headers = address.headers};
    if (index < options.endpoints.size()) {
        const EndpointOptions& given = options.endpoints[index].options();
        identity.api_key = given.api_key;
        identity.server = {given.dialect, given.server_version, "set by the options"};
    }
    // What the endpoint says of itself, credentials in its URL included, comes before the client's.
    const bool has_own =
        std::any_of(address.headers.begin(), address.headers.end(), [](const std::string& line) {
            return transport::same_header_name(line, "Authorization:");
        });
    if (identity.api_key.empty() && !has_own) identity.api_key = options.api_key;
    return identity;
}

std::size_t callback_threads(const ClientOptions& options) {
    return std::clamp<std::size_t>(options.callback_threads, 1, 64);
}

Error closed_error() {
    return Error{.kind = ErrorKind::closed, .message = "the client is closed"};
}

}  // namespace

ClientCore::ClientCore(ClientOptions options, Seams seams)
    : options_(std::move(options)),
      seams_(std::move(seams)),
      clock_(seams_.clock ? seams_.clock : runtime::system_clock()),
      random_(seams_.random ? seams_.random : std::make_shared<runtime::RandomSource>()),
      metrics_(std::make_shared<metrics::ClientMetrics>(clock_)) {}

std::shared_ptr<ClientCore> ClientCore::make(ClientOptions options, Seams seams) {
    std::shared_ptr<ClientCore> core(new ClientCore(std::move(options), std::move(seams)));
    core->start();
    return core;
}

void ClientCore::start() {
    auto completed = complete(options_, seams_.get_variable);
    if (completed) {
        options_ = *std::move(completed);
    } else {
        birth_ = completed.error();
    }
    logger_ = std::make_shared<runtime::Logger>(options_.log_sink, options_.log_level);
    failures_ =
        std::make_shared<runtime::CallbackFailures>([logger = logger_](std::string_view what) {
            logger->log(LogLevel::error, "a callback threw: " + std::string(what));
        });
    runner_ = runtime::make_runner(options_.executor, callback_threads(options_), failures_);
    observation_ = std::make_shared<const pipeline::Observation>(
        pipeline::Observation{clock_, metrics_, options_.on_event});
    if (birth_) birth_ = build();
}

Result<void> ClientCore::build() {
    if (auto checked = check_options(options_); !checked) return checked;
    auto addresses = read_endpoints(options_);
    if (!addresses) return addresses.error();
    pipeline::Dispatcher::Options dispatch;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        dispatch.endpoints.push_back(identity_of((*addresses)[i], options_, i));
    }
    for (const std::string& line : option_warnings(options_, *addresses)) {
        logger_->log(LogLevel::warning, line);
    }
    dispatch.timeouts = resolve(options_.timeouts);
    dispatch.request_hook = options_.request_hook;
    dispatch.key_provider = options_.key_provider;
    transport_ = options_.transport;
    if (!transport_) {
        transport::Settings settings;
        settings.endpoints = *std::move(addresses);
        settings.pool = options_.pool;
        settings.tls = options_.tls;
        settings.proxy = options_.proxy;
        if (!environment_has_proxy(seams_.get_variable ? seams_.get_variable
                                                       : process_environment())) {
            settings.proxy.ignore_environment = true;
        }
        settings.http_version = options_.http_version;
        settings.limits = options_.limits;
        settings.io = options_.io;
        settings.health = options_.health;
        settings.user_agent = options_.user_agent.empty()
                                  ? "vllm-client/" + std::string(library_version())
                                  : options_.user_agent;
        settings.on_event = options_.on_event;
        settings.log = [logger = logger_](LogLevel level, std::string_view line) {
            logger->log(level, line);
        };
        settings.clock = clock_;
        auto made = transport::CurlTransport::make(std::move(settings));
        if (!made) return made.error();
        transport_ = *std::move(made);
    }
    dispatcher_ = std::make_unique<pipeline::Dispatcher>(std::move(dispatch), transport_, random_);
    return {};
}

Result<void> ClientCore::status() const {
    if (!birth_) return birth_;
    if (closed_.load()) return closed_error();
    return {};
}

Result<ClientCore::Prepared> ClientCore::prepare(Result<request::Request>& request) {
    if (!birth_) return birth_.error();
    if (closed_.load()) return closed_error();
    if (!request) return request.error();
    if (auto limits = check_timeouts(request->options.timeouts, "CallOptions.timeouts"); !limits) {
        return limits.error();
    }
    if (request->options.stop.stop_requested()) {
        return Error{.kind = ErrorKind::cancelled,
                     .message = "stop was requested before the request began"};
    }
    auto exchange = dispatcher_->prepare(*request);
    if (!exchange) return std::move(exchange).error();
    auto record = std::make_shared<pipeline::RequestRecord>(
        observation_, request->operation, request->model, exchange->request_id,
        dispatcher_->endpoint_name(exchange->endpoint));
    return Prepared{*std::move(exchange), std::move(record)};
}

MetricsSnapshot ClientCore::metrics() const {
    MetricsSnapshot snapshot = metrics_->snapshot();
    snapshot.callback_exceptions = failures_->count();
    if (transport_) snapshot.pools = transport_->pool_stats();
    for (const PoolStats& pool : snapshot.pools)
        snapshot.resends += pool.resends;
    return snapshot;
}

void ClientCore::reset_metrics() {
    metrics_->reset();
}

void ClientCore::pause(milliseconds limit, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    closing_.wait_for(lock, stop, limit, [this] { return closed_.load(); });
}

std::shared_ptr<runtime::TaskRunner> ClientCore::worker() {
    if (options_.executor.kind() != Executor::Kind::inline_on_io) return runner_;
    const std::lock_guard lock(mutex_);
    // A closed client begins nothing that could block.
    if (closed_.load()) return runner_;
    if (!worker_) worker_ = runtime::make_runner({}, callback_threads(options_), failures_);
    return worker_;
}

void ClientCore::close(milliseconds drain_for) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_.exchange(true)) return;
    }
    closing_.notify_all();
    if (drain_for > milliseconds(0) && detail::may_block_here()) {
        // What is still running after that is cancelled below.
        static_cast<void>(metrics_->wait_idle(drain_for));
    }
    if (transport_) transport_->close();
    runner_->stop();
    std::shared_ptr<runtime::TaskRunner> worker;
    {
        const std::lock_guard lock(mutex_);
        worker = worker_;
    }
    if (worker) worker->stop();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

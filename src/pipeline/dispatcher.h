// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/endpoint_dialects.h"
#include "pipeline/request_record.h"
#include "request/request.h"
#include "runtime/random_source.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// What a request to one endpoint starts from.
struct EndpointIdentity {
    std::string name{};
    std::string api_key{};               ///< Its own, else the client's.
    std::vector<std::string> headers{};  ///< Complete lines: the client's, then the endpoint's.
    ServerIdentity server{};             ///< As the options say; may be found out later.
};

/// Chooses the endpoint of a request and gives it its headers, key, id and limits. Thread-safe.
class Dispatcher {
 public:
    struct Options {
        std::vector<EndpointIdentity> endpoints{};
        ExchangeTimeouts timeouts{};
        RequestHook request_hook{};
        KeyProvider key_provider{};
    };

    Dispatcher(Options options, std::shared_ptr<Transport> transport,
               std::shared_ptr<runtime::RandomSource> random);

    /// The exchange for `request`, or a `config` error naming the option that is wrong.
    [[nodiscard]] Result<HttpRequest> prepare(const request::Request& request);
    /// Hands a prepared exchange to the transport.
    [[nodiscard]] std::shared_ptr<HttpExchange> start(HttpRequest exchange,
                                                      std::shared_ptr<HttpObserver> observer);

    [[nodiscard]] const std::string& endpoint_name(std::size_t endpoint) const noexcept {
        return options_.endpoints[endpoint].name;
    }
    [[nodiscard]] std::size_t endpoint_count() const noexcept { return options_.endpoints.size(); }
    /// The endpoint of this name (empty: the first), or a `config` error.
    [[nodiscard]] Result<std::size_t> find_endpoint(const std::string& name) const;
    [[nodiscard]] EndpointDialects& dialects() noexcept { return dialects_; }
    /// What the options say of the server behind an endpoint.
    [[nodiscard]] const ServerIdentity& configured_server(std::size_t endpoint) const noexcept {
        return options_.endpoints[endpoint].server;
    }

 private:
    using Lines = std::vector<std::string>;

    [[nodiscard]] Result<std::size_t> choose(const std::string& name);
    [[nodiscard]] Result<HttpRequest> prepare_in_dialect(std::size_t endpoint,
                                                         const request::Request& request) const;
    [[nodiscard]] Result<HttpRequest> prepare_elsewhere(std::size_t endpoint,
                                                        const request::Request& request,
                                                        Error unsupported) const;
    [[nodiscard]] Result<HttpRequest> prepare_for(std::size_t endpoint,
                                                  const request::Request& request) const;
    [[nodiscard]] Result<std::string> key_for(const request::Request& request,
                                              std::size_t endpoint) const;
    [[nodiscard]] Result<Lines> special_headers(const request::Request& request,
                                                std::size_t endpoint) const;
    [[nodiscard]] Result<void> name_request(HttpRequest& exchange,
                                            const request::Request& request) const;
    [[nodiscard]] ExchangeTimeouts limits(const TimeoutOptions& call) const;

    const Options options_;
    const std::shared_ptr<Transport> transport_;
    const std::shared_ptr<runtime::RandomSource> random_;
    EndpointDialects dialects_;
    /// Per endpoint: the headers of a request that has nothing special, shared by all of them.
    std::vector<std::shared_ptr<const Lines>> usual_post_;
    std::vector<std::shared_ptr<const Lines>> usual_get_;
    std::atomic<std::size_t> next_{0};  // round robin; any thread
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline

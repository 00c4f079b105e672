// SPDX-License-Identifier: Apache-2.0
#include "pipeline/dispatcher.h"

#include <algorithm>
#include <utility>

#include "transport/header_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {
namespace {

constexpr const char* json_content = "Content-Type: application/json";

// Adds a line, taking the place of one with the same name.
void replace(std::vector<std::string>& lines, std::string line) {
    for (std::string& existing : lines) {
        if (transport::same_header_name(existing, line)) {
            existing = std::move(line);
            return;
        }
    }
    lines.push_back(std::move(line));
}

const std::string* find_line(const std::vector<std::string>& lines, std::string_view name) {
    for (const std::string& line : lines) {
        // The length first: this is asked for every request.
        const bool may_be = line.size() > name.size() && line[name.size()] == ':';
        if (may_be && transport::same_header_name(line, name)) return &line;
    }
    return nullptr;
}

std::vector<std::string> without(std::vector<std::string> lines, std::string_view name) {
    std::erase_if(
        lines, [name](const std::string& line) { return transport::same_header_name(line, name); });
    return lines;
}

Result<void> add_all(std::vector<std::string>& lines, const std::vector<Header>& headers,
                     const std::string& field) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        auto line = transport::header_line(headers[i], field + "[" + std::to_string(i) + "]");
        if (!line) return line.error();
        replace(lines, *std::move(line));
    }
    return {};
}

std::vector<ServerIdentity> servers_of(const std::vector<EndpointIdentity>& endpoints) {
    std::vector<ServerIdentity> servers;
    servers.reserve(endpoints.size());
    for (const EndpointIdentity& endpoint : endpoints)
        servers.push_back(endpoint.server);
    return servers;
}

std::string_view method_name(HttpMethod method) {
    switch (method) {
        case HttpMethod::get:
            return "GET";
        case HttpMethod::post:
            return "POST";
        case HttpMethod::del:
            break;
    }
    return "DELETE";
}

}  // namespace

Dispatcher::Dispatcher(Options options, std::shared_ptr<Transport> transport,
                       std::shared_ptr<runtime::RandomSource> random)
    : options_(std::move(options)),
      transport_(std::move(transport)),
      random_(std::move(random)),
      dialects_(servers_of(options_.endpoints)) {
    for (const EndpointIdentity& endpoint : options_.endpoints) {
        Lines lines = endpoint.headers;
        if (!endpoint.api_key.empty()) {
            replace(lines, "Authorization: Bearer " + endpoint.api_key);
        }
        Lines post{json_content};
        for (const std::string& line : lines)
            replace(post, line);
        usual_get_.push_back(std::make_shared<const Lines>(std::move(lines)));
        usual_post_.push_back(std::make_shared<const Lines>(std::move(post)));
    }
}

Result<std::size_t> Dispatcher::find_endpoint(const std::string& name) const {
    const auto& endpoints = options_.endpoints;
    if (name.empty()) return std::size_t{0};
    const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                    [&name](const auto& e) { return e.name == name; });
    if (found == endpoints.end()) {
        return Error{.kind = ErrorKind::config,
                     .message = "CallOptions.endpoint names no endpoint of this client",
                     .phase = Phase::validate};
    }
    return static_cast<std::size_t>(found - endpoints.begin());
}

Result<std::size_t> Dispatcher::choose(const std::string& name) {
    const auto& endpoints = options_.endpoints;
    if (!name.empty()) return find_endpoint(name);
    if (endpoints.size() == 1) return std::size_t{0};
    const std::size_t first = next_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const std::size_t candidate = (first + i) % endpoints.size();
        if (transport_->endpoint_healthy(candidate)) return candidate;
    }
    // With every endpoint down, the check may be what is wrong.
    return first % endpoints.size();
}

Result<std::string> Dispatcher::key_for(const request::Request& request,
                                        std::size_t endpoint) const {
    if (!request.options.api_key.empty()) return request.options.api_key;
    if (!options_.key_provider) return options_.endpoints[endpoint].api_key;
    try {
        return options_.key_provider(options_.endpoints[endpoint].name);
    } catch (...) {
        return Error{.kind = ErrorKind::config,
                     .message = "the key provider threw an exception",
                     .phase = Phase::validate};
    }
}

Result<std::vector<std::string>> Dispatcher::special_headers(const request::Request& request,
                                                             std::size_t endpoint) const {
    Lines lines;
    if (request.body) {
        const std::string type =
            request.content_type.empty() ? std::string("application/json") : request.content_type;
        auto line = transport::header_line({"Content-Type", type}, "RawRequest.content_type");
        if (!line) return line.error();
        lines.push_back(*std::move(line));
    }
    for (const std::string& line : options_.endpoints[endpoint].headers)
        replace(lines, line);
    auto key = key_for(request, endpoint);
    if (!key) return key.error();
    if (!key->empty()) {
        auto line = transport::header_line({"Authorization", "Bearer " + *key}, "the API key");
        if (!line) return line.error();
        replace(lines, *std::move(line));
    }
    if (auto added = add_all(lines, request.options.headers, "CallOptions.headers"); !added) {
        return added.error();
    }
    if (!options_.request_hook) return lines;
    std::vector<Header> hooked;
    try {
        hooked = options_.request_hook(
            RequestView{.endpoint = options_.endpoints[endpoint].name,
                        .method = method_name(request.method),
                        .path = request.path,
                        .body = request.body ? std::string_view(*request.body) : ""});
    } catch (...) {
        return Error{.kind = ErrorKind::config,
                     .message = "the request hook threw an exception",
                     .phase = Phase::validate};
    }
    if (auto added = add_all(lines, hooked, "request hook"); !added) return added.error();
    return lines;
}

ExchangeTimeouts Dispatcher::limits(const TimeoutOptions& call) const {
    ExchangeTimeouts limits = options_.timeouts;
    limits.connect = call.connect.value_or(limits.connect);
    limits.first_byte = call.first_byte.value_or(limits.first_byte);
    limits.first_token = call.first_token.value_or(limits.first_token);
    limits.between_events = call.between_events.value_or(limits.between_events);
    limits.total = call.total.value_or(limits.total);
    return limits;
}

Result<HttpRequest> Dispatcher::prepare(const request::Request& request) {
    const auto endpoint = choose(request.options.endpoint);
    if (!endpoint) return endpoint.error();
    if (!dialects_.must_adapt(*endpoint)) return prepare_for(*endpoint, request);
    auto prepared = prepare_in_dialect(*endpoint, request);
    const bool may_go_elsewhere = !prepared && request.options.endpoint.empty() &&
                                  prepared.error().kind == ErrorKind::unsupported;
    if (!may_go_elsewhere) return prepared;
    return prepare_elsewhere(*endpoint, request, std::move(prepared).error());
}

Result<HttpRequest> Dispatcher::prepare_in_dialect(std::size_t endpoint,
                                                   const request::Request& request) const {
    auto adapted = dialects_.adapt(request, endpoint);
    if (adapted) return prepare_for(endpoint, *adapted);
    Error error = std::move(adapted).error();
    error.endpoint = options_.endpoints[endpoint].name;
    return error;
}

// The next endpoint that is up and can do what the one chosen cannot; else that one's error.
Result<HttpRequest> Dispatcher::prepare_elsewhere(std::size_t endpoint,
                                                  const request::Request& request,
                                                  Error unsupported) const {
    const std::size_t count = options_.endpoints.size();
    for (std::size_t i = 1; i < count; ++i) {
        const std::size_t other = (endpoint + i) % count;
        if (!transport_->endpoint_healthy(other)) continue;
        if (!dialects_.must_adapt(other)) return prepare_for(other, request);
        auto prepared = prepare_in_dialect(other, request);
        if (prepared || prepared.error().kind != ErrorKind::unsupported) return prepared;
    }
    return unsupported;
}

Result<HttpRequest> Dispatcher::prepare_for(std::size_t endpoint,
                                            const request::Request& request) const {
    HttpRequest exchange;
    exchange.endpoint = endpoint;
    exchange.method = request.method;
    exchange.path = request.path;
    exchange.body = request.body;
    exchange.stream = request.stream;
    exchange.at_most_once = request.options.at_most_once;
    exchange.timeouts = limits(request.options.timeouts);
    const bool special = options_.request_hook || options_.key_provider ||
                         !request.options.api_key.empty() || !request.options.headers.empty() ||
                         !request.content_type.empty();
    if (special) {
        auto lines = special_headers(request, endpoint);
        if (!lines) return lines.error();
        exchange.common_headers = std::make_shared<const Lines>(*std::move(lines));
    } else {
        exchange.common_headers = (request.body ? usual_post_ : usual_get_)[endpoint];
    }
    if (auto named = name_request(exchange, request); !named) return named.error();
    return exchange;
}

// The id that the caller gave, else the one among the headers, else a new one.
Result<void> Dispatcher::name_request(HttpRequest& exchange,
                                      const request::Request& request) const {
    constexpr std::string_view name = "X-Request-Id";
    const std::string& given =
        request.options.request_id.empty() ? request.request_id : request.options.request_id;
    const std::string* own_line = find_line(*exchange.common_headers, name);
    if (given.empty() && own_line) {
        exchange.request_id = own_line->substr(std::min(own_line->size(), name.size() + 2));
        return {};
    }
    if (own_line) {
        exchange.common_headers =
            std::make_shared<const Lines>(without(*exchange.common_headers, name));
    }
    if (given.empty()) {
        exchange.request_id = random_->hex_id();
        exchange.headers.push_back(std::string(name) + ": " + exchange.request_id);
        return {};
    }
    exchange.request_id = given;
    auto line = transport::header_line({std::string(name), given}, "CallOptions.request_id");
    if (!line) return line.error();
    exchange.headers.push_back(*std::move(line));
    return {};
}

std::shared_ptr<HttpExchange> Dispatcher::start(HttpRequest exchange,
                                                std::shared_ptr<HttpObserver> observer) {
    return transport_->start(std::move(exchange), std::move(observer));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline

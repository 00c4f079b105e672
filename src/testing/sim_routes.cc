// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_routes.h"

#include <algorithm>
#include <exception>
#include <string>

#include "testing/sim_error.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr std::string_view json_type = "application/json";

bool is_guarded(std::string_view path) {
    for (const std::string_view prefix : {"/v1", "/v2", "/inference", "/cohere"}) {
        if (path.starts_with(prefix)) return true;
    }
    return false;
}

bool is_authorized(const SimOptions& options, const HttpRequest& request) {
    if (options.api_keys.empty() || !is_guarded(request.path) || request.method == "OPTIONS") {
        return true;
    }
    std::string_view value = request.authorization;
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos) return false;
    std::string scheme(value.substr(0, space));
    for (char& c : scheme)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    value.remove_prefix(space + 1);
    return scheme == "bearer" && std::find(options.api_keys.begin(), options.api_keys.end(),
                                           value) != options.api_keys.end();
}

// vLLM sends an unknown path with a slash at its end to the known one without.
void refuse_path(const Exchange& exchange) {
    std::string_view path = exchange.http.path;
    if (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
        if (find_route(path, exchange.place.options()).route != no_route()) {
            return exchange.sink.reply(
                307, "", "", "location: http://" + exchange.http.host + std::string(path) + "\r\n");
        }
    }
    exchange.sink.reply(404, json_type, R"({"detail":"Not Found"})");
}

std::uint8_t method_bit(std::string_view method) {
    if (method == "POST") return method_post;
    if (method == "GET") return method_get;
    return method == "DELETE" ? method_delete : 0;
}

void refuse_method(const Exchange& exchange, std::uint8_t methods) {
    std::string allowed;
    const auto add = [&](std::uint8_t method, const char* name) {
        if ((methods & method) == 0) return;
        allowed.append(allowed.empty() ? "" : ", ").append(name);
    };
    add(method_get, "GET");
    add(method_post, "POST");
    add(method_delete, "DELETE");
    exchange.sink.reply(405, json_type, R"({"detail":"Method Not Allowed"})",
                        "allow: " + allowed + "\r\n");
}

}  // namespace

std::unique_ptr<Call> dispatch(Workplace& place, const HttpRequest& request,
                               const RouteMatch& match, ResponseSink& sink) {
    const Exchange exchange{place, request, sink, match.name};
    try {
        if (!is_authorized(place.options(), request)) {
            sink.reply(401, json_type, R"({"error":"Unauthorized"})");
        } else if (match.route == no_route()) {
            refuse_path(exchange);
        } else if (const RouteRow& row = route_table()[match.route];
                   (row.methods & method_bit(request.method)) == 0) {
            refuse_method(exchange, row.methods);
        } else {
            return row.handler(exchange);
        }
    } catch (const ApiFailure& failure) {
        sink.reply(failure.error().status, json_type, error_body(failure.error()));
    } catch (const UnreadableBody&) {
        sink.reply(400, json_type, R"({"detail":"There was an error parsing the body"})");
    } catch (const std::exception&) {
        // A request that the simulator itself cannot cope with, as an unexpected engine exception.
        sink.reply(500, json_type, error_body(internal_error()));
    }
    return nullptr;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

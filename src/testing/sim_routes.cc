// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_routes.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_embedding_call.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_call.h"
#include "testing/sim_json_text.h"
#include "testing/sim_metrics_page.h"
#include "testing/sim_token_routes.h"
#include "testing/sim_utf8.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr std::string_view json_type = "application/json";

bool serves(const SimOptions& options, std::string_view task) {
    return std::find(options.tasks.begin(), options.tasks.end(), task) != options.tasks.end();
}

bool is_get(Route route) {
    switch (route) {
        case Route::health:
        case Route::version:
        case Route::models:
        case Route::metrics:
        case Route::load:
            return true;
        default:
            return false;
    }
}

bool is_guarded(std::string_view path) {
    return path.starts_with("/v1") || path.starts_with("/v2");
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

bool is_json_type(std::string_view type) {
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' '))
        type.remove_suffix(1);
    return std::equal(
        type.begin(), type.end(), json_type.begin(), json_type.end(),
        [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// Not text at all; no content coding is understood, so a compressed body is one of these.
class UnreadableBody : public std::exception {};

// Python's words for what nlohmann found.
std::string_view python_reason(std::string_view found) {
    const auto says = [&](std::string_view words) { return found.find(words) != found.npos; };
    if (says("; expected end of input")) return "Extra data";
    if (says("object key")) return "Expecting property name enclosed in double quotes";
    if (says("object separator")) return "Expecting ':' delimiter";
    if (says("expected '}'") || says("expected ']'")) return "Expecting ',' delimiter";
    return "Expecting value";
}

// Python's position: the start of the token that does not fit, the end if there is none.
std::size_t python_offset(const std::string& body, const json::parse_error& error) {
    std::size_t offset = std::min(error.byte > 0 ? error.byte - 1 : 0, body.size());
    if (std::string_view(error.what()).find("invalid literal") == std::string_view::npos) {
        return offset;
    }
    while (offset > 0 && std::isalnum(static_cast<unsigned char>(body[offset - 1])) != 0)
        --offset;
    return offset;
}

[[noreturn]] void refuse(const FieldReader& fields) {
    fields.check();
    throw UnreadableBody();
}

[[noreturn]] void refuse_json(const std::string& body, const json::parse_error& error) {
    if (!is_utf8(body)) throw UnreadableBody();
    const json nothing = json::object();
    FieldReader fields(nothing);
    fields.problem("json_invalid", std::to_string(python_offset(body, error)), "JSON decode error",
                   nothing, "{'error': " + python_quoted(python_reason(error.what())) + "}");
    refuse(fields);
}

[[noreturn]] void refuse_shape(std::string_view type, std::string_view message, const json& body) {
    FieldReader fields(body);
    fields.problem(type, "", message, body);
    refuse(fields);
}

// FastAPI looks at the body first, and only then at its type.
json read_body(const HttpRequest& request) {
    if (!is_json_type(request.content_type)) {
        throw ApiFailure({.type = "Bad Request",
                          .message = "1 validation error:\n  Unsupported Media Type: Only "
                                     "'application/json' is allowed"});
    }
    if (request.body.empty()) refuse_shape("missing", "Field required", json());
    json body;
    try {
        body = json::parse(request.body);
    } catch (const json::parse_error& error) {
        refuse_json(request.body, error);
    }
    if (!body.is_object()) {
        refuse_shape("model_attributes_type",
                     "Input should be a valid dictionary or object to extract fields from", body);
    }
    return body;
}

std::string request_id_of(Workplace& place, const HttpRequest& request, const json& body) {
    if (!request.request_id.empty()) return request.request_id;
    const auto found = body.find("request_id");
    return found != body.end() && found->is_string() ? found->get<std::string>() : place.new_id();
}

void check_status_fault(const SimFault& fault) {
    if (fault.http_status >= 400) throw ApiFailure(error_of_status(fault.http_status));
}

std::unique_ptr<Call> generate(Workplace& place, const HttpRequest& http, Route route,
                               ResponseSink& sink) {
    const json body = read_body(http);
    GenerationRequest request = route == Route::chat
                                    ? read_chat_request(body, place.options())
                                    : read_completion_request(body, place.options());
    const std::string id = request_id_of(place, http, body);
    const SimFault fault = place.fault_of(http.path, request.model, id, request.stream);
    if (!request.fault_given) request.fault = fault;
    check_status_fault(request.fault);
    request.id = (request.chat ? "chatcmpl-" : "cmpl-") + id;
    auto call = std::make_unique<GenerationCall>(place, sink, std::move(request));
    if (!call->start()) call.reset();
    return call;
}

std::unique_ptr<Call> embed(Workplace& place, const HttpRequest& http, ResponseSink& sink) {
    const json body = read_body(http);
    EmbeddingRequest request = read_embedding_request(body, place.options());
    const std::string id = request_id_of(place, http, body);
    request.fault = place.fault_of(http.path, request.model, id, false);
    check_status_fault(request.fault);
    request.id = "embd-" + id;
    auto call = std::make_unique<EmbeddingCall>(place, sink, std::move(request));
    call->start();
    return call;
}

std::string models_body(Workplace& place) {
    const auto created = static_cast<std::int64_t>(unix_now());
    std::string body = R"({"object":"list","data":[)";
    for (const std::string& model : place.options().models) {
        if (&model != &place.options().models.front()) body += ',';
        body += R"({"id":)";
        append_quoted(body, model);
        body += R"(,"object":"model","created":)";
        append_number(body, created);
        body += R"(,"owned_by":"vllm","root":)";
        append_quoted(body, "/models/" + place.options().models.front());
        body += R"(,"parent":null,"max_model_len":)";
        append_number(body, place.options().max_model_len);
        body += R"(,"permission":[{"id":"modelperm-)" + place.new_id();
        body += R"(","object":"model_permission","created":)";
        append_number(body, created);
        body += R"(,"allow_create_engine":false,"allow_sampling":true,"allow_logprobs":true,)";
        body += R"("allow_search_indices":false,"allow_view":true,"allow_fine_tuning":false,)";
        body += R"("organization":"*","group":null,"is_blocking":false}]})";
    }
    return body + "]}";
}

std::uint64_t server_load(const Workplace& place) {
    return place.options().server_load_tracking ? place.metrics.calls_in_flight.get() : 0;
}

std::unique_ptr<Call> answer(Workplace& place, const HttpRequest& request, Route route,
                             ResponseSink& sink) {
    switch (route) {
        case Route::chat:
        case Route::completions:
            return generate(place, request, route, sink);
        case Route::embeddings:
            return embed(place, request, sink);
        case Route::tokenize:
            sink.reply(200, json_type, tokenize_reply(read_body(request), place.options()));
            return nullptr;
        case Route::detokenize:
            sink.reply(200, json_type, detokenize_reply(read_body(request), place.options()));
            return nullptr;
        case Route::health:
        case Route::ping:
            sink.reply(place.server.healthy ? 200 : 503, "", "");
            return nullptr;
        case Route::version:
            sink.reply(200, json_type, R"({"version":"0.32.0"})");
            return nullptr;
        case Route::models:
            sink.reply(200, json_type, models_body(place));
            return nullptr;
        case Route::load:
            sink.reply(200, json_type,
                       R"({"server_load":)" + std::to_string(server_load(place)) + "}");
            return nullptr;
        case Route::metrics:
            place.publish_queue();
            sink.reply(200, "text/plain; version=1.0.0; charset=utf-8",
                       metrics_page(place.options(), place.server.metrics, place.server.started));
            return nullptr;
        case Route::none:
            break;
    }
    return nullptr;
}

// What is answered before a route is entered; true if that was all.
bool turned_away(Workplace& place, const HttpRequest& request, Route route, ResponseSink& sink) {
    if (!is_authorized(place.options(), request)) {
        sink.reply(401, json_type, R"({"error":"Unauthorized"})");
        return true;
    }
    if (route == Route::none) {
        std::string_view path = request.path;
        if (path.size() > 1 && path.ends_with('/') &&
            route_of(path.substr(0, path.size() - 1), place.options()) != Route::none) {
            path.remove_suffix(1);
            sink.reply(307, "", "",
                       "location: http://" + request.host + std::string(path) + "\r\n");
        } else {
            sink.reply(404, json_type, R"({"detail":"Not Found"})");
        }
        return true;
    }
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    if (route == Route::ping ? get || post : is_get(route) ? get : post) return false;
    const char* const allowed = route == Route::ping ? "GET, POST" : is_get(route) ? "GET" : "POST";
    sink.reply(405, json_type, R"({"detail":"Method Not Allowed"})",
               std::string("allow: ") + allowed + "\r\n");
    return true;
}

}  // namespace

Route route_of(std::string_view path, const SimOptions& options) {
    for (std::size_t i = 0; i + 1 < route_count; ++i) {
        const auto route = static_cast<Route>(i);
        if (path != path_of(route)) continue;
        const bool generates = route == Route::chat || route == Route::completions;
        if (generates && !serves(options, "generate")) return Route::none;
        if (route == Route::embeddings && !serves(options, "embed")) return Route::none;
        return route;
    }
    return Route::none;
}

std::unique_ptr<Call> dispatch(Workplace& place, const HttpRequest& request, ResponseSink& sink) {
    const Route route = route_of(request.path, place.options());
    if (turned_away(place, request, route, sink)) return nullptr;
    try {
        return answer(place, request, route, sink);
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

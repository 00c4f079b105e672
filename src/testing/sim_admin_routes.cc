// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_admin_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_query.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::unique_ptr<Call> reply(const Exchange& exchange, const ordered_json& body) {
    exchange.sink.reply(200, "application/json", body.dump());
    return nullptr;
}

// These routes read their body themselves, whatever its type is said to be.
json loose_body(const Exchange& exchange) {
    json body = json::parse(exchange.http.body, nullptr, false);
    if (body.is_discarded()) {
        throw ApiFailure({.type = "Bad Request", .message = "Invalid JSON format"});
    }
    if (!body.is_object()) {
        throw ApiFailure({.type = "Bad Request", .message = "Request body must be a JSON object"});
    }
    return body;
}

std::string read_mode(FieldReader& fields) {
    const std::string mode = fields.text("mode").value_or("abort");
    if (mode != "abort" && mode != "wait" && mode != "keep") {
        fields.problem("literal_error", "mode", "Input should be 'abort', 'wait' or 'keep'", mode,
                       R"({'expected': "'abort', 'wait' or 'keep'"})");
    }
    return mode;
}

std::uint64_t sequences_at_work(const ServerState& server) {
    std::uint64_t count = 0;
    for (const ShardMetrics* const shard : server.metrics)
        count += shard->running.get() + shard->waiting.get();
    return count;
}

int positive(const json& body, const char* name, int fallback) {
    const auto found = body.find(name);
    if (found == body.end()) return fallback;
    if (found->is_number_integer() && found->get<std::int64_t>() > 0) return found->get<int>();
    throw ApiFailure(
        {.type = "Bad Request", .message = std::string(name) + " must be a positive integer"});
}

}  // namespace

std::unique_ptr<Call> answer_sleep(const Exchange& exchange) {
    const json query = query_object(exchange.http.query);
    FieldReader fields(query, "query");
    const std::int64_t level = fields.integer("level").value_or(1);
    if (level < 0) {
        fields.problem("greater_than_equal", "level", "Input should be greater than or equal to 0",
                       query["level"], "{'ge': 0}");
    } else if (level > 2) {
        fields.problem("less_than_equal", "level", "Input should be less than or equal to 2",
                       query["level"], "{'le': 2}");
    }
    const std::string mode = read_mode(fields);
    fields.check();
    ServerState& server = exchange.place.server;
    server.admin.lose_memory();
    hold_engines(server, server.admin.asleep, mode);
    return reply(exchange, {{"status", "sleeping"}, {"level", level}});
}

std::unique_ptr<Call> answer_wake_up(const Exchange& exchange) {
    const auto tags = query_values(exchange.http.query, "tags");
    ServerState& server = exchange.place.server;
    const bool awake = server.admin.wake(tags);
    if (awake) release_engines(server, server.admin.asleep);
    return reply(exchange, {{"status", awake ? "awake" : "sleeping"},
                            {"tags", tags.empty() ? ordered_json() : ordered_json(tags)}});
}

std::unique_ptr<Call> answer_is_sleeping(const Exchange& exchange) {
    return reply(exchange, {{"is_sleeping", exchange.place.server.admin.asleep.load()}});
}

std::unique_ptr<Call> answer_release_kv_cache(const Exchange& exchange) {
    if (!exchange.place.server.admin.held()) {
        throw ApiFailure({.status = 500,
                          .type = "InternalServerError",
                          .message = "Call to release_kv_cache_memory method failed: "
                                     "release_kv_cache_memory() requires a completed pause first"});
    }
    return reply(exchange, {{"status", "kv_cache_released"}});
}

std::unique_ptr<Call> answer_pause(const Exchange& exchange) {
    const json query = query_object(exchange.http.query);
    FieldReader fields(query, "query");
    const std::string mode = read_mode(fields);
    (void)fields.boolean("clear_cache");
    fields.check();
    ServerState& server = exchange.place.server;
    hold_engines(server, server.admin.paused, mode);
    return reply(exchange, {{"status", "paused"}});
}

std::unique_ptr<Call> answer_resume(const Exchange& exchange) {
    ServerState& server = exchange.place.server;
    release_engines(server, server.admin.paused);
    return reply(exchange, {{"status", "resumed"}});
}

std::unique_ptr<Call> answer_is_paused(const Exchange& exchange) {
    return reply(exchange, {{"is_paused", exchange.place.server.admin.held()}});
}

std::unique_ptr<Call> answer_abort_requests(const Exchange& exchange) {
    const json body = loose_body(exchange);
    std::vector<std::string> ids;
    const json wanted = body.value("request_ids", json());
    for (const json& id : wanted.is_array() ? wanted : json::array()) {
        if (id.is_string()) ids.push_back(id.get<std::string>());
    }
    ServerState& server = exchange.place.server;
    const std::uint64_t count = ids.empty() ? sequences_at_work(server) : ids.size();
    abort_everywhere(server, ids);
    return reply(exchange, {{"status", "aborted"}, {"aborted", count}});
}

std::unique_ptr<Call> answer_reset_prefix_cache(const Exchange& exchange) {
    const json query = query_object(exchange.http.query);
    FieldReader fields(query, "query");
    (void)fields.boolean("reset_running_requests");
    (void)fields.boolean("reset_external");
    fields.check();
    return reply(exchange, {{"success", true}});
}

std::unique_ptr<Call> answer_nothing(const Exchange& exchange) {
    exchange.sink.reply(200, "", "");
    return nullptr;
}

std::unique_ptr<Call> answer_server_info(const Exchange& exchange) {
    const json query = query_object(exchange.http.query);
    FieldReader fields(query, "query");
    const std::string format = fields.text("config_format").value_or("text");
    if (format != "text" && format != "json") {
        fields.problem("literal_error", "config_format", "Input should be 'text' or 'json'", format,
                       R"({'expected': "'text' or 'json'"})");
    }
    fields.check();
    const SimOptions& options = exchange.place.options();
    const std::string& model = options.models.front();
    ordered_json config;
    if (format == "json") {
        config = {{"model_config",
                   {{"model", model}, {"max_model_len", options.max_model_len}, {"seed", 0}}},
                  {"scheduler_config",
                   {{"max_num_seqs", options.time.slots},
                    {"max_num_batched_tokens", options.time.step_tokens}}}};
    } else {
        config = "model='" + model + "', max_seq_len=" + std::to_string(options.max_model_len);
    }
    return reply(exchange, {{"vllm_config", config},
                            {"vllm_env", {{"VLLM_SERVER_DEV_MODE", true}}},
                            {"system_env", {{"vllm_version", "0.32.0"}}}});
}

std::unique_ptr<Call> answer_collective_rpc(const Exchange& exchange) {
    const json body = loose_body(exchange);
    const auto method = body.find("method");
    if (method == body.end() || !method->is_string()) {
        throw ApiFailure({.type = "Bad Request", .message = "Missing 'method' in request body"});
    }
    const std::string name = method->get<std::string>();
    constexpr std::string_view known[] = {"check_health", "get_model_info", "reload_weights",
                                          "reset_mm_cache"};
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
        throw ApiFailure(
            {.status = 500,
             .type = "InternalServerError",
             .message =
                 "Call to collective_rpc method failed: Worker failed with error ''SimWorker' "
                 "object has no attribute '" +
                 name + "'', please check the stack trace above for the root cause"});
    }
    return reply(exchange, {{"results", ordered_json::array({nullptr})}});
}

std::unique_ptr<Call> answer_start_profile(const Exchange& exchange) {
    if (exchange.place.server.admin.profiling.exchange(true)) {
        throw ApiFailure(
            {.status = 409, .type = "Conflict", .message = "Profiler is already active"});
    }
    return answer_nothing(exchange);
}

std::unique_ptr<Call> answer_stop_profile(const Exchange& exchange) {
    exchange.place.server.admin.profiling = false;
    return answer_nothing(exchange);
}

std::unique_ptr<Call> answer_kv_event_sources(const Exchange& exchange) {
    return reply(exchange, ordered_json::object());
}

std::unique_ptr<Call> answer_is_scaling(const Exchange& exchange) {
    return reply(exchange, {{"is_scaling_elastic_ep", false}});
}

std::unique_ptr<Call> answer_scale(const Exchange& exchange) {
    const json body = loose_body(exchange);
    if (!body.contains("new_data_parallel_size")) {
        throw ApiFailure({.type = "Bad Request", .message = "new_data_parallel_size is required"});
    }
    const int size = positive(body, "new_data_parallel_size", 1);
    (void)positive(body, "drain_timeout", 120);
    exchange.place.server.admin.data_parallel_size = size;
    return reply(exchange,
                 {{"message", "Scaled to " + std::to_string(size) + " data parallel engines"}});
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

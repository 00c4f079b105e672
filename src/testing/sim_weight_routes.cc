// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_weight_routes.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"
#include "testing/sim_query.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::unique_ptr<Call> reply(const Exchange& exchange, const ordered_json& body) {
    exchange.sink.reply(200, "application/json", body.dump());
    return nullptr;
}

// Bodies are optional here, except where a member of them is asked for.
json body_of(const Exchange& exchange) {
    return exchange.http.body.empty() ? json::object() : read_body(exchange.http);
}

void need(FieldReader& fields, const char* name) {
    if (fields.find(name) != nullptr) return;
    fields.problem("missing", name, "Field required", json());
}

ordered_json checksums(const Exchange& exchange) {
    const std::string version = exchange.place.server.admin.weight_version();
    ordered_json sums = ordered_json::object();
    for (const std::string name : {"model.embed_tokens.weight", "lm_head.weight"})
        sums[name] = hex16(mixed(hash_of(name), hash_of(version)));
    return sums;
}

ordered_json comparison(const ordered_json& sums, const json& baseline) {
    std::set<std::string> mismatches;
    for (const auto& [name, sum] : sums.items()) {
        if (!baseline.contains(name) || baseline[name] != sum.get<std::string>()) {
            mismatches.insert(name);
        }
    }
    for (const auto& [name, sum] : baseline.items()) {
        if (!sums.contains(name)) mismatches.insert(name);
    }
    return {{"match", mismatches.empty()}, {"mismatches", mismatches}};
}

}  // namespace

std::unique_ptr<Call> answer_init_transfer(const Exchange& exchange) {
    const json body = body_of(exchange);
    FieldReader fields(body);
    need(fields, "init_info");
    (void)fields.object("init_info");
    fields.check();
    return reply(exchange, {{"message", "Weight transfer initialized"}});
}

std::unique_ptr<Call> answer_update_weights(const Exchange& exchange) {
    const json body = body_of(exchange);
    FieldReader fields(body);
    need(fields, "update_info");
    fields.check();
    return reply(exchange, {{"message", "Weights updated"}});
}

std::unique_ptr<Call> answer_weight_step(const Exchange& exchange) {
    const std::string& path = exchange.http.path;
    const json body = body_of(exchange);
    FieldReader fields(body);
    if (path == "/finish_weight_update") {
        const auto version = fields.text("weight_version");
        fields.check();
        if (version) exchange.place.server.admin.set_weight_version(*version);
        return reply(exchange, {{"message", "Weight update finished"}});
    }
    const char* const message = path == "/start_weight_update" ? "Weight update started"
                                : path == "/start_draft_weight_update"
                                    ? "Draft weight update started"
                                    : "Weight transfer shut down";
    return reply(exchange, {{"message", message}});
}

std::unique_ptr<Call> answer_update_version(const Exchange& exchange) {
    const json body = body_of(exchange);
    FieldReader fields(body);
    need(fields, "new_version");
    const std::string version = fields.text("new_version").value_or("");
    fields.check();
    exchange.place.server.admin.set_weight_version(version);
    return reply(exchange, {{"success", true}, {"new_version", version}});
}

std::unique_ptr<Call> answer_weight_info(const Exchange& exchange) {
    return reply(exchange, {{"weight_version", exchange.place.server.admin.weight_version()}});
}

std::unique_ptr<Call> answer_weight_checker(const Exchange& exchange) {
    const json body = body_of(exchange);
    FieldReader fields(body);
    need(fields, "action");
    const std::string action = fields.text("action").value_or("checksum");
    if (action != "checksum" && action != "reset" && action != "compare") {
        fields.problem("literal_error", "action",
                       "Input should be 'checksum', 'reset' or 'compare'", action,
                       R"({'expected': "'checksum', 'reset' or 'compare'"})");
    }
    const json* const baseline = fields.object("baseline");
    fields.check();
    if (action == "reset") return reply(exchange, {{"status", "reset"}});
    const ordered_json sums = checksums(exchange);
    if (action == "checksum") return reply(exchange, {{"checksums", sums}});
    if (baseline == nullptr) {
        throw ApiFailure(
            {.type = "Bad Request", .message = "action='compare' requires a 'baseline' object"});
    }
    return reply(exchange, comparison(sums, *baseline));
}

std::unique_ptr<Call> answer_world_size(const Exchange& exchange) {
    const json query = query_object(exchange.http.query);
    FieldReader fields(query, "query");
    const bool all = fields.boolean("include_dp").value_or(true);
    fields.check();
    const int size = exchange.place.server.admin.data_parallel_size;
    return reply(exchange, {{"world_size", all ? size : 1}});
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

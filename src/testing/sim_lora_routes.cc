// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_lora_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_query.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(int status, const char* type, std::string message) {
    throw ApiFailure({.status = status, .type = type, .message = std::move(message)});
}

std::unique_ptr<Call> succeed(const Exchange& exchange, const std::string& name, const char* what) {
    exchange.sink.reply(200, "", "Success: LoRA adapter '" + name + "' " + what + " successfully.");
    return nullptr;
}

std::unique_ptr<Call> load(const Exchange& exchange, const std::string& name,
                           const std::string& path, bool in_place) {
    ServerState& server = exchange.place.server;
    const auto& models = server.options.models;
    if (name.empty() || path.empty()) {
        refuse(400, "InvalidUserInput", "Both 'lora_name' and 'lora_path' must be provided.");
    }
    if (std::find(models.begin(), models.end(), name) != models.end()) {
        refuse(400, "InvalidUserInput",
               "The lora adapter '" + name + "' conflicts with a served base model.");
    }
    if (!in_place && server.adapters.has(name)) {
        refuse(400, "InvalidUserInput",
               "The lora adapter '" + name +
                   "' has already been loaded. If you want to load the adapter in place, set "
                   "'load_inplace' to True.");
    }
    // There are no files here; a path that says so stands for one without an adapter.
    if (path.find("missing") != std::string::npos) {
        refuse(404, "NotFoundError",
               "Loading lora " + name + " failed: No adapter found for " + path);
    }
    server.adapters.load({name, path});
    return succeed(exchange, name, "added");
}

std::unique_ptr<Call> unload(const Exchange& exchange, const std::string& name) {
    if (name.empty()) {
        refuse(400, "InvalidUserInput",
               "'lora_name' needs to be provided to unload a LoRA adapter.");
    }
    if (!exchange.place.server.adapters.unload(name)) {
        refuse(404, "NotFoundError", "The lora adapter '" + name + "' cannot be found.");
    }
    return succeed(exchange, name, "removed");
}

}  // namespace

std::unique_ptr<Call> answer_load_lora(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    FieldReader fields(body);
    for (const auto* name : {"lora_name", "lora_path"}) {
        if (fields.find(name) == nullptr) fields.missing(name);
    }
    const std::string name = fields.text("lora_name").value_or("");
    const std::string path = fields.text("lora_path").value_or("");
    const bool in_place = fields.boolean("load_inplace").value_or(false);
    (void)fields.boolean("is_3d_lora_weight");
    fields.check();
    return load(exchange, name, path, in_place);
}

std::unique_ptr<Call> answer_unload_lora(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    FieldReader fields(body);
    if (fields.find("lora_name") == nullptr) fields.missing("lora_name");
    const std::string name = fields.text("lora_name").value_or("");
    fields.check();
    return unload(exchange, name);
}

std::unique_ptr<Call> answer_add_adapter(const Exchange& exchange) {
    const json body = read_body(exchange.http);
    for (const auto* name : {"name", "src"}) {
        if (body.contains(name) && body[name].is_string()) continue;
        refuse(400, "Bad Request",
               R"([{"type":"missing","loc":[")" + std::string(name) +
                   R"("],"msg":"Field required","input":)" + body.dump() + "}]");
    }
    FieldReader fields(body);
    return load(exchange, body["name"], body["src"],
                fields.boolean("load_inplace").value_or(false));
}

std::unique_ptr<Call> answer_remove_adapter(const Exchange& exchange) {
    return unload(exchange, url_decoded(exchange.name));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_server_routes.h"

#include <optional>
#include <string>

#include "testing/sim_clock.h"
#include "testing/sim_json_text.h"
#include "testing/sim_metrics_page.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr std::string_view json_type = "application/json";

struct ModelEntry {
    std::string id{};
    std::string root{};
    std::optional<std::string> parent{};  ///< Set for adapters.
};

std::string model_entry(Workplace& place, const ModelEntry& model, std::int64_t created) {
    std::string body = R"({"id":)";
    append_quoted(body, model.id);
    body += R"(,"object":"model","created":)";
    append_number(body, created);
    body += R"(,"owned_by":"vllm","root":)";
    append_quoted(body, model.root);
    body += R"(,"parent":)";
    model.parent ? append_quoted(body, *model.parent) : void(body += "null");
    body += R"(,"max_model_len":)";
    if (model.parent) {
        body += "null";
    } else {
        append_number(body, place.options().max_model_len);
    }
    body += R"(,"permission":[{"id":"modelperm-)" + place.new_id();
    body += R"(","object":"model_permission","created":)";
    append_number(body, created);
    body += R"(,"allow_create_engine":false,"allow_sampling":true,"allow_logprobs":true,)";
    body += R"("allow_search_indices":false,"allow_view":true,"allow_fine_tuning":false,)";
    return body + R"("organization":"*","group":null,"is_blocking":false}]})";
}

std::string models_body(Workplace& place) {
    const auto created = static_cast<std::int64_t>(unix_now());
    const auto& names = place.options().models;
    std::string body = R"({"object":"list","data":[)";
    for (const std::string& name : names) {
        if (&name != &names.front()) body += ',';
        body += model_entry(place, {name, "/models/" + names.front()}, created);
    }
    for (const LoraAdapter& adapter : place.server.adapters.list())
        body += ',' + model_entry(place, {adapter.name, adapter.path, names.front()}, created);
    return body + "]}";
}

}  // namespace

std::unique_ptr<Call> answer_health(const Exchange& exchange) {
    exchange.sink.reply(exchange.place.server.healthy ? 200 : 503, "", "");
    return nullptr;
}

std::unique_ptr<Call> answer_version(const Exchange& exchange) {
    exchange.sink.reply(200, json_type, R"({"version":"0.32.0"})");
    return nullptr;
}

std::unique_ptr<Call> answer_models(const Exchange& exchange) {
    exchange.sink.reply(200, json_type, models_body(exchange.place));
    return nullptr;
}

std::unique_ptr<Call> answer_load(const Exchange& exchange) {
    const Workplace& place = exchange.place;
    const std::uint64_t load =
        place.options().server_load_tracking ? place.metrics.calls_in_flight.get() : 0;
    exchange.sink.reply(200, json_type, R"({"server_load":)" + std::to_string(load) + "}");
    return nullptr;
}

std::unique_ptr<Call> answer_metrics(const Exchange& exchange) {
    Workplace& place = exchange.place;
    place.publish_queue();
    exchange.sink.reply(200, "text/plain; version=1.0.0; charset=utf-8",
                        metrics_page(place.options(), place.server.metrics, place.server.started));
    return nullptr;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

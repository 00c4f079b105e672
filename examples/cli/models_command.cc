// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "commands.h"
#include "connection.h"
#include "json.h"
#include "table.h"

namespace vllm_client::cli {
namespace {

std::string to_table(const ModelList& list) {
    std::vector<std::vector<std::string>> rows{{"MODEL", "CONTEXT", "OWNER", "BASE"}};
    for (const auto& model : list.models) {
        rows.push_back({model.id, model.max_model_len ? std::to_string(*model.max_model_len) : "-",
                        model.owned_by, model.parent.empty() ? "-" : model.parent});
    }
    return table(rows);
}

Json to_json(const ModelList& list) {
    Json models = Json::array();
    for (const auto& model : list.models) {
        Json json{{"id", model.id}, {"owned_by", model.owned_by}, {"root", model.root}};
        json["parent"] = model.parent.empty() ? Json() : Json(model.parent);
        json["max_model_len"] = model.max_model_len ? Json(*model.max_model_len) : Json();
        models.push_back(std::move(json));
    }
    return Json{{"models", std::move(models)}};
}

}  // namespace

int run(const ModelsCommand&, Session& session) {
    Console& console = session.console;
    const auto connection = connect(session.options);
    if (!connection) return console.fail(connection.error());
    const auto interrupt = session.interrupt.scope();
    const auto models = connection->client.models({.stop = interrupt.token()});
    if (!models) return console.fail(models.error());
    if (console.json()) {
        console.print_json(to_json(*models));
    } else {
        console.print(to_table(*models));
    }
    return 0;
}

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "connection.h"
#include "json.h"
#include "table.h"
#include "vllm_client/lora.h"

namespace vllm_client::cli {
namespace {

int show(const ModelList& adapters, Console& console) {
    if (console.json()) {
        for (const ModelInfo& adapter : adapters.models) {
            console.print_json(
                {{"name", adapter.id}, {"path", adapter.root}, {"base", adapter.parent}});
        }
        return 0;
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "BASE", "PATH"}};
    for (const ModelInfo& adapter : adapters.models)
        rows.push_back({adapter.id, adapter.parent, adapter.root});
    console.print(table(rows));
    return 0;
}

int show(const Result<LoraReply>& reply, Console& console) {
    if (!reply) return console.fail(reply.error());
    if (console.json()) {
        console.print_json({{"message", reply->message}});
    } else {
        console.print(reply->message);
        console.end_line();
    }
    return 0;
}

}  // namespace

int run(const LoraCommand& command, Session& session) {
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const auto interrupt = session.interrupt.scope();
    const CallOptions call{.stop = interrupt.token()};
    const Lora lora = connection->client.lora();
    switch (command.action) {
        case LoraCommand::Action::load:
            return show(lora.load({.name = command.name, .path = command.path}, call),
                        session.console);
        case LoraCommand::Action::unload:
            return show(lora.unload(command.name, call), session.console);
        case LoraCommand::Action::list:
            break;
    }
    const auto adapters = lora.list(call);
    return adapters ? show(*adapters, session.console) : session.console.fail(adapters.error());
}

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "commands.h"
#include "connection.h"
#include "files.h"
#include "json.h"
#include "vllm_client/testing/sim_server.h"

namespace vllm_client::cli {
namespace {

void wait_for_stop(const std::stop_token& stop) {
    std::mutex mutex;  // guards nothing but the wait
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, stop, [] { return false; });
}

std::string summary(const testing::SimStats& stats) {
    return std::to_string(stats.requests) + " requests on " +
           std::to_string(stats.connections_accepted) + " connections, " +
           std::to_string(stats.generated_tokens) + " tokens generated, " +
           std::to_string(stats.aborted) + " aborted";
}

}  // namespace

int run(const SimCommand& command, Session& session) {
    Console& console = session.console;
    const auto key = read_api_key(session.options);
    if (!key) return console.fail(key.error());
    testing::SimOptions options =
        command.every_route ? with_every_route(command.server) : command.server;
    if (!session.options.model.empty()) options.models = {session.options.model};
    if (!key->empty()) options.api_keys = {*key};

    const auto interrupt = session.interrupt.scope();
    const auto server = testing::SimServer::start(std::move(options));
    if (!server) return console.fail(server.error());
    if (console.json()) {
        console.print_json(Json{{"url", server->url()}, {"port", server->port()}});
    } else {
        console.print(server->url() + "\n");
    }
    console.note("Simulated vLLM server. Ctrl-C stops it.");
    wait_for_stop(interrupt.token());
    console.note(summary(server->stats()));
    return 0;
}

}  // namespace vllm_client::cli

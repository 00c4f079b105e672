// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "commands.h"
#include "connection.h"
#include "exit_code.h"
#include "json.h"
#include "table.h"

namespace vllm_client::cli {
namespace {

struct Health {
    std::string endpoint{};
    bool healthy{false};
    int status{0};
    std::string version{};
    double milliseconds{0};
};

Result<Health> ask(const VllmClient& client, const CallOptions& call) {
    const auto begin = std::chrono::steady_clock::now();
    const auto reply = client.health(call);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (!reply) return reply.error();
    Health health{.endpoint = reply->raw.endpoint,
                  .healthy = reply->healthy,
                  .status = reply->raw.status,
                  .milliseconds = std::round(took.count() * 1e3) / 1e3};
    // Proxies often offer /health alone, so a server without a version is still a healthy one.
    if (const auto version = client.version(call)) health.version = version->version;
    return health;
}

std::string to_table(const Health& health) {
    char time[32];
    std::snprintf(time, sizeof time, "%.1f ms", health.milliseconds);
    return table({{"endpoint", health.endpoint},
                  {"healthy", health.healthy ? "yes" : "no"},
                  {"status", std::to_string(health.status)},
                  {"version", health.version.empty() ? "unknown" : health.version},
                  {"time", time}});
}

Json to_json(const Health& health) {
    Json json{
        {"endpoint", health.endpoint}, {"healthy", health.healthy}, {"status", health.status}};
    json["version"] = health.version.empty() ? Json() : Json(health.version);
    json["time_ms"] = health.milliseconds;
    return json;
}

}  // namespace

int run(const HealthCommand& command, Session& session) {
    Console& console = session.console;
    const auto connection = connect(session.options);
    if (!connection) return console.fail(connection.error());
    if (command.wait) {
        const auto ready = connection->client.wait_ready(*command.wait);
        if (!ready) return console.fail(ready.error());
    }
    const auto interrupt = session.interrupt.scope();
    const auto health = ask(connection->client, {.stop = interrupt.token()});
    if (!health) return console.fail(health.error());
    if (console.json()) {
        console.print_json(to_json(*health));
    } else {
        console.print(to_table(*health));
    }
    return health->healthy ? exit_success : exit_unreachable;
}

}  // namespace vllm_client::cli

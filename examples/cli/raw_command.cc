// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "commands.h"
#include "connection.h"
#include "exit_code.h"
#include "files.h"
#include "json.h"

namespace vllm_client::cli {
namespace {

/// The body from --data: the text itself, or a file's. It must be JSON, being sent as that.
Result<std::string> read_body(const std::string& data) {
    if (data.empty()) return std::string();
    Result<std::string> text = data;
    if (data.front() == '@') text = read_file(data.substr(1));
    if (text && !JsonText(*text).valid()) return usage_error("--data is not JSON");
    return text;
}

Json to_json(const RawReply& reply) {
    Json headers = Json::object();
    for (std::size_t at = 0; at < reply.headers.size();) {
        const auto end = std::min(reply.headers.find('\n', at), reply.headers.size());
        const std::string line = reply.headers.substr(at, end - at);
        if (const auto colon = line.find(": "); colon != std::string::npos) {
            headers[line.substr(0, colon)] = line.substr(colon + 2);
        }
        at = end + 1;
    }
    Json body = Json::parse(reply.body, nullptr, false);
    if (body.is_discarded()) body = reply.body;
    return Json{{"status", reply.status},
                {"request_id", reply.request_id},
                {"headers", std::move(headers)},
                {"body", std::move(body)}};
}

}  // namespace

int run(const RawCommand& command, Session& session) {
    Console& console = session.console;
    auto body = read_body(command.data);
    if (!body) return console.fail(body.error());
    const auto connection = connect(session.options);
    if (!connection) return console.fail(connection.error());

    const auto interrupt = session.interrupt.scope();
    const auto reply = connection->client.raw(
        {.method = command.method, .path = command.path, .body = *std::move(body)},
        {.stop = interrupt.token()});
    if (!reply) return console.fail(reply.error());
    if (console.json()) {
        console.print_json(to_json(*reply));
    } else {
        console.print(reply->body);
        console.end_line();
    }
    if (reply->status >= 400) console.note("HTTP status " + std::to_string(reply->status));
    return exit_code(reply->status);
}

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
// A route, or a field, that this library has no name for. Connections, keys, limits, cancelling and
// metrics are those of every other call.
#include <iostream>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    // A whole route: your JSON there, its JSON back. Any status is an answer; look at it.
    const auto answer = client.raw({.method = HttpMethod::post,
                                    .path = "/tokenize",
                                    .body = R"({"prompt": "How many tokens is this?"})"});
    if (!answer || answer->status != 200) {
        std::cerr << (answer ? answer->body : answer.error().to_string()) << '\n';
        return 1;
    }
    std::cout << answer->header("content-type").value_or("") << "\n" << answer->body << "\n\n";

    // A field of a known route: merged into the body, wins over the typed members.
    const auto reply = client.chat({.messages = {user("Say hello.")},
                                    .max_tokens = 12,
                                    .extra = R"({"min_tokens": 12, "vllm_xargs": {"team": "x"}})"});
    if (!reply) {
        std::cerr << reply.error().to_string() << '\n';
        return 1;
    }
    // What the reply holds beyond its typed members, and the reply as it came.
    std::cout << "unknown to us: " << reply->extra.text() << "\nall of it: " << reply->raw.body
              << '\n';
    return 0;
}

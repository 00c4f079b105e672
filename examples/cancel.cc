// SPDX-License-Identifier: Apache-2.0
// Four ways to stop: each closes the connection, so the server stops generating.
#include <chrono>
#include <iostream>
#include <stop_token>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});
    const ChatRequest request{
        .messages = {user("Count to a million.")}, .max_tokens = 900, .ignore_eos = true};

    // 1. Enough was read: leave the loop, and the stream ends with its scope.
    int pieces = 0;
    for (auto& delta : client.chat_stream(request)) {
        std::cout << delta.text() << std::flush;
        if (++pieces == 10) break;
    }
    std::cout << " ... enough.\n";

    // 2. Something outside asks: one std::stop_token stops any number of calls.
    std::stop_source stop;
    auto call = client.chat_async(request, {.stop = stop.get_token()});
    stop.request_stop();
    const auto stopped = std::move(call).get();
    std::cout << (stopped ? "answered" : to_string(stopped.error().kind)) << '\n';

    // 3. The call itself, from any thread. Letting go of a Call does the same.
    auto other = client.chat_async(request);
    other.cancel();
    const auto cancelled = std::move(other).get();
    std::cout << (cancelled ? "answered" : to_string(cancelled.error().kind)) << '\n';

    // 4. Time ran out. What had come by then is an exact prefix of the answer.
    const auto late = client.chat_stream(request, {.timeouts = {.total = 300ms}}).collect();
    if (!late) {
        const auto& partial = late.error().partial;
        std::cout << to_string(late.error().kind) << " after "
                  << (partial.empty() ? 0 : partial.front().size()) << " characters\n";
    }
    return 0;
}

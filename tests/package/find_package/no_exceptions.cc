// SPDX-License-Identifier: Apache-2.0
// Compiled with -fno-exceptions: calls by get(), streams by next().
#include <vllm_client/vllm_client.h>

#include <string>
#include <utility>

using namespace vllm_client;

int main() {
    VllmClient client;
    ChatRequest request{.messages = {user("Hello")}, .max_tokens = 8};
    auto reply = client.chat_async(request).get();
    if (!reply || reply->text().empty()) return 1;

    std::string streamed;
    auto stream = client.chat_stream(request);
    for (;;) {
        auto delta = stream.next();
        if (!delta) return 2;
        if (!*delta) break;
        streamed += (*delta)->text();
    }
    return streamed == reply->text() ? 0 : 3;
}

// SPDX-License-Identifier: Apache-2.0
// Every form of a call, as a user's program writes them. Exit status 0: all of them answered.
#include <vllm_client/vllm_client.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using namespace vllm_client;

namespace {

bool report(const char* form, const Result<ChatReply>& reply) {
    if (!reply) {
        std::printf("%s: %s\n", form, reply.error().to_string().c_str());
        return false;
    }
    std::printf("%s: %s\n", form, std::string(reply->text()).c_str());
    return !reply->text().empty();
}

}  // namespace

int main() {
    if (library_version() != VLLM_CLIENT_VERSION_STRING) return 1;

    VllmClient client;
    ChatRequest request{.messages = {user("Hello")}, .max_tokens = 8};
    bool good = report("chat", client.chat(request));
    good &= report("chat_async", client.chat_async(request).get());
    good &= report("to_future", client.chat_async(request).to_future().get());

    std::string streamed;
    for (auto& delta : client.chat_stream(request))
        streamed += delta.text();
    std::printf("chat_stream: %s\n", streamed.c_str());

    auto vectors = client.embed({.input = std::vector<std::string>{"one", "two"}});
    good &= vectors.ok();
    auto refused = VllmClient({.endpoints = {"ftp://nowhere"}}).chat(request);
    good &= !refused.ok() && refused.error().kind == ErrorKind::config;
    return good && !streamed.empty() ? 0 : 1;
}

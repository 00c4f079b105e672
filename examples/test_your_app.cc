// SPDX-License-Identifier: Apache-2.0
// Testing a class of your own against a simulated server, on good days and bad ones.
#include <iostream>
#include <string>

#include "vllm_client/testing/sim_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;
using namespace std::chrono_literals;
using testing::SimFault;

/// The class under test: shows what it has when the rest does not come.
class Storyteller {
 public:
    explicit Storyteller(VllmClient client) : client_(std::move(client)) {}
    std::string tell(const std::string& topic) const {
        auto stream = client_.chat_stream({.messages = {user(topic)}, .max_tokens = 20});
        const auto story = stream.collect();
        if (story) return story->text();
        const auto& heard = story.error().partial;
        return heard.empty() ? "No story today." : heard.front() + " [to be continued]";
    }

 private:
    VllmClient client_;
};

std::string story_with(SimFault fault) {
    testing::SimOptions options{.time = {.time_scale = 0}};
    options.fault = [fault](const testing::SimRequest&) { return fault; };
    const auto server = testing::SimServer::start(options);
    if (!server) return server.error().to_string();
    const VllmClient client({.endpoints = {server->url()}, .timeouts = {.between_events = 300ms}});
    return Storyteller(client).tell("A dragon");
}

int failures = 0;
void check(const char* what, bool ok) {
    std::cout << (ok ? "ok      " : "FAILED  ") << what << '\n';
    if (!ok) ++failures;
}

int main() {
    const std::string whole = story_with({});
    const std::string refused = story_with({.http_status = 503});
    const std::string cut = story_with({.cut_after_tokens = 5});
    const std::string stalled = story_with({.stall_after_tokens = 5});
    const auto begins_like_whole = [&](const std::string& story) {
        const auto end = story.find(" [to be continued]");
        return end != std::string::npos && end > 0 && whole.starts_with(story.substr(0, end));
    };
    check("a story is told", !whole.empty() && !begins_like_whole(whole));
    check("a full server tells none", refused == "No story today.");
    check("a lost connection leaves the beginning", begins_like_whole(cut));
    check("a silent server does so too", begins_like_whole(stalled));
    return failures == 0 ? 0 : 1;
}

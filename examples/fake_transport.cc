// SPDX-License-Identifier: Apache-2.0
// Testing your own code: canned replies instead of a server, failures included.
#include <iostream>
#include <string>

#include "vllm_client/testing/fake_transport.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

namespace {

/// The code under test: yes, no, or neither if the server cannot say.
std::string verdict(const VllmClient& client, const std::string& review) {
    const auto reply = client.chat({.messages = {user("Is this praise? " + review)}});
    if (!reply) return "unknown";
    return reply->text().starts_with("Yes") ? "praise" : "blame";
}

int failures = 0;

void check(const char* what, bool ok) {
    std::cout << (ok ? "ok      " : "FAILED  ") << what << '\n';
    if (!ok) ++failures;
}

}  // namespace

int main() {
    const std::string path = "/v1/chat/completions";
    const auto fake = testing::FakeTransport::make();
    fake->reply(path, {.body = testing::chat_reply_json("Yes, clearly.")});
    fake->reply(path, {.body = testing::chat_reply_json("No.")});
    fake->reply(path, {.status = 500, .body = testing::error_reply_json(500, "engine died")});
    fake->fail(path, {.kind = ErrorKind::connect, .message = "connection refused"});
    const VllmClient client({.endpoints = {"http://fake"}, .transport = fake});

    check("praise is found", verdict(client, "Lovely.") == "praise");
    check("blame is found", verdict(client, "Broken on arrival.") == "blame");
    check("a server error is no verdict", verdict(client, "Lovely.") == "unknown");
    check("an unreachable server is no verdict", verdict(client, "Lovely.") == "unknown");

    const auto requests = fake->requests();
    check("every review was sent once", requests.size() == 4);
    check("the review is in the question",
          requests.at(1).body.find("Broken on arrival.") != std::string::npos);
    return failures == 0 ? 0 : 1;
}

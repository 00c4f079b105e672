// SPDX-License-Identifier: Apache-2.0
// The optional components in one program. Exit status 0: all work.
#include <vllm_client/json.h>
#include <vllm_client/media.h>
#include <vllm_client/testing/sim_server.h>
#include <vllm_client/vllm_client.h>

using namespace vllm_client;

int main() {
    auto server = testing::SimServer::start({.time = {.time_scale = 0}});
    if (!server) return 1;
    VllmClient client({.endpoints = {server->url()}});
    auto reply = client.chat({.messages = {user("Hello")},
                              .max_tokens = 8,
                              .extra = from_json({{"user", "package test"}})});
    if (!reply || reply->text().empty()) return 2;
    auto part = image_part(FileSource::from_memory("\xFF\xD8\xFF\xE0\0\x10JFIF\0", "photo"));
    if (!part || !part->value.starts_with("data:image/jpeg;base64,")) return 4;
    auto body = to_json(JsonText(std::string(reply->raw.body)));
    return body && body->contains("choices") ? 0 : 3;
}

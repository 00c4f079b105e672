// SPDX-License-Identifier: Apache-2.0
// The optional components in one program. Exit status 0: all work.
#include <vllm_client/json.h>
#include <vllm_client/media.h>
#include <vllm_client/realtime.h>
#include <vllm_client/testing/sim_server.h>
#include <vllm_client/vllm_client.h>

using namespace vllm_client;

int speak() {
    auto server = testing::SimServer::start({.models = {"voxtral"}, .tasks = {"realtime"}});
    if (!server) return 5;
    auto session = RealtimeSession::connect({.url = server->url(), .model = "voxtral"});
    if (!session) return 6;
    const std::vector<std::int16_t> audio(16'000);
    if (!session->append(audio) || !session->commit(true)) return 7;
    auto transcript = session->collect();
    return transcript && !transcript->text.empty() ? 0 : 8;
}

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
    if (const int wrong = speak(); wrong != 0) return wrong;
    auto body = to_json(JsonText(std::string(reply->raw.body)));
    return body && body->contains("choices") ? 0 : 3;
}

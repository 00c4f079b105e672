// SPDX-License-Identifier: Apache-2.0
// The main job in three parts: a streamed chat, a batch of prompts, embeddings.
#include <chrono>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;
using Seconds = std::chrono::duration<double>;

namespace {

int fail(const Error& error) {
    std::cerr << '\n' << error.to_string() << '\n';
    return 1;
}

int streamed_chat(const VllmClient& client) {
    std::cout << "1. A chat, streamed\n   ";
    auto stream = client.chat_stream(
        {.messages = {user("Why is the sky blue?")}, .max_tokens = 60, .temperature = 0.0});
    auto step = stream.next();
    for (; step && *step; step = stream.next())
        std::cout << (*step)->text() << std::flush;
    if (!step) return fail(step.error());

    const auto timing = stream.timing();
    std::cout << "\n   first token after " << Seconds(timing.first_token).count() * 1e3
              << " ms, whole answer after " << Seconds(timing.total).count() * 1e3 << " ms\n\n";
    return 0;
}

int batch(const VllmClient& client) {
    constexpr int prompts = 64;
    std::cout << "2. " << prompts << " prompts at once\n";
    const auto begin = std::chrono::steady_clock::now();
    std::vector<Call<ChatReply>> calls;
    for (int i = 0; i < prompts; ++i) {
        const std::string question = "What is special about the number " + std::to_string(i) + "?";
        calls.push_back(client.chat_async({.messages = {user(question)}, .max_tokens = 40}));
    }
    std::int64_t tokens = 0;
    for (auto& call : calls) {
        const auto reply = std::move(call).get();
        if (!reply) return fail(reply.error());
        if (reply->usage) tokens += reply->usage->completion_tokens;
    }
    const Seconds took = std::chrono::steady_clock::now() - begin;
    const auto metrics = client.metrics();
    std::cout << "   " << tokens << " tokens in " << took.count() << " s: " << tokens / took.count()
              << " tokens/s\n   latency p50 " << Seconds(metrics.latency.p50).count() * 1e3
              << " ms, p99 " << Seconds(metrics.latency.p99).count() * 1e3 << " ms\n";
    for (const auto& pool : metrics.pools) {
        std::cout << "   " << pool.created << " connections opened, reused " << pool.reused
                  << " times\n\n";
    }
    return 0;
}

int embeddings(const VllmClient& client) {
    std::cout << "3. Embeddings: cosine similarity to the first text\n";
    const std::vector<std::string> texts{"How do I reset my password?",
                                         "I forgot my password, how can I reset it?",
                                         "What is the capital of France?"};
    const auto vectors = client.embed({.input = texts});
    if (!vectors && vectors.error().http_status == 404) {
        std::cout << "   this server generates text only\n";
        return 0;
    }
    if (!vectors) return fail(vectors.error());
    const auto first = (*vectors)[0];
    for (std::size_t i = 0; i < vectors->size(); ++i) {
        const auto other = (*vectors)[i];
        std::cout << "   " << std::setw(6)
                  << std::inner_product(first.begin(), first.end(), other.begin(), 0.0) << "  "
                  << texts[i] << '\n';
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});
    std::cout << std::fixed << std::setprecision(2) << "Talking to " << server.url()
              << (argc > 1 ? "" : ", a simulated vLLM server") << "\n\n";
    if (const int failed = streamed_chat(client)) return failed;
    if (const int failed = batch(client)) return failed;
    return embeddings(client);
}

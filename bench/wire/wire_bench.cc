// SPDX-License-Identifier: Apache-2.0
// Question: what does vLLM's language cost a client, per stream event, per request and per reply,
// and how much of what a general JSON library costs is that?
//
// Read the medians of several repetitions: --benchmark_repetitions=9
// --benchmark_report_aggregates_only=true. Goals: delta ≤ 300 ns, whole chunk ≤ 500 ns.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "wire/chat_accumulator.h"
#include "wire/chat_chunk.h"
#include "wire/chat_reply.h"
#include "wire/generation_request.h"
#include "wire/json_reader.h"
#include "wire/sse_reader.h"

namespace vllm_client::wire {
namespace {

using detail::ChatChunkReader;

// An event of a 0.32 server with a name of usual length: 289 bytes.
std::string content_event() {
    std::string json =
        R"({"id":"chatcmpl-4f1c2f0a9d3e4b5c8a7d6e5f4c3b2a19","object":"chat.completion.chunk",)"
        R"("created":1795467496,"model":"meta-llama/Llama-3.1-8B-Instruct-quantized.w8a8-2048ctx-release-042",)"
        R"("choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,)"
        R"("finish_reason":null,"token_ids":null}]})";
    pad(json);
    return json;
}

std::string escaped_event() {
    std::string json = content_event();
    json.replace(json.find(" token"), 6, R"(\n\"tok\")");
    pad(json);
    return json;
}

std::string reply_body() {
    std::string json =
        R"({"id":"chatcmpl-4f1c2f0a9d3e4b5c8a7d6e5f4c3b2a19","object":"chat.completion",)"
        R"("created":1795467496,"model":"tiny","choices":[{"index":0,"message":{"role":"assistant",)"
        R"("content":"The quick brown fox jumps over the lazy dog.","refusal":null,)"
        R"("annotations":null,"audio":null,"function_call":null,"reasoning":null},"logprobs":null,)"
        R"("finish_reason":"stop","stop_reason":null,"token_ids":null}],"service_tier":null,)"
        R"("system_fingerprint":null,"usage":{"prompt_tokens":4,"total_tokens":20,)"
        R"("completion_tokens":16,"prompt_tokens_details":null},"prompt_logprobs":null})";
    pad(json);
    return json;
}

ChatRequest request_of(std::size_t bytes) {
    std::string text;
    while (text.size() + 120 < bytes)
        text += "Some words of a \"prompt\".\n";
    return {.messages = {system_message("Be brief."), user(std::move(text))},
            .model = "tiny",
            .max_tokens = 64,
            .temperature = 0.0};
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

// Splitting the stream into events; 64 events in each piece of input.
void sse_reader_event(benchmark::State& state) {
    constexpr int events = 64;
    std::string piece;
    for (int i = 0; i < events; ++i)
        piece += "data: " + content_event() + "\n\n";
    SseReader reader(1 << 20);
    while (state.KeepRunningBatch(events)) {
        reader.append(piece);
        for (auto event = reader.next(); *event; event = reader.next()) {
            benchmark::DoNotOptimize((*event)->data.data());
        }
    }
    count_bytes(state, piece.size() / events);
}
BENCHMARK(sse_reader_event);

// Text, index and finish reason of an event.
void delta(benchmark::State& state, const std::string& json) {
    ChatChunkReader reader;
    for (auto _ : state) {
        auto found = reader.read(json);
        benchmark::DoNotOptimize(found->text().data());
    }
    count_bytes(state, json.size());
}
BENCHMARK_CAPTURE(delta, content, content_event());
BENCHMARK_CAPTURE(delta, escapes, escaped_event());

// All fields of an event, by way of its delta as a program gets them.
void whole_chunk(benchmark::State& state) {
    const std::string json = content_event();
    ChatChunkReader reader;
    for (auto _ : state) {
        auto found = reader.read(json);
        benchmark::DoNotOptimize(found->chunk().choices.data());
    }
    count_bytes(state, json.size());
}
BENCHMARK(whole_chunk);

// Event, delta and accumulator together: what collect() costs for an event.
void collect_event(benchmark::State& state) {
    constexpr int events = 64;
    std::string piece;
    for (int i = 0; i < events; ++i)
        piece += "data: " + content_event() + "\n\n";
    while (state.KeepRunningBatch(events * 16)) {
        SseReader sse(1 << 20);
        ChatChunkReader reader;
        ChatAccumulator answer;
        for (int i = 0; i < 16; ++i) {
            sse.append(piece);
            for (auto event = sse.next(); *event; event = sse.next()) {
                benchmark::DoNotOptimize(answer.add(*reader.read((*event)->data)).ok());
            }
        }
        benchmark::DoNotOptimize(std::move(answer).finish().choices.data());
    }
}
BENCHMARK(collect_event);

void nlohmann_delta(benchmark::State& state) {
    const std::string json = content_event();
    for (auto _ : state) {
        const auto event = nlohmann::json::parse(json);
        const auto& choice = event["choices"][0];
        const auto text = choice["delta"]["content"].get<std::string>();
        benchmark::DoNotOptimize(text.data());
        benchmark::DoNotOptimize(choice["index"].get<int>());
        benchmark::DoNotOptimize(choice["finish_reason"].is_null());
    }
    count_bytes(state, json.size());
}
BENCHMARK(nlohmann_delta);

void request_write(benchmark::State& state) {
    const ChatRequest request = request_of(static_cast<std::size_t>(state.range(0)));
    std::size_t bytes = 0;
    for (auto _ : state) {
        const auto body = write_chat_request(request, true);
        bytes = body->size();
        benchmark::DoNotOptimize(body->data());
    }
    count_bytes(state, bytes);
}
BENCHMARK(request_write)->Arg(300)->Arg(32 * 1024);

void nlohmann_request_write(benchmark::State& state) {
    const ChatRequest request = request_of(static_cast<std::size_t>(state.range(0)));
    std::size_t bytes = 0;
    for (auto _ : state) {
        nlohmann::json body{{"model", request.model},
                            {"max_completion_tokens", *request.max_tokens},
                            {"temperature", *request.temperature},
                            {"stream", true},
                            {"stream_options", {{"include_usage", true}}}};
        for (const Message& message : request.messages) {
            body["messages"].push_back({{"role", message.role}, {"content", message.content}});
        }
        const std::string text = body.dump();
        bytes = text.size();
        benchmark::DoNotOptimize(text.data());
    }
    count_bytes(state, bytes);
}
BENCHMARK(nlohmann_request_write)->Arg(300)->Arg(32 * 1024);

void reply_read(benchmark::State& state) {
    const std::string json = reply_body();
    for (auto _ : state) {
        const auto reply = read_chat_reply(json);
        benchmark::DoNotOptimize(reply->choices.data());
    }
    count_bytes(state, json.size());
}
BENCHMARK(reply_read);

void nlohmann_reply_read(benchmark::State& state) {
    const std::string json = reply_body();
    for (auto _ : state) {
        const auto body = nlohmann::json::parse(json);
        const auto& choice = body["choices"][0];
        ChatReply reply;
        reply.id = body["id"].get<std::string>();
        reply.model = body["model"].get<std::string>();
        auto& into = reply.choices.emplace_back();
        into.message.role = choice["message"]["role"].get<std::string>();
        into.message.content = choice["message"]["content"].get<std::string>();
        into.finish_reason = FinishReason::stop;
        auto& usage = reply.usage.emplace();
        usage.prompt_tokens = body["usage"]["prompt_tokens"].get<std::int64_t>();
        usage.completion_tokens = body["usage"]["completion_tokens"].get<std::int64_t>();
        usage.total_tokens = body["usage"]["total_tokens"].get<std::int64_t>();
        benchmark::DoNotOptimize(reply.choices.data());
    }
    count_bytes(state, json.size());
}
BENCHMARK(nlohmann_reply_read);

}  // namespace
}  // namespace vllm_client::wire

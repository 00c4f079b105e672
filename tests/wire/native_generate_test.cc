// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/native_generate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

using Texts = std::vector<std::string>;

std::string fixture(const std::string& name) {
    return recorded("dialects/" + name);
}

struct Streamed {
    std::string text;  // of the first sequence, from deltas
    std::size_t deltas{0};
    NativeGeneration generation;
    std::optional<Error> error;
};

Streamed stream(const std::string& bytes, std::size_t piece) {
    NativeGenerateReader reader;
    Streamed streamed;
    const auto drain = [&] {
        for (;;) {
            auto delta = reader.next();
            if (!delta) streamed.error = delta.error();
            if (!delta || !*delta) return;
            ++streamed.deltas;
            if ((*delta)->index == 0) streamed.text += (*delta)->text;
        }
    };
    for (std::size_t at = 0; at < bytes.size() && !streamed.error; at += piece) {
        reader.append(std::string_view(bytes).substr(at, piece));
        drain();
    }
    reader.end();
    if (!streamed.error) drain();
    streamed.generation = reader.generation();
    return streamed;
}

TEST(ReadNativeGenerate, ReadsEveryServersReply) {
    EXPECT_EQ(read_native_generate(fixture("vllm_0_6/native.json")).value().texts,
              Texts{"Once upon a time"});
    for (const char* name :
         {"sglang/native.json", "tgi/native.json", "lmdeploy/native.json", "ollama/native.json"}) {
        const auto reply = read_native_generate(fixture(name));
        ASSERT_TRUE(reply.ok()) << name << reply.error().message;
        EXPECT_EQ(reply->texts, Texts{" there was"}) << name;
        EXPECT_TRUE(reply->finish_reason.has_value()) << name;
        EXPECT_EQ(reply->completion_tokens, 3) << name;
    }
    EXPECT_EQ(read_native_generate(fixture("tgi/native_list.json")).value().texts,
              Texts{" there was"});
    const auto llama = read_native_generate(fixture("llama_cpp/native.json"));
    ASSERT_TRUE(llama.ok());
    EXPECT_EQ(llama->finish_reason, FinishReason::length);
    EXPECT_EQ(llama->completion_tokens, 4);
}

TEST(ReadNativeGenerate, SeveralPromptsGiveSeveralTexts) {
    const auto reply = read_native_generate(fixture("sglang/native_list.json"));
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->texts, (Texts{" there", " was"}));
    EXPECT_EQ(reply->prompt_tokens, 4);
}

TEST(ReadNativeGenerate, WhatHoldsNoTextIsAnError) {
    for (const char* body : {"", "{}", "[]", "[{}]", "5", "[1", "{\"text\":5}", "null"}) {
        const auto reply = read_native_generate(body);
        ASSERT_FALSE(reply.ok()) << body;
        EXPECT_EQ(reply.error().kind, ErrorKind::decode) << body;
    }
    const auto error = read_native_generate(R"({"error":"Model is overloaded"})");
    ASSERT_FALSE(error.ok());
    EXPECT_EQ(error.error().kind, ErrorKind::http);
}

TEST(NativeGenerateReader, GivesDeltasWhateverTheServerSendsAndHowItIsCut) {
    const std::vector<std::pair<std::string, std::string>> streams{
        {"vllm_0_6/native_stream.bin", "Once upon a time"},
        {"vllm_0_6/native_stream.ndjson", "Once a day"},
        {"sglang/native_stream.sse", " there was one"},
        {"tgi/native_stream.sse", " there was"},
        {"ollama/native_stream.ndjson", " there was"}};
    for (const auto& [name, text] : streams) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100000}}) {
            const Streamed streamed = stream(fixture(name), piece);
            EXPECT_FALSE(streamed.error.has_value()) << name;
            EXPECT_EQ(streamed.text, text) << name;
            EXPECT_GE(streamed.deltas, 2U) << name;
            EXPECT_EQ(streamed.generation.texts.at(0), text) << name;
        }
    }
}

TEST(NativeGenerateReader, SequencesAreKeptApart) {
    const Streamed streamed = stream(fixture("vllm_0_6/native_stream.ndjson"), 5);
    EXPECT_EQ(streamed.generation.texts, (Texts{"Once a day", "Once more"}));
}

TEST(NativeGenerateReader, ReadsWhatARealServerSent) {
    const Streamed streamed = stream(fixture("llama_cpp/native_stream.sse"), 3);
    EXPECT_FALSE(streamed.error.has_value());
    EXPECT_FALSE(streamed.text.empty());
    EXPECT_EQ(streamed.generation.finish_reason, FinishReason::length);
}

TEST(NativeGenerateReader, FactsComeWithTheLastObject) {
    const Streamed tgi = stream(fixture("tgi/native_stream.sse"), 50);
    EXPECT_EQ(tgi.generation.finish_reason, FinishReason::stop);
    EXPECT_EQ(tgi.generation.completion_tokens, 3);
    const Streamed sglang = stream(fixture("sglang/native_stream.sse"), 50);
    EXPECT_EQ(sglang.generation.finish_reason, FinishReason::length);
    EXPECT_EQ(sglang.generation.completion_tokens, 3);
}

TEST(NativeGenerateReader, TheLastObjectNeedsNoLineEnd) {
    EXPECT_EQ(stream(R"({"text":["a"]})", 4).text, "a");
}

TEST(NativeGenerateReader, ATextThatGoesBackIsAnError) {
    const Streamed streamed = stream("{\"text\":\"ab\"}\n{\"text\":\"ac\"}\n", 100);
    ASSERT_TRUE(streamed.error.has_value());
    EXPECT_EQ(streamed.error->kind, ErrorKind::decode);
    EXPECT_EQ(streamed.generation.texts, Texts{"ab"});
}

TEST(NativeGenerateReader, ErrorsEndTheStream) {
    const Streamed streamed = stream(fixture("tgi/error_stream.sse"), 20);
    ASSERT_TRUE(streamed.error.has_value());
    EXPECT_EQ(streamed.error->kind, ErrorKind::stream);
    EXPECT_NE(streamed.error->server.message.find("out of memory"), std::string::npos);
    EXPECT_EQ(stream("rubbish\n", 100).error.value().kind, ErrorKind::decode);
    EXPECT_EQ(stream("{\"index\":5000,\"text\":\"x\"}\n", 100).error.value().kind,
              ErrorKind::decode);
}

TEST(NativeGenerateReader, ObjectsAreBounded) {
    NativeGenerateReader reader(16);
    reader.append(std::string(17, ' '));
    const auto delta = reader.next();
    ASSERT_FALSE(delta.ok());
    EXPECT_EQ(delta.error().kind, ErrorKind::limit);
    EXPECT_FALSE(reader.next().ok());
}

}  // namespace
}  // namespace vllm_client::wire

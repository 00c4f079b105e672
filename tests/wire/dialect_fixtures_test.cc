// SPDX-License-Identifier: Apache-2.0
// Every reply under recorded/dialects, by what it is; see the README there.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "wire/chat_accumulator.h"
#include "wire/chat_chunk.h"
#include "wire/chat_reply.h"
#include "wire/chunk_input.h"
#include "wire/completion_accumulator.h"
#include "wire/completion_chunk.h"
#include "wire/completion_reply.h"
#include "wire/dialect.h"
#include "wire/error_body.h"
#include "wire/models.h"
#include "wire/recorded.h"
#include "wire/stream_end.h"
#include "wire/stream_input.h"
#include "wire/tokens.h"

namespace vllm_client::wire {
namespace {

namespace fs = std::filesystem;

/// Paths below "dialects/", e.g. "tgi/chat.json", whose file name begins so.
std::vector<std::string> fixtures(const std::string& beginning) {
    const fs::path root = fs::path(VLLM_CLIENT_TEST_DATA) / "dialects";
    std::set<std::string> found;
    for (const auto& folder : fs::directory_iterator(root)) {
        if (!folder.is_directory()) continue;
        for (const auto& file : fs::directory_iterator(folder)) {
            if (!file.path().filename().string().starts_with(beginning)) continue;
            found.insert(fs::relative(file.path(), root).string());
        }
    }
    EXPECT_FALSE(found.empty()) << beginning;
    return {found.begin(), found.end()};
}

std::string text_of(const std::string& fixture) {
    std::string text = recorded("dialects/" + fixture);
    pad(text);
    return text;
}

bool is_real(const std::string& fixture) {
    return fixture.starts_with("llama_cpp/");
}

// Servers whose fixtures show a model that thinks.
bool thinks(const std::string& fixture) {
    for (const char* server : {"vllm_0_10/", "sglang/", "ollama/", "lmdeploy/", "tensorrt_llm/"}) {
        if (fixture.starts_with(server)) return true;
    }
    return false;
}

void expect_usual_chat(const ChatReply& reply, const std::string& fixture) {
    ASSERT_EQ(reply.choices.size(), 1U) << fixture;
    EXPECT_TRUE(reply.finish_reason().has_value()) << fixture;
    ASSERT_TRUE(reply.usage.has_value()) << fixture;
    EXPECT_EQ(reply.usage->total_tokens,
              reply.usage->prompt_tokens + reply.usage->completion_tokens)
        << fixture;
    EXPECT_FALSE(reply.text().empty()) << fixture;
    if (is_real(fixture)) return;
    EXPECT_EQ(reply.text(), "Hello there") << fixture;
    EXPECT_EQ(reply.finish_reason(), FinishReason::stop) << fixture;
    EXPECT_EQ(reply.choices[0].message.reasoning, thinks(fixture) ? "Let me think" : "") << fixture;
}

TEST(DialectFixtures, ChatRepliesAreRead) {
    for (const std::string& fixture : fixtures("chat.json")) {
        const auto reply = read_chat_reply(text_of(fixture));
        ASSERT_TRUE(reply.ok()) << fixture << ": " << reply.error().message;
        expect_usual_chat(*reply, fixture);
    }
}

TEST(DialectFixtures, ChatStreamsAreRead) {
    for (const std::string& fixture : fixtures("chat_stream.sse")) {
        EventStore store;
        detail::ChatChunkReader reader;
        ChatAccumulator answer;
        for (const std::string& data : data_of(recorded("dialects/" + fixture))) {
            if (is_stream_end(data)) continue;
            const auto delta = reader.read(store(data));
            ASSERT_TRUE(delta.ok()) << fixture << ": " << delta.error().message;
            ASSERT_TRUE(answer.add(*delta).ok()) << fixture;
        }
        EXPECT_TRUE(answer.all_finished()) << fixture;
        expect_usual_chat(std::move(answer).finish(), fixture);
    }
}

TEST(DialectFixtures, StopReasonsAreReadUnderBothNames) {
    const auto old_vllm = read_chat_reply(text_of("vllm_0_10/chat.json"));
    EXPECT_EQ(old_vllm.value().choices[0].stop_reason, StopReason(std::int64_t{2}));
    const auto sglang = read_chat_reply(text_of("sglang/chat.json"));
    EXPECT_EQ(sglang.value().choices[0].stop_reason, StopReason(std::string("</s>")));
}

TEST(DialectFixtures, WhatOnlyOneServerSendsIsKept) {
    const auto reply = read_chat_reply(text_of("llama_cpp/chat.json"));
    EXPECT_NE(reply.value().extra.text().find("\"timings\""), std::string::npos);
    ASSERT_FALSE(reply->choices[0].logprobs.empty());
    EXPECT_EQ(reply->choices[0].logprobs[0].top_logprobs.size(), 2U);
}

TEST(DialectFixtures, CompletionsAreRead) {
    for (const std::string& fixture : fixtures("completion.json")) {
        const auto reply = read_completion_reply(text_of(fixture));
        ASSERT_TRUE(reply.ok()) << fixture << ": " << reply.error().message;
        ASSERT_EQ(reply->choices.size(), 1U) << fixture;
        EXPECT_TRUE(reply->choices[0].finish_reason.has_value()) << fixture;
        if (is_real(fixture)) continue;
        EXPECT_EQ(reply->text(), " there") << fixture;
    }
}

TEST(DialectFixtures, CompletionLogprobsAreReadInTheFormOfChatsToo) {
    const auto reply = read_completion_reply(text_of("llama_cpp/completion.json"));
    ASSERT_TRUE(reply.value().choices[0].logprobs.has_value());
    const CompletionLogprobs& logprobs = *reply->choices[0].logprobs;
    ASSERT_FALSE(logprobs.tokens.empty());
    EXPECT_EQ(logprobs.tokens.size(), logprobs.token_logprobs.size());
    EXPECT_EQ(logprobs.tokens.size(), logprobs.top_logprobs.size());
    EXPECT_LT(logprobs.token_logprobs[0].value(), 0.0);
}

TEST(DialectFixtures, CompletionStreamsAreRead) {
    for (const std::string& fixture : fixtures("completion_stream.sse")) {
        EventStore store;
        detail::CompletionChunkReader reader;
        CompletionAccumulator answer(1);
        for (const std::string& data : data_of(recorded("dialects/" + fixture))) {
            if (is_stream_end(data)) continue;
            const auto delta = reader.read(store(data));
            ASSERT_TRUE(delta.ok()) << fixture << ": " << delta.error().message;
            ASSERT_TRUE(answer.add(*delta).ok()) << fixture;
        }
        EXPECT_FALSE(std::move(answer).finish().text().empty()) << fixture;
    }
}

TEST(DialectFixtures, ModelsAreListed) {
    for (const std::string& fixture : fixtures("models")) {
        const auto list = read_model_list(text_of(fixture));
        ASSERT_TRUE(list.ok()) << fixture << ": " << list.error().message;
        ASSERT_EQ(list->models.size(), 1U) << fixture;
        EXPECT_FALSE(list->models[0].id.empty()) << fixture;
    }
    EXPECT_EQ(read_model_list(text_of("ollama/models_native.json")).value().models[0].id,
              "llama3.2:latest");
    EXPECT_EQ(read_model_list(text_of("llama_cpp/models.json")).value().models[0].owned_by,
              "llamacpp");
}

TEST(DialectFixtures, VersionsAreRead) {
    for (const std::string& fixture : fixtures("version.json")) {
        const auto version = read_server_version(text_of(fixture));
        ASSERT_TRUE(version.ok()) << fixture << ": " << version.error().message;
        EXPECT_EQ(version->version, read_version_of(text_of(fixture))) << fixture;
    }
}

TEST(DialectFixtures, EveryServerIsKnownByItsModels) {
    const std::vector<std::pair<std::string, Dialect>> servers{
        {"vllm_0_6", Dialect::vllm},     {"vllm_0_10", Dialect::vllm},
        {"sglang", Dialect::sglang},     {"llama_cpp", Dialect::llama_cpp},
        {"lmdeploy", Dialect::lmdeploy}, {"tensorrt_llm", Dialect::tensorrt_llm},
        {"ollama", Dialect::ollama},
    };
    for (const auto& [folder, dialect] : servers) {
        const std::vector<ProbeAnswer> seen{
            {.path = "/v1/models",
             .status = 200,
             .headers = "server: uvicorn\n",
             .body = recorded("dialects/" + folder + "/models.json")}};
        EXPECT_EQ(read_identity(seen).dialect, dialect) << folder;
    }
    const std::vector<ProbeAnswer> tgi{
        {.path = "/v1/models", .status = 200, .body = recorded("dialects/tgi/models.json")},
        {.path = "/info", .status = 200, .body = recorded("dialects/tgi/version.json")}};
    EXPECT_EQ(read_identity(tgi).dialect, Dialect::tgi);
    const std::vector<ProbeAnswer> nim{
        {.path = "/v1/models", .status = 200, .body = recorded("dialects/nim/models.json")},
        {.path = "/v1/version", .status = 200, .body = recorded("dialects/nim/version.json")}};
    EXPECT_EQ(read_identity(nim).dialect, Dialect::nim);
}

TEST(DialectFixtures, ErrorsSayWhatTheServerSaid) {
    for (const std::string& fixture : fixtures("error_")) {
        if (fixture.ends_with(".sse")) continue;
        const ServerError error = read_server_error(recorded("dialects/" + fixture));
        EXPECT_FALSE(error.message.empty()) << fixture;
        EXPECT_FALSE(error.message.starts_with('{')) << fixture << ": " << error.message;
    }
    EXPECT_EQ(read_server_error(recorded("dialects/tgi/error_overloaded.json")).type, "overloaded");
    EXPECT_EQ(read_server_error(recorded("dialects/llama_cpp/error_too_long.json")).type,
              "exceed_context_size_error");
}

TEST(DialectFixtures, ErrorsInsideStreamsEndThem) {
    for (const std::string& fixture : fixtures("error_stream.sse")) {
        EventStore store;
        detail::ChatChunkReader reader;
        const auto delta = reader.read(store(data_of(recorded("dialects/" + fixture)).at(0)));
        ASSERT_FALSE(delta.ok()) << fixture;
        EXPECT_EQ(delta.error().kind, ErrorKind::stream) << fixture;
        EXPECT_FALSE(delta.error().server.message.empty()) << fixture;
    }
}

TEST(DialectFixtures, UnknownRoutesAreToldFromUnknownModels) {
    EXPECT_TRUE(is_unknown_route(404, recorded("dialects/llama_cpp/error_unknown_route.json")));
    EXPECT_TRUE(is_unknown_route(404, recorded("dialects/ollama/error_unknown_route.txt")));
    for (const std::string& fixture : fixtures("error_model.json"))
        EXPECT_FALSE(is_unknown_route(404, recorded("dialects/" + fixture))) << fixture;
}

TEST(DialectFixtures, TokensAreReadInEveryForm) {
    for (const std::string& fixture : fixtures("tokenize")) {
        const auto reply = read_tokenize_reply(text_of(fixture));
        ASSERT_TRUE(reply.ok()) << fixture << ": " << reply.error().message;
        EXPECT_EQ(reply->count, static_cast<std::int64_t>(reply->tokens.size())) << fixture;
        EXPECT_GE(reply->count, 2) << fixture;
    }
    const auto pieces = read_tokenize_reply(text_of("llama_cpp/tokenize_pieces.json"));
    EXPECT_EQ(pieces.value().token_strs, (std::vector<std::string>{" ", "h", "i", " ", "", ""}));
    const auto tgi = read_tokenize_reply(text_of("tgi/tokenize.json"));
    EXPECT_EQ(tgi.value().tokens, (std::vector<std::int64_t>{1, 15043}));
    EXPECT_EQ(tgi->token_strs, (std::vector<std::string>{"<s>", "Hello"}));
    for (const std::string& fixture : fixtures("detokenize"))
        EXPECT_FALSE(read_detokenize_reply(text_of(fixture)).value().prompt.empty()) << fixture;
}

}  // namespace
}  // namespace vllm_client::wire

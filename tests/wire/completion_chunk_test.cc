// SPDX-License-Identifier: Apache-2.0
#include "wire/completion_chunk.h"

#include <gtest/gtest.h>

#include "wire/chunk_input.h"
#include "wire/recorded.h"
#include "wire/stream_input.h"

namespace vllm_client::wire {
namespace {

using detail::CompletionChunkReader;

/// A reader of completions and the events it has read.
class CompletionReading {
 public:
    Result<CompletionDelta> read(const std::string& json) { return reader.read(store(json)); }
    Error error(const std::string& json) {
        auto delta = read(json);
        EXPECT_FALSE(delta.ok()) << json;
        return delta ? Error{} : std::move(delta).error();
    }

    EventStore store;
    CompletionChunkReader reader;
};

TEST(CompletionChunk, ReadsTextIndexAndFinishReason) {
    CompletionReading completion;
    const auto delta = completion.read(text_event(R"(Hi\n)", 5, R"("length")")).value();
    EXPECT_EQ(delta.text(), "Hi\n");
    EXPECT_EQ(delta.index(), 5);
    EXPECT_EQ(delta.choice_count(), 1u);
    EXPECT_EQ(delta.finish_reason(), FinishReason::length);
    EXPECT_TRUE(delta.has_content());
}

TEST(CompletionChunk, WholeChunkHasAllFields) {
    CompletionReading completion;
    const auto delta =
        completion
            .read(R"({"id":"a","created":3,"model":"m","choices":[{"index":1,"text":"t",)"
                  R"("stop_reason":"end","finish_reason":"stop","token_ids":[7],)"
                  R"("prompt_token_ids":[1,2],"logprobs":{"tokens":["t"],"token_logprobs":[-1],)"
                  R"("top_logprobs":[{"t":-1}],"text_offset":[0]}}],"usage":null})")
            .value();
    const CompletionReply& chunk = delta.chunk();
    EXPECT_EQ(chunk.id, "a");
    EXPECT_EQ(chunk.created, 3);
    ASSERT_EQ(chunk.choices.size(), 1u);
    const CompletionChoice& choice = chunk.choices[0];
    EXPECT_EQ(choice.index, 1);
    EXPECT_EQ(choice.text, "t");
    EXPECT_EQ(choice.stop_reason, StopReason("end"));
    EXPECT_EQ(choice.token_ids, TokenIds{7});
    EXPECT_EQ(choice.prompt_token_ids, (TokenIds{1, 2}));
    ASSERT_TRUE(choice.logprobs);
    EXPECT_EQ(choice.logprobs->tokens, std::vector<std::string>{"t"});
    EXPECT_EQ(&delta.chunk(), &chunk);
}

TEST(CompletionChunk, AnEmptyDeltaHasAnEmptyChunk) {
    EXPECT_TRUE(CompletionDelta().chunk().choices.empty());
}

TEST(CompletionChunk, KnowsEventsThatAreOnlyText) {
    CompletionReading completion;
    const auto is_text_only = [&completion](const std::string& json) {
        return CompletionChunkReader::is_text_only(completion.read(json).value());
    };
    EXPECT_TRUE(is_text_only(text_event("a")));
    EXPECT_FALSE(is_text_only(text_event("a", 0, R"("stop")")));
    EXPECT_FALSE(is_text_only(R"({"choices":[{"text":"a","token_ids":[1]}]})"));
    EXPECT_FALSE(is_text_only(R"({"choices":[{"text":"a","prompt_token_ids":[1]}]})"));
    EXPECT_FALSE(is_text_only(R"({"choices":[{"text":"a","logprobs":{}}]})"));
    EXPECT_FALSE(is_text_only(R"({"choices":[{"text":"a"},{"index":1,"text":"b"}]})"));
    EXPECT_FALSE(is_text_only(R"({"choices":[],"usage":{}})"));
}

TEST(FaultC, C6_ErrorInsideACompletionIsAStreamError) {
    CompletionReading completion;
    const Error problem = completion.error(data_of(recorded("error_in_stream_logprobs.sse")).at(0));
    EXPECT_EQ(problem.kind, ErrorKind::stream);
    EXPECT_EQ(problem.http_status, 400);
    EXPECT_EQ(problem.server.param, "logprobs");
    EXPECT_EQ(completion.error(R"({"object":"error","message":"m","code":500})").kind,
              ErrorKind::stream);
    EXPECT_EQ(completion.read(text_event("on"))->text(), "on");
}

TEST(FaultC, C7_CompletionEventThatIsNotJsonIsADecodeError) {
    CompletionReading completion;
    for (const char* const json : {"", "no", "[]", R"({"choices":[{"text":"a)"}) {
        EXPECT_EQ(completion.error(json).kind, ErrorKind::decode) << json;
    }
}

TEST(FaultC, C12_DeepCompletionEventIsALimitError) {
    CompletionReading completion;
    EXPECT_EQ(completion.error(R"({"choices":[],"x":)" + nested(1000) + "}").kind,
              ErrorKind::limit);
}

TEST(FaultC, C13_WrongTypesInCompletionsNameTheirPlace) {
    CompletionReading completion;
    const Error problem = completion.error(R"({"choices":[{"text":3}]})");
    EXPECT_EQ(problem.kind, ErrorKind::decode);
    EXPECT_NE(problem.message.find("choices[0].text"), std::string::npos);
    const auto delta = completion.read(R"({"choices":[{"text":"a"}],"usage":[]})").value();
    EXPECT_EQ(delta.text(), "a");
    EXPECT_TRUE(delta.chunk().choices.empty());
    ASSERT_NE(completion.reader.chunk_error(), nullptr);
    EXPECT_EQ(completion.reader.chunk_error()->kind, ErrorKind::decode);
}

TEST(FaultC, C16_CompletionIndexOutOfRangeIsALimitError) {
    CompletionReading completion;
    EXPECT_EQ(completion.read(text_event("a", 1024))->index(), 1024);
    EXPECT_EQ(completion.error(text_event("a", 1025)).kind, ErrorKind::limit);
    EXPECT_EQ(completion.error(text_event("a", -1)).kind, ErrorKind::limit);
    const auto delta =
        completion.read(R"({"choices":[{"text":"a"},{"index":-5,"text":"b"}]})").value();
    EXPECT_TRUE(delta.chunk().choices.empty());
    ASSERT_NE(completion.reader.chunk_error(), nullptr);
    EXPECT_EQ(completion.reader.chunk_error()->kind, ErrorKind::limit);
}

}  // namespace
}  // namespace vllm_client::wire

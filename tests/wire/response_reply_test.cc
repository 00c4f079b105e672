// SPDX-License-Identifier: Apache-2.0
#include "wire/response_reply.h"

#include <gtest/gtest.h>

#include "wire/recorded.h"
#include "wire/response_item.h"

namespace vllm_client::wire {
namespace {

Result<ResponseReply> read(std::string body) {
    pad(body);
    return read_response_reply(body);
}

// The only item of an answer.
ResponseItem item(const std::string& json) {
    auto reply = read(R"({"output":[)" + json + "]}");
    EXPECT_TRUE(reply.ok()) << reply.error().to_string();
    return reply ? reply->output.at(0) : ResponseItem{};
}

TEST(ResponseReply, ReadsARecordedAnswer) {
    const auto reply = read(recorded("responses.json")).value();
    EXPECT_TRUE(reply.id.starts_with("resp_"));
    EXPECT_EQ(reply.model, "tiny");
    EXPECT_GT(reply.created_at, 0);
    EXPECT_EQ(reply.status, ResponseStatus::incomplete);
    EXPECT_EQ(reply.incomplete_reason, "max_output_tokens");
    ASSERT_EQ(reply.output.size(), 1U);
    EXPECT_EQ(reply.output[0].kind, ResponseItem::Kind::message);
    EXPECT_EQ(reply.output[0].role, "assistant");
    EXPECT_EQ(reply.output[0].status, "completed");
    EXPECT_EQ(reply.text(), reply.output[0].content.at(0).text);
    EXPECT_FALSE(reply.text().empty());
    EXPECT_EQ(reply.usage->completion_tokens, 4);
    EXPECT_EQ(reply.usage->total_tokens, reply.usage->prompt_tokens + 4);
    EXPECT_EQ(reply.usage->cached_tokens, 0);
    EXPECT_EQ(reply.usage->reasoning_tokens, 0);
    EXPECT_EQ(reply.max_output_tokens, 4);
    EXPECT_EQ(reply.temperature, 0.0);
    EXPECT_EQ(reply.parallel_tool_calls, true);
    EXPECT_EQ(reply.background, false);
    EXPECT_EQ(reply.tool_choice.text(), R"("none")");
    EXPECT_EQ(reply.service_tier, "auto");
    EXPECT_EQ(reply.truncation, "disabled");
    EXPECT_TRUE(reply.extra.empty()) << reply.extra.text();
}

TEST(ResponseReply, ReadsRecordedToolCalls) {
    const auto reply = read(recorded("responses_tools.json")).value();
    EXPECT_EQ(reply.status, ResponseStatus::completed);
    ASSERT_EQ(reply.tool_calls().size(), 1U);
    const ToolCall call = reply.tool_calls()[0];
    EXPECT_EQ(call.name, "get_weather");
    EXPECT_EQ(call.id, reply.output.at(0).call_id);
    EXPECT_TRUE(call.complete);
    EXPECT_NE(call.arguments.find("unit"), std::string::npos);
    EXPECT_TRUE(reply.text().empty());
    EXPECT_TRUE(reply.extra.empty()) << reply.extra.text();
}

TEST(ResponseReply, ReadsRecordedLogprobs) {
    const auto reply = read(recorded("responses_logprobs.json")).value();
    const auto& logprobs = reply.output.at(0).content.at(0).logprobs;
    ASSERT_EQ(logprobs.size(), 4U);
    EXPECT_FALSE(logprobs[0].token.empty());
    EXPECT_LE(logprobs[0].logprob, 0);
    EXPECT_EQ(logprobs[0].top_logprobs.size(), 2U);
}

TEST(ResponseReply, ABackgroundAnswerIsQueuedAndHasNoUsage) {
    const auto reply = read(recorded("responses_background.json")).value();
    EXPECT_EQ(reply.status, ResponseStatus::queued);
    EXPECT_EQ(reply.background, true);
    EXPECT_FALSE(reply.usage);
    EXPECT_TRUE(reply.output.empty());
}

TEST(ResponseReply, UnknownAndNullMembersDoNotMatter) {
    const auto reply = read(R"({"output":null,"status":"thinking","usage":null,"later":{"a":[1]},)"
                            R"("temperature":null,"incomplete_details":null,"error":{"code":"x"},)"
                            R"("instructions":[{"role":"system"}]})")
                           .value();
    EXPECT_EQ(reply.status, ResponseStatus::other);
    EXPECT_EQ(reply.extra.text(), R"({"later":{"a":[1]},"instructions":[{"role":"system"}]})");
    EXPECT_EQ(reply.error.text(), R"({"code":"x"})");
    EXPECT_FALSE(reply.temperature);
}

TEST(ResponseReply, AnAnswerWithoutOutputAndStatusCannotBeRead) {
    EXPECT_EQ(read(R"({"id":"resp_1"})").error().kind, ErrorKind::decode);
    EXPECT_EQ(read("").error().kind, ErrorKind::decode);
    EXPECT_EQ(read("[]").error().kind, ErrorKind::decode);
    EXPECT_EQ(read(R"({"output":[3]})").error().kind, ErrorKind::decode);
    EXPECT_EQ(read(R"({"output":[{"type":"message","x":nope}]})").error().kind, ErrorKind::decode);
}

TEST(ResponseReply, AnErrorInPlaceOfTheAnswerIsAnHttpError) {
    const auto error = read(R"({"error":{"message":"no","code":500}})").error();
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.http_status, 500);
}

TEST(ResponseReply, StatusesHaveNames) {
    EXPECT_EQ(to_string(ResponseStatus::in_progress), "in_progress");
    EXPECT_EQ(to_string(ResponseStatus::cancelled), "cancelled");
    EXPECT_EQ(to_string(ResponseStatus::other), "other");
}

TEST(ResponseItem, ReadsReasoning) {
    const auto read = item(R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text",)"
                           R"("text":"s"}],"content":[{"type":"reasoning_text","text":"r"}]})");
    EXPECT_EQ(read.kind, ResponseItem::Kind::reasoning);
    EXPECT_EQ(read.content.at(0).kind, ResponseContent::Kind::reasoning_text);
    EXPECT_EQ(read.content.at(0).text, "r");
    EXPECT_EQ(read.summary.at(0).text, "s");
    EXPECT_EQ(read.text(), "");
}

TEST(ResponseItem, ReadsOtherCalls) {
    const auto custom = item(R"({"type":"custom_tool_call","call_id":"c","name":"n","input":"i"})");
    EXPECT_EQ(custom.kind, ResponseItem::Kind::custom_tool_call);
    EXPECT_EQ(custom.arguments, "i");
    const auto mcp =
        item(R"({"type":"mcp_call","name":"n","arguments":"{}","output":"o","error":null})");
    EXPECT_EQ(mcp.kind, ResponseItem::Kind::mcp_call);
    EXPECT_EQ(mcp.output, "o");
    EXPECT_EQ(item(R"({"type":"code_interpreter_call","code":"1+1"})").code, "1+1");
    EXPECT_EQ(item(R"({"type":"web_search_call","action":{}})").kind,
              ResponseItem::Kind::web_search_call);
}

TEST(ResponseItem, ArgumentsCutShortAreNotComplete) {
    EXPECT_FALSE(item(R"({"type":"function_call","arguments":"{\"a\":"})").complete);
    EXPECT_FALSE(item(R"({"type":"function_call"})").complete);
    EXPECT_TRUE(item(R"({"type":"function_call","arguments":"{}"})").complete);
}

TEST(ResponseItem, OtherKindsAreKeptWhole) {
    const std::string json = R"({"type":"image_generation_call","result":"aGk=","name":7})";
    const auto read = item(json);
    EXPECT_EQ(read.kind, ResponseItem::Kind::unknown);
    EXPECT_EQ(read.type, "image_generation_call");
    EXPECT_EQ(read.raw.text(), json);
    const auto message = item(R"({"type":"message","content":[{"type":"picture","url":"u"},)"
                              R"({"type":"output_text","text":"t","annotations":[{"a":1}]},)"
                              R"({"type":"refusal","refusal":"no"}]})");
    EXPECT_EQ(message.content.at(0).kind, ResponseContent::Kind::unknown);
    EXPECT_EQ(message.content.at(0).raw.text(), R"({"type":"picture","url":"u"})");
    EXPECT_EQ(message.content.at(1).annotations.text(), R"([{"a":1}])");
    EXPECT_EQ(message.content.at(2).text, "no");
    EXPECT_EQ(message.text(), "t");
}

}  // namespace
}  // namespace vllm_client::wire

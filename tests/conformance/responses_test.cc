// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/responses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/conformance_servers.h"
#include "vllm_client/json.h"

namespace vllm_client::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

Responses responses() {
    return generation().responses();
}

ResponseRequest short_response() {
    return {.input = "Tell me about the sea.",
            .max_output_tokens = answer_tokens,
            .temperature = 0.0,
            .seed = 1,
            .ignore_eos = true};
}

ResponseRequest weather_response() {
    return {.input = "How is the weather?",
            .max_output_tokens = 60,
            .temperature = 0.0,
            .seed = 1,
            .tools = {{.name = "get_weather", .parameters = R"({
                "type": "object",
                "properties": {"unit": {"enum": ["c", "f"]}},
                "required": ["unit"],
                "additionalProperties": false
            })"}},
            .tool_choice = {.kind = ToolChoice::Kind::required},
            .parallel_tool_calls = false};
}

TEST(ResponsesRoute, TheAnswerHasTheTokensAskedFor) {
    const ResponseReply reply = responses().create(short_response()).value();
    EXPECT_THAT(reply.id, StartsWith("resp_"));
    EXPECT_EQ(reply.status, ResponseStatus::incomplete);
    EXPECT_EQ(reply.incomplete_reason, "max_output_tokens");
    EXPECT_THAT(reply.text(), Not(IsEmpty()));
    EXPECT_EQ(reply.usage.value().completion_tokens, answer_tokens);
    EXPECT_EQ(reply.max_output_tokens, answer_tokens);
    EXPECT_TRUE(reply.extra.empty()) << reply.extra.text();
}

TEST(ResponsesRoute, TheStreamSaysTheSame) {
    const ResponseReply plain = responses().create(short_response()).value();
    auto stream = responses().create_stream(short_response());
    std::string text;
    std::int64_t next = 0;
    for (const ResponseEvent& event : stream) {
        EXPECT_NE(event.kind, ResponseEvent::Kind::unknown) << event.type;
        EXPECT_EQ(event.sequence_number, next++);
        text += event.text();
    }
    const ResponseReply reply = stream.collect().value();
    EXPECT_EQ(text, plain.text());
    EXPECT_EQ(reply.text(), plain.text());
    EXPECT_EQ(reply.usage.value().completion_tokens, answer_tokens);
    EXPECT_GT(reply.timing.first_token.count(), 0);
}

TEST(ResponsesRoute, ARequiredToolIsCalledAndItsResultTaken) {
    const ResponseReply reply = responses().create(weather_response()).value();
    const auto calls = reply.tool_calls();
    ASSERT_THAT(calls, SizeIs(1));
    EXPECT_EQ(calls[0].name, "get_weather");
    EXPECT_THAT(to_json(calls[0].arguments).value().at("unit"), AnyOf("c", "f"));
    std::vector<ResponseInputItem> input{input_message("How is the weather?")};
    for (auto& item : input_items(reply.output))
        input.push_back(std::move(item));
    input.push_back(function_call_output(calls[0].id, "22"));
    const auto next = responses().create({.input = std::move(input), .max_output_tokens = 2});
    EXPECT_TRUE(next.ok()) << next.error().to_string();
}

TEST(ResponsesRoute, ARequiredToolStreamsItsArguments) {
    auto stream = responses().create_stream(weather_response());
    std::string arguments;
    for (const ResponseEvent& event : stream) {
        if (event.kind == ResponseEvent::Kind::function_call_arguments_delta) {
            arguments += event.delta;
        }
        EXPECT_THAT(event.text(), IsEmpty());
    }
    const auto calls = stream.collect().value().tool_calls();
    ASSERT_THAT(calls, SizeIs(1));
    EXPECT_EQ(calls[0].arguments, arguments);
    EXPECT_TRUE(calls[0].complete);
}

TEST(ResponsesRoute, AnUnknownModelIsToldBeforeTheStream) {
    const auto error =
        responses().create_stream({.input = "x", .model = "absent"}).collect().error();
    EXPECT_EQ(error.kind, ErrorKind::http);
    EXPECT_EQ(error.http_status, 404);
}

TEST(ResponsesStore, AnAnswerIsContinuedById) {
    const ResponseReply first = responses().create(short_response()).value();
    ResponseRequest request = short_response();
    request.previous_response_id = first.id;
    const ResponseReply second = responses().create(request).value();
    EXPECT_EQ(second.previous_response_id, first.id);
    EXPECT_GT(second.usage.value().prompt_tokens, first.usage.value().prompt_tokens);
    EXPECT_EQ(responses().retrieve(first.id).value().text(), first.text());
}

TEST(ResponsesStore, ABackgroundAnswerIsCancelled) {
    ResponseRequest request = short_response();
    request.background = true;
    request.max_output_tokens = 900;
    const ResponseReply queued = responses().create(request).value();
    EXPECT_EQ(queued.status, ResponseStatus::queued);
    EXPECT_EQ(responses().cancel(queued.id).value().status, ResponseStatus::cancelled);
    EXPECT_EQ(responses().retrieve(queued.id).value().status, ResponseStatus::cancelled);
}

TEST(ResponsesStore, ADroppedBackgroundStreamIsTakenUpAgain) {
    ResponseRequest request = short_response();
    request.background = true;
    std::string id;
    {
        auto stream = responses().create_stream(request);
        const auto first = stream.next().value();
        ASSERT_TRUE(first.has_value());
        id = to_json(JsonText(first->json)).value().at("response").at("id");
    }
    auto rest = responses().retrieve_stream(id, 2);
    EXPECT_EQ(rest.next().value()->sequence_number, 3);
    EXPECT_EQ(rest.collect().value().text(), responses().create(short_response()).value().text());
}

TEST(ResponsesStore, AnUnknownIdIsAnHttpError) {
    EXPECT_EQ(responses().retrieve("resp_absent").error().http_status, 404);
    EXPECT_EQ(responses().cancel("resp_absent").error().http_status, 404);
}

}  // namespace
}  // namespace vllm_client::conformance

// SPDX-License-Identifier: Apache-2.0
#include "wire/response_request.h"

#include <gtest/gtest.h>

#include <functional>

#include "wire/canonical.h"
#include "wire/protocol.h"

namespace vllm_client::wire {
namespace {

ResponseRequest full() {
    ResponseRequest r{.input = "hi", .instructions = "i", .model = "m"};
    r.max_output_tokens = 5;
    r.max_tool_calls = 2;
    r.temperature = 0.5;
    r.top_p = 0.9;
    r.top_k = 4;
    r.min_p = 0.1;
    r.presence_penalty = 0.2;
    r.frequency_penalty = 0.3;
    r.repetition_penalty = 1.1;
    r.seed = 7;
    r.stop = {"s"};
    r.stop_token_ids = {3};
    r.include_stop_str_in_output = true;
    r.ignore_eos = true;
    r.skip_special_tokens = false;
    r.logit_bias = {{10, 1.5}, {9, -1.0}};
    r.watermarking = false;
    r.truncation = "auto";
    r.tools = {{.name = "f", .description = "d", .parameters = "{}", .strict = true}};
    r.other_tools = {R"({"type":"web_search"})"};
    r.tool_choice = {.kind = ToolChoice::Kind::function, .name = "f"};
    r.parallel_tool_calls = false;
    r.text_format = {.kind = ResponseFormat::Kind::json_schema, .name = "n", .schema = "{}"};
    r.text_verbosity = "low";
    r.structured_outputs = {.regex = "a"};
    r.reasoning_effort = "low";
    r.reasoning_summary = "auto";
    r.include_reasoning = true;
    r.include = {"message.output_text.logprobs"};
    r.top_logprobs = 2;
    r.store = true;
    r.background = false;
    r.previous_response_id = "resp_0";
    r.previous_input_messages = "[]";
    r.enable_response_messages = true;
    r.chat_template_kwargs = "{}";
    r.mm_processor_kwargs = "{}";
    r.media_io_kwargs = "{}";
    r.mm_payload = "none";
    r.return_mm_kwargs = true;
    r.priority = -1;
    r.request_id = "resp_1";
    r.session_id = "s";
    r.cache_salt = "c";
    r.prompt_cache_key = "k";
    r.service_tier = "auto";
    r.prompt = "{}";
    r.kv_transfer_params = "{}";
    r.ec_transfer_params = "{}";
    r.vllm_xargs = "{}";
    r.user = "u";
    r.metadata = "{}";
    r.extra = R"({"new_field":1})";
    return r;
}

std::string problem(const std::function<void(ResponseRequest&)>& change) {
    ResponseRequest request{.input = "hi"};
    change(request);
    const auto body = write_response_request(request, false);
    EXPECT_FALSE(body.ok());
    if (body.ok()) return {};
    EXPECT_EQ(body.error().kind, ErrorKind::config);
    return body.error().message;
}

TEST(ResponseRequest, SmallestBodies) {
    EXPECT_EQ(write_response_request({.input = "hi"}, false).value(), R"({"input":"hi"})");
    EXPECT_EQ(write_response_request({.input = "hi"}, true).value(),
              R"({"input":"hi","stream":true})");
}

TEST(ResponseRequest, WritesEveryMemberInOrder) {
    const auto json = parse_canonical(write_response_request(full(), true).value());
    EXPECT_EQ(json.size(), 54U);
    EXPECT_EQ(absent_fields("responses", json), std::vector<std::string>{});
    EXPECT_EQ(json["logit_bias"].dump(), R"({"10":1.5,"9":-1})");
    EXPECT_EQ(json["reasoning"].dump(), R"({"effort":"low","summary":"auto"})");
    EXPECT_EQ(json["text"].dump(),
              R"({"format":{"name":"n","schema":{},"type":"json_schema"},"verbosity":"low"})");
    EXPECT_EQ(json["new_field"], 1);
}

TEST(ResponseRequest, ToolsAndChoiceAreFlat) {
    const auto json = parse_canonical(write_response_request(full(), false).value());
    EXPECT_EQ(json["tools"].dump(),
              R"([{"description":"d","name":"f","parameters":{},"strict":true,"type":"function"},)"
              R"({"type":"web_search"}])");
    EXPECT_EQ(json["tool_choice"].dump(), R"({"name":"f","type":"function"})");
}

TEST(ResponseRequest, ChoicesThatAreWordsAreAsInChats) {
    ResponseRequest request{.input = "hi", .tool_choice = {.kind = ToolChoice::Kind::required}};
    EXPECT_EQ(write_response_request(request, false).value(),
              R"({"input":"hi","tool_choice":"required"})");
}

TEST(ResponseRequest, FormatsWithoutASchema) {
    ResponseRequest request{.input = "hi",
                            .text_format = {.kind = ResponseFormat::Kind::json_object}};
    EXPECT_EQ(write_response_request(request, false).value(),
              R"({"input":"hi","text":{"format":{"type":"json_object"}}})");
    request.text_format = {.kind = ResponseFormat::Kind::raw, .raw = R"({"type":"x"})"};
    EXPECT_EQ(write_response_request(request, false).value(),
              R"({"input":"hi","text":{"format":{"type":"x"}}})");
}

TEST(ResponseRequest, ExtraReplacesMembers) {
    ResponseRequest request{.extra = R"({"input":[],"top_k":3})"};
    request.top_k = 5;
    EXPECT_EQ(write_response_request(request, false).value(), R"({"input":[],"top_k":3})");
}

TEST(ResponseRequest, NamesTheFieldThatIsWrong) {
    EXPECT_EQ(problem([](auto& r) { r.input = ""; }), "input is empty");
    EXPECT_EQ(problem([](auto& r) { r.input = std::vector<ResponseInputItem>{}; }),
              "input is empty");
    EXPECT_EQ(problem([](auto& r) { r.input = "\xFF"; }), "input is not valid UTF-8");
    EXPECT_EQ(problem([](auto& r) { r.tools.emplace_back(); }), "tools[0].name is empty");
    EXPECT_EQ(problem([](auto& r) { r.other_tools = {"3"}; }),
              "other_tools[0] must be a JSON object");
    EXPECT_EQ(problem([](auto& r) { r.tool_choice.kind = ToolChoice::Kind::function; }),
              "tool_choice.name is empty");
    EXPECT_EQ(problem([](auto& r) { r.text_format.kind = ResponseFormat::Kind::json_schema; }),
              "text_format.name is empty");
    EXPECT_EQ(problem([](auto& r) { r.text_format.kind = ResponseFormat::Kind::raw; }),
              "text_format.raw must be a JSON object");
    EXPECT_EQ(problem([](auto& r) { r.extra = R"({"stream":true})"; }),
              "extra.stream is set by the form of the call");
    EXPECT_EQ(problem([](auto& r) { r.metadata = "{"; }), "metadata is not valid JSON");
}

}  // namespace
}  // namespace vllm_client::wire

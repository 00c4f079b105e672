// SPDX-License-Identifier: Apache-2.0
#include "wire/generation_request.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "wire/full_requests.h"
#include "wire/protocol.h"

namespace vllm_client::wire {
namespace {

using Json = nlohmann::ordered_json;

// Names of the first member that is not after the one before it; empty if all are.
std::string first_disorder(const Json& json) {
    std::string previous;
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) {
            if (!previous.empty() && key <= previous) return previous + " before " + key;
            previous = key;
            if (auto inner = first_disorder(value); !inner.empty()) return inner;
        }
    } else if (json.is_array()) {
        for (const auto& value : json) {
            if (auto inner = first_disorder(value); !inner.empty()) return inner;
        }
    }
    return {};
}

ChatRequest chat_of(std::string text) {
    return {.messages = {user(std::move(text))}};
}

std::string chat_problem(const std::function<void(ChatRequest&)>& change) {
    ChatRequest request = chat_of("hi");
    change(request);
    const auto body = write_chat_request(request, false);
    EXPECT_FALSE(body.ok());
    if (body.ok()) return {};
    EXPECT_EQ(body.error().kind, ErrorKind::config);
    EXPECT_EQ(body.error().reach, Reach::not_reached);
    return body.error().message;
}

TEST(GenerationRequest, SmallestBodies) {
    EXPECT_EQ(write_chat_request(chat_of("hi"), false).value(),
              R"({"messages":[{"content":"hi","role":"user"}]})");
    EXPECT_EQ(write_completion_request({.prompt = "hi"}, false).value(), R"({"prompt":"hi"})");
}

TEST(GenerationRequest, StreamsAskForUsageUnlessToldOtherwise) {
    EXPECT_EQ(write_chat_request(chat_of("hi"), true).value(),
              R"({"messages":[{"content":"hi","role":"user"}],"stream":true,)"
              R"("stream_options":{"include_usage":true}})");
    EXPECT_EQ(write_completion_request({.prompt = "hi", .include_usage = false}, true).value(),
              R"({"prompt":"hi","stream":true,"stream_options":{"include_usage":false}})");
}

TEST(GenerationRequest, StreamOptionsOnlyGoWithStreams) {
    ChatRequest request = chat_of("hi");
    request.include_usage = true;
    request.continuous_usage_stats = true;
    EXPECT_EQ(write_chat_request(request, false).value(),
              R"({"messages":[{"content":"hi","role":"user"}]})");
    EXPECT_EQ(Json::parse(write_chat_request(request, true).value())["stream_options"],
              Json::parse(R"({"continuous_usage_stats":true,"include_usage":true})"));
}

TEST(GenerationRequest, FullChatIsCanonical) {
    for (const bool stream : {false, true}) {
        const std::string body = write_chat_request(full_chat(), stream).value();
        const Json json = Json::parse(body);
        EXPECT_EQ(first_disorder(json), "");
        EXPECT_EQ(json.dump(), body) << "not compact";
        EXPECT_EQ(json.size(), stream ? 68u : 66u);
    }
}

TEST(GenerationRequest, FullCompletionIsCanonical) {
    for (const bool stream : {false, true}) {
        const std::string body = write_completion_request(full_completion(), stream).value();
        const Json json = Json::parse(body);
        EXPECT_EQ(first_disorder(json), "");
        EXPECT_EQ(json.dump(), body) << "not compact";
        EXPECT_EQ(json.size(), stream ? 55u : 53u);
    }
}

TEST(GenerationRequest, ChatHasEveryFieldOfTheProtocol) {
    const Json json = Json::parse(write_chat_request(full_chat(), true).value());
    const std::vector<std::string> older_name{"max_tokens"};  // of max_completion_tokens
    EXPECT_EQ(absent_fields("chat", json), older_name);
    const std::vector<std::string> other_servers_name{"reasoning_content"};
    EXPECT_EQ(absent_fields("message", json), other_servers_name);
    for (const char* family :
         {"content_part", "tools", "response_format", "stream_options", "repetition_detection"})
        EXPECT_EQ(absent_fields(family, json), std::vector<std::string>{}) << family;
}

TEST(GenerationRequest, CompletionHasEveryFieldOfTheProtocol) {
    const Json json = Json::parse(write_completion_request(full_completion(), true).value());
    EXPECT_EQ(absent_fields("completions", json), std::vector<std::string>{});
}

TEST(GenerationRequest, EveryConstraintHasItsName) {
    const auto written = [](StructuredOutput constraint) {
        ChatRequest request = chat_of("hi");
        request.structured_outputs = std::move(constraint);
        return Json::parse(write_chat_request(request, false).value())["structured_outputs"].dump();
    };
    EXPECT_EQ(written({.json = R"({"type":"object"})"}), R"({"json":{"type":"object"}})");
    EXPECT_EQ(written({.regex = "a+"}), R"({"regex":"a+"})");
    EXPECT_EQ(written({.choice = {"a", "b"}}), R"({"choice":["a","b"]})");
    EXPECT_EQ(written({.grammar = "root ::= x"}), R"({"grammar":"root ::= x"})");
    EXPECT_EQ(written({.json_object = true}), R"({"json_object":true})");
    EXPECT_EQ(written({.structural_tag = R"("{}")"}), R"({"structural_tag":"{}"})");
    EXPECT_EQ(written({.json = "{}",
                       .disable_any_whitespace = true,
                       .disable_additional_properties = false,
                       .whitespace_pattern = "[ ]?"}),
              R"({"disable_additional_properties":false,"disable_any_whitespace":true,"json":{},)"
              R"("whitespace_pattern":"[ ]?"})");
}

TEST(GenerationRequest, EveryFormOfAnswerHasItsName) {
    const auto written = [](ResponseFormat format) {
        ChatRequest request = chat_of("hi");
        request.response_format = std::move(format);
        return Json::parse(write_chat_request(request, false).value())["response_format"].dump();
    };
    using Kind = ResponseFormat::Kind;
    EXPECT_EQ(written({.kind = Kind::text}), R"({"type":"text"})");
    EXPECT_EQ(written({.kind = Kind::json_object}), R"({"type":"json_object"})");
    EXPECT_EQ(written({.kind = Kind::json_schema,
                       .name = "n",
                       .schema = "{}",
                       .description = "d",
                       .strict = false}),
              R"({"json_schema":{"description":"d","name":"n","schema":{},"strict":false},)"
              R"("type":"json_schema"})");
    EXPECT_EQ(written({.kind = Kind::raw, .raw = R"({"type":"structural_tag","structures":[]})"}),
              R"({"type":"structural_tag","structures":[]})");
}

TEST(GenerationRequest, FieldsKeepTheirValues) {
    const Json json = Json::parse(write_chat_request(full_chat(), false).value());
    EXPECT_EQ(json["max_completion_tokens"], 100);
    EXPECT_EQ(json["temperature"], 0.7);
    EXPECT_EQ(json["seed"], -5);
    EXPECT_EQ(json["ignore_eos"], false);
    EXPECT_EQ(json["logit_bias"].dump(), R"({"10":1.5,"9":-100})");
    EXPECT_EQ(json["tool_choice"].dump(), R"({"function":{"name":"f"},"type":"function"})");
    EXPECT_EQ(json["structured_outputs"]["json"].dump(), R"({"type":"object"})");
    EXPECT_EQ(json["response_format"]["json_schema"]["name"], "answer");
}

TEST(GenerationRequest, SameRequestGivesSameBytesWhateverTheOrderOfLists) {
    ChatRequest a = chat_of("hi");
    ChatRequest b = chat_of("hi");
    a.logit_bias = {{9, 1}, {10, 2}};
    b.logit_bias = {{10, 2}, {9, 1}};
    EXPECT_EQ(write_chat_request(a, false).value(), write_chat_request(b, false).value());
}

TEST(GenerationRequest, LastOfEqualBiasesWins) {
    ChatRequest request = chat_of("hi");
    request.logit_bias = {{9, 1}, {9, 2}};
    EXPECT_EQ(Json::parse(write_chat_request(request, false).value())["logit_bias"].dump(),
              R"({"9":2})");
}

TEST(GenerationRequest, WritesEveryFormOfPrompt) {
    const auto prompt = [](Prompt p) {
        return Json::parse(
                   write_completion_request({.prompt = std::move(p)}, false).value())["prompt"]
            .dump();
    };
    EXPECT_EQ(prompt("a"), R"("a")");
    EXPECT_EQ(prompt(std::vector<std::string>{"a", "b"}), R"(["a","b"])");
    EXPECT_EQ(prompt(TokenIds{1, 2}), "[1,2]");
    EXPECT_EQ(prompt(std::vector<TokenIds>{{1, 2}, {3}}), "[[1,2],[3]]");
}

TEST(GenerationRequest, WritesConversationsWithToolsAndMedia) {
    ChatRequest request{
        .messages = {
            system_message("s"),
            user({text_part("look"),
                  image_url("https://x/y.png", "low"),
                  input_audio("UklG", "wav"),
                  audio_url("https://x/a"),
                  video_url("https://x/v"),
                  {.kind = ContentPart::Kind::raw, .raw = R"({"type":"x"})"}}),
            {.role = "assistant", .tool_calls = {{.id = "1", .name = "f", .arguments = "{}"}}},
            tool_result("1", "42"),
            assistant("done")}};
    EXPECT_EQ(
        write_chat_request(request, false).value(),
        R"({"messages":[{"content":"s","role":"system"},)"
        R"({"content":[{"text":"look","type":"text"},)"
        R"({"image_url":{"detail":"low","url":"https://x/y.png"},"type":"image_url"},)"
        R"({"input_audio":{"data":"UklG","format":"wav"},"type":"input_audio"},)"
        R"({"audio_url":{"url":"https://x/a"},"type":"audio_url"},)"
        R"({"type":"video_url","video_url":{"url":"https://x/v"}},{"type":"x"}],"role":"user"},)"
        R"({"role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"f"},)"
        R"("id":"1","type":"function"}]},)"
        R"({"content":"42","role":"tool","tool_call_id":"1"},)"
        R"({"content":"done","role":"assistant"}]})");
}

TEST(GenerationRequest, ExtraIsMergedAndWins) {
    ChatRequest request = chat_of("hi");
    request.temperature = 1;
    request.extra = R"({"temperature":0.2,"aaa":1,"zzz":[1]})";
    EXPECT_EQ(
        write_chat_request(request, false).value(),
        R"({"aaa":1,"messages":[{"content":"hi","role":"user"}],"temperature":0.2,"zzz":[1]})");
}

TEST(GenerationRequest, ExtraMayCarryThePromptItself) {
    EXPECT_EQ(write_chat_request({.extra = R"({"messages":[1]})"}, false).value(),
              R"({"messages":[1]})");
    EXPECT_EQ(write_completion_request({.extra = R"({"prompt":"x"})"}, false).value(),
              R"({"prompt":"x"})");
}

TEST(GenerationRequest, ExtraCannotTurnACallIntoAStream) {
    EXPECT_EQ(chat_problem([](ChatRequest& r) { r.extra = R"({"stream":true})"; }),
              "extra.stream is set by the form of the call");
}

TEST(GenerationRequest, MissingPromptIsRefused) {
    EXPECT_EQ(write_chat_request({}, false).error().message, "messages is empty");
    EXPECT_EQ(write_completion_request({}, false).error().message, "prompt is empty");
    EXPECT_TRUE(write_completion_request({.prompt_embeds = "AAAA"}, false).ok());
}

TEST(GenerationRequest, ProblemsNameTheField) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    using R = ChatRequest;
    const std::pair<const char*, std::function<void(R&)>> cases[] = {
        {"messages[0].content is not valid UTF-8", [](R& r) { r.messages[0].content = "\xff"; }},
        {"messages[0].role is empty", [](R& r) { r.messages[0].role.clear(); }},
        {"messages[0].extra must be a JSON object", [](R& r) { r.messages[0].extra = "[]"; }},
        {"messages[1].parts[1].url is not valid UTF-8",
         [](R& r) {
             r.messages.push_back(user({text_part("a"), image_url("\xff")}));
         }},
        {"messages[1].parts[0].raw must be a JSON object",
         [](R& r) { r.messages.push_back(user({ContentPart{.kind = ContentPart::Kind::raw}})); }},
        {"messages[0].tool_calls[0].name is not valid UTF-8",
         [](R& r) { r.messages[0].tool_calls = {{.id = "1", .name = "\xff"}}; }},
        {"model is not valid UTF-8", [](R& r) { r.model = "\xc3"; }},
        {"temperature is not a finite number", [nan](R& r) { r.temperature = nan; }},
        {"logit_bias.7 is not a finite number",
         [nan](R& r) {
             r.logit_bias = {{7, nan}};
         }},
        {"stop is not valid UTF-8",
         [](R& r) {
             r.stop = {"a", "\xff"};
         }},
        {"extra must be a JSON object", [](R& r) { r.extra = "{"; }},
        {"chat_template_kwargs is not valid JSON", [](R& r) { r.chat_template_kwargs = "{x}"; }},
        {"tools[0].name is empty", [](R& r) { r.tools = {Tool{}}; }},
        {"tools[0].parameters is not valid JSON",
         [](R& r) { r.tools = {{.name = "f", .parameters = "{"}}; }},
        {"tools[0].extra must be a JSON object",
         [](R& r) { r.tools = {{.name = "f", .extra = "1"}}; }},
        {"tool_choice.name is empty",
         [](R& r) { r.tool_choice.kind = ToolChoice::Kind::function; }},
        {"response_format.name is empty",
         [](R& r) { r.response_format.kind = ResponseFormat::Kind::json_schema; }},
        {"response_format.schema must be a JSON object",
         [](R& r) {
             r.response_format = {
                 .kind = ResponseFormat::Kind::json_schema, .name = "n", .schema = "1"};
         }},
        {"response_format.raw must be a JSON object",
         [](R& r) { r.response_format.kind = ResponseFormat::Kind::raw; }},
        {"structured_outputs takes one of json, regex, choice, grammar, json_object, "
         "structural_tag",
         [](R& r) { r.structured_outputs = {.regex = "a", .json_object = true}; }},
        {"structured_outputs takes one of json, regex, choice, grammar, json_object, "
         "structural_tag",
         [](R& r) { r.structured_outputs.whitespace_pattern = " "; }},
        {"structured_outputs.json is not valid JSON",
         [](R& r) { r.structured_outputs.json = "{\"a\""; }},
    };
    for (const auto& [message, change] : cases)
        EXPECT_EQ(chat_problem(change), message);
}

TEST(GenerationRequest, EveryTextOfAFullRequestIsChecked) {
    const auto chat = every_text_broken(full_chat());
    EXPECT_GE(chat.size(), 12u);
    for (const auto& [field, request] : chat) {
        const auto body = write_chat_request(request, false);
        ASSERT_FALSE(body.ok()) << field;
        EXPECT_EQ(body.error().message, field + " is not valid UTF-8");
    }
}

}  // namespace
}  // namespace vllm_client::wire

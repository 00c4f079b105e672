// SPDX-License-Identifier: Apache-2.0
#include "wire/messages_request.h"

#include <gtest/gtest.h>

#include <functional>

#include "wire/canonical.h"
#include "wire/protocol.h"

namespace vllm_client::wire {
namespace {

using Block = AnthropicBlock::Kind;

MessagesRequest small() {
    return {.messages = {anthropic_user("hi")}, .max_tokens = 4};
}

MessagesRequest full() {
    MessagesRequest r = small();
    r.model = "m";
    r.system = "s";
    r.temperature = 0.5;
    r.top_p = 0.9;
    r.top_k = 4;
    r.stop_sequences = {"x"};
    r.tools = {{.name = "f",
                .description = "d",
                .input_schema = R"({"type":"object"})",
                .strict = true,
                .defer_loading = false}};
    r.tool_choice = {
        .kind = AnthropicToolChoice::Kind::tool, .name = "f", .disable_parallel_tool_use = true};
    r.thinking = {.kind = AnthropicThinking::Kind::enabled, .budget_tokens = 1024};
    r.effort = "low";
    r.output_schema = R"({"type":"object"})";
    r.chat_template_kwargs = "{}";
    r.mm_payload = "none";
    r.return_mm_kwargs = true;
    r.cache_salt = "c";
    r.watermarking = false;
    r.kv_transfer_params = "{}";
    r.ec_transfer_params = "{}";
    r.vllm_xargs = "{}";
    r.metadata = "{}";
    r.extra = R"({"new_field":1})";
    return r;
}

// The content of a message of this block, as JSON.
std::string content(AnthropicBlock block) {
    MessagesRequest request{.messages = {anthropic_user(std::vector{std::move(block)})},
                            .max_tokens = 1};
    const auto json = parse_canonical(write_messages_request(request, false).value());
    return json["messages"][0]["content"][0].dump();
}

std::string problem(const std::function<void(MessagesRequest&)>& change) {
    MessagesRequest request = small();
    change(request);
    const auto body = write_messages_request(request, false);
    EXPECT_FALSE(body.ok());
    if (body.ok()) return {};
    EXPECT_EQ(body.error().kind, ErrorKind::config);
    return body.error().message;
}

TEST(MessagesRequest, SmallestBodies) {
    const std::string turns = R"("messages":[{"content":"hi","role":"user"}])";
    EXPECT_EQ(write_messages_request(small(), false).value(), R"({"max_tokens":4,)" + turns + "}");
    EXPECT_EQ(write_messages_request(small(), true).value(),
              R"({"max_tokens":4,)" + turns + R"(,"stream":true})");
    EXPECT_EQ(write_count_tokens_request({.messages = {anthropic_user("hi")}}).value(),
              "{" + turns + "}");
}

TEST(MessagesRequest, WritesEveryMemberInOrder) {
    const auto json = parse_canonical(write_messages_request(full(), true).value());
    EXPECT_EQ(json.size(), 23U);
    EXPECT_EQ(absent_fields("messages", json), std::vector<std::string>{});
    EXPECT_EQ(json["output_config"].dump(),
              R"({"effort":"low","format":{"schema":{"type":"object"},"type":"json_schema"}})");
    EXPECT_EQ(json["thinking"].dump(), R"({"budget_tokens":1024,"type":"enabled"})");
    EXPECT_EQ(json["tool_choice"].dump(),
              R"({"disable_parallel_tool_use":true,"name":"f","type":"tool"})");
    EXPECT_EQ(json["tools"].dump(),
              R"([{"defer_loading":false,"description":"d","input_schema":{"type":"object"},)"
              R"("name":"f","strict":true}])");
}

TEST(MessagesRequest, CountingTakesWhatMakesThePrompt) {
    const auto json = parse_canonical(write_count_tokens_request(full()).value());
    EXPECT_EQ(json.size(), 9U) << json.dump();
    for (const char* const name : {"messages", "model", "output_config", "system", "thinking",
                                   "tool_choice", "tools", "chat_template_kwargs", "new_field"})
        EXPECT_TRUE(json.contains(name)) << name;
}

TEST(MessagesRequest, SystemBlocksWin) {
    MessagesRequest request = small();
    request.system = "no";
    request.system_blocks = {text_block("yes")};
    EXPECT_EQ(write_messages_request(request, false).value(),
              R"({"max_tokens":4,"messages":[{"content":"hi","role":"user"}],)"
              R"("system":[{"text":"yes","type":"text"}]})");
}

TEST(MessagesRequest, WordsOfThinkingAndChoice) {
    MessagesRequest request = small();
    request.thinking = {.kind = AnthropicThinking::Kind::adaptive, .display = "omitted"};
    request.tool_choice = {.kind = AnthropicToolChoice::Kind::any};
    auto json = parse_canonical(write_messages_request(request, false).value());
    EXPECT_EQ(json["thinking"].dump(), R"({"display":"omitted","type":"adaptive"})");
    EXPECT_EQ(json["tool_choice"].dump(), R"({"type":"any"})");
    request.thinking = {.kind = AnthropicThinking::Kind::disabled};
    request.tool_choice = {.kind = AnthropicToolChoice::Kind::automatic};
    json = parse_canonical(write_messages_request(request, false).value());
    EXPECT_EQ(json["thinking"].dump(), R"({"type":"disabled"})");
    EXPECT_EQ(json["tool_choice"].dump(), R"({"type":"auto"})");
}

TEST(MessagesRequest, BlocksOfEveryKind) {
    EXPECT_EQ(content(text_block("a")), R"({"text":"a","type":"text"})");
    EXPECT_EQ(content(image_url_block("http://h/i.png")),
              R"({"source":{"type":"url","url":"http://h/i.png"},"type":"image"})");
    EXPECT_EQ(content(image_block("image/png", "aGk=")),
              R"({"source":{"data":"aGk=","media_type":"image/png","type":"base64"},)"
              R"("type":"image"})");
    EXPECT_EQ(content({.kind = Block::tool_use, .id = "t", .name = "f", .input = R"({"a":1})"}),
              R"({"id":"t","input":{"a":1},"name":"f","type":"tool_use"})");
    EXPECT_EQ(content({.kind = Block::tool_use, .id = "t", .name = "f"}),
              R"({"id":"t","input":{},"name":"f","type":"tool_use"})");
    EXPECT_EQ(content(tool_result_block("t", "22")),
              R"({"content":"22","tool_use_id":"t","type":"tool_result"})");
    EXPECT_EQ(content(tool_result_block("t", "no", true)),
              R"({"content":"no","is_error":true,"tool_use_id":"t","type":"tool_result"})");
    EXPECT_EQ(content({.kind = Block::tool_result, .id = "t", .content = {text_block("a")}}),
              R"({"content":[{"text":"a","type":"text"}],"tool_use_id":"t","type":"tool_result"})");
    EXPECT_EQ(content({.kind = Block::thinking, .text = "hm", .signature = "s"}),
              R"({"signature":"s","thinking":"hm","type":"thinking"})");
    EXPECT_EQ(content({.kind = Block::redacted_thinking, .data = "x"}),
              R"({"data":"x","type":"redacted_thinking"})");
    EXPECT_EQ(content({.kind = Block::raw, .raw = R"({"type":"tool_reference"})"}),
              R"({"type":"tool_reference"})");
    EXPECT_EQ(content({.text = "a", .cache_control = R"({"type":"ephemeral"})"}),
              R"({"cache_control":{"type":"ephemeral"},"text":"a","type":"text"})");
}

TEST(MessagesRequest, RareBlocksTravelRaw) {
    for (const char* const block : {R"({"tool_name":"f","type":"tool_reference"})",
                                    R"({"tool":{"name":"f"},"type":"tool_addition"})"}) {
        EXPECT_EQ(content({.kind = Block::raw, .raw = block}), block);
    }
}

TEST(MessagesRequest, NamesTheFieldThatIsWrong) {
    const auto with = [](AnthropicBlock block) {
        return problem([&](auto& r) { r.messages[0].content = {block}; });
    };
    EXPECT_EQ(problem([](auto& r) { r.max_tokens = 0; }), "max_tokens must be above 0");
    EXPECT_EQ(problem([](auto& r) { r.messages.clear(); }), "messages is empty");
    EXPECT_EQ(problem([](auto& r) { r.messages[0].role = ""; }), "messages[0].role is empty");
    EXPECT_EQ(problem([](auto& r) { r.tools.emplace_back(); }), "tools[0].name is empty");
    EXPECT_EQ(problem([](auto& r) { r.tools = {{.name = "f"}}; }),
              "tools[0].input_schema must be a JSON object");
    EXPECT_EQ(problem([](auto& r) { r.tool_choice.kind = AnthropicToolChoice::Kind::tool; }),
              "tool_choice.name is empty");
    EXPECT_EQ(problem([](auto& r) { r.output_schema = "[]"; }),
              "output_schema must be a JSON object");
    EXPECT_EQ(problem([](auto& r) { r.extra = R"({"stream":false})"; }),
              "extra.stream is set by the form of the call");
    EXPECT_EQ(with({.kind = Block::image}), "messages[0].content[0].data is empty");
    EXPECT_EQ(with({.kind = Block::tool_use}), "messages[0].content[0].name is empty");
    EXPECT_EQ(with({.kind = Block::tool_use, .name = "f", .input = R"({"a":)"}),
              "messages[0].content[0].input must be a JSON object");
    EXPECT_EQ(with({.kind = Block::tool_result}), "messages[0].content[0].id is empty");
    EXPECT_EQ(with({.kind = Block::raw}), "messages[0].content[0].raw must be a JSON object");
    EXPECT_EQ(with(text_block("\xFF")), "messages[0].content[0].text is not valid UTF-8");
}

}  // namespace
}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/response_input.h"

#include <gtest/gtest.h>

#include "wire/canonical.h"

namespace vllm_client::wire {
namespace {

Result<std::string> written(std::vector<ResponseInputItem> items) {
    JsonWriter writer;
    writer.begin_object();
    write_response_input(writer, ResponseInput(std::move(items)));
    writer.end_object();
    return std::move(writer).finish();
}

// The one item, as JSON.
std::string one(ResponseInputItem item) {
    return parse_canonical(written({std::move(item)}).value())["input"][0].dump();
}

TEST(ResponseInput, MessagesOfOneText) {
    EXPECT_EQ(one(input_message("hi")), R"({"content":"hi","role":"user","type":"message"})");
    EXPECT_EQ(one(input_message("be brief", "system")),
              R"({"content":"be brief","role":"system","type":"message"})");
}

TEST(ResponseInput, MessagesOfPartsUseTheNamesOfThisRoute) {
    EXPECT_EQ(one(input_message({text_part("a"), image_url("http://h/i.png", "low"),
                                 image_url("http://h/j.png")})),
              R"({"content":[{"text":"a","type":"input_text"},)"
              R"({"detail":"low","image_url":"http://h/i.png","type":"input_image"},)"
              R"({"detail":"auto","image_url":"http://h/j.png","type":"input_image"}],)"
              R"("role":"user","type":"message"})");
}

TEST(ResponseInput, FunctionCallsAndTheirOutputs) {
    EXPECT_EQ(one({.kind = ResponseInputItem::Kind::function_call,
                   .call_id = "c",
                   .name = "f",
                   .arguments = "{}"}),
              R"({"arguments":"{}","call_id":"c","name":"f","type":"function_call"})");
    EXPECT_EQ(one(function_call_output("c", "22")),
              R"({"call_id":"c","output":"22","type":"function_call_output"})");
}

TEST(ResponseInput, RawItemsAndExtraFields) {
    EXPECT_EQ(one(raw_input_item(R"({"type":"item_reference"})")), R"({"type":"item_reference"})");
    ResponseInputItem item = input_message("hi");
    item.extra = R"({"id":"msg_1"})";
    EXPECT_EQ(one(item), R"({"content":"hi","id":"msg_1","role":"user","type":"message"})");
}

TEST(ResponseInput, AChatBecomesItems) {
    const auto items = input_items(std::vector<Message>{
        system_message("s"),
        user("u"),
        {.role = "assistant", .tool_calls = {{.id = "c", .name = "f", .arguments = "{}"}}},
        tool_result("c", "22"),
        assistant("done")});
    EXPECT_EQ(written(items).value(),
              R"({"input":[{"content":"s","role":"system","type":"message"},)"
              R"({"content":"u","role":"user","type":"message"},)"
              R"({"arguments":"{}","call_id":"c","name":"f","type":"function_call"},)"
              R"({"call_id":"c","output":"22","type":"function_call_output"},)"
              R"({"content":"done","role":"assistant","type":"message"}]})");
}

TEST(ResponseInput, AnAnswersItemsGoBackAsTheyCame) {
    const std::string raw = R"({"id":"msg_1","new":[1],"type":"message"})";
    EXPECT_EQ(written(input_items(std::vector<ResponseItem>{{.raw = raw}})).value(),
              R"({"input":[)" + raw + "]}");
}

TEST(ResponseInput, NamesTheItemThatIsWrong) {
    EXPECT_EQ(written({input_message("a"), input_message("b", "")}).error().message,
              "input[1].role is empty");
    EXPECT_EQ(written({raw_input_item("[]")}).error().message,
              "input[0].raw must be a JSON object");
    EXPECT_EQ(written({input_message({audio_url("http://h/a.wav")})}).error().message,
              "input[0].parts[0].kind is not known to this route; use a raw part");
    EXPECT_EQ(written({function_call_output("c", "\xC3")}).error().message,
              "input[0].output is not valid UTF-8");
}

}  // namespace
}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/tokens.h"

#include <gtest/gtest.h>

#include "wire/json_reader.h"
#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

Result<TokenizeReply> read_tokens(std::string body) {
    pad(body);
    return read_tokenize_reply(body);
}

Result<DetokenizeReply> read_text_of(std::string body) {
    pad(body);
    return read_detokenize_reply(body);
}

TEST(TokenizeRequest, WritesTexts) {
    EXPECT_EQ(write_tokenize_request({}).value(), R"({"prompt":""})");
    EXPECT_EQ(
        write_tokenize_request({.prompt = "a",
                                .model = "m",
                                .add_special_tokens = false,
                                .return_token_strs = true,
                                .extra = R"({"x":1})"})
            .value(),
        R"({"add_special_tokens":false,"model":"m","prompt":"a","return_token_strs":true,"x":1})");
}

TEST(TokenizeRequest, WritesConversations) {
    EXPECT_EQ(write_tokenize_request({.messages = {user("a")},
                                      .tools = {{.name = "f"}},
                                      .add_generation_prompt = true,
                                      .continue_final_message = false,
                                      .chat_template = "t",
                                      .chat_template_kwargs = "{}",
                                      .media_io_kwargs = R"({"image":{}})",
                                      .mm_processor_kwargs = R"({"num_crops":4})"})
                  .value(),
              R"({"add_generation_prompt":true,"chat_template":"t","chat_template_kwargs":{},)"
              R"("continue_final_message":false,"media_io_kwargs":{"image":{}},)"
              R"("messages":[{"content":"a","role":"user"}],"mm_processor_kwargs":{"num_crops":4},)"
              R"("tools":[{"function":{"name":"f"},"type":"function"}]})");
}

TEST(TokenizeRequest, ProblemsNameTheField) {
    EXPECT_EQ(write_tokenize_request({.prompt = "\xff"}).error().message,
              "prompt is not valid UTF-8");
    EXPECT_EQ(write_detokenize_request({.extra = "1"}).error().message,
              "extra must be a JSON object");
}

TEST(TokenizeReply, ReadsRecordedReplies) {
    const auto text = read_tokens(recorded("tokenize_text.json")).value();
    EXPECT_EQ(text.count, 2);
    EXPECT_EQ(text.max_model_len, 1024);
    EXPECT_EQ(text.tokens, (std::vector<std::int64_t>{504, 2428}));
    EXPECT_EQ(text.token_strs, (std::vector<std::string>{"def", "Ġmain"}));
    const auto chat = read_tokens(recorded("tokenize_chat.json")).value();
    EXPECT_EQ(chat.tokens.size(), 4u);
    EXPECT_TRUE(chat.token_strs.empty());
    EXPECT_TRUE(chat.extra.empty());
}

TEST(TokenizeReply, CountsWhatTheServerDoesNotCount) {
    const auto reply = read_tokens(R"({"tokens":[1,2,3],"new":true})").value();
    EXPECT_EQ(reply.count, 3);
    EXPECT_EQ(reply.extra.text(), R"({"new":true})");
}

TEST(FaultC, C13_TokenizeErrorsNameThePath) {
    EXPECT_EQ(read_tokens("{}").error().message,
              "cannot read the tokenize reply at tokens: missing or empty");
    EXPECT_EQ(read_tokens(R"({"tokens":[1,"2"]})").error().message,
              "cannot read the tokenize reply at tokens[1]: expected a number");
}

TEST(Detokenize, WritesTokensEvenNone) {
    EXPECT_EQ(write_detokenize_request({.tokens = {1, 2}, .model = "m"}).value(),
              R"({"model":"m","tokens":[1,2]})");
    EXPECT_EQ(write_detokenize_request({}).value(), R"({"tokens":[]})");
}

TEST(Detokenize, ReadsReplies) {
    EXPECT_EQ(read_text_of(recorded("detokenize.json"))->prompt, "allyari");
    EXPECT_EQ(read_text_of(R"({"content":"other server"})")->prompt, "other server");
    EXPECT_EQ(read_text_of(R"({"prompt":""})")->prompt, "");
    EXPECT_EQ(read_text_of("{}").error().message,
              "cannot read the detokenize reply at prompt: missing or empty");
}

// Shortened from a real server's reply.
TEST(TokenizerInfo, KeepsEverything) {
    std::string body =
        R"({"tokenizer_class":"LlamaTokenizer","bos_token":"<s>","model_max_length":2048,)"
        R"("chat_template":"{%- if tools %}\n{% endif %}","added_tokens_decoder":{"0":"<s>"}})";
    pad(body);
    const auto tokenizer = read_tokenizer_info(body).value();
    EXPECT_EQ(tokenizer.tokenizer_class, "LlamaTokenizer");
    EXPECT_EQ(tokenizer.chat_template, "{%- if tools %}\n{% endif %}");
    EXPECT_EQ(tokenizer.info.text(), body);
}

TEST(TokenizerInfo, TemplatesMayBeManyOrNone) {
    std::string body = R"({"tokenizer_class":null,"chat_template":[{"name":"default"}]})";
    pad(body);
    const auto tokenizer = read_tokenizer_info(body).value();
    EXPECT_EQ(tokenizer.chat_template, "");
    EXPECT_EQ(tokenizer.info.text(), body);
}

}  // namespace
}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/classify.h"

#include <gtest/gtest.h>

#include <cmath>

#include "wire/json_reader.h"

namespace vllm_client::wire {
namespace {

Result<ClassifyReply> read(std::string body, std::size_t expected = 0) {
    pad(body);
    return read_classify_reply(body, expected);
}

std::string problem_of(const std::string& body, std::size_t expected = 0) {
    const auto reply = read(body, expected);
    EXPECT_FALSE(reply.ok());
    if (reply.ok()) return {};
    EXPECT_EQ(reply.error().kind, ErrorKind::decode);
    return reply.error().message.substr(std::string("cannot read the classify reply at ").size());
}

TEST(ClassifyRequest, EveryFieldInCanonicalOrder) {
    const ClassifyRequest request{.input = std::vector<std::string>{"a", "b"},
                                  .model = "m",
                                  .use_activation = false,
                                  .truncate_prompt_tokens = 5,
                                  .truncation_side = "right",
                                  .padding = "do_not_pad",
                                  .add_special_tokens = false,
                                  .add_generation_prompt = true,
                                  .continue_final_message = false,
                                  .chat_template = "t",
                                  .chat_template_kwargs = "{}",
                                  .media_io_kwargs = "{}",
                                  .mm_processor_kwargs = "{}",
                                  .priority = -1,
                                  .request_id = "r",
                                  .cache_salt = "s",
                                  .user = "u",
                                  .extra = R"({"task":"classify"})"};
    EXPECT_EQ(
        write_classify_request(request).value(),
        R"({"add_generation_prompt":true,"add_special_tokens":false,"cache_salt":"s",)"
        R"("chat_template":"t","chat_template_kwargs":{},"continue_final_message":false,)"
        R"("input":["a","b"],"media_io_kwargs":{},"mm_processor_kwargs":{},"model":"m",)"
        R"("padding":"do_not_pad","priority":-1,"request_id":"r","task":"classify",)"
        R"("truncate_prompt_tokens":5,"truncation_side":"right","use_activation":false,"user":"u"})");
}

TEST(ClassifyRequest, NeedsOneKindOfInput) {
    EXPECT_EQ(write_classify_request({}).error().message, "input is empty");
    EXPECT_EQ(write_classify_request({.input = "a", .messages = {user("b")}}).error().message,
              "input and messages cannot both be set");
    EXPECT_EQ(write_classify_request({.messages = {user("b")}}).value(),
              R"({"messages":[{"content":"b","role":"user"}]})");
}

TEST(ClassifyRequest, CountsItsInputs) {
    EXPECT_EQ(expected_classifications({.input = std::vector<std::string>{"a", "b"}}), 2u);
    EXPECT_EQ(expected_classifications({.messages = {user("a"), user("b")}}), 1u);
    EXPECT_EQ(expected_classifications({.extra = R"({"input":"a"})"}), 0u);
}

TEST(ClassifyReply, ReadsClassesByIndex) {
    const auto reply =
        read(R"({"id":"classify-1","object":"list","created":5,"model":"m","data":[)"
             R"({"index":1,"label":null,"probs":[0.25,0.75],"num_classes":2},)"
             R"({"index":0,"label":"Spoiled","probs":[0.9,null],"num_classes":2,"later":1}],)"
             R"("usage":{"prompt_tokens":8,"total_tokens":8,"completion_tokens":0,)"
             R"("prompt_tokens_details":null,"completion_tokens_details":null},"more":{}})",
             2)
            .value();
    EXPECT_EQ(reply.id, "classify-1");
    EXPECT_EQ(reply.usage.prompt_tokens, 8);
    EXPECT_EQ(reply.extra.text(), R"({"more":{}})");
    ASSERT_EQ(reply.data.size(), 2u);
    EXPECT_EQ(reply.data[0].label, "Spoiled");
    EXPECT_EQ(reply.data[0].probs[0], 0.9F);
    EXPECT_TRUE(std::isnan(reply.data[0].probs[1]));
    EXPECT_EQ(reply.data[0].extra.text(), R"({"later":1})");
    EXPECT_EQ(reply.data[1].label, "");
    EXPECT_EQ(reply.data[1].num_classes, 2);
}

TEST(ClassifyReply, CountsClassesTheServerDoesNotCount) {
    EXPECT_EQ(read(R"({"data":[{"probs":[0.1,0.2,0.7]}]})")->data[0].num_classes, 3);
}

TEST(ClassifyReply, MissingAndRepeatedInputsAreNamed) {
    EXPECT_EQ(problem_of("{}"), "data: missing or empty");
    EXPECT_EQ(problem_of(R"({"data":[{"index":0}]})"), "data[0].probs: missing or empty");
    EXPECT_EQ(problem_of(R"({"data":[{"probs":[1]}]})", 2), "data[1]: missing");
    EXPECT_EQ(problem_of(R"({"data":[{"index":3,"probs":[1]}]})", 1),
              "data[0]: its index 3 was not asked for");
    EXPECT_EQ(problem_of(R"({"data":[{"index":0,"probs":[1]},{"index":0,"probs":[1]}]})"),
              "data[1]: its index 0 came twice");
}

}  // namespace
}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_request.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vllm_client::wire {
namespace {

std::string problem_of(const GenerateRequest& request) {
    return write_generate_request(request, false).error().message;
}

SamplingParams all_sampling_params() {
    return {.max_tokens = 100,
            .temperature = 0.7,
            .top_p = 0.9,
            .top_k = 40,
            .min_p = 0.05,
            .presence_penalty = -0.5,
            .frequency_penalty = 0.5,
            .repetition_penalty = 1.1,
            .seed = -5,
            .n = 2,
            .stop = {"a"},
            .stop_token_ids = {1, 2},
            .include_stop_str_in_output = true,
            .ignore_eos = false,
            .min_tokens = 1,
            .logit_bias = {{9, -100}, {10, 1.5}},
            .allowed_token_ids = {3},
            .bad_words = {"c"},
            .detokenize = true,
            .skip_special_tokens = true,
            .spaces_between_special_tokens = true,
            .thinking_token_budget = 10,
            .repetition_detection = R"({"max_pattern_size":3,"min_count":2})",
            .watermarking = true,
            .structured_outputs = {.regex = "a+"},
            .logprobs = 1,
            .prompt_logprobs = 1,
            .prompt_logprob_start = 0,
            .prompt_logprob_token_ids = "[[1,2]]",
            .logprob_token_ids = {4},
            .stream_interval = 2,
            .skip_reading_prefix_cache = true,
            .routed_experts_prompt_start = 1,
            .extra_args = R"({"x":1})",
            .extra = R"({"flat_logprobs":false})"};
}

TEST(GenerateRequest, SmallestBodies) {
    EXPECT_EQ(write_generate_request({.token_ids = {1, 2}}, false).value(),
              R"({"sampling_params":{},"token_ids":[1,2]})");
    EXPECT_EQ(write_generate_request({.token_ids = {1}}, true).value(),
              R"({"sampling_params":{},"stream":true,"stream_options":{"include_usage":true},)"
              R"("token_ids":[1]})");
}

// The server's own schema has accepted these bytes (without `flat_logprobs`).
TEST(GenerateRequest, EveryFieldInCanonicalOrder) {
    const GenerateRequest request{.token_ids = {1, 2},
                                  .sampling_params = all_sampling_params(),
                                  .model = "m",
                                  .output_mode = OutputMode::text,
                                  .return_token_ids = true,
                                  .features = R"({"mm_hashes":{},"mm_placeholders":{}})",
                                  .token_offsets = "[[0,1],[1,2]]",
                                  .reasoning_ended = true,
                                  .reasoning_parser_kwargs = R"({"chat_template_kwargs":{}})",
                                  .include_usage = false,
                                  .continuous_usage_stats = true,
                                  .priority = 2,
                                  .request_id = "r",
                                  .cache_salt = "s",
                                  .kv_transfer_params = R"({"a":1})",
                                  .ec_transfer_params = R"({"b":1})",
                                  .extra = R"({"zoom":1})"};
    EXPECT_EQ(
        write_generate_request(request, true).value(),
        R"({"cache_salt":"s","ec_transfer_params":{"b":1},"features":{"mm_hashes":{},)"
        R"("mm_placeholders":{}},"kv_transfer_params":{"a":1},"model":"m","output_mode":"text",)"
        R"("priority":2,"reasoning_ended":true,"reasoning_parser_kwargs":)"
        R"({"chat_template_kwargs":{}},"request_id":"r","return_token_ids":true,)"
        R"("sampling_params":{"allowed_token_ids":[3],"bad_words":["c"],"detokenize":true,)"
        R"("extra_args":{"x":1},"flat_logprobs":false,"frequency_penalty":0.5,)"
        R"("ignore_eos":false,"include_stop_str_in_output":true,)"
        R"("logit_bias":{"10":1.5,"9":-100},"logprob_token_ids":[4],"logprobs":1,)"
        R"("max_tokens":100,"min_p":0.05,"min_tokens":1,"n":2,"presence_penalty":-0.5,)"
        R"("prompt_logprob_start":0,"prompt_logprob_token_ids":[[1,2]],"prompt_logprobs":1,)"
        R"("repetition_detection":{"max_pattern_size":3,"min_count":2},)"
        R"("repetition_penalty":1.1,"routed_experts_prompt_start":1,"seed":-5,)"
        R"("skip_reading_prefix_cache":true,"skip_special_tokens":true,)"
        R"("spaces_between_special_tokens":true,"stop":["a"],"stop_token_ids":[1,2],)"
        R"("stream_interval":2,"structured_outputs":{"regex":"a+"},"temperature":0.7,)"
        R"("thinking_token_budget":10,"top_k":40,"top_p":0.9,"watermarking":true},)"
        R"("stream":true,"stream_options":{"continuous_usage_stats":true,)"
        R"("include_usage":false},"token_ids":[1,2],"token_offsets":[[0,1],[1,2]],"zoom":1})");
}

TEST(GenerateRequest, TakesMediaForTheServerToFetch) {
    EXPECT_EQ(write_generate_request(
                  {.token_ids = {1}, .content_parts = R"([{"type":"image_url","url":"u"}])"}, false)
                  .value(),
              R"({"content_parts":[{"type":"image_url","url":"u"}],"sampling_params":{},)"
              R"("token_ids":[1]})");
}

TEST(GenerateRequest, ProblemsNameTheField) {
    EXPECT_EQ(problem_of({}), "token_ids is empty");
    EXPECT_EQ(problem_of({.token_ids = {1, -1}}), "token_ids must not be negative");
    EXPECT_EQ(problem_of({.token_ids = {1}, .features = "{}", .content_parts = "[]"}),
              "features and content_parts cannot both be set");
    EXPECT_EQ(problem_of({.token_ids = {1}, .sampling_params = {.temperature = NAN}}),
              "sampling_params.temperature is not a finite number");
    EXPECT_EQ(problem_of({.token_ids = {1}, .extra = R"({"stream":false})"}),
              "extra.stream is set by the form of the call");
}

}  // namespace
}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/dialect_request.h"

#include <gtest/gtest.h>

#include <string>

#include "wire/dialect_routes.h"
#include "wire/full_requests.h"
#include "wire/generation_request.h"

namespace vllm_client::wire {
namespace {

ServerIdentity server(Dialect dialect, std::string version = {}) {
    return {.dialect = dialect, .version = std::move(version)};
}

std::string chat(const ServerIdentity& identity, const std::string& body) {
    return adapt_body(body, "chat", identity).value();
}

std::string completion(const ServerIdentity& identity, const std::string& body) {
    return adapt_body(body, "completion", identity).value();
}

// The field that an unsupported error names.
std::string refused(const ServerIdentity& identity, const std::string& body,
                    std::string_view operation = "chat") {
    const auto adapted = adapt_body(body, operation, identity);
    if (adapted) return "accepted: " + *adapted;
    EXPECT_EQ(adapted.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(adapted.error().phase, Phase::validate);
    const std::string& message = adapted.error().message;
    return message.substr(0, message.find(' '));
}

const ServerIdentity old_vllm = server(Dialect::vllm, "0.10.2");
const ServerIdentity strict_vllm = server(Dialect::vllm, "0.6.3.post1");
const ServerIdentity sglang = server(Dialect::sglang, "0.5.3");
const ServerIdentity llama = server(Dialect::llama_cpp, "b6700-abc");
const ServerIdentity tgi = server(Dialect::tgi, "3.3.5");
const ServerIdentity ollama = server(Dialect::ollama, "0.12.3");
const ServerIdentity nim_1 = server(Dialect::nim, "1.8.4");
const ServerIdentity lmdeploy = server(Dialect::lmdeploy);
const ServerIdentity tensorrt = server(Dialect::tensorrt_llm, "1.2.0");
const ServerIdentity openai = server(Dialect::openai);

TEST(NeedsAdapting, OnlyWhereTheServerIsKnownToDiffer) {
    EXPECT_FALSE(needs_adapting({}));
    EXPECT_FALSE(needs_adapting(server(Dialect::vllm)));
    EXPECT_FALSE(needs_adapting(server(Dialect::vllm, "0.32.0")));
    EXPECT_FALSE(needs_adapting(server(Dialect::vllm, "0.11.0")));
    EXPECT_FALSE(needs_adapting(server(Dialect::vllm, "dev")));
    EXPECT_FALSE(needs_adapting(server(Dialect::production_stack, "0.1.6")));
    EXPECT_TRUE(needs_adapting(old_vllm));
    EXPECT_TRUE(needs_adapting(sglang));
    EXPECT_TRUE(needs_adapting(server(Dialect::nim, "2.0.1")));
}

TEST(AdaptBody, ACurrentVllmGetsTheSameBytes) {
    for (const bool stream : {false, true}) {
        const std::string body = write_chat_request(full_chat(), stream).value();
        EXPECT_EQ(chat(server(Dialect::vllm, "0.32.0"), body), body);
        EXPECT_EQ(chat({}, body), body);
        EXPECT_EQ(chat(server(Dialect::nim, "2.0.1"), body), body);
    }
}

TEST(AdaptBody, TheResultIsCanonical) {
    EXPECT_EQ(chat(sglang, R"({"messages":[],"priority":3,"request_id":"r","temperature":0.5})"),
              R"({"messages":[],"priority":-3,"rid":"r","temperature":0.5})");
}

TEST(AdaptBody, WhatIsNoObjectIsAConfigError) {
    EXPECT_EQ(adapt_body("[1]", "chat", sglang).error().kind, ErrorKind::config);
}

TEST(AdaptBody, OlderVllmHasTheGuidedNames) {
    EXPECT_EQ(chat(old_vllm, R"({"structured_outputs":{"json":{"type":"object"}}})"),
              R"({"guided_json":{"type":"object"}})");
    EXPECT_EQ(chat(old_vllm, R"({"structured_outputs":{"json":"{\"type\":\"object\"}"}})"),
              R"({"guided_json":{"type":"object"}})");
    EXPECT_EQ(chat(old_vllm, R"({"structured_outputs":{"regex":"a+\\d"}})"),
              R"({"guided_regex":"a+\\d"})");
    EXPECT_EQ(completion(old_vllm, R"({"structured_outputs":{"choice":["a","b\"c"]}})"),
              R"({"guided_choice":["a","b\"c"]})");
    EXPECT_EQ(completion(old_vllm, R"({"structured_outputs":{"grammar":"root ::= \"x\""}})"),
              R"({"guided_grammar":"root ::= \"x\""})");
    EXPECT_EQ(chat(old_vllm, R"({"structured_outputs":{"json_object":true}})"),
              R"({"response_format":{"type":"json_object"}})");
    EXPECT_EQ(chat(old_vllm, R"({"structured_outputs":{"json":{},"whitespace_pattern":" ?"}})"),
              R"({"guided_json":{},"guided_whitespace_pattern":" ?"})");
    EXPECT_EQ(refused(old_vllm, R"({"structured_outputs":{"structural_tag":"{}"}})"),
              "structured_outputs.structural_tag");
    EXPECT_EQ(
        refused(old_vllm, R"({"structured_outputs":{"disable_any_whitespace":true,"json":{}}})"),
        "structured_outputs.disable_any_whitespace");
}

TEST(AdaptBody, OlderVllmKeepsEverythingElse) {
    const std::string body =
        R"({"cache_salt":"s","max_completion_tokens":5,"priority":3,"top_k":4})";
    EXPECT_EQ(chat(old_vllm, body), body);
}

TEST(AdaptBody, VllmThatForbidsUnknownFieldsGetsOnlyItsOwn) {
    EXPECT_EQ(chat(strict_vllm,
                   R"({"max_completion_tokens":5,"messages":[],"priority":3,"request_id":"r"})"),
              R"({"max_tokens":5,"messages":[]})");
    EXPECT_EQ(refused(strict_vllm, R"({"cache_salt":"s"})"), "cache_salt");
    EXPECT_EQ(chat(strict_vllm, R"({"watermarking":false})"), "{}");
    EXPECT_EQ(chat(strict_vllm, R"({"structured_outputs":{"regex":"a"}})"),
              R"({"guided_regex":"a"})");
}

TEST(AdaptBody, SglangConstrainsByItsOwnNames) {
    EXPECT_EQ(
        chat(sglang, R"({"structured_outputs":{"json":{"type":"object"}}})"),
        R"({"response_format":{"json_schema":{"name":"answer","schema":{"type":"object"}},"type":"json_schema"}})");
    EXPECT_EQ(chat(sglang, R"({"structured_outputs":{"regex":"a|b"}})"), R"({"regex":"a|b"})");
    EXPECT_EQ(chat(sglang, R"({"structured_outputs":{"grammar":"g"}})"), R"({"ebnf":"g"})");
    EXPECT_EQ(chat(sglang, R"({"structured_outputs":{"choice":["a.b","c|d"]}})"),
              R"x({"regex":"(a\\.b|c\\|d)"})x");
}

TEST(AdaptBody, SglangTakesHigherPriorityFirst) {
    EXPECT_EQ(chat(sglang, R"({"priority":-5})"), R"({"priority":5})");
    EXPECT_EQ(chat(sglang, R"({"priority":0})"), R"({"priority":0})");
    EXPECT_EQ(chat(sglang, R"({"priority":-9223372036854775808})"),
              R"({"priority":9223372036854775807})");
    EXPECT_EQ(
        adapt_body(R"({"input":"x","priority":2,"request_id":"r"})", "embedding", sglang).value(),
        R"({"input":"x","priority":-2,"rid":"r"})");
}

TEST(AdaptBody, SglangKeepsSamplingAndStops) {
    const std::string body = R"({"min_p":0.1,"n":2,"stop_token_ids":[1],"top_k":4})";
    EXPECT_EQ(chat(sglang, body), body);
    EXPECT_EQ(chat(sglang, R"({"include_stop_str_in_output":true})"), R"({"no_stop_trim":true})");
}

TEST(AdaptBody, LlamaCppConstrainsByGrammarAndSchema) {
    EXPECT_EQ(chat(llama, R"({"structured_outputs":{"json":{"type":"object"}}})"),
              R"({"json_schema":{"type":"object"}})");
    EXPECT_EQ(completion(llama, R"({"structured_outputs":{"grammar":"root ::= \"x\""}})"),
              R"({"grammar":"root ::= \"x\""})");
    EXPECT_EQ(chat(llama, R"({"structured_outputs":{"choice":["yes","say \"no\"\n"]}})"),
              R"({"grammar":"root ::= \"yes\" | \"say \\\"no\\\"\\n\""})");
    EXPECT_EQ(refused(llama, R"({"structured_outputs":{"regex":"a"}})"),
              "structured_outputs.regex");
}

TEST(AdaptBody, LlamaCppCompletionsTakeNoResponseFormat) {
    const std::string format =
        R"({"response_format":{"json_schema":{"name":"n","schema":{"type":"array"}},"type":"json_schema"}})";
    EXPECT_EQ(chat(llama, format), format);
    EXPECT_EQ(refused(llama, format, "completion"), "structured_outputs.json");
    EXPECT_EQ(refused(llama, R"({"structured_outputs":{"json":{}}})", "completion"),
              "structured_outputs.json");
}

TEST(AdaptBody, LlamaCppHasItsOwnNames) {
    EXPECT_EQ(chat(llama, R"({"max_completion_tokens":5,"repetition_penalty":1.1})"),
              R"({"max_tokens":5,"repeat_penalty":1.1})");
    EXPECT_EQ(refused(llama, R"({"stop_token_ids":[1]})"), "stop_token_ids");
    EXPECT_EQ(refused(llama, R"({"cache_salt":"s"})"), "cache_salt");
    EXPECT_EQ(adapt_body(R"({"add_special_tokens":true,"prompt":"x","return_token_strs":true})",
                         "tokenize", llama)
                  .value(),
              R"({"add_special":true,"content":"x","with_pieces":true})");
    EXPECT_EQ(refused(llama, R"({"messages":[]})", "tokenize"), "messages");
}

TEST(AdaptBody, TgiHasItsOwnResponseFormat) {
    EXPECT_EQ(chat(tgi, R"({"structured_outputs":{"json":{"type":"object"}}})"),
              R"({"response_format":{"type":"json","value":{"type":"object"}}})");
    EXPECT_EQ(chat(tgi, R"({"structured_outputs":{"regex":"a"}})"),
              R"({"response_format":{"type":"regex","value":"a"}})");
    EXPECT_EQ(
        chat(
            tgi,
            R"({"response_format":{"json_schema":{"name":"n","schema":{"a":1}},"type":"json_schema"}})"),
        R"({"response_format":{"type":"json","value":{"a":1}}})");
    EXPECT_EQ(chat(tgi, R"({"response_format":{"type":"text"}})"), "{}");
    EXPECT_EQ(refused(tgi, R"({"structured_outputs":{"grammar":"g"}})"),
              "structured_outputs.grammar");
    EXPECT_EQ(refused(tgi, R"({"structured_outputs":{"regex":"a"}})", "completion"),
              "structured_outputs.regex");
}

TEST(AdaptBody, SeveralAnswersAreNeverSilentlyOne) {
    for (const auto& identity : {tgi, ollama, lmdeploy}) {
        EXPECT_EQ(refused(identity, R"({"n":2})"), "n") << to_string(identity.dialect);
        EXPECT_EQ(chat(identity, R"({"n":1})"), "{}");
    }
}

TEST(AdaptBody, OllamaRefusesWhatItWouldIgnore) {
    EXPECT_EQ(chat(ollama, R"({"max_completion_tokens":5,"tool_choice":"auto"})"),
              R"({"max_tokens":5})");
    for (const char* field : {"logit_bias", "top_k", "stop_token_ids", "tool_choice", "min_p"}) {
        EXPECT_EQ(refused(ollama, std::string(R"({")") + field + R"(":3})"), field);
    }
    EXPECT_EQ(refused(ollama, R"({"structured_outputs":{"choice":["a"]}})"),
              "structured_outputs.choice");
    EXPECT_EQ(refused(ollama, R"({"structured_outputs":{"json":{}}})", "completion"),
              "structured_outputs.json");
}

TEST(AdaptBody, Nim1TakesConstraintsInItsExtension) {
    EXPECT_EQ(chat(nim_1, R"({"structured_outputs":{"regex":"a"}})"),
              R"({"nvext":{"guided_regex":"a"}})");
    EXPECT_EQ(chat(nim_1, R"({"max_completion_tokens":5})"), R"({"max_tokens":5})");
}

TEST(AdaptBody, LmdeployTakesRegularExpressionsAsAFormat) {
    EXPECT_EQ(chat(lmdeploy, R"({"structured_outputs":{"regex":"a"}})"),
              R"({"response_format":{"regex_schema":"a","type":"regex_schema"}})");
    EXPECT_EQ(chat(lmdeploy, R"({"min_tokens":2,"session_id":"s"})"), R"({"min_new_tokens":2})");
    EXPECT_EQ(refused(lmdeploy, R"({"min_tokens":2})", "completion"), "min_tokens");
}

TEST(AdaptBody, TensorrtLlmGetsOnlyWhatItKnows) {
    EXPECT_EQ(chat(tensorrt, R"({"messages":[],"priority":3,"request_id":"r","session_id":"s"})"),
              R"({"messages":[]})");
    EXPECT_EQ(refused(tensorrt, R"({"bad_words":["x"]})"), "bad_words");
    EXPECT_EQ(refused(tensorrt, R"({"cache_salt":"s"})", "completion"), "cache_salt");
    EXPECT_EQ(chat(tensorrt, R"({"cache_salt":"s"})"), R"({"cache_salt":"s"})");
    EXPECT_EQ(chat(tensorrt, R"({"top_p_min":0.1})"), R"({"top_p_min":0.1})");
    EXPECT_EQ(completion(tensorrt, R"({"structured_outputs":{"json":{"type":"object"}}})"),
              R"({"response_format":{"schema":{"type":"object"},"type":"json"}})");
    EXPECT_EQ(chat(tensorrt, R"({"structured_outputs":{"grammar":"g"}})"),
              R"({"response_format":{"ebnf":"g","type":"ebnf"}})");
}

TEST(AdaptBody, OpenaiTakesSchemasOnly) {
    EXPECT_EQ(
        chat(openai, R"({"structured_outputs":{"json":{}}})"),
        R"({"response_format":{"json_schema":{"name":"answer","schema":{}},"type":"json_schema"}})");
    EXPECT_EQ(refused(openai, R"({"structured_outputs":{"regex":"a"}})"),
              "structured_outputs.regex");
}

TEST(AdaptBody, TwoConstraintsAtOnceAreNotSentAsOne) {
    EXPECT_EQ(
        refused(sglang,
                R"({"response_format":{"type":"json_object"},"structured_outputs":{"json":{}}})"),
        "response_format");
}

TEST(AdaptBody, ErrorsNameTheServerAndNothingOfTheRequest) {
    const auto adapted = adapt_body(R"({"bad_words":["secret"]})", "chat", sglang);
    ASSERT_FALSE(adapted.ok());
    EXPECT_NE(adapted.error().message.find("sglang 0.5.3"), std::string::npos);
    EXPECT_EQ(adapted.error().message.find("secret"), std::string::npos);
}

TEST(DialectPath, DiffersOnlyWhereTheServerDoes) {
    EXPECT_EQ(dialect_path(Dialect::nim, "health", "/health"), "/v1/health/ready");
    EXPECT_EQ(dialect_path(Dialect::vllm, "health", "/health"), "/health");
    EXPECT_EQ(dialect_path(Dialect::tensorrt_llm, "metrics", "/metrics"), "/prometheus/metrics");
    EXPECT_EQ(dialect_path(Dialect::nim, "chat", "/v1/chat/completions"), "/v1/chat/completions");
}

}  // namespace
}  // namespace vllm_client::wire

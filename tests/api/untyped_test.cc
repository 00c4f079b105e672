// SPDX-License-Identifier: Apache-2.0
// Routes and fields that have no type or member of their own are reached as raw requests and
// `extra`.
#include <gtest/gtest.h>

#include <string>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

TEST(UntypedRoutes, AreReachedByRawRequests) {
    const FakeClient f;
    f.fake->on_request(
        [](const testing::FakeRequest&) { return testing::CannedReply{.body = R"({"ok":true})"}; });
    for (const char* path :
         {"/ping", "/invocations", "/v1/systemone", "/adapters", "/cohere/v2/chat",
          "/cohere/v2/chat/render", "/v1/chat/completions/render", "/v1/completions/render",
          "/v1/responses/render", "/v1/messages/render", "/v1/chat/completions/derender",
          "/v1/completions/derender", "/inference/v1/abort_requests", "/score", "/rerank",
          "/v2/rerank"}) {
        const auto reply = f.client.raw({.method = HttpMethod::post, .path = path, .body = "{}"});
        ASSERT_TRUE(reply) << path;
        EXPECT_EQ(reply->body, R"({"ok":true})");
        EXPECT_EQ(f.fake->requests().back().path, path);
    }
    for (const char* path : {"/openapi.json", "/docs", "/redoc", "/ping", "/ready", "/readyz"}) {
        ASSERT_TRUE(f.client.raw({.path = path})) << path;
        EXPECT_EQ(f.fake->requests().back().method, HttpMethod::get);
        EXPECT_EQ(f.fake->requests().back().path, path);
    }
    ASSERT_TRUE(f.client.raw({.method = HttpMethod::del, .path = "/adapters/sql"}));
    EXPECT_EQ(f.fake->requests().back().method, HttpMethod::del);
}

TEST(UntypedRoutes, QuestionsForStructuredDecisionsTravelRaw) {
    const FakeClient f;
    f.fake->reply("/v1/systemone", {.body = R"({"answers":{}})"});
    const char* const body =
        R"({"audio":[],"cache_salt":"s","chat_template_kwargs":{},"images":[],"instructions":"i",)"
        R"("model":"m","priority":1,"questions":{"q":{"criteria":"c","instructions":"i",)"
        R"("type":"binary"}},"request_id":"r","state":"text","videos":[]})";
    ASSERT_TRUE(f.client.raw({.method = HttpMethod::post, .path = "/v1/systemone", .body = body}));
    EXPECT_EQ(f.fake->requests().at(0).body, body);
}

TEST(UntypedRoutes, DerenderingCarriesItsState) {
    const FakeClient f;
    f.fake->reply("/v1/chat/completions/derender", {.body = "{}"});
    const char* const body = R"({"stream_state":{"sent":3},"token_ids":[7]})";
    ASSERT_TRUE(f.client.raw(
        {.method = HttpMethod::post, .path = "/v1/chat/completions/derender", .body = body}));
    EXPECT_EQ(f.fake->requests().at(0).body, body);
}

TEST(UntypedRoutes, AdaptersInSageMakersFormTravelRaw) {
    const FakeClient f;
    f.fake->reply("/adapters", {.body = "Success"});
    const char* const body = R"({"name":"sql","src":"/adapters/sql"})";
    ASSERT_TRUE(f.client.raw({.method = HttpMethod::post, .path = "/adapters", .body = body}));
    EXPECT_EQ(f.fake->requests().at(0).body, body);
}

// Sends a chat with `extra` and gives the body.
std::string body_with(const char* extra) {
    const FakeClient f;
    f.answer_chat("ok");
    EXPECT_TRUE(f.client.chat({.messages = {user("a")}, .extra = extra}));
    return f.fake->requests().at(0).body;
}

// Fields that a server's own description lists, but which do nothing there.
TEST(UntypedFields, TravelInExtra) {
    for (const char* extra :
         {R"("best_of":1)", R"("early_stopping":true)", R"("guided_decoding_backend":"auto")"}) {
        const std::string body = body_with((std::string("{") + extra + "}").c_str());
        EXPECT_NE(body.find(extra), std::string::npos) << body;
    }
}

TEST(UntypedHeaders, TravelInCallOptions) {
    const FakeClient f;
    f.answer_chat("ok");
    const std::vector<Header> headers{
        {"X-Vllm-Priority", "-1"},     {"X-Session-ID", "s"},
        {"X-data-parallel-rank", "0"}, {"endpoint-load-metrics-format", "JSON"},
        {"traceparent", "00-1-2-01"},  {"tracestate", "a=b"}};
    ASSERT_TRUE(f.client.chat(ask("a"), {.headers = headers}));
    for (const Header& header : headers)
        EXPECT_EQ(f.fake->requests().at(0).header(header.name), header.value) << header.name;
}

TEST(UntypedParts, TravelRaw) {
    for (const std::string part :
         {R"({"image_embeds":"AA==","type":"image_embeds"})",
          R"({"audio_embeds":"AA==","type":"audio_embeds"})",
          R"({"video_embeds":"AA==","type":"video_embeds"})",
          R"({"data":"AA==","type":"prompt_embeds"})",
          R"({"closed":true,"thinking":"hm","type":"thinking"})",
          R"({"name":"f","type":"tool_reference"})", R"({"refusal":"no","type":"refusal"})"}) {
        const FakeClient f;
        f.answer_chat("ok");
        ASSERT_TRUE(f.client.chat(
            {.messages = {user({ContentPart{.kind = ContentPart::Kind::raw, .raw = part}})}}));
        EXPECT_NE(f.fake->requests().at(0).body.find(part), std::string::npos);
    }
}

TEST(UntypedFields, OtherNamesOfScoreInputsTravelRaw) {
    const FakeClient f;
    f.fake->on_request([](const testing::FakeRequest&) {
        return testing::CannedReply{.body = R"({"data":[{"index":0,"score":1}]})"};
    });
    for (const char* body : {R"({"data_1":"a","data_2":"b"})", R"({"text_1":"a","text_2":"b"})",
                             R"({"items":["b"],"queries":"a"})"}) {
        ASSERT_TRUE(f.client.raw({.method = HttpMethod::post, .path = "/v1/score", .body = body}));
        EXPECT_EQ(f.fake->requests().back().body, body);
    }
}

}  // namespace
}  // namespace vllm_client::api

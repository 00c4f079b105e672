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
    ASSERT_TRUE(f.client.raw({.path = "/openapi.json"}));
    EXPECT_EQ(f.fake->requests().back().method, HttpMethod::get);
    ASSERT_TRUE(f.client.raw({.method = HttpMethod::del, .path = "/adapters/sql"}));
    EXPECT_EQ(f.fake->requests().back().method, HttpMethod::del);
}

// Sends a chat with `extra` and gives the body.
std::string body_with(const char* extra) {
    const FakeClient f;
    f.answer_chat("ok");
    EXPECT_TRUE(f.client.chat({.messages = {user("a")}, .extra = extra}));
    return f.fake->requests().at(0).body;
}

TEST(UntypedFields, TravelInExtra) {
    for (const char* extra :
         {R"("mm_payload":"none")", R"("return_mm_kwargs":true)", R"("return_token_offsets":true)",
          R"("routed_experts_prompt_start":4)"}) {
        const std::string body = body_with((std::string("{") + extra + "}").c_str());
        EXPECT_NE(body.find(extra), std::string::npos) << body;
    }
}

TEST(UntypedParts, TravelRaw) {
    for (const char* kind : {"image_embeds", "audio_embeds", "video_embeds", "prompt_embeds"}) {
        const FakeClient f;
        f.answer_chat("ok");
        const std::string part = std::string(R"({"type":")") + kind + R"(","data":"AA=="})";
        ASSERT_TRUE(f.client.chat(
            {.messages = {user({ContentPart{.kind = ContentPart::Kind::raw, .raw = part}})}}));
        EXPECT_NE(f.fake->requests().at(0).body.find(part), std::string::npos);
    }
}

TEST(UntypedFields, OtherNamesOfScoreInputsTravelInExtra) {
    const FakeClient f;
    f.fake->on_request([](const testing::FakeRequest&) {
        return testing::CannedReply{.body = R"({"data":[{"index":0,"score":1}]})"};
    });
    for (const char* body : {R"({"data_1":"a","data_2":"b"})", R"({"text_1":"a","text_2":"b"})"}) {
        ASSERT_TRUE(f.client.raw({.method = HttpMethod::post, .path = "/v1/score", .body = body}));
        EXPECT_EQ(f.fake->requests().back().body, body);
    }
}

}  // namespace
}  // namespace vllm_client::api

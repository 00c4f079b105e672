// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "api/fake_client.h"
#include "vllm_client/native_generate.h"

namespace vllm_client::api {
namespace {

TEST(GenerateNative, SendsTheBodyAsItIsAndReadsTheText) {
    const FakeClient f;
    f.fake->reply("/generate", {.body = R"({"text":["Once upon"]})"});
    const auto reply = generate_native(f.client, {.body = R"({"prompt": "Once"})"});
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->texts.at(0), "Once upon");
    EXPECT_EQ(reply->raw.status, 200);
    EXPECT_EQ(f.fake->requests().at(0).body, R"({"prompt": "Once"})");
    EXPECT_EQ(f.fake->requests().at(0).method, HttpMethod::post);
}

TEST(GenerateNative, AnErrorStatusIsAnError) {
    const FakeClient f;
    f.fake->reply("/completion",
                  {.status = 429, .body = R"({"error":"Model is overloaded","error_type":"o"})"});
    const auto reply = generate_native(f.client, {.body = "{}", .path = "/completion"});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 429);
    EXPECT_TRUE(reply.error().retryable);
    EXPECT_FALSE(reply.error().endpoint.empty());
}

TEST(GenerateNative, ABodyThatIsNoObjectIsNotSent) {
    const FakeClient f;
    EXPECT_EQ(generate_native(f.client, {.body = "[1]"}).error().kind, ErrorKind::config);
    EXPECT_EQ(generate_native(f.client, {}).error().kind, ErrorKind::config);
    EXPECT_TRUE(f.fake->requests().empty());
}

}  // namespace
}  // namespace vllm_client::api

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "c_api/fake_c_client.h"

namespace vllm_client::c_api {
namespace {

TEST(CApiClient, TellsTheLibrarysVersion) {
    EXPECT_EQ(vllm_client_version(), library_version());
}

TEST(CApiClient, IsMadeOfAUrlAKeyAndAModel) {
    CError error;
    const OwnedClient client(
        vllm_client_create("http://127.0.0.1:1", "key", "model", error.place()));
    EXPECT_NE(client, nullptr);
    EXPECT_EQ(error.get(), nullptr);
}

TEST(CApiClient, IsMadeOfJsonOptions) {
    CError error;
    const OwnedClient client(vllm_client_create_from_json(
        R"({"endpoints":["http://127.0.0.1:1"],"timeouts":{"total":5},"io":{"threads":2}})",
        error.place()));
    EXPECT_NE(client, nullptr) << error.message();
}

TEST(CApiClient, SaysWhichOptionIsWrong) {
    CError url;
    EXPECT_EQ(vllm_client_create("htp://x", nullptr, nullptr, url.place()), nullptr);
    EXPECT_EQ(url.kind(), "config");
    EXPECT_NE(url.message().find("endpoints[0].url"), std::string::npos);
    CError member;
    EXPECT_EQ(vllm_client_create_from_json(R"({"pool":{"max":1}})", member.place()), nullptr);
    EXPECT_TRUE(member.message().starts_with("options: pool.max")) << member.message();
    CError type;
    EXPECT_EQ(vllm_client_create_from_json("[]", type.place()), nullptr);
    EXPECT_EQ(type.kind(), "config");
    CError null;
    EXPECT_EQ(vllm_client_create_from_json(nullptr, null.place()), nullptr);
    EXPECT_EQ(null.message(), "options is NULL");
    EXPECT_EQ(vllm_client_create_from_json("[]", nullptr), nullptr);
}

TEST(CApiClient, NullIsFreedLikeNothing) {
    vllm_client_destroy(nullptr);
    vllm_client_free(nullptr);
}

TEST(CApiClient, WaitsUntilTheServerIsReady) {
    CClient c;
    c.fake.fake->reply("/health", {.body = ""});
    EXPECT_EQ(vllm_client_wait_ready(&c.handle, 5, nullptr), 0);
    CError error;
    EXPECT_EQ(vllm_client_wait_ready(nullptr, 5, error.place()), -1);
    EXPECT_EQ(error.message(), "client is NULL");
    CError seconds;
    EXPECT_EQ(vllm_client_wait_ready(&c.handle, -1, seconds.place()), -1);
    EXPECT_EQ(seconds.kind(), "config");
}

}  // namespace
}  // namespace vllm_client::c_api

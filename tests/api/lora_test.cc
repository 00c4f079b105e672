// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/lora.h"

#include <gtest/gtest.h>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

TEST(Lora, LoadsAnAdapter) {
    const FakeClient fake;
    fake.fake->reply("/v1/load_lora_adapter",
                     {.body = "Success: LoRA adapter 'sql' added successfully."});
    const auto reply = fake.client.lora().load({.name = "sql", .path = "/a/sql"});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->message, "Success: LoRA adapter 'sql' added successfully.");
    EXPECT_EQ(fake.fake->requests().at(0).body, R"({"lora_name":"sql","lora_path":"/a/sql"})");
}

TEST(Lora, LoadErrorsAreTheServers) {
    const FakeClient fake;
    fake.fake->reply("/v1/load_lora_adapter",
                     {.status = 404,
                      .body = R"({"error":{"message":"Loading lora a failed: No adapter found",)"
                              R"("type":"NotFoundError","param":null,"code":404}})"});
    const auto reply = fake.client.lora().load({.name = "a", .path = "/nope"});
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::http);
    EXPECT_EQ(reply.error().http_status, 404);
    EXPECT_EQ(reply.error().server.type, "NotFoundError");
}

TEST(Lora, ServerThatAllowsNoneIsUnsupportedAndNamesTheSwitch) {
    const FakeClient fake;
    fake.fake->reply("/v1/load_lora_adapter", {.status = 404, .body = R"({"detail":"Not Found"})"});
    const auto reply = fake.client.lora().load({.name = "a", .path = "/a"});
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::unsupported);
    EXPECT_NE(reply.error().message.find("VLLM_ALLOW_RUNTIME_LORA_UPDATING=1"), std::string::npos);
}

TEST(Lora, UnloadsByName) {
    const FakeClient fake;
    fake.fake->reply("/v1/unload_lora_adapter", {.body = "Success"});
    ASSERT_TRUE(fake.client.lora().unload_async("sql").get());
    EXPECT_EQ(fake.fake->requests().at(0).body, R"({"lora_name":"sql"})");
    ASSERT_TRUE(fake.client.lora().unload(LoraRemoval{.name = "sql", .int_id = 3}));
    EXPECT_EQ(fake.fake->requests().at(1).body, R"({"lora_int_id":3,"lora_name":"sql"})");
}

TEST(Lora, ListsAdaptersOnly) {
    const FakeClient fake;
    fake.fake->reply("/v1/models",
                     {.body = R"({"data":[{"id":"base","parent":null,"max_model_len":8},)"
                              R"({"id":"sql","parent":"base","root":"/a/sql"}]})"});
    const auto list = fake.client.lora().list();
    ASSERT_TRUE(list);
    ASSERT_EQ(list->models.size(), 1U);
    EXPECT_EQ(list->models[0].id, "sql");
    EXPECT_EQ(list->models[0].parent, "base");
}

}  // namespace
}  // namespace vllm_client::api

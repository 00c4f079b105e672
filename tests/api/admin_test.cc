// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/admin.h"

#include <gtest/gtest.h>

#include "api/fake_client.h"

namespace vllm_client::api {
namespace {

// Answers every path with the same body and keeps what was asked.
struct FakeAdmin : FakeClient {
    explicit FakeAdmin(std::string body = "{}") {
        fake->on_request([body = std::move(body)](const testing::FakeRequest&) {
            return testing::CannedReply{.body = body};
        });
    }
    [[nodiscard]] testing::FakeRequest sent() const { return fake->requests().back(); }
};

TEST(Admin, SleepAndWakeCarryTheirParameters) {
    const FakeAdmin fake(R"({"status":"sleeping","level":2})");
    const auto reply = fake.client.admin().sleep({.level = 2, .mode = DrainMode::wait});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->json.text(), R"({"status":"sleeping","level":2})");
    EXPECT_EQ(fake.sent().path, "/sleep?level=2&mode=wait");
    EXPECT_EQ(fake.sent().method, HttpMethod::post);
    ASSERT_TRUE(fake.client.admin().wake_up({"weights", "kv_cache"}));
    EXPECT_EQ(fake.sent().path, "/wake_up?tags=weights&tags=kv_cache");
    ASSERT_TRUE(fake.client.admin().wake_up());
    EXPECT_EQ(fake.sent().path, "/wake_up");
}

TEST(Admin, StatesAreAsked) {
    const FakeAdmin fake(R"({"is_sleeping":true})");
    EXPECT_TRUE(fake.client.admin().is_sleeping()->active);
    EXPECT_EQ(fake.sent().path, "/is_sleeping");
    EXPECT_EQ(fake.sent().method, HttpMethod::get);
    ASSERT_TRUE(fake.client.admin().is_paused());
    EXPECT_EQ(fake.sent().path, "/is_paused");
    ASSERT_TRUE(fake.client.admin().is_scaling_elastic_ep());
    EXPECT_EQ(fake.sent().path, "/is_scaling_elastic_ep");
    EXPECT_EQ(fake.sent().method, HttpMethod::post);
}

TEST(Admin, ResetTellsAFailureInsideA200) {
    const FakeAdmin fake(R"({"success":false})");
    const auto reply = fake.client.admin().reset_prefix_cache(
        {.reset_running_requests = true, .reset_external = true});
    ASSERT_TRUE(reply);
    EXPECT_FALSE(reply->success);
    EXPECT_EQ(fake.sent().path,
              "/reset_prefix_cache?reset_running_requests=true&reset_external=true");
}

TEST(Admin, EveryRouteHasItsPath) {
    const FakeAdmin fake;
    const Admin admin = fake.client.admin();
    const auto path_of = [&fake](const auto& reply) {
        EXPECT_TRUE(reply);
        return fake.sent().path;
    };
    EXPECT_EQ(path_of(admin.pause({.mode = DrainMode::keep, .clear_cache = false})),
              "/pause?mode=keep&clear_cache=false");
    EXPECT_EQ(path_of(admin.resume()), "/resume");
    EXPECT_EQ(path_of(admin.reset_mm_cache()), "/reset_mm_cache");
    EXPECT_EQ(path_of(admin.reset_encoder_cache()), "/reset_encoder_cache");
    EXPECT_EQ(path_of(admin.release_kv_cache_memory()), "/release_kv_cache_memory");
    EXPECT_EQ(path_of(admin.abort_requests({"a"})), "/abort_requests");
    EXPECT_EQ(path_of(admin.server_info(ServerInfoFormat::json)),
              "/server_info?config_format=json");
    EXPECT_EQ(path_of(admin.collective_rpc({.method = "m"})), "/collective_rpc");
    EXPECT_EQ(path_of(admin.start_profile()), "/start_profile");
    EXPECT_EQ(path_of(admin.stop_profile()), "/stop_profile");
    EXPECT_EQ(path_of(admin.scale_elastic_ep({.new_data_parallel_size = 2})), "/scale_elastic_ep");
    EXPECT_EQ(path_of(admin.apply_fault_tolerance("retry")), "/fault_tolerance/apply");
    EXPECT_EQ(path_of(admin.fault_tolerance_status()), "/fault_tolerance/status");
    EXPECT_EQ(path_of(admin.kv_event_sources()), "/kv_event_sources");
    EXPECT_EQ(path_of(admin.weight_info()), "/weight_info");
    EXPECT_EQ(path_of(admin.world_size()), "/get_world_size");
    EXPECT_EQ(path_of(admin.world_size({.include_dp = false})), "/get_world_size?include_dp=false");
}

TEST(Admin, EveryStepOfAWeightTransferCarriesItsBody) {
    const FakeAdmin fake;
    struct Step {
        WeightStep step;
        const char* path;
        const char* body;
    };
    const Step steps[] = {
        {WeightStep::init_weight_transfer_engine, "/init_weight_transfer_engine",
         R"({"init_info":{"backend":"nccl"}})"},
        {WeightStep::start_weight_update, "/start_weight_update", ""},
        {WeightStep::start_draft_weight_update, "/start_draft_weight_update", ""},
        {WeightStep::update_weights, "/update_weights", R"({"update_info":{"names":[]}})"},
        {WeightStep::finish_weight_update, "/finish_weight_update", R"({"weight_version":"2"})"},
        {WeightStep::update_weight_version, "/update_weight_version", R"({"new_version":"3"})"},
        {WeightStep::weight_checker, "/weight_checker",
         R"({"action":"compare","baseline":{"w":"1"}})"},
        {WeightStep::shutdown_weight_transfer_engine, "/shutdown_weight_transfer_engine", ""},
    };
    for (const Step& s : steps) {
        ASSERT_TRUE(fake.client.admin().transfer_weights(s.step, s.body)) << s.path;
        EXPECT_EQ(fake.sent().path, s.path);
        EXPECT_EQ(fake.sent().method, HttpMethod::post);
        EXPECT_EQ(fake.sent().body, s.body);
    }
}

TEST(Admin, ServerWithoutDevModeIsUnsupportedAndNamesTheSwitch) {
    const FakeClient fake;
    fake.fake->reply("/sleep", {.status = 404, .body = R"({"detail":"Not Found"})"});
    const auto reply = fake.client.admin().sleep();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, ErrorKind::unsupported);
    EXPECT_NE(reply.error().message.find("VLLM_SERVER_DEV_MODE=1"), std::string::npos);
    EXPECT_FALSE(reply.error().retryable);
}

TEST(Admin, QuantisationIsUnsupportedAndNamesTheSwitch) {
    const FakeClient fake;
    const auto done = fake.client.admin().quantize("awq");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::unsupported);
    EXPECT_NE(done.error().message.find("--quantization awq"), std::string::npos);
    EXPECT_TRUE(fake.fake->requests().empty());
}

}  // namespace
}  // namespace vllm_client::api

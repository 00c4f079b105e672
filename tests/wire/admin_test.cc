// SPDX-License-Identifier: Apache-2.0
#include "wire/admin.h"

#include <gtest/gtest.h>

#include "wire/json_reader.h"

namespace vllm_client::wire {
namespace {

template <class F>
auto read(F reader, std::string body) {
    pad(body);
    return reader(body);
}

TEST(AdminBodies, AreWritten) {
    EXPECT_EQ(write_abort_request({}).value(), "{}");
    EXPECT_EQ(write_abort_request({"a", "b"}).value(), R"({"request_ids":["a","b"]})");
    EXPECT_EQ(write_collective_rpc({.method = "m",
                                    .args = "[1]",
                                    .kwargs = R"({"k":2})",
                                    .timeout = std::chrono::milliseconds(1500)})
                  .value(),
              R"({"args":[1],"kwargs":{"k":2},"method":"m","timeout":1.5})");
    EXPECT_EQ(write_profile_request({}).value(), "{}");
    EXPECT_EQ(write_profile_request({.profile_prefix = "p", .max_iterations = 3}).value(),
              R"({"max_iterations":3,"profile_prefix":"p"})");
    EXPECT_EQ(write_profile_request({.delay_iterations = 2}).value(), R"({"delay_iterations":2})");
    EXPECT_EQ(write_scale_request({.new_data_parallel_size = 2}).value(),
              R"({"new_data_parallel_size":2})");
    EXPECT_EQ(write_scale_request({.new_data_parallel_size = 2, .drain_timeout = 9}).value(),
              R"({"drain_timeout":9,"new_data_parallel_size":2})");
    EXPECT_EQ(write_fault_tolerance("retry", {}).value(), R"({"instruction":"retry","params":{}})");
    EXPECT_EQ(write_weight_step({}).value(), "");
}

TEST(AdminBodies, MissingMembersAreConfigErrors) {
    EXPECT_EQ(write_collective_rpc({}).error().message, "method is empty");
    EXPECT_EQ(write_scale_request({}).error().kind, ErrorKind::config);
    EXPECT_EQ(write_fault_tolerance("", {}).error().message, "instruction is empty");
    EXPECT_EQ(write_lora_load({.name = "a"}).error().message, "lora_path is empty");
    EXPECT_EQ(write_lora_unload({}).error().message, "lora_name is empty");
    EXPECT_EQ(write_weight_step("{").error().kind, ErrorKind::config);
}

TEST(AdminBodies, LoraAdapterIsWritten) {
    EXPECT_EQ(write_lora_load({.name = "a",
                               .path = "/p",
                               .load_inplace = true,
                               .is_3d_lora_weight = false,
                               .extra = R"({"x":1})"})
                  .value(),
              R"({"is_3d_lora_weight":false,"load_inplace":true,"lora_name":"a",)"
              R"("lora_path":"/p","x":1})");
    EXPECT_EQ(write_lora_unload({.name = "a"}).value(), R"({"lora_name":"a"})");
    EXPECT_EQ(write_lora_unload({.name = "a", .int_id = 3, .extra = R"({"x":1})"}).value(),
              R"({"lora_int_id":3,"lora_name":"a","x":1})");
}

TEST(AdminReplies, AnyBodyIsRead) {
    EXPECT_EQ(read(read_admin_reply, R"( {"status":"sleeping"} )")->json.text(),
              R"({"status":"sleeping"})");
    EXPECT_TRUE(read(read_admin_reply, "")->json.empty());
    EXPECT_TRUE(read(read_admin_reply, "Success")->json.empty());
}

TEST(AdminReplies, StatesAreRead) {
    EXPECT_TRUE(read(read_state_reply, R"({"is_sleeping":true})")->active);
    EXPECT_FALSE(read(read_state_reply, R"({"new":[1],"is_paused":false})")->active);
    EXPECT_EQ(read(read_state_reply, R"({"sleeping":true})").error().kind, ErrorKind::decode);
    EXPECT_EQ(read(read_state_reply, R"({"is_paused":"no"})").error().kind, ErrorKind::decode);
    EXPECT_EQ(read(read_state_reply, "").error().kind, ErrorKind::decode);
}

TEST(AdminReplies, ResetMayHaveFailedWith200) {
    EXPECT_FALSE(read(read_reset_reply, R"({"success":false})")->success);
    EXPECT_TRUE(read(read_reset_reply, R"({"success":true})")->success);
    EXPECT_TRUE(read(read_reset_reply, "")->success);
}

TEST(AdminReplies, AbortedRequestsAreCounted) {
    EXPECT_EQ(read(read_abort_reply, R"({"status":"aborted","aborted":3})")->aborted, 3);
}

}  // namespace
}  // namespace vllm_client::wire

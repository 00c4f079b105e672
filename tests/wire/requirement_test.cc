// SPDX-License-Identifier: Apache-2.0
#include "wire/requirement.h"

#include <gtest/gtest.h>

namespace vllm_client::wire {
namespace {

TEST(Requirement, MissingRoutesAreUnsupported) {
    EXPECT_TRUE(is_unsupported(404, R"({"detail":"Not Found"})"));
    EXPECT_TRUE(is_unsupported(501, R"({"error":{"message":"no","type":"NotImplementedError"}})"));
    EXPECT_TRUE(is_unsupported(
        403, R"({"error":{"message":"Scale-out endpoints are disabled. Restart","code":403}})"));
}

TEST(Requirement, RefusalsAreNot) {
    EXPECT_FALSE(is_unsupported(403, R"({"error":"no"})"));
    EXPECT_FALSE(is_unsupported(404, R"({"error":{"message":"The model `x` does not exist."}})"));
    EXPECT_FALSE(is_unsupported(400, R"({"detail":"Not Found"})"));
    EXPECT_FALSE(is_unsupported(500, ""));
}

TEST(Requirement, NamesTheSwitch) {
    EXPECT_NE(requirement_of("sleep").find("VLLM_SERVER_DEV_MODE=1"), std::string_view::npos);
    EXPECT_NE(requirement_of("lora_load").find("--enable-lora"), std::string_view::npos);
    EXPECT_NE(requirement_of("embedding").find("--runner pooling"), std::string_view::npos);
    EXPECT_FALSE(requirement_of("something new").empty());
}

}  // namespace
}  // namespace vllm_client::wire

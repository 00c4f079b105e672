// SPDX-License-Identifier: Apache-2.0
#include "pipeline/endpoint_dialects.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace vllm_client::pipeline {
namespace {

using request::Request;

Request chat(std::string body) {
    return {.operation = "chat",
            .path = "/v1/chat/completions",
            .body = std::make_shared<const std::string>(std::move(body))};
}

EndpointDialects one(ServerIdentity identity = {}) {
    return EndpointDialects(std::vector<ServerIdentity>{std::move(identity)});
}

TEST(EndpointDialects, NothingIsAdaptedUntilSomethingIsKnown) {
    auto dialects = one();
    EXPECT_FALSE(dialects.must_adapt(0));
    dialects.remember(0, {.dialect = Dialect::vllm, .version = "0.32.0"});
    EXPECT_FALSE(dialects.must_adapt(0));
    dialects.remember(0, {.dialect = Dialect::sglang});
    EXPECT_TRUE(dialects.must_adapt(0));
    EXPECT_EQ(dialects.find(0).dialect, Dialect::sglang);
    dialects.remember(0, {});
    EXPECT_FALSE(dialects.must_adapt(0));
}

TEST(EndpointDialects, AdaptedBodiesLeaveTheOriginalAlone) {
    const auto dialects = one({.dialect = Dialect::sglang});
    const Request given = chat(R"({"priority":1})");
    const auto adapted = dialects.adapt(given, 0);
    ASSERT_TRUE(adapted.ok());
    EXPECT_EQ(*adapted->body, R"({"priority":-1})");
    EXPECT_EQ(*given.body, R"({"priority":1})");
    EXPECT_EQ(adapted->path, given.path);
}

TEST(EndpointDialects, BodiesThatAreNoJsonStayAsTheyAre) {
    const auto dialects = one({.dialect = Dialect::sglang});
    Request form = chat("--boundary");
    form.content_type = "multipart/form-data; boundary=boundary";
    EXPECT_EQ(dialects.adapt(form, 0).value().body, form.body);
    Request raw = chat("no JSON");
    raw.operation = "raw";
    EXPECT_EQ(dialects.adapt(raw, 0).value().body, raw.body);
    const Request get{.operation = "health", .method = HttpMethod::get, .path = "/health"};
    EXPECT_EQ(dialects.adapt(get, 0).value().body, nullptr);
}

}  // namespace
}  // namespace vllm_client::pipeline

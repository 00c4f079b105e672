// SPDX-License-Identifier: Apache-2.0
#include "realtime/connect_plan.h"

#include <gtest/gtest.h>

namespace vllm_client::realtime {
namespace {

std::string value_of(const ConnectPlan& plan, std::string_view name) {
    for (const Header& header : plan.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

TEST(ConnectPlan, TakesAllSpellingsOfAUrl) {
    for (const char* url : {"ws://h:81/p", "http://h:81/p/", "WS://h:81/p/v1"}) {
        const auto plan = plan_connect({.url = url, .model = "m"});
        ASSERT_TRUE(plan) << url;
        EXPECT_FALSE(plan->tls);
        EXPECT_EQ(plan->host, "h");
        EXPECT_EQ(plan->port, "81");
        EXPECT_EQ(plan->host_header, "h:81");
        EXPECT_EQ(plan->path, "/p/v1/realtime");
    }
    const auto secure = plan_connect({.url = "wss://h", .model = "m"});
    ASSERT_TRUE(secure);
    EXPECT_TRUE(secure->tls);
    EXPECT_EQ(secure->port, "443");
    EXPECT_EQ(secure->host_header, "h");
    EXPECT_EQ(secure->path, "/v1/realtime");
}

TEST(ConnectPlan, TakesAddressesAndSockets) {
    const auto six = plan_connect({.url = "http://[::1]:8000", .model = "m"});
    ASSERT_TRUE(six);
    EXPECT_EQ(six->host, "::1");
    EXPECT_EQ(six->host_header, "[::1]:8000");
    const auto local = plan_connect({.url = "unix:/run/vllm.sock", .model = "m"});
    ASSERT_TRUE(local);
    EXPECT_EQ(local->unix_socket, "/run/vllm.sock");
    EXPECT_EQ(local->host_header, "localhost");
    EXPECT_EQ(local->endpoint, "unix:/run/vllm.sock");
}

TEST(ConnectPlan, KeyWinsOverTheUrlsCredentials) {
    const auto plan = plan_connect({.url = "http://u:p@h", .api_key = "secret", .model = "m"});
    ASSERT_TRUE(plan);
    EXPECT_EQ(value_of(*plan, "Authorization"), "Bearer secret");
    EXPECT_EQ(plan->endpoint.find("u:p"), std::string::npos);
    EXPECT_TRUE(value_of(*plan, "User-Agent").starts_with("vllm-client/"));
}

TEST(ConnectPlan, SendsOwnHeaders) {
    const auto plan = plan_connect({.url = "http://h",
                                    .model = "m",
                                    .headers = {{"X-Team", "a: b"}, {"X-Empty", ""}},
                                    .user_agent = "mine"});
    ASSERT_TRUE(plan);
    EXPECT_EQ(value_of(*plan, "X-Team"), "a: b");
    EXPECT_EQ(value_of(*plan, "X-Empty"), "");
    EXPECT_EQ(value_of(*plan, "User-Agent"), "mine");
}

TEST(ConnectPlan, RefusesWrongOptions) {
    const RealtimeOptions good{.url = "http://h", .model = "m"};
    std::vector<RealtimeOptions> wrong(10, good);
    wrong[0].model = "";
    wrong[1].url = "";
    wrong[2].url = "ftp://h";
    wrong[3].api_key = "a\nb";
    wrong[4].headers = {{"Sec-WebSocket-Key", "x"}};
    wrong[5].headers = {{"Upgrade", "x"}};
    wrong[6].limits.chunk_bytes = 3;
    wrong[7].limits.chunk_bytes = 0;
    wrong[8].timeouts.silence = std::chrono::milliseconds(-1);
    wrong[9].extra = "[1]";
    for (const RealtimeOptions& options : wrong) {
        const auto plan = plan_connect(options);
        ASSERT_FALSE(plan) << &options - wrong.data();
        EXPECT_EQ(plan.error().kind, ErrorKind::config);
        EXPECT_EQ(plan.error().message.find("a\nb"), std::string::npos);
    }
}

}  // namespace
}  // namespace vllm_client::realtime

// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <vector>

namespace users_code {

struct City {
    std::string name;
    int people{0};
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(City, name, people)

}  // namespace users_code

namespace vllm_client {
namespace {

using users_code::City;

ChatReply reply_with(std::string text, FinishReason reason) {
    ChatReply reply;
    reply.choices.push_back({.message = {.content = std::move(text)}, .finish_reason = reason});
    return reply;
}

TEST(JsonComponent, ValuesGoBothWays) {
    const nlohmann::json json = {{"b", {1, 2.5, nullptr}}, {"a", "ü\n"}};
    const JsonText text = from_json(json);
    EXPECT_EQ(text.text(), R"({"a":"ü\n","b":[1,2.5,null]})");
    EXPECT_TRUE(text.is_object());
    EXPECT_EQ(to_json(text).value(), json);
}

TEST(JsonComponent, ScalarsStayScalars) {
    EXPECT_EQ(to_json(JsonText("1")).value(), nlohmann::json(1));
    EXPECT_EQ(to_json(JsonText("[1]")).value(), nlohmann::json::array({1}));
    EXPECT_EQ(to_json(JsonText("null")).value(), nlohmann::json(nullptr));
}

TEST(JsonComponent, WritingNeverFails) {
    EXPECT_EQ(from_json("a\xff").text(), "\"a\uFFFD\"");
    EXPECT_EQ(from_json(std::numeric_limits<double>::quiet_NaN()).text(), "null");
    EXPECT_FALSE(from_json(nlohmann::json::parse("{", nullptr, false)).valid());
}

TEST(JsonComponent, ReadingWhatIsNotJsonIsADecodeError) {
    for (const char* text : {"", "{", "x", R"("\ud800")", "1e999"}) {
        const auto json = to_json(JsonText(text));
        ASSERT_FALSE(json.ok()) << text;
        EXPECT_EQ(json.error().kind, ErrorKind::decode);
    }
}

TEST(JsonComponent, ReadsStructs) {
    const auto city = parse_as<City>(R"({"name":"Bonn","people":330000})").value();
    EXPECT_EQ(city.name, "Bonn");
    EXPECT_EQ(city.people, 330'000);
    EXPECT_EQ(parse_as<std::vector<City>>(R"([{"name":"A","people":1}])")->at(0).name, "A");
    EXPECT_EQ((parse_as<std::map<std::string, int>>(R"({"a":1})")->at("a")), 1);
}

TEST(JsonComponent, MismatchesAreDecodeErrorsNamingTheMember) {
    for (const char* text :
         {R"({"name":"Bonn"})", R"({"name":"Bonn","people":"many"})", "[]", "{"}) {
        const auto city = parse_as<City>(text);
        ASSERT_FALSE(city.ok()) << text;
        EXPECT_EQ(city.error().kind, ErrorKind::decode);
    }
    EXPECT_NE(parse_as<City>(R"({"name":"Bonn"})").error().message.find("people"),
              std::string::npos);
}

TEST(JsonComponent, ReadsReplies) {
    EXPECT_EQ(
        read_as<City>(reply_with(R"( {"name":"Bonn","people":1} )", FinishReason::stop))->name,
        "Bonn");
    EXPECT_FALSE(read_as<City>(ChatReply{}).ok());
}

TEST(JsonComponent, CutRepliesSayWhy) {
    const auto city = read_as<City>(reply_with(R"({"name":"Bo)", FinishReason::length));
    ASSERT_FALSE(city.ok());
    EXPECT_NE(city.error().message.find("token limit"), std::string::npos);
}

}  // namespace
}  // namespace vllm_client

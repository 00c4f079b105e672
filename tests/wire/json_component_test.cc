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

struct Trip {
    City city;
    double days{0};
    std::vector<std::string> notes;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Trip, city, days, notes)

}  // namespace users_code

namespace vllm_client {
namespace {

using users_code::City;
using users_code::Trip;

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

TEST(JsonComponent, MismatchesNameTheirPath) {
    EXPECT_EQ(parse_as<Trip>(R"({"city":{"name":"Bonn","people":"x"},"days":1,"notes":[]})")
                  .error()
                  .message,
              "city.people must be number, not string");
    EXPECT_EQ(parse_as<Trip>(R"({"city":{"name":"Bonn"},"days":1})").error().message,
              "city.people is missing");
    EXPECT_EQ(parse_as<Trip>("[]").error().message, "the value must be object, not array");
    // A list has no default element to compare with.
    EXPECT_EQ(
        parse_as<Trip>(R"({"city":{"name":"B","people":1},"days":1,"notes":[1]})").error().kind,
        ErrorKind::decode);
}

TEST(JsonComponent, SchemasAreToldFromDefaults) {
    EXPECT_EQ(to_json(schema_of<Trip>()).value(), nlohmann::json::parse(R"({"type":"object",
        "additionalProperties":false,"required":["city","days","notes"],"properties":{
            "days":{"type":"number"},"notes":{"type":"array"},
            "city":{"type":"object","additionalProperties":false,"required":["name","people"],
                    "properties":{"name":{"type":"string"},"people":{"type":"integer"}}}}})"));
    EXPECT_EQ(schema_of<std::vector<int>>().text(), R"({"type":"array"})");
    EXPECT_EQ(schema_of<bool>().text(), R"({"type":"boolean"})");
    EXPECT_EQ(schema_of<nlohmann::json>().text(), "{}");
}

TEST(JsonComponent, FormatsNameTheirSchema) {
    const ResponseFormat format = json_schema_format("city", schema_of<City>());
    EXPECT_EQ(format.kind, ResponseFormat::Kind::json_schema);
    EXPECT_EQ(format.name, "city");
    EXPECT_TRUE(format.schema.is_object());
}

TEST(ParseReply, ReadsTheFirstChoice) {
    const char* const text = R"( {"name":"Bonn","people":1} )";
    EXPECT_EQ(parse_reply<City>(reply_with(text, FinishReason::stop))->name, "Bonn");
    EXPECT_EQ(parse_reply<City>(std::string(text))->people, 1);
    EXPECT_EQ(parse_reply<City>(ChatReply{}).error().kind, ErrorKind::decode);
}

TEST(ParseReply, CutAnswersAreLimitErrors) {
    const auto city = parse_reply<City>(reply_with(R"({"name":"Bo)", FinishReason::length));
    ASSERT_FALSE(city.ok());
    EXPECT_EQ(city.error().kind, ErrorKind::limit);
    EXPECT_NE(city.error().message.find("cut by max_tokens"), std::string::npos);
}

TEST(ParseReply, AnAnswerThatIsWholeCountsEvenAtTheLimit) {
    EXPECT_TRUE(
        parse_reply<City>(reply_with(R"({"name":"B","people":1}  )", FinishReason::length)).ok());
}

TEST(ParseReply, RefusalsAndFiltersAreErrors) {
    ChatReply refused = reply_with(R"({"name":"B","people":1})", FinishReason::stop);
    refused.choices[0].message.refusal = "no";
    EXPECT_NE(parse_reply<City>(refused).error().message.find("refused"), std::string::npos);
    const auto filtered =
        parse_reply<City>(reply_with(R"({"name":"B","people":1})", FinishReason::content_filter));
    EXPECT_NE(filtered.error().message.find("filter"), std::string::npos);
    const auto aborted = parse_reply<City>(reply_with("{", FinishReason::abort));
    EXPECT_NE(aborted.error().message.find("server ended"), std::string::npos);
    ChatReply called = reply_with("", FinishReason::tool_calls);
    called.choices[0].message.tool_calls.push_back({.name = "f"});
    EXPECT_NE(parse_reply<City>(called).error().message.find("tools"), std::string::npos);
}

TEST(ParseReply, ProblemsNameTheMember) {
    const auto city = parse_reply<City>(reply_with(R"({"name":"Bonn"})", FinishReason::stop));
    EXPECT_EQ(city.error().kind, ErrorKind::decode);
    EXPECT_EQ(city.error().message, "people is missing");
}

TEST(TypedTool, TakesStructsAndGivesText) {
    const CallableTool tool = typed_tool<City>("greet", "Greets.", schema_of<City>(),
                                               [](const City& city) { return "Hi " + city.name; });
    EXPECT_EQ(tool.tool.name, "greet");
    EXPECT_TRUE(tool.tool.parameters.is_object());
    EXPECT_EQ(tool.function(R"({"name":"Bonn","people":1})").value(), "Hi Bonn");
    EXPECT_EQ(tool.function(R"({"name":"Bonn"})").error().message, "people is missing");
}

TEST(TypedTool, ResultsBecomeJson) {
    const auto run = [](auto f) {
        return typed_tool<City>("f", "", {}, f).function(R"({"name":"Bonn","people":1})");
    };
    EXPECT_EQ(run([](City city) { return city; }).value(), R"({"name":"Bonn","people":1})");
    EXPECT_EQ(run([](const City& city) { return city.people; }).value(), "1");
    EXPECT_EQ(run([](const City& city) -> Result<City> { return city; }).value(),
              R"({"name":"Bonn","people":1})");
    EXPECT_EQ(
        run([](const City&) -> Result<City> { return Error{.message = "no"}; }).error().message,
        "no");
    EXPECT_EQ(run([](const City&) -> Result<std::string> { return std::string("text"); }).value(),
              "text");
    EXPECT_EQ(run([](const City&) { return "text"; }).value(), "text");
}

}  // namespace
}  // namespace vllm_client

// SPDX-License-Identifier: Apache-2.0
#include "wire/json_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace vllm_client::wire {
namespace {

template <class F>
Result<std::string> written(const JsonText& extra, F&& members) {
    JsonWriter writer;
    writer.begin_object(&extra);
    members(writer);
    writer.end_object();
    return std::move(writer).finish();
}

template <class F>
std::string problem_of(F&& members) {
    const auto result = written({}, members);
    EXPECT_FALSE(result.ok());
    if (result.ok()) return {};
    EXPECT_EQ(result.error().kind, ErrorKind::config);
    EXPECT_EQ(result.error().reach, Reach::not_reached);
    EXPECT_EQ(result.error().phase, Phase::validate);
    return result.error().message;
}

std::string as_json(std::string_view text) {
    JsonWriter writer;
    writer.value(text);
    return std::move(writer).finish().value();
}

TEST(JsonWriter, WritesCompactJson) {
    const auto json = written({}, [](JsonWriter& writer) {
        writer.member("a", true);
        writer.member("b", std::int64_t{-7});
        writer.member("c", "text");
        writer.member("d", 0.5);
        writer.member_if("e", std::vector<std::string>{"x", "y"});
        writer.member("f", JsonText(R"({"k": [1, 2]})"));
    });
    EXPECT_EQ(json.value(),
              R"({"a":true,"b":-7,"c":"text","d":0.5,"e":["x","y"],"f":{"k": [1, 2]}})");
}

TEST(JsonWriter, LeavesOutUnsetMembers) {
    const auto json = written({}, [](JsonWriter& writer) {
        writer.member_if("a", std::optional<double>());
        writer.member_if("b", std::string());
        writer.member_if("c", std::vector<std::int64_t>());
        writer.member_if("d", JsonText());
        writer.member_if("e", std::optional<bool>(false));
    });
    EXPECT_EQ(json.value(), R"({"e":false})");
}

TEST(JsonWriter, EscapesWhatJsonRequiresAndNothingElse) {
    EXPECT_EQ(as_json("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(as_json("\b\t\n\f\r"), R"("\b\t\n\f\r")");
    EXPECT_EQ(as_json(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
    EXPECT_EQ(as_json("äß€😀\u2028"), "\"äß€😀\u2028\"");
}

TEST(JsonWriter, EveryByteBelow128SurvivesAReader) {
    std::string text;
    for (int c = 0; c < 128; ++c)
        text.push_back(static_cast<char>(c));
    EXPECT_EQ(nlohmann::json::parse(as_json(text)).get<std::string>(), text);
}

TEST(JsonWriter, NumbersAreShortestAndExact) {
    for (const double number : {0.1, 1.0, 1e300, -2.5e-7, 1.0 / 3, 5e-324, -0.0}) {
        JsonWriter writer;
        writer.value(number);
        const std::string text = std::move(writer).finish().value();
        EXPECT_EQ(nlohmann::json::parse(text).get<double>(), number) << text;
    }
    JsonWriter writer;
    writer.begin_array();
    writer.value(0.7);
    writer.value(1.0);
    writer.value(std::numeric_limits<std::int64_t>::min());
    writer.value(std::numeric_limits<std::int64_t>::max());
    writer.end_array();
    EXPECT_EQ(std::move(writer).finish().value(),
              "[0.7,1,-9223372036854775808,9223372036854775807]");
}

TEST(JsonWriter, MergesExtraMembersAtTheirPlace) {
    const JsonText extra(R"({ "z" : [1, {"y": 2}], "a": null, "m": "mid" })");
    const auto json = written(extra, [](JsonWriter& writer) {
        writer.member("b", true);
        writer.member("n", true);
    });
    EXPECT_EQ(json.value(), R"({"a":null,"b":true,"m":"mid","n":true,"z":[1, {"y": 2}]})");
}

TEST(JsonWriter, ExtraMembersWinOverWrittenOnes) {
    const JsonText extra(R"({"b":2,"b":3})");
    const auto json = written(extra, [](JsonWriter& writer) {
        EXPECT_TRUE(writer.is_replaced("b"));
        EXPECT_FALSE(writer.is_replaced("c"));
        writer.member("a", true);
        writer.member("b", std::int64_t{1});
        writer.member("c", false);
    });
    EXPECT_EQ(json.value(), R"({"a":true,"b":3,"c":false})");
}

TEST(JsonWriter, ComparesExtraNamesUnescaped) {
    const JsonText extra(R"({"\u0062":2,"q\"":1})");
    const auto json =
        written(extra, [](JsonWriter& writer) { writer.member("b", std::int64_t{1}); });
    EXPECT_EQ(json.value(), R"({"b":2,"q\"":1})");
}

TEST(JsonWriter, NestedObjectsKeepTheirOwnExtras) {
    const JsonText outer(R"({"a":1,"z":2})");
    const JsonText inner(R"({"a":3,"z":4})");
    const auto json = written(outer, [&](JsonWriter& writer) {
        if (writer.key("m")) {
            writer.begin_array();
            writer.begin_object(&inner);
            writer.member("k", true);
            writer.end_object();
            writer.begin_object();
            writer.end_object();
            writer.end_array();
        }
        writer.member("n", true);
    });
    EXPECT_EQ(json.value(), R"({"a":1,"m":[{"a":3,"k":true,"z":4},{}],"n":true,"z":2})");
}

TEST(JsonWriter, ExtraMustBeAnObject) {
    for (const char* text : {"[1]", "\"x\"", "1", "{", "{\"a\":}", "nul"}) {
        const auto json = written(JsonText(text), [](JsonWriter&) {});
        ASSERT_FALSE(json.ok()) << text;
        EXPECT_EQ(json.error().message, "extra must be a JSON object");
    }
}

TEST(JsonWriter, InvalidUtf8NamesTheField) {
    for (const char* text : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80"}) {
        EXPECT_EQ(problem_of([text](JsonWriter& writer) { writer.member("user", text); }),
                  "user is not valid UTF-8");
    }
}

TEST(JsonWriter, NumbersThatAreNotFiniteNameTheField) {
    using limits = std::numeric_limits<double>;
    for (const double number : {limits::quiet_NaN(), limits::infinity(), -limits::infinity()}) {
        EXPECT_EQ(problem_of([number](JsonWriter& writer) { writer.member("top_p", number); }),
                  "top_p is not a finite number");
    }
}

TEST(JsonWriter, BrokenJsonNamesTheFieldAndItsPath) {
    EXPECT_EQ(problem_of([](JsonWriter& writer) {
                  const JsonWriter::Scope outer(writer, "messages", 3);
                  const JsonWriter::Scope inner(writer, "part");
                  writer.member("schema", JsonText("{"));
              }),
              "messages[3].part.schema is not valid JSON");
}

TEST(JsonWriter, ReportsTheFirstProblem) {
    EXPECT_EQ(problem_of([](JsonWriter& writer) {
                  writer.member("a", "\xff");
                  writer.member("b", std::numeric_limits<double>::quiet_NaN());
                  writer.fail("c", "is odd");
              }),
              "a is not valid UTF-8");
}

}  // namespace
}  // namespace vllm_client::wire

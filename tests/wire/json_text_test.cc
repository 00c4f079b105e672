// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/json_text.h"

#include <gtest/gtest.h>

#include "wire/json_grammar.h"

namespace vllm_client {
namespace {

using Kind = JsonText::Kind;

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += open;
    text += "0";
    for (std::size_t i = 0; i < depth; ++i)
        text += close;
    return text;
}

TEST(JsonText, NothingIsAbsent) {
    for (const JsonText& text : {JsonText(), JsonText(""), JsonText(" \t\r\n")}) {
        EXPECT_TRUE(text.empty());
        EXPECT_FALSE(text.valid());
        EXPECT_EQ(text.kind(), Kind::absent);
        EXPECT_EQ(text.text(), "");
    }
}

TEST(JsonText, TakesEveryKindOfValue) {
    EXPECT_EQ(JsonText("{}").kind(), Kind::object);
    EXPECT_EQ(JsonText(R"({"a":{"b":[1,{"c":null}]},"d":""})").kind(), Kind::object);
    EXPECT_EQ(JsonText("[]").kind(), Kind::array);
    EXPECT_EQ(JsonText("[[],{},[ ],{ }]").kind(), Kind::array);
    EXPECT_EQ(JsonText(R"("text")").kind(), Kind::string);
    EXPECT_EQ(JsonText("true").kind(), Kind::boolean);
    EXPECT_EQ(JsonText("false").kind(), Kind::boolean);
    EXPECT_EQ(JsonText("null").kind(), Kind::null);
    for (const char* number :
         {"0", "-0", "10", "0.5", "-1.25e-7", "1E+400", "12345678901234567890123"}) {
        EXPECT_EQ(JsonText(number).kind(), Kind::number) << number;
    }
}

TEST(JsonText, TrimsWhiteSpaceAroundTheValueOnly) {
    const JsonText text(" \n{ \"a\" :\t1 }\r\n");
    EXPECT_EQ(text.text(), "{ \"a\" :\t1 }");
    EXPECT_TRUE(text.is_object());
    EXPECT_EQ(text, JsonText("{ \"a\" :\t1 }"));
}

TEST(JsonText, KeepsAndReportsWhatIsNotJson) {
    for (const char* bad : {"{",           "}",
                            "[",           "]",
                            "[1,]",        "[,1]",
                            "[1 2]",       "[1]]",
                            "[1}",         "{]",
                            "{\"a\"}",     "{\"a\":}",
                            "{\"a\":1,}",  "{,}",
                            "{a:1}",       "{'a':1}",
                            "{1:2}",       "{\"a\" 1}",
                            "tru",         "truex",
                            "nul",         "True",
                            "NaN",         "Infinity",
                            "-Infinity",   "-",
                            "+1",          "01",
                            "1.",          ".5",
                            "1e",          "1e+",
                            "0x1",         "1 2",
                            "\"",          "\"a",
                            "\"\\\"",      "\"\\x\"",
                            "\"\\u12g4\"", "\"\\u123",
                            "\"a\nb\"",    "\"a\" x",
                            "{}{}",        "// c\n1",
                            "\v1",         "\xef\xbb\xbf{}",
                            "\"\xff\"",    "\"\xed\xa0\x80\"",
                            "\"\xc3\""}) {
        const JsonText text(bad);
        EXPECT_EQ(text.kind(), Kind::invalid) << bad;
        EXPECT_FALSE(text.valid());
        EXPECT_FALSE(text.empty());
        EXPECT_EQ(text.text(), bad);
    }
}

TEST(JsonText, NulDoesNotEndTheText) {
    EXPECT_FALSE(JsonText(std::string("{}\0", 3)).valid());
    EXPECT_FALSE(JsonText(std::string("\"a\0b\"", 5)).valid());
}

TEST(JsonText, EveryPrefixOfAValueIsInvalid) {
    const std::string whole = R"({"a":[1.5e3,true,{"b":"\u00e9\\"}],"c":null})";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        EXPECT_FALSE(JsonText(whole.substr(0, size)).valid()) << whole.substr(0, size);
    }
    EXPECT_TRUE(JsonText(whole).valid());
}

TEST(JsonText, AcceptsHalfSurrogatesWhichJsonAllows) {
    EXPECT_TRUE(JsonText(R"("\ud800")").valid());
}

TEST(FaultC, C12_JsonTextNestsUpTo256Levels) {
    EXPECT_TRUE(JsonText(nested(256, "[", "]")).valid());
    EXPECT_FALSE(JsonText(nested(257, "[", "]")).valid());
    EXPECT_TRUE(JsonText(nested(256, "{\"a\":", "}")).valid());
    EXPECT_FALSE(JsonText(nested(257, "{\"a\":", "}")).valid());
    EXPECT_EQ(wire::check_json(nested(100'000, "[", "]")), wire::JsonFault::depth);
    EXPECT_TRUE(JsonText("[" + nested(255, "[", "]") + "," + nested(255, "[", "]") + "]").valid());
}

TEST(JsonText, CheckedTextIsTakenAsItIs) {
    EXPECT_EQ(JsonText::from_checked("{\"a\":1}").kind(), Kind::object);
    EXPECT_EQ(JsonText::from_checked("-1").kind(), Kind::number);
    EXPECT_EQ(JsonText::from_checked("null").kind(), Kind::null);
}

}  // namespace
}  // namespace vllm_client

// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/tool_set.h"

#include <gtest/gtest.h>

namespace vllm_client {
namespace {

Result<std::string> nothing(const JsonText&) {
    return std::string("nothing");
}

std::string problem(const ToolSet& tools) {
    if (tools.status()) return "none";
    EXPECT_EQ(tools.status().error().kind, ErrorKind::config);
    return tools.status().error().message;
}

TEST(ToolSet, KeepsToolsInOrder) {
    const ToolSet tools({{.tool = {.name = "b"}, .function = nothing},
                         {.tool = {.name = "a", .parameters = "{}"}, .function = nothing}});
    ASSERT_TRUE(tools.status());
    ASSERT_EQ(tools.size(), 2U);
    EXPECT_EQ(tools.tools()[0].name, "b");
    EXPECT_EQ((*tools.find("a"))("{}").value(), "nothing");
    EXPECT_EQ(tools.find("c"), nullptr);
    EXPECT_TRUE(ToolSet().empty());
}

TEST(ToolSet, WrongToolsAreConfigErrors) {
    EXPECT_EQ(problem(ToolSet().add("a", "", {}, nothing).add("a", "", {}, nothing)),
              "tool \"a\" is there twice");
    EXPECT_EQ(problem(ToolSet().add("", "", {}, nothing)), "tool \"\" has no name");
    EXPECT_EQ(problem(ToolSet().add("a", "", {}, {})), "tool \"a\" has no function");
    for (const char* schema : {"[]", "{"}) {
        EXPECT_EQ(problem(ToolSet().add("a", "", schema, nothing)),
                  "tool \"a\" has parameters that are no JSON object");
    }
}

TEST(ToolSet, TheFirstProblemStays) {
    ToolSet tools;
    tools.add("a", "", {}, {}).add("", "", {}, nothing).add("b", "", {}, nothing);
    EXPECT_EQ(problem(tools), "tool \"a\" has no function");
    EXPECT_EQ(tools.size(), 1U);
}

}  // namespace
}  // namespace vllm_client

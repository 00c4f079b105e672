// SPDX-License-Identifier: Apache-2.0
#include "runtime/callback_failures.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace vllm_client::runtime {
namespace {

TEST(CallbackFailures, RunsAndDropsTheTask) {
    CallbackFailures failures([](std::string_view) { FAIL(); });
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    Executor::Task task = [owned = std::move(owned)] { EXPECT_EQ(*owned, 1); };
    failures.run(task);
    EXPECT_FALSE(task);
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(failures.count(), 0U);
}

TEST(CallbackFailures, ReportsEachExceptionOnce) {
    std::vector<std::string> reported;
    CallbackFailures failures([&](std::string_view what) { reported.emplace_back(what); });
    Executor::Task known = [] { throw std::logic_error("why"); };
    Executor::Task unknown = [] { throw "text"; };
    failures.run(known);
    failures.run(unknown);
    EXPECT_FALSE(known);
    EXPECT_EQ(failures.count(), 2U);
    EXPECT_EQ(reported, (std::vector<std::string>{"why", "not a std::exception"}));
}

TEST(CallbackFailures, SurvivesAReporterThatThrows) {
    CallbackFailures failures([](std::string_view) { throw 1; });
    Executor::Task task = [] { throw 2; };
    failures.run(task);
    EXPECT_EQ(failures.count(), 1U);
}

}  // namespace
}  // namespace vllm_client::runtime

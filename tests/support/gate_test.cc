// SPDX-License-Identifier: Apache-2.0
#include "support/gate.h"

#include <gtest/gtest.h>

#include <thread>

namespace vllm_client::support {
namespace {

using namespace std::chrono_literals;

TEST(Gate, StaysShutUntilOpened) {
    const Gate gate;
    EXPECT_FALSE(gate.is_open());
    EXPECT_FALSE(gate.wait(1ms));
    gate.open();
    EXPECT_TRUE(gate.is_open());
    EXPECT_TRUE(gate.wait(0ms));
}

TEST(Gate, ReleasesWaiterOnAnotherThread) {
    const Gate gate;
    bool passed = false;
    std::thread waiter([&] { passed = gate.wait(30s); });
    gate.open();
    waiter.join();
    EXPECT_TRUE(passed);
}

TEST(Gate, CopiesAreTheSameGate) {
    const Gate gate;
    const Gate copy = gate;  // NOLINT(performance-unnecessary-copy-initialization)
    copy.open();
    EXPECT_TRUE(gate.is_open());
}

TEST(Gate, GivesUpWhenStopIsRequested) {
    const Gate gate;
    std::stop_source stop;
    bool passed = true;
    std::thread waiter([&] { passed = gate.wait(stop.get_token()); });
    stop.request_stop();
    waiter.join();
    EXPECT_FALSE(passed);
}

TEST(Gate, OpenGateWinsOverStop) {
    const Gate gate;
    gate.open();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(gate.wait(stop.get_token()));
}

}  // namespace
}  // namespace vllm_client::support

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_engine.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace vllm_client::testing::sim {
namespace {

/// Wants `tokens` tokens, and writes its name down for each.
class CountingTask final : public EngineTask {
 public:
    CountingTask(std::string name, std::uint32_t prompt, int tokens, std::string& log)
        : name_(std::move(name)), left_(tokens), log_(log) {
        prompt_tokens = prompt;
    }
    bool on_step(Monotonic::time_point) override {
        log_ += name_;
        return --left_ > 0;
    }

 private:
    std::string name_;
    int left_;
    std::string& log_;
};

class SimEngine : public ::testing::Test {
 protected:
    Engine::Step step(Engine& engine) {
        const Engine::Step taken = engine.begin_step(now_);
        now_ += std::chrono::duration_cast<Monotonic::duration>(taken.duration);
        engine.end_step(now_);
        return taken;
    }

    EngineTask& add(Engine& engine, const std::string& name, std::uint32_t prompt, int tokens) {
        tasks_.push_back(std::make_unique<CountingTask>(name, prompt, tokens, log_));
        engine.add(*tasks_.back(), now_);
        return *tasks_.back();
    }

    Monotonic::time_point now_{};
    std::string log_;
    std::vector<std::unique_ptr<CountingTask>> tasks_;
};

TEST_F(SimEngine, AddsUpTheTimeOfAStep) {
    Engine engine(
        {.base = Seconds(0.5), .per_sequence = Seconds(0.01), .per_prompt_token = Seconds(0.001)});
    add(engine, "a", 100, 3);
    EXPECT_DOUBLE_EQ(step(engine).duration.count(), 0.5 + 0.1);
    add(engine, "b", 50, 3);
    EXPECT_DOUBLE_EQ(step(engine).duration.count(), 0.5 + 0.01 + 0.05);
    EXPECT_DOUBLE_EQ(step(engine).duration.count(), 0.5 + 0.02);
}

TEST_F(SimEngine, GivesTheFirstTokenWithTheEndOfThePrefill) {
    Engine engine({});
    add(engine, "a", 10, 2);
    step(engine);
    EXPECT_EQ(log_, "a");
    step(engine);
    EXPECT_EQ(log_, "aa");
    EXPECT_TRUE(engine.idle());
}

TEST_F(SimEngine, ServesInOrderOfArrivalWhileSlotsLast) {
    Engine engine({.slots = 2});
    for (const auto* name : {"a", "b", "c", "d"})
        add(engine, name, 1, 2);
    step(engine);
    EXPECT_EQ(engine.running(), 2U);
    EXPECT_EQ(engine.waiting(), 2U);
    while (!engine.idle())
        step(engine);
    EXPECT_EQ(log_, "ababcdcd");
}

TEST_F(SimEngine, PrefillsLongPromptsInChunksBehindTheDecoding) {
    Engine engine({.slots = 4, .step_tokens = 100});
    add(engine, "a", 10, 9);
    EXPECT_EQ(step(engine).prefilled, 10U);
    add(engine, "b", 150, 1);
    add(engine, "c", 20, 1);
    const Engine::Step first = step(engine);
    EXPECT_EQ(first.decoded, 1U);
    EXPECT_EQ(first.prefilled, 99U);
    EXPECT_EQ(engine.waiting(), 1U);
    EXPECT_EQ(step(engine).prefilled, 51U + 20U);
    EXPECT_EQ(log_, "aaabc");
}

TEST_F(SimEngine, ForgetsRemovedTasksWhereverTheyAre) {
    Engine engine({.slots = 1});
    EngineTask& running = add(engine, "a", 1, 5);
    EngineTask& waiting = add(engine, "b", 7, 5);
    add(engine, "c", 1, 1);
    EXPECT_EQ(engine.queued_tokens(), 9U);
    step(engine);
    engine.remove(waiting);
    EXPECT_EQ(engine.waiting(), 1U);
    EXPECT_EQ(engine.queued_tokens(), 1U);
    (void)engine.begin_step(now_);
    engine.remove(running);
    engine.end_step(now_);
    EXPECT_EQ(engine.running(), 0U);
    step(engine);
    EXPECT_EQ(log_, "ac");
    EXPECT_TRUE(engine.idle());
    EXPECT_EQ(engine.queued_tokens(), 0U);
}

TEST_F(SimEngine, LetsATaskLeaveByDestruction) {
    Engine engine({});
    add(engine, "a", 1, 5);
    add(engine, "b", 1, 1);
    tasks_.erase(tasks_.begin());
    EXPECT_EQ(engine.waiting(), 1U);
    step(engine);
    EXPECT_EQ(log_, "b");
}

TEST_F(SimEngine, RaisesTheTokenBudgetToTheSlots) {
    Engine engine({.slots = 10, .step_tokens = 1});
    for (int i = 0; i < 10; ++i)
        add(engine, "a", 1, 2);
    step(engine);
    EXPECT_EQ(step(engine).decoded, 10U);
}

}  // namespace
}  // namespace vllm_client::testing::sim

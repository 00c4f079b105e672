// SPDX-License-Identifier: Apache-2.0
#include "runtime/timer_heap.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace vllm_client::runtime {
namespace {

TimePoint at(int milliseconds) {
    return TimePoint(std::chrono::milliseconds(milliseconds));
}

class Probe final : public Timer {
 public:
    explicit Probe(std::function<void(Probe&, TimePoint)> action) : action_(std::move(action)) {}
    void on_due(TimePoint now) override { action_(*this, now); }

 private:
    std::function<void(Probe&, TimePoint)> action_;
};

TEST(TimerHeap, IsEmptyAtFirst) {
    TimerHeap heap;
    EXPECT_FALSE(heap.next_due());
    heap.run_due(at(1000));
}

TEST(TimerHeap, RunsWhatIsDueInOrderAndNothingElse) {
    TimerHeap heap;
    std::vector<int> ran;
    std::vector<std::unique_ptr<Probe>> timers;
    for (int i = 0; i < 5; ++i) {
        timers.push_back(
            std::make_unique<Probe>([&ran, i](Probe&, TimePoint) { ran.push_back(i); }));
    }
    for (const int i : {3, 1, 4, 0, 2})
        heap.set(*timers[static_cast<std::size_t>(i)], at(i * 10));
    heap.run_due(at(20));
    EXPECT_EQ(ran, (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(heap.next_due(), at(30));
    heap.run_due(at(40));
    EXPECT_EQ(ran.size(), 5U);
    EXPECT_FALSE(heap.next_due());
}

TEST(TimerHeap, ATimerMaySetItselfAndRemoveOthers) {
    TimerHeap heap;
    int runs = 0;
    Probe victim([](Probe&, TimePoint) { FAIL() << "was removed"; });
    Probe repeating([&](Probe& self, TimePoint now) {
        heap.remove(victim);
        if (++runs < 3) heap.set(self, now + std::chrono::milliseconds(10));
    });
    heap.set(repeating, at(10));
    heap.set(victim, at(11));
    for (int now = 10; now <= 100; now += 10)
        heap.run_due(at(now));
    EXPECT_EQ(runs, 3);
}

TEST(TimerHeap, RemovingTwiceIsHarmless) {
    TimerHeap heap;
    Probe timer([](Probe&, TimePoint) { FAIL(); });
    heap.remove(timer);
    heap.set(timer, at(1));
    heap.remove(timer);
    heap.remove(timer);
    heap.run_due(at(2));
}

TEST(TimerHeap, AgreesWithAMultimap) {
    std::mt19937 random(7);
    TimerHeap heap;
    std::multimap<TimePoint, std::size_t> model;
    std::vector<TimePoint> due(200);
    std::vector<std::unique_ptr<Probe>> timers;
    const auto forget = [&](std::size_t i) {
        const auto range = model.equal_range(due[i]);
        for (auto it = range.first; it != range.second; ++it) {
            if (it->second != i) continue;
            model.erase(it);
            return true;
        }
        return false;
    };
    TimePoint last{};
    for (std::size_t i = 0; i < due.size(); ++i) {
        timers.push_back(std::make_unique<Probe>([&, i](Probe&, TimePoint now) {
            EXPECT_LE(due[i], now);
            EXPECT_LE(last, due[i]);
            last = due[i];
            EXPECT_TRUE(forget(i)) << "ran without being set";
        }));
    }
    int now = 0;
    for (int step = 0; step < 50'000; ++step) {
        const std::size_t i = random() % due.size();
        switch (random() % 8) {
            case 0:
                forget(i);
                heap.remove(*timers[i]);
                break;
            case 1:
                now += static_cast<int>(random() % 20);
                last = {};
                heap.run_due(at(now));
                EXPECT_TRUE(model.empty() || model.begin()->first > at(now));
                break;
            default:
                forget(i);
                due[i] = at(now + static_cast<int>(random() % 500));
                model.emplace(due[i], i);
                heap.set(*timers[i], due[i]);
        }
        ASSERT_EQ(heap.next_due().has_value(), !model.empty());
        if (!model.empty()) {
            ASSERT_EQ(*heap.next_due(), model.begin()->first);
        }
    }
    for (const auto& timer : timers)
        heap.remove(*timer);
}

}  // namespace
}  // namespace vllm_client::runtime

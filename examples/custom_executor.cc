// SPDX-License-Identifier: Apache-2.0
// Callbacks in a loop of your own, such as the frames of a game: on its thread, at its moment.
#include <iostream>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

/// Tasks from any thread, run by one.
class FrameQueue {
 public:
    void post(Executor::Task task) {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    void run_pending() {
        std::vector<Executor::Task> tasks;
        {
            const std::lock_guard lock(mutex_);
            tasks.swap(tasks_);
        }
        for (Executor::Task& task : tasks)
            task();
    }

 private:
    std::mutex mutex_;  // guards tasks_
    std::vector<Executor::Task> tasks_;
};

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    FrameQueue queue;
    const VllmClient client(
        {.endpoints = {server.url()},
         .executor = Executor([&queue](Executor::Task task) { queue.post(std::move(task)); })});

    std::string speech;  // of the game's thread only, like everything it draws
    bool silent = false;
    auto talk = client.chat_stream({.messages = {user("Greet the traveller.")}, .max_tokens = 30})
                    .for_each([&speech](const ChatDelta& delta) { speech += delta.text(); })
                    .then([&silent](const Result<void>& end) {
                        silent = true;
                        return end.ok();
                    });

    int frames = 0;
    while (!silent) {
        ++frames;
        queue.run_pending();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));  // drawing
    }
    std::cout << speech << "\n(" << frames << " frames were drawn meanwhile)\n";
    return std::move(talk).get().value_or(false) ? 0 : 1;
}

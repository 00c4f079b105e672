// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "vllm_client/testing/fake_transport.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::api {

inline constexpr const char* chat_path = "/v1/chat/completions";
inline constexpr const char* completion_path = "/v1/completions";
/// Long enough for the slowest machine; a test that waits this long has failed.
inline constexpr std::chrono::seconds patience(20);

inline ChatRequest ask(std::string text) {
    return {.messages = {user(std::move(text))}};
}

/// A client that sends to a FakeTransport, and nothing from the environment.
struct FakeClient {
    explicit FakeClient(ClientOptions options = {}) : client(with(std::move(options), fake)) {}

    static ClientOptions with(ClientOptions options,
                              std::shared_ptr<testing::FakeTransport> transport) {
        if (options.endpoints.empty()) options.endpoints = {"http://fake"};
        options.read_environment = false;
        options.transport = std::move(transport);
        return options;
    }
    void answer_chat(std::string_view text) const {
        fake->reply(chat_path, {.body = testing::chat_reply_json(text)});
    }

    std::shared_ptr<testing::FakeTransport> fake = testing::FakeTransport::make();
    VllmClient client;
};

/// A value that one thread sets and the test waits for.
template <class T>
class Awaited {
 public:
    void set(T value) { promise_.set_value(std::move(value)); }
    [[nodiscard]] T get() {
        if (future_.wait_for(patience) != std::future_status::ready) {
            throw std::runtime_error("nothing came within the time a test waits");
        }
        return future_.get();
    }

 private:
    std::promise<T> promise_;
    std::future<T> future_ = promise_.get_future();
};

/// Tries again until `condition` holds; false if it does not in the time a test waits.
template <class F>
[[nodiscard]] bool eventually(F condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace vllm_client::api

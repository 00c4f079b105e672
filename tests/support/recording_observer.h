// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "vllm_client/transport.h"

namespace vllm_client::support {

/// Keeps everything an exchange tells its observer. The transport writes, the test reads and waits;
/// safe from any thread.
class RecordingObserver final : public HttpObserver {
 public:
    /// What has been told so far.
    struct Seen {
        int heads = 0;
        HttpReply head{};
        std::string data{};
        int refused = 0;
        int ends = 0;
        HttpReply reply{};
        std::optional<Error> error{};
        bool told_after_end = false;
    };

    void on_head(const HttpReply& reply) override {
        change([&](Seen& seen) {
            ++seen.heads;
            seen.head = reply;
        });
    }
    [[nodiscard]] bool on_data(std::string_view bytes) override {
        bool taken = true;
        change([&](Seen& seen) {
            taken = accepting_;
            if (taken) {
                seen.data += bytes;
            } else {
                ++seen.refused;
            }
        });
        return taken;
    }
    void on_done(HttpReply reply, std::optional<Error> error) override {
        change([&](Seen& seen) {
            ++seen.ends;
            seen.reply = std::move(reply);
            seen.error = std::move(error);
        });
    }

    /// Whether body bytes are taken; refused ones come again after resume().
    void accept(bool accepting) {
        const std::lock_guard lock(mutex_);
        accepting_ = accepting;
    }
    /// Blocks until `predicate` holds, true, or for 20 s, false.
    [[nodiscard]] bool wait(const std::function<bool(const Seen&)>& predicate) const {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return predicate(seen_); });
    }
    [[nodiscard]] bool wait_end() const {
        return wait([](const Seen& seen) { return seen.ends > 0; });
    }
    [[nodiscard]] Seen seen() const {
        const std::lock_guard lock(mutex_);
        return seen_;
    }

 private:
    void change(const std::function<void(Seen&)>& action) {
        {
            const std::lock_guard lock(mutex_);
            if (seen_.ends > 0) seen_.told_after_end = true;
            action(seen_);
        }
        changed_.notify_all();
    }

    mutable std::mutex mutex_;  // guards seen_ and accepting_
    mutable std::condition_variable changed_;
    Seen seen_;
    bool accepting_ = true;
};

}  // namespace vllm_client::support

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace vllm_client::cli {

/// Ctrl-C (and SIGTERM). While something runs that can be stopped, the first asks it to stop; at
/// any other time, and the second time, the program ends at once with exit code 130.
///
/// Make it before any other thread, which then inherits the blocked signals; one thread of its own
/// waits for them, so no code runs in a signal handler.
class Interrupt {
 public:
    /// Makes Ctrl-C ask politely for as long as it lives.
    class Scope {
     public:
        explicit Scope(Interrupt& owner);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        /// Told of the first Ctrl-C. Hand it to CallOptions::stop.
        [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }

     private:
        Interrupt& owner_;
        std::stop_source source_;
    };

    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    [[nodiscard]] Scope scope() { return Scope(*this); }

 private:
    void watch();
    void set_source(std::optional<std::stop_source> source);
    [[nodiscard]] std::optional<std::stop_source> source();

    sigset_t signals_{};
    sigset_t former_mask_{};
    std::mutex mutex_;                        // guards source_ and ending_
    std::optional<std::stop_source> source_;  // of the running scope
    bool ending_{false};
    std::thread watcher_;  // ends when ending_ is set and a signal comes
};

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "transport/descriptor.h"
#include "transport/poller.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

/// Has a pipe of its own to be woken by: curl_multi_wakeup() would need the multi handle, which the
/// reactor's thread may be closing just then.
class CurlPoller final : public Poller {
 public:
    CurlPoller(CURLM* multi, Descriptor read_end, Descriptor write_end)
        : multi_(multi), read_end_(std::move(read_end)), write_end_(std::move(write_end)) {}

    void kick() override { perform(); }
    void wait(std::chrono::nanoseconds limit) override {
        constexpr auto longest = std::chrono::milliseconds(60'000);
        auto wait_for = std::chrono::ceil<std::chrono::milliseconds>(limit);
        if (limit < std::chrono::nanoseconds::zero() || wait_for > longest) wait_for = longest;
        curl_waitfd woken{.fd = read_end_.get(), .events = CURL_WAIT_POLLIN, .revents = 0};
        curl_multi_poll(multi_, &woken, 1, static_cast<int>(wait_for.count()), nullptr);
        if (woken.revents != 0) drain();
        perform();
    }
    void wake() noexcept override {
        const char one = 1;
        // Fails only when the pipe is full, and then a wake-up is already pending.
        [[maybe_unused]] const auto written = ::write(write_end_.get(), &one, 1);
    }
    void forget(curl_socket_t) noexcept override {}

 private:
    void perform() {
        int running = 0;
        curl_multi_perform(multi_, &running);
    }
    void drain() noexcept {
        std::array<char, 64> ignored;
        while (::read(read_end_.get(), ignored.data(), ignored.size()) > 0) {
        }
    }

    CURLM* const multi_;  // owned by the reactor; used by its thread only, which ends it
    const Descriptor read_end_;
    const Descriptor write_end_;
};

}  // namespace

Result<std::unique_ptr<Poller>> make_curl_poller(CURLM* multi) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe(ends.data()) != 0) {
        return Error{.kind = ErrorKind::resource,
                     .message = std::string("pipe failed: ") + std::strerror(errno)};
    }
    Descriptor read_end(ends[0]);
    Descriptor write_end(ends[1]);
    for (const int end : ends) {
        ::fcntl(end, F_SETFL, O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    return std::unique_ptr<Poller>(
        std::make_unique<CurlPoller>(multi, std::move(read_end), std::move(write_end)));
}

Result<std::unique_ptr<Poller>> make_poller(PollerKind kind, CURLM* multi) {
    switch (kind) {
        case PollerKind::curl_poll:
            return make_curl_poller(multi);
        case PollerKind::epoll:
            return make_epoll_poller(multi);
        case PollerKind::automatic:
            break;
    }
#ifdef __linux__
    return make_epoll_poller(multi);
#else
    return make_curl_poller(multi);
#endif
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

// SPDX-License-Identifier: Apache-2.0
#include "transport/poller.h"

#ifdef __linux__

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "transport/descriptor.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

Error resource_error(const char* call) {
    return Error{.kind = ErrorKind::resource,
                 .message = std::string(call) + " failed: " + std::strerror(errno)};
}

/// libcurl tells which sockets it wants watched, and changes its mind with every request. Changes
/// are collected and applied just before waiting, so that a request on a reused connection costs no
/// epoll_ctl at all. A socket that goes idle stays registered until it becomes readable.
class EpollPoller final : public Poller {
 public:
    EpollPoller(CURLM* multi, Descriptor epoll, Descriptor event)
        : multi_(multi), epoll_(std::move(epoll)), event_(std::move(event)) {
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &EpollPoller::on_socket);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &EpollPoller::on_timer);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    }
    EpollPoller(const EpollPoller&) = delete;
    EpollPoller& operator=(const EpollPoller&) = delete;

    void kick() override { run_curl_timer(std::chrono::steady_clock::now()); }
    void wait(std::chrono::nanoseconds limit) override;
    void wake() noexcept override {
        const std::uint64_t one = 1;
        // Fails only when the counter is full, and then a wake-up is already pending.
        [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
    }
    void forget(curl_socket_t socket) noexcept override {
        // Closing a descriptor takes it out of the epoll set; the number may come back at once.
        if (static_cast<std::size_t>(socket) < watches_.size()) watches_[index(socket)] = {};
    }
    void on_idle_readable(const std::function<void(curl_socket_t)>& tell) override {
        tell_idle_readable_ = tell;
    }

 private:
    struct Watch {
        std::uint32_t wanted{0};      // what libcurl asks for; 0: idle
        std::uint32_t registered{0};  // what the kernel knows; 0: nothing
        bool dirty{false};            // listed in changed_
    };

    static std::size_t index(curl_socket_t socket) { return static_cast<std::size_t>(socket); }
    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept {
        static_cast<EpollPoller*>(self)->want(socket, what);
        return 0;
    }
    static int on_timer(CURLM*, long milliseconds, void* self) noexcept {
        auto& due = static_cast<EpollPoller*>(self)->curl_due_;
        if (milliseconds < 0) {
            due.reset();
        } else {
            due = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
        }
        return 0;
    }

    void want(curl_socket_t socket, int what);
    void apply_changes();
    void run_curl_timer(SteadyTime now);
    void dispatch(const epoll_event& event);
    void quiet(int fd);
    [[nodiscard]] int timeout_ms(std::chrono::nanoseconds limit, SteadyTime now) const;

    CURLM* const multi_;  // owned by the reactor; used by its thread only, which ends it
    const Descriptor epoll_;
    const Descriptor event_;
    std::vector<Watch> watches_;  // by descriptor number
    std::vector<int> changed_;
    std::optional<SteadyTime> curl_due_;
    std::function<void(curl_socket_t)> tell_idle_readable_;
};

void EpollPoller::want(curl_socket_t socket, int what) {
    if (index(socket) >= watches_.size()) watches_.resize(index(socket) + 1);
    Watch& watch = watches_[index(socket)];
    watch.wanted = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) watch.wanted |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) watch.wanted |= EPOLLOUT;
    if (!watch.dirty) {
        watch.dirty = true;
        changed_.push_back(socket);
    }
}

void EpollPoller::apply_changes() {
    for (const int fd : changed_) {
        Watch& watch = watches_[index(fd)];
        watch.dirty = false;
        // An idle socket keeps its registration for reading: the next request will want it again.
        const std::uint32_t wanted = watch.wanted == 0 && watch.registered != 0
                                         ? static_cast<std::uint32_t>(EPOLLIN)
                                         : watch.wanted;
        if (wanted == watch.registered) continue;
        epoll_event event{};
        event.events = wanted | EPOLLRDHUP;
        event.data.fd = fd;
        int operation = watch.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0 && errno == ENOENT) {
            ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
        }
        watch.registered = wanted;
    }
    changed_.clear();
}

void EpollPoller::run_curl_timer(SteadyTime now) {
    // Work may ask for more work at once; the bound keeps one turn from lasting for ever.
    for (int i = 0; i < 16 && curl_due_ && *curl_due_ <= now; ++i) {
        curl_due_.reset();
        int running = 0;
        curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

int EpollPoller::timeout_ms(std::chrono::nanoseconds limit, SteadyTime now) const {
    constexpr std::chrono::milliseconds longest(60'000);
    auto wait_for = limit < std::chrono::nanoseconds::zero()
                        ? longest
                        : std::chrono::ceil<std::chrono::milliseconds>(limit);
    if (curl_due_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*curl_due_ - now);
        wait_for = std::min(wait_for, std::max(left, std::chrono::milliseconds(0)));
    }
    return static_cast<int>(std::min(wait_for, longest).count());
}

void EpollPoller::wait(std::chrono::nanoseconds limit) {
    apply_changes();
    std::array<epoll_event, 256> events;
    const int timeout = timeout_ms(limit, std::chrono::steady_clock::now());
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < count; ++i)
        dispatch(events[static_cast<std::size_t>(i)]);
    run_curl_timer(std::chrono::steady_clock::now());
}

void EpollPoller::dispatch(const epoll_event& event) {
    const int fd = event.data.fd;
    if (fd == event_.get()) return;
    // Closed earlier in this very turn: the number may by now belong to somebody else.
    if (watches_[index(fd)].registered == 0) return;
    if (watches_[index(fd)].wanted == 0) return quiet(fd);
    int action = 0;
    if (event.events & (EPOLLIN | EPOLLRDHUP)) action |= CURL_CSELECT_IN;
    if (event.events & EPOLLOUT) action |= CURL_CSELECT_OUT;
    if (event.events & (EPOLLERR | EPOLLHUP)) action |= CURL_CSELECT_ERR;
    int running = 0;
    curl_multi_socket_action(multi_, fd, action, &running);
}

// A socket libcurl does not wait for became readable: a connection that idles, and was closed or
// spoken on out of turn, or a paused stream. Leave it alone until libcurl asks for it again; only
// looking would be a busy loop.
void EpollPoller::quiet(int fd) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    watches_[index(fd)].registered = 0;
    if (tell_idle_readable_) tell_idle_readable_(fd);
}

}  // namespace

Result<std::unique_ptr<Poller>> make_epoll_poller(CURLM* multi) {
    Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (epoll.get() < 0) return resource_error("epoll_create1");
    Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (event.get() < 0) return resource_error("eventfd");
    epoll_event interest{};
    // Edge-triggered: each wake-up is an edge, and none needs to be read away.
    interest.events = EPOLLIN | EPOLLET;
    interest.data.fd = event.get();
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, event.get(), &interest) != 0) {
        return resource_error("epoll_ctl");
    }
    return std::unique_ptr<Poller>(
        std::make_unique<EpollPoller>(multi, std::move(epoll), std::move(event)));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

#else

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

Result<std::unique_ptr<Poller>> make_epoll_poller(CURLM*) {
    return Error{.kind = ErrorKind::unsupported, .message = "this system has no epoll"};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

#endif

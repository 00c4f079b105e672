// SPDX-License-Identifier: Apache-2.0
#include "support/stop_signal.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace vllm_client::support {
namespace {

using Clock = std::chrono::steady_clock;

int poll_timeout(const std::optional<Clock::time_point>& deadline) {
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
    return static_cast<int>(std::clamp<long long>(left.count(), 0, 1'000'000));
}

}  // namespace

StopSignal::StopSignal() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    read_end_ = FileDescriptor(ends[0]);
    write_end_ = FileDescriptor(ends[1]);
}

void StopSignal::request() {
    if (!source_.request_stop()) return;
    // The byte is never read, so the pipe stays readable for every present and future wait.
    const char byte = 0;
    while (::write(write_end_.get(), &byte, 1) < 0 && errno == EINTR) {
    }
}

Readiness StopSignal::wait(int descriptor, short events,
                           std::optional<std::chrono::milliseconds> timeout) const {
    std::optional<Clock::time_point> deadline;
    if (timeout) deadline = Clock::now() + *timeout;
    std::array<pollfd, 2> watched{pollfd{read_end_.get(), POLLIN, 0},
                                  pollfd{descriptor, events, 0}};
    for (;;) {
        const int count = ::poll(watched.data(), watched.size(), poll_timeout(deadline));
        if (count > 0) return watched[0].revents != 0 ? Readiness::stopped : Readiness::ready;
        if (count == 0 && deadline && Clock::now() >= *deadline) return Readiness::timed_out;
        if (count < 0 && errno != EINTR) return Readiness::stopped;
    }
}

}  // namespace vllm_client::support

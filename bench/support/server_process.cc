// SPDX-License-Identifier: Apache-2.0
#include "support/server_process.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "vllm_client/testing/sim_server.h"

namespace bench {
namespace {

[[noreturn]] void serve(int write_end, double time_scale) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The last processor is the server's; the first is the client's, which says so itself.
    cpu_set_t processors;
    CPU_ZERO(&processors);
    CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &processors);
    sched_setaffinity(0, sizeof processors, &processors);
    auto server = vllm_client::testing::SimServer::start(
        {.time = {.time_scale = time_scale, .slots = 1024}, .output = {.mean = 5000, .sigma = 0}});
    const std::string url = server ? server->url() : std::string();
    const auto written = ::write(write_end, url.data(), url.size());
    ::close(write_end);
    if (written <= 0) _exit(1);
    for (;;)
        pause();
}

}  // namespace

ServerProcess::ServerProcess(double time_scale) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
        ::close(ends[0]);
        serve(ends[1], time_scale);
    }
    ::close(ends[1]);
    std::array<char, 256> text{};
    const auto length = ::read(ends[0], text.data(), text.size());
    if (length > 0) url_.assign(text.data(), static_cast<std::size_t>(length));
    ::close(ends[0]);
}

ServerProcess::~ServerProcess() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

}  // namespace bench

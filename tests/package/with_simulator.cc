// SPDX-License-Identifier: Apache-2.0
// with_simulator PROGRAM [ARGUMENT...]: runs a program beside a simulated server, whose URL it
// finds in VLLM_CLIENT_BASE_URL, and ends with its exit status.
#include <spawn.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>

#include "vllm_client/testing/sim_server.h"

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    auto server = vllm_client::testing::SimServer::start(
        {.time = {.time_scale = 0}, .output = {.mean = 20, .sigma = 0}});
    if (!server) {
        std::fprintf(stderr, "no simulated server: %s\n", server.error().to_string().c_str());
        return 1;
    }
    setenv("VLLM_CLIENT_BASE_URL", server->url().c_str(), 1);

    pid_t child = 0;
    if (posix_spawnp(&child, argv[1], nullptr, nullptr, argv + 1, environ) != 0) {
        std::perror(argv[1]);
        return 1;
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

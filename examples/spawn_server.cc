// SPDX-License-Identifier: Apache-2.0
// A program that brings its server along: starts it, waits until it is ready, asks, stops it.
//
//   example_spawn_server                       vllm-client sim, found in PATH
//   example_spawn_server MODEL                 vllm serve MODEL
//   example_spawn_server -- URL COMMAND...     anything else
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "vllm_client/server_args.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

/// A running process, ended with this object. The id is −1 if it could not be started.
struct Process {
    explicit Process(const ServerCommand& command) {
        std::vector<char*> words;
        for (const std::string& word : command.arguments)
            words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        for (const auto& [name, value] : command.environment)
            setenv(name.c_str(), value.c_str(), 1);
        if (posix_spawnp(&id, words[0], nullptr, nullptr, words.data(), environ) != 0) id = -1;
    }
    ~Process() {
        if (id > 0 && kill(id, SIGTERM) == 0) waitpid(id, nullptr, 0);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    pid_t id{-1};
};

Result<std::string> ask(const ServerCommand& command) {
    const Process server(command);
    if (server.id < 0) return Error{.message = command.arguments[0] + " does not start"};
    const VllmClient client({.endpoints = {command.url}});
    if (auto ready = client.wait_ready(std::chrono::minutes(5)); !ready) return ready.error();
    return client.chat({.messages = {user("Are you there?")}, .max_tokens = 20})
        .and_then([](const ChatReply& reply) { return reply.text(); });
}

int main(int argc, char** argv) {
    // A socket file of our own needs no free port.
    const std::string socket = "/tmp/spawn_server." + std::to_string(getpid()) + ".sock";
    Result<ServerCommand> command = ServerCommand{
        .arguments = {"vllm-client", "sim", "--uds", socket}, .url = "unix:" + socket};
    if (argc == 2) command = server_args_for({.model = argv[1], .unix_socket = socket});
    if (argc > 3) command = ServerCommand{.arguments = {argv + 3, argv + argc}, .url = argv[2]};

    const auto answer = std::move(command).and_then(ask);
    std::cout << (answer ? *answer : answer.error().to_string()) << '\n';
    return answer ? 0 : 1;
}

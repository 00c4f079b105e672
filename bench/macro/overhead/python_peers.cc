// SPDX-License-Identifier: Apache-2.0
#include "macro/overhead/python_peers.h"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <sstream>

namespace overhead {
namespace {

pid_t spawn(std::vector<std::string> arguments, int stream) {
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, stream, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, stream, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 0, 0);
    pid_t child = -1;
    if (::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ) != 0) child = -1;
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

}  // namespace

PythonPeers::PythonPeers(const std::string& script, const Load& load) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
    child_ =
        spawn({"python3", script, load.url, load.model, std::to_string(load.in_flight)}, ends[1]);
    ::close(ends[1]);
    to_.reset(::fdopen(::dup(ends[0]), "w"));
    from_.reset(::fdopen(ends[0], "r"));
    std::istringstream words(read_line());
    for (std::string name; words >> name;)
        names_.push_back(name);
}

PythonPeers::~PythonPeers() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

Round PythonPeers::run(const std::string& name, std::size_t requests) {
    Round round;
    std::fprintf(to_.get(), "%s %zu\n", name.c_str(), requests);
    std::fflush(to_.get());
    round.cpu_us = std::strtod(read_line().c_str(), nullptr);
    round.ok = round.cpu_us > 0;
    return round;
}

std::string PythonPeers::read_line() {
    std::array<char, 256> line{};
    if (!from_ || !std::fgets(line.data(), static_cast<int>(line.size()), from_.get())) return {};
    return line.data();
}

}  // namespace overhead

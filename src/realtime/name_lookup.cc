// SPDX-License-Identifier: Apache-2.0
#include "realtime/name_lookup.h"

#include <netdb.h>
#include <sys/un.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::realtime {
namespace {

struct Found {
    int code{0};  // of getaddrinfo
    std::vector<SocketAddress> addresses{};
};

// Shared with the thread that resolves, which may outlive the call.
struct Lookup {
    std::mutex mutex{};
    std::condition_variable_any ready{};
    std::optional<Found> found{};
};

Found resolve(const std::string& host, const std::string& port, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    Found found;
    found.code = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
    if (found.code != 0) return found;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        SocketAddress address;
        std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
        address.size = entry->ai_addrlen;
        found.addresses.push_back(address);
    }
    freeaddrinfo(list);
    return found;
}

// A zone stands percent-encoded in a URL.
std::string without_escape(std::string host) {
    const std::size_t zone = host.find("%25");
    if (zone != std::string::npos) host.erase(zone + 1, 2);
    return host;
}

Result<std::vector<SocketAddress>> result_from(Found found) {
    if (found.code == 0) return std::move(found.addresses);
    return Error{.kind = ErrorKind::connect,
                 .message = std::string("the host cannot be resolved: ") + gai_strerror(found.code),
                 .phase = Phase::connect,
                 .retryable = true};
}

Error gave_up(bool stopped) {
    return Error{.kind = stopped ? ErrorKind::cancelled : ErrorKind::timeout,
                 .message = stopped ? "cancelled while the host was looked up"
                                    : "the host could not be resolved within timeouts.connect",
                 .phase = Phase::connect,
                 .retryable = !stopped};
}

}  // namespace

SocketAddress unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    SocketAddress result;
    std::memcpy(&result.storage, &address, sizeof(address));
    result.size = sizeof(address);
    return result;
}

Result<std::vector<SocketAddress>> look_up(
    const std::string& host, const std::string& port,
    std::optional<std::chrono::steady_clock::time_point> deadline, const std::stop_token& stop) {
    const std::string name = without_escape(host);
    Found numeric = resolve(name, port, AI_NUMERICHOST);
    if (numeric.code == 0) return result_from(std::move(numeric));

    auto lookup = std::make_shared<Lookup>();
    try {
        std::thread([lookup, name, port] {
            Found found = resolve(name, port, AI_ADDRCONFIG);
            const std::lock_guard lock(lookup->mutex);
            lookup->found = std::move(found);
            lookup->ready.notify_all();
        }).detach();
    } catch (const std::system_error&) {
        return Error{.kind = ErrorKind::resource,
                     .message = "no thread to look up the host",
                     .phase = Phase::connect,
                     .retryable = true};
    }
    std::unique_lock lock(lookup->mutex);
    const auto is_found = [&lookup] { return lookup->found.has_value(); };
    const bool done = deadline ? lookup->ready.wait_until(lock, stop, *deadline, is_found)
                               : lookup->ready.wait(lock, stop, is_found);
    if (!done) return gave_up(stop.stop_requested());
    return result_from(*std::move(lookup->found));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::realtime

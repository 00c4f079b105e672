// SPDX-License-Identifier: Apache-2.0
#include "support/server_record.h"

namespace vllm_client::support {

void ServerRecord::change(const std::function<void()>& action) {
    {
        const std::lock_guard lock(mutex_);
        action();
        ++version_;
    }
    changed_.notify_all();
}

void ServerRecord::change(int connection, const std::function<void(ConnectionRecord&)>& action) {
    change([&] {
        const auto found = connections_.find(connection);
        if (found != connections_.end()) action(found->second);
    });
}

int ServerRecord::connection_accepted() {
    int index = 0;
    change([&] {
        index = static_cast<int>(accepted_++);
        ++open_;
        ConnectionRecord& connection = connections_[index];
        connection.index = index;
        connection.accepted_at = std::chrono::steady_clock::now();
    });
    return index;
}

void ServerRecord::connection_closed(int connection) {
    change([&] {
        --open_;
        const auto found = connections_.find(connection);
        found->second.open = false;
        if (!keep_) connections_.erase(found);
    });
}

void ServerRecord::request_received(const ReceivedRequest& request) {
    change(request.connection, [&](ConnectionRecord& connection) {
        ++connection.requests;
        ++request_count_;
        if (keep_) requests_.push_back(request);
    });
}

void ServerRecord::bytes_received(int connection, std::size_t count) {
    change(connection, [&](ConnectionRecord& record) { record.bytes_received += count; });
}

void ServerRecord::bytes_sent(int connection, std::size_t count) {
    change(connection, [&](ConnectionRecord& record) { record.bytes_sent += count; });
}

void ServerRecord::peer_ended(int connection, PeerEnd end) {
    change(connection, [&](ConnectionRecord& record) {
        if (record.peer_end) return;
        record.peer_end = end;
        record.peer_ended_at = std::chrono::steady_clock::now();
        ++peer_ended_;
    });
}

void ServerRecord::problem(int connection, const std::string& what) {
    change(connection, [&](ConnectionRecord& record) {
        if (record.problem.empty()) record.problem = what;
    });
}

void ServerRecord::client_named(int connection, const std::string& name) {
    change(connection, [&](ConnectionRecord& record) { record.client_name = name; });
}

std::vector<ReceivedRequest> ServerRecord::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::vector<ConnectionRecord> ServerRecord::connections() const {
    const std::lock_guard lock(mutex_);
    std::vector<ConnectionRecord> all;
    all.reserve(connections_.size());
    for (const auto& [index, connection] : connections_)
        all.push_back(connection);
    return all;
}

std::size_t ServerRecord::request_count() const {
    const std::lock_guard lock(mutex_);
    return request_count_;
}

std::size_t ServerRecord::accepted_count() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
}

std::size_t ServerRecord::open_count() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

std::size_t ServerRecord::peer_ended_count() const {
    const std::lock_guard lock(mutex_);
    return peer_ended_;
}

bool ServerRecord::wait_until(const std::function<bool()>& predicate,
                              std::chrono::milliseconds timeout) const {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::unique_lock lock(mutex_);
    for (;;) {
        const std::uint64_t seen = version_;
        lock.unlock();
        if (predicate()) return true;
        lock.lock();
        if (std::chrono::steady_clock::now() >= deadline) return false;
        // Predicates may look at more than this record, which nobody would tell of.
        changed_.wait_for(lock, std::chrono::milliseconds(5), [&] { return version_ != seen; });
    }
}

}  // namespace vllm_client::support

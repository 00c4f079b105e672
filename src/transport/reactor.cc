// SPDX-License-Identifier: Apache-2.0
#include "transport/reactor.h"

#include <csignal>
#include <system_error>
#include <utility>

#include "runtime/reactor_thread.h"
#include "runtime/task_runner.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

Error resource_error(std::string message) {
    return Error{.kind = ErrorKind::resource, .message = std::move(message)};
}

// OpenSSL writes to sockets without MSG_NOSIGNAL; a peer that is gone must not kill the process.
void block_broken_pipe_signal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

Reactor::Reactor(std::shared_ptr<const Settings> settings) : settings_(std::move(settings)) {}

Reactor::~Reactor() = default;

Result<void> Reactor::run(const std::vector<std::size_t>& endpoints) {
    if (auto ready = initialise_curl(); !ready) return ready;
    multi_.reset(curl_multi_init());
    if (!multi_) return resource_error("libcurl gave no multi handle");
    auto poller = make_poller(settings_->io.poller, multi_.get());
    if (!poller) return poller.error();
    poller_ = *std::move(poller);
    pools_.resize(settings_->endpoints.size());
    std::size_t connections = 0;
    for (const std::size_t endpoint : endpoints) {
        pools_[endpoint] = std::make_unique<Pool>(settings_, endpoint);
        pools_[endpoint]->set_poller(poller_.get());
        connections += settings_->pool.max_connections;
    }
    poller_->on_idle_readable([this](curl_socket_t socket) {
        for (const auto& pool : pools_) {
            if (pool && pool->idle_socket_readable(socket)) return;
        }
    });
    // The pools bound the connections; libcurl's own cache must never be what closes one.
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(connections + 1));
    jump_listener_ = settings_->clock->on_jump([this] { poller_->wake(); });
    for (const std::size_t endpoint : endpoints) {
        if (settings_->health.interval <= std::chrono::milliseconds(0)) break;
        health_checks_.push_back(std::make_unique<HealthCheck>(*this, *pools_[endpoint]));
    }
    try {
        thread_ = std::thread([self = shared_from_this()] { self->loop(); });
    } catch (const std::system_error& error) {
        return resource_error(std::string("no reactor thread: ") + error.what());
    }
    return {};
}

Pool* Reactor::pool(std::size_t endpoint) const noexcept {
    return endpoint < pools_.size() ? pools_[endpoint].get() : nullptr;
}

void Reactor::put_in_inbox(std::shared_ptr<Transfer> transfer) noexcept {
    Transfer* node = transfer.get();
    if (node->in_inbox_.exchange(true)) return;  // it is there, and its notes will be read
    node->inbox_self_ = std::move(transfer);
    Transfer* head = inbox_.load();
    do {
        node->next_in_inbox_ = head;
    } while (!inbox_.compare_exchange_weak(head, node));
    // Sequentially consistent on both sides: either we see it sleeping, or it sees our node.
    if (sleeping_.load() && sleeping_.exchange(false)) poller_->wake();
    // The same for the end: either it reads our node, or we see that nobody will.
    if (ended_.load()) refuse_inbox();
}

// With the thread gone, whoever finds something in the inbox ends it.
void Reactor::refuse_inbox() noexcept {
    Transfer* node = inbox_.exchange(nullptr);
    while (node) {
        Transfer* next = node->next_in_inbox_;
        const std::shared_ptr<Transfer> transfer = std::move(node->inbox_self_);
        transfer->refuse();
        // Only now: two threads must not work on one transfer.
        transfer->in_inbox_.store(false);
        node = next;
    }
}

bool Reactor::read_inbox() {
    Transfer* node = inbox_.exchange(nullptr);
    if (!node) return false;
    Transfer* first = nullptr;  // the stack, turned round: oldest first
    while (node) {
        Transfer* next = node->next_in_inbox_;
        node->next_in_inbox_ = first;
        first = node;
        node = next;
    }
    while (first) {
        Transfer* next = first->next_in_inbox_;
        // Notes left from here on put the transfer into the inbox anew.
        const std::shared_ptr<Transfer> transfer = std::move(first->inbox_self_);
        transfer->in_inbox_.store(false);
        transfer->read_notes();
        first = next;
    }
    return true;
}

void Reactor::transfer_ended(const std::shared_ptr<Transfer>& transfer, Pool& pool) {
    timers_.remove(*transfer);
    active_.erase(transfer);
    freed_.push_back(&pool);
}

bool Reactor::read_completions() {
    bool any = false;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        any = true;
        void* easy = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &easy);
        const CURLcode code = message->data.result;
        if (Transfer* transfer = static_cast<EasyHandle*>(easy)->transfer()) {
            const std::shared_ptr<Transfer> alive = transfer->shared_from_this();
            transfer->finish(code);
        }
    }
    return any;
}

void Reactor::start_waiting() {
    while (!freed_.empty()) {
        Pool* pool = freed_.back();
        freed_.pop_back();
        pool->start_waiting();
    }
}

void Reactor::wait_for_work() {
    std::chrono::nanoseconds limit(-1);
    if (const auto due = timers_.next_due()) {
        limit = std::max(std::chrono::nanoseconds(0),
                         std::chrono::nanoseconds(*due - settings_->clock->now()));
    }
    sleeping_.store(true);
    if (inbox_.load() != nullptr || stopping_.load()) limit = std::chrono::nanoseconds(0);
    poller_->wait(limit);
    sleeping_.store(false);
}

void Reactor::turn() {
    now_ = settings_->clock->now();
    while (read_inbox()) {
    }
    timers_.run_due(now_);
    // Until nothing more has ended: nobody would wake us for an end that libcurl has already told.
    do {
        start_waiting();
        if (std::exchange(kick_needed_, false)) poller_->kick();
    } while (read_completions());
}

void Reactor::loop() {
    const runtime::ReactorThreadMark mark;
    block_broken_pipe_signal();
    {
        runtime::TaskBatch batch;
        now_ = settings_->clock->now();
        for (const auto& check : health_checks_)
            check->begin();
        while (!stopping_.load()) {
            turn();
            batch.flush();
            wait_for_work();
        }
        shut_down();
        ended_.store(true);
        refuse_inbox();
    }
    // Connections close here, while the pools that count them, and the poller, are still there.
    multi_.reset();
}

void Reactor::shut_down() {
    const Error cancelled{.kind = ErrorKind::cancelled, .message = "the client was closed"};
    health_checks_.clear();
    do {
        for (const auto& transfer : std::vector(active_.begin(), active_.end())) {
            transfer->fail(cancelled);
        }
        for (const auto& pool : pools_) {
            if (!pool) continue;
            for (const auto& transfer : pool->waiting())
                transfer->fail(cancelled);
        }
        freed_.clear();
    } while (read_inbox());
}

void Reactor::abandon() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.detach();
    // The thread's own reference was lost with it. libcurl's state may have been in the middle of
    // something when the process forked: it is left alone, not torn down.
    static_cast<void>(multi_.release());
}

void Reactor::stop() {
    if (stopping_.exchange(true)) return;
    if (!thread_.joinable()) return;
    poller_->wake();
    if (thread_.get_id() == std::this_thread::get_id()) {
        // An inline callback ended the client: the loop ends as soon as the callback returns, and
        // keeps alive what it needs.
        thread_.detach();
    } else {
        thread_.join();
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

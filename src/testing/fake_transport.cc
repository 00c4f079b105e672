// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/testing/fake_transport.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "testing/sim_clock.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [lower](char x, char y) { return lower(x) == lower(y); });
}

void add_lines(std::vector<Header>& headers, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        const auto colon = line.find(':');
        const auto value = line.find_first_not_of(' ', colon + 1);
        headers.push_back({line.substr(0, colon), value < line.size() ? line.substr(value) : ""});
    }
}

FakeRequest described(const HttpRequest& request) {
    FakeRequest seen;
    seen.endpoint = request.endpoint;
    seen.method = request.method;
    seen.path = request.path;
    if (request.common_headers) add_lines(seen.headers, *request.common_headers);
    add_lines(seen.headers, request.headers);
    if (request.body) seen.body = *request.body;
    seen.request_id = request.request_id;
    seen.stream = request.stream;
    seen.timeouts = request.timeouts;
    return seen;
}

std::string header_block(const std::vector<Header>& headers, std::string_view default_type) {
    std::string block;
    const bool has_type = std::any_of(headers.begin(), headers.end(), [](const Header& header) {
        return same_name(header.name, "Content-Type");
    });
    if (!has_type) block = "Content-Type: " + std::string(default_type) + "\n";
    for (const Header& header : headers)
        block += header.name + ": " + header.value + "\n";
    return block;
}

std::chrono::nanoseconds now() {
    return sim::monotonic_now().time_since_epoch();
}

Error closed_error(const std::string& request_id) {
    return {.kind = ErrorKind::closed, .message = "the client is closed", .request_id = request_id};
}

}  // namespace

std::optional<std::string_view> FakeRequest::header(std::string_view name) const noexcept {
    for (const Header& header : headers) {
        if (same_name(header.name, name)) return header.value;
    }
    return std::nullopt;
}

/// What the fake and its exchanges share; outlives the fake where an exchange does, and where the
/// fake is destroyed on its own thread.
class FakeTransport::Stage : public std::enable_shared_from_this<Stage> {
 public:
    void run();
    void start_thread();
    void stop();
    [[nodiscard]] bool begin(const std::shared_ptr<Exchange>& exchange);
    void wake(std::shared_ptr<Exchange> exchange);
    void ended(const std::shared_ptr<Exchange>& exchange, bool cancelled);
    [[nodiscard]] CannedAnswer answer_for(const FakeRequest& request);
    void add(std::string path, CannedAnswer answer);

    mutable std::mutex mutex;  // guards everything below
    Handler handler;
    std::map<std::string, std::deque<CannedAnswer>, std::less<>> answers;
    std::set<std::size_t> unhealthy;
    std::vector<FakeRequest> requests;
    std::size_t cancelled{0};
    std::set<std::shared_ptr<Exchange>> open;

 private:
    void end_all();

    std::condition_variable changed_;
    std::deque<std::shared_ptr<Exchange>> due_;  // have something to do
    bool stopping_{false};
    std::thread thread_;  // ended by stop()
};

/// One request and its answer. All of it belongs to the fake's thread, except the three flags.
class FakeTransport::Exchange final : public HttpExchange,
                                      public std::enable_shared_from_this<Exchange> {
 public:
    Exchange(std::shared_ptr<Stage> stage, const HttpRequest& request,
             std::shared_ptr<HttpObserver> observer)
        : stage_(std::move(stage)), request_(described(request)), observer_(std::move(observer)) {}

    void cancel() noexcept override {
        cancelled_.store(true);
        stage_->wake(shared_from_this());
    }
    void resume() noexcept override {
        if (paused_.exchange(false)) stage_->wake(shared_from_this());
    }
    void first_token_seen() noexcept override {}

    /// Does one thing: the beginning, one event, or the end. True if there is more to do at once.
    bool step();
    void end(std::optional<Error> error);
    [[nodiscard]] const FakeRequest& request() const noexcept { return request_; }
    std::atomic<bool> due{false};  // is in the stage's queue

 private:
    bool begin();
    bool begin_stream();
    bool deliver_event();
    void take_reply(CannedReply canned);

    const std::shared_ptr<Stage> stage_;
    const FakeRequest request_;
    std::shared_ptr<HttpObserver> observer_;  // null after the end
    std::atomic<bool> cancelled_{false};
    std::atomic<bool> paused_{false};
    bool begun_{false};
    CannedStream stream_;
    std::size_t next_event_{0};
    HttpReply reply_;
};

bool FakeTransport::Exchange::step() {
    if (!observer_) return false;
    if (cancelled_.load()) {
        end(Error{.kind = ErrorKind::cancelled,
                  .message = "the request was cancelled",
                  .request_id = request_.request_id});
        return false;
    }
    if (!begun_) return begin();
    if (paused_.load()) return false;
    return deliver_event();
}

bool FakeTransport::Exchange::begin() {
    begun_ = true;
    reply_.sent_at = now();
    CannedAnswer answer = stage_->answer_for(request_);
    if (auto* error = std::get_if<Error>(&answer)) {
        end(std::move(*error));
        return false;
    }
    reply_.first_byte_at = now();
    if (auto* canned = std::get_if<CannedReply>(&answer)) {
        take_reply(std::move(*canned));
        end(std::nullopt);
        return false;
    }
    stream_ = std::get<CannedStream>(std::move(answer));
    reply_.status = 200;
    reply_.headers = header_block({}, "text/event-stream; charset=utf-8");
    if (request_.stream) observer_->on_head(reply_);
    return true;
}

void FakeTransport::Exchange::take_reply(CannedReply canned) {
    reply_.status = canned.status;
    reply_.headers = header_block(canned.headers, "application/json");
    reply_.body = std::move(canned.body);
}

bool FakeTransport::Exchange::deliver_event() {
    if (next_event_ == stream_.events.size()) {
        if (!stream_.hold_open) end(std::move(stream_.error));
        return false;
    }
    const std::string bytes = "data: " + stream_.events[next_event_] + "\n\n";
    if (!request_.stream) {
        reply_.body += bytes;
    } else {
        // Set before the bytes are offered: the resume may come before on_data() has returned.
        paused_.store(true);
        if (!observer_->on_data(bytes)) return false;
        paused_.store(false);
    }
    ++next_event_;
    return true;
}

void FakeTransport::Exchange::end(std::optional<Error> error) {
    const std::shared_ptr<HttpObserver> observer = std::exchange(observer_, nullptr);
    if (!observer) return;
    if (error && error->request_id.empty()) error->request_id = request_.request_id;
    const bool cancelled = error && error->kind == ErrorKind::cancelled;
    reply_.done_at = now();
    stage_->ended(shared_from_this(), cancelled);
    observer->on_done(std::move(reply_), std::move(error));
}

void FakeTransport::Stage::start_thread() {
    thread_ = std::thread([self = shared_from_this()] { self->run(); });
}

void FakeTransport::Stage::run() {
    const TransportThread mark;
    std::unique_lock lock(mutex);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !due_.empty(); });
        if (stopping_) break;
        const std::shared_ptr<Exchange> exchange = std::move(due_.front());
        due_.pop_front();
        exchange->due.store(false);
        lock.unlock();
        if (exchange->step()) wake(exchange);
        lock.lock();
    }
    lock.unlock();
    end_all();
}

void FakeTransport::Stage::end_all() {
    std::set<std::shared_ptr<Exchange>> left;
    {
        const std::lock_guard lock(mutex);
        left = open;
        due_.clear();
    }
    for (const auto& exchange : left) {
        exchange->end(Error{.kind = ErrorKind::cancelled, .message = "the client was closed"});
    }
}

void FakeTransport::Stage::stop() {
    std::thread thread;
    {
        const std::lock_guard lock(mutex);
        stopping_ = true;
        thread.swap(thread_);
    }
    changed_.notify_all();
    if (!thread.joinable()) return;
    if (thread.get_id() == std::this_thread::get_id()) {
        thread.detach();  // it ends once the callback that closed us has returned
    } else {
        thread.join();
    }
}

bool FakeTransport::Stage::begin(const std::shared_ptr<Exchange>& exchange) {
    {
        const std::lock_guard lock(mutex);
        if (stopping_) return false;
        requests.push_back(exchange->request());
        open.insert(exchange);
    }
    wake(exchange);
    return true;
}

void FakeTransport::Stage::wake(std::shared_ptr<Exchange> exchange) {
    {
        const std::lock_guard lock(mutex);
        if (stopping_ || exchange->due.exchange(true)) return;
        due_.push_back(std::move(exchange));
    }
    changed_.notify_one();
}

void FakeTransport::Stage::ended(const std::shared_ptr<Exchange>& exchange, bool was_cancelled) {
    const std::lock_guard lock(mutex);
    open.erase(exchange);
    if (was_cancelled) ++cancelled;
}

CannedAnswer FakeTransport::Stage::answer_for(const FakeRequest& request) {
    Handler ask;
    {
        const std::lock_guard lock(mutex);
        ask = handler;
    }
    if (ask) {
        try {
            if (auto answer = ask(request)) return *std::move(answer);
        } catch (...) {
            return Error{.kind = ErrorKind::config,
                         .message = "the handler of FakeTransport threw an exception"};
        }
    }
    const std::lock_guard lock(mutex);
    const auto found =
        answers.find(std::string_view(request.path).substr(0, request.path.find('?')));
    if (found == answers.end()) {
        return Error{.kind = ErrorKind::config,
                     .message = "FakeTransport has no answer for " + request.path};
    }
    CannedAnswer answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return answer;
}

void FakeTransport::Stage::add(std::string path, CannedAnswer answer) {
    const std::lock_guard lock(mutex);
    answers[std::move(path)].push_back(std::move(answer));
}

FakeTransport::FakeTransport() : stage_(std::make_shared<Stage>()) {
    stage_->start_thread();
}

FakeTransport::~FakeTransport() {
    stage_->stop();
}

std::shared_ptr<FakeTransport> FakeTransport::make() {
    return std::shared_ptr<FakeTransport>(new FakeTransport());
}

void FakeTransport::reply(std::string path, CannedReply reply) {
    stage_->add(std::move(path), std::move(reply));
}

void FakeTransport::stream(std::string path, CannedStream stream) {
    stage_->add(std::move(path), std::move(stream));
}

void FakeTransport::fail(std::string path, Error error) {
    stage_->add(std::move(path), std::move(error));
}

void FakeTransport::on_request(Handler handler) {
    const std::lock_guard lock(stage_->mutex);
    stage_->handler = std::move(handler);
}

void FakeTransport::set_healthy(std::size_t endpoint, bool healthy) {
    const std::lock_guard lock(stage_->mutex);
    if (healthy) {
        stage_->unhealthy.erase(endpoint);
    } else {
        stage_->unhealthy.insert(endpoint);
    }
}

std::vector<FakeRequest> FakeTransport::requests() const {
    const std::lock_guard lock(stage_->mutex);
    return stage_->requests;
}

std::size_t FakeTransport::cancelled_count() const {
    const std::lock_guard lock(stage_->mutex);
    return stage_->cancelled;
}

std::size_t FakeTransport::open_count() const {
    const std::lock_guard lock(stage_->mutex);
    return stage_->open.size();
}

std::shared_ptr<HttpExchange> FakeTransport::start(HttpRequest request,
                                                   std::shared_ptr<HttpObserver> observer) {
    const std::string id = request.request_id;
    auto exchange = std::make_shared<Exchange>(stage_, std::move(request), std::move(observer));
    if (!stage_->begin(exchange)) exchange->end(closed_error(id));
    return exchange;
}

bool FakeTransport::endpoint_healthy(std::size_t endpoint) const {
    const std::lock_guard lock(stage_->mutex);
    return !stage_->unhealthy.contains(endpoint);
}

void FakeTransport::close() {
    stage_->stop();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing

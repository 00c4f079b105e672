// SPDX-License-Identifier: Apache-2.0
#include "transport/health_check.h"

#include <string>
#include <utility>

#include "transport/reactor.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

/// Outlives the check it reports to when the reactor shuts down first.
class HealthCheck::Answer final : public HttpObserver {
 public:
    explicit Answer(HealthCheck& check) : check_(&check) {}
    void forget() noexcept { check_ = nullptr; }

    void on_head(const HttpReply&) override {}
    [[nodiscard]] bool on_data(std::string_view) override { return true; }
    void on_done(HttpReply reply, std::optional<Error> error) override {
        if (check_) check_->answered(!error && reply.status >= 200 && reply.status < 300);
    }

 private:
    HealthCheck* check_;  // reset by its destructor; both live on the reactor's thread
};

HealthCheck::HealthCheck(Reactor& reactor, Pool& pool) : reactor_(reactor), pool_(pool) {}

HealthCheck::~HealthCheck() {
    reactor_.timers().remove(*this);
    if (answer_) answer_->forget();
}

void HealthCheck::begin() {
    reactor_.timers().set(*this, reactor_.now() + reactor_.settings().health.interval);
}

void HealthCheck::on_due(runtime::TimePoint) {
    begin();
    if (answer_ || !pool_.is_quiet()) return;
    const HealthOptions& options = reactor_.settings().health;
    HttpRequest request;
    request.endpoint = pool_.index();
    request.method = HttpMethod::get;
    request.path = pool_.address().health_path;
    request.timeouts = {.connect = options.timeout,
                        .first_byte = options.timeout,
                        .first_token = {},
                        .between_events = options.timeout,
                        .total = options.timeout};
    answer_ = std::make_shared<Answer>(*this);
    const auto transfer =
        std::make_shared<Transfer>(reactor_.shared_from_this(), pool_, std::move(request), answer_);
    transfer->begin(reactor_.now());
}

void HealthCheck::answered(bool healthy) {
    answer_.reset();
    const bool was_healthy = pool_.healthy();
    pool_.counters().healthy.store(healthy, std::memory_order_relaxed);
    if (healthy == was_healthy) return;
    const Settings& settings = reactor_.settings();
    if (settings.log) {
        settings.log(LogLevel::warning,
                     "endpoint " + pool_.address().name + (healthy ? " is up again" : " is down"));
    }
    pool_.emit(healthy ? Event::Kind::endpoint_up : Event::Kind::endpoint_down);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "transport/poller.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

class CurlPoller final : public Poller {
 public:
    explicit CurlPoller(CURLM* multi) : multi_(multi) {}

    void kick() override { perform(); }
    void wait(std::chrono::nanoseconds limit) override {
        constexpr auto longest = std::chrono::milliseconds(60'000);
        auto wait_for = std::chrono::ceil<std::chrono::milliseconds>(limit);
        if (limit < std::chrono::nanoseconds::zero() || wait_for > longest) wait_for = longest;
        curl_multi_poll(multi_, nullptr, 0, static_cast<int>(wait_for.count()), nullptr);
        perform();
    }
    void wake() noexcept override { curl_multi_wakeup(multi_); }
    void forget(curl_socket_t) noexcept override {}

 private:
    void perform() {
        int running = 0;
        curl_multi_perform(multi_, &running);
    }

    CURLM* const multi_;  // owned by the reactor, which outlives this
};

}  // namespace

Result<std::unique_ptr<Poller>> make_curl_poller(CURLM* multi) {
    return std::unique_ptr<Poller>(std::make_unique<CurlPoller>(multi));
}

Result<std::unique_ptr<Poller>> make_poller(PollerKind kind, CURLM* multi) {
    switch (kind) {
        case PollerKind::curl_poll: return make_curl_poller(multi);
        case PollerKind::epoll: return make_epoll_poller(multi);
        case PollerKind::automatic: break;
    }
#ifdef __linux__
    return make_epoll_poller(multi);
#else
    return make_curl_poller(multi);
#endif
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>

#include "request/request.h"
#include "vllm_client/dialect.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline {

/// What is known of the servers behind the endpoints. Thread-safe. Asking about an endpoint that
/// needs nothing costs one load.
class EndpointDialects {
 public:
    /// One identity per endpoint; `automatic` where nothing is known.
    explicit EndpointDialects(std::span<const ServerIdentity> identities);

    /// True if requests to the endpoint must be rewritten.
    [[nodiscard]] bool must_adapt(std::size_t endpoint) const noexcept {
        return entries_[endpoint].must_adapt.load(std::memory_order_relaxed);
    }
    [[nodiscard]] ServerIdentity find(std::size_t endpoint) const;
    void remember(std::size_t endpoint, ServerIdentity identity);

    /// `request` as the server behind the endpoint wants it, or an `unsupported` error.
    [[nodiscard]] Result<request::Request> adapt(const request::Request& request,
                                                 std::size_t endpoint) const;

 private:
    struct Entry {
        std::atomic<bool> must_adapt{false};
        ServerIdentity identity{};  // guarded by mutex_
    };

    mutable std::mutex mutex_;
    std::deque<Entry> entries_;  // never grows after the constructor
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::pipeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "testing/sim_http.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Reads one HTTP/1 request from bytes that come in pieces; hides the HTTP library.
class RequestParser {
 public:
    RequestParser();
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Reads on, and says how many bytes it used. Bytes it did not use must come again, with more
    /// behind them, or belong to the next request.
    [[nodiscard]] std::size_t put(std::string_view bytes);

    [[nodiscard]] bool done() const noexcept;    ///< The request is complete.
    [[nodiscard]] bool failed() const noexcept;  ///< This is not HTTP.
    /// The head is complete and asks for leave to send the body. True once.
    [[nodiscard]] bool wants_continue() noexcept;
    /// The request, once done.
    [[nodiscard]] HttpRequest take();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

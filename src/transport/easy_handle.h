// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <array>
#include <string>
#include <vector>

#include "transport/curl_handles.h"
#include "transport/settings.h"
#include "vllm_client/transport.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {

class Pool;
class Transfer;

/// A libcurl easy handle set up for one endpoint, used for one exchange after the other. What does
/// not change between exchanges is set once. The address must not change while libcurl knows it.
class EasyHandle {
 public:
    /// `resource` error if libcurl has no memory; `config` if it refuses an option.
    [[nodiscard]] static Result<std::unique_ptr<EasyHandle>> make(Pool& pool);

    EasyHandle(const EasyHandle&) = delete;
    EasyHandle& operator=(const EasyHandle&) = delete;

    /// Sets what `transfer` needs; the handle then acts for it until release().
    [[nodiscard]] Result<void> prepare(Transfer& transfer);
    /// Forgets the transfer. The handle must be out of the multi handle.
    void release() noexcept;

    [[nodiscard]] CURL* get() const noexcept { return curl_.get(); }
    [[nodiscard]] const char* error_text() const noexcept { return error_text_.data(); }
    [[nodiscard]] Transfer* transfer() const noexcept { return transfer_; }
    [[nodiscard]] Pool& pool() const noexcept { return pool_; }

    /// True if the last connection attempt found no descriptor.
    [[nodiscard]] bool out_of_descriptors() const noexcept { return out_of_descriptors_; }
    void note_out_of_descriptors() noexcept { out_of_descriptors_ = true; }
    /// Sockets opened for the current connection attempt that are not yet known to be connected.
    [[nodiscard]] std::vector<curl_socket_t>& pending_sockets() noexcept {
        return pending_sockets_;
    }

 private:
    explicit EasyHandle(Pool& pool);
    void set_fixed_options();
    void set_tls_options(const Settings& settings);
    void set_proxy_options(const Settings& settings);
    void set_callbacks();
    void set_url(const std::string& path);
    void set_method(HttpMethod method);
    void set_headers(const HttpRequest& request);
    template <class T>
    void set(CURLoption option, T value, const char* name);

    Pool& pool_;   // outlives its handles
    CurlUrl url_;  // parsed once per path; libcurl copies it for each exchange
    CurlEasy curl_;
    std::string refused_option_;   // first option libcurl refused, empty if none
    Transfer* transfer_{nullptr};  // not owned; null between exchanges
    std::string path_;             // what the handle is set to, to set only what differs
    int method_{-1};
    bool fresh_connect_{false};
    bool out_of_descriptors_{false};
    long max_age_{-1};
    long connect_timeout_{-1};
    std::vector<curl_slist> header_nodes_;
    std::vector<curl_socket_t> pending_sockets_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "api/fake_client.h"
#include "c_api/boundary.h"

namespace vllm_client::c_api {

inline constexpr const char* hello = R"({"messages":[{"role":"user","content":"Hello"}]})";

struct Free {
    void operator()(void* memory) const { vllm_client_free(memory); }
    void operator()(vllm_client_error* error) const { vllm_client_error_free(error); }
    void operator()(vllm_client_handle* client) const { vllm_client_destroy(client); }
    void operator()(vllm_client_call* call) const { vllm_client_call_free(call); }
};
using OwnedText = std::unique_ptr<char, Free>;
using OwnedClient = std::unique_ptr<vllm_client_handle, Free>;
using OwnedCall = std::unique_ptr<vllm_client_call, Free>;

/// An error that C would own.
class CError {
 public:
    CError() = default;
    ~CError() { vllm_client_error_free(error_); }
    CError(const CError&) = delete;
    CError& operator=(const CError&) = delete;

    [[nodiscard]] vllm_client_error** place() { return &error_; }
    [[nodiscard]] const vllm_client_error* get() const { return error_; }
    [[nodiscard]] std::string kind() const { return vllm_client_error_kind(error_); }
    [[nodiscard]] std::string message() const { return vllm_client_error_message(error_); }

 private:
    vllm_client_error* error_{nullptr};
};

/// A C handle in front of a FakeTransport.
struct CClient {
    explicit CClient(ClientOptions options = {}) : fake(std::move(options)), handle{fake.client} {}

    api::FakeClient fake;
    vllm_client_handle handle;
};

}  // namespace vllm_client::c_api

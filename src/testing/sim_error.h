// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// vLLM's error object.
struct ApiError {
    int status{400};
    std::string type{"BadRequestError"};
    std::string message{};
    std::optional<std::string> param{};
};

/// How a request is refused while it is being read; caught where routes are dispatched.
class ApiFailure : public std::exception {
 public:
    explicit ApiFailure(ApiError error) : error_(std::move(error)) {}
    [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }
    [[nodiscard]] const ApiError& error() const noexcept { return error_; }

 private:
    ApiError error_;
};

/// A semantic error without a field.
[[nodiscard]] ApiError bad_request(std::string message);

/// A semantic error of the field `parameter`; the message ends as vLLM's do, with the value if it
/// is not empty.
[[nodiscard]] ApiError bad_parameter(std::string message, std::string_view parameter,
                                     std::string_view value = {});

[[nodiscard]] ApiError internal_error();
[[nodiscard]] ApiError queue_full();
[[nodiscard]] ApiError token_queue_full();

/// An error with any status, of the type that vLLM gives it.
[[nodiscard]] ApiError error_of_status(int status);

/// Throws ApiFailure if the fault is a status.
void check_status_fault(const SimFault& fault);

/// The body of an HTTP error.
[[nodiscard]] std::string error_body(const ApiError& error);

/// The event inside a stream that has begun: same object, in Python's own spelling.
[[nodiscard]] std::string error_event(const ApiError& error);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

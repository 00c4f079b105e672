// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "vllm_client/c_api.h"
#include "vllm_client/result.h"
#include "vllm_client/vllm_client.h"

// What stands between C and the client: the structs behind C's handles, and the way from a Result
// to a return value and an error. NOLINTBEGIN(readability-identifier-naming): C's names
struct vllm_client_handle {
    vllm_client::VllmClient client;
};

struct vllm_client_error {
    vllm_client::Error error;
    std::string text;  // of the whole error
};
// NOLINTEND(readability-identifier-naming)

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

/// "`what` `problem`".
[[nodiscard]] Error wrong_argument(std::string_view what, std::string_view problem);

/// Stores `error` where the caller wants it, if it does.
void store_error(vllm_client_error** place, Error error) noexcept;
/// Stores the exception being handled.
void store_exception(vllm_client_error** place) noexcept;

/// An owned copy for C, with a NUL behind it. Throws std::bad_alloc.
[[nodiscard]] char* text_copy(std::string_view text);

/// Text from C; NULL reads as empty.
[[nodiscard]] inline std::string optional_text(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

/// `work()` gives a Result of what C gets; `failed` is what it gets otherwise.
template <class T, class F>
[[nodiscard]] T at_boundary(vllm_client_error** error, T failed, F&& work) noexcept {
    if (error != nullptr) *error = nullptr;
    try {
        Result<T> result = work();
        if (result) return *result;
        store_error(error, std::move(result).error());
    } catch (...) {
        store_exception(error);
    }
    return failed;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api

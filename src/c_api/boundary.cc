// SPDX-License-Identifier: Apache-2.0
#include "c_api/boundary.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include "c_api/out_of_memory.h"
#include "transport/config_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

Error wrong_argument(std::string_view what, std::string_view problem) {
    return transport::config_error(what, problem);
}

void store_error(vllm_client_error** place, Error error) noexcept {
    if (place == nullptr) return;
    try {
        std::string text = error.to_string();
        *place = new vllm_client_error{std::move(error), std::move(text)};
    } catch (...) {
        *place = out_of_memory();
    }
}

void store_exception(vllm_client_error** place) noexcept {
    if (place == nullptr) return;
    try {
        throw;
    } catch (const std::bad_alloc&) {
        *place = out_of_memory();
    } catch (const std::exception& exception) {
        try {
            store_error(place, Error{.kind = ErrorKind::resource, .message = exception.what()});
        } catch (...) {
            *place = out_of_memory();
        }
    } catch (...) {
        store_error(place, Error{.kind = ErrorKind::config, .message = "a callback threw"});
    }
}

char* text_copy(std::string_view text) {
    auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (copy == nullptr) throw std::bad_alloc();
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    return copy;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api

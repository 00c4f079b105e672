// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "testing/sim_http.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A form that came as `multipart/form-data`.
struct FormData {
    /// Plain fields by name, as texts; of a name that ends in `[]`, a list of texts.
    nlohmann::json fields = nlohmann::json::object();
    /// The content of the part `file` that has a file name.
    std::optional<std::string> file{};
};

/// Throws ApiFailure if the body is no such form.
[[nodiscard]] FormData read_form(const HttpRequest& request);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

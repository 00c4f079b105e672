// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "testing/sim_http.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The body is no text at all; no content coding is understood, so a compressed one is one of
/// these.
class UnreadableBody : public std::exception {};

/// The object in the body of a request. Throws ApiFailure or UnreadableBody.
[[nodiscard]] nlohmann::json read_body(const HttpRequest& request);

/// The id of a request: its header's, its body's, or a new one.
[[nodiscard]] std::string request_id_of(Workplace& place, const HttpRequest& request,
                                        const nlohmann::json& body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "testing/sim_generation_request.h"
#include "testing/sim_response_store.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A request for `/v1/responses` that has been read, checked and defaulted.
struct ResponsesRequest {
    GenerationRequest generation{};
    /// With everything but id, times, output and status.
    std::shared_ptr<ResponseRecord> record{};
    bool background{false};
    bool store{false};
};

/// Throws ApiFailure. `stored` is asked for the response that this one goes on from.
[[nodiscard]] ResponsesRequest read_responses_request(const nlohmann::json& body,
                                                      const ServerState& server,
                                                      const ResponseStore& stored);

/// There is no response of that id.
[[nodiscard]] ApiError response_not_found(std::string_view id);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

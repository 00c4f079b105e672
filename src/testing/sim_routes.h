// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_http.h"
#include "testing/sim_route.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Answers a request whose route has been looked for: into the sink at once, or later by the call
/// that is returned, which must then be kept until its answer is complete.
[[nodiscard]] std::unique_ptr<Call> dispatch(Workplace& place, const HttpRequest& request,
                                             const RouteMatch& match, ResponseSink& sink);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

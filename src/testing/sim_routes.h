// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "testing/sim_http.h"
#include "testing/sim_metrics.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The route of a path, for counting; Route::none if there is none or its family is not served.
[[nodiscard]] Route route_of(std::string_view path, const SimOptions& options);

/// Answers a request: into the sink at once, or later by the call that is returned, which must then
/// be kept until its answer is complete.
[[nodiscard]] std::unique_ptr<Call> dispatch(Workplace& place, const HttpRequest& request,
                                             ResponseSink& sink);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testing/sim_choice.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The object `metrics` of a finished sequence (--enable-per-request-metrics). A stream leaves out
/// what is null.
void append_request_metrics(std::string& out, const Choice& choice, bool stream);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_dialect.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

void fail_as_openai(const GenerationRequest& request, const ApiError& error, ResponseSink& sink) {
    if (!request.stream) {
        sink.reply(error.status, "application/json", error_body(error));
        return;
    }
    sink.write_event(error_event(error));
    sink.write_event(done_event);
    sink.close_stream();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

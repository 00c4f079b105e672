// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_request_metrics.h"

#include <algorithm>

#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

double milliseconds(Monotonic::duration time) {
    return std::max(0.0, Seconds(time).count() * 1000);
}

}  // namespace

void append_request_metrics(std::string& out, const Choice& choice, bool stream) {
    const double first = milliseconds(choice.first_token - choice.scheduled);
    const double generation = milliseconds(choice.last_token - choice.first_token);
    const std::uint32_t count = choice.generated();
    out += R"({"time_to_first_token_ms":)";
    append_number(out, first);
    out += R"(,"generation_time_ms":)";
    append_number(out, generation);
    out += R"(,"queue_time_ms":)";
    append_number(out, milliseconds(choice.scheduled - choice.arrived));
    if (count > 1) {
        out += R"(,"mean_itl_ms":)";
        append_number(out, generation / (count - 1));
    } else if (!stream) {
        out += R"(,"mean_itl_ms":null)";
    }
    if (first + generation > 0) {
        out += R"(,"tokens_per_second":)";
        append_number(out, 1000.0 * count / (first + generation));
    } else if (!stream) {
        out += R"(,"tokens_per_second":null)";
    }
    out += stream ? "}" : R"(,"speculative_decoding":null})";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_state.h"

#include "testing/sim_error.h"
#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

std::string Workplace::new_id() {
    return hex16(mixed(id_seed + ids++));
}

SimFault Workplace::fault_of(std::string_view path, std::string_view model, std::string_view id,
                             bool stream) {
    const std::uint64_t number = ordinal++;
    if (!options().fault) return {};
    return options().fault({path, model, id, stream, number});
}

void Workplace::check_admission(std::uint64_t sequences) {
    publish_queue();
    std::uint64_t in_flight = 0;
    std::uint64_t queued_tokens = 0;
    for (const ShardMetrics* const shard : server.metrics) {
        in_flight += shard->running.get() + shard->waiting.get();
        queued_tokens += shard->queued_tokens.get();
    }
    const auto most = static_cast<std::uint64_t>(options().max_num_queued_reqs);
    if (most > 0 && in_flight + sequences > most) {
        metrics.rejected_requests.add();
        throw ApiFailure(queue_full());
    }
    const auto most_tokens = static_cast<std::uint64_t>(options().max_num_queued_tokens);
    if (most_tokens > 0 && queued_tokens >= most_tokens) {
        metrics.rejected_tokens.add();
        throw ApiFailure(token_queue_full());
    }
}

void Workplace::publish_queue() noexcept {
    metrics.running.set(engine.running());
    metrics.waiting.set(engine.waiting());
    metrics.queued_tokens.set(engine.queued_tokens());
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

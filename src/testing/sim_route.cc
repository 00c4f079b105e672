// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_route.h"

#include <algorithm>

#include "testing/sim_admin_routes.h"
#include "testing/sim_audio_routes.h"
#include "testing/sim_batch_route.h"
#include "testing/sim_cohere_embed_route.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_invocations_route.h"
#include "testing/sim_lora_routes.h"
#include "testing/sim_messages_routes.h"
#include "testing/sim_pooling_routes.h"
#include "testing/sim_responses_routes.h"
#include "testing/sim_scale_out_routes.h"
#include "testing/sim_score_routes.h"
#include "testing/sim_scoring_route.h"
#include "testing/sim_server_routes.h"
#include "testing/sim_token_routes.h"
#include "testing/sim_weight_routes.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

bool serves(const SimOptions& options, std::string_view task) {
    return std::find(options.tasks.begin(), options.tasks.end(), task) != options.tasks.end();
}
bool generates(const SimOptions& options) {
    return serves(options, "generate");
}
bool embeds(const SimOptions& options) {
    return serves(options, "embed");
}
bool transcribes(const SimOptions& options) {
    return serves(options, "transcription");
}
bool has_dev_mode(const SimOptions& options) {
    return options.dev_mode;
}
bool may_load_lora(const SimOptions& options) {
    return options.allow_runtime_lora;
}
bool has_profiler(const SimOptions& options) {
    return options.profiler;
}
bool tells_tokenizer(const SimOptions& options) {
    return options.tokenizer_info;
}
bool classifies(const SimOptions& options) {
    return serves(options, "classify");
}
bool pools(const SimOptions& options) {
    return embeds(options) || classifies(options) || serves(options, "token_embed") ||
           serves(options, "token_classify");
}
bool scores(const SimOptions& options) {
    return embeds(options) || serves(options, "token_embed") ||
           (classifies(options) && options.labels.size() == 1);
}

constexpr std::uint8_t get = method_get;
constexpr std::uint8_t post = method_post;

constexpr RouteRow rows[] = {
    {"/v1/chat/completions", post, generates, answer_chat},
    {"/v1/completions", post, generates, answer_completion},
    {"/v1/embeddings", post, embeds, answer_embeddings},

    {"/health", get, nullptr, answer_health, false},
    {"/ping", get | post, nullptr, answer_health, false},
    {"/version", get, nullptr, answer_version, false},
    {"/metrics", get, nullptr, answer_metrics, false},
    {"/load", get, nullptr, answer_load, false},
    {"/v1/models", get, nullptr, answer_models},
    {"/tokenize", post, nullptr, answer_tokenize},
    {"/detokenize", post, nullptr, answer_detokenize},

    {"/tokenizer_info", get, tells_tokenizer, answer_tokenizer_info},
    {"/invocations", post, nullptr, answer_invocations},
    {"/kv_event_sources", get, nullptr, answer_kv_event_sources},

    {"/v1/chat/completions/batch", post, generates, answer_chat_batch},
    {"/v1/responses", post, generates, answer_responses},
    {"/v1/messages", post, generates, answer_messages},
    {"/v1/messages/count_tokens", post, generates, answer_count_tokens},
    {"/generative_scoring", post, generates, answer_generative_scoring},
    {"/is_scaling_elastic_ep", post, generates, answer_is_scaling},
    {"/scale_elastic_ep", post, generates, answer_scale},

    {"/inference/v1/generate", post, generates, answer_generate},
    {"/inference/v1/abort_requests", post, generates, answer_inference_abort},
    {"/v1/chat/completions/render", post, generates, answer_render},
    {"/v1/completions/render", post, generates, answer_render},
    {"/v1/responses/render", post, generates, answer_unserved},
    {"/v1/messages/render", post, generates, answer_unserved},
    {"/v1/chat/completions/derender", post, generates, answer_unserved},
    {"/v1/completions/derender", post, generates, answer_unserved},

    {"/v1/responses/{}", get, generates, answer_retrieve_response},
    {"/v1/responses/{}/cancel", post, generates, answer_cancel_response},

    {"/pooling", post, pools, answer_pooling},
    {"/classify", post, classifies, answer_classify},
    {"/score", post, scores, answer_score},
    {"/v1/score", post, scores, answer_score},
    {"/rerank", post, scores, answer_rerank},
    {"/v1/rerank", post, scores, answer_rerank},
    {"/v2/rerank", post, scores, answer_rerank},
    {"/v2/embed", post, embeds, answer_cohere_embed},

    {"/v1/audio/transcriptions", post, transcribes, answer_transcription},
    {"/v1/audio/translations", post, transcribes, answer_translation},

    {"/v1/load_lora_adapter", post, may_load_lora, answer_load_lora},
    {"/v1/unload_lora_adapter", post, may_load_lora, answer_unload_lora},
    {"/adapters", post, may_load_lora, answer_add_adapter},
    {"/adapters/{}", method_delete, may_load_lora, answer_remove_adapter},
    {"/start_profile", post, has_profiler, answer_start_profile},
    {"/stop_profile", post, has_profiler, answer_stop_profile},

    {"/sleep", post, has_dev_mode, answer_sleep},
    {"/wake_up", post, has_dev_mode, answer_wake_up},
    {"/is_sleeping", get, has_dev_mode, answer_is_sleeping},
    {"/release_kv_cache_memory", post, has_dev_mode, answer_release_kv_cache},
    {"/pause", post, has_dev_mode, answer_pause},
    {"/resume", post, has_dev_mode, answer_resume},
    {"/is_paused", get, has_dev_mode, answer_is_paused},
    {"/abort_requests", post, has_dev_mode, answer_abort_requests},
    {"/reset_prefix_cache", post, has_dev_mode, answer_reset_prefix_cache},
    {"/reset_mm_cache", post, has_dev_mode, answer_nothing},
    {"/reset_encoder_cache", post, has_dev_mode, answer_nothing},
    {"/server_info", get, has_dev_mode, answer_server_info},
    {"/collective_rpc", post, has_dev_mode, answer_collective_rpc},
    {"/init_weight_transfer_engine", post, has_dev_mode, answer_init_transfer},
    {"/shutdown_weight_transfer_engine", post, has_dev_mode, answer_weight_step},
    {"/start_weight_update", post, has_dev_mode, answer_weight_step},
    {"/start_draft_weight_update", post, has_dev_mode, answer_weight_step},
    {"/update_weights", post, has_dev_mode, answer_update_weights},
    {"/finish_weight_update", post, has_dev_mode, answer_weight_step},
    {"/update_weight_version", post, has_dev_mode, answer_update_version},
    {"/weight_info", get, has_dev_mode, answer_weight_info},
    {"/weight_checker", post, has_dev_mode, answer_weight_checker},
    {"/get_world_size", get, has_dev_mode, answer_world_size},
};

// The text that stands for `{}` in `pattern`; no data if the path is another one.
std::string_view text_in_place(std::string_view pattern, std::string_view path) noexcept {
    const std::size_t open = pattern.find("{}");
    if (open == std::string_view::npos) return {};
    const std::string_view before = pattern.substr(0, open);
    const std::string_view after = pattern.substr(open + 2);
    if (path.size() <= before.size() + after.size()) return {};
    if (!path.starts_with(before) || !path.ends_with(after)) return {};
    path = path.substr(before.size(), path.size() - before.size() - after.size());
    return path.find('/') == std::string_view::npos ? path : std::string_view();
}

}  // namespace

std::span<const RouteRow> route_table() noexcept {
    return rows;
}

std::size_t no_route() noexcept {
    return std::size(rows);
}

RouteMatch find_route(std::string_view path, const SimOptions& options) noexcept {
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        const RouteRow& row = rows[i];
        const std::string_view name =
            path == row.path ? std::string_view() : text_in_place(row.path, path);
        if (path != row.path && name.data() == nullptr) continue;
        if (row.mounted != nullptr && !row.mounted(options)) break;
        return {i, name};
    }
    return {no_route(), {}};
}

std::string_view path_of(std::size_t route) noexcept {
    return route < std::size(rows) ? rows[route].path : "none";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "wire/requirement.h"

#include <algorithm>
#include <iterator>

#include "wire/error_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view dev_mode =
    "needs a vLLM started with VLLM_SERVER_DEV_MODE=1 in its environment";
constexpr std::string_view any_vllm = "is no vLLM-style server, or one too old for this";
constexpr std::string_view generation = "needs a vLLM that serves a generation model";
constexpr std::string_view pooling =
    "needs a vLLM that serves a model for it with --runner pooling (see --convert too)";
constexpr std::string_view speech = "needs a vLLM that serves a speech model, e.g. Whisper";
constexpr std::string_view lora =
    "needs a vLLM started with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1";
constexpr std::string_view profiler = "needs a vLLM started with --profiler-config";
constexpr std::string_view fault_tolerance = "needs a vLLM started with --enable-fault-tolerance";
constexpr std::string_view scale_out =
    "needs a vLLM started with --enable-scale-out or --tokens-only";

struct Requirement {
    std::string_view operation;
    std::string_view text;
};

constexpr Requirement requirements[] = {
    {"chat", generation},
    {"chat_batch", generation},
    {"completion", generation},
    {"response", generation},
    {"response_retrieve", generation},
    {"response_cancel", generation},
    {"message", generation},
    {"message_count_tokens", generation},
    {"generative_scoring", generation},
    {"scale_elastic_ep", generation},
    {"is_scaling_elastic_ep", generation},
    {"generate", scale_out},
    {"embedding", pooling},
    {"embed_by_type", pooling},
    {"pooling", pooling},
    {"classify", pooling},
    {"score", pooling},
    {"rerank", pooling},
    {"transcription", speech},
    {"translation", speech},
    {"realtime",
     "needs a vLLM that serves a speech model for realtime use, e.g. Voxtral Mini Realtime"},
    {"models", any_vllm},
    {"version", any_vllm},
    {"health", any_vllm},
    {"load", any_vllm},
    {"metrics", any_vllm},
    {"tokenize", any_vllm},
    {"detokenize", any_vllm},
    {"kv_event_sources", any_vllm},
    {"tokenizer_info", "needs a vLLM started with --enable-tokenizer-info-endpoint"},
    {"lora_load", lora},
    {"lora_unload", lora},
    {"sleep", dev_mode},
    {"wake_up", dev_mode},
    {"is_sleeping", dev_mode},
    {"pause", dev_mode},
    {"resume", dev_mode},
    {"is_paused", dev_mode},
    {"reset_prefix_cache", dev_mode},
    {"reset_mm_cache", dev_mode},
    {"reset_encoder_cache", dev_mode},
    {"release_kv_cache_memory", dev_mode},
    {"abort_requests", dev_mode},
    {"server_info", dev_mode},
    {"collective_rpc", dev_mode},
    {"weight_info", dev_mode},
    {"get_world_size", dev_mode},
    {"init_weight_transfer_engine", dev_mode},
    {"start_weight_update", dev_mode},
    {"start_draft_weight_update", dev_mode},
    {"update_weights", dev_mode},
    {"finish_weight_update", dev_mode},
    {"update_weight_version", dev_mode},
    {"shutdown_weight_transfer_engine", dev_mode},
    {"weight_checker", dev_mode},
    {"start_profile", profiler},
    {"stop_profile", profiler},
    {"fault_tolerance/apply", fault_tolerance},
    {"fault_tolerance/status", fault_tolerance},
};

}  // namespace

bool is_unsupported(int status, std::string_view body) {
    if (status == 501 || is_unknown_route(status, body)) return true;
    if (status != 403) return false;
    const ServerError error = read_server_error(body);
    return error.message.starts_with("Scale-out endpoints are disabled");
}

std::string_view requirement_of(std::string_view operation) noexcept {
    const auto* const found = std::find_if(
        std::begin(requirements), std::end(requirements),
        [operation](const Requirement& entry) { return entry.operation == operation; });
    if (found != std::end(requirements)) return found->text;
    return "is not a vLLM-style server, or its model does not offer this task";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

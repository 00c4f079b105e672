// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

// The command that starts a vLLM server, for programs that bring their server along.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A LoRA adapter that a server offers from its start. Source: `--lora-modules`.
struct LoraModule {
    std::string name{};        ///< Required; the model name that requests use.
    std::string path{};        ///< Required; folder, or name on the model hub.
    std::string base_model{};  ///< Name of the model it belongs to, told in the list of models.
};

/// How to start a server. Unset members leave vLLM's own defaults. Names that only the server
/// knows (types, parsers, methods) are its to check. Source: `vllm serve --help=all` of vLLM 0.32.
struct ServerLaunch {
    std::string model{};                      ///< Required; folder, or name on the model hub.
    std::vector<std::string> served_names{};  ///< What requests call it; default: `model`.
    std::string program{"vllm"};              ///< Found in PATH, or a path.

    std::string host{};                  ///< Address to listen on; default: all.
    std::optional<std::int64_t> port{};  ///< 1…65535; vLLM's default is 8000.
    std::string unix_socket{};           ///< Path to listen on, instead of host and port.
    /// Asked for under `/v1`, `/v2` and `/inference`; other routes stay open. Handed over in the
    /// environment, since any user of a machine can read command lines.
    std::string api_key{};

    std::string dtype{};           ///< e.g. "auto", "bfloat16".
    std::string quantization{};    ///< e.g. "awq"; default: as the model says.
    std::string kv_cache_dtype{};  ///< e.g. "fp8".
    std::string runner{};          ///< "auto", "generate", "pooling" or "draft".
    std::string convert{};         ///< "auto", "none", "embed" or "classify".
    bool trust_remote_code{false};

    std::optional<std::int64_t> max_model_len{};  ///< Tokens, ≥ 1; −1: what fits into memory.
    std::optional<double> gpu_memory_utilization{};   ///< (0, 1].
    std::optional<std::int64_t> tensor_parallel{};    ///< ≥ 1.
    std::optional<std::int64_t> pipeline_parallel{};  ///< ≥ 1.
    std::optional<std::int64_t> data_parallel{};      ///< ≥ 1.

    std::optional<std::int64_t> max_num_seqs{};            ///< ≥ 1.
    std::optional<std::int64_t> max_num_batched_tokens{};  ///< ≥ 1.
    std::optional<bool> prefix_caching{};
    std::optional<bool> chunked_prefill{};
    std::string scheduling_policy{};  ///< "fcfs" or "priority".

    std::vector<LoraModule> lora_modules{};  ///< Switches LoRA on.
    std::optional<bool> enable_lora{};
    std::optional<std::int64_t> max_loras{};      ///< Adapters in one batch, ≥ 1.
    std::optional<std::int64_t> max_lora_rank{};  ///< ≥ 1.
    /// Lets clients load and unload adapters (Lora::load). Only where clients are trusted.
    bool runtime_lora_updating{false};

    std::string tool_call_parser{};  ///< e.g. "hermes"; also switches on `tool_choice: "auto"`.
    std::optional<bool> auto_tool_choice{};  ///< Default: on with a tool_call_parser.
    std::string reasoning_parser{};          ///< e.g. "qwen3".

    /// Offers the operator routes (Admin). Only where clients are trusted.
    bool dev_mode{false};
    std::vector<std::string> extra{};  ///< Further arguments, put last as they are.
};

/// What to run. The environment is to be added to the program's own.
struct ServerCommand {
    std::vector<std::string> arguments{};  ///< The program first, as for `execvp`.
    std::vector<std::pair<std::string, std::string>> environment{};  ///< Names and values.
    std::string url{};  ///< Where clients on this machine find it, for ClientOptions::endpoints.
};

/// The command of a launch. Pure: runs nothing, reads nothing. A member that cannot be right is a
/// `config` error naming it, e.g. "ServerLaunch.port must be from 1 to 65535".
[[nodiscard]] VLLM_CLIENT_EXPORT Result<ServerCommand> server_args_for(const ServerLaunch& launch);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

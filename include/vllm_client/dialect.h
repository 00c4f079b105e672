// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Whose version of the OpenAI-style protocol an endpoint speaks.
enum class Dialect : std::uint8_t {
    automatic,         ///< Not known: requests are sent as for a current vLLM.
    vllm,              ///< vLLM itself, of the version that ServerIdentity or the options name.
    sglang,            ///< SGLang.
    llama_cpp,         ///< The server of llama.cpp.
    tgi,               ///< Text Generation Inference.
    ollama,            ///< Ollama.
    nim,               ///< NVIDIA NIM.
    lmdeploy,          ///< LMDeploy.
    tensorrt_llm,      ///< `trtllm-serve` of TensorRT-LLM.
    production_stack,  ///< The router of the vLLM production stack.
    openai,            ///< None of these: an OpenAI-style server.
};

/// Name of a value as config files write it, e.g. "llama_cpp". Never empty; thread-safe.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view to_string(Dialect dialect) noexcept;

/// What VllmClient::identify() found behind an endpoint. A plain value.
struct ServerIdentity {
    Dialect dialect{Dialect::automatic};
    std::string version{};   ///< As the server writes it, e.g. "0.32.0"; empty if it does not say.
    std::string evidence{};  ///< What decided it, for people, e.g. `owned_by "sglang"`.

    friend bool operator==(const ServerIdentity&, const ServerIdentity&) = default;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

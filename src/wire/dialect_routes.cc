// SPDX-License-Identifier: Apache-2.0
#include "wire/dialect_routes.h"

#include <algorithm>
#include <iterator>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

struct Route {
    Dialect dialect;
    std::string_view operation;
    std::string_view path;
};

constexpr Route routes[] = {
    {Dialect::nim, "health", "/v1/health/ready"},
    {Dialect::nim, "version", "/v1/version"},
    {Dialect::nim, "metrics", "/v1/metrics"},
    {Dialect::ollama, "health", "/api/version"},
    {Dialect::ollama, "version", "/api/version"},
    {Dialect::llama_cpp, "version", "/props"},
    {Dialect::tgi, "version", "/info"},
    {Dialect::sglang, "version", "/server_info"},
    {Dialect::tensorrt_llm, "metrics", "/prometheus/metrics"},
    {Dialect::lmdeploy, "tokenize", "/v1/encode"},
};

}  // namespace

std::string_view dialect_path(Dialect dialect, std::string_view operation,
                              std::string_view path) noexcept {
    const auto* const found =
        std::find_if(std::begin(routes), std::end(routes), [&](const Route& route) {
            return route.dialect == dialect && route.operation == operation;
        });
    return found == std::end(routes) ? path : found->path;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

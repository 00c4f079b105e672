// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vllm_client/call.h"
#include "vllm_client/chat.h"
#include "vllm_client/completion.h"
#include "vllm_client/embedding.h"
#include "vllm_client/export.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/stream.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
class ToolLoop;
}  // namespace api

/// What a bound client fills in where a request leaves it open. Only what is set here is added: no
/// sampling default is invented.
struct Defaults {
    std::string model{};
    std::string
        system_prompt{};  ///< Put first, unless the conversation begins with a system message.
    std::optional<std::int64_t> max_tokens{};
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<std::int64_t> top_k{};
    std::optional<double> min_p{};
    std::optional<std::int64_t> seed{};
    std::optional<std::int64_t> n{};
    std::optional<bool> use_beam_search{};
    std::vector<std::string> stop{};
    CallOptions call{};  ///< Used where a call gives none of its own, member by member.
};

/// Ready sets of sampling defaults.
enum class SamplingPreset : std::uint8_t {
    server_default,  ///< Nothing: what the server and its model say.
    creative,        ///< `temperature` 0.9, `top_p` 0.95.
    precise,         ///< `temperature` 0.1, `top_p` 0.1.
    fast,            ///< `max_tokens` 50, `top_k` 10.
    beam,            ///< `use_beam_search`, `n` 3; vLLM refuses it for streams of completions.
};

/// `defaults` with the preset's values where it leaves them open:
/// `client.bind(preset(SamplingPreset::precise, {.model = "tiny"}))`.
[[nodiscard]] VLLM_CLIENT_EXPORT Defaults preset(SamplingPreset which, Defaults defaults = {});

/// A client bound to a model and defaults: `auto tiny = client.bind({.model = "tiny"});`.
/// Cheap to copy, thread-safe, and allowed to outlive the client it came from (calls then give
/// `closed`). The forms and errors are those of VllmClient.
class VLLM_CLIENT_EXPORT BoundClient {
 public:
    /// A chat of one user's message: `tiny("hi")->text()`.
    [[nodiscard]] Result<ChatReply> operator()(std::string text, CallOptions options = {}) const {
        return chat({.messages = {user(std::move(text))}}, std::move(options));
    }
    [[nodiscard]] Result<ChatReply> chat(ChatRequest request, CallOptions options = {}) const;
    [[nodiscard]] Call<ChatReply> chat_async(ChatRequest request, CallOptions options = {}) const;
    [[nodiscard]] ChatStream chat_stream(ChatRequest request, CallOptions options = {}) const;
    [[nodiscard]] Result<CompletionReply> complete(CompletionRequest request,
                                                   CallOptions options = {}) const;
    [[nodiscard]] Call<CompletionReply> complete_async(CompletionRequest request,
                                                       CallOptions options = {}) const;
    [[nodiscard]] CompletionStream complete_stream(CompletionRequest request,
                                                   CallOptions options = {}) const;
    [[nodiscard]] Result<EmbeddingReply> embed(EmbeddingRequest request,
                                               CallOptions options = {}) const;
    [[nodiscard]] Call<EmbeddingReply> embed_async(EmbeddingRequest request,
                                                   CallOptions options = {}) const;

    [[nodiscard]] const Defaults& defaults() const noexcept { return *defaults_; }

 private:
    friend class VllmClient;
    friend class api::ToolLoop;
    BoundClient(std::shared_ptr<api::ClientCore> core, Defaults defaults);

    std::shared_ptr<api::ClientCore> core_;
    std::shared_ptr<const Defaults> defaults_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

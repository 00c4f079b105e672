// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "vllm_client/bound_client.h"
#include "vllm_client/call.h"
#include "vllm_client/chat.h"
#include "vllm_client/completion.h"
#include "vllm_client/embedding.h"
#include "vllm_client/export.h"
#include "vllm_client/metrics.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/server.h"
#include "vllm_client/stream.h"
#include "vllm_client/tokens.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
class ClientLifetime;
}  // namespace api

// What the less common methods take and give stands in headers of their own, which whoever calls
// them includes: together they would double what including this one costs.
class Admin;                      // vllm_client/admin.h
class Audio;                      // vllm_client/audio.h
class Lora;                       // vllm_client/lora.h
class Messages;                   // vllm_client/messages.h
class Responses;                  // vllm_client/responses.h
struct ChatBatchRequest;          // vllm_client/chat_batch.h
struct ClassifyReply;             // vllm_client/classify.h
struct ClassifyRequest;           //
struct EmbedByTypeReply;          // vllm_client/embed_by_type.h
struct EmbedByTypeRequest;        //
class GenerateDelta;              // vllm_client/generate.h
struct GenerateReply;             //
struct GenerateRequest;           //
struct PoolingReply;              // vllm_client/pooling.h
struct PoolingRequest;            //
struct GenerativeScoringRequest;  // vllm_client/scoring.h
struct RerankReply;               //
struct RerankRequest;             //
struct ScoreReply;                //
struct ScoreRequest;              //

/// A client of one or several vLLM-style servers.
///
///     VllmClient client({.endpoints = {"http://localhost:8000"}});
///     auto reply = client.chat({.messages = {user("Why is the sky blue?")}});
///     for (auto& delta : client.chat_stream({.messages = {user("Tell me more")}}))
///         std::cout << delta.text();
///
/// Cost: making one starts a reactor thread and a small callback pool; make one and share it.
/// Copies are cheap and share everything. Connections are pooled per endpoint and kept. Threads:
/// every member may be called from any number of threads at once. Forms: `x` waits, `x_async`
/// returns a Call (future, callback, coroutine, cancel), `x_stream` streams. Errors: every call
/// gives a Result; nothing throws except the range form of streams and value(). Wrong options never
/// throw: the client is born failed, status() says why, each call returns that. End: when the last
/// copy goes, running requests end as `cancelled`, within a second. Calls, streams and bound
/// clients may outlive it. A moved-from client may only be assigned to or destroyed.
class VLLM_CLIENT_EXPORT VllmClient {
 public:
    explicit VllmClient(ClientOptions options = {});
    /// As the constructor, but gives the `config` error instead of a failed client.
    [[nodiscard]] static Result<VllmClient> create(ClientOptions options = {});

    VllmClient(const VllmClient&);
    VllmClient(VllmClient&&) noexcept;
    VllmClient& operator=(const VllmClient&);
    VllmClient& operator=(VllmClient&&) noexcept;
    ~VllmClient();

    /// Success, or why the client cannot be used.
    [[nodiscard]] Result<void> status() const;

    /// Chat. Source: `POST /v1/chat/completions`.
    [[nodiscard]] Result<ChatReply> chat(ChatRequest request, CallOptions options = {}) const;
    [[nodiscard]] Call<ChatReply> chat_async(ChatRequest request, CallOptions options = {}) const;
    [[nodiscard]] ChatStream chat_stream(ChatRequest request, CallOptions options = {}) const;

    /// Text completion. Source: `POST /v1/completions`.
    [[nodiscard]] Result<CompletionReply> complete(CompletionRequest request,
                                                   CallOptions options = {}) const;
    [[nodiscard]] Call<CompletionReply> complete_async(CompletionRequest request,
                                                       CallOptions options = {}) const;
    [[nodiscard]] CompletionStream complete_stream(CompletionRequest request,
                                                   CallOptions options = {}) const;

    /// Embeddings. Source: `POST /v1/embeddings`.
    [[nodiscard]] Result<EmbeddingReply> embed(EmbeddingRequest request,
                                               CallOptions options = {}) const;
    [[nodiscard]] Call<EmbeddingReply> embed_async(EmbeddingRequest request,
                                                   CallOptions options = {}) const;

    /// Text to token ids. Source: `POST /tokenize`.
    [[nodiscard]] Result<TokenizeReply> tokenize(TokenizeRequest request,
                                                 CallOptions options = {}) const;
    [[nodiscard]] Call<TokenizeReply> tokenize_async(TokenizeRequest request,
                                                     CallOptions options = {}) const;
    /// Token ids to text. Source: `POST /detokenize`.
    [[nodiscard]] Result<DetokenizeReply> detokenize(DetokenizeRequest request,
                                                     CallOptions options = {}) const;
    [[nodiscard]] Call<DetokenizeReply> detokenize_async(DetokenizeRequest request,
                                                         CallOptions options = {}) const;

    /// Pooling: vectors, rows of vectors, or a plugin's answer. Source: `POST /pooling`.
    [[nodiscard]] Result<PoolingReply> pool(PoolingRequest request, CallOptions options = {}) const;
    [[nodiscard]] Call<PoolingReply> pool_async(PoolingRequest request,
                                                CallOptions options = {}) const;
    /// Classes of texts. Source: `POST /classify`.
    [[nodiscard]] Result<ClassifyReply> classify(ClassifyRequest request,
                                                 CallOptions options = {}) const;
    [[nodiscard]] Call<ClassifyReply> classify_async(ClassifyRequest request,
                                                     CallOptions options = {}) const;
    /// Scores of pairs of texts. Source: `POST /v1/score`.
    [[nodiscard]] Result<ScoreReply> score(ScoreRequest request, CallOptions options = {}) const;
    [[nodiscard]] Call<ScoreReply> score_async(ScoreRequest request,
                                               CallOptions options = {}) const;
    /// Documents by their relevance to a query. Source: `POST /v1/rerank`.
    [[nodiscard]] Result<RerankReply> rerank(RerankRequest request, CallOptions options = {}) const;
    [[nodiscard]] Call<RerankReply> rerank_async(RerankRequest request,
                                                 CallOptions options = {}) const;
    /// Probability of a label as the next token. Source: `POST /generative_scoring`.
    [[nodiscard]] Result<ScoreReply> score_labels(GenerativeScoringRequest request,
                                                  CallOptions options = {}) const;
    [[nodiscard]] Call<ScoreReply> score_labels_async(GenerativeScoringRequest request,
                                                      CallOptions options = {}) const;
    /// Embeddings of several number types. Source: Cohere's `POST /v2/embed`.
    [[nodiscard]] Result<EmbedByTypeReply> embed_by_type(EmbedByTypeRequest request,
                                                         CallOptions options = {}) const;
    [[nodiscard]] Call<EmbedByTypeReply> embed_by_type_async(EmbedByTypeRequest request,
                                                             CallOptions options = {}) const;
    /// Several chats in one call; `choices[i]` answers conversation i.
    /// Source: `POST /v1/chat/completions/batch`.
    [[nodiscard]] Result<ChatReply> chat_batch(ChatBatchRequest request,
                                               CallOptions options = {}) const;
    [[nodiscard]] Call<ChatReply> chat_batch_async(ChatBatchRequest request,
                                                   CallOptions options = {}) const;
    /// Tokens in, tokens out. Source: `POST /inference/v1/generate`.
    [[nodiscard]] Result<GenerateReply> generate(GenerateRequest request,
                                                 CallOptions options = {}) const;
    [[nodiscard]] Call<GenerateReply> generate_async(GenerateRequest request,
                                                     CallOptions options = {}) const;
    [[nodiscard]] Stream<GenerateDelta, GenerateReply> generate_stream(
        GenerateRequest request, CallOptions options = {}) const;
    /// Settings of the server's tokenizer. Source: `GET /tokenizer_info`.
    [[nodiscard]] Result<TokenizerInfo> tokenizer_info(CallOptions options = {}) const;
    [[nodiscard]] Call<TokenizerInfo> tokenizer_info_async(CallOptions options = {}) const;

    /// Models the server offers. Source: `GET /v1/models`.
    [[nodiscard]] Result<ModelList> models(CallOptions options = {}) const;
    [[nodiscard]] Call<ModelList> models_async(CallOptions options = {}) const;
    /// Source: `GET /version`.
    [[nodiscard]] Result<ServerVersion> version(CallOptions options = {}) const;
    [[nodiscard]] Call<ServerVersion> version_async(CallOptions options = {}) const;
    /// Health; a 503 is an answer (`healthy` false), not an error. Source: `GET /health`.
    [[nodiscard]] Result<HealthReply> health(CallOptions options = {}) const;
    [[nodiscard]] Call<HealthReply> health_async(CallOptions options = {}) const;
    /// Source: `GET /load`.
    [[nodiscard]] Result<LoadReply> load(CallOptions options = {}) const;
    [[nodiscard]] Call<LoadReply> load_async(CallOptions options = {}) const;
    /// The server's own metrics, parsed. Source: `GET /metrics`.
    [[nodiscard]] Result<ServerMetrics> server_metrics(CallOptions options = {}) const;
    [[nodiscard]] Call<ServerMetrics> server_metrics_async(CallOptions options = {}) const;
    /// Anything else. Any status is a success here; look at RawReply::status.
    [[nodiscard]] Result<RawReply> raw(RawRequest request, CallOptions options = {}) const;
    [[nodiscard]] Call<RawReply> raw_async(RawRequest request, CallOptions options = {}) const;

    /// Speech to text.
    [[nodiscard]] Audio audio() const;
    /// LoRA adapters of a running server.
    [[nodiscard]] Lora lora() const;
    /// Operator routes: sleep, caches, profiling, weights.
    [[nodiscard]] Admin admin() const;

    /// Waits until an endpoint answers `/health` with 200, asking at least twice a second. Fails
    /// with `deadline` and the last trouble seen, or `cancelled` when `stop` is requested.
    [[nodiscard]] Result<void> wait_ready(std::chrono::milliseconds timeout,
                                          std::stop_token stop = {}) const;
    /// Finds out which server, of which version, is behind an endpoint (empty name: the first), and
    /// writes requests to that endpoint in its words from then on; see the guide "Other servers". A
    /// server that fits nothing known is reported as `Dialect::openai` and treated as before. Cost:
    /// two GETs for vLLM, at most seven. Where EndpointOptions names the dialect, only its version
    /// is asked for. Nothing is ever probed but by this and check(). Errors: those of a GET, and
    /// `http` or `decode` for what does not list its models.
    [[nodiscard]] Result<ServerIdentity> identify(std::string endpoint = {},
                                                  std::stop_token stop = {}) const;
    /// Tries one endpoint step by step (empty name: the first), identify() being the first step.
    /// Fails only for an unknown name or a failed client; trouble with the server, or a requested
    /// `stop`, is in the report.
    [[nodiscard]] Result<CheckReport> check(std::string endpoint = {},
                                            std::stop_token stop = {}) const;

    /// The OpenAI Responses API. Cheap.
    [[nodiscard]] Responses responses() const;
    /// The Anthropic Messages API. Cheap.
    [[nodiscard]] Messages messages() const;

    /// A handler for one model, with defaults of its own.
    [[nodiscard]] BoundClient bind(Defaults defaults) const;

    /// What this client has done. Cost: microseconds; safe while requests run.
    [[nodiscard]] MetricsSnapshot metrics() const;
    /// Starts counting anew; gauges and pool counters go on.
    void reset_metrics() const;

    /// Takes no more calls, waits up to `drain_for` for those running, then cancels them.
    /// Afterwards every call gives `closed`. Returns when all is ended and every thread is joined
    /// (on a callback thread: all but that one). Safe to call twice.
    void close(std::chrono::milliseconds drain_for = std::chrono::milliseconds(0)) const;

 private:
    std::shared_ptr<api::ClientLifetime> lifetime_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

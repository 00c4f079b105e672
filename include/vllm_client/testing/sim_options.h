// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing {

/// How long the simulated engine takes. One step of D decoding sequences and P prefilled prompt
/// tokens lasts (base + D * per_sequence + P * per_prompt_token) * time_scale; the defaults are
/// those of a mid-sized model on one GPU.
struct SimTimeModel {
    std::chrono::duration<double> base{0.012};                ///< a: each step.
    std::chrono::duration<double> per_sequence{0.00008};      ///< b: each decoding sequence.
    std::chrono::duration<double> per_prompt_token{0.00004};  ///< c: each prefilled prompt token.
    /// 1 = real time, 0.1 = ten times faster, 0 = as fast as this machine can, without waiting.
    double time_scale{1.0};
    /// Sequences that run at once (vLLM: --max-num-seqs); the others wait in arrival order.
    int slots{256};
    /// Tokens per step, decoding first, then prefill in chunks (--max-num-batched-tokens).
    /// Raised to `slots` if smaller.
    int step_tokens{2048};
};

/// Lengths of answers that nothing cuts short: log-normal, drawn from the request itself, so that
/// the same request always gets the same length.
struct SimOutputLength {
    double mean{200.0};     ///< Tokens, end marker included.
    double sigma{0.9};      ///< Spread of the logarithm; 0 = always `mean`.
    std::uint64_t seed{0};  ///< Another seed gives other lengths and other texts.
};

/// A fault for one request. In each count, -1 means never, and 0 before the first token.
struct SimFault {
    int http_status{0};  ///< Answer with this error status at once; 0 = no.
    /// Fail like an engine error: status 500, or an error event in a stream that has begun.
    int error_after_tokens{-1};
    int cut_after_tokens{-1};    ///< Close the connection in the middle of the answer.
    int stall_after_tokens{-1};  ///< Send nothing more and keep the connection open.
};

/// What SimOptions::fault is told about a request. Views are valid during the call only.
struct SimRequest {
    std::string_view path{};   ///< e.g. "/v1/chat/completions".
    std::string_view model{};  ///< The model asked for, after defaulting.
    std::string_view id{};     ///< The request id without prefix, e.g. from `X-Request-Id`.
    bool stream{false};        ///< An event stream was asked for.
    std::uint64_t ordinal{0};  ///< Inference requests before this one, in this thread.
};

/// Set-up of a SimServer. The defaults are those of a fresh `vllm serve`, on a free local port.
struct SimOptions {
    /// Numeric address to listen on.
    std::string host{"127.0.0.1"};
    /// TCP port; 0 picks a free one, see SimServer::port().
    std::uint16_t port{0};
    /// Path of a Unix-domain socket to listen on instead of TCP. A dead socket file left there is
    /// replaced; the file is removed when the server stops.
    std::string unix_socket{};
    /// PEM files; both or none. With them the server speaks TLS.
    std::string tls_certificate_file{};
    std::string tls_key_file{};
    /// Accepted bearer keys; empty = no key needed. Guards /v1, /v2 and /inference, as vLLM does.
    std::vector<std::string> api_keys{};
    /// Served names; the first one answers requests that name no model.
    std::vector<std::string> models{"sim"};
    /// Prompt and output tokens of one sequence, at most.
    int max_model_len{8192};
    /// The families on offer, as vLLM names what a model supports: "generate", "embed",
    /// "token_embed", "classify", "token_classify", "transcription", "realtime" (the WebSocket). A
    /// route of another family answers 404, to a WebSocket 403. Scores and ranks need an embedding
    /// task, or "classify" with one label.
    std::vector<std::string> tasks{"generate", "embed"};
    /// What "classify" tells apart (`id2label` of a model); at least one.
    std::vector<std::string> labels{"LABEL_0", "LABEL_1"};
    int embedding_dimensions{384};
    /// Accept `dimensions` below embedding_dimensions.
    bool matryoshka{false};
    /// Accept image, audio and video parts (64 tokens each) instead of refusing them.
    bool multimodal{false};
    SimTimeModel time{};
    SimOutputLength output{};
    /// Engine steps per socket write when time_scale is 0: 1 = a write for each token, as a real
    /// server does; more coalesces; 0 = as many as there are, up to 256. Each event stays an HTTP
    /// chunk of its own.
    int tokens_per_write{1};
    /// Idle connections are closed this long after the last response. Never-used ones stay open.
    std::chrono::milliseconds keep_alive{5000};
    /// Comment lines in silent streams (--sse-keep-alive-interval); 0 = none.
    std::chrono::milliseconds sse_keep_alive_interval{0};
    bool prompt_tokens_details{false};  ///< --enable-prompt-tokens-details
    bool request_id_headers{false};     ///< --enable-request-id-headers
    bool server_load_tracking{false};   ///< --enable-server-load-tracking
    bool force_include_usage{false};    ///< --enable-force-include-usage
    /// The routes of operators: sleep, pause, cache resets, abort, weights
    /// (VLLM_SERVER_DEV_MODE=1).
    bool dev_mode{false};
    bool profiler{false};             ///< /start_profile, /stop_profile (--profiler-config)
    bool allow_runtime_lora{false};   ///< VLLM_ALLOW_RUNTIME_LORA_UPDATING=1
    bool responses_store{false};      ///< VLLM_ENABLE_RESPONSES_API_STORE=1
    bool scale_out{false};            ///< --enable-scale-out
    bool tokenizer_info{false};       ///< --enable-tokenizer-info-endpoint
    bool per_request_metrics{false};  ///< --enable-per-request-metrics
    /// Sequences in flight before 503 (--max-num-queued-reqs); 0 = unbounded.
    int max_num_queued_reqs{0};
    /// Prompt tokens not yet prefilled before 503 (--max-num-queued-tokens); 0 = unbounded.
    int max_num_queued_tokens{0};
    /// Front ends. Each is a thread with its own connections and its own engine of `slots` slots,
    /// as a data-parallel vLLM has.
    int threads{1};
    /// Asked for each inference request; called on the server's threads, possibly several at once,
    /// and must not throw. The `vllm_xargs` of a chat or completion win: `sim_http_status`,
    /// `sim_error_after_tokens`, `sim_cut_after_tokens`, `sim_stall_after_tokens`.
    std::function<SimFault(const SimRequest&)> fault{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "vllm_client/export.h"
#include "vllm_client/result.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing {

/// What a SimServer has seen and is doing. Counts run from its start.
struct SimStats {
    std::uint64_t connections_accepted{0};
    std::uint64_t connections_open{0};         ///< Now.
    std::uint64_t connections_closed_idle{0};  ///< Closed by us, keep_alive after a response.
    std::uint64_t connections_closed_by_peer{0};
    std::uint64_t requests{0};                      ///< All, errors included.
    std::map<std::string, std::uint64_t> routes{};  ///< By path; unknown ones under "none".
    std::uint64_t responses_error{0};               ///< Answers with a status of 400 or more.
    std::uint64_t running{0};                       ///< Sequences in the engine's batch, now.
    std::uint64_t waiting{0};                       ///< Sequences in its queue, now.
    std::uint64_t finished{0};                      ///< Sequences that came to their own end.
    std::uint64_t aborted{0};                       ///< Sequences whose client went away.
    std::uint64_t rejected{0};                      ///< Requests refused by a queue limit.
    std::uint64_t steps{0};                         ///< Engine steps.
    std::uint64_t prompt_tokens{0};                 ///< Prefilled.
    std::uint64_t generated_tokens{0};
    bool healthy{true};  ///< What /health says.
};

/// An HTTP server that behaves like vLLM 0.32 without a model: same routes, shapes, errors and
/// timing rules, with deterministic text and embeddings. For tests, demos and benchmarks.
///
///     auto server = testing::SimServer::start({.time = {.time_scale = 0.1}});
///     VllmClient client({.endpoints = {server->url()}});
///
/// Text, lengths, log probabilities and embeddings depend on the request alone, never on timing.
/// All methods may be called from any thread but the server's own (SimOptions::fault); a moved-from
/// server may only be destroyed or assigned to. Costs one thread per SimOptions::threads; a
/// connection costs no thread.
class VLLM_CLIENT_EXPORT SimServer {
 public:
    /// Listens and serves when it returns. `config` names the wrong option; `resource` says why the
    /// address cannot be bound.
    [[nodiscard]] static Result<SimServer> start(SimOptions options = {});

    SimServer(SimServer&&) noexcept;
    SimServer& operator=(SimServer&&) noexcept;
    /// As stop().
    ~SimServer();

    /// Base URL without a trailing slash: `http://127.0.0.1:41234`, `https://…` or
    /// `unix:/path/to.sock`.
    [[nodiscard]] const std::string& url() const noexcept;
    /// The TCP port; 0 on a Unix-domain socket.
    [[nodiscard]] std::uint16_t port() const noexcept;

    /// Drops all connections and joins all threads, within a second. Idempotent.
    void stop() noexcept;

    /// A snapshot; each figure is exact, together they may be a moment apart.
    [[nodiscard]] SimStats stats() const;

    /// False makes /health and /ping answer 503, as with a dead engine; nothing else changes.
    void set_healthy(bool healthy);
    /// A paused engine takes requests and does not work on them, as /pause and /sleep do in vLLM.
    void set_paused(bool paused);
    /// Closes all open connections in the middle of whatever they do, as a dying front end does;
    /// new ones are welcome. Returns once they are closed.
    void drop_connections();
    /// Closes the listener for good: new connections are refused, running answers are finished,
    /// and each connection ends with its answer.
    void drain();

 private:
    class Impl;
    explicit SimServer(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing

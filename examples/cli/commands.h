// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "console.h"
#include "interrupt.h"
#include "options.h"

namespace vllm_client::cli {

/// What every command works with.
struct Session {
    const CommonOptions& options;
    Console& console;
    Interrupt& interrupt;
};

// Each runs one command to its end and gives the exit code; failures are reported by then.
[[nodiscard]] int run(const ChatCommand& command, Session& session);
[[nodiscard]] int run(const CompleteCommand& command, Session& session);
[[nodiscard]] int run(const RespondCommand& command, Session& session);
[[nodiscard]] int run(const ScoreCommand& command, Session& session);
[[nodiscard]] int run(const RerankCommand& command, Session& session);
[[nodiscard]] int run(const ClassifyCommand& command, Session& session);
[[nodiscard]] int run(const TranscribeCommand& command, Session& session);
[[nodiscard]] int run(const LoraCommand& command, Session& session);
[[nodiscard]] int run(const EmbedCommand& command, Session& session);
[[nodiscard]] int run(const TokenizeCommand& command, Session& session);
[[nodiscard]] int run(const ModelsCommand& command, Session& session);
[[nodiscard]] int run(const HealthCommand& command, Session& session);
[[nodiscard]] int run(const RawCommand& command, Session& session);
[[nodiscard]] int run(const SimCommand& command, Session& session);

}  // namespace vllm_client::cli

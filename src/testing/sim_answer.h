// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "testing/sim_vocabulary.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Which part of a message a token belongs to.
enum class Part : std::uint8_t { reasoning, content, tool_name, tool_arguments };

/// An answer that is laid down word for word: JSON after a schema, or tool calls.
struct Script {
    struct Line {
        Part part{Part::content};
        std::uint32_t call{0};  ///< Index of the tool call.
        std::uint32_t end{0};   ///< Index in `tokens` after its last token.
    };
    std::vector<Line> lines;
    std::vector<TokenId> tokens;
    std::vector<std::string> tool_names;

    void add_line(Part part, std::uint32_t call, std::string_view text);
};

/// What one sequence says, token by token, as a function of its seed: prose of a drawn length or a
/// script, after some reasoning if asked for.
class Answer {
 public:
    struct Options {
        std::uint64_t seed{0};
        bool reasoning{false};
        bool endless{false};        ///< No end marker: prose goes on until something cuts it.
        std::uint32_t at_least{0};  ///< Tokens before the end marker may come.
        std::shared_ptr<const Script> script{};
        /// If set, prose is made of these tokens.
        std::shared_ptr<const std::vector<TokenId>> allowed{};
    };
    Answer(Options options, const SimOutputLength& length);

    struct Spoken {
        TokenId id{0};
        Part part{Part::content};
        std::uint32_t call{0};
        bool opens{false};  ///< First token of its line.
        bool ends{false};   ///< The end marker; has no text.
    };
    /// Token number `position`. No token follows the one that `ends`.
    [[nodiscard]] Spoken at(std::uint32_t position) const;

    /// Log probability of the token at `position`, below zero.
    [[nodiscard]] double logprob(std::uint32_t position) const;
    /// The `rank`-th likeliest other token at `position`, from 1 on.
    [[nodiscard]] TokenId alternative(std::uint32_t position, std::uint32_t rank) const;

    [[nodiscard]] std::uint64_t seed() const noexcept { return options_.seed; }
    [[nodiscard]] const Script* script() const noexcept { return options_.script.get(); }
    /// Reasoning tokens among the first `count`.
    [[nodiscard]] std::uint32_t reasoning_tokens(std::uint32_t count) const noexcept;

 private:
    [[nodiscard]] TokenId prose(std::uint32_t position) const;

    Options options_;
    std::uint32_t reasoning_{0};
    std::uint32_t length_{0};  // of reasoning and prose, end marker included
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

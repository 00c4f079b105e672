// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/chat.h"
#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/message.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"
#include "vllm_client/vllm_client.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// What Conversation::fit() may do, and what it must leave room for.
struct FitOptions {
    enum class Policy : std::uint8_t {
        drop_oldest,  ///< Leave out the oldest turns, as few as possible.
        summarize,    ///< Put what `summarize` makes of them in their place.
        fail,         ///< Leave out nothing: a `limit` error if it does not fit.
    };
    Policy policy{Policy::drop_oldest};
    /// Turns at the beginning, after the system prompt, that stay, as the newest one always does.
    std::size_t keep_first{0};
    /// What the conversation will be asked with: model, tools and template count. Its messages do
    /// not.
    ChatRequest request{};
    /// Tokens of prompt and answer together. Default: the model's context length, as the server
    /// tells it.
    std::optional<std::int64_t> max_context_tokens{};
    /// Tokens left free for the answer, ≥ 1. Default: `request.max_tokens`, else a quarter of the
    /// context.
    std::optional<std::int64_t> reserve_for_answer{};
    std::int64_t reserve_for_summary{256};  ///< Policy summarize: tokens left free for it.
    /// Policy summarize: what to put in place of these messages, oldest first; e.g. one
    /// system_message() with what a model made of them, or, for templates that take none in the
    /// middle, a user's message. It is a turn of its own and part of the next summary. Called at
    /// most once, on the calling thread.
    std::function<Result<std::vector<Message>>(const std::vector<Message>&)> summarize{};
};

/// What Conversation::fit() found and did.
struct FitReply {
    std::int64_t tokens{0};  ///< Of the prompt as it now is.
    std::int64_t max_context_tokens{0};
    std::int64_t reserved{0};        ///< For the answer.
    bool estimated{false};           ///< By estimate_tokens(): the server cannot count.
    std::vector<Message> dropped{};  ///< What was left out, oldest first.
    int counts{0};                   ///< Counts made: one, and the logarithm of the turns more.
};

/// A conversation that is kept, continued and fitted into a model's context.
///
///     Conversation talk("You are a guide.");
///     talk.append(user("Where to?"));
///     if (auto fits = talk.fit(client); !fits) return fits.error();
///     if (auto reply = client.chat(talk.request())) talk.append(*reply);
///
/// A turn is a user's message with all that follows up to the next one: answers, tool calls and
/// their results, which are thus never separated. A system message in the middle begins one too.
/// A plain value; as thread-safe as a std::vector.
class VLLM_CLIENT_EXPORT Conversation {
 public:
    Conversation() = default;
    /// Begins with a system prompt, which fit() always keeps; empty: none.
    explicit Conversation(std::string system_prompt);
    /// Goes on with these, e.g. ToolLoopReply::messages. A first message of role system or
    /// developer is the system prompt.
    explicit Conversation(std::vector<Message> messages);

    /// Adds a message: user(), tool_result() …
    Conversation& append(Message message);
    /// Adds the first choice of an answer, as to_message() makes it; nothing if there is none.
    Conversation& append(const ChatReply& reply);

    /// All of it, the system prompt first.
    [[nodiscard]] const std::vector<Message>& messages() const noexcept { return messages_; }
    /// How many turns there are, the system prompt aside.
    [[nodiscard]] std::size_t turns() const;
    /// A request that asks for the next answer: `with`, and these messages.
    [[nodiscard]] ChatRequest request(ChatRequest with = {}) const;

    /// To keep it: see messages_json().
    [[nodiscard]] Result<JsonText> to_json() const;
    /// As it was kept: see messages_from_json().
    [[nodiscard]] static Result<Conversation> from_json(const JsonText& json);

    /// Makes it fit, so that the next answer has room: counts with the server's tokenizer, or
    /// estimates if the server cannot count, and leaves out or replaces whole turns, never the
    /// system prompt, the newest turn, or those of FitOptions::keep_first. Errors: `limit` if even
    /// the least does not fit; `config` if the context's length is neither given nor known; those
    /// of tokenize(), models() and `summarize`. After an error the conversation is as it was. Cost:
    /// one count if it fits, else about log2(turns) more. Waits; `call` holds for each request.
    /// Source: `POST /tokenize`.
    [[nodiscard]] Result<FitReply> fit(const VllmClient& client, const FitOptions& options = {},
                                       const CallOptions& call = {});

 private:
    std::vector<Message> messages_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testing/sim_answer.h"
#include "testing/sim_engine.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_utf8.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

class Choice;

/// What a choice tells its call.
class ChoiceListener {
 public:
    virtual ~ChoiceListener() = default;
    /// Before a token is generated. False: the call has failed and wants no more.
    virtual bool before_token(Choice& choice, Monotonic::time_point now) = 0;
    /// A token was added, and the choice may have finished.
    virtual void after_token(Choice& choice, Monotonic::time_point now) = 0;
};

/// A part of a tool call.
struct ToolFragment {
    std::uint32_t call{0};
    bool opens{false};  ///< The name belongs to it.
    std::string arguments{};
};

/// Text that has been generated and not yet taken.
struct SpokenText {
    std::string reasoning{};
    std::string content{};
    std::vector<ToolFragment> tools{};
};

/// One sequence of a request: its tokens so far, their text, and why it ended.
class Choice final : public EngineTask {
 public:
    /// `request` and `listener` must outlive it. `index` is the one in replies.
    Choice(const GenerationRequest& request, ChoiceListener& listener, std::uint32_t index,
           Answer answer);

    bool on_step(Monotonic::time_point now) override;

    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] const Prompt& prompt() const noexcept { return prompt_; }
    [[nodiscard]] const Answer& answer() const noexcept { return answer_; }
    [[nodiscard]] std::uint32_t generated() const noexcept { return generated_; }

    enum class Finish : std::uint8_t { no, stop, length, abort };
    [[nodiscard]] Finish finish() const noexcept { return finish_; }
    [[nodiscard]] bool finished() const noexcept { return finish_ != Finish::no; }
    /// The stop string that ended it, if any.
    [[nodiscard]] const std::string* stop_string() const noexcept { return stop_string_; }
    [[nodiscard]] std::optional<TokenId> stop_token() const noexcept { return stop_token_; }

    /// Ends it where it is; it must have left the engine.
    void abort();

    /// What may be shown now, without text that could still become a stop string.
    [[nodiscard]] SpokenText take_text();

    /// Tokens [taken, generated) belong to the event to come.
    std::uint32_t taken{0};
    std::uint32_t next_text_offset{0};  ///< Characters of log-probability tokens so far.
    bool echoed{false};                 ///< The prompt was shown, or its ids.
    Monotonic::time_point first_token{};
    Monotonic::time_point last_token{};

 private:
    void speak(const Answer::Spoken& said);
    void speak_tool(const Answer::Spoken& said);
    void look_for_stop(std::size_t new_bytes);

    const GenerationRequest& request_;
    ChoiceListener& listener_;
    const Prompt& prompt_;
    Answer answer_;
    SpokenText text_;
    Utf8Carry carry_;
    const std::string* stop_string_{nullptr};
    std::optional<TokenId> stop_token_;
    std::uint32_t index_;
    std::uint32_t generated_{0};
    std::uint32_t held_back_{0};  // bytes that may belong to a stop string
    Finish finish_{Finish::no};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_choice.h"

#include <algorithm>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

Choice::Choice(const GenerationRequest& request, ChoiceListener& listener, std::uint32_t index,
               Answer answer)
    : request_(request),
      listener_(listener),
      prompt_(request.prompts[index / request.n]),
      answer_(std::move(answer)),
      index_(index) {
    prompt_tokens = std::max<std::uint32_t>(static_cast<std::uint32_t>(prompt_.tokens.size()), 1);
    for (const std::string& stop : request.stop) {
        held_back_ = std::max(held_back_, static_cast<std::uint32_t>(stop.size() - 1));
    }
}

bool Choice::on_step(Monotonic::time_point now) {
    if (!listener_.before_token(*this, now)) return false;
    const Answer::Spoken said = answer_.at(generated_++);
    const auto& stop_ids = request_.stop_ids;
    const bool may_stop = generated_ > request_.min_tokens;
    if (said.ends) {
        finish_ = Finish::stop;
    } else if (may_stop && std::find(stop_ids.begin(), stop_ids.end(), said.id) != stop_ids.end()) {
        finish_ = Finish::stop;
        stop_token_ = said.id;
    } else {
        speak(said);
    }
    if (!finished() && generated_ >= prompt_.max_tokens) finish_ = Finish::length;
    if (finished()) carry_.finish(text_.content);
    listener_.after_token(*this, now);
    return !finished();
}

void Choice::speak(const Answer::Spoken& said) {
    if (said.part == Part::tool_name || said.part == Part::tool_arguments) return speak_tool(said);
    const Vocabulary::Piece& piece = Vocabulary::instance().piece(said.id);
    std::string& text = said.part == Part::reasoning ? text_.reasoning : text_.content;
    const std::size_t before = text.size();
    if (piece.whole && carry_.empty()) {
        text += piece.text;
    } else {
        carry_.append(piece.text, text);
    }
    if (said.part == Part::content && !request_.stop.empty() && generated_ > request_.min_tokens) {
        look_for_stop(text.size() - before);
    }
}

void Choice::speak_tool(const Answer::Spoken& said) {
    if (said.part == Part::tool_name) {
        if (said.opens) text_.tools.push_back({said.call, true, {}});
        return;
    }
    if (text_.tools.empty() || text_.tools.back().call != said.call) {
        text_.tools.push_back({said.call, false, {}});
    }
    carry_.append(Vocabulary::instance().piece(said.id).text, text_.tools.back().arguments);
}

void Choice::look_for_stop(std::size_t new_bytes) {
    std::string& text = text_.content;
    std::size_t earliest = std::string::npos;
    for (const std::string& stop : request_.stop) {
        const std::size_t window = std::min(text.size(), new_bytes + stop.size() - 1);
        const std::size_t found = text.find(stop, text.size() - window);
        if (found < earliest) {
            earliest = found;
            stop_string_ = &stop;
        }
    }
    if (earliest == std::string::npos) return;
    text.resize(earliest + (request_.include_stop ? stop_string_->size() : 0));
    finish_ = Finish::stop;
}

void Choice::abort() {
    finish_ = Finish::abort;
    carry_.finish(text_.content);
}

SpokenText Choice::take_text() {
    if (finished() || held_back_ == 0) return std::exchange(text_, {});
    const std::size_t shown =
        text_.content.size() - std::min<std::size_t>(text_.content.size(), held_back_);
    const std::string_view visible = utf8_prefix(text_.content, shown);
    SpokenText taken_text{std::move(text_.reasoning), std::string(visible), std::move(text_.tools)};
    text_.reasoning.clear();
    text_.tools.clear();
    text_.content.erase(0, taken_text.content.size());
    return taken_text;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

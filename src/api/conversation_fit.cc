// SPDX-License-Identifier: Apache-2.0
#include "api/conversation_fit.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "vllm_client/token_count.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

bool is_system(const Message& message) {
    return message.role == "system" || message.role == "developer";
}

// A user who speaks between a tool call and its result does not begin a turn.
bool begins_turn(const std::vector<Message>& messages, std::size_t index) {
    if (is_system(messages[index])) return true;
    if (messages[index].role != "user") return false;
    const auto next =
        std::find_if(messages.begin() + static_cast<std::ptrdiff_t>(index), messages.end(),
                     [](const Message& m) { return m.role != "user"; });
    return next == messages.end() || next->role != "tool";
}

Error wrong_fit(std::string problem) {
    return Error{
        .kind = ErrorKind::config, .message = std::move(problem), .phase = Phase::validate};
}

}  // namespace

std::vector<std::size_t> turn_beginnings(const std::vector<Message>& messages) {
    std::vector<std::size_t> turns;
    const std::size_t first = !messages.empty() && is_system(messages.front()) ? 1 : 0;
    for (std::size_t i = first; i < messages.size(); ++i) {
        if (i == first || begins_turn(messages, i)) turns.push_back(i);
    }
    return turns;
}

ConversationFit::ConversationFit(const VllmClient& client, const FitOptions& options,
                                 const CallOptions& call, const std::vector<Message>& messages)
    : client_(client),
      options_(options),
      call_(call),
      messages_(messages),
      turns_(turn_beginnings(messages)) {}

Result<void> ConversationFit::check() const {
    if (options_.max_context_tokens.value_or(1) < 1) {
        return wrong_fit("FitOptions.max_context_tokens must be at least 1");
    }
    if (options_.reserve_for_answer.value_or(1) < 1) {
        return wrong_fit("FitOptions.reserve_for_answer must be at least 1");
    }
    if (options_.reserve_for_summary < 0) {
        return wrong_fit("FitOptions.reserve_for_summary must not be negative");
    }
    if (options_.policy == FitOptions::Policy::summarize && !options_.summarize) {
        return wrong_fit("FitOptions.summarize is empty");
    }
    return {};
}

Result<std::int64_t> ConversationFit::count(const Messages& messages) {
    ++reply_.counts;
    ChatRequest request = options_.request;
    request.messages = messages;
    if (reply_.estimated) return estimate_tokens(request);
    auto counted = count_tokens(client_, request, call_);
    if (!counted) return counted.error();
    reply_.estimated = counted->estimated;
    told_len_ = counted->max_model_len.value_or(0);
    return counted->tokens;
}

Result<std::int64_t> ConversationFit::context_length() {
    if (options_.max_context_tokens) return *options_.max_context_tokens;
    if (told_len_ > 0) return told_len_;
    const auto list = client_.models(call_);
    if (!list) return list.error();
    std::optional<std::int64_t> shortest;  // which model answers is not always known
    for (const ModelInfo& model : list->models) {
        if (!model.max_model_len) continue;
        if (model.id == options_.request.model) return *model.max_model_len;
        shortest = std::min(shortest.value_or(*model.max_model_len), *model.max_model_len);
    }
    if (shortest) return *shortest;
    return wrong_fit(
        "FitOptions.max_context_tokens must be given: the server does not tell the model's context "
        "length");
}

Result<void> ConversationFit::measure() {
    auto tokens = count(messages_);
    if (!tokens) return tokens.error();
    reply_.tokens = *tokens;
    auto length = context_length();
    if (!length) return length.error();
    reply_.max_context_tokens = *length;
    const auto asked =
        options_.reserve_for_answer ? options_.reserve_for_answer : options_.request.max_tokens;
    reply_.reserved = asked.value_or(std::max<std::int64_t>(*length / 4, 1));
    room_ = *length - reply_.reserved;
    if (room_ < 1) {
        return wrong_fit("FitOptions.reserve_for_answer leaves nothing of the context's " +
                         std::to_string(*length) + " tokens");
    }
    return {};
}

std::size_t ConversationFit::droppable() const noexcept {
    const std::size_t older = turns_.empty() ? 0 : turns_.size() - 1;  // than the newest
    return older > options_.keep_first ? older - options_.keep_first : 0;
}

ConversationFit::Messages ConversationFit::dropped(std::size_t turns) const {
    const auto at = [this](std::size_t turn) {
        return messages_.begin() + static_cast<std::ptrdiff_t>(turns_[turn]);
    };
    return Messages(at(options_.keep_first), at(options_.keep_first + turns));
}

ConversationFit::Messages ConversationFit::with(std::size_t turns, const Messages& instead) const {
    const auto at = [this](std::size_t turn) {
        return messages_.begin() + static_cast<std::ptrdiff_t>(turns_[turn]);
    };
    Messages rest(messages_.begin(), at(options_.keep_first));
    rest.insert(rest.end(), instead.begin(), instead.end());
    rest.insert(rest.end(), at(options_.keep_first + turns), messages_.end());
    return rest;
}

Result<std::size_t> ConversationFit::fewest_turns(std::int64_t most_tokens) {
    std::size_t low = 1;
    std::size_t high = droppable() + 1;  // as good as: none will do
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        auto tokens = count(with(middle, {}));
        if (!tokens) return tokens.error();
        if (*tokens <= most_tokens) {
            high = middle;
            reply_.tokens = *tokens;
        } else {
            low = middle + 1;
        }
    }
    if (low > droppable()) return too_long("what must be kept of the conversation");
    return low;
}

Result<ConversationFit::Messages> ConversationFit::summarized(std::size_t turns) {
    try {
        auto summary = options_.summarize(dropped(turns));
        if (!summary) return summary.error();
        Messages messages = with(turns, *summary);
        auto tokens = count(messages);
        if (!tokens) return tokens.error();
        reply_.tokens = *tokens;
        if (*tokens > room_) return too_long("the conversation with its summary");
        return messages;
    } catch (const std::exception& thrown) {
        return wrong_fit("FitOptions.summarize threw: " + std::string(thrown.what()));
    } catch (...) {
        return wrong_fit("FitOptions.summarize threw");
    }
}

Error ConversationFit::too_long(std::string_view what) const {
    return Error{.kind = ErrorKind::limit,
                 .message = std::string(what) + " takes more than the " + std::to_string(room_) +
                            " tokens that a context of " +
                            std::to_string(reply_.max_context_tokens) +
                            " has beside the answer's " + std::to_string(reply_.reserved),
                 .phase = Phase::validate};
}

Result<std::vector<Message>> ConversationFit::run() {
    if (auto checked = check(); !checked) return checked.error();
    if (auto measured = measure(); !measured) return measured.error();
    if (reply_.tokens <= room_) return messages_;
    if (options_.policy == FitOptions::Policy::fail) return too_long("the conversation");
    const bool summarizes = options_.policy == FitOptions::Policy::summarize;
    auto turns = fewest_turns(summarizes ? room_ - options_.reserve_for_summary : room_);
    if (!turns) return turns.error();
    reply_.dropped = dropped(*turns);
    if (summarizes) return summarized(*turns);
    return with(*turns, {});
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

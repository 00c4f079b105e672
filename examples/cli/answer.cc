// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include <cmath>
#include <cstdio>
#include <utility>

namespace vllm_client::cli {
namespace {

/// Milliseconds to the microsecond; null if it did not happen.
Json milliseconds(std::chrono::nanoseconds time) {
    if (time.count() == 0) return nullptr;
    return std::round(static_cast<double>(time.count()) / 1e3) / 1e3;
}

template <class Reply>
Answer common_parts(Reply& reply) {
    Answer answer;
    answer.usage = std::move(reply.usage);
    answer.id = std::move(reply.id);
    answer.model = std::move(reply.model);
    answer.request_id = std::move(reply.raw.request_id);
    answer.timing = reply.timing;
    return answer;
}

Answer broken(Error error) {
    Answer answer;
    if (!error.partial.empty()) answer.text = error.partial.front();
    answer.request_id = error.request_id;
    answer.error = std::move(error);
    return answer;
}

Json to_json(const std::optional<Usage>& usage) {
    if (!usage) return nullptr;
    Json json{{"prompt_tokens", usage->prompt_tokens},
              {"completion_tokens", usage->completion_tokens},
              {"total_tokens", usage->total_tokens}};
    if (usage->cached_tokens) json["cached_tokens"] = *usage->cached_tokens;
    if (usage->reasoning_tokens) json["reasoning_tokens"] = *usage->reasoning_tokens;
    return json;
}

Json to_json(const Error& error) {
    Json json{{"kind", to_string(error.kind)}, {"message", error.message}};
    if (error.http_status != 0) json["http_status"] = error.http_status;
    if (!error.server.type.empty()) json["type"] = error.server.type;
    if (!error.server.param.empty()) json["param"] = error.server.param;
    json["retryable"] = error.retryable;
    return json;
}

}  // namespace

Answer to_answer(Result<ChatReply> reply) {
    if (!reply) return broken(std::move(reply).error());
    Answer answer = common_parts(*reply);
    bool first = true;
    for (auto& choice : reply->choices) {
        if (std::exchange(first, false)) {
            answer.text = std::move(choice.message.content);
            answer.reasoning = std::move(choice.message.reasoning);
            answer.tool_calls = std::move(choice.message.tool_calls);
            answer.finish_reason = choice.finish_reason;
        } else {
            answer.further_texts.push_back(std::move(choice.message.content));
        }
    }
    return answer;
}

Answer to_answer(Result<CompletionReply> reply) {
    if (!reply) return broken(std::move(reply).error());
    Answer answer = common_parts(*reply);
    bool first = true;
    for (auto& choice : reply->choices) {
        if (std::exchange(first, false)) {
            answer.text = std::move(choice.text);
            answer.finish_reason = choice.finish_reason;
        } else {
            answer.further_texts.push_back(std::move(choice.text));
        }
    }
    return answer;
}

Json to_json(const Answer& answer) {
    Json json{{"text", answer.text}, {"usage", to_json(answer.usage)}};
    json["finish_reason"] = answer.finish_reason ? Json(to_string(*answer.finish_reason)) : Json();
    json["ttft_ms"] = milliseconds(answer.timing.first_token);
    json["e2e_ms"] = milliseconds(answer.timing.total);
    json["model"] = answer.model;
    json["id"] = answer.id;
    json["request_id"] = answer.request_id;
    if (!answer.reasoning.empty()) json["reasoning"] = answer.reasoning;
    for (const auto& call : answer.tool_calls) {
        json["tool_calls"].push_back(
            Json{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    }
    if (!answer.further_texts.empty()) json["further_texts"] = answer.further_texts;
    if (answer.error) json["error"] = to_json(*answer.error);
    return json;
}

std::string stats_line(const Answer& answer) {
    using Seconds = std::chrono::duration<double>;
    const auto [queue, first_chunk, first_token, total] = answer.timing;
    std::string line;
    char text[64];
    if (first_token.count() > 0) {
        std::snprintf(text, sizeof text, "TTFT %.1f ms, ", Seconds(first_token).count() * 1e3);
        line += text;
    }
    if (answer.usage) {
        line += std::to_string(answer.usage->completion_tokens) + " tokens in ";
    }
    std::snprintf(text, sizeof text, "%.2f s", Seconds(total).count());
    line += text;
    // The speed of the reader's experience: tokens after the first, over the time after the first.
    const bool streamed = first_token.count() > 0 && total > first_token;
    if (answer.usage && answer.usage->completion_tokens > 1 && total.count() > 0) {
        const auto tokens = static_cast<double>(answer.usage->completion_tokens);
        const double rate = streamed ? (tokens - 1) / Seconds(total - first_token).count()
                                     : tokens / Seconds(total).count();
        std::snprintf(text, sizeof text, ", %.1f tokens/s", rate);
        line += text;
    }
    return line;
}

bool show(const ChatDelta& delta, Console& console) {
    if (delta.index() != 0) return !console.closed();  // shown by report()
    console.reasoning(delta.reasoning());
    return console.print(delta.text());
}

bool show(const CompletionDelta& delta, Console& console) {
    return delta.index() == 0 ? console.print(delta.text()) : !console.closed();
}

int report(const Answer& answer, const GenerationOptions& options, bool shown, Console& console) {
    if (console.json()) {
        console.print_json(to_json(answer));
    } else {
        if (!shown) console.print(answer.text);
        console.end_line();
        for (const auto& text : answer.further_texts) {
            console.print(text);
            console.end_line();
        }
        for (const auto& call : answer.tool_calls) {
            console.print(call.name + "(" + call.arguments + ")\n");
        }
    }
    if (options.stats && answer.timing.total.count() > 0) console.note(stats_line(answer));
    return answer.error ? console.fail(*answer.error) : 0;
}

}  // namespace vllm_client::cli

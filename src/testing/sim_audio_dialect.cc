// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_audio_dialect.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_json_text.h"
#include "testing/sim_reply_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::ordered_json;

constexpr double piece_seconds = 30;

void append_counts(std::string& out, const Usage& usage) {
    out += R"("usage":{"prompt_tokens":)" + std::to_string(usage.prompt) + R"(,"total_tokens":)" +
           std::to_string(usage.prompt + usage.completion) + R"(,"completion_tokens":)" +
           std::to_string(usage.completion) + "}";
}

}  // namespace

AudioDialect::AudioDialect(const GenerationRequest& request, AudioForm form)
    : request_(request),
      form_(std::move(form)),
      created_(static_cast<std::int64_t>(unix_now())),
      waiting_(request.prompts.size()),
      done_(request.prompts.size()) {}

std::string AudioDialect::chunk(const std::string& choices) const {
    std::string event = R"(data: {"id":)";
    append_quoted(event, request_.id);
    event += form_.translates ? R"(,"object":"translation.chunk","created":)"
                              : R"(,"object":"transcription.chunk","created":)";
    append_number(event, created_);
    event += R"(,"model":)";
    append_quoted(event, request_.model);
    return event + R"(,"choices":[)" + choices + "]";
}

void AudioDialect::write(Choice& choice, const Usage& usage, ResponseSink& sink) {
    std::string delta = R"({"delta":{"content":)";
    append_quoted(delta, choice.take_text().content);
    delta += '}';
    if (choice.finished()) {
        delta += ',';
        append_finish_reason(delta, request_, choice);
        delta += ',';
        append_stop_reason(delta, choice);
    }
    std::string event = chunk(delta + "}");
    if (request_.continuous_usage) {
        event += ',';
        append_counts(event, usage);
    }
    waiting_[choice.index()].push_back(event + "}\n\n");
    done_[choice.index()] = choice.finished();
    send_ready(sink);
}

void AudioDialect::send_ready(ResponseSink& sink) {
    for (; current_ < waiting_.size(); ++current_) {
        for (const std::string& event : std::exchange(waiting_[current_], {}))
            sink.write_event(event);
        if (!done_[current_]) return;
    }
}

std::string AudioDialect::plain(Choices& choices) const {
    std::string text;
    for (const auto& choice : choices)
        text += choice->take_text().content;
    ordered_json body{{"text", text}};
    if (!form_.translates) {
        body["usage"] = {{"type", "duration"},
                         {"seconds", static_cast<std::int64_t>(std::ceil(form_.seconds))}};
    }
    return body.dump();
}

std::string AudioDialect::verbose(Choices& choices) const {
    std::string text;
    ordered_json segments = ordered_json::array();
    for (const auto& choice : choices) {
        const std::string piece = choice->take_text().content;
        const double start = piece_seconds * choice->index();
        text += piece;
        ordered_json tokens = ordered_json::array();
        for (std::uint32_t i = 0; i < choice->generated(); ++i)
            tokens.push_back(choice->answer().at(i).id);
        segments.push_back({{"id", choice->index()},
                            {"avg_logprob", choice->answer().logprob(0)},
                            {"compression_ratio", 1.0},
                            {"end", std::min(start + piece_seconds, form_.seconds)},
                            {"no_speech_prob", nullptr},
                            {"seek", static_cast<std::int64_t>(start * 100)},
                            {"start", start},
                            {"temperature", request_.numbers.temperature.value_or(0.0)},
                            {"text", piece},
                            {"tokens", tokens}});
    }
    const ordered_json body{{"duration", std::to_string(form_.seconds)},
                            {"language", form_.language},
                            {"text", text},
                            {"segments", segments},
                            {"words", nullptr}};
    return body.dump();
}

void AudioDialect::finish(Choices& choices, ResponseSink& sink) {
    if (!request_.stream) {
        return sink.reply(200, "application/json",
                          form_.verbose ? verbose(choices) : plain(choices));
    }
    send_ready(sink);
    if (request_.include_usage) {
        std::string event = chunk("") + ",";
        append_counts(event, total_usage(request_, choices));
        sink.write_event(event + "}\n\n");
    }
    sink.write_event(done_event);
    sink.close_stream();
}

void AudioDialect::fail(const ApiError& error, ResponseSink& sink) {
    fail_as_openai(request_, error, sink);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

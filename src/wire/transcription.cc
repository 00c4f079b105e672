// SPDX-License-Identifier: Apache-2.0
#include "wire/transcription.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "wire/reply_body.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

std::string_view name_of(TranscriptFormat format) {
    switch (format) {
        case TranscriptFormat::json:
            return "json";
        case TranscriptFormat::text:
            return "text";
        case TranscriptFormat::verbose_json:
            return "verbose_json";
        case TranscriptFormat::diarized_json:
            return "diarized_json";
        case TranscriptFormat::srt:
            return "srt";
        case TranscriptFormat::vtt:
            break;
    }
    return "vtt";
}

/// Collects form fields; unset members add none.
class Form {
 public:
    void add(std::string_view name, std::string value) {
        parts_.push_back({.name = std::string(name), .value = std::move(value)});
    }
    void add_if(std::string_view name, const std::string& value) {
        if (!value.empty()) add(name, value);
    }
    void add_if(std::string_view name, const JsonText& value) {
        if (value.empty()) return;
        if (!value.valid() && problem_.empty()) problem_ = std::string(name) + " is not JSON";
        add(name, value.text());
    }
    void add_if(std::string_view name, std::optional<bool> value) {
        if (value) add(name, *value ? "true" : "false");
    }
    void add_if(std::string_view name, std::optional<std::int64_t> value) {
        if (value) add(name, std::to_string(*value));
    }
    void add_if(std::string_view name, std::optional<double> value) {
        if (!value) return;
        if (!std::isfinite(*value) && problem_.empty()) {
            problem_ = std::string(name) + " is not finite";
        }
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *value);
        add(name, std::string(digits.data(), end.ptr));
    }
    void add_file(std::string_view name, std::string file_name, std::string bytes) {
        parts_.push_back({.name = std::string(name),
                          .value = std::move(bytes),
                          .is_file = true,
                          .file_name = std::move(file_name)});
    }
    [[nodiscard]] Result<std::vector<FormPart>> finish() && {
        if (problem_.empty()) return std::move(parts_);
        return Error{
            .kind = ErrorKind::config, .message = std::move(problem_), .phase = Phase::validate};
    }

 private:
    std::vector<FormPart> parts_;
    std::string problem_;  // the first, empty if none
};

void add_sampling(Form& form, const TranscriptionRequest& r) {
    form.add_if("max_completion_tokens", r.max_completion_tokens);
    form.add_if("temperature", r.temperature);
    form.add_if("top_p", r.top_p);
    form.add_if("top_k", r.top_k);
    form.add_if("min_p", r.min_p);
    form.add_if("seed", r.seed);
    form.add_if("frequency_penalty", r.frequency_penalty);
    form.add_if("presence_penalty", r.presence_penalty);
    form.add_if("repetition_penalty", r.repetition_penalty);
    form.add_if("use_beam_search", r.use_beam_search);
    form.add_if("n", r.n);
    form.add_if("length_penalty", r.length_penalty);
    form.add_if("include_stop_str_in_output", r.include_stop_str_in_output);
    form.add_if("watermarking", r.watermarking);
    form.add_if("vllm_xargs", r.vllm_xargs);
}

TranscriptSegment read_segment(ondemand::value value) {
    TranscriptSegment segment;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            segment.id = read_integer(item);
        } else if (key == "seek") {
            segment.seek = read_integer(item);
        } else if (key == "start") {
            segment.start = read_real(item);
        } else if (key == "end") {
            segment.end = read_real(item);
        } else if (key == "text") {
            segment.text = read_text(item);
        } else if (key == "speaker") {
            segment.speaker = read_text(item);
        } else if (key == "tokens") {
            segment.tokens = read_integers(item);
        } else if (key == "temperature") {
            segment.temperature = read_real(item);
        } else if (key == "avg_logprob") {
            segment.avg_logprob = read_real(item);
        } else if (key == "compression_ratio") {
            segment.compression_ratio = read_real(item);
        } else if (key == "no_speech_prob") {
            if (!is_null(item)) segment.no_speech_prob = read_real(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    segment.extra = extra.take();
    return segment;
}

TranscriptWord read_word(ondemand::value value) {
    TranscriptWord word;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "word") word.word = read_text(item);
        if (key == "start") word.start = read_real(item);
        if (key == "end") word.end = read_real(item);
    });
    return word;
}

// Audio is counted in seconds; some models count tokens, under either of two names.
void read_either_usage(ondemand::value value, TranscriptionReply& reply) {
    Usage tokens;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "seconds") {
            reply.audio_seconds = read_integer(item);
        } else if (key == "input_tokens" || key == "prompt_tokens") {
            tokens.prompt_tokens = read_integer(item);
        } else if (key == "output_tokens" || key == "completion_tokens") {
            tokens.completion_tokens = read_integer(item);
        } else if (key == "total_tokens") {
            tokens.total_tokens = read_integer(item);
        }
    });
    if (tokens.total_tokens != 0) reply.usage = tokens;
}

TranscriptionReply read_reply(ondemand::object object) {
    TranscriptionReply reply;
    ExtraFields extra;
    bool has_text = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "text") {
            has_text = true;
            reply.text = read_text(item);
        } else if (key == "language") {
            reply.language = read_text(item);
        } else if (key == "duration") {
            if (!is_null(item)) reply.duration = read_real(item);
        } else if (key == "segments") {
            for_each_element(item,
                             [&](ondemand::value v) { reply.segments.push_back(read_segment(v)); });
        } else if (key == "words") {
            for_each_element(item, [&](ondemand::value v) { reply.words.push_back(read_word(v)); });
        } else if (key == "usage") {
            if (!is_null(item)) read_either_usage(item, reply);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_text, "text");
    reply.extra = extra.take();
    return reply;
}

}  // namespace

Result<std::vector<FormPart>> write_transcription_form(const TranscriptionRequest& r, bool stream) {
    Result<std::string> bytes = r.file.read(r.max_file_bytes);
    if (!bytes) return std::move(bytes).error();
    Form form;
    // The fields first: a server may then refuse them before it has read the file.
    form.add_if("model", r.model);
    form.add_if("language", r.language);
    form.add_if("to_language", r.to_language);
    form.add_if("prompt", r.prompt);
    form.add_if("hotwords", r.hotwords);
    form.add("response_format", std::string(name_of(r.response_format)));
    for (const TimestampGranularity granularity : r.timestamp_granularities) {
        const bool word = granularity == TimestampGranularity::word;
        form.add("timestamp_granularities[]", word ? "word" : "segment");
    }
    add_sampling(form, r);
    if (stream) {
        form.add("stream", "true");
        form.add_if("stream_include_usage", std::optional<bool>(r.include_usage.value_or(true)));
        form.add_if("stream_continuous_usage_stats", r.continuous_usage_stats);
    }
    for (const auto& [name, value] : r.extra_fields)
        form.add(name, value);
    form.add_file("file", r.file.name(), *std::move(bytes));
    return std::move(form).finish();
}

Result<TranscriptionReply> read_transcription_reply(std::string_view padded_body,
                                                    TranscriptFormat format) {
    const bool plain = format == TranscriptFormat::text || format == TranscriptFormat::srt ||
                       format == TranscriptFormat::vtt;
    if (plain && !trim_json(padded_body).starts_with('{')) {
        TranscriptionReply reply;
        reply.text = std::string(padded_body);
        return reply;
    }
    return read_reply_body<TranscriptionReply>(padded_body, "transcription", read_reply);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/transcription_chunk.h"

#include <utility>

#include "wire/event_error.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

namespace ondemand = wire::ondemand;
using wire::EventKey;

Result<TranscriptionDelta> TranscriptionChunkReader::read(std::string_view padded_json) {
    delta_ = {};
    delta_.json_ = padded_json;
    raw_text_ = {};
    has_error_ = false;
    Result<void> done = parser_.read(padded_json, [this](ondemand::object&& event) {
        read_event(std::move(event));
        if (has_error_) return;
        const bool last = delta_.finish_reason_.has_value();
        delta_.text_ = parser_.text(raw_text_, wire::TextPart{0}, last, joiner_);
    });
    if (!done) return std::move(done).error();
    const bool is_empty = delta_.choice_count_ == 0 && !delta_.has_usage_;
    if (has_error_ || (is_empty && wire::is_flat_error(padded_json))) {
        return wire::read_event_error(padded_json);
    }
    return delta_;
}

void TranscriptionChunkReader::read_event(ondemand::object&& event) {
    wire::visit_fields(std::move(event), [this](EventKey key, ondemand::value& value) {
        if (key.is("choices")) {
            wire::for_each_element(value, [this](ondemand::value choice) {
                if (delta_.choice_count_++ == 0) read_choice(choice);
            });
        } else if (key.is("usage")) {
            delta_.has_usage_ = !wire::is_null(value);
        } else if (key.is("error")) {
            has_error_ = !wire::is_null(value);
        }
    });
}

void TranscriptionChunkReader::read_choice(ondemand::value& choice) {
    wire::visit_fields(choice, [this](EventKey key, ondemand::value& value) {
        if (key.is("finish_reason")) {
            delta_.finish_reason_ = wire::read_finish_reason(value);
        } else if (key.is("delta")) {
            wire::visit_fields(value, [this](EventKey name, ondemand::value& text) {
                if (name.is("content")) raw_text_ = wire::raw_string(text);
            });
        }
    });
}

Result<TranscriptionChunkReader::Rest> TranscriptionChunkReader::rest(
    const TranscriptionDelta& delta) {
    Rest rest;
    wire::EventParser parser;
    Result<void> done = parser.read(delta.json_, [&rest](ondemand::object&& event) {
        wire::for_each_field(std::move(event), [&rest](std::string_view key, ondemand::value item) {
            if (key == "id") {
                rest.id = wire::read_text(item);
            } else if (key == "model") {
                rest.model = wire::read_text(item);
            } else if (key == "usage") {
                if (!wire::is_null(item)) rest.usage = wire::read_usage(item);
            }
        });
    });
    if (!done) return std::move(done).error();
    return rest;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail

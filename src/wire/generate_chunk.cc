// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_chunk.h"

#include <algorithm>
#include <utility>

#include "wire/event_error.h"
#include "wire/generate_reply.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

const GenerateReply& GenerateDelta::chunk() const {
    return detail::GenerateChunkReader::chunk(*this);
}

namespace detail {

namespace ondemand = wire::ondemand;
using wire::EventKey;

namespace {

void check_index(std::int64_t index) {
    if (wire::is_index_sane(index)) return;
    throw wire::DecodeFailure{"choices", "index " + std::to_string(index) + " is out of range",
                              ErrorKind::limit};
}

}  // namespace

Result<GenerateDelta> GenerateChunkReader::read(std::string_view padded_json) {
    delta_ = {};
    delta_.json_ = padded_json;
    delta_.reader_ = this;
    raw_text_ = {};
    token_ids_.clear();
    has_more_ = has_error_ = chunk_read_ = false;
    Result<void> done = first_.read(padded_json, [this](ondemand::object&& event) {
        read_event(std::move(event));
        if (has_error_) return;
        const bool last = delta_.finish_reason_.has_value();
        delta_.text_ = first_.text(raw_text_, wire::TextPart{delta_.index_}, last, joiner_);
    });
    if (!done) return std::move(done).error();
    const bool is_empty = delta_.choice_count_ == 0 && !delta_.has_usage_;
    if (has_error_ || (is_empty && wire::is_flat_error(padded_json))) {
        return wire::read_event_error(padded_json);
    }
    delta_.token_ids_ = token_ids_;
    return delta_;
}

void GenerateChunkReader::read_event(ondemand::object&& event) {
    wire::visit_fields(std::move(event), [this](EventKey key, ondemand::value& value) {
        if (key.is("choices")) {
            delta_.choice_count_ = 0;
            wire::for_each_element(value, [this](ondemand::value choice) {
                if (delta_.choice_count_++ == 0) read_first_choice(choice);
            });
        } else if (key.is("usage")) {
            delta_.has_usage_ = !wire::is_null(value);
        } else if (key.is("error")) {
            has_error_ = !wire::is_null(value);
        } else if (key.is("prompt_token_ids") || key.is("mm_placeholders") || key.is("metrics")) {
            has_more_ |= !wire::is_null(value);
        }
    });
}

void GenerateChunkReader::read_first_choice(ondemand::value& choice) {
    wire::visit_fields(choice, [this](EventKey key, ondemand::value& value) {
        if (key.is("index")) {
            delta_.index_ = wire::read_choice_index(value);
        } else if (key.is("token_ids")) {
            token_ids_.clear();
            wire::for_each_element(value, [this](ondemand::value token) {
                token_ids_.push_back(wire::read_integer(token));
            });
        } else if (key.is("text")) {
            raw_text_ = wire::raw_string(value);
        } else if (key.is("finish_reason")) {
            delta_.finish_reason_ = wire::read_finish_reason(value);
        } else if (key.is("logprobs") || key.is("routed_experts") || key.is("sampling_mask") ||
                   key.is("weight_versions")) {
            has_more_ |= !wire::is_null(value);
        }
    });
}

const GenerateReply& GenerateChunkReader::chunk() {
    if (!chunk_read_) read_chunk();
    return chunk_;
}

const Error* GenerateChunkReader::chunk_error() {
    if (!chunk_read_) read_chunk();
    return chunk_error_ ? &*chunk_error_ : nullptr;
}

const GenerateReply& GenerateChunkReader::chunk(const GenerateDelta& delta) {
    static const GenerateReply none;
    return delta.reader_ ? delta.reader_->chunk() : none;
}

const Error* GenerateChunkReader::chunk_error(const GenerateDelta& delta) {
    return delta.reader_ ? delta.reader_->chunk_error() : nullptr;
}

bool GenerateChunkReader::is_plain(const GenerateDelta& delta) noexcept {
    const bool has_more = delta.reader_ && delta.reader_->has_more_;
    return !has_more && delta.choice_count_ <= 1 && !delta.has_usage_ && !delta.finish_reason_;
}

void GenerateChunkReader::read_chunk() {
    chunk_read_ = true;
    chunk_error_.reset();
    chunk_ = {};
    Result<void> done = whole_.read(delta_.json_, [this](ondemand::object&& event) {
        chunk_ = wire::read_generate_object(std::move(event));
        for (const GenerateChoice& choice : chunk_.choices)
            check_index(choice.index);
    });
    if (!done) {
        chunk_ = {};
        chunk_error_ = std::move(done).error();
        return;
    }
    // The first pass has joined characters cut in two.
    const auto same = std::find_if(
        chunk_.choices.begin(), chunk_.choices.end(),
        [this](const GenerateChoice& choice) { return choice.index == delta_.index_; });
    if (same != chunk_.choices.end()) same->text = delta_.text_;
}

}  // namespace detail
}  // namespace vllm_client::inline VLLM_CLIENT_ABI

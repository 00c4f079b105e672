// SPDX-License-Identifier: Apache-2.0
#include "wire/chat_chunk.h"

#include <utility>

#include "wire/event_error.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

const ChatChunk& ChatDelta::chunk() const {
    return detail::ChatChunkReader::chunk(*this);
}

const std::vector<ToolCallDelta>& ChatDelta::tool_calls() const {
    static const std::vector<ToolCallDelta> none;
    const ChatChunk& whole = chunk();
    return whole.choices.empty() ? none : whole.choices.front().tool_calls;
}

namespace detail {

namespace ondemand = wire::ondemand;
using wire::EventKey;
using wire::TextPart;

namespace {

// A slot of `list`, an old one if there is one, so that what it has allocated is used again.
template <class T>
T& slot(std::vector<T>& list, std::size_t position) {
    if (position == list.size()) list.emplace_back();
    return list[position];
}

void clear(ChatChunkChoice& choice) {
    choice.index = 0;
    choice.role = choice.content = choice.reasoning = {};
    choice.tool_calls.clear();
    choice.finish_reason.reset();
    choice.stop_reason = {};
    choice.logprobs.clear();
    choice.token_ids.clear();
}

void clear(ChatChunk& chunk) {
    chunk.id = chunk.model = chunk.system_fingerprint = {};
    chunk.created = 0;
    chunk.usage.reset();
    chunk.prompt_token_ids.clear();
}

void read_integers_into(std::vector<std::int64_t>& numbers, ondemand::value value) {
    wire::for_each_element(
        value, [&](ondemand::value item) { numbers.push_back(wire::read_integer(item)); });
}

}  // namespace

Result<ChatDelta> ChatChunkReader::read(std::string_view padded_json) {
    delta_ = {};
    delta_.json_ = padded_json;
    delta_.reader_ = this;
    found_ = {};
    chunk_read_ = false;
    Result<void> done = first_.read(padded_json, [this](ondemand::object&& event) {
        read_event(std::move(event));
        if (!found_.has_error) finish_texts();
    });
    if (!done) return std::move(done).error();
    const bool is_empty = delta_.choice_count_ == 0 && !delta_.has_usage_;
    if (found_.has_error || (is_empty && wire::is_flat_error(padded_json))) {
        return wire::read_event_error(padded_json);
    }
    // Texts of further choices must pass the joiner in the order they came.
    if (delta_.choice_count_ > 1) read_chunk();
    return delta_;
}

void ChatChunkReader::read_event(ondemand::object&& event) {
    wire::visit_fields(std::move(event), [this](EventKey key, ondemand::value& value) {
        if (key.is("choices")) {
            delta_.choice_count_ = 0;
            wire::for_each_element(value, [this](ondemand::value choice) {
                if (delta_.choice_count_++ == 0) read_first_choice(choice);
            });
        } else if (key.is("usage")) {
            delta_.has_usage_ = !wire::is_null(value);
        } else if (key.is("error")) {
            found_.has_error = !wire::is_null(value);
        } else if (key.is("prompt_token_ids") || key.is("system_fingerprint")) {
            found_.has_more |= !wire::is_null(value);
        }
    });
}

void ChatChunkReader::read_first_choice(ondemand::value& choice) {
    wire::visit_fields(choice, [this](EventKey key, ondemand::value& value) {
        if (key.is("index")) {
            delta_.index_ = wire::read_choice_index(value);
        } else if (key.is("delta")) {
            read_first_delta(value);
        } else if (key.is("finish_reason")) {
            delta_.finish_reason_ = wire::read_finish_reason(value);
        } else if (key.is("logprobs") || key.is("token_ids")) {
            found_.has_more |= !wire::is_null(value);
        }
    });
}

void ChatChunkReader::read_first_delta(ondemand::value& value) {
    wire::visit_fields(value, [this](EventKey key, ondemand::value& field) {
        if (key.is("content")) {
            found_.content = wire::raw_string(field);
        } else if (key.is("reasoning") || key.is("reasoning_content")) {
            // Some servers send both names; either may be null.
            const std::string_view raw = wire::raw_string(field);
            if (!raw.empty()) found_.reasoning = raw;
        } else if (key.is("tool_calls")) {
            delta_.has_tool_calls_ = wire::is_filled_array(field);
        } else if (key.is("role")) {
            found_.has_more |= !wire::is_null(field);
        }
    });
}

// Once the whole event is known: index and finish reason may stand after the texts.
void ChatChunkReader::finish_texts() {
    const bool last = delta_.finish_reason_.has_value();
    delta_.text_ = first_.text(found_.content, TextPart{delta_.index_, TextPart::Field::content},
                               last, joiner_);
    delta_.reasoning_ = first_.text(
        found_.reasoning, TextPart{delta_.index_, TextPart::Field::reasoning}, last, joiner_);
}

const ChatChunk& ChatChunkReader::chunk() {
    if (!chunk_read_) read_chunk();
    return chunk_;
}

const Error* ChatChunkReader::chunk_error() {
    if (!chunk_read_) read_chunk();
    return chunk_error_ ? &*chunk_error_ : nullptr;
}

const ChatChunk& ChatChunkReader::chunk(const ChatDelta& delta) {
    static const ChatChunk none;
    return delta.reader_ ? delta.reader_->chunk() : none;
}

const Error* ChatChunkReader::chunk_error(const ChatDelta& delta) {
    return delta.reader_ ? delta.reader_->chunk_error() : nullptr;
}

bool ChatChunkReader::is_text_only(const ChatDelta& delta) noexcept {
    const bool has_more = delta.reader_ && delta.reader_->found_.has_more;
    return !has_more && delta.choice_count_ <= 1 && !delta.has_usage_ && !delta.has_tool_calls_ &&
           !delta.finish_reason_;
}

void ChatChunkReader::read_chunk() {
    chunk_read_ = true;
    chunk_error_.reset();
    clear(chunk_);
    std::size_t choices = 0;
    Result<void> done = whole_.read(delta_.json_, [&](ondemand::object&& event) {
        wire::visit_fields(std::move(event), [&](EventKey key, ondemand::value& value) {
            if (key.is("choices")) {
                choices = 0;
                wire::for_each_element(value, [&](ondemand::value choice) {
                    ChatChunkChoice& into = slot(chunk_.choices, choices++);
                    clear(into);
                    read_choice(choice, into);
                });
            } else {
                read_field(key, value);
            }
        });
        for (std::size_t i = 0; i < choices; ++i)
            mend_texts(chunk_.choices[i], i == 0);
    });
    chunk_.choices.resize(done ? choices : 0);
    if (!done) {
        clear(chunk_);
        chunk_error_ = std::move(done).error();
    }
}

void ChatChunkReader::read_field(EventKey key, ondemand::value& value) {
    if (key.is("id")) {
        chunk_.id = whole_.text(wire::raw_string(value));
    } else if (key.is("model")) {
        chunk_.model = whole_.text(wire::raw_string(value));
    } else if (key.is("created")) {
        chunk_.created = wire::read_integer(value);
    } else if (key.is("usage")) {
        if (!wire::is_null(value)) chunk_.usage = wire::read_usage(value);
    } else if (key.is("system_fingerprint")) {
        chunk_.system_fingerprint = whole_.text(wire::raw_string(value));
    } else if (key.is("prompt_token_ids")) {
        read_integers_into(chunk_.prompt_token_ids, value);
    }
}

void ChatChunkReader::read_choice(ondemand::value& value, ChatChunkChoice& choice) {
    wire::visit_fields(value, [&](EventKey key, ondemand::value& field) {
        if (key.is("index")) {
            choice.index = wire::read_choice_index(field);
        } else if (key.is("delta")) {
            read_delta(field, choice);
        } else if (key.is("finish_reason")) {
            choice.finish_reason = wire::read_finish_reason(field);
        } else if (key.is("stop_reason") || key.is("matched_stop")) {
            choice.stop_reason = wire::read_stop_reason(field);
        } else if (key.is("logprobs")) {
            if (!wire::is_null(field)) choice.logprobs = wire::read_token_logprobs(field);
        } else if (key.is("token_ids")) {
            read_integers_into(choice.token_ids, field);
        }
    });
}

// Leaves running texts as they stand in the event; see mend_texts().
void ChatChunkReader::read_delta(ondemand::value& value, ChatChunkChoice& choice) {
    wire::visit_fields(value, [&](EventKey key, ondemand::value& field) {
        if (key.is("role")) {
            choice.role = whole_.text(wire::raw_string(field));
        } else if (key.is("content")) {
            choice.content = wire::raw_string(field);
        } else if (key.is("reasoning") || key.is("reasoning_content")) {
            const std::string_view raw = wire::raw_string(field);
            if (!raw.empty()) choice.reasoning = raw;
        } else if (key.is("tool_calls")) {
            wire::for_each_element(field, [&](ondemand::value call) {
                read_tool_call(call, choice.tool_calls.emplace_back());
            });
        }
    });
}

void ChatChunkReader::read_tool_call(ondemand::value& value, ToolCallDelta& call) {
    wire::visit_fields(value, [&](EventKey key, ondemand::value& field) {
        if (key.is("index")) {
            call.index = wire::read_integer(field);
        } else if (key.is("id")) {
            call.id = whole_.text(wire::raw_string(field));
        } else if (key.is("function")) {
            wire::visit_fields(field, [&](EventKey name, ondemand::value& part) {
                if (name.is("name")) {
                    call.name = whole_.text(wire::raw_string(part));
                } else if (name.is("arguments")) {
                    call.arguments = wire::raw_string(part);
                }
            });
        }
    });
}

void ChatChunkReader::mend_texts(ChatChunkChoice& choice, bool is_first) {
    const bool last = choice.finish_reason.has_value();
    if (is_first) {
        choice.content = delta_.text_;
        choice.reasoning = delta_.reasoning_;
    } else {
        choice.content = whole_.text(
            choice.content, TextPart{choice.index, TextPart::Field::content}, last, joiner_);
        choice.reasoning = whole_.text(
            choice.reasoning, TextPart{choice.index, TextPart::Field::reasoning}, last, joiner_);
    }
    for (ToolCallDelta& call : choice.tool_calls) {
        call.arguments = whole_.text(call.arguments,
                                     TextPart{choice.index, TextPart::Field::arguments, call.index},
                                     last, joiner_);
    }
}

}  // namespace detail
}  // namespace vllm_client::inline VLLM_CLIENT_ABI

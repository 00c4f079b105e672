// SPDX-License-Identifier: Apache-2.0
// Any bytes as a server's answer, read as each kind there is: every reader ends in a value or in a
// typed error, text is always valid UTF-8, and the two ways of reading an event agree.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/chat_accumulator.h"
#include "wire/chat_chunk.h"
#include "wire/chat_reply.h"
#include "wire/completion_accumulator.h"
#include "wire/completion_chunk.h"
#include "wire/completion_reply.h"
#include "wire/embedding.h"
#include "wire/error_body.h"
#include "wire/json_reader.h"
#include "wire/sse_reader.h"

namespace {

using namespace vllm_client;

void expect(bool promise) {
    if (!promise) std::abort();
}

void expect_text(std::string_view text) {
    expect(simdjson::validate_utf8(text.data(), text.size()));
}

// `reported`: the kind of an error that the server reports in the answer.
void expect_answer_error(const Error& error, ErrorKind reported) {
    expect(error.kind == ErrorKind::decode || error.kind == ErrorKind::limit ||
           error.kind == reported);
    expect(error.reach == Reach::executed || error.kind == ErrorKind::http);
    expect(!error.message.empty());
}

void check_replies(const std::string& body) {
    if (const auto reply = wire::read_chat_reply(body)) {
        for (const ChatChoice& choice : reply->choices)
            expect_text(choice.message.content);
    } else {
        expect_answer_error(reply.error(), ErrorKind::http);
    }
    if (const auto reply = wire::read_completion_reply(body)) {
        for (const CompletionChoice& choice : reply->choices)
            expect_text(choice.text);
    } else {
        expect_answer_error(reply.error(), ErrorKind::http);
    }
    if (const auto reply = wire::read_embedding_reply(body, {})) {
        expect(reply->size() * reply->dim == reply->values.size());
    } else {
        expect_answer_error(reply.error(), ErrorKind::http);
    }
    expect(wire::read_server_error(body).message.size() <= wire::max_server_message);
}

/// One kind of stream: what it has read so far in two ways.
template <class Reader, class Delta, class Accumulator>
class StreamCheck {
 public:
    // False if the stream has ended in an error.
    bool take(std::string_view event) {
        const auto delta = reader_.read(event);
        if (!delta) {
            expect_answer_error(delta.error(), ErrorKind::stream);
            return false;
        }
        expect_text(delta->text());
        const std::string text(delta->text());
        if (const auto added = answer_.add(*delta); !added) {
            expect_answer_error(added.error(), ErrorKind::decode);
            return false;
        }
        expect(delta->text() == text);  // not disturbed by the whole chunk
        if (delta->choice_count() > 1) one_choice_each_ = false;
        text_ += text;
        return true;
    }

    // Text of the deltas and of the accumulator, all choices together.
    void finish() {
        std::string collected;
        for (const std::string& text : answer_.partial_text()) {
            expect_text(text);
            collected += text;
        }
        if (one_choice_each_) expect(collected.size() == text_.size());
        (void)std::move(answer_).finish();
    }

 private:
    Reader reader_;
    Accumulator answer_;
    std::string text_;
    bool one_choice_each_{true};
};

using ChatCheck = StreamCheck<detail::ChatChunkReader, ChatDelta, wire::ChatAccumulator>;
using CompletionCheck =
    StreamCheck<detail::CompletionChunkReader, CompletionDelta, wire::CompletionAccumulator>;

template <class Check>
void check_stream(std::string_view stream) {
    wire::SseReader sse(1 << 16);
    Check check;
    sse.append(stream);
    for (auto event = sse.next(); event && *event; event = sse.next()) {
        if (!check.take((*event)->data)) break;
    }
    check.finish();
}

template <class Check>
void check_event(const std::string& event) {
    Check check;
    if (check.take(event)) (void)check.take(event);
    check.finish();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string body(reinterpret_cast<const char*>(bytes), size);
    wire::pad(body);
    check_replies(body);
    check_event<ChatCheck>(body);
    check_event<CompletionCheck>(body);
    check_stream<ChatCheck>(body);
    check_stream<CompletionCheck>(body);
    return 0;
}

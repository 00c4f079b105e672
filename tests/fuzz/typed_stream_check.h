// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "wire/json_reader.h"
#include "wire/sse_reader.h"

namespace vllm_client::fuzz {

inline void expect(bool promise) {
    if (!promise) std::abort();
}

/// What is handed out as text is text.
inline void expect_text(std::string_view text) {
    expect(simdjson::validate_utf8(text.data(), text.size()));
}

/// The error of an answer that came but cannot be used.
inline void expect_answer_error(const Error& error) {
    expect(error.kind == ErrorKind::decode || error.kind == ErrorKind::limit ||
           error.kind == ErrorKind::stream);
    expect(error.reach == Reach::executed);
    expect(!error.message.empty());
}

/// Reads events and puts them together, as a stream does.
template <class Reader, class Accumulator>
class TypedStreamCheck {
 public:
    /// False if the stream has ended in an error.
    bool take(const wire::SseEvent& event) {
        const auto read = reader_.read(event);
        if (!read) {
            expect_answer_error(read.error());
            return false;
        }
        expect_text(read->delta);
        const std::string delta(read->delta);
        text_ += read->text();
        if (const auto added = answer_.add(*read); !added) {
            expect_answer_error(added.error());
            return false;
        }
        expect(read->delta == delta);  // not disturbed by the accumulator
        return true;
    }
    /// The text of all events, which the accumulator must have kept.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] Accumulator& answer() noexcept { return answer_; }

 private:
    Reader reader_;
    Accumulator answer_;
    std::string text_;
};

/// Reads `stream`, given in two pieces, until its end or an error; the check after it.
template <class Check>
Check read_stream(std::string_view stream, std::size_t cut) {
    wire::SseReader sse(1 << 16);
    Check check;
    for (const std::string_view piece : {stream.substr(0, cut), stream.substr(cut)}) {
        sse.append(piece);
        for (auto event = sse.next(); event && *event; event = sse.next()) {
            if (!check.take(**event)) return check;
        }
    }
    return check;
}

/// Reads bytes as a stream, and as one event of each of the `types`.
template <class Check, class Types, class Finish>
void check_bytes(std::string body, const Types& types, Finish finish) {
    auto whole = read_stream<Check>(body, body.size());
    const auto halves = read_stream<Check>(body, body.size() / 2);
    expect(whole.text() == halves.text());
    finish(whole);
    wire::pad(body);
    for (const std::string_view type : types) {
        Check one;
        if (one.take({.type = type, .data = body})) (void)one.take({.type = type, .data = body});
        finish(one);
    }
}

}  // namespace vllm_client::fuzz

// SPDX-License-Identifier: Apache-2.0
// However a stream is cut into pieces, its events are the same.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <set>

#include "wire/chat_accumulator.h"
#include "wire/chat_chunk.h"
#include "wire/completion_accumulator.h"
#include "wire/completion_chunk.h"
#include "wire/recorded.h"
#include "wire/stream_end.h"
#include "wire/stream_input.h"

namespace vllm_client::wire {
namespace {

std::vector<std::string> recorded_streams() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(VLLM_CLIENT_TEST_DATA)) {
        if (entry.path().extension() == ".sse") names.push_back(entry.path().filename().string());
    }
    return names;
}

std::string with_line_ends(const std::string& stream, std::string_view line_end) {
    std::string changed;
    for (const char c : stream) {
        if (c == '\n') {
            changed += line_end;
        } else {
            changed += c;
        }
    }
    return changed;
}

// The standard's grammar read in the plainest way, from the whole stream at once.
std::vector<StreamContent::Event> plain_reading(std::string stream) {
    if (stream.starts_with("\xEF\xBB\xBF")) stream.erase(0, 3);
    std::vector<StreamContent::Event> events;
    StreamContent::Event event;
    bool has_data = false;
    for (std::size_t begin = 0;;) {
        const auto end = stream.find_first_of("\r\n", begin);
        if (end == std::string::npos) return events;
        const std::string line = stream.substr(begin, end - begin);
        begin = end + (stream.compare(end, 2, "\r\n") == 0 ? 2 : 1);
        if (line.empty()) {
            if (has_data) events.push_back(event);
            event = {};
            has_data = false;
            continue;
        }
        const auto colon = line.find(':');
        const std::string name = line.substr(0, colon);
        std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
        if (value.starts_with(' ')) value.erase(0, 1);
        if (name == "event") event.type = value;
        if (name != "data") continue;
        event.data += (has_data ? "\n" : "") + value;
        has_data = true;
    }
}

// What a user gets from the stream: every delta, and all of them together.
template <class Reader, class Accumulator>
std::string decoded(std::string_view stream, std::size_t cut) {
    SseReader sse(1 << 20);
    Reader reader;
    Accumulator answer;
    std::string seen;
    for (const std::string_view piece : {stream.substr(0, cut), stream.substr(cut)}) {
        sse.append(piece);
        for (auto event = sse.next(); *event; event = sse.next()) {
            if (is_stream_end((*event)->data)) continue;
            auto delta = reader.read((*event)->data);
            if (!delta) return seen + delta.error().to_string();
            seen += std::to_string(delta->index()) + ":" + std::string(delta->text()) + "\n";
            if (const auto added = answer.add(*delta); !added) return added.error().to_string();
        }
    }
    for (const std::string& text : answer.partial_text())
        seen += text + "\n";
    const auto reply = std::move(answer).finish();
    return seen + reply.id + std::to_string(reply.usage ? reply.usage->total_tokens : -1);
}

using ChatDecoding = std::string (*)(std::string_view, std::size_t);
constexpr ChatDecoding decoded_chat = decoded<detail::ChatChunkReader, ChatAccumulator>;
constexpr ChatDecoding decoded_completion =
    decoded<detail::CompletionChunkReader, CompletionAccumulator>;

TEST(FaultC, C1_EverySplitOfARecordedStreamGivesTheSameEvents) {
    ASSERT_GE(recorded_streams().size(), 10u);
    for (const std::string& name : recorded_streams()) {
        const std::string stream = recorded(name);
        const StreamContent whole = read_stream(stream);
        ASSERT_FALSE(whole.events.empty()) << name;
        ASSERT_EQ(whole.error, std::nullopt) << name;
        for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
            ASSERT_EQ(read_stream(stream, {cut}), whole) << name << " cut at " << cut;
        }
    }
}

TEST(FaultC, C1_PiecesOfAnySizeGiveTheSameEvents) {
    for (const std::string& name : recorded_streams()) {
        const std::string stream = recorded(name);
        for (std::size_t size = 1; size <= 64; ++size) {
            ASSERT_EQ(read_stream(stream, cuts_every(size, stream.size())), read_stream(stream))
                << name << " in pieces of " << size;
        }
    }
}

TEST(FaultC, C1_EverySplitDecodesToTheSameAnswer) {
    for (const std::string& name : recorded_streams()) {
        const bool is_chat = name.starts_with("chat_") || name.starts_with("error_");
        if (!is_chat && !name.starts_with("completion_")) continue;
        const auto decode = is_chat ? decoded_chat : decoded_completion;
        const std::string stream = recorded(name);
        const std::string whole = decode(stream, stream.size());
        for (std::size_t cut = 0; cut < stream.size(); ++cut) {
            ASSERT_EQ(decode(stream, cut), whole) << name << " cut at " << cut;
        }
    }
}

TEST(FaultC, C2_LineEndsAndByteOrderMarkDoNotMatterAtAnySplit) {
    const std::string stream = recorded("messages_stream.sse");
    const StreamContent whole = read_stream(stream);
    for (const char* const line_end : {"\n", "\r", "\r\n"}) {
        const std::string changed = "\xEF\xBB\xBF" + with_line_ends(stream, line_end);
        for (std::size_t cut = 0; cut <= changed.size(); ++cut) {
            ASSERT_EQ(read_stream(changed, {cut}), whole) << "cut at " << cut;
        }
    }
}

// Streams made of what means something to the grammar.
rc::Gen<std::string> any_stream() {
    const auto piece = rc::gen::weightedElement<std::string>({{6, "\n"},
                                                              {4, "\r"},
                                                              {4, "\r\n"},
                                                              {6, "data: "},
                                                              {3, "data"},
                                                              {3, ":"},
                                                              {3, " "},
                                                              {2, "event: "},
                                                              {1, "id: 1"},
                                                              {1, "\xEF\xBB\xBF"},
                                                              {1, "\xEF\xBB"},
                                                              {1, "\u2028"},
                                                              {1, std::string(1, '\0')},
                                                              {3, "text"},
                                                              {1, "\n\n"}});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const std::vector<std::string>& pieces) {
                            std::string stream;
                            for (const std::string& part : pieces)
                                stream += part;
                            return stream;
                        });
}

rc::Gen<std::vector<std::size_t>> cuts_of(const std::string& stream) {
    const auto cut = rc::gen::inRange<std::size_t>(0, stream.size() + 1);
    return rc::gen::map(rc::gen::container<std::multiset<std::size_t>>(cut),
                        [](const std::multiset<std::size_t>& cuts) {
                            return std::vector<std::size_t>(cuts.begin(), cuts.end());
                        });
}

RC_GTEST_PROP(SseReaderProperty, ReadsAnyStreamAsTheStandardSays, ()) {
    const std::string stream = *any_stream();
    RC_ASSERT(read_stream(stream).events == plain_reading(stream));
}

RC_GTEST_PROP(SseReaderProperty, AnySplitsGiveTheSameEvents, ()) {
    const std::string stream = *any_stream();
    const auto cuts = *cuts_of(stream);
    RC_ASSERT(read_stream(stream, cuts).events == plain_reading(stream));
}

RC_GTEST_PROP(SseReaderProperty, AnySplitsMeetTheSameLimit, ()) {
    const std::string stream = *any_stream();
    const auto cuts = *cuts_of(stream);
    const auto limit = *rc::gen::inRange<std::size_t>(1, 20);
    RC_ASSERT(read_stream(stream, cuts, limit) == read_stream(stream, {}, limit));
}

}  // namespace
}  // namespace vllm_client::wire

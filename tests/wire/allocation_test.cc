// SPDX-License-Identifier: Apache-2.0
// In steady state nothing is allocated for an event. Its own program, because it replaces operator
// new for all of it.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "wire/chat_chunk.h"
#include "wire/completion_chunk.h"
#include "wire/json_reader.h"
#include "wire/messages_event.h"
#include "wire/response_event.h"
#include "wire/sse_reader.h"

namespace {

std::atomic<long> allocations{0};
std::atomic<std::size_t> allocated_bytes{0};  // ever, freed ones included

void* try_allocate(std::size_t size, std::size_t alignment) noexcept {
    allocations.fetch_add(1, std::memory_order_relaxed);
    allocated_bytes.fetch_add(size, std::memory_order_relaxed);
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* allocate(std::size_t size, std::size_t alignment) {
    void* const memory = try_allocate(size, alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(std::size_t size) {
    return allocate(size, usual);
}
void* operator new[](std::size_t size) {
    return allocate(size, usual);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return try_allocate(size, usual);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return try_allocate(size, usual);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace vllm_client::wire {
namespace {

constexpr int warm_up = 100;
constexpr int measured = 10'000;

std::string chat_event(int number) {
    const std::string content =
        number % 3 == 0 ? R"(line\n\"quoted\" \u00e9)" : "token " + std::to_string(number);
    return R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795467496,)"
           R"("model":"tiny","choices":[{"index":0,"delta":{"content":")" +
           content +
           R"("},"logprobs":null,"finish_reason":null,"token_ids":null}]})"
           "\n\n";
}

// Allocations while `use(event)` handles the measured events that come in pieces of this size.
template <class F>
long allocations_of(const std::string& stream, std::size_t piece, F&& use) {
    SseReader sse(1 << 20);
    int events = 0;
    long before = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        sse.append(std::string_view(stream).substr(at, piece));
        for (auto event = sse.next(); *event; event = sse.next()) {
            if (events++ == warm_up) before = allocations.load();
            use((*event)->data);
        }
    }
    EXPECT_EQ(events, warm_up + measured);
    return allocations.load() - before;
}

std::string chat_stream() {
    std::string stream;
    for (int i = 0; i < warm_up + measured; ++i)
        stream += chat_event(i);
    return stream;
}

TEST(Allocation, IsCounted) {
    const long before = allocations.load();
    std::string long_text(1000, 'x');
    EXPECT_EQ(allocations.load(), before + 1);
    EXPECT_EQ(long_text.size(), 1000u);
}

TEST(Allocation, OfTheParserIsCountedToo) {
    const long before = allocations.load();
    detail::ChatChunkReader reader;
    std::string event = chat_event(1).substr(6);
    pad(event);
    EXPECT_TRUE(reader.read(event).ok());
    EXPECT_GT(allocations.load(), before + 1);
}

// Thousands of streams may be open at once.
TEST(Allocation, OfAStreamIsSmall) {
    const std::string event = chat_event(0);
    const std::size_t before = allocated_bytes.load();
    SseReader sse(1 << 20);
    detail::ChatChunkReader reader;
    for (int i = 0; i < 100; ++i) {
        sse.append(event);
        const auto delta = reader.read((*sse.next())->data).value();
        EXPECT_EQ(delta.chunk().choices.size(), 1u);
    }
    EXPECT_LT(allocated_bytes.load() - before, 24U * 1024);
}

TEST(Allocation, NoneForADeltaInAnyPieces) {
    const std::string stream = chat_stream();
    for (const std::size_t piece : {7, 300, 16'384}) {
        detail::ChatChunkReader reader;
        std::size_t text = 0;
        EXPECT_EQ(allocations_of(stream, piece,
                                 [&](std::string_view data) {
                                     auto delta = reader.read(data);
                                     text += delta->text().size();
                                 }),
                  0)
            << "in pieces of " << piece;
        EXPECT_GT(text, 0u);
    }
}

TEST(Allocation, NoneForAWholeChunk) {
    detail::ChatChunkReader reader;
    std::size_t text = 0;
    EXPECT_EQ(allocations_of(chat_stream(), 4096,
                             [&](std::string_view data) {
                                 const auto delta = reader.read(data);
                                 text += delta->chunk().choices.at(0).content.size();
                             }),
              0);
    EXPECT_GT(text, 0u);
}

TEST(Allocation, NoneForEventsJoinedFromLines) {
    std::string stream;
    for (int i = 0; i < warm_up + measured; ++i)
        stream += "data: {\ndata: }\nevent: x\n\n";
    EXPECT_EQ(allocations_of(stream, 1000, [](std::string_view) {}), 0);
}

TEST(Allocation, NoneForACompletionDelta) {
    std::string stream;
    for (int i = 0; i < warm_up + measured; ++i) {
        stream += R"(data: {"id":"cmpl-1","object":"text_completion","model":"tiny","choices":[)"
                  R"({"index":0,"text":"a\n","logprobs":null,"finish_reason":null}]})"
                  "\n\n";
    }
    detail::CompletionChunkReader reader;
    std::size_t text = 0;
    EXPECT_EQ(
        allocations_of(stream, 4096,
                       [&](std::string_view data) { text += reader.read(data)->text().size(); }),
        0);
    EXPECT_GT(text, 0u);
}

TEST(Allocation, NoneForEventsWithTypes) {
    std::string responses;
    std::string messages;
    for (int i = 0; i < warm_up + measured; ++i) {
        responses +=
            "event: response.output_text.delta\n"
            R"(data: {"content_index":0,"delta":"a\n","item_id":"msg_1","logprobs":[],)"
            R"("output_index":0,"sequence_number":4,"type":"response.output_text.delta"})"
            "\n\n";
        messages +=
            "event: content_block_delta\n"
            R"(data: {"type":"content_block_delta","delta":{"type":"text_delta",)"
            R"("text":"a\n"},"index":0})"
            "\n\n";
    }
    ResponseEventReader response_reader;
    MessagesEventReader message_reader;
    std::size_t text = 0;
    const auto read_response = [&](std::string_view data) {
        text += response_reader.read({.type = {}, .data = data})->text().size();
    };
    const auto read_message = [&](std::string_view data) {
        text += message_reader.read({.type = {}, .data = data})->text().size();
    };
    EXPECT_EQ(allocations_of(responses, 300, read_response), 0);
    EXPECT_EQ(allocations_of(messages, 300, read_message), 0);
    EXPECT_EQ(text, 4U * (warm_up + measured));
}

}  // namespace
}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
// Any bytes as an event stream: cut into any pieces they give the same events and the same error,
// and all that is handed out lies inside the reader's memory.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/sse_reader.h"

namespace {

using vllm_client::ErrorKind;
using vllm_client::wire::SseReader;

constexpr std::size_t max_event_bytes = 200;

struct Content {
    std::vector<std::string> types;
    std::vector<std::string> data;
    std::optional<ErrorKind> error;

    friend bool operator==(const Content&, const Content&) = default;
};

void expect(bool promise) {
    if (!promise) std::abort();
}

// False once the reader has failed.
bool drain(SseReader& reader, Content& content) {
    for (;;) {
        auto event = reader.next();
        if (!event) content.error = event.error().kind;
        if (!event || !*event) return event.ok();
        content.types.emplace_back((*event)->type);
        content.data.emplace_back((*event)->data);
        // The parser may read the padding; a sanitizer sees whether it is there.
        const volatile char* const end = (*event)->data.data() + (*event)->data.size();
        for (std::size_t i = 0; i < SseReader::padding; ++i)
            (void)end[i];
        expect((*event)->data.size() <= 2 * max_event_bytes);
    }
}

// Cuts at places that follow from `seed`; every other piece by exchanging buffers.
Content read(std::string_view stream, std::uint64_t seed, std::size_t largest_piece) {
    SseReader reader(max_event_bytes);
    Content content;
    bool swap = false;
    while (!stream.empty()) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const std::size_t size = 1 + (seed >> 33) % largest_piece;
        const std::string_view piece = stream.substr(0, size);
        stream.remove_prefix(piece.size());
        if (swap) {
            std::string owned(piece);
            reader.append_swap(owned);
            expect(owned.empty());
        } else {
            reader.append(piece);
        }
        swap = !swap;
        if (!drain(reader, content)) break;
    }
    return content;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view stream(reinterpret_cast<const char*>(bytes), size);
    std::uint64_t seed = 14695981039346656037U;
    for (const char c : stream)
        seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211U;

    const Content whole = read(stream, 0, size + 1);
    expect(read(stream, 0, 1) == whole);
    expect(read(stream, seed, 7) == whole);
    expect(read(stream, ~seed, 1 + size / 2) == whole);
    return 0;
}

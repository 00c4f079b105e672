// SPDX-License-Identifier: Apache-2.0
// Any bytes as the stream of a message, as one of its events, and as a plain answer: an answer or
// an error that says so, texts that are UTF-8, and no text lost on the way.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "typed_stream_check.h"
#include "wire/messages_accumulator.h"
#include "wire/messages_event.h"
#include "wire/messages_reply.h"

namespace {

using namespace vllm_client;
using Check = fuzz::TypedStreamCheck<wire::MessagesEventReader, wire::MessagesAccumulator>;

constexpr std::array<std::string_view, 5> types{"message_start", "content_block_start",
                                                "content_block_delta", "message_delta", "later"};

void finish(Check& check) {
    for (const std::string& text : check.answer().partial_text())
        fuzz::expect_text(text);
    const MessagesReply reply = std::move(check.answer()).finish();
    fuzz::expect_text(reply.text());
    fuzz::expect_text(reply.thinking());
    for (const AnthropicBlock& block : reply.content)
        fuzz::expect(block.kind != AnthropicBlock::Kind::raw || block.raw.valid());
}

void check_replies(std::string body) {
    wire::pad(body);
    const auto reply = wire::read_messages_reply(body);
    if (reply) fuzz::expect_text(reply->text());
    (void)wire::read_messages_token_count(body);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(bytes), size);
    fuzz::check_bytes<Check>(body, types, finish);
    check_replies(body);
    return 0;
}

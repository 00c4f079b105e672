// SPDX-License-Identifier: Apache-2.0
// Any bytes as the stream of a response, as one of its events, and as a plain answer: an answer or
// an error that says so, texts that are UTF-8, and no text lost on the way.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "typed_stream_check.h"
#include "wire/response_accumulator.h"
#include "wire/response_event.h"
#include "wire/response_reply.h"

namespace {

using namespace vllm_client;
using Check = fuzz::TypedStreamCheck<wire::ResponseEventReader, wire::ResponseAccumulator>;

constexpr std::array<std::string_view, 4> types{"response.output_text.delta",
                                                "response.output_item.done", "response.completed",
                                                "response.later"};

void finish(Check& check) {
    std::string kept;
    for (const std::string& text : check.answer().partial_text())
        kept += text;
    fuzz::expect(kept == check.text());
    const bool finished = check.answer().all_finished();
    const ResponseReply reply = std::move(check.answer()).finish();
    fuzz::expect(finished || reply.output.empty());
    fuzz::expect_text(reply.text());
    for (const ResponseItem& item : reply.output)
        fuzz::expect(item.raw.valid());
}

void check_reply(std::string body) {
    wire::pad(body);
    const auto reply = wire::read_response_reply(body);
    if (reply) {
        fuzz::expect_text(reply->text());
        (void)reply->tool_calls();
    }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(bytes), size);
    fuzz::check_bytes<Check>(body, types, finish);
    check_reply(body);
    return 0;
}

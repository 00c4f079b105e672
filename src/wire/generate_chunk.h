// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vllm_client/generate.h"
#include "vllm_client/result.h"
#include "wire/event_parser.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

/// Reads the events of one streamed answer; the same rules as ChatChunkReader.
class GenerateChunkReader {
 public:
    /// The event `padded_json` (see wire::pad()). Errors: `stream` if it reports one, `decode` if
    /// it is no chunk, `limit` if it is nested too deeply or its choice index is absurd.
    [[nodiscard]] Result<GenerateDelta> read(std::string_view padded_json);

    /// All of the event read last; empty if a part that read() passes over cannot be read.
    [[nodiscard]] const GenerateReply& chunk();
    /// Why chunk() is empty, or null. Valid until the next read().
    [[nodiscard]] const Error* chunk_error();

    /// True if the event `delta` was read from has nothing but tokens and text for its one choice.
    [[nodiscard]] static bool is_plain(const GenerateDelta& delta) noexcept;
    /// The same as the members, for the event that `delta` was read from.
    [[nodiscard]] static const GenerateReply& chunk(const GenerateDelta& delta);
    [[nodiscard]] static const Error* chunk_error(const GenerateDelta& delta);

 private:
    void read_event(wire::ondemand::object&& event);
    void read_first_choice(wire::ondemand::value& choice);
    void read_chunk();

    GenerateDelta delta_{};
    std::vector<std::int64_t> token_ids_{};  // of the first choice
    std::string_view raw_text_{};            // of the first choice, as it stands in the event
    bool has_more_{false};                   // there is something that only chunk() shows
    bool has_error_{false};
    GenerateReply chunk_{};
    bool chunk_read_{false};
    std::optional<Error> chunk_error_{};
    // One parser for each pass, so that the first one's text outlives the second pass.
    wire::EventParser first_;
    wire::EventParser whole_;
    wire::SurrogateJoiner joiner_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail

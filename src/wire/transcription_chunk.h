// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vllm_client/result.h"
#include "vllm_client/transcription.h"
#include "wire/event_parser.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::detail {

/// Reads the events of one streamed transcript. Views of a delta are valid until the next read().
class TranscriptionChunkReader {
 public:
    /// What only the end of the answer needs.
    struct Rest {
        std::string id{};
        std::string model{};
        std::optional<Usage> usage{};
    };

    /// The event `padded_json` (see wire::pad()). Errors: `stream` if it reports one, `decode` if
    /// it is no chunk, `limit` if it is nested too deeply.
    [[nodiscard]] Result<TranscriptionDelta> read(std::string_view padded_json);

    /// Id, model and usage of the event `delta` was read from.
    [[nodiscard]] static Result<Rest> rest(const TranscriptionDelta& delta);

 private:
    void read_event(wire::ondemand::object&& event);
    void read_choice(wire::ondemand::value& choice);

    TranscriptionDelta delta_{};
    std::string_view raw_text_{};  // as it stands in the event
    bool has_error_{false};
    wire::EventParser parser_;
    wire::SurrogateJoiner joiner_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::detail

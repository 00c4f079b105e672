// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/messages_event.h"
#include "vllm_client/result.h"
#include "wire/event_parser.h"
#include "wire/sse_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// The kind of events of this type; `unknown` for types not in the list.
[[nodiscard]] MessagesEvent::Kind messages_event_kind(std::string_view type) noexcept;

/// Reads the events of one streamed message. What it returns is valid until the next read(); the
/// event's bytes must stay as long. One thread. Steady state: no allocation.
class MessagesEventReader {
 public:
    /// The event. Its type is the JSON's, else the one of the `event:` line. Errors: `stream` if it
    /// reports one, `decode` if its data is no JSON object, `limit` if it is nested too deeply.
    [[nodiscard]] Result<MessagesEvent> read(const SseEvent& event);

 private:
    // What the pass over the event finds; texts as they stand in it.
    struct Found {
        std::string_view delta{};
        std::string_view delta_type{};
        bool has_error{false};
    };

    void read_members(ondemand::object&& event);
    void read_delta(ondemand::value& value);
    void read_block(ondemand::value& value);
    void read_piece();

    MessagesEvent event_{};
    Found found_{};
    EventParser parser_;
    SurrogateJoiner joiner_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

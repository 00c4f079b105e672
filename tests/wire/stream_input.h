// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/sse_reader.h"

namespace vllm_client::wire {

/// What a reader made of a stream: its events, and the error that ended it if there was one.
struct StreamContent {
    struct Event {
        std::string type;
        std::string data;
        friend bool operator==(const Event&, const Event&) = default;
    };
    std::vector<Event> events;
    std::optional<ErrorKind> error;

    friend bool operator==(const StreamContent&, const StreamContent&) = default;
};

/// Takes all events that are complete; false once the reader has failed.
inline bool drain(SseReader& reader, StreamContent& content) {
    for (;;) {
        auto event = reader.next();
        if (!event) content.error = event.error().kind;
        if (!event || !*event) return event.ok();
        content.events.push_back({std::string((*event)->type), std::string((*event)->data)});
    }
}

/// Feeds `stream` cut before each of the ascending `cuts`.
inline StreamContent read_stream(std::string_view stream, const std::vector<std::size_t>& cuts,
                                 std::size_t max_event_bytes = 1 << 20) {
    SseReader reader(max_event_bytes);
    StreamContent content;
    std::size_t begin = 0;
    for (const std::size_t cut : cuts) {
        reader.append(stream.substr(begin, cut - begin));
        if (!drain(reader, content)) return content;
        begin = cut;
    }
    reader.append(stream.substr(begin));
    (void)drain(reader, content);
    return content;
}

inline StreamContent read_stream(std::string_view stream) {
    return read_stream(stream, {});
}

/// The data of the events of a whole stream.
inline std::vector<std::string> data_of(std::string_view stream) {
    std::vector<std::string> data;
    for (auto& event : read_stream(stream).events)
        data.push_back(std::move(event.data));
    return data;
}

/// Cuts after every `size` bytes.
inline std::vector<std::size_t> cuts_every(std::size_t size, std::size_t length) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = size; at < length; at += size)
        cuts.push_back(at);
    return cuts;
}

}  // namespace vllm_client::wire

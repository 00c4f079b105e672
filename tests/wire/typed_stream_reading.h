// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/error.h"
#include "wire/json_reader.h"
#include "wire/sse_reader.h"

namespace vllm_client::wire {

/// What came of a stream whose events have types.
template <class Accumulator>
struct TypedReading {
    std::vector<std::string> types{};
    std::string deltas{};  ///< All pieces, each with a bar behind it.
    std::optional<Error> error{};
    Accumulator answer{};
};

/// Reads `stream`, given in two pieces cut at `cut`, until its end or an error.
template <class Reader, class Accumulator>
TypedReading<Accumulator> read_typed(std::string_view stream, std::size_t cut = 0) {
    SseReader sse(1 << 20);
    Reader reader;
    TypedReading<Accumulator> reading;
    for (const std::string_view piece : {stream.substr(0, cut), stream.substr(cut)}) {
        sse.append(piece);
        for (auto event = sse.next(); event && *event; event = sse.next()) {
            auto delta = reader.read(**event);
            if (!delta) {
                reading.error = delta.error();
                return reading;
            }
            reading.types.emplace_back(delta->type);
            reading.deltas += std::string(delta->delta) + "|";
            if (auto added = reading.answer.add(*delta); !added) {
                reading.error = added.error();
                return reading;
            }
        }
    }
    return reading;
}

/// Owns one event and reads it.
template <class Reader>
class OneEvent {
 public:
    auto operator()(std::string data, std::string type = {}) {
        data_ = std::move(data);
        type_ = std::move(type);
        pad(data_);
        return reader_.read(SseEvent{.type = type_, .data = data_});
    }

 private:
    std::string data_;
    std::string type_;
    Reader reader_;
};

/// One event as it goes over the wire.
inline std::string typed_event(const std::string& json) {
    return "data: " + json + "\n\n";
}

}  // namespace vllm_client::wire

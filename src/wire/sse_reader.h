// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// One event. The views live until the reader's next call. `data` is followed by at least
/// `SseReader::padding` readable bytes.
struct SseEvent {
    std::string_view type;  ///< The `event` field; empty for the default type.
    std::string_view data;  ///< All `data` lines, joined by LF.
};

/// Reads an event stream incrementally, whatever the split of the input. Follows the WHATWG
/// grammar: LF, CR and CRLF end lines (nothing else does), one leading byte-order mark and one
/// space after the colon are dropped, comments and unknown fields are skipped, events without data
/// are not dispatched. `id` and `retry` are read over: nothing here reconnects. Steady state: no
/// allocation, one copy at most (none if the caller gives whole buffers).
class SseReader {
 public:
    static constexpr std::size_t padding = 64;  // what the JSON parser may read past the end

    /// `max_event_bytes` bounds a line and an event.
    explicit SseReader(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

    /// Adds bytes. Invalidates earlier views.
    void append(std::string_view bytes);
    /// Adds all of `bytes` and leaves it empty; exchanges buffers instead of copying if it can.
    void append_swap(std::string& bytes);

    /// The next complete event, nothing if more bytes are needed, or a `limit` error.
    [[nodiscard]] Result<std::optional<SseEvent>> next();

    /// Comment lines seen; they are signs of life.
    [[nodiscard]] std::size_t comments() const noexcept { return comments_; }
    /// Bytes held that are not part of a delivered event.
    [[nodiscard]] std::size_t unread() const noexcept { return buffer_.size() - position_; }
    /// True if an event has begun but its blank line has not come.
    [[nodiscard]] bool inside_event() const noexcept { return has_data_ || unread() != 0; }

 private:
    [[nodiscard]] std::optional<std::string_view> next_line();
    void take_field(std::string_view line);
    void add_data(std::string_view value);
    void compact();
    // Reserves space for `more` bytes and the padding.
    void make_room(std::size_t more);

    const std::size_t max_event_bytes_;
    std::string buffer_;
    std::size_t position_{0};  // first unread byte
    std::size_t scanned_{0};   // bytes after position_ known to hold no line end
    bool at_start_{true};      // a byte-order mark may still come
    bool skip_lf_{false};      // the last line ended in CR: a LF belongs to it
    bool has_data_{false};
    bool joined_{false};          // data is in data_, not one line of buffer_
    std::size_t data_offset_{0};  // of a single-line event, in buffer_
    std::size_t data_size_{0};
    std::string data_;
    std::string type_;            // of the event being read
    std::string delivered_type_;  // of the event handed out
    std::size_t comments_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

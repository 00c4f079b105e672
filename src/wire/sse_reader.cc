// SPDX-License-Identifier: Apache-2.0
#include "wire/sse_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Position of the first CR or LF in [from, size), or npos. Looks at a window at a time: else a
// stream without any LF would be searched to its end for every line.
std::size_t find_line_end(std::string_view text, std::size_t from) {
    constexpr std::size_t window = 1024;
    for (; from < text.size(); from += window) {
        const char* begin = text.data() + from;
        const std::size_t length = std::min(window, text.size() - from);
        const auto* lf = static_cast<const char*>(std::memchr(begin, '\n', length));
        const std::size_t limit = lf ? static_cast<std::size_t>(lf - begin) : length;
        const auto* cr = static_cast<const char*>(std::memchr(begin, '\r', limit));
        const char* end = cr ? cr : lf;
        if (end) return static_cast<std::size_t>(end - text.data());
    }
    return std::string_view::npos;
}

}  // namespace

void SseReader::make_room(std::size_t more) {
    const std::size_t needed = buffer_.size() + more + padding;
    if (buffer_.capacity() < needed) buffer_.reserve(std::max(needed, 2 * buffer_.capacity()));
}

void SseReader::compact() {
    const std::size_t keep = has_data_ && !joined_ ? data_offset_ : position_;
    if (keep == 0) return;
    buffer_.erase(0, keep);
    position_ -= keep;
    data_offset_ -= std::min(keep, data_offset_);
}

void SseReader::append(std::string_view bytes) {
    compact();
    make_room(bytes.size());
    buffer_.append(bytes);
}

void SseReader::append_swap(std::string& bytes) {
    if (unread() == 0 && !has_data_) {
        std::swap(buffer_, bytes);
        position_ = 0;
        scanned_ = 0;
        make_room(0);
    } else {
        append(bytes);
    }
    bytes.clear();
}

std::optional<std::string_view> SseReader::next_line() {
    if (at_start_) {
        const std::string_view rest = std::string_view(buffer_).substr(position_);
        if (rest.size() < byte_order_mark.size() && byte_order_mark.starts_with(rest)) {
            return std::nullopt;
        }
        if (rest.starts_with(byte_order_mark)) position_ += byte_order_mark.size();
        at_start_ = false;
    }
    if (skip_lf_ && unread() != 0) {
        if (buffer_[position_] == '\n') ++position_;
        skip_lf_ = false;
    }
    const std::size_t end = find_line_end(buffer_, position_ + scanned_);
    if (end == std::string_view::npos) {
        scanned_ = unread();
        return std::nullopt;
    }
    const std::string_view line = std::string_view(buffer_).substr(position_, end - position_);
    skip_lf_ = buffer_[end] == '\r';
    position_ = end + 1;
    scanned_ = 0;
    return line;
}

void SseReader::add_data(std::string_view value) {
    if (!has_data_) {
        has_data_ = true;
        joined_ = false;
        data_offset_ = static_cast<std::size_t>(value.data() - buffer_.data());
        data_size_ = value.size();
        return;
    }
    if (!joined_) {
        data_.assign(buffer_, data_offset_, data_size_);
        joined_ = true;
    }
    data_.push_back('\n');
    data_.append(value);
}

void SseReader::take_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == 0) {
        ++comments_;
        return;
    }
    const std::string_view name = line.substr(0, colon);
    // An empty value still points into the buffer, so that add_data() can place it.
    std::string_view value = line.substr(colon == std::string_view::npos ? line.size() : colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (name == "data") {
        add_data(value);
    } else if (name == "event") {
        type_.assign(value);
    }
}

Result<std::optional<SseEvent>> SseReader::next() {
    for (;;) {
        const std::optional<std::string_view> line = next_line();
        const std::size_t pending = joined_ ? data_.size() : (has_data_ ? data_size_ : 0);
        if (unread() > max_event_bytes_ && !line) break;
        if (pending > max_event_bytes_ || (line && line->size() > max_event_bytes_)) break;
        if (!line) return std::optional<SseEvent>();
        if (!line->empty()) {
            take_field(*line);
            continue;
        }
        // A blank line ends the event; without data there is none.
        if (!std::exchange(has_data_, false)) {
            type_.clear();
            continue;
        }
        SseEvent event{};
        if (!type_.empty()) {
            std::swap(type_, delivered_type_);
            type_.clear();
            event.type = delivered_type_;
        }
        if (std::exchange(joined_, false)) {
            data_.reserve(data_.size() + padding);
            event.data = data_;
        } else {
            event.data = std::string_view(buffer_).substr(data_offset_, data_size_);
        }
        return std::optional<SseEvent>(event);
    }
    return Error{.kind = ErrorKind::limit,
                 .message = "an event of the stream is larger than " +
                            std::to_string(max_event_bytes_) + " bytes",
                 .reach = Reach::executed,
                 .phase = Phase::between_events};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

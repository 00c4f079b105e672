// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/result.h"
#include "wire/json_reader.h"
#include "wire/surrogate_joiner.h"

// What json_reader.h offers, for stream events, where every nanosecond counts: names are compared
// where they stand, strings are taken as they stand, nothing is allocated in steady state.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Parses the events of one stream, one after the other, into memory that is used again.
class EventParser {
 public:
    /// Runs `read(ondemand::object)` on the event `json`, which must be followed by
    /// simdjson::SIMDJSON_PADDING readable bytes. Texts of the event before become invalid.
    template <class F>
    [[nodiscard]] Result<void> read(std::string_view json, F&& read);

    /// For use inside read(): the text of `raw`, the inside of a string of the event. A view of the
    /// event where nothing is escaped. Lone halves of surrogate pairs become U+FFFD. Throws a
    /// DecodeFailure for broken escapes, which read() makes an error.
    [[nodiscard]] std::string_view text(std::string_view raw);
    /// The same for a piece of a running text; `joiner` mends characters cut in two. `last`: no
    /// more of this text will follow.
    [[nodiscard]] std::string_view text(std::string_view raw, const TextPart& part, bool last,
                                        SurrogateJoiner& joiner);

 private:
    void begin_event(std::string_view json);
    // Unescapes into buffer_; false if the string is not strictly right.
    [[nodiscard]] bool unescape(std::string_view raw, std::string_view& text);

    ondemand::parser parser_;
    std::size_t event_size_{0};
    std::vector<std::uint8_t> buffer_;  // texts of the event that had escapes
    std::size_t used_{0};               // bytes of buffer_
    std::list<std::string> mended_;     // texts of the event that had lone halves
};

/// A member's name where it stands in the event. Compared with its escapes, which no server uses in
/// the names we know.
class EventKey {
 public:
    explicit EventKey(ondemand::raw_json_string key) noexcept : text_(key.raw()) {}

    /// May look at bytes after the name, at most at the event's padding.
    template <std::size_t size>
    [[nodiscard]] bool is(const char (&name)[size]) const noexcept {
        static_assert(size < simdjson::SIMDJSON_PADDING);
        return std::memcmp(text_, name, size - 1) == 0 && text_[size - 1] == '"';
    }
    /// The name; searches for its end.
    [[nodiscard]] std::string_view name() const noexcept;

 private:
    const char* text_;
};

/// Calls `visit(EventKey, ondemand::value&)` for each member in order; adds the name to the path of
/// a failure.
template <class F>
void visit_fields(ondemand::object&& object, F&& visit) {
    for (auto item : object) {
        // A reference: copying what simdjson packs into these objects costs more than using it.
        ondemand::field&& field = std::move(item).take_value();
        const EventKey key(field.key());
        try {
            visit(key, field.value());
        } catch (DecodeFailure& failure) {
            add_to_path(failure, key.name());
            throw;
        } catch (const simdjson::simdjson_error& error) {
            throw DecodeFailure{std::string(key.name()), error.what()};
        }
    }
}

/// The same for the members of a value that may be null.
template <class F>
void visit_fields(ondemand::value& value, F&& visit) {
    if (!is_null(value)) visit_fields(value.get_object().take_value(), std::forward<F>(visit));
}

/// The inside of a string as it stands, escapes included; empty for null.
[[nodiscard]] std::string_view raw_string(ondemand::value& value);
/// True for an array with an element; false for null and the empty array.
[[nodiscard]] bool is_filled_array(ondemand::value& value);
/// The index of a choice; 0 for null. Throws a `limit` failure if no server means it.
[[nodiscard]] std::int64_t read_choice_index(ondemand::value& value);

template <class F>
Result<void> EventParser::read(std::string_view json, F&& read) {
    constexpr std::string_view what = "stream event";
    try {
        begin_event(json);
        ondemand::document document =
            parser_.iterate(json.data(), json.size(), json.size() + simdjson::SIMDJSON_PADDING)
                .take_value();
        read(document.get_object().take_value());
        expect_end(document);
        return {};
    } catch (const DecodeFailure& failure) {
        return decode_error(what, json, failure);
    } catch (const simdjson::simdjson_error& error) {
        return decode_error(what, json, {{}, error.what()});
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

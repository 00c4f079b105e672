// SPDX-License-Identifier: Apache-2.0
#pragma once

// simdjson's CMake package defines it for what links it, not for tests and benches that only see
// these headers; the parser's layout depends on it.
#ifndef SIMDJSON_THREADS_ENABLED
#define SIMDJSON_THREADS_ENABLED 1
#endif
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/json_text.h"
#include "vllm_client/result.h"
#include "wire/json_grammar.h"

// Reading replies with simdjson's on-demand parser. Functions here throw DecodeFailure (or
// simdjson's own error) and are only used inside read_json(), which turns both into a Result.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

namespace ondemand = simdjson::ondemand;

/// A value that cannot be read as what it must be. `path` grows on the way out.
struct DecodeFailure {
    std::string path;
    std::string problem;
    ErrorKind kind{ErrorKind::decode};
};

/// The failure as an Error; `json` is what was read. JSON nested too deeply is a `limit` error
/// wherever the reader stumbled over it.
[[nodiscard]] Error decode_error(std::string_view what, std::string_view json,
                                 const DecodeFailure& failure);

/// Throws if anything but white space follows the object read.
void expect_end(ondemand::document& document);

/// A parser of this thread, for replies that come one at a time.
[[nodiscard]] ondemand::parser& thread_parser();

/// The key as it stands in the JSON, escapes included.
[[nodiscard]] std::string_view raw_key(ondemand::field& field);
/// The value's JSON, every byte of it checked: a DecodeFailure if it is not JSON or nested too
/// deeply.
[[nodiscard]] std::string_view raw_json(ondemand::value value);
/// `key` in front of the path of a failure below it.
void add_to_path(DecodeFailure& failure, std::string_view key);
/// An `\u`-aware copy of a string's inside, for strings simdjson refuses: lone surrogates become
/// U+FFFD.
[[nodiscard]] std::string unescape_lenient(std::string_view raw);

/// Text; null reads as empty.
[[nodiscard]] std::string read_text(ondemand::value value);
/// A whole number; null reads as 0, a fraction is cut off.
[[nodiscard]] std::int64_t read_integer(ondemand::value value);
/// A number; null reads as 0.
[[nodiscard]] double read_real(ondemand::value value);
/// A list of whole numbers; null reads as empty.
[[nodiscard]] std::vector<std::int64_t> read_integers(ondemand::value value);
/// The value as owned JSON; null reads as absent.
[[nodiscard]] JsonText read_json_text(ondemand::value value);
/// True for JSON null, which is then read; leaves other values unread.
[[nodiscard]] inline bool is_null(ondemand::value& value) {
    return value.is_null().value();
}

/// Calls `visit(key, value)` for each member in order; adds the key to the path of a failure.
template <class F>
void for_each_field(ondemand::object object, F&& visit) {
    for (auto item : object) {
        ondemand::field field = std::move(item).take_value();
        const std::string_view key = raw_key(field);
        try {
            visit(key, field.value());
        } catch (DecodeFailure& failure) {
            add_to_path(failure, key);
            throw;
        } catch (const simdjson::simdjson_error& error) {
            throw DecodeFailure{std::string(key), error.what()};
        }
    }
}

/// Calls `visit(value)` for each element; null reads as an empty array. Adds the position to the
/// path of a failure.
template <class F>
void for_each_element(ondemand::value value, F&& visit) {
    if (is_null(value)) return;
    ondemand::array array = value.get_array();
    std::size_t index = 0;
    for (auto element : array) {
        try {
            visit(element.value());
        } catch (DecodeFailure& failure) {
            add_to_path(failure, "[" + std::to_string(index) + "]");
            throw;
        } catch (const simdjson::simdjson_error& error) {
            throw DecodeFailure{"[" + std::to_string(index) + "]", error.what()};
        }
        ++index;
    }
}

/// Collects members nobody knows, as one JSON object.
class ExtraFields {
 public:
    void add(std::string_view raw_key, ondemand::value value);
    /// The object, or absent if nothing was added.
    [[nodiscard]] JsonText take();

 private:
    std::string text_;
};

/// Runs `read(object)` on the JSON object in `json`, which must be followed by
/// simdjson::SIMDJSON_PADDING readable bytes. `what` names the reply in errors.
template <class T, class F>
[[nodiscard]] Result<T> read_json(ondemand::parser& parser, std::string_view json,
                                  std::string_view what, F&& read) {
    try {
        ondemand::document document =
            parser.iterate(json.data(), json.size(), json.size() + simdjson::SIMDJSON_PADDING)
                .value();
        Result<T> result = read(document.get_object().value());
        expect_end(document);
        return result;
    } catch (const DecodeFailure& failure) {
        return decode_error(what, json, failure);
    } catch (const simdjson::simdjson_error& error) {
        return decode_error(what, json, {{}, error.what()});
    }
}

/// Makes sure that the parser may read past the end of `text`.
void pad(std::string& text);

/// Runs `use(parser)` with a parser of this thread, or with a short-lived one for large JSON: a
/// parser keeps buffers as large as its largest document.
template <class F>
auto with_parser(std::size_t json_size, F&& use) {
    constexpr std::size_t largest_kept = 1024UL * 1024;
    if (json_size <= largest_kept) return use(thread_parser());
    ondemand::parser parser;
    return use(parser);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

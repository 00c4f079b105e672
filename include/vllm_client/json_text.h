// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// JSON as owned text, checked once when it is made. Carries schemas, tool arguments and unknown
/// fields through the API without a JSON library in the headers; `<vllm_client/json.h>` converts it
/// to and from `nlohmann::json` and users' structs.
///
///     ChatRequest request{.messages = {user("hi")}, .extra = R"({"my_field": 1})"};
///
/// A plain value; as thread-safe as std::string. Text that is not JSON is kept and reported: the
/// request carrying it fails with a `config` error naming the field, before anything is sent.
/// Cost: one pass over the text when made. Limits: 256 levels of nesting, valid UTF-8.
class VLLM_CLIENT_EXPORT JsonText {
 public:
    /// What the outermost value is.
    enum class Kind : std::uint8_t {
        absent,
        invalid,
        object,
        array,
        string,
        number,
        boolean,
        null
    };

    /// Absent: the field is left out of the request.
    JsonText() = default;
    /// Takes JSON text. Implicit, so that raw string literals can be written in braces.
    JsonText(std::string text);
    JsonText(const char* text) : JsonText(std::string(text)) {}
    JsonText(std::string_view text) : JsonText(std::string(text)) {}

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    /// True if there is no text at all.
    [[nodiscard]] bool empty() const noexcept { return kind_ == Kind::absent; }
    /// True if the text is JSON. False for absent and invalid.
    [[nodiscard]] bool valid() const noexcept {
        return kind_ != Kind::absent && kind_ != Kind::invalid;
    }
    [[nodiscard]] bool is_object() const noexcept { return kind_ == Kind::object; }
    /// The text as given, surrounding white space removed.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    friend bool operator==(const JsonText& a, const JsonText& b) noexcept {
        return a.text_ == b.text_;
    }

    /// Internal: wraps text already known to be a JSON value (a slice of a parsed reply).
    [[nodiscard]] static JsonText from_checked(std::string text);

 private:
    std::string text_{};
    Kind kind_{Kind::absent};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/json_text.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Writes JSON straight to bytes: compact, and canonical as long as the caller names the keys of an
/// object in ascending byte order (`extra` fields are merged in at their place).
/// The first problem (invalid UTF-8, a number that is not finite, broken extra JSON) is kept with
/// the path of the field and reported by finish().
class JsonWriter {
 public:
    explicit JsonWriter(std::size_t expected_bytes = 512) {
        out_.reserve(expected_bytes);
        levels_.reserve(usual_depth);
    }

    /// Opens an object. Members of `extra` (an object, or absent) are merged in by key; they win
    /// over members written here. `extra` must stay alive until the object is closed.
    void begin_object(const JsonText* extra = nullptr);
    void end_object();
    void begin_array();
    void end_array();

    /// Names the next member; false if `extra` replaces it, so that its value must be left out.
    /// `name` must stay alive until the value is written: problems are reported under it.
    [[nodiscard]] bool key(std::string_view name);

    /// True if `extra` of the open object has a member of this name that was not written yet.
    [[nodiscard]] bool is_replaced(std::string_view name) const;

    void value(std::string_view text);
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const char* text) { value(std::string_view(text)); }
    void value(bool flag);
    void value(std::int64_t number);
    void value(double number);
    /// Checked JSON, copied as it is; a problem is reported under the current path.
    void value(const JsonText& json);

    /// Writes `name: v`, v being anything value() takes.
    template <class T>
    void member(std::string_view name, const T& v) {
        if (key(name)) value(v);
    }
    /// The same for members that may be unset: empty optionals, texts, lists and absent JSON.
    template <class T>
    void member_if(std::string_view name, const std::optional<T>& v) {
        if (v) member(name, *v);
    }
    void member_if(std::string_view name, const std::string& v) {
        if (!v.empty()) member(name, v);
    }
    void member_if(std::string_view name, const JsonText& v) {
        if (!v.empty()) member(name, v);
    }
    template <class T>
    void member_if(std::string_view name, const std::vector<T>& v) {
        if (v.empty() || !key(name)) return;
        begin_array();
        for (const T& item : v)
            value(item);
        end_array();
    }

    /// Adds `text` to the path used in problems, e.g. "messages[3]"; undone by the destructor.
    class Scope {
     public:
        Scope(JsonWriter& writer, std::string_view name);
        Scope(JsonWriter& writer, std::string_view name, std::size_t index);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

     private:
        JsonWriter& writer_;
        std::size_t length_;
    };

    /// Records a problem found by the caller, unless there is one already.
    void fail(std::string_view field, std::string_view problem);
    /// The bytes, or the first problem as a `config` error naming the field.
    [[nodiscard]] Result<std::string> finish() &&;

 private:
    static constexpr std::size_t usual_depth = 8;
    struct Level {
        std::size_t next_extra{0};  // first of extra_ not written yet
        std::size_t end_extra{0};
        bool empty{true};
        bool array{false};
    };
    struct ExtraMember {
        std::string name;  // unescaped
        std::string_view value;
    };

    void separate();
    void quoted(std::string_view text);
    void write_extra(const ExtraMember& member);
    void load_extra(const JsonText& extra);

    std::string out_;
    std::string path_;           // of the object being written, for problems
    std::string_view last_key_;  // member being written
    std::string problem_;        // first problem, empty if none
    std::vector<Level> levels_;
    std::vector<ExtraMember> extra_;  // of all open objects, innermost last
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

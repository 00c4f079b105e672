// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"
#include "testing/sim_vocabulary.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

class ExampleWriter {
 public:
    ExampleWriter(const json& root, std::uint64_t seed) : root_(root), seed_(seed) {}

    void value(const json& schema, int depth) {
        // Recursive schemas end here, and so do those that would multiply without end.
        if (depth > 16 || out_.size() > 65536 || !schema.is_object()) return text("null");
        if (schema.contains("const")) return literal(schema["const"]);
        if (schema.contains("enum") && schema["enum"].is_array() && !schema["enum"].empty()) {
            return literal(schema["enum"][next() % schema["enum"].size()]);
        }
        if (schema.contains("$ref")) return reference(schema["$ref"], depth);
        for (const auto* keyword : {"anyOf", "oneOf", "allOf"}) {
            const auto found = schema.find(keyword);
            if (found != schema.end() && found->is_array() && !found->empty()) {
                return value(found->front(), depth + 1);
            }
        }
        typed(schema, depth);
    }

    [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
    void typed(const json& schema, int depth) {
        const std::string type = type_of(schema);
        if (type == "object") return object(schema, depth);
        if (type == "array") return array(schema, depth);
        if (type == "integer") return append_number(out_, integer(schema));
        if (type == "number") {
            return append_number(out_, static_cast<double>(integer(schema)) + 0.5);
        }
        if (type == "boolean") return text(next() % 2 == 0 ? "true" : "false");
        if (type == "null") return text("null");
        string(schema);
    }

    static std::string type_of(const json& schema) {
        const auto found = schema.find("type");
        if (found == schema.end()) return schema.contains("properties") ? "object" : "string";
        if (found->is_array() && !found->empty() && found->front().is_string()) {
            return found->front();
        }
        return found->is_string() ? found->get<std::string>() : "string";
    }

    void object(const json& schema, int depth) {
        out_ += '{';
        const auto properties = schema.find("properties");
        if (properties != schema.end() && properties->is_object()) {
            bool first = true;
            for (const auto& [name, member] : properties->items()) {
                if (!first) out_ += ", ";
                first = false;
                append_quoted(out_, name);
                out_ += ": ";
                value(member, depth + 1);
            }
        }
        out_ += '}';
    }

    void array(const json& schema, int depth) {
        const std::int64_t count = std::clamp<std::int64_t>(number(schema, "minItems", 1), 1, 64);
        const auto items = schema.find("items");
        out_ += '[';
        for (std::int64_t i = 0; i < count; ++i) {
            if (i > 0) out_ += ", ";
            value(items != schema.end() ? *items : json::object(), depth + 1);
        }
        out_ += ']';
    }

    void string(const json& schema) {
        const Vocabulary& vocabulary = Vocabulary::instance();
        const auto wanted = static_cast<std::size_t>(
            std::clamp<std::int64_t>(number(schema, "minLength", 1), 1, 4096));
        std::string words;
        while (words.size() < wanted) {
            const TokenId id = vocabulary.words()[next() % vocabulary.words().size()];
            words += vocabulary.piece(id).text.substr(words.empty() ? 1 : 0);
        }
        append_quoted(out_, words);
    }

    void reference(const json& target, int depth) {
        std::string pointer = target.is_string() ? target.get<std::string>() : "";
        if (!pointer.starts_with("#/")) return text("null");
        pointer.erase(0, 1);
        try {
            value(root_.at(json::json_pointer(pointer)), depth + 1);
        } catch (const json::exception&) {
            text("null");
        }
    }

    std::int64_t integer(const json& schema) {
        return number(schema, "minimum", 1) + static_cast<std::int64_t>(next() % 10);
    }

    static std::int64_t number(const json& schema, const char* keyword, std::int64_t fallback) {
        const auto found = schema.find(keyword);
        return found != schema.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                                   : fallback;
    }

    void literal(const json& fixed) {
        out_ += fixed.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    void text(std::string_view fixed) { out_ += fixed; }
    std::uint64_t next() { return seed_ = mixed(seed_); }

    const json& root_;
    std::uint64_t seed_;
    std::string out_;
};

}  // namespace

std::string schema_example(const json& schema, std::uint64_t seed) {
    ExampleWriter writer(schema, seed);
    writer.value(schema, 0);
    return std::move(writer).take();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "wire/output_constraint.h"

#include <simdjson.h>

#include "wire/json_slices.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

namespace dom = simdjson::dom;
using Kind = OutputConstraint::Kind;

constexpr std::string_view json_object_schema = R"({"type":"object"})";

std::string text_of(std::string_view json) {
    dom::parser parser;
    std::string_view text;
    const simdjson::padded_string padded(json);
    if (parser.parse(padded).get(text) != simdjson::SUCCESS) return {};
    return std::string(text);
}

std::vector<std::string> texts_of(std::string_view json) {
    dom::parser parser;
    dom::array list;
    std::vector<std::string> texts;
    const simdjson::padded_string padded(json);
    if (parser.parse(padded).get(list) != simdjson::SUCCESS) return texts;
    for (const dom::element item : list) {
        std::string_view text;
        if (item.get(text) == simdjson::SUCCESS) texts.emplace_back(text);
    }
    return texts;
}

/// One JSON object, written member by member in ascending order of names.
class ObjectText {
 public:
    ObjectText() { writer_.begin_object(); }
    ObjectText& text(std::string_view name, std::string_view value) {
        writer_.member(name, value);
        return *this;
    }
    ObjectText& json(std::string_view name, std::string value) {
        writer_.member(name, JsonText::from_checked(std::move(value)));
        return *this;
    }
    ObjectText& texts(std::string_view name, const std::vector<std::string>& values) {
        writer_.member_if(name, values);
        return *this;
    }
    [[nodiscard]] std::string take() {
        writer_.end_object();
        return std::move(writer_).finish().value_or("{}");
    }

 private:
    JsonWriter writer_;
};

std::string json_string(std::string_view text) {
    JsonWriter writer;
    writer.value(text);
    return std::move(writer).finish().value_or("\"\"");
}

std::string list_text(const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const std::string& text : texts)
        list += (list.size() > 1 ? "," : "") + json_string(text);
    return list + "]";
}

// A regular expression that matches the choices and nothing else.
std::string choice_regex(const std::vector<std::string>& choices) {
    constexpr std::string_view special = R"(\^$.|?*+()[]{})";
    std::string regex = "(";
    for (const std::string& choice : choices) {
        if (regex.size() > 1) regex += '|';
        for (const char c : choice) {
            if (special.find(c) != std::string_view::npos) regex += '\\';
            regex += c;
        }
    }
    return regex + ")";
}

// The same as a grammar in GBNF.
std::string choice_grammar(const std::vector<std::string>& choices) {
    std::string grammar = "root ::= ";
    bool first = true;
    for (const std::string& choice : choices) {
        if (!first) grammar += " | ";
        first = false;
        grammar += '"';
        for (const char c : choice) {
            if (c == '\n') {
                grammar += "\\n";
            } else if (c == '\r') {
                grammar += "\\r";
            } else if (c == '\t') {
                grammar += "\\t";
            } else {
                if (c == '"' || c == '\\') grammar += '\\';
                grammar += c;
            }
        }
        grammar += '"';
    }
    return grammar;
}

std::string openai_format(const OutputConstraint& c) {
    if (c.kind == Kind::json_object) return ObjectText().text("type", "json_object").take();
    std::string schema = ObjectText().text("name", "answer").json("schema", c.json).take();
    return ObjectText().json("json_schema", std::move(schema)).text("type", "json_schema").take();
}

bool is_json(const OutputConstraint& c) {
    return c.kind == Kind::json || c.kind == Kind::json_object;
}

Error no_such_kind(const OutputConstraint& c, const ServerIdentity& identity, bool chat) {
    std::string_view field = "structured_outputs";
    switch (c.kind) {
        case Kind::json:
            field = "structured_outputs.json";
            break;
        case Kind::regex:
            field = "structured_outputs.regex";
            break;
        case Kind::choice:
            field = "structured_outputs.choice";
            break;
        case Kind::grammar:
            field = "structured_outputs.grammar";
            break;
        case Kind::json_object:
            field = "structured_outputs.json_object";
            break;
    }
    return unsupported_by(identity, field,
                          chat ? "has no counterpart" : "has no counterpart for completions");
}

using Written = Result<BodyMembers>;

// The names of vLLM before 0.11, also used within `nvext` by NIM 1.
Written guided(const OutputConstraint& c, bool nim) {
    if (c.kind == Kind::json_object) return BodyMembers{{"response_format", openai_format(c)}};
    BodyMembers members;
    if (c.kind == Kind::json) members.emplace_back("guided_json", c.json);
    if (c.kind == Kind::regex) members.emplace_back("guided_regex", json_string(c.text));
    if (c.kind == Kind::grammar) members.emplace_back("guided_grammar", json_string(c.text));
    if (c.kind == Kind::choice) members.emplace_back("guided_choice", list_text(c.choices));
    if (!c.whitespace_pattern.empty()) {
        members.emplace_back("guided_whitespace_pattern", json_string(c.whitespace_pattern));
    }
    if (!nim) return members;
    ObjectText extension;
    for (auto& [name, value] : members)
        extension.json(name, std::move(value));
    return BodyMembers{{"nvext", extension.take()}};
}

Written for_sglang(const OutputConstraint& c) {
    switch (c.kind) {
        case Kind::regex:
            return BodyMembers{{"regex", json_string(c.text)}};
        case Kind::choice:
            return BodyMembers{{"regex", json_string(choice_regex(c.choices))}};
        case Kind::grammar:
            return BodyMembers{{"ebnf", json_string(c.text)}};
        default:
            return BodyMembers{{"response_format", openai_format(c)}};
    }
}

Written for_llama_cpp(const OutputConstraint& c, const ServerIdentity& identity, bool chat) {
    // Its completions read grammars, but pass over schemas.
    if (is_json(c) && !chat) return no_such_kind(c, identity, chat);
    switch (c.kind) {
        case Kind::json:
            return BodyMembers{{"json_schema", c.json}};
        case Kind::json_object:
            return BodyMembers{{"json_schema", std::string(json_object_schema)}};
        case Kind::grammar:
            return BodyMembers{{"grammar", json_string(c.text)}};
        case Kind::choice:
            return BodyMembers{{"grammar", json_string(choice_grammar(c.choices))}};
        default:
            return no_such_kind(c, identity, chat);
    }
}

Written for_tgi(const OutputConstraint& c, const ServerIdentity& identity, bool chat) {
    if (!chat || c.kind == Kind::grammar) return no_such_kind(c, identity, chat);
    ObjectText format;
    if (is_json(c)) {
        const bool any = c.kind == Kind::json_object;
        format.text("type", "json").json("value", any ? std::string(json_object_schema) : c.json);
    } else {
        const bool choice = c.kind == Kind::choice;
        format.text("type", "regex").text("value", choice ? choice_regex(c.choices) : c.text);
    }
    return BodyMembers{{"response_format", format.take()}};
}

Written for_lmdeploy(const OutputConstraint& c, const ServerIdentity& identity, bool chat) {
    if (!chat || c.kind == Kind::grammar) return no_such_kind(c, identity, chat);
    if (is_json(c)) return BodyMembers{{"response_format", openai_format(c)}};
    const std::string regex = c.kind == Kind::choice ? choice_regex(c.choices) : c.text;
    return BodyMembers{
        {"response_format",
         ObjectText().text("regex_schema", regex).text("type", "regex_schema").take()}};
}

Written for_tensorrt_llm(const OutputConstraint& c) {
    ObjectText format;
    switch (c.kind) {
        case Kind::json:
            format.json("schema", c.json).text("type", "json");
            break;
        case Kind::json_object:
            format.text("type", "json_object");
            break;
        case Kind::grammar:
            format.text("ebnf", c.text).text("type", "ebnf");
            break;
        default:
            format.text("regex", c.kind == Kind::choice ? choice_regex(c.choices) : c.text)
                .text("type", "regex");
    }
    return BodyMembers{{"response_format", format.take()}};
}

// OpenAI's own form: schemas, and those only for chats.
Written for_openai(const OutputConstraint& c, const ServerIdentity& identity, bool chat) {
    if (!chat || !is_json(c)) return no_such_kind(c, identity, chat);
    return BodyMembers{{"response_format", openai_format(c)}};
}

OutputConstraint json_constraint(std::string_view value) {
    // A schema may be given as a text that holds it.
    return {.kind = Kind::json,
            .json = value.starts_with('"') ? text_of(value) : std::string(value)};
}

}  // namespace

Error unsupported_by(const ServerIdentity& identity, std::string_view field,
                     std::string_view problem) {
    std::string message(field);
    message += ' ';
    message += problem;
    message += " on this server (";
    message += to_string(identity.dialect);
    if (!identity.version.empty()) message += " " + identity.version;
    message += ')';
    return Error{
        .kind = ErrorKind::unsupported, .message = std::move(message), .phase = Phase::validate};
}

Result<OutputConstraint> read_structured_outputs(const std::string& json) {
    OutputConstraint found;
    std::string unknown;
    std::size_t constraints = 0;
    std::string whitespace;
    const bool read = for_each_member(json, [&](const std::string& name, std::string_view value) {
        if (value == "null" || value == "false") return;
        ++constraints;
        if (name == "json") {
            found = json_constraint(value);
        } else if (name == "regex") {
            found = {.kind = Kind::regex, .text = text_of(value)};
        } else if (name == "grammar") {
            found = {.kind = Kind::grammar, .text = text_of(value)};
        } else if (name == "choice") {
            found = {.kind = Kind::choice, .choices = texts_of(value)};
        } else if (name == "json_object") {
            found = {.kind = Kind::json_object};
        } else {
            --constraints;
            if (name == "whitespace_pattern") {
                whitespace = text_of(value);
            } else if (unknown.empty()) {
                unknown = name;
            }
        }
    });
    if (!unknown.empty() || !read || constraints != 1) {
        const std::string field =
            "structured_outputs" + (unknown.empty() ? std::string() : "." + unknown);
        return Error{.kind = ErrorKind::unsupported,
                     .message = field + " can only be written for a current vLLM",
                     .phase = Phase::validate};
    }
    found.whitespace_pattern = std::move(whitespace);
    return found;
}

Result<std::optional<OutputConstraint>> read_response_format(const std::string& json) {
    std::string type;
    std::string schema_object;
    const bool read = for_each_member(json, [&](const std::string& name, std::string_view value) {
        if (name == "type") type = text_of(value);
        if (name == "json_schema") schema_object = value;
    });
    std::optional<OutputConstraint> found;
    if (read && type == "text") return found;
    if (read && type == "json_object") {
        found = OutputConstraint{.kind = Kind::json_object};
        return found;
    }
    std::string schema;
    const auto take = [&](const std::string& name, std::string_view value) {
        if (name == "schema") schema = value;
    };
    if (read && type == "json_schema" && for_each_member(schema_object, take) && !schema.empty()) {
        found = json_constraint(schema);
        return found;
    }
    return Error{
        .kind = ErrorKind::unsupported,
        .message = "response_format of type \"" + type + "\" has no counterpart on this server",
        .phase = Phase::validate};
}

Result<BodyMembers> write_constraint(const OutputConstraint& c, const ServerIdentity& identity,
                                     bool chat) {
    const bool is_guided = identity.dialect == Dialect::vllm || identity.dialect == Dialect::nim;
    if (!c.whitespace_pattern.empty() && !is_guided) {
        return unsupported_by(identity, "structured_outputs.whitespace_pattern",
                              "has no counterpart");
    }
    switch (identity.dialect) {
        case Dialect::vllm:
            return guided(c, false);
        case Dialect::nim:
            return guided(c, true);
        case Dialect::sglang:
            return for_sglang(c);
        case Dialect::llama_cpp:
            return for_llama_cpp(c, identity, chat);
        case Dialect::tgi:
            return for_tgi(c, identity, chat);
        case Dialect::lmdeploy:
            return for_lmdeploy(c, identity, chat);
        case Dialect::tensorrt_llm:
            return for_tensorrt_llm(c);
        default:
            return for_openai(c, identity, chat);
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

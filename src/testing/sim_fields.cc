// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_fields.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_error.h"
#include "testing/sim_json_text.h"
#include "testing/sim_utf8.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

std::string python_text(const json& value) {
    if (value.is_null()) return "None";
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    if (value.is_array()) return "<list of " + std::to_string(value.size()) + " items>";
    if (value.is_object()) return "<dict of " + std::to_string(value.size()) + " items>";
    if (value.is_string())
        return std::string(utf8_prefix(value.get_ref<const std::string&>(), 200));
    std::string number;
    if (value.is_number_float()) {
        append_number(number, value.get<double>());
    } else {
        number = value.dump();
    }
    return number;
}

template <class Number>
std::optional<Number> number_in(const std::string& text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

}  // namespace

std::string python_quoted(std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') out += '\\';
        c == '\n' ? out += "\\n" : out += c;
    }
    return out + quote;
}

FieldReader::FieldReader(const json& object, std::string location)
    : object_(object), location_(std::move(location)) {}

const json* FieldReader::find(std::string_view name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<double> FieldReader::real(std::string_view name) {
    const json* const value = find(name);
    if (value == nullptr) return {};
    if (value->is_number()) return value->get<double>();
    if (value->is_boolean()) return value->get<bool>() ? 1.0 : 0.0;
    if (!value->is_string()) {
        problem("float_type", name, "Input should be a valid number", *value);
        return {};
    }
    const auto number = number_in<double>(value->get<std::string>());
    if (!number) {
        problem("float_parsing", name,
                "Input should be a valid number, unable to parse string as a number", *value);
    }
    return number;
}

std::optional<std::int64_t> FieldReader::integer(std::string_view name) {
    const json* const value = find(name);
    if (value == nullptr) return {};
    if (value->is_number_integer()) return value->get<std::int64_t>();
    if (value->is_boolean()) return value->get<bool>() ? 1 : 0;
    if (value->is_number_float()) {
        const double number = value->get<double>();
        if (number == std::floor(number) && std::abs(number) < 9e18) {
            return static_cast<std::int64_t>(number);
        }
        problem("int_from_float", name,
                "Input should be a valid integer, got a number with a fractional part", *value);
        return {};
    }
    if (!value->is_string()) {
        problem("int_type", name, "Input should be a valid integer", *value);
        return {};
    }
    const auto number = number_in<std::int64_t>(value->get<std::string>());
    if (!number) {
        problem("int_parsing", name,
                "Input should be a valid integer, unable to parse string as an integer", *value);
    }
    return number;
}

std::optional<bool> FieldReader::boolean(std::string_view name) {
    const json* const value = find(name);
    if (value == nullptr) return {};
    if (value->is_boolean()) return value->get<bool>();
    const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
    for (const auto* yes : {"1", "true", "True", "on", "yes", "y", "t"}) {
        if (text == yes) return true;
    }
    for (const auto* no : {"0", "false", "False", "off", "no", "n", "f"}) {
        if (text == no) return false;
    }
    problem("bool_parsing", name, "Input should be a valid boolean, unable to interpret input",
            *value);
    return {};
}

std::optional<std::string> FieldReader::text(std::string_view name) {
    const json* const value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    problem("string_type", name, "Input should be a valid string", *value);
    return {};
}

const json* FieldReader::object(std::string_view name) {
    const json* const value = find(name);
    if (value == nullptr || value->is_object()) return value;
    problem("dict_type", name, "Input should be a valid dictionary", *value);
    return nullptr;
}

const json* FieldReader::array(std::string_view name) {
    const json* const value = find(name);
    if (value == nullptr || value->is_array()) return value;
    problem("list_type", name, "Input should be a valid list", *value);
    return nullptr;
}

std::vector<std::int64_t> FieldReader::token_ids(std::string_view name) {
    std::vector<std::int64_t> ids;
    const json* const list = array(name);
    if (list == nullptr) return ids;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const json& value = (*list)[i];
        const std::string place = std::string(name) + "." + std::to_string(i);
        if (!value.is_number_integer()) {
            problem(value.is_string() ? "int_parsing" : "int_type", place,
                    value.is_string()
                        ? "Input should be a valid integer, unable to parse string as an integer"
                        : "Input should be a valid integer",
                    value);
        } else if (value.get<std::int64_t>() < 0) {
            problem("greater_than_equal", place, "Input should be greater than or equal to 0",
                    value, "{'ge': 0}");
        } else {
            ids.push_back(value.get<std::int64_t>());
        }
    }
    return ids;
}

std::vector<std::string> FieldReader::texts(std::string_view name, std::size_t limit) {
    const json* const value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return {value->get<std::string>()};
    std::vector<std::string> list;
    bool right = value->is_array() && value->size() <= limit;
    for (const json& item : right ? *value : json::array()) {
        right = right && item.is_string();
        if (right) list.push_back(item.get<std::string>());
    }
    if (right) return list;
    problem("string_type", name, "Input should be a valid string", *value);
    if (value->is_array() && value->size() > limit) {
        const std::string most = std::to_string(limit);
        const std::string size = std::to_string(value->size());
        problem(
            "too_long", name,
            "List should have at most " + most + " items after validation, not " + size, *value,
            "{'field_type': 'List', 'max_length': " + most + ", 'actual_length': " + size + "}");
    }
    return {};
}

void FieldReader::problem(std::string_view type, std::string_view name, std::string_view message,
                          const json& input, std::string_view context) {
    const std::string place = name.empty() ? location_ : location_ + "." + std::string(name);
    if (problems_.empty()) first_location_ = place;
    std::string text = "{'type': " + python_quoted(type) + ", 'loc': " + python_quoted(place) +
                       ", 'msg': " + python_quoted(message) +
                       ", 'input': " + python_quoted(python_text(input));
    if (!context.empty()) text.append(", 'ctx': ").append(context);
    problems_.push_back(text + "}");
}

void FieldReader::missing(std::string_view name) {
    problem("missing", name, "Field required", object_);
}

void FieldReader::absorb(FieldReader& part) {
    if (problems_.empty()) first_location_ = part.first_location_;
    problems_.insert(problems_.end(), part.problems_.begin(), part.problems_.end());
}

void FieldReader::check() const {
    if (problems_.empty()) return;
    constexpr std::size_t told = 10;
    const std::string noun = problems_.size() == 1 ? "error" : "errors";
    std::string message = std::to_string(problems_.size()) + " validation " + noun + ":";
    for (std::size_t i = 0; i < problems_.size() && i < told; ++i)
        message += "\n  " + problems_[i];
    if (problems_.size() > told) {
        message += "\n  ...and " + std::to_string(problems_.size() - told) + " more " + noun;
    }
    throw ApiFailure({.type = "Bad Request", .message = message, .param = first_location_});
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

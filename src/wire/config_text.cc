// SPDX-License-Identifier: Apache-2.0
#include "wire/config_text.h"

#include <string_view>
#include <unordered_set>

#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

ConfigValue read_value(ondemand::value value, std::size_t depth);

ConfigValue read_object(ondemand::object json, std::size_t depth) {
    ConfigValue object{.kind = ConfigValue::Kind::object};
    std::unordered_set<std::string> names;
    for_each_field(json, [&](std::string_view name, ondemand::value value) {
        if (!names.emplace(name).second) throw DecodeFailure{{}, "given twice"};
        object.members.emplace_back(std::string(name), read_value(value, depth));
    });
    return object;
}

ConfigValue read_list(ondemand::value json, std::size_t depth) {
    ConfigValue list{.kind = ConfigValue::Kind::list};
    for_each_element(json,
                     [&](ondemand::value item) { list.items.push_back(read_value(item, depth)); });
    return list;
}

ConfigValue read_value(ondemand::value value, std::size_t depth) {
    using Kind = ConfigValue::Kind;
    if (depth == max_json_depth) throw DecodeFailure{{}, "nested too deeply"};
    switch (value.type().value()) {
        case ondemand::json_type::object:
            return read_object(value.get_object().value(), depth + 1);
        case ondemand::json_type::array:
            return read_list(value, depth + 1);
        case ondemand::json_type::number:
            return {.kind = Kind::number, .number = read_real(value)};
        case ondemand::json_type::string:
            return {.kind = Kind::text, .text = read_text(value)};
        case ondemand::json_type::boolean:
            return {.kind = Kind::boolean, .flag = value.get_bool().value()};
        case ondemand::json_type::null:
            if (is_null(value)) return {};
            break;
    }
    throw DecodeFailure{{}, "not valid JSON"};
}

Error not_readable(std::string_view where, std::string_view problem) {
    std::string message(where);
    if (!message.empty()) message += ": ";
    message += problem;
    return Error{
        .kind = ErrorKind::config, .message = std::move(message), .phase = Phase::validate};
}

}  // namespace

Result<ConfigValue> read_config_text(std::string json) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (json.starts_with(byte_order_mark)) json.erase(0, byte_order_mark.size());
    // The parser skips what nobody reads; this does not.
    const JsonFault fault = check_json(json);
    if (fault == JsonFault::depth) return not_readable({}, "nested more than 256 levels deep");
    if (fault == JsonFault::utf8) return not_readable({}, "not valid UTF-8");
    pad(json);
    ondemand::parser parser;
    std::string path;
    try {
        ondemand::document document =
            parser.iterate(json.data(), json.size(), json.capacity()).value();
        if (document.type().value() != ondemand::json_type::object) {
            return not_readable({}, "not a JSON object");
        }
        ConfigValue object = read_object(document.get_object().value(), 1);
        if (fault == JsonFault::none) return object;
    } catch (const DecodeFailure& failure) {
        if (fault == JsonFault::none) return not_readable(failure.path, failure.problem);
        path = failure.path;
    } catch (const simdjson::simdjson_error& error) {
        if (fault == JsonFault::none) return not_readable({}, error.what());
    }
    return not_readable(path, "not valid JSON");
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

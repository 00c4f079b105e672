// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_messages_request.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

std::string joined_text(const json& content) {
    if (content.is_string()) return content.get<std::string>();
    std::string text;
    for (const json& block : content.is_array() ? content : json::array()) {
        if (!block.is_object() || block.value("type", "") != "text") continue;
        if (!text.empty()) text += '\n';
        text += block.value("text", "");
    }
    return text;
}

json image_part(const json& block) {
    const json source = block.value("source", json::object());
    const std::string url = source.value("type", "") == "url"
                                ? source.value("url", "")
                                : "data:" + source.value("media_type", "image/png") + ";base64," +
                                      source.value("data", "");
    return {{"type", "image_url"}, {"image_url", {{"url", url}}}};
}

json tool_call(const json& block) {
    const json function = {{"name", block.value("name", "")},
                           {"arguments", block.value("input", json::object()).dump()}};
    return {{"id", block.value("id", "")}, {"type", "function"}, {"function", function}};
}

// One message may become several: results of tools are messages of their own.
void add_message(const json& message, json& chat) {
    const json role = message.value("role", json("user"));
    const json content = message.value("content", json(""));
    if (!content.is_array()) {
        chat.push_back({{"role", role}, {"content", content}});
        return;
    }
    json parts = json::array();
    json calls = json::array();
    for (const json& block : content) {
        const std::string type = block.is_object() ? block.value("type", "") : "";
        if (type == "text") {
            parts.push_back({{"type", "text"}, {"text", block.value("text", "")}});
        } else if (type == "image") {
            parts.push_back(image_part(block));
        } else if (type == "tool_use") {
            calls.push_back(tool_call(block));
        } else if (type == "tool_result") {
            chat.push_back({{"role", "tool"},
                            {"tool_call_id", block.value("tool_use_id", "")},
                            {"content", joined_text(block.value("content", json("")))}});
        }
    }
    if (parts.empty() && calls.empty()) return;
    json one = {{"role", role}, {"content", parts}};
    if (!calls.empty()) one["tool_calls"] = calls;
    chat.push_back(std::move(one));
}

void add_tools(const json& body, json& chat) {
    const json tools = body.value("tools", json());
    if (!tools.is_array() || tools.empty()) return;
    chat["tools"] = json::array();
    for (const json& tool : tools) {
        json function = {{"name", tool.value("name", "")},
                         {"parameters", tool.value("input_schema", json::object())}};
        if (tool.contains("description")) function["description"] = tool["description"];
        chat["tools"].push_back({{"type", "function"}, {"function", function}});
    }
    const json choice = body.value("tool_choice", json::object());
    const std::string type = choice.value("type", "auto");
    chat["tool_choice"] = type == "any" ? json("required") : json(type);
    if (type == "tool") {
        chat["tool_choice"] = {{"type", "function"},
                               {"function", {{"name", choice.value("name", "")}}}};
    }
    if (choice.value("disable_parallel_tool_use", false)) chat["parallel_tool_calls"] = false;
}

void check_length(const json& body, FieldReader& fields) {
    const auto most = fields.integer("max_tokens");
    if (fields.find("max_tokens") == nullptr) return fields.missing("max_tokens");
    if (!most || *most > 0) return;
    fields.problem("value_error", "max_tokens", "Value error, max_tokens must be positive",
                   body["max_tokens"], "{'error': ValueError('max_tokens must be positive')}");
}

void check_stops(FieldReader& fields) {
    const json* const stops = fields.array("stop_sequences");
    if (stops == nullptr || stops->size() <= 4) return;
    const std::string size = std::to_string(stops->size());
    fields.problem("too_long", "stop_sequences",
                   "List should have at most 4 items after validation, not " + size, *stops,
                   "{'field_type': 'List', 'max_length': 4, 'actual_length': " + size + "}");
}

void check_thinking(FieldReader& fields) {
    const json* const thinking = fields.object("thinking");
    if (thinking == nullptr || thinking->value("type", "") != "enabled") return;
    FieldReader part(*thinking, "body.thinking.enabled");
    const auto budget = part.integer("budget_tokens");
    if (part.find("budget_tokens") == nullptr) {
        part.missing("budget_tokens");
    } else if (budget && *budget < 1024) {
        part.problem("greater_than_equal", "budget_tokens",
                     "Input should be greater than or equal to 1024", (*thinking)["budget_tokens"],
                     "{'ge': 1024}");
    }
    fields.absorb(part);
}

void check_fields(const json& body, bool counted) {
    FieldReader fields(body);
    if (fields.find("model") == nullptr) fields.missing("model");
    (void)fields.text("model");
    check_messages(fields);
    if (!counted) check_length(body, fields);
    check_stops(fields);
    check_thinking(fields);
    (void)fields.array("tools");
    (void)fields.object("tool_choice");
    fields.check();
}

void add_thinking(const json& body, json& chat) {
    const json thinking = body.value("thinking", json::object());
    if (thinking.contains("type")) {
        chat["chat_template_kwargs"]["enable_thinking"] = thinking["type"] != "disabled";
    }
    const json output = body.value("output_config", json::object());
    if (output.contains("effort")) chat["reasoning_effort"] = output["effort"];
    const json format = output.value("format", json());
    if (format.is_object() && format.value("type", "") == "json_schema") {
        chat["response_format"] = {
            {"type", "json_schema"},
            {"json_schema",
             {{"name", "output"}, {"schema", format.value("schema", json::object())}}}};
    }
}

}  // namespace

json chat_of_messages(const json& body, bool counted) {
    check_fields(body, counted);
    json chat = {{"messages", json::array()}};
    const json system = body.value("system", json());
    if (!system.is_null()) {
        chat["messages"].push_back({{"role", "system"}, {"content", joined_text(system)}});
    }
    for (const json& message : body["messages"])
        add_message(message, chat["messages"]);
    for (const auto* name : {"model", "temperature", "top_p", "top_k", "stream",
                             "chat_template_kwargs", "vllm_xargs"}) {
        if (body.contains(name)) chat[name] = body[name];
    }
    if (body.contains("stop_sequences")) chat["stop"] = body["stop_sequences"];
    if (body.contains("max_tokens")) chat["max_completion_tokens"] = body["max_tokens"];
    add_tools(body, chat);
    add_thinking(body, chat);
    return chat;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

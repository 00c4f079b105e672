// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_responses_request.h"

#include <string>
#include <utility>

#include "testing/sim_error.h"
#include "testing/sim_fields.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

[[noreturn]] void refuse(std::string message, const char* param) {
    throw ApiFailure({.type = "invalid_request_error",
                      .message = std::move(message),
                      .param = std::string(param)});
}

json chat_content(const json& content) {
    if (!content.is_array()) return content;
    json parts = json::array();
    for (const json& part : content) {
        if (part.is_object() && part.contains("text")) {
            parts.push_back({{"type", "text"}, {"text", part["text"]}});
        } else if (part.is_object() && part.value("type", "") == "input_image") {
            parts.push_back(
                {{"type", "image_url"}, {"image_url", {{"url", part.value("image_url", "")}}}});
        } else {
            parts.push_back(part);
        }
    }
    return parts;
}

// An item of the conversation as a message of chat; null for those that say nothing there.
json chat_message(const json& item) {
    if (!item.is_object()) return item;
    const std::string type = item.value("type", "message");
    if (type == "function_call") {
        const json function = {{"name", item.value("name", "")},
                               {"arguments", item.value("arguments", "")}};
        return {{"role", "assistant"},
                {"content", ""},
                {"tool_calls", json::array({{{"id", item.value("call_id", "")},
                                             {"type", "function"},
                                             {"function", function}}})}};
    }
    if (type == "function_call_output") {
        const json output = item.value("output", json(""));
        return {{"role", "tool"},
                {"tool_call_id", item.value("call_id", "")},
                {"content", chat_content(output)}};
    }
    if (!item.contains("role")) return {};
    return {{"role", item["role"]}, {"content", chat_content(item.value("content", json("")))}};
}

void add_items(const json& items, json& messages) {
    for (const json& item : items) {
        json message = chat_message(item);
        if (!message.is_null()) messages.push_back(std::move(message));
    }
}

json conversation(const json& body, const ResponseRecord* previous) {
    json messages = json::array();
    const json instructions = body.value("instructions", json());
    if (instructions.is_string()) {
        messages.push_back({{"role", "system"}, {"content", instructions}});
    }
    if (previous != nullptr) {
        for (const json& message : previous->messages)
            if (message["role"] != "system") messages.push_back(message);
        add_items(json(previous->response["output"]), messages);
    }
    const json& input = body["input"];
    if (input.is_string()) {
        messages.push_back({{"role", "user"}, {"content", input}});
    } else {
        add_items(input, messages);
    }
    return messages;
}

json chat_tools(const json& tools) {
    json functions = json::array();
    for (const json& tool : tools) {
        if (!tool.is_object() || tool.value("type", "") != "function") continue;
        json function = {{"name", tool.value("name", "")}};
        if (tool.contains("description")) function["description"] = tool["description"];
        if (tool.contains("parameters")) function["parameters"] = tool["parameters"];
        functions.push_back({{"type", "function"}, {"function", function}});
    }
    return functions;
}

void add_tools(const json& body, json& chat) {
    const json tools = body.value("tools", json());
    const json functions = chat_tools(tools.is_array() ? tools : json::array());
    if (functions.empty()) return;
    chat["tools"] = functions;
    json choice = body.value("tool_choice", json("auto"));
    if (choice.is_object() && choice.contains("name")) {
        choice = {{"type", "function"}, {"function", {{"name", choice["name"]}}}};
    }
    chat["tool_choice"] = choice;
    if (body.contains("parallel_tool_calls")) {
        chat["parallel_tool_calls"] = body["parallel_tool_calls"];
    }
}

void add_format(const json& body, json& chat) {
    const json text = body.value("text", json());
    const json format = text.is_object() ? text.value("format", json()) : json();
    if (!format.is_object()) return;
    const std::string type = format.value("type", "text");
    json wanted = {{"type", type}};
    if (type == "json_schema") {
        wanted["json_schema"] = {{"name", format.value("name", "")},
                                 {"schema", format.value("schema", json::object())}};
    }
    chat["response_format"] = wanted;
}

bool includes_logprobs(const json& body) {
    for (const json& part : body.value("include", json::array())) {
        if (part == "message.output_text.logprobs") return true;
    }
    return false;
}

json chat_body(const json& body, const json& messages) {
    json chat = {{"messages", messages}};
    for (const auto* name : {"model",
                             "temperature",
                             "top_p",
                             "top_k",
                             "min_p",
                             "presence_penalty",
                             "frequency_penalty",
                             "repetition_penalty",
                             "seed",
                             "stop",
                             "stop_token_ids",
                             "ignore_eos",
                             "include_stop_str_in_output",
                             "structured_outputs",
                             "priority",
                             "logit_bias",
                             "stream",
                             "include_reasoning",
                             "chat_template_kwargs",
                             "vllm_xargs"}) {
        if (body.contains(name)) chat[name] = body[name];
    }
    if (body.contains("max_output_tokens")) {
        chat["max_completion_tokens"] = body["max_output_tokens"];
    }
    const json reasoning = body.value("reasoning", json());
    if (reasoning.is_object() && reasoning.contains("effort")) {
        chat["reasoning_effort"] = reasoning["effort"];
    }
    if (includes_logprobs(body)) {
        chat["logprobs"] = true;
        chat["top_logprobs"] = body.value("top_logprobs", 0);
    }
    add_tools(body, chat);
    add_format(body, chat);
    return chat;
}

ordered_json shown_tools(const json& tools) {
    ordered_json shown = ordered_json::array();
    for (const json& tool : tools) {
        if (!tool.is_object() || tool.value("type", "") != "function") {
            shown.push_back(ordered_json(tool));
            continue;
        }
        ordered_json one;
        for (const auto* name : {"name", "parameters", "strict", "type", "allowed_callers", "async",
                                 "defer_loading", "description", "output_schema"}) {
            one[name] = tool.value(name, json());
        }
        shown.push_back(std::move(one));
    }
    return shown;
}

ordered_json reasoning_shown(const json& reasoning) {
    if (!reasoning.is_object()) return nullptr;
    ordered_json shown;
    for (const auto* name : {"context", "effort", "generate_summary", "mode", "summary"})
        shown[name] = reasoning.value(name, json());
    return shown;
}

ordered_json text_shown(const json& text) {
    if (!text.is_object()) return nullptr;
    return {{"format", text.value("format", json())},
            {"verbosity", text.value("verbosity", json())}};
}

// The parts of a response that repeat the request, in the order of vLLM's keys.
ordered_json echo_of(const json& body, const GenerationRequest& request) {
    const auto given = [&](const char* name, json fallback = {}) {
        const auto found = body.find(name);
        return found == body.end() || found->is_null() ? fallback : *found;
    };
    const auto& numbers = request.numbers;
    const json tools = given("tools", json::array());
    return {{"id", nullptr},
            {"created_at", nullptr},
            {"incomplete_details", nullptr},
            {"instructions", given("instructions")},
            {"metadata", given("metadata")},
            {"model", request.model},
            {"object", "response"},
            {"output", ordered_json::array()},
            {"parallel_tool_calls", given("parallel_tool_calls", true)},
            {"temperature", numbers.temperature.value_or(1.0)},
            {"tool_choice", tools.empty() ? json("none") : given("tool_choice", "auto")},
            {"tools", shown_tools(tools)},
            {"top_p", numbers.top_p.value_or(1.0)},
            {"background", given("background", false)},
            {"max_output_tokens", request.prompts.front().max_tokens},
            {"max_tool_calls", given("max_tool_calls")},
            {"previous_response_id", given("previous_response_id")},
            {"prompt", nullptr},
            {"reasoning", reasoning_shown(given("reasoning"))},
            {"service_tier", given("service_tier", "auto")},
            {"status", "in_progress"},
            {"text", text_shown(given("text"))},
            {"top_logprobs", given("top_logprobs")},
            {"truncation", given("truncation", "disabled")},
            {"usage", nullptr},
            {"user", given("user")},
            {"presence_penalty", numbers.presence_penalty.value_or(0.0)},
            {"frequency_penalty", numbers.frequency_penalty.value_or(0.0)},
            {"kv_transfer_params", nullptr},
            {"ec_transfer_params", nullptr},
            {"input_messages", nullptr},
            {"output_messages", nullptr}};
}

void check_fields(FieldReader& fields) {
    const json* const input = fields.find("input");
    if (input == nullptr) {
        fields.missing("input");
    } else if (!input->is_string() && !input->is_array()) {
        fields.problem("string_type", "input", "Input should be a valid string", *input);
        fields.problem("list_type", "input", "Input should be a valid list", *input);
    }
    for (const auto* name : {"instructions", "previous_response_id", "user", "request_id"})
        (void)fields.text(name);
    for (const auto* name : {"metadata", "reasoning", "text"})
        (void)fields.object(name);
    for (const auto* name : {"max_output_tokens", "max_tool_calls", "top_logprobs"})
        (void)fields.integer(name);
    (void)fields.array("tools");
    (void)fields.array("include");
}

void check_modes(const FieldReader& fields, bool may_store, const ResponsesRequest& request) {
    if (fields.find("prompt") != nullptr) {
        throw ApiFailure(bad_parameter("prompt template is not supported", "prompt"));
    }
    if (request.background && !request.store) {
        throw ApiFailure(
            bad_parameter("background can only be used when `store` is true", "background"));
    }
    if (request.background && !may_store) {
        refuse(
            "This vLLM engine does not support `store=True` and therefore does not support the "
            "background mode. To enable these features, set the environment variable "
            "`VLLM_ENABLE_RESPONSES_API_STORE=1` when launching the vLLM server.",
            "background");
    }
}

// The chat reader speaks of the field by the name that it has there.
[[noreturn]] void rename_length(ApiError error) {
    constexpr std::string_view chat_name = "max_completion_tokens";
    constexpr std::string_view name = "max_output_tokens";
    for (std::size_t at = 0; (at = error.message.find(chat_name, at)) != std::string::npos;)
        error.message.replace(at, chat_name.size(), name);
    if (error.param == chat_name) error.param = name;
    throw ApiFailure(std::move(error));
}

}  // namespace

ApiError response_not_found(std::string_view id) {
    return {.status = 404,
            .type = "invalid_request_error",
            .message = "Response with id '" + std::string(id) + "' not found.",
            .param = "response_id"};
}

ResponsesRequest read_responses_request(const json& body, const ServerState& server,
                                        const ResponseStore& stored) {
    ResponsesRequest request;
    FieldReader fields(body);
    check_fields(fields);
    request.background = fields.boolean("background").value_or(false);
    request.store = fields.boolean("store").value_or(true);
    fields.check();
    const bool may_store = server.options.responses_store;
    check_modes(fields, may_store, request);
    (void)served_model(fields.text("model"), server);
    request.store = request.store && may_store;
    std::shared_ptr<ResponseRecord> previous;
    if (const auto id = fields.text("previous_response_id")) {
        previous = stored.find(*id);
        if (!previous) throw ApiFailure(response_not_found(*id));
    }
    request.record = std::make_shared<ResponseRecord>();
    request.record->messages = conversation(body, previous.get());
    try {
        request.generation = read_chat_request(chat_body(body, request.record->messages), server);
    } catch (const ApiFailure& failure) {
        rename_length(failure.error());
    }
    request.record->response = echo_of(body, request.generation);
    return request;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_generation_request.h"
#include "testing/sim_hash.h"
#include "testing/sim_schema.h"
#include "testing/sim_state.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr std::size_t media_tokens = 64;

std::string string_or(const json& object, const char* name, std::string fallback) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>()
                                                       : std::move(fallback);
}

bool flag(const json& object, const char* name, bool fallback) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

TokenId role_token(const std::string& role) {
    if (role == "assistant") return token_assistant;
    if (role == "system" || role == "developer") return token_system;
    return token_user;
}

void add_parts(const json& content, const SimOptions& options, std::vector<TokenId>& tokens) {
    bool first = true;
    for (const json& part : content) {
        if (part.is_string()) {
            tokenize(part.get_ref<const std::string&>(), tokens);
        } else if (part.is_object() && part.contains("text")) {
            if (!first) tokenize("\n", tokens);
            tokenize(string_or(part, "text", ""), tokens);
        } else if (options.multimodal) {
            tokens.insert(tokens.end(), media_tokens, token_media);
        } else {
            throw ApiFailure(bad_request(options.models.front() + " is not a multimodal model"));
        }
        first = false;
    }
}

void add_message(const json& message, const SimOptions& options, std::vector<TokenId>& tokens) {
    tokens.push_back(role_token(string_or(message, "role", "user")));
    const auto content = message.find("content");
    if (content != message.end() && content->is_string()) {
        tokenize(content->get_ref<const std::string&>(), tokens);
    } else if (content != message.end() && content->is_array()) {
        add_parts(*content, options, tokens);
    }
    const auto calls = message.find("tool_calls");
    if (calls != message.end() && calls->is_array()) {
        tokenize(calls->dump(-1, ' ', false, json::error_handler_t::replace), tokens);
    }
}

// --- Tools ---------------------------------------------------------------------------------------

void check_named_choice(const json& body) {
    const json& choice = body["tool_choice"];
    constexpr std::string_view usage =
        R"(Correct usage: `{"type": "function", "function": {"name": "my_function"}}`)";
    const auto function = choice.find("function");
    if (function == choice.end() || !function->is_object()) {
        throw ApiFailure(bad_parameter(
            "Invalid value for `function`: `None` in `tool_choice`! " + std::string(usage),
            "tool_choice.function"));
    }
    const std::string name = string_or(*function, "name", "");
    if (name.empty()) {
        throw ApiFailure(bad_parameter(
            "Expected field `name` in `function` in `tool_choice`! " + std::string(usage),
            "tool_choice.function.name"));
    }
    for (const json& tool : body["tools"]) {
        if (string_or(tool.value("function", json::object()), "name", "") == name) return;
    }
    throw ApiFailure(bad_parameter(
        "The tool specified in `tool_choice` does not match any of the specified `tools`",
        "tool_choice"));
}

ToolMode check_tool_choice(const json& body, bool has_tools) {
    const auto choice = body.find("tool_choice");
    if (choice == body.end() || choice->is_null()) {
        return has_tools ? ToolMode::automatic : ToolMode::none;
    }
    if (*choice == "none") return ToolMode::none;
    if (!has_tools) {
        throw ApiFailure(
            bad_parameter("When using `tool_choice`, `tools` must be set.", "tool_choice"));
    }
    if (*choice == "auto") return ToolMode::automatic;
    if (*choice == "required") return ToolMode::required;
    if (!choice->is_object()) {
        const std::string text = choice->is_string() ? choice->get<std::string>() : choice->dump();
        throw ApiFailure(bad_parameter("Invalid value for `tool_choice`: " + text +
                                           "! Only named tools, \"none\", \"auto\" or \"required\" "
                                           "are supported.",
                                       "tool_choice"));
    }
    check_named_choice(body);
    return ToolMode::named;
}

ToolMode read_tools(FieldReader& fields, const json& body) {
    const json* const tools = fields.array("tools");
    if (tools != nullptr && tools->empty()) {
        throw ApiFailure(
            bad_parameter("`tools` must not be an empty array. Either provide at least one tool or "
                          "omit the field entirely.",
                          "tools"));
    }
    const std::size_t count = tools == nullptr ? 0 : tools->size();
    for (std::size_t i = 0; i < count; ++i) {
        const json& tool = (*tools)[i];
        FieldReader part(tool, "body.tools." + std::to_string(i));
        if (!tool.is_object()) {
            part.problem("dict_type", "", "Input should be a valid dictionary", tool);
        } else if (!tool.contains("function") || !tool["function"].is_object()) {
            part.missing("function");
        } else if (!tool["function"].contains("name")) {
            part.missing("function.name");
        }
        fields.absorb(part);
    }
    fields.check();
    return check_tool_choice(body, count > 0);
}

// The tools to call: the named one; one the last message speaks of; or the first two, so that
// clients see calls side by side.
std::vector<const json*> chosen_tools(const json& body, ToolMode mode) {
    std::vector<const json*> chosen;
    const std::string last = string_or(body["messages"].back(), "content", "");
    const std::size_t most = flag(body, "parallel_tool_calls", true) ? 2 : 1;
    for (const json& tool : body["tools"]) {
        const json& function = tool["function"];
        const std::string name = string_or(function, "name", "");
        const bool wanted =
            mode == ToolMode::required ||
            (mode == ToolMode::named && name == body["tool_choice"]["function"]["name"]) ||
            (mode == ToolMode::automatic && !name.empty() && last.find(name) != std::string::npos);
        if (wanted && chosen.size() < most) chosen.push_back(&function);
    }
    return chosen;
}

std::shared_ptr<const Script> tool_script(const json& body, ToolMode mode, std::uint64_t seed) {
    if (mode == ToolMode::none) return {};
    Script script;
    for (const json* const function : chosen_tools(body, mode)) {
        const auto call = static_cast<std::uint32_t>(script.tool_names.size());
        script.tool_names.push_back(string_or(*function, "name", ""));
        script.add_line(Part::tool_name, call, script.tool_names.back());
        const json schema = function->value("parameters", json{{"type", "object"}});
        script.add_line(Part::tool_arguments, call, schema_example(schema, mixed(seed, call)));
    }
    if (script.lines.empty()) return {};
    return std::make_shared<const Script>(std::move(script));
}

// --- Structured output ---------------------------------------------------------------------------

// The schema or literal text that the answer must follow; discarded JSON if there is none.
json wanted_schema(const json& body) {
    json none(json::value_t::discarded);
    const json format = body.value("response_format", json());
    const std::string type = format.is_object() ? string_or(format, "type", "") : "";
    if (type == "json_object") return {{"properties", {{"answer", {{"type", "string"}}}}}};
    if (type == "json_schema") {
        const json outer = format.value("json_schema", json::object());
        return outer.is_object() ? outer.value("schema", json::object()) : json::object();
    }
    const json outputs = body.value("structured_outputs", json());
    if (!outputs.is_object()) return none;
    json schema = outputs.value("json", json());
    if (schema.is_object()) return schema;
    if (schema.is_string()) return json::parse(schema.get<std::string>(), nullptr, false);
    if (outputs.value("json_object", json()) == true) return json::object();
    return none;
}

std::shared_ptr<const Script> schema_script(const json& body, std::uint64_t seed) {
    std::string text;
    const json outputs = body.value("structured_outputs", json());
    const json choices = outputs.is_object() ? outputs.value("choice", json()) : json();
    if (choices.is_array() && !choices.empty() && choices.front().is_string()) {
        const json& choice = choices[mixed(seed) % choices.size()];
        text = choice.is_string() ? choice.get<std::string>() : "";
    } else {
        const json schema = wanted_schema(body);
        if (schema.is_discarded()) return {};
        text = schema_example(schema, seed);
    }
    Script script;
    script.add_line(Part::content, 0, text);
    return std::make_shared<const Script>(std::move(script));
}

bool wants_reasoning(const json& body) {
    const auto arguments = body.find("chat_template_kwargs");
    if (arguments != body.end() && arguments->is_object() &&
        arguments->contains("enable_thinking")) {
        return flag(*arguments, "enable_thinking", false);
    }
    const std::string effort = string_or(body, "reasoning_effort", "none");
    return effort != "none";
}

void read_chat_logprobs(FieldReader& fields, GenerationRequest& request) {
    const bool wanted = fields.boolean("logprobs").value_or(false);
    const std::int64_t top = fields.integer("top_logprobs").value_or(0);
    if (top < -1) {
        throw ApiFailure(bad_parameter("`top_logprobs` must be a positive value or -1.",
                                       "top_logprobs", std::to_string(top)));
    }
    if (top != 0 && !wanted) {
        throw ApiFailure(bad_parameter("when using `top_logprobs`, `logprobs` must be set to true.",
                                       "top_logprobs"));
    }
    if (wanted) {
        const std::int64_t vocabulary = Vocabulary::instance().size();
        request.logprobs =
            static_cast<int>(top < 0 ? vocabulary : std::min<std::int64_t>(top, 1 << 30));
    }
}

std::uint64_t hash_of_tokens(const std::vector<TokenId>& tokens, std::uint64_t seed) {
    for (const TokenId id : tokens)
        seed = mixed(seed ^ id);
    return seed;
}

void read_echo_message(const json& body, GenerationRequest& request) {
    if (!request.echo) return;
    // The echoed conversation is reported with log probabilities, as in vLLM.
    if (!request.stream && request.prompt_logprobs < 0) {
        request.prompt_logprobs = std::max(request.logprobs, 0);
    }
    const json& last = body["messages"].back();
    if (string_or(last, "role", "") == "assistant") {
        request.echo_message = string_or(last, "content", "");
    }
}

}  // namespace

void check_messages(FieldReader& fields) {
    const json* const messages = fields.array("messages");
    if (messages == nullptr) {
        if (fields.find("messages") == nullptr) fields.missing("messages");
        return;
    }
    for (std::size_t i = 0; i < messages->size(); ++i) {
        FieldReader part((*messages)[i], "body.messages." + std::to_string(i));
        if (!(*messages)[i].is_object()) {
            part.problem("dict_type", "", "Input should be a valid dictionary", (*messages)[i]);
        } else if (part.find("role") == nullptr) {
            part.missing("role");
        } else {
            (void)part.text("role");
        }
        fields.absorb(part);
    }
}

std::vector<TokenId> chat_tokens(const json& body, const SimOptions& options) {
    const json& messages = body["messages"];
    if (messages.empty()) {
        throw ApiFailure(
            bad_request("Cannot apply chat template to an empty conversation. Provide "
                        "at least one message."));
    }
    std::vector<TokenId> tokens;
    const auto tools = body.find("tools");
    if (tools != body.end() && tools->is_array()) {
        tokens.push_back(token_system);
        tokenize(tools->dump(-1, ' ', false, json::error_handler_t::replace), tokens);
        tokens.push_back(token_end);
    }
    const bool continues = flag(body, "continue_final_message", false);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        add_message(messages[i], options, tokens);
        if (!continues || i + 1 < messages.size()) tokens.push_back(token_end);
    }
    if (flag(body, "add_generation_prompt", !continues)) tokens.push_back(token_assistant);
    return tokens;
}

GenerationRequest read_chat_request(const json& body, const ServerState& server) {
    const SimOptions& options = server.options;
    GenerationRequest request;
    request.chat = true;
    FieldReader fields(body);
    check_messages(fields);
    read_sampling(fields, request);
    const bool newer_name = fields.find("max_completion_tokens") != nullptr;
    const char* const max_name = newer_name ? "max_completion_tokens" : "max_tokens";
    request.max_tokens = fields.integer(max_name);
    read_chat_logprobs(fields, request);
    request.include_reasoning = fields.boolean("include_reasoning").value_or(true);
    request.tools = read_tools(fields, body);
    fields.check();

    request.model = served_model(request.model, server);
    request.prompts.push_back({.tokens = chat_tokens(body, options)});
    check_prompt_length(request.prompts[0].tokens.size(), options);
    check_sampling(options, max_name, request);
    read_echo_message(body, request);
    request.reasoning = wants_reasoning(body);
    const std::uint64_t seed = hash_of_tokens(request.prompts[0].tokens, request.seed);
    request.script = tool_script(body, request.tools, seed);
    if (!request.script) {
        request.tools = ToolMode::none;
        request.script = schema_script(body, seed);
    }
    return request;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

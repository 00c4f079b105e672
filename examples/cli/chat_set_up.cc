// SPDX-License-Identifier: Apache-2.0
#include "chat_set_up.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "exit_code.h"
#include "files.h"
#include "vllm_client/json.h"
#ifdef VLLM_CLIENT_CLI_HAS_MEDIA
#include "vllm_client/media.h"
#endif

namespace vllm_client::cli {
namespace {

Result<JsonText> read_json_file(const std::string& file) {
    auto text = read_file(file);
    if (!text) return text.error();
    JsonText json(*std::move(text));
    if (!json.valid()) return usage_error("'" + file + "' is not JSON");
    return json;
}

// Functions as they stand in a request, or without the wrapping `{"type":"function", ...}`.
Result<std::vector<Tool>> read_tools(const std::string& file) {
    auto json = read_json_file(file);
    if (!json) return json.error();
    const auto list = nlohmann::json::parse(json->text());
    std::vector<Tool> tools;
    for (const auto& item : list) {
        const auto& function =
            item.is_object() && item.contains("function") ? item["function"] : item;
        if (!list.is_array() || !function.is_object() || !function.contains("name") ||
            !function["name"].is_string()) {
            return usage_error("'" + file + "' is not an array of functions with names");
        }
        Tool tool{.name = function["name"].get<std::string>(),
                  .description = function.value("description", std::string())};
        if (function.contains("parameters")) tool.parameters = function["parameters"].dump();
        tools.push_back(std::move(tool));
    }
    return tools;
}

}  // namespace

Result<ChatRequest> first_request(const ChatCommand& command) {
    const GenerationOptions& given = command.generation;
    ChatRequest request{.max_tokens = given.max_tokens,
                        .temperature = given.temperature,
                        .top_p = given.top_p,
                        .top_k = given.top_k,
                        .seed = given.seed,
                        .stop = given.stop,
                        .extra = given.extra_body};
    if (!command.load.empty()) {
        auto json = read_json_file(command.load);
        if (!json) return json.error();
        auto messages = messages_from_json(*json);
        if (!messages) return messages.error();
        request.messages = *std::move(messages);
    }
    if (!command.system_prompt.empty()) {
        if (!request.messages.empty() && request.messages.front().role == "system") {
            request.messages.erase(request.messages.begin());
        }
        request.messages.insert(request.messages.begin(), system_message(command.system_prompt));
    }
    if (!command.schema.empty()) {
        auto schema = read_json_file(command.schema);
        if (!schema) return schema.error();
        request.response_format = {.kind = ResponseFormat::Kind::json_schema,
                                   .name = "answer",
                                   .schema = *std::move(schema)};
    }
    if (!command.tools.empty()) {
        auto tools = read_tools(command.tools);
        if (!tools) return tools.error();
        request.tools = *std::move(tools);
    }
    return request;
}

Result<std::vector<ContentPart>> image_parts(const std::vector<std::string>& files) {
    std::vector<ContentPart> parts;
    for (const std::string& file : files) {
#ifdef VLLM_CLIENT_CLI_HAS_MEDIA
        auto part = image_part(FileSource::from_path(file));
        if (!part) return part.error();
        parts.push_back(*std::move(part));
#else
        return usage_error("'" + file + "': this program was built without the component Media");
#endif
    }
    return parts;
}

Result<void> save(const std::string& file, const std::vector<Message>& messages) {
    auto json = messages_json(messages);
    if (!json) return json.error();
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << json->text() << '\n';
    out.close();
    if (!out) return usage_error("cannot write '" + file + "'");
    return {};
}

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/tool_set.h"

#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

Error wrong_tool(const std::string& name, std::string_view problem) {
    return Error{.kind = ErrorKind::config,
                 .message = "tool \"" + name + "\" " + std::string(problem),
                 .phase = Phase::validate};
}

Result<void> check(const CallableTool& added, bool is_duplicate) {
    const auto& [tool, function] = added;
    if (tool.name.empty()) return wrong_tool(tool.name, "has no name");
    if (is_duplicate) return wrong_tool(tool.name, "is there twice");
    if (!function) return wrong_tool(tool.name, "has no function");
    if (!tool.parameters.empty() && !tool.parameters.is_object()) {
        return wrong_tool(tool.name, "has parameters that are no JSON object");
    }
    return {};
}

}  // namespace

ToolSet::ToolSet(std::initializer_list<CallableTool> tools) {
    for (const CallableTool& tool : tools)
        add(tool);
}

ToolSet& ToolSet::add(CallableTool tool) {
    auto checked = check(tool, find(tool.tool.name) != nullptr);
    if (!checked) {
        if (status_) status_ = std::move(checked);
        return *this;
    }
    tools_.push_back(std::move(tool.tool));
    functions_.push_back(std::move(tool.function));
    return *this;
}

ToolSet& ToolSet::add(std::string name, std::string description, JsonText parameters,
                      ToolFunction function) {
    return add({.tool = {.name = std::move(name),
                         .description = std::move(description),
                         .parameters = std::move(parameters)},
                .function = std::move(function)});
}

const ToolFunction* ToolSet::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < tools_.size(); ++i) {
        if (tools_[i].name == name) return &functions_[i];
    }
    return nullptr;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/message.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// What a tool does: the arguments, a JSON object, in; the text that the model is told, or an
/// error, out. It may block and may throw; calls of one answer run side by side, so it must be
/// thread-safe.
using ToolFunction = std::function<Result<std::string>(const JsonText& arguments)>;

/// A tool and its function. typed_tool() in `<vllm_client/json.h>` makes one of a function that
/// takes your own struct.
struct CallableTool {
    Tool tool{};              ///< What the model is told of it.
    ToolFunction function{};  ///< Required.
};

/// The tools a model may call, by name, for run_tools().
///
///     ToolSet tools;
///     tools.add("now", "The time of day.", R"({"type":"object","properties":{}})",
///               [](const JsonText&) -> Result<std::string> { return "noon"; });
///
/// A plain value. Wrong tools never throw: status() says what is wrong with the first of them, and
/// run_tools() returns that.
class VLLM_CLIENT_EXPORT ToolSet {
 public:
    ToolSet() = default;
    ToolSet(std::initializer_list<CallableTool> tools);

    /// Adds a tool. A name that is empty or already there, a missing function, and a schema that is
    /// not an object are `config` errors.
    ToolSet& add(CallableTool tool);
    /// The same. `parameters` is the JSON schema of the arguments; absent: any object.
    ToolSet& add(std::string name, std::string description, JsonText parameters,
                 ToolFunction function);

    /// Success, or what is wrong with the first wrong tool.
    [[nodiscard]] const Result<void>& status() const noexcept { return status_; }
    /// In the order in which they were added, as ChatRequest::tools takes them.
    [[nodiscard]] const std::vector<Tool>& tools() const noexcept { return tools_; }
    [[nodiscard]] std::size_t size() const noexcept { return tools_.size(); }
    [[nodiscard]] bool empty() const noexcept { return tools_.empty(); }
    /// The function of this tool, or null. Valid until the set changes.
    [[nodiscard]] const ToolFunction* find(std::string_view name) const noexcept;

 private:
    std::vector<Tool> tools_;
    std::vector<ToolFunction> functions_;  // of tools_, in the same order
    Result<void> status_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

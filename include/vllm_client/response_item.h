// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

// What goes into and comes out of the Responses API: lists of items.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One item of a request's input. Make it with the functions below.
/// Source: `input[]` of `POST /v1/responses`.
struct ResponseInputItem {
    enum class Kind : std::uint8_t { message, function_call, function_call_output, raw };
    Kind kind{Kind::message};
    std::string role{"user"};          ///< message: system, developer, user or assistant.
    std::string text{};                ///< message: used if `parts` is empty. Output: the result.
    std::vector<ContentPart> parts{};  ///< message: texts and images; wins over `text`.
    std::string call_id{};             ///< function_call and its output: the call's id.
    std::string name{};                ///< function_call: which function.
    std::string arguments{};           ///< function_call: JSON text.
    JsonText raw{};                    ///< Kind raw: the whole item, as JSON.
    JsonText extra{};                  ///< Object: further fields, merged in. Not for kind raw.
};

/// A message of a user, or of another role.
[[nodiscard]] VLLM_CLIENT_EXPORT ResponseInputItem input_message(std::string text,
                                                                 std::string role = "user");
/// A message of several parts. Only texts and images can be written for this route.
[[nodiscard]] VLLM_CLIENT_EXPORT ResponseInputItem input_message(std::vector<ContentPart> parts,
                                                                 std::string role = "user");
/// The result of the function call with this id.
[[nodiscard]] VLLM_CLIENT_EXPORT ResponseInputItem function_call_output(std::string call_id,
                                                                        std::string output);
/// Any other item, whole: `{"type":"item_reference",…}` …
[[nodiscard]] VLLM_CLIENT_EXPORT ResponseInputItem raw_input_item(JsonText item);
/// A chat as input: tool calls and their results become items of their own.
[[nodiscard]] VLLM_CLIENT_EXPORT std::vector<ResponseInputItem> input_items(
    const std::vector<Message>& messages);

/// A piece of an item's content. Source: `output[].content[]`, `output[].summary[]`.
struct ResponseContent {
    enum class Kind : std::uint8_t { output_text, refusal, reasoning_text, summary_text, unknown };
    Kind kind{Kind::unknown};
    std::string type{};                    ///< The server's word for the kind.
    std::string text{};                    ///< The text, whatever it is; kind unknown: empty.
    std::vector<TokenLogprob> logprobs{};  ///< output_text, if asked for.
    JsonText annotations{};                ///< output_text: array, if not empty.
    JsonText raw{};                        ///< Kind unknown: the whole piece.
};

/// One item of an answer. Source: `output[]`.
struct ResponseItem {
    enum class Kind : std::uint8_t {
        message,
        reasoning,
        function_call,
        custom_tool_call,
        mcp_call,
        web_search_call,
        code_interpreter_call,
        unknown
    };
    Kind kind{Kind::unknown};
    std::string type{};                      ///< The server's word for the kind.
    std::string id{};                        ///< `msg_…`, `rs_…`, `fc_…`
    std::string status{};                    ///< in_progress, completed, incomplete …
    std::string role{};                      ///< message
    std::vector<ResponseContent> content{};  ///< message, reasoning
    std::vector<ResponseContent> summary{};  ///< reasoning
    std::string call_id{};                   ///< Calls: echo it in the output.
    std::string name{};                      ///< Calls: which function or tool.
    std::string arguments{};  ///< Calls: JSON text as the model wrote it; custom tools: its input.
    bool complete{true};      ///< function_call: `arguments` parses as JSON.
    std::string output{};     ///< mcp_call: the tool's result.
    std::string code{};       ///< code_interpreter_call: what was run.
    JsonText raw{};           ///< The whole item as the server sent it, of every kind.

    /// The texts of `content` and kind `output_text`, joined.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::string text() const;
};

/// An answer's items as input of the next request, each exactly as the server sent it.
[[nodiscard]] VLLM_CLIENT_EXPORT std::vector<ResponseInputItem> input_items(
    const std::vector<ResponseItem>& output);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "vllm_client/export.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// One server event of a streamed response. Texts are views: they are valid until the next step of
/// the stream. Copy what must live longer. Members an event does not have are empty, or −1.
/// Source: `event:` and `data:` of `POST /v1/responses` with `stream`.
struct ResponseEvent {
    /// By `type`, `response.` left out.
    enum class Kind : std::uint8_t {
        unknown,  ///< Not in this list; see `type` and `json`.
        output_text_delta,
        output_text_done,
        output_text_annotation_added,
        reasoning_text_delta,
        reasoning_text_done,
        reasoning_part_added,
        reasoning_part_done,
        reasoning_summary_text_delta,
        reasoning_summary_text_done,
        reasoning_summary_part_added,
        reasoning_summary_part_done,
        refusal_delta,
        refusal_done,
        function_call_arguments_delta,
        function_call_arguments_done,
        custom_tool_call_input_delta,
        custom_tool_call_input_done,
        mcp_call_arguments_delta,
        mcp_call_arguments_done,
        mcp_call_in_progress,
        mcp_call_completed,
        mcp_call_failed,
        mcp_list_tools_in_progress,
        mcp_list_tools_completed,
        mcp_list_tools_failed,
        web_search_call_in_progress,
        web_search_call_searching,
        web_search_call_completed,
        code_interpreter_call_in_progress,
        code_interpreter_call_interpreting,
        code_interpreter_call_completed,
        code_interpreter_call_code_delta,
        code_interpreter_call_code_done,
        content_part_added,
        content_part_done,
        output_item_added,
        output_item_done,
        created,
        queued,
        in_progress,
        completed,   ///< The last event of vLLM, whatever the status.
        incomplete,  ///< The last event of other servers, if the answer was cut short.
        failed,      ///< Never given out: it ends the stream as an error.
    };

    Kind kind{Kind::unknown};
    std::string_view type{};  ///< e.g. "response.output_text.delta".
    std::int64_t sequence_number{-1};
    std::int64_t output_index{-1};  ///< Position in ResponseReply::output.
    std::int64_t content_index{-1};
    std::string_view item_id{};    ///< Also of the item in output_item events.
    std::string_view item_type{};  ///< output_item events, e.g. "function_call".
    std::string_view call_id{};    ///< output_item events of calls.
    std::string_view name{};       ///< output_item events of calls, function_call_arguments_done.
    std::string_view delta{};      ///< Kinds *_delta: the new piece.
    std::string_view whole{};      ///< Kinds *_done of texts and arguments: all of it.
    std::string_view json{};       ///< The event as the server sent it, unknown fields included.

    /// New text of the answer in this event; empty for events of other kinds.
    [[nodiscard]] std::string_view text() const noexcept {
        return kind == Kind::output_text_delta ? delta : std::string_view();
    }
    /// New reasoning in this event, or its summary.
    [[nodiscard]] std::string_view reasoning() const noexcept {
        const bool is_reasoning =
            kind == Kind::reasoning_text_delta || kind == Kind::reasoning_summary_text_delta;
        return is_reasoning ? delta : std::string_view();
    }
    /// True if the event carries generated content.
    [[nodiscard]] bool has_content() const noexcept { return !delta.empty(); }
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

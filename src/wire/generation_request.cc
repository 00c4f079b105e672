// SPDX-License-Identifier: Apache-2.0
#include "wire/generation_request.h"

#include <string>
#include <type_traits>

#include "wire/json_writer.h"
#include "wire/logit_bias.h"
#include "wire/message_writer.h"
#include "wire/prompt_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Members are named in ascending order, which makes the body canonical; chat and completions share
// one list so that the order, and the fields they have in common, stand in one place.

template <class Request>
constexpr bool is_chat = std::is_same_v<Request, ChatRequest>;

template <class Request>
void write_a_to_l(JsonWriter& writer, const Request& r) {
    if constexpr (is_chat<Request>) {
        writer.member_if("add_generation_prompt", r.add_generation_prompt);
    }
    writer.member_if("add_special_tokens", r.add_special_tokens);
    writer.member_if("allowed_token_ids", r.allowed_token_ids);
    writer.member_if("bad_words", r.bad_words);
    writer.member_if("cache_salt", r.cache_salt);
    if constexpr (is_chat<Request>) {
        writer.member_if("chat_template", r.chat_template);
        writer.member_if("chat_template_kwargs", r.chat_template_kwargs);
        writer.member_if("continue_final_message", r.continue_final_message);
        writer.member_if("documents", r.documents);
    }
    writer.member_if("ec_transfer_params", r.ec_transfer_params);
    writer.member_if("echo", r.echo);
    writer.member_if("frequency_penalty", r.frequency_penalty);
    writer.member_if("ignore_eos", r.ignore_eos);
    if constexpr (is_chat<Request>) writer.member_if("include_reasoning", r.include_reasoning);
    writer.member_if("include_stop_str_in_output", r.include_stop_str_in_output);
    writer.member_if("kv_transfer_params", r.kv_transfer_params);
    writer.member_if("length_penalty", r.length_penalty);
    write_logit_bias(writer, r.logit_bias);
    writer.member_if("logprob_token_ids", r.logprob_token_ids);
    writer.member_if("logprobs", r.logprobs);
}

// A batch has many conversations in place of one.
using Conversations = std::vector<std::vector<Message>>;

void write_chat_messages(JsonWriter& writer, const ChatRequest& r, const Conversations* batch) {
    if (!writer.key("messages")) return;
    if (batch) return write_conversations(writer, *batch);
    if (r.messages.empty()) writer.fail("messages", "is empty");
    write_messages(writer, r.messages);
}

template <class Request>
void write_m_to_p(JsonWriter& writer, const Request& r, const Conversations* batch) {
    if constexpr (is_chat<Request>) {
        writer.member_if("max_completion_tokens", r.max_tokens);
        writer.member_if("media_io_kwargs", r.media_io_kwargs);
        write_chat_messages(writer, r, batch);
        writer.member_if("metadata", r.metadata);
    } else {
        static_cast<void>(batch);
        writer.member_if("max_tokens", r.max_tokens);
    }
    writer.member_if("min_p", r.min_p);
    writer.member_if("min_tokens", r.min_tokens);
    writer.member_if("mm_payload", r.mm_payload);
    if constexpr (is_chat<Request>) writer.member_if("mm_processor_kwargs", r.mm_processor_kwargs);
    writer.member_if("model", r.model);
    writer.member_if("n", r.n);
    if constexpr (is_chat<Request>) writer.member_if("parallel_tool_calls", r.parallel_tool_calls);
    writer.member_if("presence_penalty", r.presence_penalty);
    writer.member_if("priority", r.priority);
    if constexpr (!is_chat<Request>) {
        if (!is_empty(r.prompt)) {
            write_prompt(writer, "prompt", r.prompt);
        } else if (r.prompt_embeds.empty() && !writer.is_replaced("prompt") &&
                   !writer.is_replaced("prompt_embeds")) {
            writer.fail("prompt", "is empty");
        }
        writer.member_if("prompt_embeds", r.prompt_embeds);
    }
    writer.member_if("prompt_logprobs", r.prompt_logprobs);
}

template <class Request>
void write_stream_members(JsonWriter& writer, const Request& r, bool stream) {
    // The call decides how the reply is read, so the body must not say otherwise.
    if (writer.is_replaced("stream")) writer.fail("extra.stream", "is set by the form of the call");
    if (stream) writer.member("stream", true);
    writer.member_if("stream_interval", r.stream_interval);
    if (!stream || !writer.key("stream_options")) return;
    writer.begin_object();
    writer.member_if("continuous_usage_stats", r.continuous_usage_stats);
    writer.member("include_usage", r.include_usage.value_or(true));
    writer.end_object();
}

template <class Request>
void write_r_to_z(JsonWriter& writer, const Request& r, bool stream) {
    if constexpr (is_chat<Request>) writer.member_if("reasoning_effort", r.reasoning_effort);
    writer.member_if("repetition_detection", r.repetition_detection);
    writer.member_if("repetition_penalty", r.repetition_penalty);
    writer.member_if("request_id", r.request_id);
    write_response_format(writer, r.response_format);
    writer.member_if("return_mm_kwargs", r.return_mm_kwargs);
    if constexpr (is_chat<Request>) writer.member_if("return_prompt_text", r.return_prompt_text);
    writer.member_if("return_token_ids", r.return_token_ids);
    writer.member_if("return_token_offsets", r.return_token_offsets);
    writer.member_if("return_tokens_as_token_ids", r.return_tokens_as_token_ids);
    writer.member_if("routed_experts_prompt_start", r.routed_experts_prompt_start);
    writer.member_if("seed", r.seed);
    writer.member_if("session_id", r.session_id);
    writer.member_if("skip_special_tokens", r.skip_special_tokens);
    writer.member_if("spaces_between_special_tokens", r.spaces_between_special_tokens);
    writer.member_if("stop", r.stop);
    writer.member_if("stop_token_ids", r.stop_token_ids);
    write_stream_members(writer, r, stream);
    write_structured_outputs(writer, r.structured_outputs);
    if constexpr (!is_chat<Request>) writer.member_if("suffix", r.suffix);
    writer.member_if("temperature", r.temperature);
    writer.member_if("thinking_token_budget", r.thinking_token_budget);
    if constexpr (is_chat<Request>) {
        write_tool_choice(writer, r.tool_choice);
        if (!r.tools.empty() && writer.key("tools")) write_tools(writer, r.tools);
    }
    writer.member_if("top_k", r.top_k);
    if constexpr (is_chat<Request>) writer.member_if("top_logprobs", r.top_logprobs);
    writer.member_if("top_p", r.top_p);
    writer.member_if("truncate_prompt_tokens", r.truncate_prompt_tokens);
    writer.member_if("truncation_side", r.truncation_side);
    writer.member_if("use_beam_search", r.use_beam_search);
    writer.member_if("user", r.user);
    writer.member_if("vllm_xargs", r.vllm_xargs);
    writer.member_if("watermarking", r.watermarking);
}

// What the route for batches does not do; it would refuse most of it, but only after the upload.
void check_batch(JsonWriter& writer, const ChatBatchRequest& r) {
    if (r.conversations.empty() && !writer.is_replaced("messages")) {
        writer.fail("conversations", "is empty");
    }
    const ChatRequest& s = r.settings;
    if (!s.messages.empty()) writer.fail("settings.messages", "belong into conversations");
    if (s.n.value_or(1) != 1) writer.fail("settings.n", "must be 1 in a batch");
    if (!s.tools.empty() || writer.is_replaced("tools")) {
        writer.fail("settings.tools", "cannot be used in a batch");
    }
    const auto choice = s.tool_choice.kind;
    if (choice != ToolChoice::Kind::unset && choice != ToolChoice::Kind::none) {
        writer.fail("settings.tool_choice", "cannot be used in a batch");
    }
    if (s.use_beam_search.value_or(false)) {
        writer.fail("settings.use_beam_search", "cannot be used in a batch");
    }
}

template <class Request>
Result<std::string> write_generation(const Request& request, bool stream,
                                     const ChatBatchRequest* batch = nullptr) {
    JsonWriter writer;
    writer.begin_object(&request.extra);
    if (batch) check_batch(writer, *batch);
    write_a_to_l(writer, request);
    write_m_to_p(writer, request, batch ? &batch->conversations : nullptr);
    write_r_to_z(writer, request, stream);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace

Result<std::string> write_chat_request(const ChatRequest& request, bool stream) {
    return write_generation(request, stream);
}

Result<std::string> write_chat_batch_request(const ChatBatchRequest& request) {
    return write_generation(request.settings, false, &request);
}

Result<std::string> write_completion_request(const CompletionRequest& request, bool stream) {
    return write_generation(request, stream);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "vllm_client/chat.h"
#include "vllm_client/completion.h"

namespace vllm_client::wire {

/// Sets every member that chats and completions share.
template <class Request>
Request with_common_members() {
    Request r{};
    r.model = "m";
    r.max_tokens = 100;
    r.temperature = 0.7;
    r.top_p = 0.9;
    r.top_k = 40;
    r.min_p = 0.05;
    r.presence_penalty = -0.5;
    r.frequency_penalty = 0.5;
    r.repetition_penalty = 1.1;
    r.seed = -5;
    r.n = 2;
    r.stop = {"a", "b"};
    r.stop_token_ids = {1, 2};
    r.include_stop_str_in_output = true;
    r.ignore_eos = false;
    r.min_tokens = 1;
    r.logit_bias = {{9, -100}, {10, 1.5}};
    r.allowed_token_ids = {3};
    r.bad_words = {"c"};
    r.skip_special_tokens = true;
    r.spaces_between_special_tokens = true;
    r.use_beam_search = false;
    r.length_penalty = 1.25;
    r.thinking_token_budget = 10;
    r.repetition_detection = R"({"max_pattern_size":8,"min_count":2,"min_pattern_size":1})";
    r.watermarking = true;
    r.truncate_prompt_tokens = -1;
    r.truncation_side = "left";
    r.prompt_logprobs = 1;
    r.logprob_token_ids = {4};
    r.return_tokens_as_token_ids = true;
    r.return_token_ids = true;
    r.return_token_offsets = true;
    r.routed_experts_prompt_start = 4;
    r.mm_payload = "none";
    r.return_mm_kwargs = true;
    r.echo = false;
    r.add_special_tokens = true;
    r.response_format = {.kind = ResponseFormat::Kind::json_schema,
                         .name = "answer",
                         .schema = R"({"type":"object"})",
                         .description = "d",
                         .strict = true};
    r.structured_outputs = {.json = R"({"type":"object"})",
                            .disable_any_whitespace = true,
                            .disable_additional_properties = true,
                            .whitespace_pattern = "w"};
    r.priority = 3;
    r.request_id = "r";
    r.session_id = "s";
    r.cache_salt = "salt";
    r.include_usage = true;
    r.continuous_usage_stats = true;
    r.stream_interval = 2;
    r.kv_transfer_params = R"({"k":1})";
    r.ec_transfer_params = R"({"e":1})";
    r.vllm_xargs = R"({"x":1})";
    r.user = "u";
    return r;
}

inline std::vector<ContentPart> every_part() {
    std::vector<ContentPart> parts{text_part("t"), image_url("https://x", "low"),
                                   audio_url("https://x"), video_url("https://x"),
                                   input_audio("UklG", "wav")};
    for (std::size_t i = 1; i < parts.size(); ++i)
        parts[i].uuid = "u";
    return parts;
}

inline ChatRequest full_chat() {
    auto r = with_common_members<ChatRequest>();
    r.messages = {{.role = "user",
                   .parts = every_part(),
                   .name = "n",
                   .tool_calls = {{.id = "1", .name = "f", .arguments = "{}"}},
                   .tool_call_id = "1",
                   .reasoning = "r",
                   .extra = R"({"b":1,"z":1})"}};
    r.logprobs = true;
    r.top_logprobs = 2;
    r.return_prompt_text = true;
    r.tools = {{.name = "f",
                .description = "d",
                .parameters = R"({"type":"object"})",
                .strict = true,
                .extra = R"({"defer_loading":true})"}};
    r.tool_choice = {.kind = ToolChoice::Kind::function, .name = "f"};
    r.parallel_tool_calls = false;
    r.reasoning_effort = "low";
    r.include_reasoning = true;
    r.add_generation_prompt = true;
    r.continue_final_message = false;
    r.chat_template = "t";
    r.chat_template_kwargs = R"({"enable_thinking":false})";
    r.documents = "[]";
    r.mm_processor_kwargs = "{}";
    r.media_io_kwargs = "{}";
    r.metadata = "{}";
    return r;
}

inline CompletionRequest full_completion() {
    auto r = with_common_members<CompletionRequest>();
    r.prompt = "p";
    r.logprobs = 1;
    r.suffix = "s";
    r.prompt_embeds = "AAAA";
    return r;
}

/// Copies of `request`, each with one text that is not UTF-8, and that field's name in the body.
inline std::vector<std::pair<std::string, ChatRequest>> every_text_broken(
    const ChatRequest& request) {
    std::vector<std::pair<std::string, ChatRequest>> broken{};
    const auto add = [&](const char* name, std::string ChatRequest::*member) {
        broken.emplace_back(name, request);
        broken.back().second.*member = "\xff";
    };
    add("model", &ChatRequest::model);
    add("truncation_side", &ChatRequest::truncation_side);
    add("reasoning_effort", &ChatRequest::reasoning_effort);
    add("chat_template", &ChatRequest::chat_template);
    add("request_id", &ChatRequest::request_id);
    add("session_id", &ChatRequest::session_id);
    add("cache_salt", &ChatRequest::cache_salt);
    add("user", &ChatRequest::user);
    const auto change = [&](const char* name, auto&& break_it) {
        broken.emplace_back(name, request);
        break_it(broken.back().second);
    };
    change("bad_words", [](ChatRequest& r) { r.bad_words = {"\xff"}; });
    change("tools[0].description", [](ChatRequest& r) { r.tools[0].description = "\xff"; });
    change("tool_choice.name", [](ChatRequest& r) { r.tool_choice.name = "\xff"; });
    change("response_format.description",
           [](ChatRequest& r) { r.response_format.description = "\xff"; });
    change("structured_outputs.whitespace_pattern",
           [](ChatRequest& r) { r.structured_outputs.whitespace_pattern = "\xff"; });
    change("messages[0].reasoning", [](ChatRequest& r) { r.messages[0].reasoning = "\xff"; });
    change("messages[0].parts[1].detail",
           [](ChatRequest& r) { r.messages[0].parts[1].detail = "\xff"; });
    return broken;
}

}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/dialect_rules.h"

#include <algorithm>

#include "wire/dialect.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Action = FieldRule::Action;
using Scope = FieldRule::Scope;
using Rules = std::span<const FieldRule>;
using Names = std::span<const std::string_view>;

// What changes an answer and no server but vLLM knows of.
constexpr FieldRule only_vllm[] = {
    {"allowed_token_ids", Action::refuse},
    {"bad_words", Action::refuse},
    {"chat_template", Action::refuse},
    {"documents", Action::refuse},
    {"ec_transfer_params", Action::refuse},
    {"kv_transfer_params", Action::refuse},
    {"length_penalty", Action::refuse, "1 1.0"},
    {"logprob_token_ids", Action::refuse},
    {"media_io_kwargs", Action::refuse},
    {"mm_processor_kwargs", Action::refuse},
    {"prompt_embeds", Action::refuse},
    {"prompt_logprobs", Action::refuse},
    {"repetition_detection", Action::refuse},
    {"return_prompt_text", Action::refuse, "false"},
    {"return_tokens_as_token_ids", Action::refuse, "false"},
    {"thinking_token_budget", Action::refuse, "-1"},
    {"truncate_prompt_tokens", Action::refuse},
    {"use_beam_search", Action::refuse, "false"},
    {"vllm_xargs", Action::refuse},
    {"watermarking", Action::refuse, "false"},
};

// Chat members that servers without vLLM's templates pass over.
constexpr FieldRule only_templates[] = {
    {"add_generation_prompt", Action::refuse, "true", Scope::chat},
    {"continue_final_message", Action::refuse, "false", Scope::chat},
    {"echo", Action::refuse, "false", Scope::chat},
};

constexpr FieldRule sglang[] = {
    {"add_generation_prompt", Action::refuse, "true", Scope::chat},
    {"echo", Action::refuse, "false", Scope::chat},
    {"include_stop_str_in_output", Action::rename, "no_stop_trim"},
    {"priority", Action::negate},
    {"request_id", Action::rename, "rid"},
    {"stream_interval", Action::drop},
};

constexpr FieldRule llama_cpp[] = {
    {"add_special_tokens", Action::rename, "add_special", Scope::tokenize},
    {"cache_salt", Action::refuse},
    {"include_stop_str_in_output", Action::refuse, "false"},
    {"max_completion_tokens", Action::rename, "max_tokens"},
    {"messages", Action::refuse, "", Scope::tokenize},
    {"min_tokens", Action::refuse, "0"},
    {"priority", Action::drop},
    {"prompt", Action::rename, "content", Scope::tokenize},
    {"repetition_penalty", Action::rename, "repeat_penalty"},
    {"return_token_ids", Action::refuse, "false"},
    {"return_token_strs", Action::rename, "with_pieces", Scope::tokenize},
    {"skip_special_tokens", Action::refuse, "true"},
    {"stop_token_ids", Action::refuse},
};

constexpr FieldRule tgi[] = {
    {"add_special_tokens", Action::refuse, "true", Scope::tokenize},
    {"cache_salt", Action::refuse},
    {"chat_template_kwargs", Action::refuse},
    {"ignore_eos", Action::refuse, "false"},
    {"include_stop_str_in_output", Action::refuse, "false"},
    {"logit_bias", Action::refuse},
    {"max_completion_tokens", Action::rename, "max_tokens"},
    {"messages", Action::refuse, "", Scope::tokenize},
    {"min_p", Action::refuse, "0 0.0"},
    {"min_tokens", Action::refuse, "0"},
    {"n", Action::refuse, "1"},
    {"prompt", Action::rename, "inputs", Scope::tokenize},
    {"repetition_penalty", Action::refuse, "1 1.0", Scope::chat},
    {"return_token_ids", Action::refuse, "false"},
    {"return_token_strs", Action::drop, "", Scope::tokenize},
    {"skip_special_tokens", Action::refuse, "true"},
    {"stop_token_ids", Action::refuse},
    {"top_k", Action::refuse, "0 -1"},
};

constexpr FieldRule ollama[] = {
    {"cache_salt", Action::refuse},
    {"chat_template_kwargs", Action::refuse},
    {"ignore_eos", Action::refuse, "false"},
    {"include_stop_str_in_output", Action::refuse, "false"},
    {"logit_bias", Action::refuse},
    {"max_completion_tokens", Action::rename, "max_tokens"},
    {"min_p", Action::refuse, "0 0.0"},
    {"min_tokens", Action::refuse, "0"},
    {"n", Action::refuse, "1"},
    {"parallel_tool_calls", Action::refuse, "true"},
    {"repetition_penalty", Action::refuse, "1 1.0"},
    {"return_token_ids", Action::refuse, "false"},
    {"skip_special_tokens", Action::refuse, "true"},
    {"stop_token_ids", Action::refuse},
    {"tool_choice", Action::refuse, "\"auto\""},
    {"top_k", Action::refuse, "0 -1"},
};

constexpr FieldRule lmdeploy[] = {
    {"add_special_tokens", Action::rename, "add_bos", Scope::tokenize},
    {"cache_salt", Action::refuse},
    {"chat_template_kwargs", Action::refuse},
    {"messages", Action::refuse, "", Scope::tokenize},
    {"min_tokens", Action::rename, "min_new_tokens", Scope::chat},
    {"min_tokens", Action::refuse, "0", Scope::completion},
    {"n", Action::refuse, "1"},
    {"prompt", Action::rename, "input", Scope::tokenize},
    {"return_token_strs", Action::refuse, "false", Scope::tokenize},
    {"session_id", Action::drop},  // a number there
    {"stop_token_ids", Action::refuse},
};

// A number between 0 and 1 there.
constexpr FieldRule tensorrt_llm[] = {{"priority", Action::drop}};

constexpr FieldRule nim_1[] = {{"max_completion_tokens", Action::rename, "max_tokens"}};

constexpr FieldRule openai[] = {
    {"priority", Action::drop}, {"request_id", Action::drop}, {"stream_interval", Action::drop}};

// Servers that answer 400 to any name they do not know: what they do know, in ascending order.
constexpr std::string_view tensorrt_chat[] = {"add_generation_prompt",
                                              "add_special_tokens",
                                              "cache_salt",
                                              "chat_template",
                                              "chat_template_kwargs",
                                              "documents",
                                              "echo",
                                              "frequency_penalty",
                                              "ignore_eos",
                                              "include_stop_str_in_output",
                                              "length_penalty",
                                              "logit_bias",
                                              "logprobs",
                                              "max_completion_tokens",
                                              "media_io_kwargs",
                                              "messages",
                                              "min_p",
                                              "min_tokens",
                                              "mm_processor_kwargs",
                                              "model",
                                              "n",
                                              "parallel_tool_calls",
                                              "presence_penalty",
                                              "reasoning_effort",
                                              "repetition_penalty",
                                              "response_format",
                                              "seed",
                                              "skip_special_tokens",
                                              "spaces_between_special_tokens",
                                              "stop",
                                              "stop_token_ids",
                                              "stream",
                                              "stream_options",
                                              "temperature",
                                              "thinking_token_budget",
                                              "tool_choice",
                                              "tools",
                                              "top_k",
                                              "top_logprobs",
                                              "top_p",
                                              "truncate_prompt_tokens",
                                              "use_beam_search",
                                              "user"};

constexpr std::string_view tensorrt_completion[] = {"add_special_tokens",
                                                    "echo",
                                                    "frequency_penalty",
                                                    "ignore_eos",
                                                    "include_stop_str_in_output",
                                                    "length_penalty",
                                                    "logit_bias",
                                                    "logprobs",
                                                    "max_tokens",
                                                    "min_p",
                                                    "min_tokens",
                                                    "model",
                                                    "n",
                                                    "presence_penalty",
                                                    "prompt",
                                                    "repetition_penalty",
                                                    "response_format",
                                                    "seed",
                                                    "skip_special_tokens",
                                                    "spaces_between_special_tokens",
                                                    "stop",
                                                    "stop_token_ids",
                                                    "stream",
                                                    "stream_options",
                                                    "temperature",
                                                    "thinking_token_budget",
                                                    "top_k",
                                                    "top_p",
                                                    "truncate_prompt_tokens",
                                                    "use_beam_search",
                                                    "user"};

// vLLM before 0.6.5.
constexpr std::string_view strict_vllm[] = {"add_generation_prompt",
                                            "add_special_tokens",
                                            "allowed_token_ids",
                                            "chat_template",
                                            "chat_template_kwargs",
                                            "continue_final_message",
                                            "documents",
                                            "echo",
                                            "frequency_penalty",
                                            "ignore_eos",
                                            "include_stop_str_in_output",
                                            "length_penalty",
                                            "logit_bias",
                                            "logprobs",
                                            "max_tokens",
                                            "messages",
                                            "min_p",
                                            "min_tokens",
                                            "model",
                                            "n",
                                            "parallel_tool_calls",
                                            "presence_penalty",
                                            "prompt",
                                            "prompt_logprobs",
                                            "repetition_penalty",
                                            "response_format",
                                            "seed",
                                            "skip_special_tokens",
                                            "spaces_between_special_tokens",
                                            "stop",
                                            "stop_token_ids",
                                            "stream",
                                            "stream_options",
                                            "suffix",
                                            "temperature",
                                            "tool_choice",
                                            "tools",
                                            "top_k",
                                            "top_logprobs",
                                            "top_p",
                                            "truncate_prompt_tokens",
                                            "use_beam_search",
                                            "user"};

constexpr FieldRule vllm_before_0_6_5[] = {{"max_completion_tokens", Action::rename, "max_tokens"}};

// What never changes an answer, and may be left out where it is not known.
constexpr std::string_view harmless[] = {"metadata",   "priority",        "request_id",
                                         "session_id", "stream_interval", "user"};

// Besides those in only_vllm: what vLLM takes and a strict server may not. Anything else is the
// user's own addition for that server, and sent as it is.
constexpr std::string_view vllm_names[] = {
    "add_generation_prompt", "add_special_tokens",     "cache_salt",
    "chat_template_kwargs",  "continue_final_message", "echo",
    "include_reasoning",     "parallel_tool_calls",    "reasoning_effort",
    "return_token_ids",      "structured_outputs",     "suffix"};

struct Profile {
    Rules own{};
    Rules templates{};
    Rules shared{};
    Names chat{};  // not empty: all it knows
    Names completion{};
};

bool is_strict_vllm(const ServerIdentity& identity) {
    return identity.dialect == Dialect::vllm && is_below(identity, {0, 6, 5});
}

Profile profile_of(const ServerIdentity& identity) {
    switch (identity.dialect) {
        case Dialect::sglang:
            return {.own = sglang, .shared = only_vllm};
        case Dialect::llama_cpp:
            return {.own = llama_cpp, .templates = only_templates, .shared = only_vllm};
        case Dialect::tgi:
            return {.own = tgi, .templates = only_templates, .shared = only_vllm};
        case Dialect::ollama:
            return {.own = ollama, .templates = only_templates, .shared = only_vllm};
        case Dialect::lmdeploy:
            return {.own = lmdeploy, .templates = only_templates, .shared = only_vllm};
        case Dialect::tensorrt_llm:
            return {.own = tensorrt_llm, .chat = tensorrt_chat, .completion = tensorrt_completion};
        case Dialect::nim:
            return is_below(identity, {2, 0, 0}) ? Profile{.own = nim_1} : Profile{};
        case Dialect::openai:
            return {.own = openai};
        case Dialect::vllm:
            if (!is_strict_vllm(identity)) return {};
            return {.own = vllm_before_0_6_5, .chat = strict_vllm, .completion = strict_vllm};
        default:
            return {};
    }
}

const FieldRule* find_in(Rules rules, std::string_view field, Scope scope) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const FieldRule& rule) {
        return rule.field == field && (rule.scope == Scope::any || rule.scope == scope);
    });
    return found == rules.end() ? nullptr : &*found;
}

bool contains(Names names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<FieldRule> find_rule(const ServerIdentity& identity, std::string_view field,
                                   FieldRule::Scope scope) noexcept {
    const Profile profile = profile_of(identity);
    for (const Rules rules : {profile.own, profile.templates, profile.shared}) {
        if (const FieldRule* const rule = find_in(rules, field, scope)) return *rule;
    }
    const Names known = scope == Scope::chat         ? profile.chat
                        : scope == Scope::completion ? profile.completion
                                                     : Names();
    if (known.empty() || contains(known, field)) return std::nullopt;
    if (contains(harmless, field)) return FieldRule{.field = field, .action = Action::drop};
    const bool is_vllm_name =
        contains(vllm_names, field) || find_in(only_vllm, field, scope) != nullptr;
    if (!is_vllm_name) return std::nullopt;
    return FieldRule{.field = field, .action = Action::refuse, .argument = "false"};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_reply_writer.h"

#include "testing/sim_json_text.h"
#include "testing/sim_logprobs.h"
#include "testing/sim_request_metrics.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

void append_head(std::string& out, const GenerationRequest& request, std::string_view object,
                 std::int64_t created) {
    out += R"({"id":)";
    append_quoted(out, request.id);
    out.append(R"(,"object":")").append(object).append(R"(","created":)");
    append_number(out, created);
    out += R"(,"model":)";
    append_quoted(out, request.model);
    out += R"(,"choices":[)";
}

void append_usage_and_fingerprint(std::string& out, const GenerationRequest& request,
                                  const ServerState& server, const Choices& choices) {
    out += R"(],"service_tier":null,"system_fingerprint":)";
    append_quoted(out, server.fingerprint);
    out += ',';
    append_usage(out, total_usage(request, choices), request, server.options);
}

// Arguments by call, put together from their fragments.
std::vector<std::string> joined_arguments(const SpokenText& text, const Script* script) {
    std::vector<std::string> calls(script == nullptr ? 0 : script->tool_names.size());
    for (const ToolFragment& fragment : text.tools)
        calls[fragment.call] += fragment.arguments;
    return calls;
}

// What a model with a tool parser writes, shown raw when it was cut before its end.
std::string raw_tool_text(const SpokenText& text, const Script& script) {
    std::string raw;
    for (const ToolFragment& fragment : text.tools) {
        if (fragment.opens) {
            raw += R"(<tool_call>{"name": ")" + script.tool_names[fragment.call] +
                   R"(", "arguments": )";
        }
        raw += fragment.arguments;
    }
    return raw;
}

void append_tool_calls(std::string& out, const Choice& choice, const SpokenText& text) {
    const auto arguments = joined_arguments(text, choice.answer().script());
    out += R"("tool_calls":[)";
    for (std::uint32_t call = 0; call < arguments.size(); ++call) {
        if (call > 0) out += ',';
        out.append(R"({"id":")").append(tool_call_id(choice, call));
        out += R"(","type":"function","function":{"name":)";
        append_quoted(out, choice.answer().script()->tool_names[call]);
        out += R"(,"arguments":)";
        append_quoted(out, arguments[call]);
        out += "}}";
    }
    out += "],";
}

void append_message(std::string& out, const GenerationRequest& request, Choice& choice) {
    SpokenText text = choice.take_text();
    const bool tools = request.tools != ToolMode::none;
    const bool cut = choice.finish() != Choice::Finish::stop;
    std::string content = request.echo_message + text.content;
    if (tools && cut) content = raw_tool_text(text, *choice.answer().script());
    out += R"("message":{"role":"assistant","content":)";
    if (tools && !cut && request.tools == ToolMode::automatic) {
        out += "null";
    } else {
        append_quoted(out, content);
    }
    out += R"(,"refusal":null,"annotations":null,"audio":null,"function_call":null,)";
    if (tools && !cut) append_tool_calls(out, choice, text);
    out += R"("reasoning":)";
    if (text.reasoning.empty() || !request.include_reasoning) {
        out += "null";
    } else {
        append_quoted(out, text.reasoning);
    }
    out += '}';
}

void append_token_ids(std::string& out, const GenerationRequest& request, const Choice& choice) {
    out += R"("token_ids":)";
    if (request.return_token_ids) {
        append_answer_ids(out, choice, 0);
    } else {
        out += "null";
    }
}

void append_chat_choice(std::string& out, const GenerationRequest& request, Choice& choice) {
    out += R"({"index":)";
    append_number(out, choice.index());
    out += ',';
    append_message(out, request, choice);
    out += R"(,"logprobs":)";
    if (request.logprobs >= 0) {
        append_chat_logprobs(out, request, choice, 0);
    } else {
        out += "null";
    }
    out += ',';
    append_finish_reason(out, request, choice);
    out += ',';
    append_stop_reason(out, choice);
    out += ',';
    append_token_ids(out, request, choice);
    out += R"(,"routed_experts":null})";
}

void append_completion_text(std::string& out, const GenerationRequest& request, Choice& choice) {
    std::string text = request.echo ? detokenize(choice.prompt().tokens) : std::string();
    if (!request.prompt_only) text += choice.take_text().content;
    out += R"("text":)";
    append_quoted(out, text);
}

void append_prompt_fields(std::string& out, const GenerationRequest& request,
                          const Choice& choice) {
    out += R"("prompt_logprobs":)";
    if (request.prompt_logprobs >= 0) {
        append_prompt_logprobs(out, request, choice);
    } else {
        out += "null";
    }
    out += R"(,"prompt_token_ids":)";
    if (request.return_token_ids) {
        append_ids(out, choice.prompt().tokens);
    } else {
        out += "null";
    }
}

void append_completion_choice(std::string& out, const GenerationRequest& request, Choice& choice) {
    out += R"({"index":)";
    append_number(out, choice.index());
    out += ',';
    append_completion_text(out, request, choice);
    out += R"(,"logprobs":)";
    if (request.logprobs >= 0) {
        append_completion_logprobs(out, request, choice, 0, request.echo);
    } else {
        out += "null";
    }
    out += ',';
    append_finish_reason(out, request, choice);
    out += ',';
    append_stop_reason(out, choice);
    out += ',';
    append_token_ids(out, request, choice);
    out += ',';
    append_prompt_fields(out, request, choice);
    out += R"(,"routed_experts":null})";
}

void append_metrics(std::string& out, const GenerationRequest& request, const ServerState& server,
                    const Choices& choices) {
    out += R"("metrics":)";
    if (server.options.per_request_metrics && request.n == 1 && choices.size() == 1) {
        append_request_metrics(out, *choices.front(), false);
    } else {
        out += "null";
    }
}

}  // namespace

Usage total_usage(const GenerationRequest& request, const Choices& choices) {
    Usage usage;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i % request.n == 0) usage.prompt += choices[i]->prompt_tokens;
        usage.add_completion(*choices[i]);
    }
    return usage;
}

std::string chat_reply(const GenerationRequest& request, const ServerState& server,
                       std::int64_t created, Choices& choices) {
    std::string out;
    append_head(out, request, "chat.completion", created);
    for (const auto& choice : choices) {
        if (choice != choices.front()) out += ',';
        append_chat_choice(out, request, *choice);
    }
    append_usage_and_fingerprint(out, request, server, choices);
    out += ',';
    append_prompt_fields(out, request, *choices.front());
    out += R"(,"prompt_text":null,"kv_transfer_params":null,"ec_transfer_params":null,)";
    append_metrics(out, request, server, choices);
    return out + "}";
}

std::string completion_reply(const GenerationRequest& request, const ServerState& server,
                             std::int64_t created, Choices& choices) {
    std::string out;
    append_head(out, request, "text_completion", created);
    for (const auto& choice : choices) {
        if (choice != choices.front()) out += ',';
        append_completion_choice(out, request, *choice);
    }
    append_usage_and_fingerprint(out, request, server, choices);
    out += R"(,"kv_transfer_params":null,"ec_transfer_params":null,)";
    append_metrics(out, request, server, choices);
    return out + "}";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

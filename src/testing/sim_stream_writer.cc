// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_stream_writer.h"

#include "testing/sim_json_text.h"
#include "testing/sim_logprobs.h"
#include "testing/sim_request_metrics.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

StreamWriter::StreamWriter(const GenerationRequest& request, const ServerState& server,
                           std::int64_t created)
    : request_(request), server_(server) {
    prefix_ = R"(data: {"id":)";
    append_quoted(prefix_, request.id);
    prefix_ += R"(,"object":")";
    prefix_ += request.chat ? "chat.completion.chunk" : "text_completion";
    prefix_ += R"(","created":)";
    append_number(prefix_, created);
    prefix_ += R"(,"model":)";
    append_quoted(prefix_, request.model);
    prefix_ += R"(,"choices":[)";
}

void StreamWriter::begin(std::uint32_t index) {
    event_.clear();
    event_.append(prefix_).append(R"({"index":)");
    append_number(event_, index);
}

std::string_view StreamWriter::role(std::uint32_t index, const Usage& usage) {
    begin(index);
    event_ +=
        R"(,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}])";
    running_usage(usage);
    event_ += R"(,"prompt_token_ids":)";
    if (request_.return_token_ids) {
        append_ids(event_, request_.prompts.front().tokens);
    } else {
        event_ += "null";
    }
    event_ += ",\"prompt_text\":null}\n\n";
    return event_;
}

std::string_view StreamWriter::echo(std::uint32_t index, const Usage& usage) {
    begin(index);
    event_ += R"(,"delta":{"content":)";
    append_quoted(event_, request_.echo_message);
    event_ += R"(},"logprobs":null,"finish_reason":null}])";
    running_usage(usage);
    event_ += "}\n\n";
    return event_;
}

std::string_view StreamWriter::next(Choice& choice, const Usage& usage) {
    begin(choice.index());
    request_.chat ? chat(choice, usage) : completion(choice, usage);
    choice.taken = choice.generated();
    return event_;
}

std::string_view StreamWriter::usage(const Usage& usage, const Choice* choice) {
    event_.clear();
    event_.append(prefix_).append("],");
    append_final_usage(event_, usage, request_, server_.options);
    event_ += R"(,"system_fingerprint":)";
    append_quoted(event_, server_.fingerprint);
    if (choice != nullptr) {
        event_ += R"(,"metrics":)";
        append_request_metrics(event_, *choice, true);
    }
    event_ += "}\n\n";
    return event_;
}

// --- Chat ----------------------------------------------------------------------------------------

void StreamWriter::chat(Choice& choice, const Usage& usage) {
    event_ += R"(,"delta":{)";
    const bool says_something = chat_delta(choice);
    if (!says_something && !choice.finished() && request_.logprobs < 0 &&
        !request_.return_token_ids) {
        event_.clear();
        return;
    }
    event_ += R"(},"logprobs":)";
    if (request_.logprobs >= 0 && choice.taken < choice.generated()) {
        append_chat_logprobs(event_, request_, choice, choice.taken);
    } else {
        event_ += "null";
    }
    event_ += ',';
    append_finish_reason(event_, request_, choice);
    if (choice.finished()) {
        event_ += ',';
        append_stop_reason(event_, choice);
    }
    event_ += ',';
    token_ids(choice);
    end_choice(choice, usage);
}

bool StreamWriter::chat_delta(Choice& choice) {
    const SpokenText text = choice.take_text();
    const std::size_t before = event_.size();
    if (!text.tools.empty()) {
        tool_calls(choice, text);
    } else if (!text.content.empty()) {
        event_ += R"("content":")";
        append_escaped(event_, text.content);
        event_ += '"';
    }
    if (!text.reasoning.empty() && request_.include_reasoning) {
        if (event_.size() > before) event_ += ',';
        event_ += R"("reasoning":")";
        append_escaped(event_, text.reasoning);
        event_ += '"';
    }
    return event_.size() > before;
}

void StreamWriter::tool_calls(const Choice& choice, const SpokenText& text) {
    event_ += R"("content":null,"tool_calls":[)";
    for (const ToolFragment& fragment : text.tools) {
        if (&fragment != &text.tools.front()) event_ += ',';
        event_ += '{';
        if (fragment.opens) {
            event_.append(R"("id":")").append(tool_call_id(choice, fragment.call));
            event_ += R"(","type":"function",)";
        }
        event_ += R"("index":)";
        append_number(event_, fragment.call);
        event_ += R"(,"function":{)";
        if (fragment.opens) {
            event_ += R"("name":)";
            append_quoted(event_, choice.answer().script()->tool_names[fragment.call]);
        }
        if (!fragment.arguments.empty()) {
            event_ += fragment.opens ? R"(,"arguments":)" : R"("arguments":)";
            append_quoted(event_, fragment.arguments);
        }
        event_ += "}}";
    }
    event_ += ']';
}

// --- Completions ---------------------------------------------------------------------------------

void StreamWriter::completion(Choice& choice, const Usage& usage) {
    const bool echoes = request_.echo && !choice.echoed;
    event_ += R"(,"text":)";
    completion_text(choice, echoes);
    event_ += R"(,"logprobs":)";
    if (request_.logprobs >= 0) {
        append_completion_logprobs(event_, request_, choice, choice.taken, echoes);
    } else {
        event_ += "null";
    }
    event_ += ',';
    append_finish_reason(event_, request_, choice);
    event_ += ',';
    append_stop_reason(event_, choice);
    prompt_ids(choice, echoes);
    event_ += ',';
    token_ids(choice);
    choice.echoed = true;
    end_choice(choice, usage);
}

void StreamWriter::completion_text(Choice& choice, bool echoes) {
    const SpokenText text = choice.take_text();
    event_ += '"';
    // As in vLLM, asking for token ids takes the prompt's text away.
    if (echoes && !request_.return_token_ids) {
        append_escaped(event_, detokenize(choice.prompt().tokens));
    }
    if (!request_.prompt_only) append_escaped(event_, text.content);
    event_ += '"';
}

void StreamWriter::prompt_ids(Choice& choice, bool echoes) {
    event_ += R"(,"prompt_token_ids":)";
    if (echoes || (request_.return_token_ids && !choice.echoed)) {
        append_ids(event_, choice.prompt().tokens);
    } else {
        event_ += "null";
    }
}

// --- Both ----------------------------------------------------------------------------------------

void StreamWriter::token_ids(const Choice& choice) {
    event_ += R"("token_ids":)";
    if (request_.return_token_ids) {
        append_answer_ids(event_, choice, choice.taken);
    } else {
        event_ += "null";
    }
}

void StreamWriter::end_choice(const Choice& choice, const Usage& usage) {
    event_ += "}]";
    running_usage(usage);
    if (choice.finished() && !request_.include_usage) {
        event_ += R"(,"system_fingerprint":)";
        append_quoted(event_, server_.fingerprint);
    }
    event_ += "}\n\n";
}

void StreamWriter::running_usage(const Usage& usage) {
    if (!request_.continuous_usage) return;
    event_ += ',';
    append_running_usage(event_, usage, request_);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

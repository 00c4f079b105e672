// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_usage.h"

#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

void append_counts(std::string& out, const Usage& usage) {
    out += R"("usage":{"prompt_tokens":)";
    append_number(out, usage.prompt);
    out += R"(,"total_tokens":)";
    append_number(out, usage.prompt + usage.completion);
    out += R"(,"completion_tokens":)";
    append_number(out, usage.completion);
}

void append_reasoning(std::string& out, const Usage& usage) {
    out += R"("completion_tokens_details":{"reasoning_tokens":)";
    append_number(out, usage.reasoning);
    out += '}';
}

}  // namespace

void Usage::add_completion(const Choice& choice) {
    completion += choice.generated();
    reasoning += choice.answer().reasoning_tokens(choice.generated());
}

void append_usage(std::string& out, const Usage& usage, const GenerationRequest& request,
                  const SimOptions& options) {
    append_counts(out, usage);
    if (!options.prompt_tokens_details || request.batch) {
        out += R"(,"prompt_tokens_details":null,)";
    } else if (request.chat) {
        out += R"(,"prompt_tokens_details":{"cached_tokens":0,"created_cache_tokens":0,)";
        out += R"("multimodal_tokens":null},)";
    } else {
        out += R"(,"prompt_tokens_details":{"cached_tokens":0,"created_cache_tokens":null,)";
        out += R"("multimodal_tokens":null},)";
    }
    if (request.reasoning && !request.batch) {
        append_reasoning(out, usage);
    } else {
        out += R"("completion_tokens_details":null)";
    }
    out += '}';
}

void append_running_usage(std::string& out, const Usage& usage, const GenerationRequest& request) {
    append_counts(out, usage);
    if (request.reasoning) {
        out += ',';
        append_reasoning(out, usage);
    } else if (request.chat) {
        out += R"(,"completion_tokens_details":null)";
    }
    out += '}';
}

void append_final_usage(std::string& out, const Usage& usage, const GenerationRequest& request,
                        const SimOptions& options) {
    append_counts(out, usage);
    if (options.prompt_tokens_details) {
        out += request.chat
                   ? R"(,"prompt_tokens_details":{"cached_tokens":0,"created_cache_tokens":0})"
                   : R"(,"prompt_tokens_details":{"cached_tokens":0})";
    }
    if (request.reasoning) {
        out += ',';
        append_reasoning(out, usage);
    }
    out += '}';
}

void append_finish_reason(std::string& out, const GenerationRequest& request,
                          const Choice& choice) {
    out += R"("finish_reason":)";
    if (!choice.finished()) {
        out += "null";
    } else if (choice.finish() == Choice::Finish::length) {
        out += R"("length")";
    } else if (choice.finish() == Choice::Finish::abort) {
        out += R"("abort")";
    } else if (request.tools == ToolMode::required || request.tools == ToolMode::automatic) {
        out += R"("tool_calls")";
    } else {
        out += R"("stop")";
    }
}

void append_stop_reason(std::string& out, const Choice& choice) {
    out += R"("stop_reason":)";
    if (choice.stop_string() != nullptr) {
        append_quoted(out, *choice.stop_string());
    } else if (choice.stop_token()) {
        append_number(out, *choice.stop_token());
    } else {
        out += "null";
    }
}

std::string tool_call_id(const Choice& choice, std::uint32_t call) {
    return "chatcmpl-tool-" + hex16(mixed(choice.answer().seed(), call + 1));
}

void append_ids(std::string& out, const std::vector<TokenId>& ids) {
    out += '[';
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) out += ',';
        append_number(out, ids[i]);
    }
    out += ']';
}

void append_answer_ids(std::string& out, const Choice& choice, std::uint32_t from) {
    out += '[';
    for (std::uint32_t position = from; position < choice.generated(); ++position) {
        if (position > from) out += ',';
        append_number(out, choice.answer().at(position).id);
    }
    out += ']';
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

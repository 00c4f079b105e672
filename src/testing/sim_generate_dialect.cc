// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_generate_dialect.h"

#include "testing/sim_clock.h"
#include "testing/sim_json_text.h"
#include "testing/sim_logprobs.h"
#include "testing/sim_reply_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

void append_counts(std::string& out, const Usage& usage, bool with_details) {
    out += R"("usage":{"prompt_tokens":)";
    append_number(out, usage.prompt);
    out += R"(,"total_tokens":)";
    append_number(out, usage.prompt + usage.completion);
    out += R"(,"completion_tokens":)";
    append_number(out, usage.completion);
    if (with_details) {
        out += R"(,"prompt_tokens_details":null,"completion_tokens_details":null)";
    }
    out += '}';
}

void append_token(std::string& out, TokenId id, double logprob, std::uint32_t rank) {
    out += R"({"token_id":)";
    append_number(out, id);
    out += R"(,"logprob":)";
    append_number(out, logprob);
    out += R"(,"rank":)";
    append_number(out, rank);
}

}  // namespace

GenerateDialect::GenerateDialect(const GenerationRequest& request, bool text)
    : request_(request), text_(text), created_(static_cast<std::int64_t>(unix_now())) {}

void GenerateDialect::append_mode(std::string& out) const {
    out += text_ ? R"("output_mode":"text")" : R"("output_mode":"tokens")";
}

void GenerateDialect::append_logprobs(std::string& out, const Choice& choice,
                                      std::uint32_t from) const {
    if (request_.logprobs < 0) {
        out += "null";
        return;
    }
    if (text_) return append_chat_logprobs(out, request_, choice, from);
    out += R"({"content":[)";
    for (std::uint32_t at = from; at < choice.generated(); ++at) {
        if (at > from) out += ',';
        const Answer& answer = choice.answer();
        const TokenId said = answer.at(at).id;
        append_token(out, said, answer.logprob(at), 1);
        out += R"(,"top_logprobs":[)";
        append_token(out, said, answer.logprob(at), 1);
        out += '}';
        for (int rank = 1; rank < request_.logprobs; ++rank) {
            out += ',';
            append_token(out, answer.alternative(at, static_cast<std::uint32_t>(rank)),
                         answer.logprob(at) - rank, static_cast<std::uint32_t>(rank + 1));
            out += '}';
        }
        out += "]}";
    }
    out += "]}";
}

void GenerateDialect::append_choice(std::string& out, Choice& choice, std::uint32_t from) const {
    out += R"({"index":)";
    append_number(out, choice.index());
    out += ',';
    append_finish_reason(out, request_, choice);
    out += ',';
    append_stop_reason(out, choice);
    out += R"(,"token_ids":)";
    append_answer_ids(out, choice, from);
    out += R"(,"routed_experts":null,"sampling_mask":null,"weight_versions":null,)";
    if (text_) {
        out += R"("text":)";
        append_quoted(out, choice.take_text().content);
        out += ',';
    }
    out += R"("logprobs":)";
    append_logprobs(out, choice, from);
    out += '}';
}

void GenerateDialect::write(Choice& choice, const Usage& usage, ResponseSink& sink) {
    std::string event = R"(data: {"request_id":)";
    append_quoted(event, request_.id);
    event += ',';
    if (request_.continuous_usage) {
        append_counts(event, usage, true);
    } else {
        event += R"("usage":null)";
    }
    event += ',';
    if (!begun_ && request_.return_token_ids) {
        event += R"("prompt_token_ids":)";
        append_ids(event, choice.prompt().tokens);
        event += ',';
    }
    begun_ = true;
    append_mode(event);
    event += R"(,"choices":[)";
    append_choice(event, choice, choice.taken);
    sink.write_event(event + "]}\n\n");
}

std::string GenerateDialect::reply(Choices& choices) const {
    std::string body = R"({"request_id":)";
    append_quoted(body, request_.id);
    body += R"(,"model":)";
    append_quoted(body, request_.model);
    body += R"(,"created":)";
    append_number(body, created_);
    body += ',';
    append_counts(body, total_usage(request_, choices), true);
    body += R"(,"prompt_logprobs":)";
    if (request_.prompt_logprobs >= 0) {
        append_prompt_logprobs(body, request_, *choices.front());
    } else {
        body += "null";
    }
    body += R"(,"prompt_token_id_logprobs":null,"prompt_token_ids":)";
    if (request_.return_token_ids) {
        append_ids(body, choices.front()->prompt().tokens);
    } else {
        body += "null";
    }
    body += R"(,"mm_placeholders":null,"metrics":null,"kv_transfer_params":null,)";
    body += R"("ec_transfer_params":null,)";
    append_mode(body);
    body += R"(,"choices":[)";
    for (const auto& choice : choices) {
        if (choice != choices.front()) body += ',';
        append_choice(body, *choice, 0);
    }
    return body + "]}";
}

void GenerateDialect::finish(Choices& choices, ResponseSink& sink) {
    if (!request_.stream) return sink.reply(200, "application/json", reply(choices));
    if (request_.include_usage) {
        std::string event = R"(data: {"request_id":)";
        append_quoted(event, request_.id);
        event += ',';
        append_counts(event, total_usage(request_, choices), false);
        event += ',';
        append_mode(event);
        sink.write_event(event + ",\"choices\":[]}\n\n");
    }
    sink.write_event(done_event);
    sink.close_stream();
}

void GenerateDialect::fail(const ApiError& error, ResponseSink& sink) {
    fail_as_openai(request_, error, sink);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

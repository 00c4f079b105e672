// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_request.h"

#include "wire/json_writer.h"
#include "wire/logit_bias.h"
#include "wire/message_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

void write_a_to_m(JsonWriter& writer, const SamplingParams& p) {
    writer.member_if("allowed_token_ids", p.allowed_token_ids);
    writer.member_if("bad_words", p.bad_words);
    writer.member_if("detokenize", p.detokenize);
    writer.member_if("extra_args", p.extra_args);
    writer.member_if("frequency_penalty", p.frequency_penalty);
    writer.member_if("ignore_eos", p.ignore_eos);
    writer.member_if("include_stop_str_in_output", p.include_stop_str_in_output);
    write_logit_bias(writer, p.logit_bias);
    writer.member_if("logprob_token_ids", p.logprob_token_ids);
    writer.member_if("logprobs", p.logprobs);
    writer.member_if("max_tokens", p.max_tokens);
    writer.member_if("min_p", p.min_p);
    writer.member_if("min_tokens", p.min_tokens);
}

void write_n_to_w(JsonWriter& writer, const SamplingParams& p) {
    writer.member_if("n", p.n);
    writer.member_if("presence_penalty", p.presence_penalty);
    writer.member_if("prompt_logprob_start", p.prompt_logprob_start);
    writer.member_if("prompt_logprob_token_ids", p.prompt_logprob_token_ids);
    writer.member_if("prompt_logprobs", p.prompt_logprobs);
    writer.member_if("repetition_detection", p.repetition_detection);
    writer.member_if("repetition_penalty", p.repetition_penalty);
    writer.member_if("routed_experts_prompt_start", p.routed_experts_prompt_start);
    writer.member_if("seed", p.seed);
    writer.member_if("skip_reading_prefix_cache", p.skip_reading_prefix_cache);
    writer.member_if("skip_special_tokens", p.skip_special_tokens);
    writer.member_if("spaces_between_special_tokens", p.spaces_between_special_tokens);
    writer.member_if("stop", p.stop);
    writer.member_if("stop_token_ids", p.stop_token_ids);
    writer.member_if("stream_interval", p.stream_interval);
    write_structured_outputs(writer, p.structured_outputs);
    writer.member_if("temperature", p.temperature);
    writer.member_if("thinking_token_budget", p.thinking_token_budget);
    writer.member_if("top_k", p.top_k);
    writer.member_if("top_p", p.top_p);
    writer.member_if("watermarking", p.watermarking);
}

void write_sampling_params(JsonWriter& writer, const SamplingParams& params) {
    if (!writer.key("sampling_params")) return;
    const JsonWriter::Scope scope(writer, "sampling_params");
    writer.begin_object(&params.extra);
    write_a_to_m(writer, params);
    write_n_to_w(writer, params);
    writer.end_object();
}

void write_stream_members(JsonWriter& writer, const GenerateRequest& r, bool stream) {
    // The call decides how the reply is read, so the body must not say otherwise.
    if (writer.is_replaced("stream")) writer.fail("extra.stream", "is set by the form of the call");
    if (!stream) return;
    writer.member("stream", true);
    if (!writer.key("stream_options")) return;
    writer.begin_object();
    writer.member_if("continuous_usage_stats", r.continuous_usage_stats);
    writer.member("include_usage", r.include_usage.value_or(true));
    writer.end_object();
}

void write_token_ids(JsonWriter& writer, const TokenIds& token_ids) {
    if (!writer.key("token_ids")) return;
    if (token_ids.empty()) writer.fail("token_ids", "is empty");
    writer.begin_array();
    for (const std::int64_t token : token_ids) {
        if (token < 0) writer.fail("token_ids", "must not be negative");
        writer.value(token);
    }
    writer.end_array();
}

}  // namespace

Result<std::string> write_generate_request(const GenerateRequest& r, bool stream) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    if (!r.features.empty() && !r.content_parts.empty()) {
        writer.fail("features", "and content_parts cannot both be set");
    }
    writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("content_parts", r.content_parts);
    writer.member_if("ec_transfer_params", r.ec_transfer_params);
    writer.member_if("features", r.features);
    writer.member_if("kv_transfer_params", r.kv_transfer_params);
    writer.member_if("model", r.model);
    // Older servers know tokens only, and not this member.
    if (r.output_mode == OutputMode::text) writer.member("output_mode", "text");
    writer.member_if("priority", r.priority);
    writer.member_if("reasoning_ended", r.reasoning_ended);
    writer.member_if("reasoning_parser_kwargs", r.reasoning_parser_kwargs);
    writer.member_if("request_id", r.request_id);
    writer.member_if("return_token_ids", r.return_token_ids);
    write_sampling_params(writer, r.sampling_params);
    write_stream_members(writer, r, stream);
    write_token_ids(writer, r.token_ids);
    writer.member_if("token_offsets", r.token_offsets);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

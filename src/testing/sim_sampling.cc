// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "testing/sim_generation_request.h"
#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"
#include "testing/sim_state.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr int max_logprobs = 20;

std::string python_number(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

std::string python_list(const std::vector<std::int64_t>& values) {
    std::string text = "[";
    for (const std::int64_t value : values) {
        if (text.size() > 1) text += ", ";
        append_number(text, value);
    }
    return text + "]";
}

void read_stream_options(FieldReader& fields, GenerationRequest& request) {
    const json* const options = fields.object("stream_options");
    if (options == nullptr) return;
    if (!request.stream) {
        throw ApiFailure(bad_parameter("Stream options can only be defined when `stream=True`.",
                                       "stream_options"));
    }
    FieldReader part(*options, "body.stream_options");
    request.include_usage = part.boolean("include_usage").value_or(false);
    request.continuous_usage =
        part.boolean("continuous_usage_stats").value_or(false) && request.include_usage;
    fields.absorb(part);
}

// The keys of logit_bias are ids as text; the biases themselves change nothing here.
std::vector<std::int64_t> read_biased_ids(FieldReader& fields) {
    std::vector<std::int64_t> ids;
    const json* const biases = fields.object("logit_bias");
    if (biases == nullptr) return ids;
    for (const auto& [key, bias] : biases->items()) {
        ids.push_back(std::strtoll(key.c_str(), nullptr, 10));
    }
    return ids;
}

// vllm_xargs holds numbers and strings; ours are looked at, all others are somebody else's.
void read_fault(FieldReader& fields, GenerationRequest& request) {
    const json* const arguments = fields.object("vllm_xargs");
    if (arguments == nullptr) return;
    FieldReader part(*arguments, "body.vllm_xargs");
    const auto read = [&](const char* name, int& into) {
        if (const auto value = part.integer(name)) {
            into = static_cast<int>(std::clamp<std::int64_t>(*value, -1, 1 << 30));
            request.fault_given = true;
        }
    };
    read("sim_http_status", request.fault.http_status);
    read("sim_error_after_tokens", request.fault.error_after_tokens);
    read("sim_cut_after_tokens", request.fault.cut_after_tokens);
    read("sim_stall_after_tokens", request.fault.stall_after_tokens);
    fields.absorb(part);
}

struct Range {
    const char* name;
    std::optional<double> SamplingNumbers::*value;
    double low;
    double high;
    bool low_included;
    const char* words;
    bool told_as_parameter;
};

constexpr double huge = 1e300;
constexpr Range ranges[] = {
    {"presence_penalty", &SamplingNumbers::presence_penalty, -2, 2, true, "in [-2, 2]", false},
    {"frequency_penalty", &SamplingNumbers::frequency_penalty, -2, 2, true, "in [-2, 2]", false},
    {"repetition_penalty", &SamplingNumbers::repetition_penalty, 0, huge, false,
     "greater than zero", false},
    {"temperature", &SamplingNumbers::temperature, 0, huge, true, "non-negative", true},
    {"temperature", &SamplingNumbers::temperature, 0, 2, true, "in [0, 2]", true},
    {"top_p", &SamplingNumbers::top_p, 0, 1, false, "in (0, 1]", true},
    {"min_p", &SamplingNumbers::min_p, 0, 1, true, "in [0, 1]", false},
};

void check_ranges(const SamplingNumbers& numbers) {
    for (const Range& range : ranges) {
        const auto& value = numbers.*range.value;
        if (!value) continue;
        const bool above = range.low_included ? *value >= range.low : *value > range.low;
        if (above && *value <= range.high) continue;
        const std::string number = python_number(*value);
        const std::string message =
            std::string(range.name) + " must be " + range.words + ", got " + number + ".";
        throw ApiFailure(range.told_as_parameter ? bad_parameter(message, range.name, number)
                                                 : bad_request(message));
    }
    if (numbers.top_k < -1) {
        throw ApiFailure(bad_request("top_k must be 0 (disable), or at least 1, got " +
                                     std::to_string(numbers.top_k) + "."));
    }
}

void check_counts(const GenerationRequest& request) {
    const std::int64_t n = request.numbers.n;
    if (n < 1) {
        throw ApiFailure(bad_request("n must be at least 1, got " + std::to_string(n) + "."));
    }
    if (n > 16384) {
        throw ApiFailure(bad_request("n must be at most 16384, got " + std::to_string(n) +
                                     ". To increase this limit, set the VLLM_MAX_N_SEQUENCES "
                                     "environment variable."));
    }
    if (n > 1 && request.numbers.temperature.value_or(1.0) < 1e-5) {
        throw ApiFailure(
            bad_request("n must be 1 when using greedy sampling, got " + std::to_string(n) + "."));
    }
    const std::int64_t least = request.numbers.min_tokens;
    if (least < 0) {
        throw ApiFailure(bad_request("min_tokens must be greater than or equal to 0, got " +
                                     std::to_string(least) + "."));
    }
    for (const Prompt& prompt : request.prompts) {
        if (least <= prompt.max_tokens) continue;
        throw ApiFailure(bad_request("min_tokens must be less than or equal to max_tokens=" +
                                     std::to_string(prompt.max_tokens) + ", got " +
                                     std::to_string(least) + "."));
    }
    for (const std::string& stop : request.stop) {
        if (stop.empty()) throw ApiFailure(bad_request("stop cannot contain an empty string."));
    }
}

void clamp_lengths(const SimOptions& options, std::string_view max_name,
                   GenerationRequest& request) {
    const std::int64_t context = options.max_model_len;
    if (request.max_tokens && *request.max_tokens > context) {
        const std::string value = std::to_string(*request.max_tokens);
        throw ApiFailure(bad_parameter(
            std::string(max_name) + "=" + value + " cannot be greater than max_model_len=" +
                std::to_string(context) + ". Please request fewer output tokens.",
            max_name, value));
    }
    for (Prompt& prompt : request.prompts) {
        const auto room = context - static_cast<std::int64_t>(prompt.tokens.size());
        const std::int64_t length = std::min(request.max_tokens.value_or(room), room);
        if (length < 1 && !request.prompt_only) {
            const std::string value = std::to_string(length);
            throw ApiFailure(bad_parameter("max_tokens must be at least 1, got " + value + ".",
                                           "max_tokens", value));
        }
        // As in vLLM, echoing only the prompt still generates one token.
        prompt.max_tokens = static_cast<std::uint32_t>(std::max<std::int64_t>(length, 1));
    }
}

// The ids that fit the vocabulary; the others become the late error.
std::vector<TokenId> known_ids(const std::vector<std::int64_t>& ids, const char* name,
                               GenerationRequest& request) {
    const std::int64_t size = Vocabulary::instance().size();
    std::vector<TokenId> known;
    std::vector<std::int64_t> unknown;
    for (const std::int64_t id : ids) {
        if (id >= size) {
            unknown.push_back(id);
        } else {
            known.push_back(static_cast<TokenId>(id));
        }
    }
    if (!unknown.empty() && !request.late_error) {
        const std::string list = python_list(unknown);
        const std::string message =
            std::string_view(name) == "allowed_token_ids"
                ? "allowed_token_ids contains out-of-vocab token id!"
                : "token_id(s) " + list + " in " + name +
                      " contain out-of-vocab token ids. Vocabulary size: " + std::to_string(size);
        request.late_error = bad_parameter(message, name, list);
    }
    return known;
}

void check_late(GenerationRequest& request) {
    if (request.logprobs > max_logprobs) {
        const std::string count = std::to_string(request.logprobs);
        request.late_error = bad_parameter(
            "Requested sample logprobs of " + count +
                ", which is greater than max allowed: " + std::to_string(max_logprobs),
            "logprobs", count);
    }
    request.stop_ids = known_ids(request.numbers.stop_ids, "stop_token_ids", request);
    (void)known_ids(request.numbers.biased_ids, "logit_bias", request);
    auto allowed = known_ids(request.numbers.allowed_ids, "allowed_token_ids", request);
    if (!allowed.empty()) {
        request.allowed = std::make_shared<const std::vector<TokenId>>(std::move(allowed));
    }
}

}  // namespace

void read_sampling(FieldReader& fields, GenerationRequest& request) {
    request.model = fields.text("model").value_or("");
    request.stream = fields.boolean("stream").value_or(false);
    read_stream_options(fields, request);
    SamplingNumbers& numbers = request.numbers;
    numbers.n = fields.integer("n").value_or(1);
    request.n = static_cast<std::uint32_t>(std::clamp<std::int64_t>(numbers.n, 0, 1 << 20));
    numbers.temperature = fields.real("temperature");
    numbers.top_p = fields.real("top_p");
    numbers.min_p = fields.real("min_p");
    numbers.presence_penalty = fields.real("presence_penalty");
    numbers.frequency_penalty = fields.real("frequency_penalty");
    numbers.repetition_penalty = fields.real("repetition_penalty");
    numbers.top_k = fields.integer("top_k").value_or(0);
    numbers.min_tokens = fields.integer("min_tokens").value_or(0);
    request.min_tokens =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(numbers.min_tokens, 0, 1 << 24));
    numbers.stop_ids = fields.token_ids("stop_token_ids");
    numbers.allowed_ids = fields.token_ids("allowed_token_ids");
    numbers.biased_ids = read_biased_ids(fields);
    (void)fields.integer("priority");
    request.ignore_eos = fields.boolean("ignore_eos").value_or(false);
    request.seed = mixed(static_cast<std::uint64_t>(fields.integer("seed").value_or(-1)));
    request.stop = fields.texts("stop", 4);
    request.include_stop = fields.boolean("include_stop_str_in_output").value_or(false);
    request.return_token_ids = fields.boolean("return_token_ids").value_or(false);
    request.tokens_as_ids = fields.boolean("return_tokens_as_token_ids").value_or(false);
    request.echo = fields.boolean("echo").value_or(false);
    request.stream_interval = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(fields.integer("stream_interval").value_or(1), 1, 1 << 20));
    if (const auto count = fields.integer("prompt_logprobs")) {
        request.prompt_logprobs =
            *count < 0 ? max_logprobs
                       : static_cast<int>(std::min<std::int64_t>(*count, max_logprobs));
    }
    read_fault(fields, request);
    if (request.stream && request.prompt_logprobs > 0) {
        throw ApiFailure(bad_parameter("`prompt_logprobs` are not available when `stream=True`.",
                                       "prompt_logprobs"));
    }
}

void check_sampling(const SimOptions& options, std::string_view max_name,
                    GenerationRequest& request) {
    clamp_lengths(options, max_name, request);
    check_counts(request);
    check_ranges(request.numbers);
    check_late(request);
    if (options.force_include_usage) request.include_usage = request.continuous_usage = true;
}

std::string served_model(const std::optional<std::string>& name, const ServerState& server) {
    const SimOptions& options = server.options;
    if (!name || name->empty()) return options.models.front();
    if (std::find(options.models.begin(), options.models.end(), *name) != options.models.end()) {
        return *name;
    }
    if (server.adapters.has(*name)) return *name;
    std::string aliases;
    for (const std::string& model : options.models) {
        aliases += (aliases.empty() ? "" : ", ") + model;
    }
    throw ApiFailure(
        {.status = 404,
         .type = "NotFoundError",
         .message = "The model `" + *name + "` does not exist. Valid aliases: " + aliases + ".",
         .param = "model"});
}

void check_prompt_length(std::size_t tokens, const SimOptions& options) {
    if (tokens <= static_cast<std::size_t>(options.max_model_len)) return;
    const std::string count = std::to_string(tokens);
    const bool cut = tokens == static_cast<std::size_t>(options.max_model_len) + 1;
    throw ApiFailure(bad_parameter(
        "This model's maximum context length is " + std::to_string(options.max_model_len) +
            " tokens. However, your prompt contains " + (cut ? "at least " : "") + count +
            " input tokens, which exceeds this limit even without any output tokens. Please reduce "
            "the length of the input prompt.",
        "input_tokens", count));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

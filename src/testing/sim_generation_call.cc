// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_generation_call.h"

#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_hash.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr std::string_view done_event = "data: [DONE]\n\n";

double seconds(Monotonic::duration time) {
    return Seconds(time).count();
}

}  // namespace

GenerationCall::GenerationCall(Workplace& place, ResponseSink& sink, GenerationRequest request)
    : place_(place),
      sink_(sink),
      request_(std::move(request)),
      created_(static_cast<std::int64_t>(unix_now())) {
    place_.metrics.calls_in_flight.add();
}

GenerationCall::~GenerationCall() {
    place_.metrics.calls_in_flight.subtract();
    if (over_) return;
    place_.metrics.finished[static_cast<std::size_t>(FinishReason::abort)].add(unfinished_);
    stop_choices();
}

bool GenerationCall::start() {
    place_.check_admission(request_.n);
    if (request_.late_error && !request_.stream) throw ApiFailure(*request_.late_error);
    if (request_.stream) {
        sink_.open_stream();
        writer_.emplace(request_, place_.server, created_);
    }
    try {
        if (request_.late_error) throw ApiFailure(*request_.late_error);
        enqueue();
    } catch (const ApiFailure& failure) {
        // A list of prompts can be refused half way, after a stream has begun.
        if (!request_.stream) {
            stop_choices();
            over_ = true;
            throw;
        }
        fail(failure.error());
        return false;
    }
    place_.publish_queue();
    place_.wake_engine();
    return true;
}

void GenerationCall::enqueue() {
    const auto count = static_cast<std::uint32_t>(request_.prompts.size()) * request_.n;
    const Monotonic::time_point now = monotonic_now();
    ChoiceListener& listener = *this;
    place_.metrics.request_n.observe(request_.n);
    choices_.reserve(count);
    for (std::uint32_t index = 0; index < count; ++index) {
        if (index > 0 && index % request_.n == 0) place_.check_admission(request_.n);
        choices_.push_back(std::make_unique<Choice>(request_, listener, index, answer_for(index)));
        place_.engine.add(*choices_.back(), now);
        place_.metrics.request_max_tokens.observe(choices_.back()->prompt().max_tokens);
        ++unfinished_;
    }
    forget_prompts();
}

Answer GenerationCall::answer_for(std::uint32_t index) const {
    std::uint64_t seed = mixed(request_.seed, place_.options().output.seed);
    seed = mixed(seed, hash_of(request_.model));
    for (const TokenId id : request_.prompts[index / request_.n].tokens)
        seed = mixed(seed ^ id);
    return Answer({.seed = mixed(seed, index % request_.n),
                   .reasoning = request_.reasoning,
                   .endless = request_.ignore_eos,
                   .at_least = request_.min_tokens,
                   .script = request_.script,
                   .allowed = request_.allowed},
                  place_.options().output);
}

// Thousands of streams wait here; their prompts need not.
void GenerationCall::forget_prompts() {
    if (request_.echo || request_.return_token_ids || request_.prompt_logprobs >= 0) return;
    for (Prompt& prompt : request_.prompts)
        std::vector<TokenId>().swap(prompt.tokens);
}

bool GenerationCall::strikes(const Choice& choice) const {
    const auto due = [&](int count) {
        return count >= 0 && choice.generated() >= static_cast<std::uint32_t>(count);
    };
    const SimFault& fault = request_.fault;
    return due(fault.error_after_tokens) || due(fault.cut_after_tokens) ||
           due(fault.stall_after_tokens);
}

bool GenerationCall::before_token(Choice& choice, Monotonic::time_point now) {
    if (over_) return false;
    if (!strikes(choice)) {
        observe_token(choice, now);
        return true;
    }
    if (writer_ && choice.generated() > choice.taken) write_choice(choice);
    const SimFault& fault = request_.fault;
    if (fault.error_after_tokens >= 0) {
        fail(internal_error());
    } else if (fault.cut_after_tokens >= 0) {
        sink_.cut();
        stop_choices();
    } else {
        // Neither finished nor in the engine: silence until the client goes away.
        stop_choices();
    }
    return false;
}

void GenerationCall::observe_token(Choice& choice, Monotonic::time_point now) {
    ShardMetrics& metrics = place_.metrics;
    metrics.generation_tokens.add();
    if (choice.generated() == 0) {
        choice.first_token = now;
        metrics.prompt_tokens.add(choice.prompt_tokens);
        metrics.time_to_first_token.observe(seconds(now - choice.arrived));
    } else {
        metrics.inter_token_latency.observe(seconds(now - choice.last_token));
    }
    choice.last_token = now;
}

void GenerationCall::after_token(Choice& choice, Monotonic::time_point now) {
    if (choice.finished()) finish_choice(choice, now);
    if (writer_) {
        if (!opened_) open_choices();
        const bool due =
            choice.taken == 0 || choice.generated() - choice.taken >= request_.stream_interval;
        if (choice.finished() || (due && !sink_.congested())) write_choice(choice);
    }
    if (unfinished_ == 0) finish();
}

void GenerationCall::open_choices() {
    opened_ = true;
    if (!request_.chat) return;
    Usage usage;
    usage.prompt = choices_.front()->prompt_tokens;
    for (const auto& choice : choices_)
        sink_.write_event(writer_->role(choice->index(), usage));
    if (request_.echo_message.empty()) return;
    for (const auto& choice : choices_)
        sink_.write_event(writer_->echo(choice->index(), usage));
}

void GenerationCall::write_choice(Choice& choice) {
    Usage usage;
    if (request_.continuous_usage) {
        usage.prompt = choice.prompt_tokens;
        usage.add_completion(choice);
    }
    const std::string_view event = writer_->next(choice, usage);
    if (!event.empty()) sink_.write_event(event);
}

void GenerationCall::on_room() {
    if (!writer_ || over_) return;
    for (const auto& choice : choices_) {
        if (!choice->finished() && choice->generated() > choice->taken) write_choice(*choice);
    }
}

void GenerationCall::finish_choice(const Choice& choice, Monotonic::time_point now) {
    --unfinished_;
    ShardMetrics& metrics = place_.metrics;
    const FinishReason reason =
        choice.finish() == Choice::Finish::length ? FinishReason::length : FinishReason::stop;
    metrics.finished[static_cast<std::size_t>(reason)].add();
    metrics.request_prompt_tokens.observe(choice.prompt_tokens);
    metrics.request_generation_tokens.observe(choice.generated());
    metrics.e2e_latency.observe(seconds(now - choice.arrived));
    metrics.queue_time.observe(seconds(choice.scheduled - choice.arrived));
    metrics.inference_time.observe(seconds(now - choice.scheduled));
    metrics.prefill_time.observe(seconds(choice.first_token - choice.scheduled));
    metrics.decode_time.observe(seconds(now - choice.first_token));
    if (choice.generated() > 1) {
        metrics.time_per_output_token.observe(seconds(now - choice.first_token) /
                                              (choice.generated() - 1));
    }
}

void GenerationCall::finish() {
    over_ = true;
    if (!writer_) {
        const auto reply = request_.chat ? chat_reply : completion_reply;
        sink_.reply(200, "application/json", reply(request_, place_.server, created_, choices_));
        return;
    }
    if (request_.include_usage) {
        sink_.write_event(writer_->usage(total_usage(request_, choices_)));
    }
    sink_.write_event(done_event);
    sink_.close_stream();
}

void GenerationCall::fail(const ApiError& error) {
    stop_choices();
    over_ = true;
    if (error.status >= 500 && error.status != 503) {
        place_.metrics.finished[static_cast<std::size_t>(FinishReason::error)].add(unfinished_);
    }
    if (!writer_) {
        sink_.reply(error.status, "application/json", error_body(error));
        return;
    }
    sink_.write_event(error_event(error));
    sink_.write_event(done_event);
    sink_.close_stream();
}

void GenerationCall::stop_choices() {
    for (const auto& choice : choices_)
        place_.engine.remove(*choice);
    place_.publish_queue();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

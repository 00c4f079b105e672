// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_generation_call.h"

#include <algorithm>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_hash.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

double seconds(Monotonic::duration time) {
    return Seconds(time).count();
}

}  // namespace

GenerationCall::GenerationCall(Workplace& place, ResponseSink& sink, GenerationRequest request,
                               const DialectMaker& maker)
    : place_(place),
      sink_(sink),
      request_(std::move(request)),
      created_(static_cast<std::int64_t>(unix_now())) {
    place_.metrics.calls_in_flight.add();
    slot_ = place_.generations.size();
    place_.generations.push_back(this);
    if (maker) dialect_ = maker(request_);
}

GenerationCall::~GenerationCall() {
    // The last one takes its place in the list.
    auto& calls = place_.generations;
    calls.back()->slot_ = slot_;
    calls[slot_] = calls.back();
    calls.pop_back();
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
        streams_ = true;
        if (!dialect_) writer_.emplace(request_, place_.server, created_);
    }
    try {
        if (request_.late_error) throw ApiFailure(*request_.late_error);
        enqueue();
        if (dialect_ && streams_) dialect_->open(sink_);
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
    if (streams_ && choice.generated() > choice.taken) write_choice(choice);
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
    end_choice(choice, now);
}

void GenerationCall::end_choice(Choice& choice, Monotonic::time_point now) {
    if (choice.finished()) finish_choice(choice, now);
    if (streams_) {
        if (!opened_) open_choices();
        const bool due =
            choice.taken == 0 || choice.generated() - choice.taken >= request_.stream_interval;
        if (choice.finished() || (due && !sink_.congested())) write_choice(choice);
    }
    if (unfinished_ == 0) finish();
}

void GenerationCall::open_choices() {
    opened_ = true;
    if (!request_.chat || dialect_) return;
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
    if (request_.continuous_usage || dialect_) {
        usage.prompt = choice.prompt_tokens;
        usage.add_completion(choice);
    }
    if (dialect_) {
        dialect_->write(choice, usage, sink_);
        choice.taken = choice.generated();
        return;
    }
    const std::string_view event = writer_->next(choice, usage);
    if (!event.empty()) sink_.write_event(event);
}

void GenerationCall::on_room() {
    if (!streams_ || over_) return;
    for (const auto& choice : choices_) {
        if (!choice->finished() && choice->generated() > choice->taken) write_choice(*choice);
    }
}

void GenerationCall::finish_choice(const Choice& choice, Monotonic::time_point now) {
    --unfinished_;
    ShardMetrics& metrics = place_.metrics;
    const Choice::Finish finish = choice.finish();
    const FinishReason reason = finish == Choice::Finish::length  ? FinishReason::length
                                : finish == Choice::Finish::abort ? FinishReason::abort
                                                                  : FinishReason::stop;
    metrics.finished[static_cast<std::size_t>(reason)].add();
    if (choice.generated() == 0) return;
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
    if (dialect_) return dialect_->finish(choices_, sink_);
    if (!streams_) {
        const auto reply = request_.chat ? chat_reply : completion_reply;
        sink_.reply(200, "application/json", reply(request_, place_.server, created_, choices_));
        return;
    }
    if (request_.include_usage) {
        const bool figures = place_.options().per_request_metrics && choices_.size() == 1;
        sink_.write_event(writer_->usage(total_usage(request_, choices_),
                                         figures ? choices_.front().get() : nullptr));
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
    dialect_ ? dialect_->fail(error, sink_) : fail_as_openai(request_, error, sink_);
}

std::string GenerationCall::engine_id(const Choice& choice) const {
    if (request_.id_mark == 0) return request_.id;
    return request_.id + request_.id_mark + std::to_string(choice.index() / request_.n);
}

void GenerationCall::abort(const std::vector<std::string>& ids) {
    const Monotonic::time_point now = monotonic_now();
    for (const auto& choice : choices_) {
        if (over_ || choice->finished()) continue;
        if (!ids.empty() && std::find(ids.begin(), ids.end(), engine_id(*choice)) == ids.end()) {
            continue;
        }
        place_.engine.remove(*choice);
        choice->abort();
        end_choice(*choice, now);
    }
    place_.publish_queue();
}

void GenerationCall::stop_choices() {
    for (const auto& choice : choices_)
        place_.engine.remove(*choice);
    place_.publish_queue();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

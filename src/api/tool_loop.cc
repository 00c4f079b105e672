// SPDX-License-Identifier: Apache-2.0
#include "api/tool_loop.h"

#include <exception>
#include <future>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

Error wrong_loop(std::string problem) {
    return Error{
        .kind = ErrorKind::config, .message = std::move(problem), .phase = Phase::validate};
}

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& part) {
    if (part) sum = sum.value_or(0) + *part;
}

void add(Usage& sum, const Usage& part) {
    sum.prompt_tokens += part.prompt_tokens;
    sum.completion_tokens += part.completion_tokens;
    sum.total_tokens += part.total_tokens;
    add(sum.cached_tokens, part.cached_tokens);
    add(sum.reasoning_tokens, part.reasoning_tokens);
}

bool forces_a_call(const ToolChoice& choice) {
    return choice.kind == ToolChoice::Kind::required || choice.kind == ToolChoice::Kind::function;
}

}  // namespace

ToolLoop::ToolLoop(BoundClient client, ChatRequest request, const ToolSet& tools,
                   ToolLoopOptions options, CallOptions call)
    : client_(std::move(client)), request_(std::move(request)), call_(std::move(call)) {
    setting_ = std::make_shared<const ToolSetting>(
        ToolSetting{client_.core_, tools, std::move(options), stop_.get_token()});
    reply_.messages = std::exchange(request_.messages, {});
    const std::stop_token outer =
        call_.stop.stop_possible() ? call_.stop : client_.defaults().call.stop;
    if (outer.stop_possible()) {
        on_stop_.emplace(outer, [stop = stop_]() mutable { stop.request_stop(); });
    }
    call_.stop = stop_.get_token();
}

Result<void> ToolLoop::check() const {
    const ToolLoopOptions& options = setting_->options;
    if (!setting_->tools.status()) return setting_->tools.status();
    if (!request_.tools.empty()) {
        return wrong_loop("ChatRequest.tools must be empty: the tools come from the ToolSet");
    }
    if (options.max_rounds < 1) return wrong_loop("ToolLoopOptions.max_rounds must be at least 1");
    if (options.max_parallel < 1) {
        return wrong_loop("ToolLoopOptions.max_parallel must be at least 1");
    }
    if (options.max_per_round < 1) {
        return wrong_loop("ToolLoopOptions.max_per_round must be at least 1");
    }
    return {};
}

Call<ChatReply> ToolLoop::ask() {
    ChatRequest request = request_;
    request.messages = reply_.messages;
    request.tools = setting_->tools.tools();
    if (reply_.rounds > 0 && forces_a_call(request.tool_choice)) {
        request.tool_choice = {.kind = ToolChoice::Kind::automatic};
    }
    return client_.chat_async(std::move(request), call_);
}

void ToolLoop::append_answer(const ChatReply& reply) {
    ++reply_.rounds;
    if (reply.usage) add(reply_.total, *reply.usage);
    Message message = to_message(reply.choices.front().message);
    for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
        ToolCall& call = message.tool_calls[i];
        // Some servers give no ids, but the results must name their calls.
        if (call.id.empty()) {
            call.id = "call-" + std::to_string(reply_.rounds) + "-" + std::to_string(i);
        }
        if (!JsonText(call.arguments).valid()) call.arguments = "{}";
    }
    reply_.messages.push_back(std::move(message));
}

std::shared_ptr<ToolRound> ToolLoop::take_answer(Result<ChatReply> answer) {
    if (!answer) {
        end(std::move(answer).error());
        return nullptr;
    }
    reply_.reply = *std::move(answer);
    append_answer(reply_.reply);
    const auto& choices = reply_.reply.choices;
    if (choices.empty() || choices.front().message.tool_calls.empty()) {
        end(std::move(reply_));
        return nullptr;
    }
    return std::make_shared<ToolRound>(setting_, choices.front().message.tool_calls, reply_.rounds);
}

bool ToolLoop::take_results(ToolRound& round) {
    const std::vector<ToolCall> calls = reply_.messages.back().tool_calls;
    std::optional<Error> first;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        ToolRun& run = round.runs()[i];
        // Those that were not run because another failed are not what went wrong.
        if (run.error && (!first || first->kind == ErrorKind::cancelled)) first = run.error;
        reply_.messages.push_back(tool_result(calls[i].id, run.result));
        reply_.runs.push_back(std::move(run));
    }
    if (auto status = setting_->status(); !status) {
        end(status.error());
    } else if (first && !setting_->options.report_errors_to_model) {
        end(*std::move(first));
    } else {
        reply_.limit_reached = reply_.rounds >= setting_->options.max_rounds;
        tell_round();
        if (!result_ && reply_.limit_reached) end(std::move(reply_));
    }
    return !result_.has_value();
}

void ToolLoop::tell_round() {
    if (!setting_->options.on_round) return;
    try {
        setting_->options.on_round(reply_);
    } catch (const std::exception& thrown) {
        end(wrong_loop("ToolLoopOptions.on_round threw: " + std::string(thrown.what())));
    } catch (...) {
        end(wrong_loop("ToolLoopOptions.on_round threw"));
    }
}

Result<ToolLoopReply> ToolLoop::run() {
    if (auto checked = check(); !checked) return checked.error();
    for (;;) {
        const auto round = take_answer(ask().get());
        if (!round) break;
        std::promise<void> finished;
        auto all_ended = finished.get_future();
        // The thread that ends it owns the promise, so that it lasts until it is set.
        round->start([finished = std::move(finished)]() mutable { finished.set_value(); });
        all_ended.wait();
        if (!take_results(*round)) break;
    }
    return *std::move(result_);
}

Call<ToolLoopReply> ToolLoop::start() {
    auto state = std::make_shared<detail::CallState<ToolLoopReply>>(client_.core_->runner());
    state->set_canceller([stop = stop_]() mutable { stop.request_stop(); });
    completer_.emplace(state);
    if (auto checked = check(); !checked) {
        end(checked.error());
        complete();
    } else {
        ask_later();
    }
    return Call<ToolLoopReply>(std::move(state));
}

void ToolLoop::ask_later() {
    ask().on_done([self = shared_from_this()](Result<ChatReply> answer) mutable {
        if (detail::may_block_here()) return self->answered(std::move(answer));
        const auto worker = self->setting_->core->worker();
        worker->post([self = std::move(self), answer = std::move(answer)]() mutable {
            self->answered(std::move(answer));
        });
    });
}

void ToolLoop::answered(Result<ChatReply> answer) {
    const auto round = take_answer(std::move(answer));
    if (!round) return complete();
    round->start([self = shared_from_this(), round] {
        if (self->take_results(*round)) {
            self->ask_later();
        } else {
            self->complete();
        }
    });
}

void ToolLoop::complete() {
    on_stop_.reset();
    completer_->complete(*std::move(result_));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

std::shared_ptr<api::ToolLoop> loop(BoundClient client, ChatRequest request, const ToolSet& tools,
                                    ToolLoopOptions options, CallOptions call) {
    return std::make_shared<api::ToolLoop>(std::move(client), std::move(request), tools,
                                           std::move(options), std::move(call));
}

}  // namespace

Result<ToolLoopReply> run_tools(const VllmClient& client, ChatRequest request, const ToolSet& tools,
                                ToolLoopOptions options, CallOptions call) {
    return run_tools(client.bind({}), std::move(request), tools, std::move(options),
                     std::move(call));
}
Result<ToolLoopReply> run_tools(const BoundClient& client, ChatRequest request,
                                const ToolSet& tools, ToolLoopOptions options, CallOptions call) {
    return loop(client, std::move(request), tools, std::move(options), std::move(call))->run();
}
Call<ToolLoopReply> run_tools_async(const VllmClient& client, ChatRequest request,
                                    const ToolSet& tools, ToolLoopOptions options,
                                    CallOptions call) {
    return run_tools_async(client.bind({}), std::move(request), tools, std::move(options),
                           std::move(call));
}
Call<ToolLoopReply> run_tools_async(const BoundClient& client, ChatRequest request,
                                    const ToolSet& tools, ToolLoopOptions options,
                                    CallOptions call) {
    return loop(client, std::move(request), tools, std::move(options), std::move(call))->start();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

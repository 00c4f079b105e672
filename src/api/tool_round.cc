// SPDX-License-Identifier: Apache-2.0
#include "api/tool_round.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

Error call_error(ErrorKind kind, const ToolCall& call, std::string_view problem) {
    return Error{.kind = kind,
                 .message = "tool \"" + call.name + "\" " + std::string(problem),
                 .reach = Reach::executed};
}

Result<JsonText> arguments_of(const ToolCall& call) {
    // Tools without parameters are often called with nothing at all.
    JsonText arguments(call.arguments.empty() ? std::string("{}") : call.arguments);
    if (arguments.is_object()) return arguments;
    return call_error(ErrorKind::decode, call,
                      arguments.valid() ? "was called with arguments that are no JSON object"
                                        : "was called with arguments that are no JSON, or were "
                                          "cut short");
}

}  // namespace

Result<void> ToolSetting::status() const {
    if (stop.stop_requested()) {
        return Error{.kind = ErrorKind::cancelled, .message = "the tool loop was cancelled"};
    }
    return core->status();
}

ToolRound::ToolRound(std::shared_ptr<const ToolSetting> setting, const std::vector<ToolCall>& calls,
                     int round)
    : setting_(std::move(setting)), left_(calls.size()) {
    for (const ToolCall& call : calls)
        runs_.push_back({.round = round, .call = call});
}

void ToolRound::start(UniqueFunction<void()> finished) {
    finished_ = std::move(finished);
    const std::size_t threads = std::min(setting_->options.max_parallel, runs_.size());
    const auto worker = setting_->core->worker();
    for (std::size_t i = 1; i < threads; ++i)
        worker->post([self = shared_from_this()] { self->work(); });
    work();
}

void ToolRound::work() {
    const auto self = shared_from_this();  // `finished_` may drop the last other owner
    for (std::size_t i = next_++; i < runs_.size(); i = next_++) {
        run(i);
        if (--left_ == 0) std::exchange(finished_, nullptr)();
    }
}

void ToolRound::run(std::size_t index) {
    ToolRun& run = runs_[index];
    Result<std::string> result = result_of(index);
    if (result) {
        run.result = *std::move(result);
        return;
    }
    run.error = std::move(result).error();
    run.result = "error: " + run.error->message;
    if (!setting_->options.report_errors_to_model) failed_ = true;
}

Result<std::string> ToolRound::result_of(std::size_t index) {
    const ToolCall& call = runs_[index].call;
    if (failed_) return call_error(ErrorKind::cancelled, call, "was not run: another failed");
    if (index >= setting_->options.max_per_round) {
        return call_error(ErrorKind::limit, call, "was not run: too many calls at once");
    }
    if (auto status = setting_->status(); !status) return status.error();
    const ToolFunction* const function = setting_->tools.find(call.name);
    if (function == nullptr) return call_error(ErrorKind::decode, call, "does not exist");
    auto arguments = arguments_of(call);
    if (!arguments) return arguments.error();
    const auto begun = setting_->core->clock().now();
    try {
        if (const auto& on_call = setting_->options.on_call) {
            if (auto allowed = on_call(call); !allowed) return allowed.error();
        }
        auto result = (*function)(*arguments);
        runs_[index].duration = setting_->core->clock().now() - begun;
        return result;
    } catch (const std::exception& thrown) {
        return call_error(ErrorKind::config, call, "threw: " + std::string(thrown.what()));
    } catch (...) {
        return call_error(ErrorKind::config, call, "threw something that is no std::exception");
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "testing/sim_choice.h"
#include "testing/sim_error.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_http.h"
#include "testing/sim_usage.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

inline constexpr std::string_view done_event = "data: [DONE]\n\n";

using Choices = std::vector<std::unique_ptr<Choice>>;

/// How an API other than chat and completions says what a generation says. The sink that it is
/// given is that of its call.
class Dialect {
 public:
    Dialect() = default;
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;
    virtual ~Dialect() = default;

    /// A stream has begun; nothing is generated yet.
    virtual void open(ResponseSink& /*sink*/) {}
    /// In a stream: tokens and text of `choice` since the last time; `usage` has its totals.
    virtual void write(Choice& choice, const Usage& usage, ResponseSink& sink) = 0;
    /// All choices are finished: the end of the stream, or the whole reply.
    virtual void finish(Choices& choices, ResponseSink& sink) = 0;
    /// The engine failed after the reply, or the stream, was due.
    virtual void fail(const ApiError& error, ResponseSink& sink) = 0;
};

/// Makes the dialect of a call from its request, which outlives it.
using DialectMaker = std::function<std::unique_ptr<Dialect>(const GenerationRequest&)>;

/// How OpenAI's streams and replies tell a failure.
void fail_as_openai(const GenerationRequest& request, const ApiError& error, ResponseSink& sink);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

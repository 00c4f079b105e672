// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "testing/sim_choice.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_http.h"
#include "testing/sim_reply_writer.h"
#include "testing/sim_state.h"
#include "testing/sim_stream_writer.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A chat or completion request while the engine works on it: takes each choice's tokens to the
/// connection, as events or, at the end, as one reply.
class GenerationCall final : public Call, private ChoiceListener {
 public:
    /// `place` and `sink` must outlive it.
    GenerationCall(Workplace& place, ResponseSink& sink, GenerationRequest request);
    ~GenerationCall() override;

    /// Queues the choices and opens the stream. Throws ApiFailure if the server is full; nothing
    /// is written in that case. False: the answer is complete already.
    bool start();

    void on_room() override;

 private:
    bool before_token(Choice& choice, Monotonic::time_point now) override;
    void after_token(Choice& choice, Monotonic::time_point now) override;

    void enqueue();
    [[nodiscard]] Answer answer_for(std::uint32_t index) const;
    void forget_prompts();
    void open_choices();
    void write_choice(Choice& choice);
    void finish_choice(const Choice& choice, Monotonic::time_point now);
    void finish();
    void fail(const ApiError& error);
    void stop_choices();
    void observe_token(Choice& choice, Monotonic::time_point now);
    [[nodiscard]] bool strikes(const Choice& choice) const;

    Workplace& place_;
    ResponseSink& sink_;
    GenerationRequest request_;
    std::int64_t created_;
    Choices choices_;
    std::optional<StreamWriter> writer_;
    std::uint32_t unfinished_{0};
    bool opened_{false};  // the first output has come
    bool over_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "testing/sim_choice.h"
#include "testing/sim_dialect.h"
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
    /// `maker` is empty for chat and completions.
    GenerationCall(Workplace& place, ResponseSink& sink, GenerationRequest request,
                   const DialectMaker& maker = {});
    ~GenerationCall() override;

    /// Queues the choices and opens the stream. Throws ApiFailure if the server is full; nothing
    /// is written in that case. False: the answer is complete already.
    bool start();

    void on_room() override;

    /// Ends the sequences that the engine knows by one of `ids`, all of them if there are none.
    void abort(const std::vector<std::string>& ids);

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
    void end_choice(Choice& choice, Monotonic::time_point now);
    [[nodiscard]] std::string engine_id(const Choice& choice) const;

    Workplace& place_;
    ResponseSink& sink_;
    GenerationRequest request_;
    std::int64_t created_;
    Choices choices_;
    std::optional<StreamWriter> writer_;
    std::unique_ptr<Dialect> dialect_;
    std::size_t slot_{0};  // in Workplace::generations
    std::uint32_t unfinished_{0};
    bool streams_{false};
    bool opened_{false};  // the first output has come
    bool over_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

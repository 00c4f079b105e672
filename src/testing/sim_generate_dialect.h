// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "testing/sim_dialect.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// Token ids in, token ids out, as `/inference/v1/generate` speaks.
class GenerateDialect final : public Dialect {
 public:
    /// `request` must outlive it. `text`: `output_mode` is "text".
    GenerateDialect(const GenerationRequest& request, bool text);

    void write(Choice& choice, const Usage& usage, ResponseSink& sink) override;
    void finish(Choices& choices, ResponseSink& sink) override;
    void fail(const ApiError& error, ResponseSink& sink) override;

 private:
    void append_choice(std::string& out, Choice& choice, std::uint32_t from) const;
    void append_logprobs(std::string& out, const Choice& choice, std::uint32_t from) const;
    void append_mode(std::string& out) const;
    [[nodiscard]] std::string reply(Choices& choices) const;

    const GenerationRequest& request_;
    bool text_;
    bool begun_{false};  // the first chunk was written
    std::int64_t created_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

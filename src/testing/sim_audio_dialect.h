// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "testing/sim_dialect.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// What a speech request wants besides the generation itself: one prompt for each piece of audio.
struct AudioForm {
    double seconds{0};
    bool translates{false};
    bool verbose{false};
    std::string language{"en"};
};

/// The replies and chunks of the speech routes.
class AudioDialect final : public Dialect {
 public:
    /// `request` must outlive it.
    AudioDialect(const GenerationRequest& request, AudioForm form);

    void write(Choice& choice, const Usage& usage, ResponseSink& sink) override;
    void finish(Choices& choices, ResponseSink& sink) override;
    void fail(const ApiError& error, ResponseSink& sink) override;

 private:
    void send_ready(ResponseSink& sink);
    [[nodiscard]] std::string chunk(const std::string& choices) const;
    [[nodiscard]] std::string plain(Choices& choices) const;
    [[nodiscard]] std::string verbose(Choices& choices) const;

    const GenerationRequest& request_;
    AudioForm form_;
    std::int64_t created_;
    // Pieces are told one after the other, however they are worked on.
    std::vector<std::vector<std::string>> waiting_;
    std::vector<bool> done_;
    std::size_t current_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

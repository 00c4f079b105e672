// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "testing/sim_dialect.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The blocks and events of Anthropic's `/v1/messages`.
class MessagesDialect final : public Dialect {
 public:
    /// `request` and `place` must outlive it.
    MessagesDialect(const GenerationRequest& request, Workplace& place)
        : request_(request), place_(place) {}

    void write(Choice& choice, const Usage& usage, ResponseSink& sink) override;
    void finish(Choices& choices, ResponseSink& sink) override;
    void fail(const ApiError& error, ResponseSink& sink) override;

 private:
    using Json = nlohmann::ordered_json;
    enum class Block : std::uint8_t { none, thinking, text, tool };

    void begin(const Usage& usage, ResponseSink& sink);
    void enter(Block block, Json start, ResponseSink& sink);
    void leave(ResponseSink& sink);
    void say(Block block, const char* type, const char* member, const std::string& text,
             ResponseSink& sink);
    void say_tool(const Choice& choice, const ToolFragment& fragment, ResponseSink& sink);
    [[nodiscard]] Json usage_of(const Usage& usage) const;
    [[nodiscard]] Json content_of(Choice& choice) const;
    [[nodiscard]] std::string signature() const;

    const GenerationRequest& request_;
    Workplace& place_;
    Block block_{Block::none};
    int index_{0};
    bool begun_{false};
};

/// The body of an error of these routes.
[[nodiscard]] std::string messages_error_body(const ApiError& error);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "testing/sim_dialect.h"
#include "testing/sim_response_store.h"
#include "testing/sim_state.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The typed items and events of `/v1/responses`.
class ResponsesDialect final : public Dialect {
 public:
    /// `request` and `place` must outlive it. It brings the record up to date.
    ResponsesDialect(const GenerationRequest& request, Workplace& place,
                     std::shared_ptr<ResponseRecord> record);

    void open(ResponseSink& sink) override;
    void write(Choice& choice, const Usage& usage, ResponseSink& sink) override;
    void finish(Choices& choices, ResponseSink& sink) override;
    void fail(const ApiError& error, ResponseSink& sink) override;

 private:
    using Json = nlohmann::ordered_json;
    enum class Item : std::uint8_t { none, reasoning, message, call };

    void send(ResponseSink& sink, Json event);
    void enter(Item item, ResponseSink& sink);
    void enter_call(const Choice& choice, std::uint32_t call, ResponseSink& sink);
    void leave(ResponseSink& sink);
    void leave_text(ResponseSink& sink);
    void leave_call(ResponseSink& sink);
    void say(Item item, const std::string& text, Json logprobs, ResponseSink& sink);
    void say_tool(const Choice& choice, const ToolFragment& fragment, ResponseSink& sink);
    [[nodiscard]] Json logprobs_of(const Choice& choice, std::uint32_t from, bool bytes) const;
    [[nodiscard]] Json text_item(Item item, const std::string& text, Json logprobs) const;
    [[nodiscard]] Json call_item(const char* status) const;
    [[nodiscard]] Json whole_output(Choice& choice);
    void conclude(Choices& choices);

    const GenerationRequest& request_;
    Workplace& place_;
    std::shared_ptr<ResponseRecord> record_;
    Json output_ = Json::array();
    Item item_{Item::none};
    std::string item_id_;
    std::string call_id_;
    std::string name_;
    std::string text_;  // of the item so far
    Json logprobs_;     // of the item so far, with bytes
    int sequence_{0};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "vllm_client/testing/sim_server.h"
#include "vllm_client/vllm_client.h"

// The servers that the conformance suite talks to, and the requests its tests start from.
namespace vllm_client::conformance {

inline constexpr std::int64_t answer_tokens = 12;

/// A generation and an embedding server: those of the environment, or one simulated server for
/// whichever is not given. The simulated one has the switches that real_vllm.sh gives the real one.
class Servers {
 public:
    Servers()
        : generate_url_(from_environment("VLLM_CLIENT_CONFORMANCE_GENERATE_URL")),
          embed_url_(from_environment("VLLM_CLIENT_CONFORMANCE_EMBED_URL")) {
        if (!generate_url_.empty() && !embed_url_.empty()) return;
        simulator_.emplace(testing::SimServer::start({.max_model_len = 1024,
                                                      .time = {.time_scale = 0.2},
                                                      .prompt_tokens_details = true,
                                                      .request_id_headers = true,
                                                      .server_load_tracking = true,
                                                      .dev_mode = true,
                                                      .allow_runtime_lora = true,
                                                      .responses_store = true,
                                                      .tokenizer_info = true})
                               .value());
        if (generate_url_.empty()) generate_url_ = simulator_->url();
        if (embed_url_.empty()) embed_url_ = simulator_->url();
    }

    [[nodiscard]] const std::string& generate_url() const { return generate_url_; }
    [[nodiscard]] const std::string& embed_url() const { return embed_url_; }

 private:
    static std::string from_environment(const char* name) {
        const char* value = std::getenv(name);
        return value == nullptr ? "" : value;
    }

    std::string generate_url_;
    std::string embed_url_;
    std::optional<testing::SimServer> simulator_{};
};

/// One pair for the whole program, because starting a server is what takes time.
inline const Servers& servers() {
    static const Servers pair;
    return pair;
}

/// A client that does nothing on its own account, so that what a server counts is the test's doing.
inline VllmClient make_client(const std::string& url) {
    return VllmClient({.endpoints = {url},
                       .timeouts = {.total = std::chrono::seconds(60)},
                       .health = {.interval = std::chrono::milliseconds(0)},
                       .read_environment = false});
}

inline const VllmClient& generation() {
    static const VllmClient client = make_client(servers().generate_url());
    return client;
}

inline const VllmClient& embedding() {
    static const VllmClient client = make_client(servers().embed_url());
    return client;
}

/// The first model on offer, which also answers requests that name none.
inline ModelInfo served_model(const VllmClient& client) {
    return client.models().value().models.at(0);
}

/// A chat whose answer is repeatable and has exactly `answer_tokens` tokens.
inline ChatRequest short_chat() {
    return {.messages = {user("Tell me about the sea.")},
            .max_tokens = answer_tokens,
            .temperature = 0.0,
            .seed = 1,
            .ignore_eos = true};
}

/// A completion whose answer is repeatable and has exactly `answer_tokens` tokens a choice.
inline CompletionRequest short_completion(Prompt prompt = "The sea is") {
    return {.prompt = std::move(prompt),
            .max_tokens = answer_tokens,
            .temperature = 0.0,
            .seed = 1,
            .ignore_eos = true};
}

/// A one-character text that first occurs inside `answer`, for use as a stop string; empty if there
/// is none.
inline std::string stop_inside(const std::string& answer) {
    for (std::size_t at = 1; at < answer.size(); ++at) {
        const char character = answer[at];
        if (character > ' ' && character < '\x7f' && answer.find(character) == at) {
            return {character};
        }
    }
    return {};
}

}  // namespace vllm_client::conformance

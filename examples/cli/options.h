// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vllm_client/endpoint.h"
#include "vllm_client/json_text.h"
#include "vllm_client/log.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/transport.h"

// The command line as data: checked where it is parsed, plain values everywhere else.
namespace vllm_client::cli {

/// Flags every command takes.
struct CommonOptions {
    std::string base_url{};  ///< Empty: the environment's, the config file's, or the default.
    std::string api_key{};
    std::string api_key_file{};
    std::string model{};
    std::vector<Header> headers{};
    std::optional<std::chrono::milliseconds> timeout{};
    std::string cacert{};
    std::string config{};
    std::optional<LogLevel> log_level{};
    bool insecure{false};
    bool sim{false};  ///< Talk to a simulated server of our own.
    bool json{false};
    bool no_color{false};
    bool quiet{false};
    int verbose{0};  ///< How often -v was given.
};

/// Flags of commands that generate text.
struct GenerationOptions {
    std::optional<std::string> quick{};  ///< The one prompt; "-": all of standard input.
    std::optional<std::int64_t> max_tokens{};
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<std::int64_t> top_k{};
    std::optional<std::int64_t> seed{};
    std::vector<std::string> stop{};
    JsonText extra_body{};
    bool no_stream{false};
    bool stats{false};
};

struct ChatCommand {
    GenerationOptions generation{};
    std::string system_prompt{};
    std::vector<std::string> images{};  ///< Files; sent with the first message.
    std::string schema{};               ///< File: a JSON schema that answers must follow.
    std::string tools{};                ///< File: a JSON array of functions the model may call.
    std::string load{};                 ///< File: the conversation to go on with.
    std::string save{};                 ///< File: where to keep it.
};

struct RespondCommand {
    GenerationOptions generation{};
    std::string instructions{};
};

struct CompleteCommand {
    GenerationOptions generation{};
};

/// Texts come from the command line, else from a file, else from standard input.
struct TextInput {
    std::vector<std::string> texts{};
    std::string file{};
};

struct EmbedCommand {
    TextInput input{};
    std::optional<std::int64_t> dimensions{};
    std::size_t batch_size{128};  ///< Texts in one request.
};

struct TokenizeCommand {
    TextInput input{};
    bool token_strs{false};
};

struct ScoreCommand {
    std::string query{};
    TextInput documents{};
};

struct RerankCommand {
    std::string query{};
    TextInput documents{};
    std::optional<std::int64_t> top_n{};
};

struct ClassifyCommand {
    TextInput input{};
};

struct TranscribeCommand {
    std::string file{};
    std::string language{};
    std::string to_language{};
    std::string prompt{};
    bool translate{false};
    bool timestamps{false};
    bool no_stream{false};
};

struct LoraCommand {
    enum class Action : std::uint8_t { list, load, unload };
    Action action{Action::list};
    std::string name{};
    std::string path{};
};

struct ModelsCommand {};

struct HealthCommand {
    std::optional<std::chrono::milliseconds> wait{};
};

struct RawCommand {
    HttpMethod method{HttpMethod::get};
    std::string path{};
    std::string data{};  ///< JSON, or "@FILE".
};

struct SimCommand {
    testing::SimOptions server{};
    bool every_route{false};
};

using Command =
    std::variant<ChatCommand, CompleteCommand, RespondCommand, EmbedCommand, ScoreCommand,
                 RerankCommand, ClassifyCommand, TokenizeCommand, TranscribeCommand, LoraCommand,
                 ModelsCommand, HealthCommand, RawCommand, SimCommand>;

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <utility>

#include "exit_code.h"
#include "task_flags.h"
#include "vllm_client/version.h"

namespace vllm_client::cli {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr const char* common_footer =
    "Flags for address, key, model, timeout and output (--base-url, --sim, --json, ...)\n"
    "are common to all commands: vllm-client --help";

/// Seconds as people write them, e.g. "2.5".
Milliseconds to_milliseconds(double seconds) {
    constexpr double longest = 1e9;
    if (!std::isfinite(seconds) || seconds < 0 || seconds > longest) {
        throw CLI::ValidationError("write seconds, from 0 to 1e9");
    }
    return Milliseconds(std::llround(seconds * 1000));
}

Header to_header(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
        throw CLI::ValidationError("--header", "write NAME=VALUE, not '" + text + "'");
    }
    return {.name = text.substr(0, equals), .value = text.substr(equals + 1)};
}

JsonText to_object(const std::string& text) {
    JsonText json(text);
    if (!json.is_object()) throw CLI::ValidationError("--extra-body", "must be a JSON object");
    return json;
}

/// CLI11's help without the notes on validators and exclusions, which cost it its columns.
class Formatter : public CLI::Formatter {
 public:
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override {
        std::string help = CLI::Formatter::make_help(app, std::move(name), mode);
        for (std::size_t at = 0; (at = help.find("\n\n\n", at)) != std::string::npos;) {
            help.erase(at, 1);
        }
        return help;
    }
    std::string make_option_opts(const CLI::Option* option) const override {
        if (option->get_positional() || option->get_type_size() == 0) return {};
        if (!option->get_option_text().empty()) return " " + option->get_option_text();
        const std::string type = option->get_type_name();
        return " " + type.substr(0, type.find(':'));
    }
};

class Parser {
 public:
    Parser() : app_("Talk to a vLLM inference server.", "vllm-client") {
        set_up_app();
        add_connection_flags();
        add_output_flags();
        add_chat();
        add_complete();
        add_respond();
        add_embed();
        add_tasks();
        add_tokenize();
        add_models();
        add_health();
        add_raw();
        add_sim();
    }

    std::variant<CommandLine, int> parse(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            const bool printed_on_request = app_.exit(error, std::cout, std::cerr) == 0;
            return printed_on_request ? exit_success : exit_usage;
        }
        return CommandLine{.common = common_, .command = std::move(command_)};
    }

 private:
    void set_up_app() {
        app_.formatter(std::make_shared<Formatter>());
        app_.set_help_flag("-h,--help", "Show this help");
        app_.set_version_flag("--version", "vllm-client " VLLM_CLIENT_VERSION_STRING,
                              "Show the version");
        app_.get_formatter()->column_width(30);
        app_.get_formatter()->label("OPTIONS", "FLAGS");
        app_.get_formatter()->label("SUBCOMMAND", "COMMAND");
        app_.failure_message([](const CLI::App* app, const CLI::Error& error) {
            const auto used = app->get_subcommands();
            const std::string command = used.empty() ? "" : " " + used.front()->get_name();
            return "vllm-client: " + std::string(error.what()) + " - see vllm-client" + command +
                   " --help\n";
        });
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.footer(
            "Results go to stdout. Exit codes: 0 success, 1 failure, 2 usage, 3 not reachable or "
            "ready,\n"
            "4 refused, 130 interrupted. Keys: in a file or VLLM_CLIENT_API_KEY. More: COMMAND "
            "--help");
    }

    void add_connection_flags() {
        const char* group = "Connection";
        auto* url = app_.add_option("--base-url,--url", common_.base_url,
                                    "Server (http://localhost:8000/v1; /v1 may be left out)");
        url->group(group);
        app_.add_flag("--sim", common_.sim, "Start a simulated server and talk to that")
            ->excludes(url)
            ->group(group);
        app_.add_option("--model", common_.model, "Model (the server's first)")->group(group);
        auto* key = app_.add_option("--api-key", common_.api_key, "Key; other users can see it");
        key->group(group);
        app_.add_option("--api-key-file", common_.api_key_file, "File that holds the key")
            ->excludes(key)
            ->group(group);
        app_.add_option_function<std::vector<std::string>>(
                "--header",
                [this](const std::vector<std::string>& texts) {
                    for (const auto& text : texts)
                        common_.headers.push_back(to_header(text));
                },
                "Extra header K=V; may be repeated")
            ->allow_extra_args(false)
            ->group(group);
        app_.add_option_function<double>(
                "--timeout", [this](double s) { common_.timeout = to_milliseconds(s); },
                "Seconds for a whole request, 0: no limit (600)")
            ->group(group);
        app_.add_option("--cacert", common_.cacert, "PEM file of trusted roots")->group(group);
        app_.add_flag("--insecure", common_.insecure, "Do not verify certificates")->group(group);
        app_.add_option("--config", common_.config, "JSON file of client options")->group(group);
    }

    void add_output_flags() {
        static const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                                            {"info", LogLevel::info},
                                                            {"warning", LogLevel::warning},
                                                            {"error", LogLevel::error},
                                                            {"off", LogLevel::off}};
        const char* group = "Output";
        app_.add_flag("--json", common_.json, "Machine-readable results")->group(group);
        auto* quiet = app_.add_flag("--quiet", common_.quiet, "Results and errors only");
        quiet->group(group);
        app_.add_flag("--no-color", common_.no_color, "No colours (as NO_COLOR=1)")->group(group);
        app_.add_flag("-v,--verbose", common_.verbose, "Log more; twice: everything")
            ->excludes(quiet)
            ->group(group);
        app_.add_option_function<std::string>(
                "--log-level",
                [this](const std::string& name) { common_.log_level = levels.at(name); },
                "debug, info, warning, error or off")
            ->check(CLI::IsMember(levels))
            ->option_text("LEVEL")
            ->group(group);
    }

    /// A subcommand that becomes the command of this run when it is met.
    template <class T>
    CLI::App* add_command(const char* name, const char* description, T& target) {
        auto* command = app_.add_subcommand(name, description);
        command->footer(common_footer);
        command->final_callback([this, &target] { command_ = target; });
        return command;
    }

    static void add_generation_flags(CLI::App& command, GenerationOptions& options) {
        command.add_option("-q,--quick", options.quick,
                           "One prompt, then end; '-': standard input");
        command.add_flag("--stats", options.stats, "Show time to first token and tokens/s");
        command.add_flag("--no-stream", options.no_stream, "Wait for the whole answer");
        const char* group = "Sampling (the server's defaults unless given)";
        command.add_option("--max-tokens", options.max_tokens, "Longest answer, in tokens")
            ->group(group);
        command.add_option("--temperature", options.temperature, "0 is greedy")->group(group);
        command.add_option("--top-p", options.top_p, "Probability mass to choose from")
            ->group(group);
        command.add_option("--top-k", options.top_k, "Number of tokens to choose from")
            ->group(group);
        command.add_option("--seed", options.seed, "Same seed, same answer")->group(group);
        command.add_option("--stop", options.stop, "Text that ends the answer; may be repeated")
            ->allow_extra_args(false)
            ->group(group);
        command
            .add_option_function<std::string>(
                "--extra-body",
                [&options](const std::string& text) { options.extra_body = to_object(text); },
                "JSON object merged into the request")
            ->group(group);
    }

    void add_chat() {
        auto* command = add_command("chat", "Chat, one shot or interactively", chat_);
        command->add_option("--system-prompt", chat_.system_prompt, "How the model should behave");
        command->add_option("--image", chat_.images, "Image file for the first message; repeatable")
            ->allow_extra_args(false);
        command->add_option("--schema", chat_.schema, "File: JSON schema that answers must follow");
        command->add_option("--tools", chat_.tools, "File: JSON array of functions to choose from");
        command->add_option("--load", chat_.load, "File: the conversation to go on with");
        command->add_option("--save", chat_.save, "File: where to keep the conversation");
        add_generation_flags(*command, chat_.generation);
        command->footer(
            std::string("Without -q each line of input is a message. Ctrl-C stops an answer,\n") +
            "end of file ends the chat.\n\n" + common_footer);
    }

    void add_complete() {
        auto* command = add_command("complete", "Continue a text", complete_);
        add_generation_flags(*command, complete_.generation);
    }

    void add_respond() {
        auto* command = add_command("respond", "Answer by the Responses route", respond_);
        command->add_option("--instructions", respond_.instructions, "How the model should behave");
        add_generation_flags(*command, respond_.generation);
    }

    void add_tasks() {
        add_task_commands(tasks_,
                          [this](const char* name, const char* description,
                                 std::function<Command()> chosen) -> CLI::App& {
                              auto* command = app_.add_subcommand(name, description);
                              command->footer(common_footer);
                              command->final_callback(
                                  [this, chosen = std::move(chosen)] { command_ = chosen(); });
                              return *command;
                          });
    }

    void add_embed() {
        auto* command = add_command("embed", "Embed texts, JSON lines out", embed_);
        add_text_input(*command, embed_.input);
        command->add_option("--dimensions", embed_.dimensions, "Shorter vectors, if the model can");
        command->add_option("--batch-size", embed_.batch_size, "Texts in one request (128)")
            ->check(CLI::PositiveNumber);
    }

    void add_tokenize() {
        auto* command =
            add_command("tokenize", "Split texts into tokens, JSON lines out", tokenize_);
        add_text_input(*command, tokenize_.input);
        command->add_flag("--token-strs", tokenize_.token_strs, "Also the tokens' texts");
    }

    void add_models() { add_command("models", "List the models of a server", models_); }

    void add_health() {
        auto* command = add_command("health", "Ask whether a server is healthy", health_);
        command->add_option_function<double>(
            "--wait", [this](double s) { health_.wait = to_milliseconds(s); },
            "Seconds to wait until it is");
    }

    void add_raw() {
        static const std::map<std::string, HttpMethod> methods{
            {"GET", HttpMethod::get}, {"POST", HttpMethod::post}, {"DELETE", HttpMethod::del}};
        auto* command = add_command("raw", "Send any request and print the answer's body", raw_);
        command
            ->add_option_function<std::string>(
                "METHOD", [this](const std::string& name) { raw_.method = methods.at(name); },
                "GET, POST or DELETE")
            ->transform(CLI::IsMember(methods, CLI::ignore_case))
            ->required();
        command->add_option("PATH", raw_.path, "e.g. /v1/models")->required();
        command->add_option("-d,--data", raw_.data, "Body: JSON, or @FILE, or @- (standard input)");
    }

    void add_sim() {
        auto* command = add_command("sim", "Run a simulated vLLM server until interrupted", sim_);
        auto& server = sim_.server;
        server.port = 8000;
        command->add_option("--host", server.host, "Numeric address (127.0.0.1)");
        auto* port = command->add_option("--port", server.port, "0: any free port (8000)");
        command->add_option("--uds", server.unix_socket, "Unix-domain socket instead")
            ->excludes(port);
        command->add_option("--ssl-certfile", server.tls_certificate_file, "PEM file; speaks TLS");
        command->add_option("--ssl-keyfile", server.tls_key_file, "PEM file of its key");
        command->add_option("--max-model-len", server.max_model_len, "Context, in tokens (8192)");
        command->add_option("--max-num-seqs", server.time.slots, "Sequences at once (256)");
        command->add_option("--max-num-queued-reqs", server.max_num_queued_reqs,
                            "Requests in flight before 503, 0: no limit");
        command->add_option("--threads", server.threads, "Front ends, each an engine (1)");
        command->add_flag("--every-route", sim_.every_route,
                          "Every task and every switch, not only chat and embeddings");
        add_time_model_flags(*command);
        command->footer(
            std::string("The URL is printed first. --model NAME and --api-key-file FILE ") +
            "set the served name and\nthe accepted key.\n\n" + common_footer);
    }

    void add_time_model_flags(CLI::App& command) {
        const char* group = "Time model: a step takes step + decode x sequences + prefill x tokens";
        auto& time = sim_.server.time;
        const auto add = [&](const char* name, std::chrono::duration<double>& target, double unit,
                             const char* description) {
            command
                .add_option_function<double>(
                    name,
                    [&target, unit](double value) {
                        target = std::chrono::duration<double>(value * unit);
                    },
                    description)
                ->check(CLI::NonNegativeNumber)
                ->group(group);
        };
        add("--step-ms", time.base, 1e-3, "Each step (12)");
        add("--decode-us", time.per_sequence, 1e-6, "Each decoding sequence (80)");
        add("--prefill-us", time.per_prompt_token, 1e-6, "Each prompt token (40)");
        command
            .add_option("--time-scale", time.time_scale, "0.1: ten times faster, 0: no waiting (1)")
            ->group(group);
        command
            .add_option("--mean-tokens", sim_.server.output.mean, "Mean length of answers (200)")
            ->group(group);
    }

    CLI::App app_;
    CommonOptions common_;
    Command command_;
    ChatCommand chat_;
    CompleteCommand complete_;
    RespondCommand respond_;
    TaskCommands tasks_;
    EmbedCommand embed_;
    TokenizeCommand tokenize_;
    ModelsCommand models_;
    HealthCommand health_;
    RawCommand raw_;
    SimCommand sim_;
};

}  // namespace

std::variant<CommandLine, int> parse_command_line(int argc, const char* const* argv) {
    return Parser().parse(argc, argv);
}

}  // namespace vllm_client::cli

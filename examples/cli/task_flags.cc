// SPDX-License-Identifier: Apache-2.0
#include "task_flags.h"

#include <map>

namespace vllm_client::cli {
namespace {

using Add = std::function<CLI::App&(const char*, const char*, std::function<Command()>)>;

void add_pooling(TaskCommands& commands, const Add& add) {
    CLI::App& score = add("score", "How alike a text and others are",
                          [&commands]() -> Command { return commands.score; });
    score.add_option("-Q,--query", commands.score.query, "The text")->required();
    add_text_input(score, commands.score.documents);

    CLI::App& rerank = add("rerank", "Texts by how well they answer a query",
                           [&commands]() -> Command { return commands.rerank; });
    rerank.add_option("-Q,--query", commands.rerank.query, "The query")->required();
    rerank.add_option("--top-n", commands.rerank.top_n, "The best so many only (all)");
    add_text_input(rerank, commands.rerank.documents);

    CLI::App& classify = add("classify", "The class of each text",
                             [&commands]() -> Command { return commands.classify; });
    add_text_input(classify, commands.classify.input);
}

void add_transcribe(TaskCommands& commands, const Add& add) {
    TranscribeCommand& options = commands.transcribe;
    CLI::App& command =
        add("transcribe", "Speech to text", [&options]() -> Command { return options; });
    command.add_option("FILE", options.file, "Audio; '-': standard input")->required();
    command.add_flag("--translate", options.translate, "Into another language");
    command.add_option("--language", options.language, "Of the speech, e.g. en");
    command.add_option("--to-language", options.to_language, "Of the text");
    command.add_option("--prompt", options.prompt, "Guides the style");
    command.add_flag("--timestamps", options.timestamps, "Times of segments");
    command.add_flag("--no-stream", options.no_stream, "Wait for the whole text");
}

void add_lora(TaskCommands& commands, const Add& add) {
    static const std::map<std::string, LoraCommand::Action> actions{
        {"list", LoraCommand::Action::list},
        {"load", LoraCommand::Action::load},
        {"unload", LoraCommand::Action::unload}};
    LoraCommand& options = commands.lora;
    CLI::App& command = add("lora", "List, load and unload LoRA adapters",
                            [&options]() -> Command { return options; });
    command
        .add_option_function<std::string>(
            "ACTION", [&options](const std::string& name) { options.action = actions.at(name); },
            "list, load or unload (list)")
        ->transform(CLI::IsMember(actions));
    command.add_option("NAME", options.name, "What requests name as their model");
    command.add_option("PATH", options.path, "load: where the server finds it");
    command.parse_complete_callback([&options] {
        if (options.action != LoraCommand::Action::list && options.name.empty()) {
            throw CLI::RequiredError("NAME");
        }
        if (options.action == LoraCommand::Action::load && options.path.empty()) {
            throw CLI::RequiredError("PATH");
        }
    });
}

}  // namespace

void add_text_input(CLI::App& command, TextInput& input) {
    auto* texts = command.add_option("TEXT", input.texts, "Texts (else one a line, from --input)");
    command.add_option("-i,--input", input.file, "File, '-': standard input (default)")
        ->excludes(texts);
}

void add_task_commands(TaskCommands& commands, const Add& add) {
    add_pooling(commands, add);
    add_transcribe(commands, add);
    add_lora(commands, add);
}

}  // namespace vllm_client::cli

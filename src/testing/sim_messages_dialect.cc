// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_messages_dialect.h"

#include <utility>

#include "testing/sim_reply_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using Json = nlohmann::ordered_json;

void send(ResponseSink& sink, const Json& event) {
    sink.write_event("event: " + event["type"].get<std::string>() + "\ndata: " + event.dump() +
                     "\n\n");
}

Json stop_reason(const GenerationRequest& request, const Choice& choice) {
    if (choice.finish() == Choice::Finish::length) return "max_tokens";
    if (choice.finish() != Choice::Finish::stop) return nullptr;
    if (choice.stop_string() != nullptr) return "stop_sequence";
    return request.tools != ToolMode::none ? "tool_use" : "end_turn";
}

Json stop_sequence(const Choice& choice) {
    return choice.stop_string() == nullptr ? Json() : Json(*choice.stop_string());
}

Json tool_block(const Choice& choice, std::uint32_t call) {
    return {{"type", "tool_use"},
            {"id", tool_call_id(choice, call)},
            {"name", choice.answer().script()->tool_names[call]},
            {"input", Json::object()}};
}

}  // namespace

std::string MessagesDialect::signature() const {
    return place_.new_id() + place_.new_id();
}

Json MessagesDialect::usage_of(const Usage& usage) const {
    Json counts{{"input_tokens", usage.prompt}, {"output_tokens", usage.completion}};
    if (place_.options().prompt_tokens_details) {
        counts["cache_creation_input_tokens"] = 0;
        counts["cache_read_input_tokens"] = 0;
    }
    return counts;
}

void MessagesDialect::begin(const Usage& usage, ResponseSink& sink) {
    if (std::exchange(begun_, true)) return;
    send(sink, {{"type", "message_start"},
                {"message",
                 {{"id", request_.id},
                  {"type", "message"},
                  {"role", "assistant"},
                  {"content", Json::array()},
                  {"model", request_.model},
                  {"stop_reason", nullptr},
                  {"stop_sequence", nullptr},
                  {"usage", {{"input_tokens", usage.prompt}, {"output_tokens", 0}}}}}});
}

void MessagesDialect::enter(Block block, Json start, ResponseSink& sink) {
    leave(sink);
    block_ = block;
    send(sink,
         {{"type", "content_block_start"}, {"content_block", std::move(start)}, {"index", index_}});
}

void MessagesDialect::leave(ResponseSink& sink) {
    if (block_ == Block::none) return;
    if (block_ == Block::thinking) {
        send(sink, {{"type", "content_block_delta"},
                    {"delta", {{"type", "signature_delta"}, {"signature", signature()}}},
                    {"index", index_}});
    }
    send(sink, {{"type", "content_block_stop"}, {"index", index_++}});
    block_ = Block::none;
}

void MessagesDialect::say(Block block, const char* type, const char* member,
                          const std::string& text, ResponseSink& sink) {
    if (text.empty()) return;
    if (block_ != block) enter(block, {{"type", member}, {member, ""}}, sink);
    send(sink, {{"type", "content_block_delta"},
                {"delta", {{"type", type}, {member, text}}},
                {"index", index_}});
}

void MessagesDialect::say_tool(const Choice& choice, const ToolFragment& fragment,
                               ResponseSink& sink) {
    if (fragment.opens) enter(Block::tool, tool_block(choice, fragment.call), sink);
    if (fragment.arguments.empty()) return;
    send(sink, {{"type", "content_block_delta"},
                {"delta", {{"type", "input_json_delta"}, {"partial_json", fragment.arguments}}},
                {"index", index_}});
}

void MessagesDialect::write(Choice& choice, const Usage& usage, ResponseSink& sink) {
    begin(usage, sink);
    const SpokenText text = choice.take_text();
    say(Block::thinking, "thinking_delta", "thinking", text.reasoning, sink);
    say(Block::text, "text_delta", "text", text.content, sink);
    for (const ToolFragment& fragment : text.tools)
        say_tool(choice, fragment, sink);
}

Json MessagesDialect::content_of(Choice& choice) const {
    Json content = Json::array();
    const SpokenText text = choice.take_text();
    if (!text.reasoning.empty()) {
        content.push_back(
            {{"type", "thinking"}, {"thinking", text.reasoning}, {"signature", signature()}});
    }
    const bool calls = !text.tools.empty() && choice.finish() == Choice::Finish::stop;
    if (!calls) content.push_back({{"type", "text"}, {"text", text.content}});
    std::string arguments;
    for (const ToolFragment& fragment : calls ? text.tools : std::vector<ToolFragment>{}) {
        if (fragment.opens) {
            arguments.clear();
            content.push_back(tool_block(choice, fragment.call));
        }
        arguments += fragment.arguments;
        const Json input = Json::parse(arguments, nullptr, false);
        if (!input.is_discarded()) content.back()["input"] = input;
    }
    return content;
}

void MessagesDialect::finish(Choices& choices, ResponseSink& sink) {
    Choice& choice = *choices.front();
    const Usage usage = total_usage(request_, choices);
    if (!request_.stream) {
        Json body{{"id", request_.id},
                  {"type", "message"},
                  {"role", "assistant"},
                  {"content", content_of(choice)},
                  {"model", request_.model}};
        for (const auto& [name, value] :
             {std::pair<const char*, Json>("stop_reason", stop_reason(request_, choice)),
              std::pair<const char*, Json>("stop_sequence", stop_sequence(choice))}) {
            if (!value.is_null()) body[name] = value;
        }
        body["usage"] = usage_of(usage);
        return sink.reply(200, "application/json", body.dump());
    }
    begin(usage, sink);
    leave(sink);
    send(sink, {{"type", "message_delta"},
                {"delta",
                 {{"stop_reason", stop_reason(request_, choice)},
                  {"stop_sequence", stop_sequence(choice)}}},
                {"usage", usage_of(usage)}});
    send(sink, {{"type", "message_stop"}});
    sink.close_stream();
}

void MessagesDialect::fail(const ApiError& error, ResponseSink& sink) {
    if (!request_.stream) {
        return sink.reply(error.status, "application/json", messages_error_body(error));
    }
    sink.write_event(
        "event: error\ndata: " +
        Json{{"type", "error"}, {"error", {{"type", "internal_error"}, {"message", error.message}}}}
            .dump() +
        "\n\n");
    sink.close_stream();
}

std::string messages_error_body(const ApiError& error) {
    return Json{{"type", "error"}, {"error", {{"type", error.type}, {"message", error.message}}}}
        .dump();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

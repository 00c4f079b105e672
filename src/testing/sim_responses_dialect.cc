// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_responses_dialect.h"

#include <utility>

#include "testing/sim_logprobs.h"
#include "testing/sim_reply_writer.h"
#include "testing/sim_request_metrics.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using Json = nlohmann::ordered_json;

Json usage_of(const Usage& usage) {
    return {{"input_tokens", usage.prompt},
            {"input_tokens_details",
             {{"cached_tokens", 0},
              {"cache_write_tokens", 0},
              {"input_tokens_per_turn", Json::array()},
              {"cached_tokens_per_turn", Json::array()}}},
            {"output_tokens", usage.completion},
            {"output_tokens_details",
             {{"reasoning_tokens", usage.reasoning},
              {"tool_output_tokens", 0},
              {"output_tokens_per_turn", Json::array()},
              {"tool_output_tokens_per_turn", Json::array()}}},
            {"total_tokens", usage.prompt + usage.completion}};
}

Json one_logprob(const Json& token, bool bytes) {
    Json one{{"token", token["token"]}};
    if (bytes) one["bytes"] = token["bytes"];
    one["logprob"] = token["logprob"];
    return one;
}

// `metrics` has its place behind `user`.
Json with_metrics(const Json& response, const Json& metrics) {
    Json all;
    for (const auto& [key, value] : response.items()) {
        all[key] = value;
        if (key == "user") all["metrics"] = metrics;
    }
    return all;
}

}  // namespace

ResponsesDialect::ResponsesDialect(const GenerationRequest& request, Workplace& place,
                                   std::shared_ptr<ResponseRecord> record)
    : request_(request), place_(place), record_(std::move(record)) {}

void ResponsesDialect::send(ResponseSink& sink, Json event) {
    event["sequence_number"] = sequence_++;
    const std::string type = event["type"];
    // The type stands last, except that a function's name follows it.
    event.erase("type");
    const Json name = event.contains("name") ? event["name"] : Json();
    event.erase("name");
    event["type"] = type;
    if (!name.is_null()) event["name"] = name;
    sink.write_event("event: " + type + "\ndata: " + event.dump() + "\n\n");
}

void ResponsesDialect::open(ResponseSink& sink) {
    record_->response["status"] = "in_progress";
    send(sink, {{"type", "response.created"}, {"response", record_->response}});
    send(sink, {{"type", "response.in_progress"}, {"response", record_->response}});
}

Json ResponsesDialect::text_item(Item item, const std::string& text, Json logprobs) const {
    if (item == Item::reasoning) {
        return {{"id", item_id_},
                {"summary", Json::array()},
                {"type", "reasoning"},
                {"content", Json::array({{{"text", text}, {"type", "reasoning_text"}}})},
                {"encrypted_content", nullptr},
                {"status", "completed"}};
    }
    return {{"id", item_id_},
            {"content", Json::array({{{"annotations", Json::array()},
                                      {"text", text},
                                      {"type", "output_text"},
                                      {"logprobs", std::move(logprobs)}}})},
            {"role", "assistant"},
            {"status", "completed"},
            {"type", "message"},
            {"phase", nullptr}};
}

Json ResponsesDialect::call_item(const char* status) const {
    return {{"arguments", text_},      {"call_id", call_id_},  {"name", name_},
            {"type", "function_call"}, {"id", item_id_},       {"async", nullptr},
            {"caller", nullptr},       {"namespace", nullptr}, {"status", status}};
}

void ResponsesDialect::enter(Item item, ResponseSink& sink) {
    if (item_ == item) return;
    leave(sink);
    item_ = item;
    const bool message = item == Item::message;
    item_id_ = (message ? "msg_" : "rs_") + place_.new_id();
    Json added = text_item(item, "", nullptr);
    added["content"] = message ? Json::array() : Json();
    added["status"] = "in_progress";
    send(sink, {{"type", "response.output_item.added"},
                {"item", added},
                {"output_index", output_.size()}});
    Json part{{"text", ""}, {"type", "reasoning_text"}};
    if (message) {
        part = {{"annotations", Json::array()},
                {"text", ""},
                {"type", "output_text"},
                {"logprobs", Json::array()}};
    }
    send(sink, {{"type", "response.content_part.added"},
                {"content_index", 0},
                {"item_id", item_id_},
                {"output_index", output_.size()},
                {"part", part}});
}

void ResponsesDialect::enter_call(const Choice& choice, std::uint32_t call, ResponseSink& sink) {
    leave(sink);
    item_ = Item::call;
    item_id_ = "fc_" + place_.new_id();
    call_id_ = tool_call_id(choice, call);
    name_ = choice.answer().script()->tool_names[call];
    send(sink, {{"type", "response.output_item.added"},
                {"item", call_item("in_progress")},
                {"output_index", output_.size()}});
}

void ResponsesDialect::leave(ResponseSink& sink) {
    if (item_ == Item::none) return;
    item_ == Item::call ? leave_call(sink) : leave_text(sink);
    item_ = Item::none;
    text_.clear();
    logprobs_ = nullptr;
}

void ResponsesDialect::leave_text(ResponseSink& sink) {
    const bool message = item_ == Item::message;
    Json done{{"type", message ? "response.output_text.done" : "response.reasoning_text.done"},
              {"content_index", 0},
              {"item_id", item_id_}};
    if (message) done["logprobs"] = Json::array();
    done["output_index"] = output_.size();
    done["sequence_number"] = sequence_;
    done["text"] = text_;
    send(sink, done);
    const Json item = text_item(item_, text_, logprobs_);
    send(sink, {{"type", "response.content_part.done"},
                {"content_index", 0},
                {"item_id", item_id_},
                {"output_index", output_.size()},
                {"part", item["content"][0]}});
    send(sink,
         {{"type", "response.output_item.done"}, {"item", item}, {"output_index", output_.size()}});
    output_.push_back(item);
}

void ResponsesDialect::leave_call(ResponseSink& sink) {
    send(sink, {{"type", "response.function_call_arguments.done"},
                {"arguments", text_},
                {"item_id", item_id_},
                {"output_index", output_.size()},
                {"name", name_}});
    const Json item = call_item("completed");
    send(sink,
         {{"type", "response.output_item.done"}, {"item", item}, {"output_index", output_.size()}});
    output_.push_back(item);
}

void ResponsesDialect::say(Item item, const std::string& text, Json logprobs, ResponseSink& sink) {
    if (text.empty()) return;
    enter(item, sink);
    text_ += text;
    const bool message = item == Item::message;
    Json delta{{"type", message ? "response.output_text.delta" : "response.reasoning_text.delta"},
               {"content_index", 0},
               {"delta", text},
               {"item_id", item_id_}};
    if (message) delta["logprobs"] = std::move(logprobs);
    delta["output_index"] = output_.size();
    send(sink, delta);
}

void ResponsesDialect::say_tool(const Choice& choice, const ToolFragment& fragment,
                                ResponseSink& sink) {
    if (fragment.opens) enter_call(choice, fragment.call, sink);
    if (fragment.arguments.empty()) return;
    text_ += fragment.arguments;
    send(sink, {{"type", "response.function_call_arguments.delta"},
                {"delta", fragment.arguments},
                {"item_id", item_id_},
                {"output_index", output_.size()}});
}

Json ResponsesDialect::logprobs_of(const Choice& choice, std::uint32_t from, bool bytes) const {
    if (request_.logprobs < 0) return bytes ? Json() : Json::array();
    std::string text;
    append_chat_logprobs(text, request_, choice, from);
    Json list = Json::array();
    for (const Json& token : Json::parse(text)["content"]) {
        Json one = one_logprob(token, bytes);
        one["top_logprobs"] = Json::array();
        for (const Json& top : token["top_logprobs"])
            one["top_logprobs"].push_back(one_logprob(top, bytes));
        list.push_back(std::move(one));
    }
    return list;
}

void ResponsesDialect::write(Choice& choice, const Usage& /*usage*/, ResponseSink& sink) {
    const SpokenText text = choice.take_text();
    if (request_.include_reasoning) say(Item::reasoning, text.reasoning, {}, sink);
    say(Item::message, text.content, logprobs_of(choice, choice.taken, false), sink);
    if (!text.content.empty() && request_.logprobs >= 0) {
        if (logprobs_.is_null()) logprobs_ = Json::array();
        for (Json& one : logprobs_of(choice, choice.taken, true))
            logprobs_.push_back(std::move(one));
    }
    for (const ToolFragment& fragment : text.tools)
        say_tool(choice, fragment, sink);
}

// The items of an answer that was not streamed.
Json ResponsesDialect::whole_output(Choice& choice) {
    Json output = Json::array();
    const SpokenText text = choice.take_text();
    if (!text.reasoning.empty() && request_.include_reasoning) {
        item_id_ = "rs_" + place_.new_id();
        output.push_back(text_item(Item::reasoning, text.reasoning, nullptr));
    }
    if (!text.content.empty()) {
        item_id_ = "msg_" + place_.new_id();
        output.push_back(text_item(Item::message, text.content, logprobs_of(choice, 0, true)));
    }
    // A call that was cut is none.
    if (choice.finish() != Choice::Finish::stop) return output;
    for (const ToolFragment& fragment : text.tools) {
        if (fragment.opens) {
            text_.clear();
            item_id_ = "fc_" + place_.new_id();
            call_id_ = tool_call_id(choice, fragment.call);
            name_ = choice.answer().script()->tool_names[fragment.call];
            output.push_back(nullptr);
        }
        text_ += fragment.arguments;
        output.back() = call_item("completed");
    }
    return output;
}

void ResponsesDialect::conclude(Choices& choices) {
    const Choice& choice = *choices.front();
    Json& response = record_->response;
    if (response["status"] == "cancelled") return;
    response["output"] = output_;
    response["usage"] = usage_of(total_usage(request_, choices));
    response["status"] = "completed";
    if (choice.finish() == Choice::Finish::length) {
        response["status"] = "incomplete";
        response["incomplete_details"] = {{"reason", "max_output_tokens"}};
    } else if (choice.finish() == Choice::Finish::abort) {
        response["status"] = "cancelled";
    }
    if (place_.options().per_request_metrics && choice.generated() > 0) {
        std::string metrics;
        append_request_metrics(metrics, choice, false);
        response = with_metrics(response, Json::parse(metrics));
    }
}

void ResponsesDialect::finish(Choices& choices, ResponseSink& sink) {
    if (!request_.stream) {
        output_ = whole_output(*choices.front());
        conclude(choices);
        return sink.reply(200, "application/json", record_->response.dump());
    }
    leave(sink);
    conclude(choices);
    send(sink, {{"type", "response.completed"}, {"response", record_->response}});
    sink.close_stream();
}

void ResponsesDialect::fail(const ApiError& error, ResponseSink& sink) {
    record_->response["status"] = "failed";
    // A stream that fails ends without a word and without its end.
    if (request_.stream) return sink.cut();
    sink.reply(error.status, "application/json", error_body(error));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

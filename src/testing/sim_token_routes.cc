// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_token_routes.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "testing/sim_fields.h"
#include "testing/sim_generation_request.h"
#include "testing/sim_json_text.h"
#include "testing/sim_request_body.h"
#include "testing/sim_state.h"
#include "testing/sim_tokenizer.h"
#include "testing/sim_usage.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

std::string tokenize_reply(const json& body, const ServerState& server) {
    FieldReader fields(body);
    const auto model = fields.text("model");
    const bool names = fields.boolean("return_token_strs").value_or(false);
    const bool conversation =
        fields.find("prompt") == nullptr && fields.find("messages") != nullptr;
    std::string prompt;
    if (conversation) {
        check_messages(fields);
    } else if (fields.find("prompt") != nullptr) {
        prompt = fields.text("prompt").value_or("");
        if (!fields.find("prompt")->is_string()) fields.missing("messages");
    } else {
        fields.missing("prompt");
        fields.missing("messages");
    }
    fields.check();
    (void)served_model(model, server);

    std::vector<TokenId> tokens;
    if (conversation) {
        tokens = chat_tokens(body, server.options);
    } else {
        tokenize(prompt, tokens);
    }
    std::string reply = R"({"count":)";
    append_number(reply, tokens.size());
    reply += R"(,"max_model_len":)";
    append_number(reply, server.options.max_model_len);
    reply += R"(,"tokens":)";
    append_ids(reply, tokens);
    reply += R"(,"token_strs":)";
    reply += names ? "[" : "null";
    for (std::size_t i = 0; names && i < tokens.size(); ++i) {
        if (i > 0) reply += ',';
        append_quoted(reply, token_name(tokens[i]));
    }
    return reply + (names ? "]}" : "}");
}

std::string detokenize_reply(const json& body, const ServerState& server) {
    FieldReader fields(body);
    const auto model = fields.text("model");
    if (fields.find("tokens") == nullptr) fields.missing("tokens");
    const std::vector<std::int64_t> ids = fields.token_ids("tokens");
    fields.check();
    (void)served_model(model, server);

    std::vector<TokenId> known;
    for (const std::int64_t id : ids) {
        if (id < Vocabulary::instance().size()) known.push_back(static_cast<TokenId>(id));
    }
    std::string reply = R"({"prompt":)";
    append_quoted(reply, detokenize(known));
    return reply + "}";
}

}  // namespace

std::unique_ptr<Call> answer_tokenize(const Exchange& exchange) {
    exchange.sink.reply(200, "application/json",
                        tokenize_reply(read_body(exchange.http), exchange.place.server));
    return nullptr;
}

std::unique_ptr<Call> answer_tokenizer_info(const Exchange& exchange) {
    using nlohmann::ordered_json;
    ordered_json added;
    for (TokenId id = 0; id < first_byte_token; ++id)
        added[std::to_string(id)] = token_name(id);
    const ordered_json info{
        {"tokenizer_class", "SimTokenizer"},
        {"bos_token", token_name(token_begin)},
        {"clean_up_tokenization_spaces", false},
        {"eos_token", token_name(token_end)},
        {"model_max_length", exchange.place.options().max_model_len},
        {"pad_token", token_name(token_end)},
        {"chat_template",
         "{%- for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + "
         "'</s>' }}{%- endfor %}{%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"},
        {"truncation_side", "left"},
        {"name_or_path", "/models/" + exchange.place.options().models.front()},
        {"added_tokens_decoder", added}};
    exchange.sink.reply(200, "application/json", info.dump());
    return nullptr;
}

std::unique_ptr<Call> answer_detokenize(const Exchange& exchange) {
    exchange.sink.reply(200, "application/json",
                        detokenize_reply(read_body(exchange.http), exchange.place.server));
    return nullptr;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "wire/generate_reply.h"

#include <utility>

#include "wire/reply_body.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// The members that a sampled token and its alternatives have in common.
template <class Logprob>
void read_logprob_member(Logprob& into, std::string_view key, ondemand::value& item) {
    if (key == "token_id") {
        if (!is_null(item)) into.token_id = read_integer(item);
    } else if (key == "token") {
        into.token = read_text(item);
    } else if (key == "logprob") {
        into.logprob = read_logprob(item);
    } else if (key == "rank") {
        if (!is_null(item)) into.rank = read_integer(item);
    } else if (key == "bytes") {
        for_each_element(item, [&](ondemand::value byte) {
            into.bytes.push_back(static_cast<std::uint8_t>(read_integer(byte)));
        });
    }
}

GenerateTopLogprob read_top_logprob(ondemand::value value) {
    GenerateTopLogprob top;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        read_logprob_member(top, key, item);
    });
    return top;
}

GenerateLogprob read_token_logprob(ondemand::value value) {
    GenerateLogprob token;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key != "top_logprobs") return read_logprob_member(token, key, item);
        for_each_element(item, [&](ondemand::value top) {
            token.top_logprobs.push_back(read_top_logprob(top));
        });
    });
    return token;
}

std::vector<GenerateLogprob> read_logprobs(ondemand::value value) {
    std::vector<GenerateLogprob> tokens;
    if (is_null(value)) return tokens;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key != "content") return;
        for_each_element(
            item, [&](ondemand::value token) { tokens.push_back(read_token_logprob(token)); });
    });
    return tokens;
}

GenerateChoice read_choice(ondemand::value value) {
    GenerateChoice choice;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            choice.index = read_integer(item);
        } else if (key == "token_ids") {
            choice.token_ids = read_integers(item);
        } else if (key == "text") {
            choice.text = read_text(item);
        } else if (key == "finish_reason") {
            choice.finish_reason = read_finish_reason(item);
        } else if (key == "stop_reason") {
            choice.stop_reason = read_stop_reason(item);
        } else if (key == "logprobs") {
            choice.logprobs = read_logprobs(item);
        } else if (key == "routed_experts") {
            choice.routed_experts = read_text(item);
        } else if (key == "sampling_mask") {
            for_each_element(item, [&](ondemand::value kept) {
                choice.sampling_mask.push_back(read_integers(kept));
            });
        } else if (key == "weight_versions") {
            choice.weight_versions = read_json_text(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    choice.extra = extra.take();
    return choice;
}

// The members that are handed on as they are; false if the member is none of them.
bool read_json_member(GenerateReply& reply, std::string_view key, ondemand::value& item) {
    if (key == "prompt_logprobs") {
        reply.prompt_logprobs = read_json_text(item);
    } else if (key == "mm_placeholders") {
        reply.mm_placeholders = read_json_text(item);
    } else if (key == "metrics") {
        reply.metrics = read_json_text(item);
    } else if (key == "kv_transfer_params") {
        reply.kv_transfer_params = read_json_text(item);
    } else if (key == "ec_transfer_params") {
        reply.ec_transfer_params = read_json_text(item);
    } else {
        return false;
    }
    return true;
}

}  // namespace

GenerateReply read_generate_object(ondemand::object object) {
    GenerateReply reply;
    ExtraFields extra;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "request_id") {
            reply.id = read_text(item);
        } else if (key == "model") {
            reply.model = read_text(item);
        } else if (key == "created") {
            reply.created = read_integer(item);
        } else if (key == "choices") {
            for_each_element(item, [&](ondemand::value choice) {
                reply.choices.push_back(read_choice(choice));
            });
        } else if (key == "usage") {
            if (!is_null(item)) reply.usage = read_usage(item);
        } else if (key == "prompt_token_ids") {
            reply.prompt_token_ids = read_integers(item);
        } else if (key == "prompt_token_id_logprobs") {
            reply.prompt_token_id_logprobs = read_text(item);
        } else if (!read_json_member(reply, key, item) && key != "output_mode" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    reply.extra = extra.take();
    sort_by_index(reply.choices);
    return reply;
}

Result<GenerateReply> read_generate_reply(std::string_view padded_body) {
    return read_reply_body<GenerateReply>(padded_body, "generate reply",
                                          [](ondemand::object object) {
                                              GenerateReply reply = read_generate_object(object);
                                              require(!reply.choices.empty(), "choices");
                                              return reply;
                                          });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

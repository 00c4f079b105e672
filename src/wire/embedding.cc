// SPDX-License-Identifier: Apache-2.0
#include "wire/embedding.h"

#include "wire/embedding_rows.h"
#include "wire/json_writer.h"
#include "wire/message_writer.h"
#include "wire/prompt_writer.h"
#include "wire/reply_body.h"
#include "wire/reply_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

void write_input(JsonWriter& writer, const EmbeddingRequest& r) {
    const bool has_input = !is_empty(r.input);
    const bool has_messages = !r.messages.empty();
    const bool has_extra = writer.is_replaced("input") || writer.is_replaced("messages");
    if (has_input && has_messages) writer.fail("input", "and messages cannot both be set");
    if (!has_input && !has_messages && !has_extra) writer.fail("input", "is empty");
    if (has_input) write_prompt(writer, "input", r.input);
    if (has_messages && writer.key("messages")) write_messages(writer, r.messages);
}

// Members that would change how the vectors must be read.
void refuse_formats_in_extra(JsonWriter& writer) {
    for (const char* name : {"embed_dtype", "encoding_format", "endianness"}) {
        if (!writer.is_replaced(name)) continue;
        writer.fail("extra." + std::string(name), "would change the form of the reply; use raw()");
    }
}

std::size_t count(const std::string&) {
    return 1;
}
std::size_t count(const TokenIds&) {
    return 1;
}
std::size_t count(const std::vector<std::string>& texts) {
    return texts.size();
}
std::size_t count(const std::vector<TokenIds>& texts) {
    return texts.size();
}

EmbeddingReply read_reply(ondemand::object object, EmbeddingRows rows) {
    EmbeddingReply reply;
    ExtraFields extra;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            reply.id = read_text(item);
        } else if (key == "model") {
            reply.model = read_text(item);
        } else if (key == "created") {
            reply.created = read_integer(item);
        } else if (key == "data") {
            for_each_element(item, [&](ondemand::value row) { rows.add(row); });
        } else if (key == "usage") {
            if (!is_null(item)) reply.usage = read_usage(item);
        } else if (key != "object" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    reply.dim = rows.dim();
    reply.values = std::move(rows).take();
    reply.extra = extra.take();
    return reply;
}

}  // namespace

Result<std::string> write_embedding_request(const EmbeddingRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    refuse_formats_in_extra(writer);
    writer.member_if("add_special_tokens", r.add_special_tokens);
    writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("dimensions", r.dimensions);
    const bool base64 = r.encoding_format == EncodingFormat::base64;
    writer.member("encoding_format", base64 ? "base64" : "float");
    write_input(writer, r);
    writer.member_if("mm_processor_kwargs", r.mm_processor_kwargs);
    writer.member_if("model", r.model);
    writer.member_if("priority", r.priority);
    writer.member_if("request_id", r.request_id);
    writer.member_if("truncate_prompt_tokens", r.truncate_prompt_tokens);
    writer.member_if("truncation_side", r.truncation_side);
    writer.member_if("use_activation", r.use_activation);
    writer.member_if("user", r.user);
    writer.end_object();
    return std::move(writer).finish();
}

std::size_t expected_vectors(const EmbeddingRequest& request) {
    if (!request.messages.empty()) return 1;
    if (is_empty(request.input)) return 0;
    return std::visit([](const auto& input) { return count(input); }, request.input);
}

Result<EmbeddingReply> read_embedding_reply(std::string_view padded_body, std::size_t expected) {
    return read_reply_body<EmbeddingReply>(
        padded_body, "embedding reply", [&](ondemand::object object) {
            return read_reply(object, EmbeddingRows(expected, padded_body.size()));
        });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

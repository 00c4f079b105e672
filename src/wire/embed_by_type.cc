// SPDX-License-Identifier: Apache-2.0
#include "wire/embed_by_type.h"

#include <limits>
#include <utility>

#include "wire/json_writer.h"
#include "wire/message_writer.h"
#include "wire/reply_body.h"
#include "wire/tensor_json.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

void check_one_source(JsonWriter& writer, const EmbedByTypeRequest& r) {
    const int given = (r.texts.empty() ? 0 : 1) + (r.images.empty() ? 0 : 1) +
                      (r.inputs.empty() ? 0 : 1) + (writer.is_replaced("texts") ? 1 : 0) +
                      (writer.is_replaced("images") ? 1 : 0) +
                      (writer.is_replaced("inputs") ? 1 : 0);
    if (given != 1) writer.fail("texts", "or images, or inputs: exactly one must be set");
}

void write_inputs(JsonWriter& writer, const std::vector<std::vector<ContentPart>>& inputs) {
    if (inputs.empty() || !writer.key("inputs")) return;
    writer.begin_array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const JsonWriter::Scope scope(writer, "inputs", i);
        if (inputs[i].empty()) writer.fail("content", "is empty");
        writer.begin_object();
        if (writer.key("content")) write_parts(writer, inputs[i]);
        writer.end_object();
    }
    writer.end_array();
}

void append(std::vector<float>& to, ondemand::value row) {
    if (row.type().value() == ondemand::json_type::string) {
        append_base64(to, row, EmbedDtype::float32, Endianness::little);
    } else {
        append_components(to, row);
    }
}

template <class T>
void append(std::vector<T>& to, ondemand::value row) {
    for_each_element(row, [&to](ondemand::value item) {
        const std::int64_t number = read_integer(item);
        if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) {
            throw DecodeFailure{{}, std::to_string(number) + " is out of range"};
        }
        to.push_back(static_cast<T>(number));
    });
}

template <class T>
void read_block(VectorBlock<T>& block, ondemand::value rows, std::size_t expected) {
    for_each_element(rows, [&block](ondemand::value row) {
        const std::size_t begin = block.values.size();
        append(block.values, row);
        const std::size_t size = block.values.size() - begin;
        if (size == 0) throw DecodeFailure{{}, "is empty"};
        if (block.dim == 0) block.dim = size;
        if (size != block.dim) {
            throw DecodeFailure{{},
                                "has " + std::to_string(size) + " components, others have " +
                                    std::to_string(block.dim)};
        }
    });
    if (expected != 0 && block.size() != expected) {
        throw DecodeFailure{
            {},
            "holds " + std::to_string(block.size()) + " vectors, not " + std::to_string(expected)};
    }
}

void read_blocks(EmbedByTypeReply& reply, ondemand::value embeddings, std::size_t expected,
                 ExtraFields& extra) {
    for_each_field(embeddings.get_object().value(),
                   [&](std::string_view key, ondemand::value item) {
                       if (is_null(item)) return;  // a type that was not asked for
                       if (key == "float") return read_block(reply.floats, item, expected);
                       if (key == "base64") return read_block(reply.base64, item, expected);
                       if (key == "int8") return read_block(reply.int8, item, expected);
                       if (key == "uint8") return read_block(reply.uint8, item, expected);
                       if (key == "binary") return read_block(reply.binary, item, expected);
                       if (key == "ubinary") return read_block(reply.ubinary, item, expected);
                       extra.add(key, item);
                   });
}

// `{"api_version":…,"billed_units":{"input_tokens":…,"image_tokens":…}}`
Usage read_billed(ondemand::value meta) {
    Usage usage;
    for_each_field(meta.get_object().value(), [&](std::string_view key, ondemand::value units) {
        if (key != "billed_units" || is_null(units)) return;
        for_each_field(units.get_object().value(), [&](std::string_view kind, ondemand::value n) {
            if (kind != "input_tokens" && kind != "image_tokens") return;
            if (__builtin_add_overflow(usage.prompt_tokens, read_integer(n), &usage.prompt_tokens))
                throw DecodeFailure{{}, "is too large"};
        });
    });
    usage.total_tokens = usage.prompt_tokens;
    return usage;
}

EmbedByTypeReply read_reply(ondemand::object object, std::size_t expected) {
    EmbedByTypeReply reply;
    ExtraFields extra;
    bool has_embeddings = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            reply.id = read_text(item);
        } else if (key == "embeddings") {
            has_embeddings = true;
            read_blocks(reply, item, expected, extra);
        } else if (key == "texts") {
            for_each_element(item, [&](ondemand::value v) { reply.texts.push_back(read_text(v)); });
        } else if (key == "meta") {
            if (!is_null(item)) reply.usage = read_billed(item);
        } else if (key != "response_type" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(has_embeddings, "embeddings");
    reply.extra = extra.take();
    return reply;
}

}  // namespace

Result<std::string> write_embed_by_type_request(const EmbedByTypeRequest& r) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    check_one_source(writer, r);
    writer.member_if("embedding_types", r.embedding_types);
    writer.member_if("images", r.images);
    writer.member_if("input_type", r.input_type);
    write_inputs(writer, r.inputs);
    writer.member_if("max_tokens", r.max_tokens);
    writer.member_if("model", r.model);
    writer.member_if("output_dimension", r.output_dimension);
    writer.member_if("priority", r.priority);
    writer.member_if("texts", r.texts);
    writer.member_if("truncate", r.truncate);
    writer.end_object();
    return std::move(writer).finish();
}

std::size_t count_inputs(const EmbedByTypeRequest& request) {
    return request.texts.size() + request.images.size() + request.inputs.size();
}

Result<EmbedByTypeReply> read_embed_by_type_reply(std::string_view padded_body,
                                                  std::size_t expected) {
    return read_reply_body<EmbedByTypeReply>(
        padded_body, "embed by type reply",
        [&](ondemand::object object) { return read_reply(object, expected); });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

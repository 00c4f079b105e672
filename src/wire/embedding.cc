// SPDX-License-Identifier: Apache-2.0
#include "wire/embedding.h"

#include <span>
#include <string>
#include <utility>

#include "wire/embedding_rows.h"
#include "wire/pooling_fields.h"
#include "wire/reply_body.h"
#include "wire/reply_header.h"
#include "wire/tensor_metadata.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view what = "embedding reply";

EmbeddingReply read_reply(ondemand::object object, EmbeddingRows rows) {
    EmbeddingReply reply;
    ExtraFields extra;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            for_each_element(item, [&](ondemand::value row) { rows.add(row); });
        } else if (!read_header_member(reply, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    reply.dim = rows.dim();
    reply.values = std::move(rows).take();
    reply.extra = extra.take();
    return reply;
}

// Rows of one length, straight into one block.
EmbeddingReply read_rows(TensorMetadata metadata, std::string_view body) {
    EmbeddingReply reply;
    reply.id = std::move(metadata.id);
    reply.model = std::move(metadata.model);
    reply.created = metadata.created;
    reply.usage = std::move(metadata.usage);
    reply.extra = std::move(metadata.extra);
    reply.dim = metadata.data.front().count();
    reply.values.resize(metadata.data.size() * reply.dim);
    for (std::size_t i = 0; i < metadata.data.size(); ++i) {
        metadata.data[i].decode(std::span(reply.values).subspan(i * reply.dim, reply.dim), body);
    }
    return reply;
}

Result<EmbeddingReply> read_bare_numbers(const HttpReply& http, const TensorForm& form) {
    Result<TensorMetadata> metadata = read_tensor_places(http, form, what);
    if (!metadata) return std::move(metadata).error();
    const std::size_t dim = metadata->data.front().count();
    for (std::size_t i = 0; i < metadata->data.size(); ++i) {
        if (dim != 0 && metadata->data[i].count() == dim) continue;
        return decode_error(what, {},
                            {"data[" + std::to_string(i) + "]",
                             "has " + std::to_string(metadata->data[i].count()) +
                                 " components, the first has " + std::to_string(dim)});
    }
    return read_rows(*std::move(metadata), http.body);
}

}  // namespace

Result<std::string> write_embedding_request(const EmbeddingRequest& r) {
    return write_pooling_fields(r, [&r](JsonWriter& writer) {
        refuse_in_extra(writer, {"embed_dtype", "encoding_format", "endianness"});
        check_metadata_fits(writer, r.encoding_format, count_inputs(r));
        // Without metadata, the number of inputs is all that tells where a vector ends.
        if (r.encoding_format == EncodingFormat::bytes_only &&
            (writer.is_replaced("input") || writer.is_replaced("messages"))) {
            writer.fail("extra", "cannot hold the input of a `bytes_only` reply");
        }
    });
}

TensorForm embedding_form(const EmbeddingRequest& request) {
    return {.encoding = request.encoding_format,
            .dtype = request.embed_dtype,
            .endianness = request.endianness,
            .expected = count_inputs(request)};
}

Result<EmbeddingReply> read_embedding_reply(std::string_view padded_body, const TensorForm& form) {
    return read_reply_body<EmbeddingReply>(padded_body, what, [&](ondemand::object object) {
        return read_reply(object, EmbeddingRows(form, padded_body.size()));
    });
}

Result<EmbeddingReply> read_embedding_reply(const HttpReply& reply, const TensorForm& form) {
    if (has_bare_numbers(reply, form)) return read_bare_numbers(reply, form);
    return read_embedding_reply(std::string_view(reply.body), form);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/pooling.h"

#include <span>
#include <utility>

#include "wire/pooling_fields.h"
#include "wire/reply_body.h"
#include "wire/reply_header.h"
#include "wire/row_index.h"
#include "wire/tensor_json.h"
#include "wire/tensor_metadata.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view what = "pooling reply";

// A list of numbers, or of lists of numbers of one length.
void read_lists(PoolingItem& item, ondemand::value list) {
    std::size_t rows = 0;
    std::size_t dim = 0;
    for_each_element(list, [&](ondemand::value element) {
        const bool is_row = element.type().value() == ondemand::json_type::array;
        if (is_row != (rows != 0) && !item.values.empty()) {
            throw DecodeFailure{{}, "mixes numbers and lists"};
        }
        if (!is_row) return item.values.push_back(read_component(element));
        const std::size_t begin = item.values.size();
        append_components(item.values, element);
        const std::size_t length = item.values.size() - begin;
        if (length == 0) throw DecodeFailure{{}, "is empty"};
        if (rows == 0) dim = length;
        if (length != dim) {
            throw DecodeFailure{
                {},
                "has " + std::to_string(length) + " numbers, others have " + std::to_string(dim)};
        }
        ++rows;
    });
    if (rows == 0) {
        item.shape = {item.values.size()};
    } else {
        item.shape = {rows, dim};
    }
}

void read_text_form(PoolingItem& item, ondemand::value text, const TensorForm& form) {
    append_base64(item.values, text, form.dtype, form.endianness);
    const std::size_t count = item.values.size();
    if (form.row_length == 0) {
        item.shape = {count};
    } else if (count % form.row_length == 0) {
        item.shape = {count / form.row_length, form.row_length};
    } else {
        throw DecodeFailure{{}, "has " + std::to_string(count) + " numbers, not whole rows"};
    }
}

PoolingItem read_item(ondemand::value element, std::int64_t position, const TensorForm& form) {
    PoolingItem item;
    item.index = position;
    bool has_data = false;
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value value) {
        if (key == "index") {
            item.index = read_integer(value);
        } else if (key == "data" && !is_null(value)) {
            if (std::exchange(has_data, true)) throw DecodeFailure{{}, "stands there twice"};
            if (value.type().value() == ondemand::json_type::string) {
                read_text_form(item, value, form);
            } else {
                read_lists(item, value);
            }
        }
    });
    require(has_data, "data");
    return item;
}

std::vector<PoolingItem> in_order(std::vector<PoolingItem> items, const TensorForm& form) {
    require(!items.empty(), "data");
    std::vector<std::int64_t> indices;
    indices.reserve(items.size());
    for (const PoolingItem& item : items)
        indices.push_back(item.index);
    std::vector<PoolingItem> sorted;
    sorted.reserve(items.size());
    for (const std::size_t came_as : order_by_index(indices, form.expected, "data"))
        sorted.push_back(std::move(items[came_as]));
    return sorted;
}

PoolingReply read_reply(ondemand::object object, const TensorForm& form) {
    PoolingReply reply;
    ExtraFields extra;
    std::vector<PoolingItem> items;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            for_each_element(item, [&](ondemand::value element) {
                const auto position = static_cast<std::int64_t>(items.size());
                items.push_back(read_item(element, position, form));
            });
        } else if (!read_header_member(reply, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    reply.items = in_order(std::move(items), form);
    reply.extra = extra.take();
    return reply;
}

PoolingReply read_plugin_reply(ondemand::object object) {
    PoolingReply reply;
    ExtraFields extra;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            reply.data = read_json_text(item);
        } else if (key == "request_id") {
            reply.id = read_text(item);
        } else if (key == "created_at") {
            reply.created = read_integer(item);
        } else if (!read_header_member(reply, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!reply.data.empty(), "data");
    reply.extra = extra.take();
    return reply;
}

PoolingReply read_places(TensorMetadata metadata, std::string_view body) {
    PoolingReply reply;
    reply.id = std::move(metadata.id);
    reply.model = std::move(metadata.model);
    reply.created = metadata.created;
    reply.usage = std::move(metadata.usage);
    reply.extra = std::move(metadata.extra);
    reply.items.reserve(metadata.data.size());
    for (TensorPlace& place : metadata.data) {
        PoolingItem& item = reply.items.emplace_back();
        item.index = static_cast<std::int64_t>(reply.items.size() - 1);
        item.values.resize(place.count());
        place.decode(item.values, body);
        item.shape = std::move(place.shape);
    }
    return reply;
}

}  // namespace

Result<std::string> write_pooling_request(const PoolingRequest& r) {
    return write_pooling_fields(r, [&r](JsonWriter& writer) {
        refuse_in_extra(writer, {"data", "embed_dtype", "encoding_format", "endianness"});
        check_metadata_fits(writer, r.encoding_format, count_inputs(r));
        if (r.encoding_format == EncodingFormat::bytes_only && r.row_length == 0) {
            writer.fail("row_length", "is needed to read a `bytes_only` reply");
        }
    });
}

TensorForm pooling_form(const PoolingRequest& request) {
    return {.encoding = request.encoding_format,
            .dtype = request.embed_dtype,
            .endianness = request.endianness,
            .expected = count_inputs(request),
            .row_length = request.row_length,
            .plugin = !request.data.empty()};
}

Result<PoolingReply> read_pooling_reply(const HttpReply& http, const TensorForm& form) {
    if (!form.plugin && has_bare_numbers(http, form)) {
        Result<TensorMetadata> metadata = read_tensor_places(http, form, what);
        if (!metadata) return std::move(metadata).error();
        return read_places(*std::move(metadata), http.body);
    }
    return read_reply_body<PoolingReply>(http.body, what, [&](ondemand::object object) {
        return form.plugin ? read_plugin_reply(object) : read_reply(object, form);
    });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

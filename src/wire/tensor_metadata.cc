// SPDX-License-Identifier: Apache-2.0
#include "wire/tensor_metadata.h"

#include <algorithm>
#include <utility>

#include "wire/reply_header.h"
#include "wire/row_index.h"
#include "wire/tensor_values.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

std::size_t read_size(ondemand::value value) {
    const std::int64_t number = read_integer(value);
    if (number < 0) throw DecodeFailure{{}, "is negative"};
    return static_cast<std::size_t>(number);
}

template <class T>
T read_word(ondemand::value value, std::optional<T> (*from)(std::string_view) noexcept) {
    const std::optional<T> known = from(read_text(value));
    if (!known) throw DecodeFailure{{}, "is not known here"};
    return *known;
}

void check_shape(const TensorPlace& place, std::size_t body_size) {
    if (place.begin > place.end || place.end > body_size) {
        throw DecodeFailure{"end",
                            "lies outside of the body of " + std::to_string(body_size) + " bytes"};
    }
    std::size_t bytes = width_of(place.dtype);
    for (const std::size_t length : place.shape) {
        if (__builtin_mul_overflow(bytes, length, &bytes)) {
            throw DecodeFailure{"shape", "is too large"};
        }
    }
    if (place.shape.empty() || bytes != place.end - place.begin) {
        throw DecodeFailure{"shape",
                            "does not fit " + std::to_string(place.end - place.begin) + " bytes"};
    }
}

TensorPlace read_place(ondemand::value element, std::size_t body_size, std::int64_t& index) {
    TensorPlace place;
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            index = read_integer(item);
        } else if (key == "start") {
            place.begin = read_size(item);
        } else if (key == "end") {
            place.end = read_size(item);
        } else if (key == "embed_dtype") {
            place.dtype = read_word(item, dtype_from);
        } else if (key == "endianness") {
            place.endianness = read_word(item, endianness_from);
        } else if (key == "shape") {
            for_each_element(item, [&](ondemand::value v) { place.shape.push_back(read_size(v)); });
        }
    });
    check_shape(place, body_size);
    return place;
}

// Each byte of the body must belong to one place.
void check_cover(const std::vector<TensorPlace>& places, std::size_t body_size) {
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    ranges.reserve(places.size());
    for (const TensorPlace& place : places)
        ranges.emplace_back(place.begin, place.end);
    std::sort(ranges.begin(), ranges.end());
    std::size_t covered = 0;
    for (const auto& [begin, end] : ranges) {
        if (begin != covered) throw DecodeFailure{"data", "its places overlap or leave gaps"};
        covered = end;
    }
    if (covered != body_size) {
        throw DecodeFailure{"data", "speaks of " + std::to_string(covered) +
                                        " bytes, the body has " + std::to_string(body_size)};
    }
}

TensorMetadata read_object(ondemand::object object, std::size_t body_size, std::size_t expected) {
    TensorMetadata metadata;
    ExtraFields extra;
    std::vector<TensorPlace> places;  // as they came
    std::vector<std::int64_t> indices;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            for_each_element(item, [&](ondemand::value element) {
                auto index = static_cast<std::int64_t>(places.size());
                places.push_back(read_place(element, body_size, index));
                indices.push_back(index);
            });
        } else if (!read_header_member(metadata, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    if (places.empty()) throw DecodeFailure{"data", "missing or empty"};
    check_cover(places, body_size);
    metadata.data.reserve(places.size());
    for (const std::size_t came_as : order_by_index(indices, expected, "data"))
        metadata.data.push_back(std::move(places[came_as]));
    metadata.extra = extra.take();
    return metadata;
}

Error octets_error(std::string_view what, std::string problem) {
    return decode_error(what, {}, {"the body", std::move(problem)});
}

// The whole body as one place, or one for each of `rows` inputs.
Result<TensorMetadata> place_rows(std::size_t body_size, const TensorForm& form,
                                  std::string_view what) {
    const std::size_t width = width_of(form.dtype);
    const std::size_t count = body_size / width;
    const std::size_t pieces = form.row_length != 0 ? 1 : form.expected;
    const std::size_t divisor = form.row_length != 0 ? form.row_length : form.expected;
    if (count == 0) return octets_error(what, "is empty");
    if (divisor == 0 || body_size % width != 0 || count % divisor != 0) {
        return octets_error(what, "of " + std::to_string(body_size) + " bytes has no whole rows");
    }
    TensorMetadata metadata;
    for (std::size_t i = 0; i < pieces; ++i) {
        TensorPlace place{.begin = body_size / pieces * i,
                          .end = body_size / pieces * (i + 1),
                          .dtype = form.dtype,
                          .endianness = form.endianness};
        if (form.row_length != 0) {
            place.shape = {count / form.row_length, form.row_length};
        } else {
            place.shape = {count / form.expected};
        }
        metadata.data.push_back(std::move(place));
    }
    return metadata;
}

}  // namespace

std::size_t TensorPlace::count() const noexcept {
    return (end - begin) / width_of(dtype);
}

void TensorPlace::decode(std::span<float> to, std::string_view body) const noexcept {
    const auto bytes = std::as_bytes(std::span(body.substr(begin, end - begin)));
    decode_values(to, bytes, dtype, endianness);
}

Result<TensorMetadata> read_tensor_metadata(std::string_view json, std::size_t body_size,
                                            std::size_t expected, std::string_view what) {
    std::string padded(json);
    pad(padded);
    const std::string metadata_of = std::string(what) + "'s metadata";
    return read_json<TensorMetadata>(
        thread_parser(), padded, metadata_of,
        [&](ondemand::object object) { return read_object(object, body_size, expected); });
}

Result<TensorMetadata> read_tensor_places(const HttpReply& reply, const TensorForm& form,
                                          std::string_view what) {
    if (const auto header = reply.header("metadata")) {
        return read_tensor_metadata(*header, reply.body.size(), form.expected, what);
    }
    if (form.encoding == EncodingFormat::bytes_only)
        return place_rows(reply.body.size(), form, what);
    return decode_error(what, {}, {"header metadata", "missing"});
}

bool has_bare_numbers(const HttpReply& reply, const TensorForm& form) noexcept {
    if (form.encoding != EncodingFormat::bytes && form.encoding != EncodingFormat::bytes_only) {
        return false;
    }
    const auto type = reply.header("content-type");
    return !type || type->find("json") == std::string_view::npos;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

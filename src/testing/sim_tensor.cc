// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_tensor.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "testing/sim_embedding.h"
#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

/// A binary floating-point format of at most 32 bits.
struct Format {
    std::string_view name;
    std::size_t bytes;
    int exponent_bits;
    int fraction_bits;
};

constexpr Format formats[] = {
    {"float32", 4, 8, 23}, {"float16", 2, 5, 10}, {"bfloat16", 2, 8, 7},
    {"fp8_e4m3", 1, 4, 3}, {"fp8_e5m2", 1, 5, 2},
};

const Format& format_of(std::string_view name) {
    return *std::find_if(std::begin(formats), std::end(formats),
                         [&](const Format& format) { return format.name == name; });
}

std::uint32_t bits_of(float value, const Format& format) {
    if (format.bytes == 4) return std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = std::signbit(value) ? 1U : 0U;
    const int bias = (1 << (format.exponent_bits - 1)) - 1;
    const double size = std::abs(static_cast<double>(value));
    int exponent = 1 - bias;  // of the smallest normal numbers, and of all below
    if (size > 0) exponent = std::max(exponent, std::ilogb(size));
    // In units of the last place; a carry into the exponent comes out right by itself.
    const double units = std::nearbyint(std::ldexp(size, format.fraction_bits - exponent));
    const auto magnitude =
        static_cast<std::uint32_t>(units) +
        (static_cast<std::uint32_t>(exponent + bias - 1) << format.fraction_bits);
    return (sign << (format.exponent_bits + format.fraction_bits)) | magnitude;
}

std::string choice_of(FieldReader& fields, std::string_view name,
                      std::span<const std::string_view> allowed) {
    const std::string value = fields.text(name).value_or(std::string(allowed.front()));
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
    std::string list;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        if (i > 0) list += i + 1 == allowed.size() ? " or " : ", ";
        list.append("'").append(allowed[i]).append("'");
    }
    fields.problem("literal_error", name, "Input should be " + list, value,
                   "{'expected': " + python_quoted(list) + "}");
    return std::string(allowed.front());
}

std::size_t width_of(const Tensor& tensor) {
    return tensor.rows == 0 ? tensor.values.size() : tensor.values.size() / tensor.rows;
}

}  // namespace

TensorForm read_tensor_form(FieldReader& fields) {
    static constexpr std::string_view encodings[] = {"float", "base64", "bytes", "bytes_only"};
    static constexpr std::string_view dtypes[] = {"float32", "float16", "bfloat16", "fp8_e4m3",
                                                  "fp8_e5m2"};
    static constexpr std::string_view orders[] = {"native", "big", "little"};
    TensorForm form;
    const std::string encoding = choice_of(fields, "encoding_format", encodings);
    const auto place = std::find(std::begin(encodings), std::end(encodings), encoding);
    form.encoding = static_cast<Encoding>(place - std::begin(encodings));
    form.dtype = choice_of(fields, "embed_dtype", dtypes);
    form.endianness = choice_of(fields, "endianness", orders);
    return form;
}

std::string packed(std::span<const float> values, const TensorForm& form) {
    const Format& format = format_of(form.dtype);
    std::string bytes;
    bytes.reserve(values.size() * format.bytes);
    for (const float value : values) {
        const std::uint32_t bits = bits_of(value, format);
        for (std::size_t i = 0; i < format.bytes; ++i) {
            const std::size_t place = form.endianness == "big" ? format.bytes - 1 - i : i;
            bytes += static_cast<char>(bits >> (8 * place));
        }
    }
    return bytes;
}

void append_tensor(std::string& out, const Tensor& tensor, const TensorForm& form) {
    if (form.encoding == Encoding::base64) {
        out += '"';
        append_base64(out, packed(tensor.values, form));
        out += '"';
        return;
    }
    if (tensor.rows == 0) return append_floats(out, tensor.values);
    const std::size_t width = width_of(tensor);
    out += '[';
    for (std::size_t row = 0; row < tensor.rows; ++row) {
        if (row > 0) out += ',';
        append_floats(out, std::span(tensor.values).subspan(row * width, width));
    }
    out += ']';
}

std::string metadata_header(const TensorReply& reply) {
    std::string line = R"(metadata: {"id": )";
    append_quoted_ascii(line, reply.id);
    line += R"(, "created": )";
    append_number(line, reply.created);
    line += R"(, "model": )";
    append_quoted_ascii(line, reply.model);
    line += R"(, "data": [)";
    std::size_t start = 0;
    for (std::size_t i = 0; i < reply.tensors.size(); ++i) {
        const Tensor& tensor = reply.tensors[i];
        const std::size_t end = start + tensor.values.size() * format_of(reply.form.dtype).bytes;
        line += (i > 0 ? R"(, {"index": )" : R"({"index": )") + std::to_string(i);
        line += R"(, "embed_dtype": ")" + reply.form.dtype + R"(", "endianness": ")" +
                reply.form.endianness + R"(", "start": )" + std::to_string(start) + R"(, "end": )" +
                std::to_string(end) + R"(, "shape": [)";
        if (tensor.rows > 0) line += std::to_string(tensor.rows) + ", ";
        line += std::to_string(width_of(tensor)) + "]}";
        start = end;
    }
    const std::string tokens = std::to_string(reply.tokens);
    return line + R"(], "usage": {"prompt_tokens": )" + tokens + R"(, "total_tokens": )" + tokens +
           "}}\r\n";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

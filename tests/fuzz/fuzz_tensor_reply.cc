// SPDX-License-Identifier: Apache-2.0
// Any bytes as a reply whose body is numbers. The first line of the input is the `metadata` header,
// the rest the body; without a first line there is no header. Every reading ends in items that fit
// their shapes, or in a `decode` or `limit` error.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/embedding.h"
#include "wire/json_reader.h"
#include "wire/pooling.h"

namespace {

using namespace vllm_client;

void expect(bool promise) {
    if (!promise) std::abort();
}

void expect_read_error(const Error& error) {
    expect(error.kind == ErrorKind::decode || error.kind == ErrorKind::limit ||
           error.kind == ErrorKind::http);
    expect(!error.message.empty());
}

void check_pooling(const HttpReply& http, const wire::TensorForm& form) {
    const auto reply = wire::read_pooling_reply(http, form);
    if (!reply) return expect_read_error(reply.error());
    for (const PoolingItem& item : reply->items) {
        std::size_t count = 1;
        for (const std::size_t length : item.shape)
            count *= length;
        expect(item.values.size() == count);
        expect(item.values.size() <= http.body.size());
        expect(item.size() * item.dim() == count);
    }
}

void check_embedding(const HttpReply& http, wire::TensorForm form) {
    form.row_length = 0;  // the number of inputs tells
    const auto reply = wire::read_embedding_reply(http, form);
    if (!reply) return expect_read_error(reply.error());
    expect(reply->size() * reply->dim == reply->values.size());
    if (form.expected != 0) expect(reply->size() == form.expected);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(bytes), size);
    HttpReply octets{.status = 200, .headers = "content-type: application/octet-stream\n"};
    const auto line = input.find('\n');
    if (line != std::string::npos) octets.headers += "metadata: " + input.substr(0, line) + "\n";
    octets.body = line == std::string::npos ? input : input.substr(line + 1);
    wire::pad(octets.body);
    HttpReply json{.status = 200, .headers = "content-type: application/json\n", .body = input};
    wire::pad(json.body);
    constexpr std::array dtypes{EmbedDtype::float32, EmbedDtype::float16, EmbedDtype::bfloat16,
                                EmbedDtype::fp8_e4m3, EmbedDtype::fp8_e5m2};
    for (const EmbedDtype dtype : dtypes) {
        const wire::TensorForm form{.encoding = EncodingFormat::bytes_only,
                                    .dtype = dtype,
                                    .endianness = Endianness::big,
                                    .expected = size % 3,
                                    .row_length = size % 2};
        check_pooling(octets, form);
        check_pooling(json, form);
        check_embedding(octets, form);
        check_embedding(json, form);
    }
    return 0;
}

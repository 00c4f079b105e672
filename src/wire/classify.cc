// SPDX-License-Identifier: Apache-2.0
#include "wire/classify.h"

#include <utility>

#include "wire/pooling_fields.h"
#include "wire/reply_body.h"
#include "wire/reply_header.h"
#include "wire/row_index.h"
#include "wire/tensor_json.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

Classification read_classification(ondemand::value element, std::int64_t position) {
    Classification found;
    found.index = position;
    ExtraFields extra;
    for_each_field(element.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "index") {
            found.index = read_integer(item);
        } else if (key == "label") {
            found.label = read_text(item);
        } else if (key == "probs") {
            append_components(found.probs, item);
        } else if (key == "num_classes") {
            found.num_classes = read_integer(item);
        } else if (key != "object" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!found.probs.empty(), "probs");
    if (found.num_classes == 0) found.num_classes = static_cast<std::int64_t>(found.probs.size());
    found.extra = extra.take();
    return found;
}

ClassifyReply read_reply(ondemand::object object, std::size_t expected) {
    ClassifyReply reply;
    ExtraFields extra;
    std::vector<Classification> came;
    std::vector<std::int64_t> indices;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            for_each_element(item, [&](ondemand::value element) {
                const auto position = static_cast<std::int64_t>(came.size());
                came.push_back(read_classification(element, position));
                indices.push_back(came.back().index);
            });
        } else if (!read_header_member(reply, key, item) && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!came.empty(), "data");
    for (const std::size_t came_as : order_by_index(indices, expected, "data"))
        reply.data.push_back(std::move(came[came_as]));
    reply.extra = extra.take();
    return reply;
}

}  // namespace

Result<std::string> write_classify_request(const ClassifyRequest& request) {
    return write_pooling_fields(request, [](JsonWriter&) {});
}

std::size_t expected_classifications(const ClassifyRequest& request) {
    return count_inputs(request);
}

Result<ClassifyReply> read_classify_reply(std::string_view padded_body, std::size_t expected) {
    return read_reply_body<ClassifyReply>(
        padded_body, "classify reply",
        [&](ondemand::object object) { return read_reply(object, expected); });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include "wire/json_slices.h"

#include <simdjson.h>

#include "wire/json_grammar.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

bool for_each_member(const std::string& text,
                     const std::function<void(std::string, std::string_view)>& visit) {
    namespace ondemand = simdjson::ondemand;
    // Slices must point into the caller's text, so the padded copy is only read.
    const simdjson::padded_string padded(text);
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object object;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto item : object) {
        ondemand::field field;
        std::string_view name;
        std::string_view raw;
        if (std::move(item).get(field) != simdjson::SUCCESS) return false;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS) return false;
        std::string owned_name(name);
        if (simdjson::to_json_string(field.value()).get(raw) != simdjson::SUCCESS) return false;
        const auto offset = static_cast<std::size_t>(raw.data() - padded.data());
        visit(std::move(owned_name), trim_json(std::string_view(text).substr(offset, raw.size())));
    }
    return true;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

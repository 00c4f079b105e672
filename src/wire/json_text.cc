// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/json_text.h"

#include "wire/json_grammar.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

JsonText::JsonText(std::string text) : text_(std::move(text)) {
    const std::string_view trimmed = wire::trim_json(text_);
    if (trimmed.empty()) {
        text_.clear();
        return;
    }
    kind_ = wire::check_json(trimmed) == wire::JsonFault::none ? wire::json_kind(trimmed)
                                                               : Kind::invalid;
    if (trimmed.size() != text_.size()) text_ = std::string(trimmed);
}

JsonText JsonText::from_checked(std::string text) {
    JsonText json;
    json.kind_ = wire::json_kind(text);
    json.text_ = std::move(text);
    return json;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace vllm_client::wire {

/// The name of the first member that stands before its place, or nothing: objects only inside
/// objects and lists.
inline std::string first_disorder(const nlohmann::ordered_json& json) {
    std::string previous;
    for (const auto& [key, value] : json.items()) {
        if (json.is_object()) {
            if (!previous.empty() && key <= previous) return previous + " before " + key;
            previous = key;
        }
        if (!value.is_structured()) continue;
        if (auto inner = first_disorder(value); !inner.empty()) return inner;
    }
    return {};
}

/// `body`, which must be compact and have its members in order.
inline nlohmann::ordered_json parse_canonical(const std::string& body) {
    auto json = nlohmann::ordered_json::parse(body);
    EXPECT_EQ(first_disorder(json), "");
    EXPECT_EQ(json.dump(), body) << "not compact";
    return json;
}

}  // namespace vllm_client::wire

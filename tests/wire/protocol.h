// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace vllm_client::wire {

/// Every name of a member in `json`, at any depth, and every `type` that an object says it has.
inline void add_names(const nlohmann::ordered_json& json, std::set<std::string>& names) {
    for (const auto& [key, value] : json.items()) {
        if (json.is_object()) names.insert(key);
        if (json.is_object() && key == "type" && value.is_string()) names.insert(value);
        if (value.is_structured()) add_names(value, names);
    }
}

/// The fields that the protocol has in a family of requests but `body` has not.
inline std::vector<std::string> absent_fields(const std::string& family,
                                              const nlohmann::ordered_json& body) {
    std::ifstream file(VLLM_CLIENT_TEST_DATA "/../protocol/reference.json");
    const auto fields = nlohmann::json::parse(file)["fields"].at(family);
    EXPECT_FALSE(fields.empty()) << family;
    std::set<std::string> present;
    add_names(body, present);
    std::vector<std::string> absent;
    for (const std::string field : fields)
        if (!present.contains(field)) absent.push_back(field);
    return absent;
}

}  // namespace vllm_client::wire

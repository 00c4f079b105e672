// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_query.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

std::vector<std::pair<std::string, std::string>> parameters(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> all;
    while (!query.empty()) {
        const std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), one.size() + 1));
        const std::size_t equals = one.find('=');
        if (equals == std::string_view::npos) continue;
        all.emplace_back(url_decoded(one.substr(0, equals)), url_decoded(one.substr(equals + 1)));
    }
    return all;
}

}  // namespace

nlohmann::json query_object(std::string_view query) {
    nlohmann::json object = nlohmann::json::object();
    for (auto& [name, value] : parameters(query))
        object[name] = std::move(value);
    return object;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
    std::vector<std::string> values;
    for (auto& [key, value] : parameters(query)) {
        if (key == name) values.push_back(std::move(value));
    }
    return values;
}

std::string url_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr ==
                text.data() + i + 3) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

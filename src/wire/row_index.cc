// SPDX-License-Identifier: Apache-2.0
#include "wire/row_index.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "wire/json_reader.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

DecodeFailure row_failure(std::string_view list, std::size_t row, std::string problem) {
    return {std::string(list) + "[" + std::to_string(row) + "]", std::move(problem)};
}

DecodeFailure index_failure(std::string_view list, std::size_t row, std::int64_t index,
                            std::string_view problem) {
    return row_failure(list, row,
                       "its index " + std::to_string(index) + " " + std::string(problem));
}

constexpr std::string_view not_asked_for = "was not asked for";
constexpr std::string_view came_twice = "came twice";

}  // namespace

std::vector<std::size_t> order_by_index(std::span<const std::int64_t> indices, std::size_t expected,
                                        std::string_view list) {
    const std::size_t rows = indices.size();
    const std::size_t limit = expected == 0 ? rows : expected;
    std::vector<std::size_t> came_as(limit, rows);  // by index; `rows`: never
    for (std::size_t i = 0; i < rows; ++i) {
        const auto index = static_cast<std::size_t>(indices[i]);
        if (indices[i] < 0 || index >= limit) {
            throw index_failure(list, i, indices[i], not_asked_for);
        }
        if (came_as[index] != rows) throw index_failure(list, i, indices[i], came_twice);
        came_as[index] = i;
    }
    const auto missing = std::find(came_as.begin(), came_as.end(), rows);
    if (missing != came_as.end()) {
        throw row_failure(list, static_cast<std::size_t>(missing - came_as.begin()), "missing");
    }
    return came_as;
}

void check_indices(std::span<const std::int64_t> indices, std::size_t expected,
                   std::string_view list) {
    std::unordered_set<std::int64_t> seen;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const bool beyond = expected != 0 && static_cast<std::size_t>(indices[i]) >= expected;
        if (indices[i] < 0 || beyond) throw index_failure(list, i, indices[i], not_asked_for);
        if (!seen.insert(indices[i]).second) throw index_failure(list, i, indices[i], came_twice);
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

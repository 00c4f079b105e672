// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_prompt_input.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "testing/sim_error.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

enum class Kind { texts, ids, id_lists };

Kind kind_of(const json& list) {
    if (list.empty() || list.front().is_string()) return Kind::texts;
    return list.front().is_array() ? Kind::id_lists : Kind::ids;
}

// Appends the id; false if it is none.
bool add_id(const json& value, std::vector<TokenId>& ids) {
    if (!value.is_number_unsigned()) return false;
    const auto id = value.get<std::uint64_t>();
    constexpr TokenId unknown = std::numeric_limits<TokenId>::max();
    ids.push_back(id < unknown ? static_cast<TokenId>(id) : unknown);
    return true;
}

bool add_prompt(const json& item, Kind kind, std::vector<std::vector<TokenId>>& prompts) {
    if (kind == Kind::ids) return add_id(item, prompts.back());
    std::vector<TokenId>& ids = prompts.emplace_back();
    if (kind == Kind::texts) {
        if (!item.is_string()) return false;
        tokenize(item.get_ref<const std::string&>(), ids);
        return true;
    }
    if (!item.is_array()) return false;
    for (const json& id : item) {
        if (!add_id(id, ids)) return false;
    }
    return true;
}

void note_mixture(FieldReader& fields, std::string_view name, std::size_t place, const json& item) {
    const std::string where = std::string(name) + "." + std::to_string(place);
    if (item.is_number_integer() && item.get<std::int64_t>() < 0) {
        fields.problem("greater_than_equal", where, "Input should be greater than or equal to 0",
                       item, "{'ge': 0}");
    } else {
        fields.problem("int_type", where, "Input should be a valid integer", item);
    }
    fields.problem("list_type", where, "Input should be a valid list", item);
    fields.problem("string_type", where, "Input should be a valid string", item);
}

}  // namespace

std::vector<std::vector<TokenId>> read_prompt_input(FieldReader& fields, std::string_view name) {
    const json* const input = fields.find(name);
    std::vector<std::vector<TokenId>> prompts;
    if (input == nullptr) {
        fields.missing(name);
        return prompts;
    }
    if (input->is_string()) {
        tokenize(input->get_ref<const std::string&>(), prompts.emplace_back());
        return prompts;
    }
    if (!input->is_array()) {
        fields.problem("list_type", name, "Input should be a valid list", *input);
        fields.problem("string_type", name, "Input should be a valid string", *input);
        return prompts;
    }
    const Kind kind = kind_of(*input);
    if (kind == Kind::ids) prompts.emplace_back();
    for (std::size_t i = 0; i < input->size(); ++i) {
        if (add_prompt((*input)[i], kind, prompts)) continue;
        note_mixture(fields, name, i, (*input)[i]);
        break;
    }
    return prompts;
}

void check_prompt_input(const std::vector<std::vector<TokenId>>& prompts, bool may_be_empty) {
    if (prompts.empty()) throw ApiFailure(bad_request("You must pass at least one prompt"));
    for (const auto& prompt : prompts) {
        if (prompt.empty() && !may_be_empty) {
            throw ApiFailure(bad_request("The decoder prompt cannot be empty"));
        }
        for (const TokenId id : prompt) {
            if (id < Vocabulary::instance().size()) continue;
            throw ApiFailure(
                bad_request("Token id " + std::to_string(id) + " is out of vocabulary"));
        }
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_route.h"

#include <algorithm>

#include "testing/sim_cohere_embed_route.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_pooling_routes.h"
#include "testing/sim_score_routes.h"
#include "testing/sim_server_routes.h"
#include "testing/sim_token_routes.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

bool serves(const SimOptions& options, std::string_view task) {
    return std::find(options.tasks.begin(), options.tasks.end(), task) != options.tasks.end();
}
bool generates(const SimOptions& options) {
    return serves(options, "generate");
}
bool embeds(const SimOptions& options) {
    return serves(options, "embed");
}
bool classifies(const SimOptions& options) {
    return serves(options, "classify");
}
bool pools(const SimOptions& options) {
    return embeds(options) || classifies(options) || serves(options, "token_embed") ||
           serves(options, "token_classify");
}
bool scores(const SimOptions& options) {
    return embeds(options) || serves(options, "token_embed") ||
           (classifies(options) && options.labels.size() == 1);
}

constexpr std::uint8_t get = method_get;
constexpr std::uint8_t post = method_post;

constexpr RouteRow rows[] = {
    {"/v1/chat/completions", post, generates, answer_chat},
    {"/v1/completions", post, generates, answer_completion},
    {"/v1/embeddings", post, embeds, answer_embeddings},

    {"/health", get, nullptr, answer_health, false},
    {"/ping", get | post, nullptr, answer_health, false},
    {"/version", get, nullptr, answer_version, false},
    {"/metrics", get, nullptr, answer_metrics, false},
    {"/load", get, nullptr, answer_load, false},
    {"/v1/models", get, nullptr, answer_models},
    {"/tokenize", post, nullptr, answer_tokenize},
    {"/detokenize", post, nullptr, answer_detokenize},

    {"/pooling", post, pools, answer_pooling},
    {"/classify", post, classifies, answer_classify},
    {"/score", post, scores, answer_score},
    {"/v1/score", post, scores, answer_score},
    {"/rerank", post, scores, answer_rerank},
    {"/v1/rerank", post, scores, answer_rerank},
    {"/v2/rerank", post, scores, answer_rerank},
    {"/v2/embed", post, embeds, answer_cohere_embed},
};

// The text that stands for `{}` in `pattern`; no data if the path is another one.
std::string_view text_in_place(std::string_view pattern, std::string_view path) noexcept {
    const std::size_t open = pattern.find("{}");
    if (open == std::string_view::npos) return {};
    const std::string_view before = pattern.substr(0, open);
    const std::string_view after = pattern.substr(open + 2);
    if (path.size() <= before.size() + after.size()) return {};
    if (!path.starts_with(before) || !path.ends_with(after)) return {};
    path = path.substr(before.size(), path.size() - before.size() - after.size());
    return path.find('/') == std::string_view::npos ? path : std::string_view();
}

}  // namespace

std::span<const RouteRow> route_table() noexcept {
    return rows;
}

std::size_t no_route() noexcept {
    return std::size(rows);
}

RouteMatch find_route(std::string_view path, const SimOptions& options) noexcept {
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        const RouteRow& row = rows[i];
        const std::string_view name =
            path == row.path ? std::string_view() : text_in_place(row.path, path);
        if (path != row.path && name.data() == nullptr) continue;
        if (row.mounted != nullptr && !row.mounted(options)) break;
        return {i, name};
    }
    return {no_route(), {}};
}

std::string_view path_of(std::size_t route) noexcept {
    return route < std::size(rows) ? rows[route].path : "none";
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

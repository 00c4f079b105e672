// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vllm_client/completion.h"
#include "vllm_client/export.h"
#include "vllm_client/message.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

// Scores of pairs: by pooling models (score, rerank), or by the next token of a generation model
// (score_labels).
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// A text, or content parts for models that see images.
using ScoreInput = std::variant<std::string, std::vector<ContentPart>>;

/// Pairs to score: one query with each document, or the i-th query with the i-th document. Unset
/// members are not sent. Source: `POST /v1/score`.
struct ScoreRequest {
    std::vector<ScoreInput> queries{};    ///< One, or as many as `documents`.
    std::vector<ScoreInput> documents{};  ///< `[n]`; required.
    std::string model{};                  ///< Empty: the client's, else the server's first.
    std::optional<bool> use_activation{};
    std::optional<std::int64_t> max_tokens_per_query{};  ///< Longer ones are cut; 0: never.
    std::optional<std::int64_t> max_tokens_per_doc{};    ///< Longer ones are cut; 0: never.
    std::string instruction{};                           ///< Of the task, for the template.
    JsonText chat_template_kwargs{};                     ///< Object.
    std::optional<std::int64_t> truncate_prompt_tokens{};
    std::string truncation_side{};  ///< "left" or "right".
    std::string padding{};          ///< "max_length" or "do_not_pad".
    JsonText mm_processor_kwargs{};
    std::optional<std::int64_t> priority{};  ///< Lower is earlier.
    std::string request_id{};
    std::string cache_salt{};
    std::string user{};
    JsonText extra{};  ///< Object: further fields, merged in.
};

/// One pair's score. Source: `data[]`.
struct Score {
    std::int64_t index{0};  ///< Position of the document (score_labels: of the item).
    double score{0};        ///< NaN if the server sent null.
    JsonText extra{};
};

/// The scores of all pairs.
struct ScoreReply {
    std::string id{};
    std::string model{};
    std::int64_t created{0};    ///< Unix seconds.
    std::vector<Score> data{};  ///< As sent; each index from 0 on exactly once.
    Usage usage{};
    JsonText extra{};
    Timing timing{};
    RawReply raw{};

    /// The scores in the order of the documents, `[n]`. Cost: one pass.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::vector<double> by_document() const;
};

/// Documents to put in the order of their relevance to a query. Unset members are not sent.
/// Source: `POST /v1/rerank`.
struct RerankRequest {
    ScoreInput query{};                   ///< Required.
    std::vector<ScoreInput> documents{};  ///< `[n]`; required.
    std::string model{};                  ///< Empty: the client's, else the server's first.
    std::optional<std::int64_t> top_n{};  ///< The best so many only; 0: all.
    std::optional<bool> use_activation{};
    std::optional<std::int64_t> max_tokens_per_query{};  ///< A longer one is cut; 0: never.
    std::optional<std::int64_t> max_tokens_per_doc{};    ///< Longer ones are cut; 0: never.
    std::string instruction{};                           ///< Of the task, for the template.
    JsonText chat_template_kwargs{};                     ///< Object.
    std::optional<std::int64_t> truncate_prompt_tokens{};
    std::string truncation_side{};  ///< "left" or "right".
    std::string padding{};          ///< "max_length" or "do_not_pad".
    JsonText mm_processor_kwargs{};
    std::optional<std::int64_t> priority{};  ///< Lower is earlier.
    std::string request_id{};
    std::string cache_salt{};
    std::string user{};
    JsonText extra{};  ///< Object: further fields, merged in.
};

/// One document's place. Source: `results[]`.
struct RerankResult {
    std::int64_t index{0};      ///< Position of the document in the request.
    double relevance_score{0};  ///< NaN if the server sent null.
    std::string text{};         ///< The document, if the server repeats it.
    JsonText multi_modal{};     ///< The document's content parts, if it repeats them.
    JsonText extra{};
};

/// The documents, best first.
struct RerankReply {
    std::string id{};
    std::string model{};
    std::vector<RerankResult> results{};  ///< As sent: by falling score.
    Usage usage{};
    JsonText extra{};
    Timing timing{};
    RawReply raw{};

    /// Score of a document by its position in the request; nothing if it is not among the results.
    /// Cost: a search.
    [[nodiscard]] VLLM_CLIENT_EXPORT std::optional<double> score_of(
        std::size_t document) const noexcept;
};

/// A question and items: how likely is a label as the next token after both? Unset members are not
/// sent. Source: `POST /generative_scoring` of generation models.
struct GenerativeScoringRequest {
    /// Text or token ids.
    std::variant<std::string, TokenIds> query{};
    /// `[n]` texts, or token ids; required.
    std::variant<std::vector<std::string>, std::vector<TokenIds>> items{};
    TokenIds label_token_ids{};           ///< Required. The score is that of the first.
    std::string model{};                  ///< Empty: the client's, else the server's first.
    std::optional<bool> apply_softmax{};  ///< Default true: among the labels alone.
    std::optional<bool> item_first{};     ///< Put the item before the query.
    std::optional<bool> add_special_tokens{};
    std::optional<std::int64_t> priority{};  ///< Lower is earlier.
    std::string request_id{};
    std::string cache_salt{};
    JsonText extra{};  ///< Object: further fields, merged in.
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

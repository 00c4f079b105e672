// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_classifier.h"

#include <cmath>

#include "testing/sim_embedding.h"
#include "testing/sim_hash.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

constexpr int dimensions = 256;
constexpr double steepness = 6;

double sigmoid(double value) {
    return 1 / (1 + std::exp(-value));
}

}  // namespace

double cosine(std::span<const float> left, std::span<const float> right) {
    double product = 0;
    double left_square = 0;
    double right_square = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        product += static_cast<double>(left[i]) * static_cast<double>(right[i]);
        left_square += static_cast<double>(left[i]) * static_cast<double>(left[i]);
        right_square += static_cast<double>(right[i]) * static_cast<double>(right[i]);
    }
    return product / std::sqrt(left_square * right_square);
}

std::vector<float> class_scores(std::string_view text, const std::vector<std::string>& labels,
                                bool activated) {
    const auto vector = embedding_of(text, dimensions, dimensions);
    std::vector<double> logits;
    double sum = 0;
    for (const std::string& label : labels) {
        // Texts without a word in common still differ a little from label to label.
        const double luck = unit_interval(mixed(hash_of(text), hash_of(label)));
        logits.push_back(steepness * cosine(vector, embedding_of(label, dimensions, dimensions)) +
                         luck);
        sum += std::exp(logits.back());
    }
    std::vector<float> scores;
    for (const double logit : logits) {
        const double probability = logits.size() == 1 ? sigmoid(logit) : std::exp(logit) / sum;
        scores.push_back(static_cast<float>(activated ? probability : logit));
    }
    return scores;
}

double pair_score(std::string_view left, std::string_view right, bool as_probability) {
    const double fit = cosine(embedding_of(left, dimensions, dimensions),
                              embedding_of(right, dimensions, dimensions));
    const double score = as_probability ? sigmoid(steepness * (2 * fit - 1)) : fit;
    return static_cast<double>(static_cast<float>(score));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

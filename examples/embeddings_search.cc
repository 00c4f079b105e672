// SPDX-License-Identifier: Apache-2.0
// A small semantic search: the texts nearest in meaning to a question.
#include <algorithm>
#include <iostream>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

const std::vector<std::string> texts{
    "To reset your password, open Settings and choose Security.",
    "Invoices are sent on the first day of each month.",
    "The office is closed on public holidays.",
    "You can change your password every 90 days.",
    "Refunds take five working days.",
};

/// The places of the best `count` rows of `library` for the vector `question`, best first.
std::vector<std::pair<float, std::size_t>> nearest(const EmbeddingReply& library,
                                                   std::span<const float> question,
                                                   std::size_t count) {
    std::vector<std::pair<float, std::size_t>> found;
    for (std::size_t i = 0; i < library.size(); ++i) {
        const auto row = library[i];  // of length 1, so the dot product is the cosine
        found.emplace_back(std::inner_product(row.begin(), row.end(), question.begin(), 0.0F), i);
    }
    count = std::min(count, found.size());
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count),
                      found.end(), std::greater<>());
    found.resize(count);
    return found;
}

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    const auto library = client.embed({.input = texts});  // once; keep the block of vectors
    const auto question = client.embed({.input = "I forgot my password"});
    if (!library || !question) {
        std::cerr << (library ? question : library).error().to_string() << '\n';
        return 1;
    }
    for (const auto& [similarity, place] : nearest(*library, (*question)[0], 3)) {
        std::cout << similarity << "  " << texts[place] << '\n';
    }
    return 0;
}

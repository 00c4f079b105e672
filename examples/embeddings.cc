// SPDX-License-Identifier: Apache-2.0
// Texts as vectors, and how near they are to each other.
#include <iostream>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "example_server.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

/// Embeddings come with length 1, so the dot product is the cosine.
float similarity(std::span<const float> a, std::span<const float> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});
    const std::vector<std::string> texts{"How do I reset my password?",
                                         "I forgot my password, how can I reset it?",
                                         "What is the capital of France?"};

    // All in one request; the vectors lie side by side in one block of float32.
    const auto vectors = client.embed({.input = texts});
    if (!vectors) {
        std::cerr << vectors.error().to_string() << '\n';
        return 1;
    }
    std::cout << vectors->size() << " vectors of " << vectors->dim << " numbers\n";
    for (std::size_t i = 1; i < vectors->size(); ++i) {
        std::cout << similarity((*vectors)[0], (*vectors)[i]) << "  " << texts[i] << '\n';
    }
    return 0;
}

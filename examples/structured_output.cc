// SPDX-License-Identifier: Apache-2.0
// An answer of a given form, read into a struct.
#include <iostream>
#include <string>

#include "example_server.h"
#include "vllm_client/json.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

namespace {

struct City {
    std::string name;
    int people{0};
    bool capital{false};
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(City, name, people, capital)

}  // namespace

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    // The server lets the model say nothing but what fits the schema.
    const auto reply =
        client.chat({.messages = {user("The biggest city of Peru, as JSON.")},
                     .max_tokens = 200,
                     .response_format = json_schema_format("city", schema_of<City>())});
    if (!reply) {
        std::cerr << reply.error().to_string() << '\n';
        return 1;
    }
    if (const auto city = parse_reply<City>(*reply)) {
        std::cout << city->name << ": " << city->people << " people"
                  << (city->capital ? ", the capital" : "") << '\n';
    } else if (city.error().kind == ErrorKind::limit) {
        std::cout << "max_tokens was too small: " << reply->text() << '\n';
    } else {
        std::cerr << city.error().to_string() << '\n';
        return 1;
    }

    // One of a few texts needs no JSON.
    const auto mood = client.chat({.messages = {user("Is \"I love it\" praise or blame?")},
                                   .structured_outputs = {.choice = {"praise", "blame"}}});
    if (!mood) {
        std::cerr << mood.error().to_string() << '\n';
        return 1;
    }
    std::cout << mood->text() << '\n';
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Tools: the model calls functions of this program until it has what it needs to answer.
#include <iostream>
#include <string>

#include "example_server.h"
#include "vllm_client/json.h"
#include "vllm_client/tool_loop.h"
#include "vllm_client/vllm_client.h"

using namespace vllm_client;

struct Place {
    std::string city;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Place, city)

struct Weather {
    std::string sky;
    double celsius{0};
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Weather, sky, celsius)

namespace {

// Takes a struct and gives one; arguments that do not fit never get here.
Result<Weather> weather_in(const Place& place) {
    if (place.city.empty()) return Error{.message = "which city?"};
    return Weather{.sky = "clear", .celsius = 21.5};
}

// Takes the arguments as JSON text and gives what the model is told.
Result<std::string> time_of_day(const JsonText&) {
    return std::string("noon");
}

}  // namespace

int main(int argc, char** argv) {
    const ExampleServer server(argc, argv);
    const VllmClient client({.endpoints = {server.url()}});

    ToolSet tools;
    tools.add(typed_tool<Place>("get_weather", "The weather in a city.",
                                R"({"type":"object","properties":
                                    {"city":{"enum":["Oslo","Bergen","Molde"]}},
                                    "required":["city"],"additionalProperties":false})",
                                weather_in));
    tools.add("get_time", "The time of day.",
              R"({"type":"object","properties":{},"additionalProperties":false})", time_of_day);

    // The model must call something first; after that it may call more, or answer.
    const auto done = run_tools(client,
                                {.messages = {user("What is the weather in Oslo, and the time?")},
                                 .max_tokens = 200,
                                 .tool_choice = {.kind = ToolChoice::Kind::required}},
                                tools, {.max_rounds = 4});
    if (!done) {
        std::cerr << done.error().to_string() << '\n';
        return 1;
    }
    for (const ToolRun& run : done->runs) {
        std::cout << run.round << ". " << run.call.name << '(' << run.call.arguments << ") -> "
                  << run.result << '\n';
    }
    std::cout << done->reply.text() << '\n'
              << "(" << done->rounds << " answers, " << done->total.total_tokens << " tokens"
              << (done->limit_reached ? ", still calling tools" : "") << ")\n";
    return 0;
}

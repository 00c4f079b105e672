// SPDX-License-Identifier: Apache-2.0
//
// Question: what does the client cost on top of bare libcurl, in CPU and in latency?
//
// All contenders talk to one server (the simulated one in a process of its own, or --url) in turn,
// round by round, so that a drift of the machine hits all of them alike; the medians of the rounds
// and their ratios are what counts. The client's process is kept on one processor. Ours includes
// writing and reading JSON, bare libcurl does neither.
#include <sched.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "macro/overhead/bare_curl.h"
#include "macro/overhead/load.h"
#include "macro/overhead/our_client.h"
#include "macro/overhead/python_peers.h"
#include "support/server_process.h"

namespace {

using namespace overhead;
using bench::ServerProcess;
using vllm_client::ClientOptions;
using vllm_client::Executor;
using vllm_client::VllmClient;

struct Arguments {
    std::string url;
    std::string model;
    std::string json;
    std::string only;  // contenders whose name begins so
    std::size_t rounds{9};
    std::size_t requests{4000};
    std::size_t in_flight{64};
    bool check{false};
    bool python{true};
};

struct Contender {
    std::string name;
    std::string baseline{};  // what its CPU (or, for goal_is_p50, latency) is divided by
    double goal{0};          // 0: none
    bool goal_is_p50{false};
    bool goal_is_least{false};  // the ratio must not be less, rather than not more
    std::function<Round()> run{};
    std::vector<double> cpu{};
    std::vector<double> p50{};
    std::size_t units{0};  // of one round
    bool ok{true};
};

Arguments read_arguments(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string flag = argv[i];
        const auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
        if (flag == "--url") arguments.url = value();
        if (flag == "--model") arguments.model = value();
        if (flag == "--json") arguments.json = value();
        if (flag == "--only") arguments.only = value();
        if (flag == "--rounds") arguments.rounds = std::stoul(value());
        if (flag == "--requests") arguments.requests = std::stoul(value());
        if (flag == "--in-flight") arguments.in_flight = std::stoul(value());
        if (flag == "--no-python") arguments.python = false;
        if (flag == "--full") arguments.rounds = 21;
        if (flag == "--check") arguments.check = true;
    }
    return arguments;
}

void stay_on_first_processor() {
    cpu_set_t processors;
    CPU_ZERO(&processors);
    CPU_SET(0, &processors);
    sched_setaffinity(0, sizeof processors, &processors);
}

const Contender* find(const std::vector<Contender>& contenders, const std::string& name) {
    for (const Contender& contender : contenders) {
        if (contender.name == name) return &contender;
    }
    return nullptr;
}

// Median of the ratios round by round.
double ratio(const std::vector<double>& ours, const std::vector<double>& theirs) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
        if (theirs[i] > 0) ratios.push_back(ours[i] / theirs[i]);
    }
    return median(std::move(ratios));
}

nlohmann::json report(const std::vector<Contender>& contenders) {
    nlohmann::json rows = nlohmann::json::array();
    std::cout << std::left << std::setw(34) << "contender" << std::right << std::setw(12)
              << "CPU us" << std::setw(12) << "p50 us" << std::setw(10) << "ratio" << std::setw(8)
              << "goal"
              << "  against\n";
    for (const Contender& contender : contenders) {
        const Contender* base = find(contenders, contender.baseline);
        double against = 0;
        if (base) {
            against = contender.goal_is_p50 ? ratio(contender.p50, base->p50)
                                            : ratio(contender.cpu, base->cpu);
        }
        std::cout << std::left << std::setw(34) << contender.name << std::right << std::fixed
                  << std::setprecision(2) << std::setw(12) << median(contender.cpu) << std::setw(12)
                  << median(contender.p50) << std::setw(10) << against << std::setw(8)
                  << contender.goal << "  " << contender.baseline
                  << (contender.ok ? "" : "  FAILED REQUESTS") << "\n";
        rows.push_back({{"name", contender.name},
                        {"cpu_us", median(contender.cpu)},
                        {"p50_us", median(contender.p50)},
                        {"ratio", against},
                        {"units", contender.units},
                        {"goal", contender.goal},
                        {"goal_is_least", contender.goal_is_least},
                        {"baseline", contender.baseline},
                        {"ok", contender.ok}});
    }
    return rows;
}

int missed_goals(const nlohmann::json& rows) {
    int missed = 0;
    for (const auto& row : rows) {
        const double goal = row["goal"];
        const double reached = row["ratio"];
        if (!row["ok"].get<bool>()) {
            std::cout << "missed: " << row["name"] << " had failed requests\n";
            ++missed;
        } else if (goal > 0 && (row["goal_is_least"] ? reached < goal : reached > goal)) {
            std::cout << "missed: " << row["name"] << " " << reached << ", goal " << goal << "\n";
            ++missed;
        }
    }
    return missed;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments = read_arguments(argc, argv);
    // Both before any thread: they fork.
    const ServerProcess fast(0.0);
    const ServerProcess paced(0.03);
    stay_on_first_processor();

    Load load;
    load.url = arguments.url.empty() ? fast.url() : arguments.url;
    load.model = arguments.model.empty() ? (arguments.url.empty() ? "sim" : "") : arguments.model;
    load.requests = arguments.requests;
    load.in_flight = arguments.in_flight;
    Load streams = load;
    if (arguments.url.empty()) streams.url = paced.url();
    if (load.url.empty()) {
        std::cout << "no server\n";
        return 2;
    }

    const auto make = [&](const std::string& url, Executor executor) {
        ClientOptions options;
        options.endpoints = {url};
        options.executor = std::move(executor);
        options.read_environment = false;
        return VllmClient(std::move(options));
    };
    const VllmClient pooled = make(load.url, Executor());
    const VllmClient direct = make(load.url, Executor::inline_on_io());
    const VllmClient pooled_streams = make(streams.url, Executor());
    const VllmClient direct_streams = make(streams.url, Executor::inline_on_io());
    const std::size_t single = std::max<std::size_t>(arguments.requests / 2, 100);
    const std::size_t stream_count = std::max<std::size_t>(arguments.requests / 32, 4);
    constexpr std::size_t at_once = 32;

    std::vector<Contender> contenders;
    contenders.push_back(
        {.name = "libcurl easy, new", .run = [&] { return bare_easy_new(load, single / 8); }});
    contenders.push_back(
        {.name = "libcurl easy, reused", .run = [&] { return bare_easy_reused(load, single); }});
    contenders.push_back({.name = "libcurl multi", .run = [&] { return bare_multi(load); }});
    contenders.push_back({.name = "ours sync",
                          .baseline = "libcurl easy, reused",
                          .goal = 1.35,
                          .goal_is_p50 = true,
                          .run = [&] { return our_sync(pooled, load, single); }});
    contenders.push_back(
        {.name = "ours callbacks", .baseline = "libcurl multi", .goal = 1.45, .run = [&] {
             return our_callbacks(pooled, load);
         }});
    contenders.push_back({.name = "ours callbacks, inline",
                          .baseline = "libcurl multi",
                          .run = [&] { return our_callbacks(direct, load); }});
    contenders.push_back(
        {.name = "ours get()", .baseline = "libcurl multi", .goal = 1.6, .run = [&] {
             return our_get(pooled, load);
         }});
    contenders.push_back({.name = "libcurl multi, streams (token)", .run = [&] {
                              return bare_multi_streams(streams, stream_count, at_once);
                          }});
    contenders.push_back({.name = "ours streams, inline (token)",
                          .baseline = "libcurl multi, streams (token)",
                          .goal = 1.3,
                          .run = [&] {
                              return our_stream_callbacks(direct_streams, streams, stream_count,
                                                          at_once);
                          }});
    contenders.push_back(
        {.name = "ours streams (token)", .baseline = "libcurl multi, streams (token)", .run = [&] {
             return our_stream_callbacks(pooled_streams, streams, stream_count, at_once);
         }});
    contenders.push_back({.name = "libcurl one stream (token)",
                          .run = [&] { return bare_multi_streams(streams, 4, 1); }});
    contenders.push_back({.name = "ours stream as range (token)",
                          .baseline = "libcurl one stream (token)",
                          .goal = 1.6,
                          .run = [&] { return our_stream_range(pooled_streams, streams, 4); }});

    PythonPeers peers(BENCH_SOURCE_DIR "/macro/overhead/python_peers.py", load);
    for (const std::string& name : arguments.python ? peers.names() : std::vector<std::string>()) {
        const bool openai = name == "openai-python";
        contenders.push_back(
            {.name = name,
             .baseline = "ours callbacks",
             .goal = openai ? 50.0 : 3.5,
             .goal_is_least = true,
             .run = [&peers, name, openai] { return peers.run(name, openai ? 128 : 768); }});
    }
    std::erase_if(contenders, [&](const Contender& contender) {
        return !contender.name.starts_with(arguments.only);
    });
    for (std::size_t round = 0; round <= arguments.rounds; ++round) {
        for (Contender& contender : contenders) {
            const Round measured = contender.run();
            contender.ok = contender.ok && measured.ok;
            contender.units = measured.units;
            if (round == 0) continue;  // warm-up
            contender.cpu.push_back(measured.cpu_us);
            if (measured.p50_us > 0) contender.p50.push_back(measured.p50_us);
        }
    }
    const nlohmann::json rows = report(contenders);
    if (!arguments.json.empty()) std::ofstream(arguments.json) << rows.dump(2) << "\n";
    if (!arguments.check) return 0;
    const int missed = missed_goals(rows);
    std::cout << (missed == 0 ? "all goals met\n" : "") << std::flush;
    return missed == 0 ? 0 : 1;
}

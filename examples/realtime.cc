// SPDX-License-Identifier: Apache-2.0
// Speech to text while it is spoken: one thread speaks, the other prints what was understood.
//
//     example_realtime [URL MODEL FILE]    FILE: 16-bit PCM, mono, 16,000 samples per second
#include "vllm_client/realtime.h"

#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "vllm_client/testing/sim_server.h"

using namespace vllm_client;

namespace {

std::vector<std::int16_t> read_audio(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
    std::vector<std::int16_t> samples(bytes.size() / 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto low = static_cast<unsigned char>(bytes[2 * i]);
        const auto high = static_cast<unsigned char>(bytes[2 * i + 1]);
        samples[i] = static_cast<std::int16_t>(low | high << 8);
    }
    return samples;
}

// Five seconds of a rising tone; the simulated server makes words of anything.
std::vector<std::int16_t> some_audio() {
    std::vector<std::int16_t> samples(80'000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto time = static_cast<double>(i);
        samples[i] = static_cast<std::int16_t>(8000 * std::sin(1e-6 * time * time));
    }
    return samples;
}

int fail(const Error& error) {
    std::cerr << error.to_string() << '\n';
    return 1;
}

int transcribe(RealtimeOptions options, std::span<const std::int16_t> audio) {
    auto session = RealtimeSession::connect(std::move(options));
    if (!session) return fail(session.error());

    // Begin the utterance first: text then comes while audio goes.
    if (auto begun = session->commit(); !begun) return fail(begun.error());
    const std::jthread speaker([&session, audio]() mutable {
        constexpr std::size_t tenth_of_a_second = 1600;
        while (!audio.empty()) {
            const auto piece = audio.first(std::min(audio.size(), tenth_of_a_second));
            if (!session->append(piece)) return;  // the listener is told why
            audio = audio.subspan(piece.size());
        }
        (void)session->commit(true);
    });

    for (;;) {
        const auto event = session->next();
        if (!event) return fail(event.error());
        if (!*event) return 0;  // the server ended the session
        if ((*event)->kind == RealtimeEventKind::delta) std::cout << (*event)->text << std::flush;
        if ((*event)->kind == RealtimeEventKind::error) {
            std::cerr << (*event)->error.code << ": " << (*event)->error.message << '\n';
            session->cancel();
            return 1;
        }
        if ((*event)->kind == RealtimeEventKind::done) break;
    }
    std::cout << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 3) return transcribe({.url = argv[1], .model = argv[2]}, read_audio(argv[3]));
    const auto server = testing::SimServer::start({.models = {"voxtral"}, .tasks = {"realtime"}});
    if (!server) return fail(server.error());
    return transcribe({.url = server->url(), .model = "voxtral"}, some_audio());
}

// SPDX-License-Identifier: Apache-2.0
#include "wire/base64.h"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace {

namespace wire = vllm_client::wire;

// The baseline: a character at a time, as most programs do it.
std::string encode_plainly(std::string_view bytes) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    unsigned bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6)
            text.push_back(alphabet[bits >> (count - 6) & 63]);
    }
    if (count > 0) text.push_back(alphabet[bits << (6 - count) & 63]);
    while (text.size() % 4 != 0)
        text.push_back('=');
    return text;
}

std::string image(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 2654435761U >> 13);
    return bytes;
}

void EncodePlainly(benchmark::State& state) {
    const std::string bytes = image(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(encode_plainly(bytes));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(EncodePlainly)->Arg(1 << 20);

void Encode(benchmark::State& state) {
    const std::string bytes = image(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(wire::encode_base64(std::as_bytes(std::span(bytes))));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Encode)->Arg(1 << 10)->Arg(1 << 20);

void Decode(benchmark::State& state) {
    const std::string bytes = image(static_cast<std::size_t>(state.range(0)));
    const std::string text = wire::encode_base64(std::as_bytes(std::span(bytes)));
    for (auto _ : state)
        benchmark::DoNotOptimize(wire::decode_base64(text));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Decode)->Arg(1 << 20);

}  // namespace

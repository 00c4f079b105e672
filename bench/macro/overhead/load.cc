// SPDX-License-Identifier: Apache-2.0
#include "macro/overhead/load.h"

#include <algorithm>

#include "support/process_cpu.h"

namespace overhead {
namespace {

std::string body_text(const Load& load, bool stream) {
    std::string body = R"({"max_completion_tokens":)";
    body += stream ? std::to_string(load.stream_tokens) : std::string("16");
    body += R"(,"messages":[{"content":")" + load.prompt() + R"(","role":"user"}],"model":")" +
            load.model + '"';
    if (stream) body += R"(,"stream":true,"stream_options":{"include_usage":true})";
    body += R"(,"temperature":0})";
    return body;
}

}  // namespace

std::string Load::prompt() const {
    std::string text;
    while (text.size() < 190)
        text += "Why is the sky blue at noon and red at dusk? ";
    return text;
}

std::string Load::body() const {
    return body_text(*this, false);
}

std::string Load::stream_body() const {
    return body_text(*this, true);
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Round measure(std::size_t units, const std::function<bool()>& work) {
    Round round;
    round.units = units;
    const double before = bench::process_cpu_us();
    round.ok = work();
    round.cpu_us = (bench::process_cpu_us() - before) / static_cast<double>(units);
    return round;
}

}  // namespace overhead

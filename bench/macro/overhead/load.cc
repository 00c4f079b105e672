// SPDX-License-Identifier: Apache-2.0
#include "macro/overhead/load.h"

#include <sys/resource.h>

#include <algorithm>

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

double process_cpu_us() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto us = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
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
    const double before = process_cpu_us();
    round.ok = work();
    round.cpu_us = (process_cpu_us() - before) / static_cast<double>(units);
    return round;
}

}  // namespace overhead

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace overhead {

/// What every contender is asked to do.
struct Load {
    std::string url;                ///< Base URL of the server.
    std::string model;              ///< Served model name.
    std::size_t requests{2000};     ///< Requests of one round.
    std::size_t in_flight{64};      ///< At once, for the asynchronous contenders.
    std::size_t stream_tokens{64};  ///< Tokens of one stream.

    /// The prompt of each request; the body is about 300 bytes.
    [[nodiscard]] std::string prompt() const;
    /// The plain request body and the streamed one, as bytes.
    [[nodiscard]] std::string body() const;
    [[nodiscard]] std::string stream_body() const;
};

/// One contender's round, measured.
struct Round {
    std::size_t units{0};  ///< Requests (or tokens) done.
    double cpu_us{0};      ///< Process CPU, user and system, per request (or per token).
    double p50_us{0};      ///< Median latency where one request is in flight; else 0.
    bool ok{true};         ///< Every request gave what was asked for.
};

/// Middle value; 0 if empty.
[[nodiscard]] double median(std::vector<double> values);

/// Runs `work` and divides its CPU by `units`.
[[nodiscard]] Round measure(std::size_t units, const std::function<bool()>& work);

}  // namespace overhead

// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/log.h"

#ifdef VLLM_CLIENT_HAS_SPDLOG
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#else
#include <iostream>
#include <mutex>
#include <sstream>
#endif

#include <memory>
#include <string>

namespace vllm_client::inline VLLM_CLIENT_ABI {

std::string_view to_string(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warning:
            return "warning";
        case LogLevel::error:
            return "error";
        case LogLevel::off:
            break;
    }
    return "off";
}

#ifdef VLLM_CLIENT_HAS_SPDLOG

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::off:
            break;
    }
    return spdlog::level::off;
}

}  // namespace

LogSink stderr_log_sink() {
    // Not registered with spdlog: the program's own loggers stay as they are.
    auto logger = std::make_shared<spdlog::logger>(
        "vllm_client", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_level(spdlog::level::debug);
    return [logger](LogLevel level, std::string_view line) {
        logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
    };
}

#else

LogSink stderr_log_sink() {
    auto mutex = std::make_shared<std::mutex>();  // guards std::cerr against our own threads
    return [mutex](LogLevel level, std::string_view line) {
        std::ostringstream text;
        text << "[vllm_client] [" << to_string(level) << "] " << line << '\n';
        const std::lock_guard lock(*mutex);
        std::cerr << text.str();
    };
}

#endif

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

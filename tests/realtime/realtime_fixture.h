// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/http_text.h"
#include "support/scripted_server.h"
#include "support/web_socket.h"
#include "vllm_client/realtime.h"

namespace vllm_client::realtime {

using namespace std::chrono_literals;

inline constexpr const char* created = R"({"type":"session.created","id":"sess-1","created":5})";
inline constexpr const char* done_hi =
    R"({"type":"transcription.done","text":"hi there","usage":{"prompt_tokens":9,)"
    R"("completion_tokens":2,"total_tokens":11}})";

inline std::string delta_of(const std::string& text) {
    return R"({"type":"transcription.delta","delta":")" + text + "\"}";
}

inline support::Script operator+(support::Script a, const support::Script& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// Upgrade, `session.created`, and the `session.update` that must follow.
inline support::Script opening() {
    return {support::accept_web_socket(), support::send_text(created), support::read_text()};
}

inline RealtimeOptions options_for(const support::ScriptedServer& server) {
    return {.url = server.url(), .model = "voxtral"};
}

inline const std::vector<std::int16_t>& clip() {
    static const std::vector<std::int16_t> samples(1600, 7);
    return samples;
}

/// The transcript, or the kind of error, that one clip gives.
inline Result<RealtimeTranscript> transcribe(RealtimeSession& session) {
    if (auto sent = session.append(clip()); !sent) return sent.error();
    if (auto sent = session.commit(true); !sent) return sent.error();
    return session.collect();
}

}  // namespace vllm_client::realtime

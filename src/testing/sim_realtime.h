// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "testing/sim_http.h"
#include "testing/sim_state.h"
#include "testing/sim_web_socket.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// One session of `/v1/realtime`, behind the upgrade. It hears a word in each half second of audio,
/// which word depends on the samples alone, and takes no time to think.
class SpeechSession {
 public:
    /// Greets into `output`.
    SpeechSession(Workplace& place, SimFault fault, std::string& output);

    /// Takes what the client sent and appends what there is to say to `output`; false if the
    /// connection ends after that.
    [[nodiscard]] bool put(std::string_view bytes, std::string& output);

 private:
    [[nodiscard]] bool handle(const Frame& frame, std::string& output);
    void handle_event(const std::string& text, std::string& output);
    void update(std::string_view model, bool is_named, std::string& output);
    void append_audio(const std::string& base64, std::string& output);
    void commit(bool final, std::string& output);
    void listen(std::string& output);
    void say_word(std::string_view pcm, std::string& output);
    void finish(std::string& output);
    void send_error(std::string_view message, std::string_view code, std::string& output);
    void send(std::string_view event, std::string& output);
    [[nodiscard]] bool reached(int tokens) const noexcept;

    Workplace& place_;
    const SimFault fault_;
    FrameReader frames_;
    std::string audio_;  // PCM not yet heard
    std::string text_;   // of the utterance
    std::uint64_t samples_{0};
    int words_{0};
    bool model_known_{false};
    bool generating_{false};
    bool complete_{false};  // no more audio will come
    bool silent_{false};    // stalled
    bool cut_{false};
};

/// Answers a request to upgrade: the head, and what else is said at once, goes to `output`. Null if
/// it was refused; the connection then ends.
[[nodiscard]] std::unique_ptr<SpeechSession> open_realtime(Workplace& place,
                                                           const HttpRequest& request,
                                                           std::string_view common_headers,
                                                           std::string& output);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

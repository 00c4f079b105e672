// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_realtime.h"

#include <openssl/evp.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"
#include "testing/sim_vocabulary.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr std::string_view path = "/v1/realtime";
constexpr std::size_t max_message = 16UL * 1024 * 1024;       // uvicorn's
constexpr std::size_t max_clip_samples = 25UL * 1024 * 1024;  // VLLM_MAX_AUDIO_CLIP_FILESIZE_MB
constexpr std::size_t word_bytes = 16'000;                    // half a second
constexpr std::uint64_t samples_per_token = 1280;             // 80 ms

std::optional<std::string> decoded(const std::string& base64) {
    if (base64.size() % 4 != 0) return std::nullopt;
    std::string bytes(base64.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(base64.data()),
                                     static_cast<int>(base64.size()));
    if (size < 0) return std::nullopt;
    // The padding was decoded as zero bytes.
    const auto padding = static_cast<std::size_t>(std::count(
        base64.end() - std::min<std::ptrdiff_t>(2, std::ssize(base64)), base64.end(), '='));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

bool is_authorized(const SimOptions& options, const HttpRequest& request) {
    if (options.api_keys.empty()) return true;
    return std::any_of(options.api_keys.begin(), options.api_keys.end(),
                       [&](const auto& key) { return request.authorization == "Bearer " + key; });
}

bool is_served(const SimOptions& options, const HttpRequest& request) {
    return request.path == path &&
           std::find(options.tasks.begin(), options.tasks.end(), "realtime") != options.tasks.end();
}

void refuse(std::string_view status, std::string_view type, std::string_view body,
            std::string& output) {
    output.append("HTTP/1.1 ").append(status).append("\r\nconnection: close\r\ncontent-length: ");
    append_number(output, body.size());
    output.append("\r\ncontent-type: ").append(type).append("\r\n\r\n").append(body);
}

}  // namespace

SpeechSession::SpeechSession(Workplace& place, SimFault fault, std::string& output)
    : place_(place), fault_(fault), frames_(max_message) {
    std::string event = R"({"type":"session.created","id":"sess-)" + place.new_id();
    event += place.new_id() + R"(","created":)";
    append_number(event, static_cast<std::int64_t>(unix_now()));
    send(event + "}", output);
}

bool SpeechSession::put(std::string_view bytes, std::string& output) {
    frames_.put(bytes);
    while (const auto frame = frames_.next()) {
        if (!handle(*frame, output)) return false;
    }
    if (frames_.fault() == 0) return true;
    append_close(output, frames_.fault());
    return false;
}

bool SpeechSession::handle(const Frame& frame, std::string& output) {
    switch (frame.kind) {
        case FrameKind::text:
            if (!silent_) handle_event(frame.payload, output);
            return !cut_;
        case FrameKind::ping:
            append_frame(output, FrameKind::pong, frame.payload);
            return true;
        case FrameKind::pong:
            return true;
        case FrameKind::close:
            append_frame(output, FrameKind::close, frame.payload);
            return false;
        default:
            append_close(output, 1011);
            return false;
    }
}

void SpeechSession::handle_event(const std::string& text, std::string& output) {
    const json event = json::parse(text, nullptr, false);
    if (event.is_discarded()) return send_error("Invalid JSON", "invalid_json", output);
    if (!event.is_object()) {
        return send_error("the event is not an object", "processing_error", output);
    }
    const auto text_of = [&event](const char* name) {
        const auto found = event.find(name);
        return found != event.end() && found->is_string() ? std::optional(found->get<std::string>())
                                                          : std::nullopt;
    };
    const std::string type = text_of("type").value_or("None");
    if (type == "session.update") {
        const auto model = text_of("model");
        update(model.value_or(""), model.has_value(), output);
    } else if (type == "input_audio_buffer.append") {
        const auto audio = text_of("audio");
        if (!audio) return send_error("1 validation error: audio", "processing_error", output);
        append_audio(*audio, output);
    } else if (type == "input_audio_buffer.commit") {
        const auto final = event.find("final");
        commit(final != event.end() && *final == true, output);
    } else {
        send_error("Unknown event type: " + type, "unknown_event", output);
    }
}

void SpeechSession::update(std::string_view model, bool is_named, std::string& output) {
    if (!is_named) return send_error("Missing required field: model", "invalid_event", output);
    const auto& models = place_.options().models;
    if (std::find(models.begin(), models.end(), model) == models.end()) {
        return send_error("The model `" + std::string(model) + "` does not exist.",
                          "model_not_found", output);
    }
    model_known_ = true;
}

void SpeechSession::append_audio(const std::string& base64, std::string& output) {
    const auto pcm = decoded(base64);
    if (!pcm || pcm->empty() || pcm->size() % 2 != 0 || pcm->size() / 2 > max_clip_samples) {
        return send_error("Invalid audio data", "invalid_audio", output);
    }
    // What comes between the last audio and its transcript is dropped with the queue.
    if (complete_) return;
    audio_ += *pcm;
    listen(output);
}

void SpeechSession::commit(bool final, std::string& output) {
    if (!model_known_) {
        return send_error(
            "Model not validated. Make sure to validate the model by sending a "
            "session.update event.",
            "model_not_validated", output);
    }
    // vLLM also remembers an end that comes before its beginning.
    (final ? complete_ : generating_) = true;
    listen(output);
}

// Says what can be heard by now.
void SpeechSession::listen(std::string& output) {
    if (!generating_) return;
    std::size_t heard = 0;
    while (generating_ && !silent_ && !cut_ && audio_.size() - heard >= word_bytes) {
        say_word(std::string_view(audio_).substr(heard, word_bytes), output);
        heard += word_bytes;
    }
    audio_.erase(0, std::min(heard, audio_.size()));
    if (!complete_ || !generating_ || silent_ || cut_) return;
    if (!audio_.empty()) say_word(audio_, output);
    if (generating_ && !silent_ && !cut_) finish(output);
}

bool SpeechSession::reached(int tokens) const noexcept {
    return tokens >= 0 && words_ >= tokens;
}

void SpeechSession::say_word(std::string_view pcm, std::string& output) {
    cut_ = reached(fault_.cut_after_tokens);
    silent_ = reached(fault_.stall_after_tokens);
    if (cut_ || silent_) return;
    if (reached(fault_.error_after_tokens)) {
        generating_ = complete_ = false;
        words_ = 0;
        return send_error("Internal server error", "processing_error", output);
    }
    const Vocabulary& vocabulary = Vocabulary::instance();
    const auto& words = vocabulary.words();
    std::string_view word = vocabulary.piece(words[hash_of(pcm) % words.size()]).text;
    if (words_ == 0 && word.starts_with(' ')) word.remove_prefix(1);
    text_ += word;
    samples_ += pcm.size() / 2;
    ++words_;
    std::string event = R"({"type":"transcription.delta","delta":)";
    append_quoted(event, word);
    send(event + "}", output);
}

void SpeechSession::finish(std::string& output) {
    const std::uint64_t heard = (samples_ + samples_per_token - 1) / samples_per_token;
    const auto said = static_cast<std::uint64_t>(words_);
    std::string event = R"({"type":"transcription.done","text":)";
    append_quoted(event, text_);
    event += R"(,"usage":{"prompt_tokens":)";
    append_number(event, heard);
    event += R"(,"total_tokens":)";
    append_number(event, heard + said);
    event += R"(,"completion_tokens":)";
    append_number(event, said);
    send(event + R"(,"prompt_tokens_details":null}})", output);
    generating_ = complete_ = false;
    audio_.clear();
    text_.clear();
    samples_ = 0;
    words_ = 0;
}

void SpeechSession::send_error(std::string_view message, std::string_view code,
                               std::string& output) {
    std::string event = R"({"type":"error","error":)";
    append_quoted(event, message);
    event += R"(,"code":)";
    append_quoted(event, code);
    send(event + "}", output);
}

void SpeechSession::send(std::string_view event, std::string& output) {
    append_frame(output, FrameKind::text, event);
}

std::unique_ptr<SpeechSession> open_realtime(Workplace& place, const HttpRequest& request,
                                             std::string_view common_headers, std::string& output) {
    const bool is_guarded = request.path.starts_with("/v1") || request.path.starts_with("/v2");
    if (is_guarded && !is_authorized(place.options(), request)) {
        refuse("401 Unauthorized", "application/json", R"({"error":"Unauthorized"})", output);
        return nullptr;
    }
    // A route that is not there is a 403 to a WebSocket.
    SimFault fault;
    if (is_served(place.options(), request)) {
        const std::string id = request.request_id.empty() ? place.new_id() : request.request_id;
        fault = place.fault_of(path, place.options().models.front(), id, true);
    } else {
        fault.http_status = 403;
    }
    if (fault.http_status >= 400) {
        refuse(fault.http_status == 403 ? "403 Forbidden"
                                        : std::to_string(fault.http_status) + " Refused",
               "text/plain; charset=utf-8", "", output);
        return nullptr;
    }
    output += "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    output.append("Sec-WebSocket-Accept: ").append(web_socket_accept(request.web_socket_key));
    output.append("\r\n").append(common_headers).append("\r\n");
    return std::make_unique<SpeechSession>(place, fault, output);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/file_source.h"
#include "vllm_client/json_text.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Form of a transcript. vLLM 0.32 refuses `srt` and `vtt`; other servers offer them.
enum class TranscriptFormat : std::uint8_t { json, text, verbose_json, diarized_json, srt, vtt };

/// What a verbose transcript gives the times of.
enum class TimestampGranularity : std::uint8_t { word, segment };

/// Speech to turn into text: in its language (transcription) or in another (translation). Unset
/// members are not sent. Source: the forms of `POST /v1/audio/transcriptions` and
/// `/v1/audio/translations`.
struct TranscriptionRequest {
    /// Required: flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm; vLLM takes up to 25 MiB.
    FileSource file{};
    /// Larger files are refused here (`limit`), before they are sent.
    std::size_t max_file_bytes{256UL * 1024 * 1024};
    std::string model{};
    std::string language{};     ///< Of the speech, ISO 639-1; guides the model.
    std::string to_language{};  ///< Of the text; translations.
    std::string prompt{};       ///< Guides style, or continues an earlier segment.
    std::string hotwords{};     ///< Words to expect.
    TranscriptFormat response_format{TranscriptFormat::json};
    std::vector<TimestampGranularity> timestamp_granularities{};  ///< verbose_json only.

    std::optional<std::int64_t> max_completion_tokens{};
    std::optional<double> temperature{};  ///< 0…1.
    std::optional<double> top_p{};
    std::optional<std::int64_t> top_k{};
    std::optional<double> min_p{};
    std::optional<std::int64_t> seed{};
    std::optional<double> frequency_penalty{};
    std::optional<double> presence_penalty{};
    std::optional<double> repetition_penalty{};
    std::optional<bool> use_beam_search{};
    std::optional<std::int64_t> n{};  ///< Beams.
    std::optional<double> length_penalty{};
    std::optional<bool> include_stop_str_in_output{};
    std::optional<bool> watermarking{};
    std::optional<bool> include_usage{};  ///< Streams: usage event. Default here: true.
    std::optional<bool> continuous_usage_stats{};
    JsonText vllm_xargs{};
    std::string request_id{};
    /// Further form fields, in order.
    std::vector<std::pair<std::string, std::string>> extra_fields{};
};

/// A stretch of speech. Times in seconds.
struct TranscriptSegment {
    std::int64_t id{0};
    std::int64_t seek{0};
    double start{0};
    double end{0};
    std::string text{};
    std::string speaker{};  ///< diarized_json.
    std::vector<std::int64_t> tokens{};
    double temperature{0};
    double avg_logprob{0};        ///< Below −1: doubtful.
    double compression_ratio{0};  ///< Above 2.4: doubtful.
    std::optional<double> no_speech_prob{};
    JsonText extra{};
};

/// A word. Times in seconds.
struct TranscriptWord {
    std::string word{};
    double start{0};
    double end{0};
};

/// Text of speech.
struct TranscriptionReply {
    std::string text{};
    std::string language{};                       ///< Verbose replies.
    std::optional<double> duration{};             ///< Of the audio, seconds; verbose replies.
    std::vector<TranscriptSegment> segments{};    ///< Verbose replies.
    std::vector<TranscriptWord> words{};          ///< Verbose replies, if asked for.
    std::optional<std::int64_t> audio_seconds{};  ///< `usage.seconds`, rounded up.
    std::optional<Usage> usage{};  ///< Tokens, where the server counts them: streams.
    std::string id{};              ///< Streams.
    std::string model{};           ///< Streams.
    /// Streams: why each segment ended; long audio is split by the server.
    std::vector<FinishReason> finish_reasons{};
    JsonText extra{};
    bool end_marker_missing{false};  ///< Streams: finished properly, but without `[DONE]`.
    Timing timing{};
    RawReply raw{};
};

namespace detail {
class TranscriptionChunkReader;
}

/// One event of a streamed transcript. Views are valid until the stream's next step.
class VLLM_CLIENT_EXPORT TranscriptionDelta {
 public:
    TranscriptionDelta() = default;

    /// The new text, possibly empty.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// Set on the last event of each segment of the audio.
    [[nodiscard]] std::optional<FinishReason> finish_reason() const noexcept {
        return finish_reason_;
    }
    [[nodiscard]] std::size_t choice_count() const noexcept { return choice_count_; }
    [[nodiscard]] bool has_content() const noexcept { return !text_.empty(); }
    [[nodiscard]] bool has_usage() const noexcept { return has_usage_; }
    /// The event's JSON as the server sent it.
    [[nodiscard]] std::string_view json() const noexcept { return json_; }

 private:
    friend class detail::TranscriptionChunkReader;

    std::string_view json_{};
    std::string_view text_{};
    std::size_t choice_count_{0};
    std::optional<FinishReason> finish_reason_{};
    bool has_usage_{false};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

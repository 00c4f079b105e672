// SPDX-License-Identifier: Apache-2.0
#include "wire/transcription.h"

#include <gtest/gtest.h>

#include <limits>

#include "wire/json_reader.h"
#include "wire/transcription_accumulator.h"
#include "wire/transcription_chunk.h"

namespace vllm_client::wire {
namespace {

std::vector<std::pair<std::string, std::string>> fields_of(const TranscriptionRequest& request,
                                                           bool stream = false) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const FormPart& part : write_transcription_form(request, stream).value())
        fields.emplace_back(part.name, part.value);
    return fields;
}

Result<TranscriptionReply> read(std::string body,
                                TranscriptFormat format = TranscriptFormat::json) {
    const std::size_t size = body.size();
    pad(body);
    return read_transcription_reply(std::string_view(body).substr(0, size), format);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(TranscriptionForm, HasTheFileAndWhatIsSet) {
    const auto parts =
        write_transcription_form({.file = FileSource::from_memory("wav", "a.wav")}, false);
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ((*parts)[0].value, "json");
    EXPECT_TRUE((*parts)[1].is_file);
    EXPECT_EQ((*parts)[1].file_name, "a.wav");
}

TEST(TranscriptionForm, WritesEveryField) {
    EXPECT_EQ(fields_of({.file = FileSource::from_memory("wav", "a.wav"),
                         .model = "m",
                         .language = "en",
                         .to_language = "de",
                         .prompt = "p",
                         .hotwords = "h",
                         .response_format = TranscriptFormat::verbose_json,
                         .timestamp_granularities = {TimestampGranularity::word,
                                                     TimestampGranularity::segment},
                         .max_completion_tokens = 9,
                         .temperature = 0.5,
                         .top_p = 1,
                         .top_k = 2,
                         .min_p = 0.25,
                         .seed = -3,
                         .frequency_penalty = 0,
                         .presence_penalty = 1.5,
                         .repetition_penalty = 1.1,
                         .use_beam_search = true,
                         .n = 4,
                         .length_penalty = 2,
                         .include_stop_str_in_output = false,
                         .watermarking = true,
                         .vllm_xargs = R"({"a":1})",
                         .extra_fields = {{"chunking", "auto"}}}),
              (Fields{{"model", "m"},
                      {"language", "en"},
                      {"to_language", "de"},
                      {"prompt", "p"},
                      {"hotwords", "h"},
                      {"response_format", "verbose_json"},
                      {"timestamp_granularities[]", "word"},
                      {"timestamp_granularities[]", "segment"},
                      {"max_completion_tokens", "9"},
                      {"temperature", "0.5"},
                      {"top_p", "1"},
                      {"top_k", "2"},
                      {"min_p", "0.25"},
                      {"seed", "-3"},
                      {"frequency_penalty", "0"},
                      {"presence_penalty", "1.5"},
                      {"repetition_penalty", "1.1"},
                      {"use_beam_search", "true"},
                      {"n", "4"},
                      {"length_penalty", "2"},
                      {"include_stop_str_in_output", "false"},
                      {"watermarking", "true"},
                      {"vllm_xargs", R"({"a":1})"},
                      {"chunking", "auto"},
                      {"file", "wav"}}));
}

TEST(TranscriptionForm, StreamsAskForUsage) {
    const TranscriptionRequest request{.file = FileSource::from_memory("wav", "a.wav")};
    EXPECT_EQ(fields_of(request, true), (Fields{{"response_format", "json"},
                                                {"stream", "true"},
                                                {"stream_include_usage", "true"},
                                                {"file", "wav"}}));
}

TEST(TranscriptionForm, StreamsMayAskForRunningUsage) {
    const TranscriptionRequest request{.file = FileSource::from_memory("wav", "a.wav"),
                                       .include_usage = false,
                                       .continuous_usage_stats = true};
    EXPECT_EQ(fields_of(request, true), (Fields{{"response_format", "json"},
                                                {"stream", "true"},
                                                {"stream_include_usage", "false"},
                                                {"stream_continuous_usage_stats", "true"},
                                                {"file", "wav"}}));
}

TEST(TranscriptionForm, RefusesWhatCannotBeSent) {
    EXPECT_EQ(write_transcription_form({}, false).error().message, "file: is not set");
    const auto file = FileSource::from_memory("wav", "a.wav");
    EXPECT_EQ(write_transcription_form({.file = file, .max_file_bytes = 2}, false).error().kind,
              ErrorKind::limit);
    EXPECT_EQ(write_transcription_form(
                  {.file = file, .temperature = std::numeric_limits<double>::infinity()}, false)
                  .error()
                  .message,
              "temperature is not finite");
    EXPECT_EQ(write_transcription_form({.file = file, .vllm_xargs = "{"}, false).error().message,
              "vllm_xargs is not JSON");
}

TEST(TranscriptionReplyReader, ReadsPlainReplies) {
    const auto reply = read(R"({"text":"Hi","usage":{"type":"duration","seconds":3},"new":1})");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->text, "Hi");
    EXPECT_EQ(reply->audio_seconds, 3);
    EXPECT_FALSE(reply->usage);
    EXPECT_EQ(reply->extra.text(), R"({"new":1})");
}

TEST(TranscriptionReplyReader, ReadsVerboseReplies) {
    const auto reply = read(
        R"({"duration":2.5,"language":"en","text":"a b","segments":[{"id":1,"seek":2,"start":0.5,)"
        R"("end":1.5,"text":"a","tokens":[7,8],"temperature":0.1,"avg_logprob":-0.2,)"
        R"("compression_ratio":1.1,"no_speech_prob":null,"speaker":"A","x":0}],)"
        R"("words":[{"word":"a","start":0.5,"end":0.75}],"usage":{"type":"tokens",)"
        R"("input_tokens":4,"output_tokens":5,"total_tokens":9}})");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->duration, 2.5);
    EXPECT_EQ(reply->language, "en");
    ASSERT_EQ(reply->segments.size(), 1U);
    const TranscriptSegment& segment = reply->segments[0];
    EXPECT_EQ(segment.id, 1);
    EXPECT_EQ(segment.seek, 2);
    EXPECT_EQ(segment.start, 0.5);
    EXPECT_EQ(segment.end, 1.5);
    EXPECT_EQ(segment.text, "a");
    EXPECT_EQ(segment.tokens, (std::vector<std::int64_t>{7, 8}));
    EXPECT_EQ(segment.avg_logprob, -0.2);
    EXPECT_FALSE(segment.no_speech_prob);
    EXPECT_EQ(segment.speaker, "A");
    EXPECT_EQ(segment.extra.text(), R"({"x":0})");
    ASSERT_EQ(reply->words.size(), 1U);
    EXPECT_EQ(reply->words[0].word, "a");
    EXPECT_EQ(reply->words[0].end, 0.75);
    ASSERT_TRUE(reply->usage);
    EXPECT_EQ(reply->usage->total_tokens, 9);
}

TEST(TranscriptionReplyReader, TextFormatsMayBeText) {
    EXPECT_EQ(read("1\n00:00 --> 00:01\nHi\n", TranscriptFormat::srt)->text,
              "1\n00:00 --> 00:01\nHi\n");
    EXPECT_EQ(read(R"({"text":"Hi"})", TranscriptFormat::text)->text, "Hi");
    EXPECT_EQ(read("Hi", TranscriptFormat::json).error().kind, ErrorKind::decode);
    EXPECT_EQ(read(R"({"duration":1})").error().kind, ErrorKind::decode);
}

class TranscriptionStreamTest : public ::testing::Test {
 protected:
    Result<void> take(std::string event) {
        pad(event);
        event_ = std::move(event);
        const std::string_view json =
            std::string_view(event_).substr(0, event_.find_last_of('}') + 1);
        auto delta = reader_.read(json);
        if (!delta) return delta.error();
        delta_ = *delta;
        return answer_.add(*delta);
    }

    std::string event_;
    detail::TranscriptionChunkReader reader_;
    TranscriptionAccumulator answer_;
    TranscriptionDelta delta_;
};

TEST_F(TranscriptionStreamTest, JoinsSegments) {
    const std::string head = R"({"id":"transcribe-1","object":"transcription.chunk","created":1,)"
                             R"("model":"w",)";
    ASSERT_TRUE(take(head + R"("choices":[{"delta":{"content":"Hello"}}]})"));
    EXPECT_EQ(delta_.text(), "Hello");
    EXPECT_TRUE(delta_.has_content());
    ASSERT_TRUE(take(head + R"("choices":[{"delta":{"content":" you"},"finish_reason":"stop",)"
                            R"("stop_reason":null}]})"));
    EXPECT_EQ(delta_.finish_reason(), FinishReason::stop);
    ASSERT_TRUE(take(head + R"("choices":[{"delta":{"content":" \u00e9"},)"
                            R"("finish_reason":"length"}],"new":{}})"));
    ASSERT_TRUE(take(head + R"("choices":[],"usage":{"prompt_tokens":3,"total_tokens":5,)"
                            R"("completion_tokens":2}})"));
    EXPECT_FALSE(answer_.all_finished());
    const TranscriptionReply reply = std::move(answer_).finish();
    EXPECT_EQ(reply.text, "Hello you \xC3\xA9");
    EXPECT_EQ(reply.id, "transcribe-1");
    EXPECT_EQ(reply.model, "w");
    EXPECT_EQ(reply.finish_reasons,
              (std::vector<FinishReason>{FinishReason::stop, FinishReason::length}));
    EXPECT_EQ(reply.usage->completion_tokens, 2);
}

TEST_F(TranscriptionStreamTest, ErrorEventIsAnErrorAndNeverText) {
    const auto error = take(R"({"error":{"message":"boom","type":"InternalServerError",)"
                            R"("param":null,"code":500}})");
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error().kind, ErrorKind::stream);
    EXPECT_EQ(answer_.partial_text(), std::vector<std::string>{""});
}

TEST_F(TranscriptionStreamTest, BrokenEventIsADecodeError) {
    EXPECT_EQ(take(R"({"choices":[{"delta":{"content":3}}]})").error().kind, ErrorKind::decode);
    EXPECT_EQ(take(R"({"choices":7})").error().kind, ErrorKind::decode);
}

}  // namespace
}  // namespace vllm_client::wire

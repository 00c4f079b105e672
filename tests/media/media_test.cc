// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/media.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace vllm_client {
namespace {

using namespace std::string_literals;

// The first bytes of real files, which is what they are known by.
const std::string png =
    "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xDE"s;
const std::string jpeg = "\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"s;
const std::string wav = "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80>\0\0\0}\0\0\x02\0\x10\0"s;
const std::string flac = "fLaC\0\0\0\x22\x10\0\x10\0"s;
const std::string mp4 =
    "\0\0\0\x18"
    "ftypmp42\0\0\0\0mp42isom"s;

FileSource file(const std::string& bytes) {
    return FileSource::from_memory(bytes, "x");
}

TEST(MimeType, IsToldByTheBytes) {
    EXPECT_EQ(mime_type_of(png).value(), "image/png");
    EXPECT_EQ(mime_type_of(jpeg).value(), "image/jpeg");
    EXPECT_EQ(mime_type_of(wav).value(), "audio/x-wav");
    EXPECT_EQ(mime_type_of(mp4).value(), "video/mp4");
    EXPECT_EQ(mime_type_of("just words\n").value(), "text/plain");
}

TEST(MimeType, AnyThreadMayAsk) {
    std::vector<std::jthread> threads;
    std::array<std::string, 8> found;
    for (std::string& type : found)
        threads.emplace_back([&type] { type = mime_type_of(png).value(); });
    threads.clear();
    for (const std::string& type : found)
        EXPECT_EQ(type, "image/png");
}

TEST(ImagePart, CarriesTheFile) {
    const auto part = image_part(file(png), {.detail = "low", .uuid = "u1"});
    ASSERT_TRUE(part);
    EXPECT_EQ(part->kind, ContentPart::Kind::image_url);
    EXPECT_EQ(part->value, "data:image/png;base64," + base64_text(png));
    EXPECT_EQ(part->detail, "low");
    EXPECT_EQ(part->uuid, "u1");
}

TEST(ImagePart, GivenTypeIsNotQuestioned) {
    EXPECT_TRUE(image_part(file("?"), {.mime = "image/webp"})
                    .value()
                    .value.starts_with("data:image/webp;base64,"));
}

TEST(ImagePart, OtherFilesAreRefused) {
    for (const std::string& bytes : {wav, mp4, "words"s, ""s}) {
        const auto part = image_part(file(bytes));
        ASSERT_FALSE(part);
        EXPECT_EQ(part.error().kind, ErrorKind::config);
    }
    EXPECT_FALSE(image_part(file(png), {.mime = "image/"}));
    EXPECT_FALSE(image_part(file(png), {.mime = "imagepng"}));
}

TEST(ImagePart, LargeFilesAreRefusedBeforeAnythingIsSent) {
    EXPECT_EQ(image_part(file(png), {.max_bytes = 8}).error().kind, ErrorKind::limit);
    EXPECT_EQ(image_part({}).error().kind, ErrorKind::config);
}

TEST(AudioPart, NamesTheFormatAsServersDo) {
    const auto part = audio_part(file(wav));
    ASSERT_TRUE(part);
    EXPECT_EQ(part->kind, ContentPart::Kind::input_audio);
    EXPECT_EQ(part->format, "wav");
    EXPECT_EQ(part->value, base64_text(wav));
    EXPECT_EQ(audio_part(file(flac)).value().format, "flac");
    EXPECT_EQ(audio_part(file("?"), {.mime = "audio/mpeg"}).value().format, "mp3");
    EXPECT_FALSE(audio_part(file(png)));
}

TEST(VideoPart, CarriesTheFile) {
    const auto part = video_part(file(mp4), {.uuid = "v"});
    ASSERT_TRUE(part);
    EXPECT_EQ(part->kind, ContentPart::Kind::video_url);
    EXPECT_TRUE(part->value.starts_with("data:video/mp4;base64,"));
    EXPECT_FALSE(video_part(file(png)));
}

TEST(DataUrl, NeedsNoComponent) {
    EXPECT_EQ(data_url("text/plain", "foo"), "data:text/plain;base64,Zm9v");
}

}  // namespace
}  // namespace vllm_client

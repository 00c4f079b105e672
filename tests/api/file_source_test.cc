// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/file_source.h"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "support/temporary_directory.h"

namespace vllm_client {
namespace {

TEST(FileSource, ReadsMemory) {
    const auto source = FileSource::from_memory("abc", "a.wav");
    EXPECT_EQ(source.name(), "a.wav");
    EXPECT_EQ(source.read(3).value(), "abc");
    EXPECT_EQ(source.read(2).error().kind, ErrorKind::limit);
}

TEST(FileSource, ReadsFilesAndTakesTheirName) {
    const support::TemporaryDirectory folder;
    const std::string path = (folder.path() / "speech.wav").string();
    std::ofstream(path, std::ios::binary) << std::string("RI\0FF", 5);
    const auto source = FileSource::from_path(path);
    EXPECT_EQ(source.name(), "speech.wav");
    EXPECT_EQ(source.read(100).value(), std::string("RI\0FF", 5));
    EXPECT_EQ(source.read(4).error().kind, ErrorKind::limit);
    EXPECT_EQ(FileSource::from_path(path, "other").name(), "other");
}

TEST(FileSource, MissingFileIsAConfigError) {
    const auto bytes = FileSource::from_path("/nowhere/at/all").read(100);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().kind, ErrorKind::config);
    EXPECT_EQ(FileSource().read(1).error().message, "file: is not set");
}

TEST(FileSource, ReadsPiecesUntilNoneComes) {
    int pieces = 0;
    const auto source = FileSource::from_reader(
        [&pieces](std::size_t) -> Result<std::string> {
            return ++pieces > 3 ? std::string() : std::string("ab");
        },
        "a");
    EXPECT_EQ(source.read(6).value(), "ababab");
}

TEST(FileSource, ReaderCannotPassTheLimit) {
    std::size_t given = 0;
    const auto endless = FileSource::from_reader(
        [&given](std::size_t at_most) -> Result<std::string> {
            given += at_most;
            return std::string(at_most, 'x');
        },
        "a");
    EXPECT_EQ(endless.read(1'000'000).error().kind, ErrorKind::limit);
    EXPECT_EQ(given, 1'000'001U);
}

TEST(FileSource, ReadersErrorsComeThrough) {
    const auto failing = FileSource::from_reader(
        [](std::size_t) -> Result<std::string> {
            return Error{.kind = ErrorKind::resource, .message = "device gone"};
        },
        "a");
    EXPECT_EQ(failing.read(9).error().message, "device gone");
    const auto throwing = FileSource::from_reader(
        [](std::size_t) -> Result<std::string> { throw std::runtime_error("no"); }, "a");
    EXPECT_EQ(throwing.read(9).error().message, "file: its reader threw an exception");
    EXPECT_EQ(FileSource::from_reader({}, "a").read(9).error().kind, ErrorKind::config);
}

}  // namespace
}  // namespace vllm_client

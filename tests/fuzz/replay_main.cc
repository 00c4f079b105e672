// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files and folders named on the command line, each whole and cut at
// every tenth of its length. Fails if it finds no file.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void replay(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(stream), {});
    constexpr std::size_t parts = 10;
    for (std::size_t part = 1; part <= parts; ++part)
        run(bytes.substr(0, bytes.size() * part / parts));
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    run({});
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file()) continue;
            replay(entry.path());
            ++files;
        }
    }
    std::printf("%zu seeds replayed\n", files);
    return files == 0 ? 1 : 0;
}

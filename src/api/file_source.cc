// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/file_source.h"

#include <algorithm>
#include <new>

#include "api/file_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

constexpr std::size_t piece_bytes = 256UL * 1024;

Error refused(ErrorKind kind, std::string message) {
    return Error{.kind = kind, .message = std::move(message), .phase = Phase::validate};
}

Error too_large(std::size_t most) {
    return refused(ErrorKind::limit, "file: larger than " + std::to_string(most) + " bytes");
}

Result<std::string> read_pieces(const FileSource::Reader& reader, std::size_t most) {
    std::string bytes;
    for (;;) {
        // One more than allowed shows that there is more.
        const std::size_t room = std::min(piece_bytes, most - bytes.size() + 1);
        Result<std::string> piece = reader(room);
        if (!piece) return piece;
        if (piece->empty()) return bytes;
        bytes += *piece;
        if (bytes.size() > most) return too_large(most);
    }
}

}  // namespace

FileSource FileSource::from_path(std::string path, std::string name) {
    if (name.empty()) name = path.substr(path.find_last_of('/') + 1);
    return {Path{std::move(path)}, std::move(name)};
}

FileSource FileSource::from_memory(std::string bytes, std::string name) {
    return {std::move(bytes), std::move(name)};
}

FileSource FileSource::from_reader(Reader reader, std::string name) {
    return {std::move(reader), std::move(name)};
}

Result<std::string> FileSource::read(std::size_t most) const {
    try {
        if (const auto* path = std::get_if<Path>(&source_)) {
            return api::read_file(path->path, most, "file", ErrorKind::limit);
        }
        if (const auto* bytes = std::get_if<std::string>(&source_)) {
            if (bytes->size() > most) return too_large(most);
            return *bytes;
        }
        const auto* reader = std::get_if<Reader>(&source_);
        if (reader && *reader) return read_pieces(*reader, most);
        return refused(ErrorKind::config, "file: is not set");
    } catch (const std::bad_alloc&) {
        return refused(ErrorKind::resource, "file: not enough memory to hold it");
    } catch (...) {
        return refused(ErrorKind::config, "file: its reader threw an exception");
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

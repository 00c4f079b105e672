// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/media.h"

#include <magic.h>

#include <memory>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

struct MagicCloser {
    void operator()(magic_t cookie) const noexcept { magic_close(cookie); }
};
// A cookie must not be used by two threads, so each look has its own.
using MagicCookie = std::unique_ptr<std::remove_pointer_t<magic_t>, MagicCloser>;

Error refused(ErrorKind kind, std::string message) {
    return Error{.kind = kind, .message = std::move(message), .phase = Phase::validate};
}

/// A file and what it is.
struct Media {
    std::string bytes;
    std::string mime;
};

// Reads the file; `family` is the first half of the type it must have.
Result<Media> read_media(const FileSource& file, const MediaOptions& options,
                         std::string_view family) {
    Result<std::string> bytes = file.read(options.max_bytes);
    if (!bytes) return std::move(bytes).error();
    Media media{.bytes = *std::move(bytes), .mime = options.mime};
    if (media.mime.empty()) {
        Result<std::string> found = mime_type_of(media.bytes);
        if (!found) return std::move(found).error();
        media.mime = *std::move(found);
    }
    const std::size_t length = family.size();
    if (media.mime.compare(0, length, family) != 0 || media.mime.size() <= length + 1 ||
        media.mime[length] != '/') {
        return refused(ErrorKind::config,
                       "file: is " + media.mime + ", not " + std::string(family) + "/...");
    }
    return media;
}

// The name that servers know the format by: "audio/x-wav" is "wav".
std::string audio_format(std::string_view mime) {
    std::string_view name = mime.substr(mime.find('/') + 1);
    if (name.starts_with("x-")) name.remove_prefix(2);
    if (name == "mpeg") return "mp3";
    if (name == "vnd.wave") return "wav";
    if (name == "mp4") return "m4a";
    return std::string(name);
}

}  // namespace

Result<std::string> mime_type_of(std::string_view bytes) {
    const MagicCookie cookie(magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR));
    if (!cookie || magic_load(cookie.get(), nullptr) != 0) {
        const char* const why = cookie ? magic_error(cookie.get()) : nullptr;
        return refused(ErrorKind::resource,
                       std::string("libmagic cannot load its database: ") + (why ? why : "?"));
    }
    const char* const type = magic_buffer(cookie.get(), bytes.data(), bytes.size());
    return std::string(type ? type : "application/octet-stream");
}

Result<ContentPart> image_part(const FileSource& file, const MediaOptions& options) {
    auto media = read_media(file, options, "image");
    if (!media) return std::move(media).error();
    ContentPart part = image_url(data_url(media->mime, media->bytes), options.detail);
    part.uuid = options.uuid;
    return part;
}

Result<ContentPart> audio_part(const FileSource& file, const MediaOptions& options) {
    auto media = read_media(file, options, "audio");
    if (!media) return std::move(media).error();
    ContentPart part = input_audio(base64_text(media->bytes), audio_format(media->mime));
    part.uuid = options.uuid;
    return part;
}

Result<ContentPart> video_part(const FileSource& file, const MediaOptions& options) {
    auto media = read_media(file, options, "video");
    if (!media) return std::move(media).error();
    ContentPart part = video_url(data_url(media->mime, media->bytes));
    part.uuid = options.uuid;
    return part;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

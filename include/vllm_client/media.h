// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vllm_client/export.h"
#include "vllm_client/file_source.h"
#include "vllm_client/message.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

// Component Media: images, audio and video from files or memory as parts of a message. What kind of
// file it is, libmagic tells from the bytes. Media by URL need no component: see image_url().
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// How a file becomes a part.
struct MediaOptions {
    std::string mime{};  ///< e.g. "image/png"; empty: found out from the bytes.
    /// Larger files are refused (`limit`) before anything is sent.
    std::size_t max_bytes{256UL * 1024 * 1024};
    std::string detail{};  ///< Images: "low", "high" or "auto"; empty: left out.
    std::string uuid{};    ///< Stable id for the server's media cache; empty: left out.
};

/// MIME type of a file with these bytes, e.g. "image/png"; "application/octet-stream" if unknown.
/// `resource` error if libmagic's database cannot be loaded. Thread-safe. Cost: about a millisecond
/// for the database, which is loaded each time.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<std::string> mime_type_of(std::string_view bytes);

/// An image as a part of a message, carried inside the request as base64. Errors: those of
/// FileSource::read(); `config` if it is no image. Cost: the file is read whole, and becomes a
/// third larger in the request.
///
///     auto photo = image_part(FileSource::from_path("cat.jpg"));
///     if (!photo) return photo.error();
///     client.chat({.messages = {user({text_part("What is this?"), *photo})}});
[[nodiscard]] VLLM_CLIENT_EXPORT Result<ContentPart> image_part(const FileSource& file,
                                                                const MediaOptions& options = {});
/// The same for speech or music (`input_audio`).
[[nodiscard]] VLLM_CLIENT_EXPORT Result<ContentPart> audio_part(const FileSource& file,
                                                                const MediaOptions& options = {});
/// The same for a video (`video_url`).
[[nodiscard]] VLLM_CLIENT_EXPORT Result<ContentPart> video_part(const FileSource& file,
                                                                const MediaOptions& options = {});

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#include "wire/multipart.h"

#include <simdjson.h>

#include <algorithm>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

constexpr std::string_view line_end = "\r\n";

// Whatever would end the quoted text, as browsers write it.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "%22";
                break;
            case '\r':
                out += "%0D";
                break;
            case '\n':
                out += "%0A";
                break;
            default:
                out += c;
        }
    }
    return out + '"';
}

std::string boundary_for(const std::vector<FormPart>& parts, std::string_view seed) {
    std::string boundary = "vllm-client-";
    boundary += seed;
    const auto occurs = [&boundary](const FormPart& part) {
        return part.value.find(boundary) != std::string::npos;
    };
    // Each part that contains it makes it longer, so that this ends.
    while (std::any_of(parts.begin(), parts.end(), occurs))
        boundary += 'x';
    return boundary;
}

std::string head_of(const FormPart& part) {
    std::string head = "Content-Disposition: form-data; name=" + in_quotes(part.name);
    if (part.is_file) {
        head += "; filename=" + in_quotes(part.file_name);
        head += "\r\nContent-Type: application/octet-stream";
    }
    return head + "\r\n\r\n";
}

}  // namespace

Result<MultipartBody> write_multipart(const std::vector<FormPart>& parts,
                                      std::string_view boundary_seed) {
    for (const FormPart& part : parts) {
        const auto bad = [&part](const char* what) {
            return Error{
                .kind = ErrorKind::config, .message = part.name + what, .phase = Phase::validate};
        };
        if (!simdjson::validate_utf8(part.file_name))
            return bad(": its file name is not valid UTF-8");
        if (!part.is_file && !simdjson::validate_utf8(part.value))
            return bad(" is not valid UTF-8");
    }
    const std::string boundary = boundary_for(parts, boundary_seed);
    std::vector<std::string> heads;
    std::size_t size = boundary.size() + 8;
    for (const FormPart& part : parts) {
        heads.push_back(head_of(part));
        size += heads.back().size() + part.value.size() + boundary.size() + 8;
    }
    MultipartBody body;
    body.content_type = "multipart/form-data; boundary=" + boundary;
    body.bytes.reserve(size);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        body.bytes.append("--").append(boundary).append(line_end);
        body.bytes.append(heads[i]).append(parts[i].value).append(line_end);
    }
    body.bytes.append("--").append(boundary).append("--").append(line_end);
    return body;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/result.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// One part of a form.
struct FormPart {
    std::string name{};
    std::string value{};      ///< The field's text, or the file's bytes.
    bool is_file{false};      ///< Files have a name and a type of their own.
    std::string file_name{};  ///< What the server is told; any text.
};

/// A form written out.
struct MultipartBody {
    std::string content_type{};  ///< With the boundary.
    std::string bytes{};
};

/// Writes a `multipart/form-data` body (RFC 7578; names escaped as browsers do). `boundary_seed` is
/// random text of letters and digits; the boundary made of it occurs in no part. A name or text
/// that is not UTF-8 is a `config` error naming the field. Cost: one copy of every part.
[[nodiscard]] Result<MultipartBody> write_multipart(const std::vector<FormPart>& parts,
                                                    std::string_view boundary_seed);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

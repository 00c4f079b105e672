// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "vllm_client/options.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// `options` with what they leave unset taken from the JSON file that `config_file` names, if it
/// names one. To be called after with_environment(), which may name the file, and wins over it.
///
///     {"endpoints": ["http://a:8000", {"url": "https://b", "name": "b", "api_key": "…"}],
///      "headers": {"X-Team": "search"},
///      "timeouts": {"connect": 2, "total": 90.5},
///      "pool": {"max_connections": 64}, "log_level": "info"}
///
/// Names are those of ClientOptions, times are seconds, enumerators are their names in C++. An
/// option counts as unset while it has its default value, so a program cannot insist on a default
/// against the file; headers are unset name by name. A file that is missing, larger than 1 MiB or
/// not JSON, and names, types and values that are wrong, are `config` errors with the path of the
/// file and of the member. A file is checked as a whole, also where its values are not used.
[[nodiscard]] Result<ClientOptions> with_config_file(ClientOptions options);

/// The options in the text of such a file; `what` names the text in errors.
[[nodiscard]] Result<ClientOptions> read_options_text(std::string json, std::string_view what);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "vllm_client/options.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// The value of an environment variable, or nothing.
using GetVariable = std::function<std::optional<std::string>(const char* name)>;

/// Reads this process's variables. Not while another thread changes them.
[[nodiscard]] GetVariable process_environment();

/// `options` with what they leave unset taken from variables, unless `read_environment` is off. An
/// empty variable counts as unset; of several names the first one set counts:
///
/// | member          | variables                                                                 |
/// |-----------------|---------------------------------------------------------------------------|
/// | endpoints       | VLLM_CLIENT_BASE_URL (several: commas), VLLM_API_URL, VLLM_BASE_URL,      |
/// |                 | OPENAI_BASE_URL                                                           |
/// | api_key         | VLLM_CLIENT_API_KEY, VLLM_CLIENT_API_KEY_FILE, VLLM_API_KEY,              |
/// |                 | OPENAI_API_KEY                                                            |
/// | headers         | OPENAI_ORG_ID, OPENAI_PROJECT_ID, if an endpoint or key came from OPENAI_ |
/// | model           | VLLM_CLIENT_MODEL, VLLM_MODEL                                             |
/// | timeouts.total  | VLLM_CLIENT_TIMEOUT, VLLM_TIMEOUT: seconds, 0 for no limit                |
/// | log_level       | VLLM_CLIENT_LOG; goes to standard error if there is no sink               |
/// | config_file     | VLLM_CLIENT_CONFIG                                                        |
/// | proxy.url       | VLLM_CLIENT_PROXY, unless `proxy.ignore_environment` is set               |
/// | tls.ca_bundle   | VLLM_CLIENT_CA_BUNDLE, SSL_CERT_FILE, CURL_CA_BUNDLE                      |
///
/// `log_level` counts as unset while it has its default value. A bad value is a `config` error
/// naming the variable; no error holds a key or a URL. No other variable is read here.
[[nodiscard]] Result<ClientOptions> with_environment(ClientOptions options, const GetVariable& get);

/// True if the variables that name proxies (`http_proxy`, …) name any. They are asked once, when a
/// client is made: libcurl would read the environment for every request.
[[nodiscard]] bool environment_has_proxy(const GetVariable& get);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "transport/endpoint_address.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// The endpoints of a client, http://localhost:8000 if it names none. Each has the client's
/// headers, its own in the place of those of the same name. Names are unique: two equal names given
/// by the user are an error; names made from URLs get "#2", "#3" and so on where they are taken.
[[nodiscard]] Result<std::vector<transport::EndpointAddress>> read_endpoints(
    const ClientOptions& options);

/// What is allowed but dangerous, as lines for the log: a key sent over plain http to another host,
/// verification turned off. `endpoints` is what read_endpoints() made of `options`.
[[nodiscard]] std::vector<std::string> option_warnings(
    const ClientOptions& options, const std::vector<transport::EndpointAddress>& endpoints);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

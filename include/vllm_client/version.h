// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "vllm_client/export.h"

/// Version of the headers being compiled, as numbers and as text. The inline namespace and the
/// library's SONAME carry major.minor, so two minors can never be mixed up at link time.
#define VLLM_CLIENT_VERSION_MAJOR 0
#define VLLM_CLIENT_VERSION_MINOR 1
#define VLLM_CLIENT_VERSION_PATCH 0
#define VLLM_CLIENT_VERSION_STRING "0.1.0"

/// The inline namespace of this minor version. Write `vllm_client::Name`, never this.
#define VLLM_CLIENT_ABI v0_1

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Version of the library linked at run time, e.g. "0.1.0". Thread-safe, never fails.
[[nodiscard]] VLLM_CLIENT_EXPORT std::string_view library_version() noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

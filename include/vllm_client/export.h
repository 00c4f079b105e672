// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks a symbol as part of the library's binary interface. Everything else is hidden.
#if defined(__GNUC__) || defined(__clang__)
#define VLLM_CLIENT_EXPORT __attribute__((visibility("default")))
#else
#define VLLM_CLIENT_EXPORT
#endif

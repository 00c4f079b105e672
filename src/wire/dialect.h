// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vllm_client/dialect.h"

// Which server it is, from what it answers. Pure functions; see api/identify.h for the asking.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// What a server answered to one GET.
struct ProbeAnswer {
    std::string path{};
    int status{0};
    std::string headers{};  ///< One "Name: value" a line.
    std::string body{};
};

/// The path worth asking next, or nothing once the answers decide it or there is nothing left to
/// ask. Begins with `/v1/models` and `/version`; asks the others only as long as it is undecided.
[[nodiscard]] std::optional<std::string_view> next_probe(std::span<const ProbeAnswer> seen);

/// What the answers say: `automatic` if none of them is of an OpenAI-style server, `openai` if they
/// fit no server in particular.
[[nodiscard]] ServerIdentity read_identity(std::span<const ProbeAnswer> seen);

/// The version in the body of what dialect_path() gives for "version": `version`, `release` or
/// `build_info`; empty if there is none.
[[nodiscard]] std::string read_version_of(std::string_view body);

/// The dialect called so in config files.
[[nodiscard]] std::optional<Dialect> dialect_named(std::string_view name) noexcept;

/// A version's numbers, as far as they go: "0.10.2rc1+cu12" is {0, 10, 2}. Missing ones are 0;
/// nothing if the text does not begin with a number (a leading "v" is skipped).
using VersionNumbers = std::array<int, 3>;
[[nodiscard]] std::optional<VersionNumbers> version_numbers(std::string_view version) noexcept;

/// True if the version is known and below `bound`.
[[nodiscard]] bool is_below(const ServerIdentity& identity, VersionNumbers bound) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

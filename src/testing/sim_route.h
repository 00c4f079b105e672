// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "testing/sim_http.h"
#include "testing/sim_state.h"
#include "vllm_client/testing/sim_options.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// One request on its way into a route.
struct Exchange {
    Workplace& place;
    const HttpRequest& http;
    ResponseSink& sink;
    std::string_view name{};  ///< What stands in the path where the row has `{}`.
};

/// Answers into the sink at once, or later by the call that is returned. Throws ApiFailure.
using RouteHandler = std::unique_ptr<Call> (*)(const Exchange&);

/// The methods of a route, as bits.
enum : std::uint8_t { method_get = 1, method_post = 2, method_delete = 4 };

/// A route of the server.
struct RouteRow {
    std::string_view path{};  ///< At most one `{}` stands for any text without a slash.
    std::uint8_t methods{method_post};
    bool (*mounted)(const SimOptions&){nullptr};  ///< Null: always there.
    RouteHandler handler{nullptr};
    bool measured{true};  ///< Appears in `http_requests_total`.
};

/// All routes, the busiest first. A route is known by its position here.
[[nodiscard]] std::span<const RouteRow> route_table() noexcept;

/// Where figures of requests without a route stand: one after the last route.
[[nodiscard]] std::size_t no_route() noexcept;

/// A route that was found, and what stands for `{}`.
struct RouteMatch {
    std::size_t route{0};
    std::string_view name{};
};

/// The route of a path; no_route() if there is none or it is not mounted.
[[nodiscard]] RouteMatch find_route(std::string_view path, const SimOptions& options) noexcept;

/// The path of a route as its figures are called; "none" for no_route().
[[nodiscard]] std::string_view path_of(std::size_t route) noexcept;

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

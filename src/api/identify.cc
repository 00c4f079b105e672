// SPDX-License-Identifier: Apache-2.0
#include "api/identify.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/client_core.h"
#include "api/families.h"
#include "wire/dialect.h"
#include "wire/dialect_routes.h"
#include "wire/error_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

Result<wire::ProbeAnswer> probe(ClientCore& core, std::string_view path,
                                const CallOptions& options) {
    auto reply = raw(core, {.path = std::string(path)}, CallOptions(options)).get();
    if (!reply) return std::move(reply).error();
    return wire::ProbeAnswer{.path = std::string(path),
                             .status = reply->status,
                             .headers = std::move(reply->headers),
                             .body = std::move(reply->body)};
}

// Why nothing is known: what the list of models was answered with.
Error unknown_server(const std::vector<wire::ProbeAnswer>& seen, const std::string& endpoint) {
    const wire::ProbeAnswer& models = seen.front();
    const bool refused = models.status < 200 || models.status >= 300;
    Error error = refused ? wire::http_error(models.status, models.body)
                          : Error{.kind = ErrorKind::decode,
                                  .message = "the answer to /v1/models is no list of models",
                                  .reach = Reach::executed,
                                  .phase = Phase::decode,
                                  .http_status = models.status};
    error.endpoint = endpoint;
    return error;
}

// What the options say stands; only a version that they leave open is asked for.
Result<ServerIdentity> complete(ClientCore& core, ServerIdentity given,
                                const CallOptions& options) {
    if (!given.version.empty()) return given;
    auto answer = probe(core, wire::dialect_path(given.dialect, "version", "/version"), options);
    if (!answer) return std::move(answer).error();
    if (answer->status == 200) given.version = wire::read_version_of(answer->body);
    return given;
}

Result<ServerIdentity> find_out(ClientCore& core, const CallOptions& options) {
    std::vector<wire::ProbeAnswer> seen;
    while (const auto path = wire::next_probe(seen)) {
        auto answer = probe(core, *path, options);
        if (!answer) return std::move(answer).error();
        seen.push_back(*std::move(answer));
    }
    ServerIdentity identity = wire::read_identity(seen);
    if (identity.dialect == Dialect::automatic) return unknown_server(seen, options.endpoint);
    return identity;
}

}  // namespace

Result<ServerIdentity> identify(ClientCore& core, const std::string& endpoint,
                                const std::stop_token& stop) {
    if (auto status = core.status(); !status) return status.error();
    if (!detail::may_block_here()) return detail::would_deadlock();
    const auto index = core.dispatcher().find_endpoint(endpoint);
    if (!index) return index.error();
    const CallOptions options{.endpoint = core.dispatcher().endpoint_name(*index), .stop = stop};
    const ServerIdentity& given = core.dispatcher().configured_server(*index);
    auto identity = given.dialect == Dialect::automatic ? find_out(core, options)
                                                        : complete(core, given, options);
    if (!identity) return identity;
    // That nothing was recognised is no reason to treat a server differently than before.
    const bool is_guess =
        given.dialect == Dialect::automatic && identity->dialect == Dialect::openai;
    core.dialects().remember(*index, is_guess ? ServerIdentity{} : *identity);
    return identity;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

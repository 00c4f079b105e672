// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/sim_route.h"
#include "testing/sim_state.h"
#include "testing/sim_tensor.h"
#include "testing/sim_vocabulary.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// The routes that take `input` or `messages`.
enum class PoolingRoute : std::uint8_t { embeddings, pooling, classify };

/// A request of one of them that has been read, checked and defaulted.
struct PoolingRequest {
    std::string model{};
    std::string id{};    ///< With its prefix.
    std::string task{};  ///< "embed", "token_embed", "classify" or "token_classify".
    std::vector<std::vector<TokenId>> inputs{};
    TensorForm form{};
    int dimensions{0};
    bool activated{true};  ///< `use_activation`: vectors of length one, probabilities.
    SimFault fault{};
};

/// Throws ApiFailure.
[[nodiscard]] PoolingRequest read_pooling_request(const nlohmann::json& body, PoolingRoute route,
                                                  const ServerState& server);

/// The model to use; throws ApiFailure with fewer words than the generation routes have.
[[nodiscard]] std::string pooling_model(const std::string& name, const ServerState& server);

/// Gives a request its id, and the fault that is set for it. Throws ApiFailure if that is a status.
[[nodiscard]] std::string begin_pooling(const Exchange& exchange, const nlohmann::json& body,
                                        std::string_view prefix, std::string_view model,
                                        SimFault& fault);

/// Cuts to `truncate_prompt_tokens`, from the end that `truncation_side` names.
class Truncation {
 public:
    Truncation(FieldReader& fields, const SimOptions& options);
    /// Throws ApiFailure if it asks for more than the context.
    void check() const;
    void cut(std::vector<TokenId>& tokens) const;

 private:
    std::int64_t context_;
    std::optional<std::int64_t> most_;
    bool left_;
};

/// `"usage":{…}` without a completion.
void append_pooling_usage(std::string& out, std::size_t tokens);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

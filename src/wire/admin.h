// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/admin_calls.h"
#include "vllm_client/lora.h"
#include "vllm_client/result.h"

// Bodies and answers of operator routes.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

[[nodiscard]] Result<std::string> write_abort_request(const std::vector<std::string>& ids);
[[nodiscard]] Result<std::string> write_collective_rpc(const CollectiveRpcRequest& request);
[[nodiscard]] Result<std::string> write_profile_request(const ProfileRequest& request);
[[nodiscard]] Result<std::string> write_scale_request(const ScaleRequest& request);
[[nodiscard]] Result<std::string> write_fault_tolerance(const std::string& instruction,
                                                        const JsonText& params);
/// The body as it is, checked; absent: none.
[[nodiscard]] Result<std::string> write_weight_step(const JsonText& body);
[[nodiscard]] Result<std::string> write_lora_load(const LoraAdapter& adapter);
[[nodiscard]] Result<std::string> write_lora_unload(const LoraRemoval& removal);

[[nodiscard]] std::string_view name_of(DrainMode mode) noexcept;
[[nodiscard]] std::string_view name_of(WeightStep step) noexcept;

/// Takes any body; see AdminReply::json.
[[nodiscard]] Result<AdminReply> read_admin_reply(std::string_view padded_body);
/// The member whose name begins with "is_": `{"is_sleeping":true}`.
[[nodiscard]] Result<StateReply> read_state_reply(std::string_view padded_body);
/// `{"success":…}`; older servers answer with an empty body.
[[nodiscard]] Result<ResetReply> read_reset_reply(std::string_view padded_body);
[[nodiscard]] Result<AbortReply> read_abort_reply(std::string_view padded_body);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

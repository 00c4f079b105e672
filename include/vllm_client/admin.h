// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vllm_client/admin_calls.h"
#include "vllm_client/call.h"
#include "vllm_client/export.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
}

/// Operator routes: `client.admin().sleep()`. Most exist only on a vLLM started with
/// `VLLM_SERVER_DEV_MODE=1`; what a server does not offer gives `unsupported`, and the message
/// names the switch. None of them is guarded by the API key: keep such servers away from strangers.
/// With several endpoints, name the one meant in CallOptions::endpoint. Cheap to copy, thread-safe,
/// may outlive the client (calls then give `closed`).
class VLLM_CLIENT_EXPORT Admin {
 public:
    /// Puts the engine to sleep, freeing the GPU; `/health` stays 200, calls wait until wake_up().
    /// Needs
    /// `--enable-sleep-mode`. Source: `POST /sleep`.
    [[nodiscard]] Call<AdminReply> sleep_async(SleepRequest request = {},
                                               CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> sleep(SleepRequest request = {},
                                           CallOptions options = {}) const {
        return sleep_async(std::move(request), std::move(options)).get();
    }
    /// Wakes it, in parts if `tags` names some ("weights", "kv_cache"). Source: `POST /wake_up`.
    [[nodiscard]] Call<AdminReply> wake_up_async(std::vector<std::string> tags = {},
                                                 CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> wake_up(std::vector<std::string> tags = {},
                                             CallOptions options = {}) const {
        return wake_up_async(std::move(tags), std::move(options)).get();
    }
    /// Source: `GET /is_sleeping`.
    [[nodiscard]] Call<StateReply> is_sleeping_async(CallOptions options = {}) const;
    [[nodiscard]] Result<StateReply> is_sleeping(CallOptions options = {}) const {
        return is_sleeping_async(std::move(options)).get();
    }
    /// Stops the scheduling of requests. Source: `POST /pause`.
    [[nodiscard]] Call<AdminReply> pause_async(PauseRequest request = {},
                                               CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> pause(PauseRequest request = {},
                                           CallOptions options = {}) const {
        return pause_async(request, std::move(options)).get();
    }
    /// Source: `POST /resume`.
    [[nodiscard]] Call<AdminReply> resume_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> resume(CallOptions options = {}) const {
        return resume_async(std::move(options)).get();
    }
    /// Source: `GET /is_paused`.
    [[nodiscard]] Call<StateReply> is_paused_async(CallOptions options = {}) const;
    [[nodiscard]] Result<StateReply> is_paused(CallOptions options = {}) const {
        return is_paused_async(std::move(options)).get();
    }
    /// Forgets cached prefixes; look at ResetReply::success. Source: `POST /reset_prefix_cache`.
    [[nodiscard]] Call<ResetReply> reset_prefix_cache_async(ResetPrefixCacheRequest request = {},
                                                            CallOptions options = {}) const;
    [[nodiscard]] Result<ResetReply> reset_prefix_cache(ResetPrefixCacheRequest request = {},
                                                        CallOptions options = {}) const {
        return reset_prefix_cache_async(request, std::move(options)).get();
    }
    /// Forgets cached media. Source: `POST /reset_mm_cache`.
    [[nodiscard]] Call<AdminReply> reset_mm_cache_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> reset_mm_cache(CallOptions options = {}) const {
        return reset_mm_cache_async(std::move(options)).get();
    }
    /// Source: `POST /reset_encoder_cache`.
    [[nodiscard]] Call<AdminReply> reset_encoder_cache_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> reset_encoder_cache(CallOptions options = {}) const {
        return reset_encoder_cache_async(std::move(options)).get();
    }
    /// Gives the KV cache's memory back; only while paused. Source: `POST
    /// /release_kv_cache_memory`.
    [[nodiscard]] Call<AdminReply> release_kv_cache_memory_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> release_kv_cache_memory(CallOptions options = {}) const {
        return release_kv_cache_memory_async(std::move(options)).get();
    }
    /// Ends requests by their engine ids (e.g. "chatcmpl-" + request id; completions: "cmpl-" +
    /// request id + "-0"). No ids: all of them. Source: `POST /abort_requests`.
    [[nodiscard]] Call<AbortReply> abort_requests_async(std::vector<std::string> ids = {},
                                                        CallOptions options = {}) const;
    [[nodiscard]] Result<AbortReply> abort_requests(std::vector<std::string> ids = {},
                                                    CallOptions options = {}) const {
        return abort_requests_async(std::move(ids), std::move(options)).get();
    }
    /// Configuration and environment of the server. Source: `GET /server_info`.
    [[nodiscard]] Call<AdminReply> server_info_async(
        ServerInfoFormat format = ServerInfoFormat::text, CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> server_info(ServerInfoFormat format = ServerInfoFormat::text,
                                                 CallOptions options = {}) const {
        return server_info_async(format, std::move(options)).get();
    }
    /// Source: `POST /collective_rpc`.
    [[nodiscard]] Call<AdminReply> collective_rpc_async(CollectiveRpcRequest request,
                                                        CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> collective_rpc(CollectiveRpcRequest request,
                                                    CallOptions options = {}) const {
        return collective_rpc_async(std::move(request), std::move(options)).get();
    }
    /// Needs a server started with a profiler. Source: `POST /start_profile`.
    [[nodiscard]] Call<AdminReply> start_profile_async(ProfileRequest request = {},
                                                       CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> start_profile(ProfileRequest request = {},
                                                   CallOptions options = {}) const {
        return start_profile_async(std::move(request), std::move(options)).get();
    }
    /// Source: `POST /stop_profile`.
    [[nodiscard]] Call<AdminReply> stop_profile_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> stop_profile(CallOptions options = {}) const {
        return stop_profile_async(std::move(options)).get();
    }
    /// Changes the number of data-parallel engines. Source: `POST /scale_elastic_ep`.
    [[nodiscard]] Call<AdminReply> scale_elastic_ep_async(ScaleRequest request,
                                                          CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> scale_elastic_ep(ScaleRequest request,
                                                      CallOptions options = {}) const {
        return scale_elastic_ep_async(request, std::move(options)).get();
    }
    /// Source: `POST /is_scaling_elastic_ep`.
    [[nodiscard]] Call<StateReply> is_scaling_elastic_ep_async(CallOptions options = {}) const;
    [[nodiscard]] Result<StateReply> is_scaling_elastic_ep(CallOptions options = {}) const {
        return is_scaling_elastic_ep_async(std::move(options)).get();
    }
    /// Needs `--enable-fault-tolerance`. Source: `POST /fault_tolerance/apply`.
    [[nodiscard]] Call<AdminReply> apply_fault_tolerance_async(std::string instruction,
                                                               JsonText params = {},
                                                               CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> apply_fault_tolerance(std::string instruction,
                                                           JsonText params = {},
                                                           CallOptions options = {}) const {
        return apply_fault_tolerance_async(std::move(instruction), std::move(params),
                                           std::move(options))
            .get();
    }
    /// Source: `GET /fault_tolerance/status`.
    [[nodiscard]] Call<AdminReply> fault_tolerance_status_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> fault_tolerance_status(CallOptions options = {}) const {
        return fault_tolerance_status_async(std::move(options)).get();
    }
    /// Where KV-cache events are published, by data-parallel rank. Source: `GET /kv_event_sources`.
    [[nodiscard]] Call<AdminReply> kv_event_sources_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> kv_event_sources(CallOptions options = {}) const {
        return kv_event_sources_async(std::move(options)).get();
    }
    /// One step of a weight transfer; `body` is its JSON object. Source: `POST
    /// /init_weight_transfer_engine`,
    /// `/update_weights` and so on: the step's name is the path.
    [[nodiscard]] Call<AdminReply> transfer_weights_async(WeightStep step, JsonText body = {},
                                                          CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> transfer_weights(WeightStep step, JsonText body = {},
                                                      CallOptions options = {}) const {
        return transfer_weights_async(step, std::move(body), std::move(options)).get();
    }
    /// Source: `GET /weight_info`.
    [[nodiscard]] Call<AdminReply> weight_info_async(CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> weight_info(CallOptions options = {}) const {
        return weight_info_async(std::move(options)).get();
    }
    /// Workers that weights must reach. Source: `GET /get_world_size`.
    [[nodiscard]] Call<AdminReply> world_size_async(WorldSizeRequest request = {},
                                                    CallOptions options = {}) const;
    [[nodiscard]] Result<AdminReply> world_size(WorldSizeRequest request = {},
                                                CallOptions options = {}) const {
        return world_size_async(request, std::move(options)).get();
    }
    /// Always `unsupported`, without asking the server: vLLM quantises weights when it starts. The
    /// message names the switch; see server_args_for().
    [[nodiscard]] Result<void> quantize(const std::string& method) const;

 private:
    friend class VllmClient;
    explicit Admin(std::shared_ptr<api::ClientCore> core) : core_(std::move(core)) {}

    std::shared_ptr<api::ClientCore> core_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

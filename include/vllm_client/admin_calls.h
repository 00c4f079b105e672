// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vllm_client/json_text.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/version.h"

// What operator routes take and give; see Admin.
namespace vllm_client::inline VLLM_CLIENT_ABI {

/// What becomes of requests in flight when a server is put to sleep or paused.
enum class DrainMode : std::uint8_t {
    abort,  ///< They end as aborted.
    wait,   ///< They are finished first.
    keep,   ///< They stay, and go on afterwards.
};

/// Source: `POST /sleep`.
struct SleepRequest {
    int level{1};  ///< 0 pauses; 1 moves weights to host memory; 2 drops them.
    DrainMode mode{DrainMode::abort};
};

/// Source: `POST /pause`.
struct PauseRequest {
    DrainMode mode{DrainMode::abort};
    bool clear_cache{true};
};

/// Source: `POST /reset_prefix_cache`.
struct ResetPrefixCacheRequest {
    bool reset_running_requests{false};  ///< Preempt what runs, so that all blocks can go.
    bool reset_external{false};          ///< The external cache too.
};

/// Form of the configuration in server_info().
enum class ServerInfoFormat : std::uint8_t { text, json };

/// Source: `POST /collective_rpc`: calls a method of every worker.
struct CollectiveRpcRequest {
    std::string method{};  ///< Required.
    JsonText args{};       ///< Array.
    JsonText kwargs{};     ///< Object.
    std::optional<std::chrono::milliseconds> timeout{};
};

/// Source: `POST /start_profile`.
struct ProfileRequest {
    std::string profile_prefix{};
    std::optional<std::int64_t> delay_iterations{};
    std::optional<std::int64_t> max_iterations{};
};

/// Source: `POST /scale_elastic_ep`.
struct ScaleRequest {
    std::int64_t new_data_parallel_size{0};       ///< Required, ≥ 1.
    std::optional<std::int64_t> drain_timeout{};  ///< Seconds; the server's default is 120.
};

/// Source: `GET /get_world_size`.
struct WorldSizeRequest {
    bool include_dp{true};  ///< Count the engines of every data-parallel rank.
};

/// Steps of a weight transfer, as reinforcement learning uses them.
enum class WeightStep : std::uint8_t {
    init_weight_transfer_engine,
    start_weight_update,
    start_draft_weight_update,
    update_weights,
    finish_weight_update,
    update_weight_version,
    shutdown_weight_transfer_engine,
    weight_checker,
};

/// The answer of an operator route that has no type of its own here.
struct AdminReply {
    JsonText json{};  ///< Absent if the body is empty, as it often is, or no JSON.
    RawReply raw{};
};

/// Yes or no.
struct StateReply {
    bool active{false};
    RawReply raw{};
};

/// Answer of reset_prefix_cache(). The server answers 200 even when it has not reset anything.
struct ResetReply {
    bool success{false};  ///< True for servers too old to say.
    RawReply raw{};
};

/// Answer of abort_requests().
struct AbortReply {
    std::int64_t aborted{0};  ///< Requests ended.
    RawReply raw{};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

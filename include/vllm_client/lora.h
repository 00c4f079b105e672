// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "vllm_client/call.h"
#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/options.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/server.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
}

/// An adapter to load. Source: `POST /v1/load_lora_adapter`.
struct LoraAdapter {
    std::string name{};  ///< Required: what requests then name as their model.
    std::string path{};  ///< Required: where the server finds it: a folder there, or a hub's name.
    std::optional<bool> load_inplace{};  ///< Replace an adapter of this name.
    std::optional<bool> is_3d_lora_weight{};
    JsonText extra{};
};

/// An adapter to unload. Source: `POST /v1/unload_lora_adapter`.
struct LoraRemoval {
    std::string name{};                    ///< Required.
    std::optional<std::int64_t> int_id{};  ///< Sent as `lora_int_id`; vLLM 0.32 goes by the name.
    JsonText extra{};
};

/// The server's word for it, e.g. "Success: LoRA adapter 'sql' added successfully."
struct LoraReply {
    std::string message{};
    RawReply raw{};
};

/// LoRA adapters of a running server: `client.lora().load({.name = "sql", .path =
/// "/adapters/sql"})`. Changing them needs a server started with `--enable-lora` and
/// `VLLM_ALLOW_RUNTIME_LORA_UPDATING=1`; otherwise the calls give `unsupported`. With several
/// endpoints, name the one meant in CallOptions::endpoint. Cheap to copy, thread-safe, may outlive
/// the client (calls then give `closed`).
class VLLM_CLIENT_EXPORT Lora {
 public:
    /// Loads an adapter. Errors: `http` 400 if it is loaded already or cannot be loaded, 404 if
    /// there is none at that path. Cost: seconds on the server.
    [[nodiscard]] Result<LoraReply> load(LoraAdapter adapter, CallOptions options = {}) const;
    [[nodiscard]] Call<LoraReply> load_async(LoraAdapter adapter, CallOptions options = {}) const;
    /// Unloads the adapter of this name; `http` 404 if there is none. Source:
    /// `POST /v1/unload_lora_adapter`.
    [[nodiscard]] Result<LoraReply> unload(std::string name, CallOptions options = {}) const;
    [[nodiscard]] Call<LoraReply> unload_async(std::string name, CallOptions options = {}) const;
    /// The same with all the route takes; name the type: `unload(LoraRemoval{.name = "sql"})`.
    [[nodiscard]] Result<LoraReply> unload(LoraRemoval removal, CallOptions options = {}) const;
    [[nodiscard]] Call<LoraReply> unload_async(LoraRemoval removal, CallOptions options = {}) const;
    /// The adapters among the server's models: those that have a parent. Source: `GET /v1/models`.
    [[nodiscard]] Result<ModelList> list(CallOptions options = {}) const;
    [[nodiscard]] Call<ModelList> list_async(CallOptions options = {}) const;

 private:
    friend class VllmClient;
    explicit Lora(std::shared_ptr<api::ClientCore> core) : core_(std::move(core)) {}

    std::shared_ptr<api::ClientCore> core_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

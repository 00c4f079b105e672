// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/lora.h"

#include "api/client_core.h"
#include "api/request_builder.h"
#include "wire/admin.h"
#include "wire/models.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

// The server answers in plain text.
pipeline::ReplyReader<LoraReply> text_reader() {
    return {.read = [](const HttpReply& reply) -> Result<LoraReply> {
        return LoraReply{.message = reply.body};
    }};
}

Result<ModelList> only_adapters(std::string_view padded_body) {
    auto list = wire::read_model_list(padded_body);
    if (list) std::erase_if(list->models, [](const ModelInfo& m) { return m.parent.empty(); });
    return list;
}

}  // namespace

Call<LoraReply> Lora::load_async(LoraAdapter adapter, CallOptions options) const {
    return core_->send<LoraReply>(
        api::post("lora_load", "/v1/load_lora_adapter", wire::write_lora_load(adapter),
                  adapter.name, std::move(options)),
        text_reader());
}
Result<LoraReply> Lora::load(LoraAdapter adapter, CallOptions options) const {
    return load_async(std::move(adapter), std::move(options)).get();
}
Call<LoraReply> Lora::unload_async(LoraRemoval removal, CallOptions options) const {
    return core_->send<LoraReply>(
        api::post("lora_unload", "/v1/unload_lora_adapter", wire::write_lora_unload(removal),
                  removal.name, std::move(options)),
        text_reader());
}
Result<LoraReply> Lora::unload(LoraRemoval removal, CallOptions options) const {
    return unload_async(std::move(removal), std::move(options)).get();
}
Call<LoraReply> Lora::unload_async(std::string name, CallOptions options) const {
    return unload_async(LoraRemoval{.name = std::move(name)}, std::move(options));
}
Result<LoraReply> Lora::unload(std::string name, CallOptions options) const {
    return unload_async(std::move(name), std::move(options)).get();
}
Call<ModelList> Lora::list_async(CallOptions options) const {
    return core_->send<ModelList>(api::get("models", "/v1/models", std::move(options)),
                                  api::body_reader(&only_adapters));
}
Result<ModelList> Lora::list(CallOptions options) const {
    return list_async(std::move(options)).get();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

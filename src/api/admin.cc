// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/admin.h"

#include "api/client_core.h"
#include "api/request_builder.h"
#include "wire/admin.h"
#include "wire/query.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

using request::Request;

// `operation` is a literal; the path is made of it.
Result<Request> admin_post(std::string_view operation, CallOptions&& options,
                           Result<std::string> body = std::string(),
                           const std::vector<wire::QueryItem>& query = {}) {
    return api::post(operation, wire::with_query("/" + std::string(operation), query),
                     std::move(body), {}, std::move(options));
}

Request admin_get(std::string_view operation, CallOptions&& options,
                  const std::vector<wire::QueryItem>& query = {}) {
    return api::get(operation, wire::with_query("/" + std::string(operation), query),
                    std::move(options));
}

Call<AdminReply> send(api::ClientCore& core, Result<Request> request) {
    return core.send<AdminReply>(std::move(request), api::body_reader(&wire::read_admin_reply));
}

Call<StateReply> ask(api::ClientCore& core, Result<Request> request) {
    return core.send<StateReply>(std::move(request), api::body_reader(&wire::read_state_reply));
}

}  // namespace

Call<AdminReply> Admin::sleep_async(SleepRequest request, CallOptions options) const {
    const std::string level = std::to_string(request.level);
    return send(*core_, admin_post("sleep", std::move(options), std::string(),
                                   {{"level", level}, {"mode", wire::name_of(request.mode)}}));
}

Call<AdminReply> Admin::wake_up_async(std::vector<std::string> tags, CallOptions options) const {
    std::vector<wire::QueryItem> query;
    for (const std::string& tag : tags)
        query.push_back({"tags", tag});
    return send(*core_, admin_post("wake_up", std::move(options), std::string(), query));
}

Call<StateReply> Admin::is_sleeping_async(CallOptions options) const {
    return ask(*core_, admin_get("is_sleeping", std::move(options)));
}

Call<AdminReply> Admin::pause_async(PauseRequest request, CallOptions options) const {
    return send(*core_, admin_post("pause", std::move(options), std::string(),
                                   {{"mode", wire::name_of(request.mode)},
                                    {"clear_cache", request.clear_cache ? "true" : "false"}}));
}

Call<AdminReply> Admin::resume_async(CallOptions options) const {
    return send(*core_, admin_post("resume", std::move(options)));
}

Call<StateReply> Admin::is_paused_async(CallOptions options) const {
    return ask(*core_, admin_get("is_paused", std::move(options)));
}

Call<ResetReply> Admin::reset_prefix_cache_async(ResetPrefixCacheRequest request,
                                                 CallOptions options) const {
    std::vector<wire::QueryItem> query;
    if (request.reset_running_requests) query.push_back({"reset_running_requests", "true"});
    if (request.reset_external) query.push_back({"reset_external", "true"});
    return core_->send<ResetReply>(
        admin_post("reset_prefix_cache", std::move(options), std::string(), query),
        api::body_reader(&wire::read_reset_reply));
}

Call<AdminReply> Admin::reset_mm_cache_async(CallOptions options) const {
    return send(*core_, admin_post("reset_mm_cache", std::move(options)));
}

Call<AdminReply> Admin::reset_encoder_cache_async(CallOptions options) const {
    return send(*core_, admin_post("reset_encoder_cache", std::move(options)));
}

Call<AdminReply> Admin::release_kv_cache_memory_async(CallOptions options) const {
    return send(*core_, admin_post("release_kv_cache_memory", std::move(options)));
}

Call<AbortReply> Admin::abort_requests_async(std::vector<std::string> ids,
                                             CallOptions options) const {
    return core_->send<AbortReply>(
        admin_post("abort_requests", std::move(options), wire::write_abort_request(ids)),
        api::body_reader(&wire::read_abort_reply));
}

Call<AdminReply> Admin::server_info_async(ServerInfoFormat format, CallOptions options) const {
    const char* const name = format == ServerInfoFormat::json ? "json" : "text";
    return send(*core_, admin_get("server_info", std::move(options), {{"config_format", name}}));
}

Call<AdminReply> Admin::collective_rpc_async(CollectiveRpcRequest request,
                                             CallOptions options) const {
    return send(*core_, admin_post("collective_rpc", std::move(options),
                                   wire::write_collective_rpc(request)));
}

Call<AdminReply> Admin::start_profile_async(ProfileRequest request, CallOptions options) const {
    return send(*core_, admin_post("start_profile", std::move(options),
                                   wire::write_profile_request(request)));
}

Call<AdminReply> Admin::stop_profile_async(CallOptions options) const {
    return send(*core_, admin_post("stop_profile", std::move(options)));
}

Call<AdminReply> Admin::scale_elastic_ep_async(ScaleRequest request, CallOptions options) const {
    return send(*core_, admin_post("scale_elastic_ep", std::move(options),
                                   wire::write_scale_request(request)));
}

Call<StateReply> Admin::is_scaling_elastic_ep_async(CallOptions options) const {
    return ask(*core_, admin_post("is_scaling_elastic_ep", std::move(options)));
}

Call<AdminReply> Admin::apply_fault_tolerance_async(std::string instruction, JsonText params,
                                                    CallOptions options) const {
    return send(*core_, admin_post("fault_tolerance/apply", std::move(options),
                                   wire::write_fault_tolerance(instruction, params)));
}

Call<AdminReply> Admin::fault_tolerance_status_async(CallOptions options) const {
    return send(*core_, admin_get("fault_tolerance/status", std::move(options)));
}

Call<AdminReply> Admin::kv_event_sources_async(CallOptions options) const {
    return send(*core_, admin_get("kv_event_sources", std::move(options)));
}

Call<AdminReply> Admin::transfer_weights_async(WeightStep step, JsonText body,
                                               CallOptions options) const {
    return send(*core_,
                admin_post(wire::name_of(step), std::move(options), wire::write_weight_step(body)));
}

Call<AdminReply> Admin::weight_info_async(CallOptions options) const {
    return send(*core_, admin_get("weight_info", std::move(options)));
}

Call<AdminReply> Admin::world_size_async(WorldSizeRequest request, CallOptions options) const {
    std::vector<wire::QueryItem> query;
    if (!request.include_dp) query.push_back({"include_dp", "false"});
    return send(*core_, admin_get("get_world_size", std::move(options), query));
}

Result<void> Admin::quantize(const std::string& method) const {
    return Error{.kind = ErrorKind::unsupported,
                 .message = "vLLM quantises a model when it starts: --quantization " +
                            (method.empty() ? std::string("METHOD") : method),
                 .phase = Phase::validate};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

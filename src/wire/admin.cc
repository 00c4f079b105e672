// SPDX-License-Identifier: Apache-2.0
#include "wire/admin.h"

#include <chrono>
#include <utility>

#include "wire/json_writer.h"
#include "wire/reply_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

// Calls `write(writer)` between the braces of an object.
template <class F>
Result<std::string> object_of(F&& write, const JsonText* extra = nullptr) {
    JsonWriter writer;
    writer.begin_object(extra);
    write(writer);
    writer.end_object();
    return std::move(writer).finish();
}

void require_text(JsonWriter& writer, std::string_view name, const std::string& text) {
    if (text.empty() && !writer.is_replaced(name)) writer.fail(name, "is empty");
    writer.member(name, text);
}

bool read_bool(ondemand::value value) {
    bool flag = false;
    if (value.get_bool().get(flag) != simdjson::SUCCESS) throw DecodeFailure{{}, "not a boolean"};
    return flag;
}

}  // namespace

Result<std::string> write_abort_request(const std::vector<std::string>& ids) {
    return object_of([&](JsonWriter& writer) { writer.member_if("request_ids", ids); });
}

Result<std::string> write_collective_rpc(const CollectiveRpcRequest& r) {
    return object_of([&](JsonWriter& writer) {
        writer.member_if("args", r.args);
        writer.member_if("kwargs", r.kwargs);
        require_text(writer, "method", r.method);
        if (r.timeout) {
            writer.member("timeout", std::chrono::duration<double>(*r.timeout).count());
        }
    });
}

Result<std::string> write_profile_request(const ProfileRequest& r) {
    return object_of([&](JsonWriter& writer) {
        writer.member_if("delay_iterations", r.delay_iterations);
        writer.member_if("max_iterations", r.max_iterations);
        writer.member_if("profile_prefix", r.profile_prefix);
    });
}

Result<std::string> write_scale_request(const ScaleRequest& r) {
    return object_of([&](JsonWriter& writer) {
        writer.member_if("drain_timeout", r.drain_timeout);
        if (r.new_data_parallel_size < 1) writer.fail("new_data_parallel_size", "is below 1");
        writer.member("new_data_parallel_size", r.new_data_parallel_size);
    });
}

Result<std::string> write_fault_tolerance(const std::string& instruction, const JsonText& params) {
    return object_of([&](JsonWriter& writer) {
        require_text(writer, "instruction", instruction);
        writer.member("params", params.empty() ? JsonText("{}") : params);
    });
}

Result<std::string> write_weight_step(const JsonText& body) {
    if (body.empty() || body.valid()) return body.text();
    return Error{
        .kind = ErrorKind::config, .message = "body is not JSON", .phase = Phase::validate};
}

Result<std::string> write_lora_load(const LoraAdapter& adapter) {
    return object_of(
        [&](JsonWriter& writer) {
            writer.member_if("is_3d_lora_weight", adapter.is_3d_lora_weight);
            writer.member_if("load_inplace", adapter.load_inplace);
            require_text(writer, "lora_name", adapter.name);
            require_text(writer, "lora_path", adapter.path);
        },
        &adapter.extra);
}

Result<std::string> write_lora_unload(const LoraRemoval& removal) {
    return object_of(
        [&](JsonWriter& writer) {
            writer.member_if("lora_int_id", removal.int_id);
            require_text(writer, "lora_name", removal.name);
        },
        &removal.extra);
}

std::string_view name_of(DrainMode mode) noexcept {
    switch (mode) {
        case DrainMode::abort:
            return "abort";
        case DrainMode::wait:
            return "wait";
        case DrainMode::keep:
            break;
    }
    return "keep";
}

std::string_view name_of(WeightStep step) noexcept {
    switch (step) {
        case WeightStep::init_weight_transfer_engine:
            return "init_weight_transfer_engine";
        case WeightStep::start_weight_update:
            return "start_weight_update";
        case WeightStep::start_draft_weight_update:
            return "start_draft_weight_update";
        case WeightStep::update_weights:
            return "update_weights";
        case WeightStep::finish_weight_update:
            return "finish_weight_update";
        case WeightStep::update_weight_version:
            return "update_weight_version";
        case WeightStep::shutdown_weight_transfer_engine:
            return "shutdown_weight_transfer_engine";
        case WeightStep::weight_checker:
            break;
    }
    return "weight_checker";
}

Result<AdminReply> read_admin_reply(std::string_view padded_body) {
    AdminReply reply;
    JsonText json(trim_json(padded_body));
    if (json.valid()) reply.json = std::move(json);
    return reply;
}

Result<StateReply> read_state_reply(std::string_view padded_body) {
    return read_reply_body<StateReply>(padded_body, "state", [](ondemand::object object) {
        StateReply reply;
        bool known = false;
        for_each_field(object, [&](std::string_view key, ondemand::value item) {
            if (!key.starts_with("is_")) return;
            known = true;
            reply.active = read_bool(item);
        });
        require(known, "is_…");
        return reply;
    });
}

Result<ResetReply> read_reset_reply(std::string_view padded_body) {
    if (trim_json(padded_body).empty()) return ResetReply{.success = true};
    return read_reply_body<ResetReply>(padded_body, "reset", [](ondemand::object object) {
        ResetReply reply{.success = true};
        for_each_field(object, [&](std::string_view key, ondemand::value item) {
            if (key == "success") reply.success = read_bool(item);
        });
        return reply;
    });
}

Result<AbortReply> read_abort_reply(std::string_view padded_body) {
    return read_reply_body<AbortReply>(padded_body, "abort", [](ondemand::object object) {
        AbortReply reply;
        for_each_field(object, [&](std::string_view key, ondemand::value item) {
            if (key == "aborted") reply.aborted = read_integer(item);
        });
        return reply;
    });
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/server_args.h"

#include <charconv>
#include <string_view>

#include "transport/config_error.h"
#include "wire/json_writer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

/// Arguments as they grow, and the first thing wrong with them.
class ArgumentList {
 public:
    explicit ArgumentList(std::vector<std::string> first) : arguments_(std::move(first)) {}

    void fail(std::string_view member, std::string_view problem) {
        if (!error_)
            error_ = transport::config_error("ServerLaunch." + std::string(member), problem);
    }
    // No argument and no variable can hold it.
    void refuse_nul(std::string_view member, std::string_view value) {
        if (value.find('\0') != std::string_view::npos) fail(member, "must not hold a NUL");
    }
    void check(std::string_view member, std::string_view value) {
        if (value.starts_with('-')) fail(member, "must not begin with '-'");
        refuse_nul(member, value);
    }
    void add(std::string_view flag) { arguments_.emplace_back(flag); }
    void text(std::string_view member, std::string_view flag, const std::string& value) {
        if (value.empty()) return;
        check(member, value);
        add(flag);
        add(value);
    }
    void texts(std::string_view member, std::string_view flag,
               const std::vector<std::string>& values) {
        if (!values.empty()) add(flag);
        for (const std::string& value : values) {
            if (value.empty()) fail(member, "must not hold an empty text");
            check(member, value);
            add(value);
        }
    }
    void count(std::string_view member, std::string_view flag,
               const std::optional<std::int64_t>& value) {
        if (!value) return;
        if (*value < 1) fail(member, "must be at least 1");
        add(flag);
        add(std::to_string(*value));
    }
    void flag(std::string_view name, const std::optional<bool>& value) {
        if (value) add((*value ? "--" : "--no-") + std::string(name));
    }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
    [[nodiscard]] std::vector<std::string> take() && { return std::move(arguments_); }

 private:
    std::vector<std::string> arguments_;
    std::optional<Error> error_;
};

void add_address(ArgumentList& list, const ServerLaunch& launch) {
    if (!launch.unix_socket.empty() && (!launch.host.empty() || launch.port)) {
        list.fail("unix_socket", "excludes host and port");
    }
    if (launch.port && (*launch.port < 1 || *launch.port > 65535)) {
        list.fail("port", "must be from 1 to 65535");
    }
    list.text("host", "--host", launch.host);
    list.count("port", "--port", launch.port);
    list.text("unix_socket", "--uds", launch.unix_socket);
}

void add_model(ArgumentList& list, const ServerLaunch& launch) {
    list.texts("served_names", "--served-model-name", launch.served_names);
    list.text("dtype", "--dtype", launch.dtype);
    list.text("quantization", "--quantization", launch.quantization);
    list.text("kv_cache_dtype", "--kv-cache-dtype", launch.kv_cache_dtype);
    list.text("runner", "--runner", launch.runner);
    list.text("convert", "--convert", launch.convert);
    if (launch.trust_remote_code) list.add("--trust-remote-code");
}

// "--max-model-len -1" would be an option of its own; "auto" means the same.
void add_max_model_len(ArgumentList& list, const ServerLaunch& launch) {
    if (launch.max_model_len == -1) {
        list.text("max_model_len", "--max-model-len", "auto");
    } else {
        list.count("max_model_len", "--max-model-len", launch.max_model_len);
    }
}

void add_memory_use(ArgumentList& list, const ServerLaunch& launch) {
    if (!launch.gpu_memory_utilization) return;
    const double part = *launch.gpu_memory_utilization;
    if (!(part > 0 && part <= 1)) {
        return list.fail("gpu_memory_utilization", "must be above 0 and at most 1");
    }
    char text[32];
    const auto end = std::to_chars(std::begin(text), std::end(text), part).ptr;
    list.add("--gpu-memory-utilization");
    list.add(std::string_view(text, static_cast<std::size_t>(end - text)));
}

void add_capacity(ArgumentList& list, const ServerLaunch& launch) {
    add_max_model_len(list, launch);
    add_memory_use(list, launch);
    list.count("tensor_parallel", "--tensor-parallel-size", launch.tensor_parallel);
    list.count("pipeline_parallel", "--pipeline-parallel-size", launch.pipeline_parallel);
    list.count("data_parallel", "--data-parallel-size", launch.data_parallel);
    list.count("max_num_seqs", "--max-num-seqs", launch.max_num_seqs);
    list.count("max_num_batched_tokens", "--max-num-batched-tokens", launch.max_num_batched_tokens);
    list.flag("enable-prefix-caching", launch.prefix_caching);
    list.flag("enable-chunked-prefill", launch.chunked_prefill);
    list.text("scheduling_policy", "--scheduling-policy", launch.scheduling_policy);
}

// The JSON form is exact for every name and path; "name=path" is not.
void add_lora_modules(ArgumentList& list, const std::vector<LoraModule>& modules) {
    if (!modules.empty()) list.add("--lora-modules");
    for (const LoraModule& module : modules) {
        if (module.name.empty()) list.fail("lora_modules", "need a name each");
        if (module.path.empty()) list.fail("lora_modules", "need a path each");
        wire::JsonWriter writer;
        writer.begin_object();
        writer.member_if("base_model_name", module.base_model);
        writer.member("name", module.name);
        writer.member("path", module.path);
        writer.end_object();
        auto json = std::move(writer).finish();
        if (!json) return list.fail("lora_modules", "must be UTF-8");
        list.add(*json);
    }
}

void add_lora(ArgumentList& list, const ServerLaunch& launch) {
    if (launch.enable_lora == false && !launch.lora_modules.empty()) {
        list.fail("lora_modules", "need enable_lora");
    }
    const bool implied = !launch.enable_lora && !launch.lora_modules.empty();
    list.flag("enable-lora", implied ? std::optional(true) : launch.enable_lora);
    list.count("max_loras", "--max-loras", launch.max_loras);
    list.count("max_lora_rank", "--max-lora-rank", launch.max_lora_rank);
    add_lora_modules(list, launch.lora_modules);
}

void add_parsers(ArgumentList& list, const ServerLaunch& launch) {
    const bool has_parser = !launch.tool_call_parser.empty();
    if (launch.auto_tool_choice == true && !has_parser) {
        list.fail("auto_tool_choice", "needs a tool_call_parser");
    }
    if (launch.auto_tool_choice.value_or(has_parser)) list.add("--enable-auto-tool-choice");
    list.text("tool_call_parser", "--tool-call-parser", launch.tool_call_parser);
    list.text("reasoning_parser", "--reasoning-parser", launch.reasoning_parser);
}

std::vector<std::pair<std::string, std::string>> environment_of(const ServerLaunch& launch) {
    std::vector<std::pair<std::string, std::string>> environment;
    if (!launch.api_key.empty()) environment.emplace_back("VLLM_API_KEY", launch.api_key);
    if (launch.runtime_lora_updating) {
        environment.emplace_back("VLLM_ALLOW_RUNTIME_LORA_UPDATING", "1");
    }
    if (launch.dev_mode) environment.emplace_back("VLLM_SERVER_DEV_MODE", "1");
    return environment;
}

std::string url_of(const ServerLaunch& launch) {
    if (!launch.unix_socket.empty()) return "unix:" + launch.unix_socket;
    std::string host = launch.host;
    if (host.empty() || host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return "http://" + host + ":" + std::to_string(launch.port.value_or(8000));
}

}  // namespace

Result<ServerCommand> server_args_for(const ServerLaunch& launch) {
    ArgumentList list({launch.program, "serve", launch.model});
    if (launch.program.empty()) list.fail("program", "is empty");
    if (launch.model.empty()) list.fail("model", "is empty");
    list.check("program", launch.program);
    list.check("model", launch.model);
    list.refuse_nul("api_key", launch.api_key);
    add_address(list, launch);
    add_model(list, launch);
    add_capacity(list, launch);
    add_lora(list, launch);
    add_parsers(list, launch);
    for (const std::string& argument : launch.extra) {
        list.refuse_nul("extra", argument);
        list.add(argument);
    }
    if (list.error()) return *list.error();
    return ServerCommand{.arguments = std::move(list).take(),
                         .environment = environment_of(launch),
                         .url = url_of(launch)};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

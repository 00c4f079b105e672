// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/server_args.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <set>

namespace vllm_client {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string problem_of(const ServerLaunch& launch) {
    const auto command = server_args_for(launch);
    if (command) return "";
    EXPECT_EQ(command.error().kind, ErrorKind::config);
    return command.error().message;
}

ServerLaunch everything() {
    return {.model = "org/model",
            .served_names = {"a", "b"},
            .host = "127.0.0.1",
            .port = 8001,
            .dtype = "bfloat16",
            .quantization = "awq",
            .kv_cache_dtype = "fp8",
            .runner = "generate",
            .convert = "none",
            .trust_remote_code = true,
            .max_model_len = 4096,
            .gpu_memory_utilization = 0.85,
            .tensor_parallel = 2,
            .pipeline_parallel = 3,
            .data_parallel = 4,
            .max_num_seqs = 64,
            .max_num_batched_tokens = 8192,
            .prefix_caching = true,
            .chunked_prefill = false,
            .scheduling_policy = "priority",
            .lora_modules = {{.name = "l", .path = "/x=y", .base_model = "a"}},
            .max_loras = 2,
            .max_lora_rank = 32,
            .tool_call_parser = "hermes",
            .reasoning_parser = "qwen3"};
}

TEST(ServerArgs, OfAModelAloneAreShort) {
    const auto command = server_args_for({.model = "org/model"});
    ASSERT_TRUE(command) << command.error().to_string();
    EXPECT_THAT(command->arguments, ElementsAre("vllm", "serve", "org/model"));
    EXPECT_TRUE(command->environment.empty());
    EXPECT_EQ(command->url, "http://127.0.0.1:8000");
}

TEST(ServerArgs, HoldEveryMember) {
    const auto command = server_args_for(everything());
    ASSERT_TRUE(command) << command.error().to_string();
    EXPECT_THAT(
        command->arguments,
        ElementsAre("vllm", "serve", "org/model", "--host", "127.0.0.1", "--port", "8001",
                    "--served-model-name", "a", "b", "--dtype", "bfloat16", "--quantization", "awq",
                    "--kv-cache-dtype", "fp8", "--runner", "generate", "--convert", "none",
                    "--trust-remote-code", "--max-model-len", "4096", "--gpu-memory-utilization",
                    "0.85", "--tensor-parallel-size", "2", "--pipeline-parallel-size", "3",
                    "--data-parallel-size", "4", "--max-num-seqs", "64", "--max-num-batched-tokens",
                    "8192", "--enable-prefix-caching", "--no-enable-chunked-prefill",
                    "--scheduling-policy", "priority", "--enable-lora", "--max-loras", "2",
                    "--max-lora-rank", "32", "--lora-modules",
                    R"({"base_model_name":"a","name":"l","path":"/x=y"})",
                    "--enable-auto-tool-choice", "--tool-call-parser", "hermes",
                    "--reasoning-parser", "qwen3"));
    EXPECT_EQ(command->url, "http://127.0.0.1:8001");
}

// The list is what `vllm serve --help=all` of 0.32.0 prints.
TEST(ServerArgs, NameOptionsThatVllmHas) {
    std::ifstream file(VLLM_CLIENT_TEST_DATA "/serve_options.txt");
    std::set<std::string> known;
    for (std::string line; std::getline(file, line);)
        known.insert(line);
    ASSERT_GT(known.size(), 200U);
    auto launch = everything();
    launch.enable_lora = true;
    auto other = everything();
    other.host.clear();
    other.port.reset();
    other.unix_socket = "/tmp/s";
    other.prefix_caching = false;
    other.chunked_prefill = true;
    other.lora_modules.clear();
    other.enable_lora = false;
    for (const ServerLaunch& one : {launch, other}) {
        const auto command = server_args_for(one);
        ASSERT_TRUE(command);
        for (const std::string& argument : command->arguments) {
            EXPECT_TRUE(!argument.starts_with("--") || known.contains(argument)) << argument;
        }
    }
}

TEST(ServerArgs, KeepKeysOffTheCommandLine) {
    const auto command = server_args_for({.model = "m", .api_key = "-secret"});
    ASSERT_TRUE(command);
    EXPECT_THAT(command->environment, ElementsAre(Pair("VLLM_API_KEY", "-secret")));
    for (const std::string& argument : command->arguments)
        EXPECT_EQ(argument.find("secret"), std::string::npos);
}

TEST(ServerArgs, SwitchWhatOnlyTheEnvironmentCan) {
    const auto command =
        server_args_for({.model = "m", .runtime_lora_updating = true, .dev_mode = true});
    ASSERT_TRUE(command);
    EXPECT_THAT(command->environment, ElementsAre(Pair("VLLM_ALLOW_RUNTIME_LORA_UPDATING", "1"),
                                                  Pair("VLLM_SERVER_DEV_MODE", "1")));
}

TEST(ServerArgs, PutFurtherArgumentsLast) {
    const auto command = server_args_for(
        {.model = "m", .program = "/opt/vllm", .port = 1, .extra = {"--seed", "7"}});
    ASSERT_TRUE(command);
    EXPECT_THAT(command->arguments,
                ElementsAre("/opt/vllm", "serve", "m", "--port", "1", "--seed", "7"));
}

TEST(ServerArgs, TellWhereTheServerIsFound) {
    const auto url = [](ServerLaunch launch) {
        launch.model = "m";
        return server_args_for(launch)->url;
    };
    EXPECT_EQ(url({.unix_socket = "/run/vllm.sock"}), "unix:/run/vllm.sock");
    EXPECT_EQ(url({.host = "0.0.0.0", .port = 9000}), "http://127.0.0.1:9000");
    EXPECT_EQ(url({.host = "::"}), "http://[::1]:8000");
    EXPECT_EQ(url({.host = "gpu7"}), "http://gpu7:8000");
}

TEST(ServerArgs, TheLongestContextThatFitsHasAName) {
    const auto command = server_args_for({.model = "m", .max_model_len = -1});
    ASSERT_TRUE(command);
    EXPECT_THAT(command->arguments, ElementsAre("vllm", "serve", "m", "--max-model-len", "auto"));
}

TEST(ServerArgs, AToolParserSwitchesAutoChoiceOn) {
    const auto refused =
        server_args_for({.model = "m", .tool_call_parser = "hermes", .auto_tool_choice = false});
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->arguments,
                ElementsAre("vllm", "serve", "m", "--tool-call-parser", "hermes"));
    EXPECT_EQ(problem_of({.model = "m", .auto_tool_choice = true}),
              "ServerLaunch.auto_tool_choice needs a tool_call_parser");
}

TEST(ServerArgs, RefuseWhatCannotBeRight) {
    EXPECT_EQ(problem_of({}), "ServerLaunch.model is empty");
    EXPECT_EQ(problem_of({.model = "--help"}), "ServerLaunch.model must not begin with '-'");
    EXPECT_EQ(problem_of({.model = "m", .program = ""}), "ServerLaunch.program is empty");
    EXPECT_EQ(problem_of({.model = "m", .port = 0}), "ServerLaunch.port must be from 1 to 65535");
    EXPECT_EQ(problem_of({.model = "m", .port = 65536}),
              "ServerLaunch.port must be from 1 to 65535");
    EXPECT_EQ(problem_of({.model = "m", .port = 1, .unix_socket = "/s"}),
              "ServerLaunch.unix_socket excludes host and port");
    EXPECT_EQ(problem_of({.model = "m", .served_names = {""}}),
              "ServerLaunch.served_names must not hold an empty text");
    EXPECT_EQ(problem_of({.model = "m", .dtype = "-x"}),
              "ServerLaunch.dtype must not begin with '-'");
    EXPECT_EQ(problem_of({.model = "m", .max_model_len = 0}),
              "ServerLaunch.max_model_len must be at least 1");
    EXPECT_EQ(problem_of({.model = "m", .tensor_parallel = 0}),
              "ServerLaunch.tensor_parallel must be at least 1");
    for (const double part : {0.0, -0.1, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_EQ(problem_of({.model = "m", .gpu_memory_utilization = part}),
                  "ServerLaunch.gpu_memory_utilization must be above 0 and at most 1");
    }
    EXPECT_EQ(problem_of({.model = "m", .lora_modules = {{.name = "a"}}}),
              "ServerLaunch.lora_modules need a path each");
    EXPECT_EQ(
        problem_of(
            {.model = "m", .lora_modules = {{.name = "a", .path = "b"}}, .enable_lora = false}),
        "ServerLaunch.lora_modules need enable_lora");
    EXPECT_EQ(problem_of({.model = "m", .extra = {std::string("a\0b", 3)}}),
              "ServerLaunch.extra must not hold a NUL");
}

}  // namespace
}  // namespace vllm_client

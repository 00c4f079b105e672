// SPDX-License-Identifier: Apache-2.0
// What every operation says of a server that does not have its route.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "api/fake_client.h"
#include "vllm_client/admin.h"
#include "vllm_client/audio.h"
#include "vllm_client/chat_batch.h"
#include "vllm_client/classify.h"
#include "vllm_client/embed_by_type.h"
#include "vllm_client/generate.h"
#include "vllm_client/lora.h"
#include "vllm_client/messages.h"
#include "vllm_client/pooling.h"
#include "vllm_client/responses.h"
#include "vllm_client/scoring.h"

namespace vllm_client::api {
namespace {

// A server without any route.
struct BareServer : FakeClient {
    BareServer() {
        fake->on_request([](const testing::FakeRequest&) {
            return testing::CannedReply{.status = 404, .body = R"({"detail":"Not Found"})"};
        });
    }
};

template <class T>
Error error_of(Result<T> result) {
    EXPECT_FALSE(result.ok());
    return result ? Error{} : std::move(result).error();
}

struct Operation {
    const char* name;   // as the message has it
    const char* needs;  // part of what it says of the server
    std::function<Error(const VllmClient&)> call;
};

// The calls that a client offers by itself.
std::vector<Operation> client_operations() {
    const char* const generation = "generation model";
    const char* const pooling = "--runner pooling";
    const char* const any = "no vLLM-style server";
    using C = VllmClient;
    return {
        {"chat", generation, [](const C& c) { return error_of(c.chat(ask("a"))); }},
        {"chat_batch", generation,
         [](const C& c) { return error_of(c.chat_batch({.conversations = {{user("a")}}})); }},
        {"completion", generation,
         [](const C& c) { return error_of(c.complete({.prompt = "a"})); }},
        {"generative_scoring", generation,
         [](const C& c) {
             return error_of(c.score_labels(
                 {.query = "q", .items = std::vector<std::string>{"a"}, .label_token_ids = {1}}));
         }},
        {"generate", "--enable-scale-out",
         [](const C& c) { return error_of(c.generate({.token_ids = {1}})); }},
        {"embedding", pooling, [](const C& c) { return error_of(c.embed({.input = "a"})); }},
        {"embed_by_type", pooling,
         [](const C& c) { return error_of(c.embed_by_type({.texts = {"a"}})); }},
        {"pooling", pooling, [](const C& c) { return error_of(c.pool({.input = "a"})); }},
        {"classify", pooling, [](const C& c) { return error_of(c.classify({.input = "a"})); }},
        {"score", pooling,
         [](const C& c) { return error_of(c.score({.queries = {"q"}, .documents = {"a"}})); }},
        {"rerank", pooling,
         [](const C& c) { return error_of(c.rerank({.query = "q", .documents = {"a"}})); }},
        {"tokenize", any, [](const C& c) { return error_of(c.tokenize({.prompt = "a"})); }},
        {"detokenize", any, [](const C& c) { return error_of(c.detokenize({.tokens = {1}})); }},
        {"tokenizer_info", "--enable-tokenizer-info-endpoint",
         [](const C& c) { return error_of(c.tokenizer_info()); }},
        {"models", any, [](const C& c) { return error_of(c.models()); }},
        {"version", any, [](const C& c) { return error_of(c.version()); }},
        {"load", any, [](const C& c) { return error_of(c.load()); }},
        {"metrics", any, [](const C& c) { return error_of(c.server_metrics()); }},
    };
}

// Those of its parts.
std::vector<Operation> part_operations() {
    const char* const generation = "generation model";
    const char* const speech = "speech model";
    const char* const lora = "VLLM_ALLOW_RUNTIME_LORA_UPDATING=1";
    using C = VllmClient;
    const MessagesRequest message{.messages = {anthropic_user("a")}, .max_tokens = 1};
    const TranscriptionRequest speaking{.file = FileSource::from_memory("RIFF", "a.wav")};
    return {
        {"response", generation,
         [](const C& c) { return error_of(c.responses().create({.input = "a"})); }},
        {"response_retrieve", generation,
         [](const C& c) { return error_of(c.responses().retrieve("r")); }},
        {"response_cancel", generation,
         [](const C& c) { return error_of(c.responses().cancel("r")); }},
        {"message", generation,
         [message](const C& c) { return error_of(c.messages().create(message)); }},
        {"message_count_tokens", generation,
         [message](const C& c) { return error_of(c.messages().count_tokens(message)); }},
        {"transcription", speech,
         [speaking](const C& c) { return error_of(c.audio().transcribe(speaking)); }},
        {"translation", speech,
         [speaking](const C& c) { return error_of(c.audio().translate(speaking)); }},
        {"lora_load", lora,
         [](const C& c) { return error_of(c.lora().load({.name = "a", .path = "/a"})); }},
        {"lora_unload", lora, [](const C& c) { return error_of(c.lora().unload("a")); }},
    };
}

Operation weight_step(const char* name, WeightStep step) {
    return {name, "VLLM_SERVER_DEV_MODE=1",
            [step](const VllmClient& c) { return error_of(c.admin().transfer_weights(step)); }};
}

// Those of operators.
std::vector<Operation> admin_operations() {
    const char* const dev_mode = "VLLM_SERVER_DEV_MODE=1";
    const char* const profiler = "--profiler-config";
    const char* const tolerance = "--enable-fault-tolerance";
    const char* const generation = "generation model";
    const auto admin = [](const char* name, const char* needs, auto call) {
        return Operation{name, needs,
                         [call](const VllmClient& c) { return error_of(call(c.admin())); }};
    };
    using A = Admin;
    return {
        admin("sleep", dev_mode, [](const A& a) { return a.sleep(); }),
        admin("wake_up", dev_mode, [](const A& a) { return a.wake_up(); }),
        admin("is_sleeping", dev_mode, [](const A& a) { return a.is_sleeping(); }),
        admin("pause", dev_mode, [](const A& a) { return a.pause(); }),
        admin("resume", dev_mode, [](const A& a) { return a.resume(); }),
        admin("is_paused", dev_mode, [](const A& a) { return a.is_paused(); }),
        admin("reset_prefix_cache", dev_mode, [](const A& a) { return a.reset_prefix_cache(); }),
        admin("reset_mm_cache", dev_mode, [](const A& a) { return a.reset_mm_cache(); }),
        admin("reset_encoder_cache", dev_mode, [](const A& a) { return a.reset_encoder_cache(); }),
        admin("release_kv_cache_memory", dev_mode,
              [](const A& a) { return a.release_kv_cache_memory(); }),
        admin("abort_requests", dev_mode, [](const A& a) { return a.abort_requests(); }),
        admin("server_info", dev_mode, [](const A& a) { return a.server_info(); }),
        admin("collective_rpc", dev_mode,
              [](const A& a) { return a.collective_rpc({.method = "m"}); }),
        admin("weight_info", dev_mode, [](const A& a) { return a.weight_info(); }),
        admin("get_world_size", dev_mode, [](const A& a) { return a.world_size(); }),
        admin("start_profile", profiler, [](const A& a) { return a.start_profile(); }),
        admin("stop_profile", profiler, [](const A& a) { return a.stop_profile(); }),
        admin("fault_tolerance/apply", tolerance,
              [](const A& a) { return a.apply_fault_tolerance("retry"); }),
        admin("fault_tolerance/status", tolerance,
              [](const A& a) { return a.fault_tolerance_status(); }),
        admin("scale_elastic_ep", generation,
              [](const A& a) { return a.scale_elastic_ep({.new_data_parallel_size = 2}); }),
        admin("is_scaling_elastic_ep", generation,
              [](const A& a) { return a.is_scaling_elastic_ep(); }),
        admin("kv_event_sources", "no vLLM-style server",
              [](const A& a) { return a.kv_event_sources(); }),
        weight_step("init_weight_transfer_engine", WeightStep::init_weight_transfer_engine),
        weight_step("start_weight_update", WeightStep::start_weight_update),
        weight_step("start_draft_weight_update", WeightStep::start_draft_weight_update),
        weight_step("update_weights", WeightStep::update_weights),
        weight_step("finish_weight_update", WeightStep::finish_weight_update),
        weight_step("update_weight_version", WeightStep::update_weight_version),
        weight_step("shutdown_weight_transfer_engine", WeightStep::shutdown_weight_transfer_engine),
        weight_step("weight_checker", WeightStep::weight_checker),
    };
}

void expect_requirements(const std::vector<Operation>& operations) {
    const BareServer server;
    for (const Operation& operation : operations) {
        const Error error = operation.call(server.client);
        EXPECT_EQ(error.kind, ErrorKind::unsupported) << operation.name;
        const std::string start =
            std::string("the server does not offer ") + operation.name + ": it ";
        EXPECT_TRUE(error.message.starts_with(start)) << operation.name << ": " << error.message;
        EXPECT_NE(error.message.find(operation.needs), std::string::npos) << error.message;
    }
}

TEST(Unsupported, EveryCallSaysWhatTheServerNeeds) {
    expect_requirements(client_operations());
}

TEST(Unsupported, EveryCallOfResponsesMessagesAudioAndLoraDoes) {
    expect_requirements(part_operations());
}

TEST(Unsupported, EveryCallOfAdminDoes) {
    expect_requirements(admin_operations());
}

TEST(Unsupported, StreamsDoToo) {
    const BareServer server;
    const auto needs = [](const Error& error) {
        return error.kind == ErrorKind::unsupported ? error.message : "not unsupported";
    };
    EXPECT_NE(needs(error_of(server.client.responses().create_stream({.input = "a"}).collect()))
                  .find("generation model"),
              std::string::npos);
    EXPECT_NE(needs(error_of(server.client.generate_stream({.token_ids = {1}}).collect()))
                  .find("--enable-scale-out"),
              std::string::npos);
}

}  // namespace
}  // namespace vllm_client::api

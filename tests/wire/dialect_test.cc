// SPDX-License-Identifier: Apache-2.0
#include "wire/dialect.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace vllm_client::wire {
namespace {

constexpr const char* vllm_models =
    R"({"object":"list","data":[{"id":"m","object":"model","owned_by":"vllm","max_model_len":1024}]})";

std::string models_of(const std::string& owner) {
    return R"({"object":"list","data":[{"id":"org/m","object":"model","owned_by":")" + owner +
           "\"}]}";
}

struct Server {
    std::map<std::string, std::string> bodies;  // all others: 404
    std::string headers = "server: uvicorn\n";
};

struct Outcome {
    ServerIdentity identity;
    std::vector<std::string> asked;
};

Outcome ask(const Server& server) {
    Outcome outcome;
    std::vector<ProbeAnswer> seen;
    while (const auto path = next_probe(seen)) {
        const std::string name(*path);
        outcome.asked.push_back(name);
        const auto body = server.bodies.find(name);
        const bool known = body != server.bodies.end();
        seen.push_back({.path = name,
                        .status = known ? 200 : 404,
                        .headers = server.headers,
                        .body = known ? body->second : R"({"detail":"Not Found"})"});
        if (outcome.asked.size() > 20) break;
    }
    outcome.identity = read_identity(seen);
    return outcome;
}

TEST(ReadIdentity, VllmIsKnownByTwoAnswers) {
    const Outcome found =
        ask({.bodies = {{"/v1/models", vllm_models}, {"/version", R"({"version":"0.32.0"})"}}});
    EXPECT_EQ(found.identity.dialect, Dialect::vllm);
    EXPECT_EQ(found.identity.version, "0.32.0");
    EXPECT_EQ(found.asked, (std::vector<std::string>{"/v1/models", "/version"}));
}

TEST(ReadIdentity, VllmBehindAProxyIsStillVllm) {
    const Outcome found =
        ask({.bodies = {{"/v1/models", vllm_models}, {"/version", R"({"version":"0.9.1"})"}},
             .headers = "Server: nginx\n"});
    EXPECT_EQ(found.identity.dialect, Dialect::vllm);
    EXPECT_EQ(found.identity.version, "0.9.1");
}

TEST(ReadIdentity, TheRouterIsKnownByItsEngines) {
    const Outcome found = ask({.bodies = {{"/v1/models", models_of("vllm")},
                                          {"/version", R"({"version":"0.1.6"})"},
                                          {"/engines", R"([{"engine_id":"a"}])"}}});
    EXPECT_EQ(found.identity.dialect, Dialect::production_stack);
    EXPECT_EQ(found.identity.version, "0.1.6");
}

TEST(ReadIdentity, NimIsKnownByItsRelease) {
    const std::string version = R"({"release":"2.0.1","api":"1.0.0"})";
    const Outcome new_one = ask({.bodies = {{"/v1/models", vllm_models}, {"/v1/version", version}},
                                 .headers = "Server: nginx/1.27\n"});
    EXPECT_EQ(new_one.identity.dialect, Dialect::nim);
    EXPECT_EQ(new_one.identity.version, "2.0.1");
    const Outcome old_one = ask({.bodies = {{"/v1/models", models_of("system")},
                                            {"/v1/version", R"({"release":"1.8.4"})"}}});
    EXPECT_EQ(old_one.identity.dialect, Dialect::nim);
    EXPECT_EQ(old_one.identity.version, "1.8.4");
}

TEST(ReadIdentity, OwnersTellServersApart) {
    EXPECT_EQ(ask({.bodies = {{"/v1/models", models_of("lmdeploy")}}}).identity.dialect,
              Dialect::lmdeploy);
    const Outcome tensorrt = ask({.bodies = {{"/v1/models", models_of("tensorrt_llm")},
                                             {"/version", R"({"version":"1.2.0rc1"})"}}});
    EXPECT_EQ(tensorrt.identity.dialect, Dialect::tensorrt_llm);
    EXPECT_EQ(tensorrt.identity.version, "1.2.0rc1");
    EXPECT_EQ(tensorrt.asked.size(), 2U);
}

TEST(ReadIdentity, SglangIsAskedForItsVersion) {
    const Outcome found =
        ask({.bodies = {{"/v1/models", models_of("sglang")},
                        {"/server_info", R"({"tokenizer_path":"m","version":"0.5.3"})"}}});
    EXPECT_EQ(found.identity.dialect, Dialect::sglang);
    EXPECT_EQ(found.identity.version, "0.5.3");
    EXPECT_EQ(found.identity.evidence, "owned_by \"sglang\"");
    EXPECT_EQ(found.asked.size(), 3U);
}

TEST(ReadIdentity, LlamaCppIsKnownByOwnerOrHeader) {
    const std::string props = R"({"default_generation_settings":{},"build_info":"b6700-abc"})";
    for (const auto& server :
         {Server{.bodies = {{"/v1/models", models_of("llamacpp")}, {"/props", props}}},
          Server{.bodies = {{"/props", props}}, .headers = "Server: llama.cpp\n"}}) {
        const Outcome found = ask(server);
        EXPECT_EQ(found.identity.dialect, Dialect::llama_cpp);
        EXPECT_EQ(found.identity.version, "b6700-abc");
    }
    EXPECT_EQ(ask({.bodies = {}, .headers = "Server: llama.cpp\n"}).identity.dialect,
              Dialect::llama_cpp);
}

TEST(ReadIdentity, OllamaIsKnownWhoeverMadeItsModel) {
    for (const char* owner : {"library", "somebody"}) {
        const Outcome found = ask({.bodies = {{"/v1/models", models_of(owner)},
                                              {"/api/version", R"({"version":"0.12.3"})"}}});
        EXPECT_EQ(found.identity.dialect, Dialect::ollama) << owner;
        EXPECT_EQ(found.identity.version, "0.12.3") << owner;
    }
}

TEST(ReadIdentity, TgiIsKnownByItsInfo) {
    const Outcome found =
        ask({.bodies = {{"/v1/models", models_of("org/m")},
                        {"/info", R"({"model_id":"org/m","version":"3.3.5","sha":null})"}},
             .headers = ""});
    EXPECT_EQ(found.identity.dialect, Dialect::tgi);
    EXPECT_EQ(found.identity.version, "3.3.5");
}

TEST(ReadIdentity, WhatFitsNothingIsOpenaiStyle) {
    const Outcome found = ask({.bodies = {{"/v1/models", models_of("openai-internal")}}});
    EXPECT_EQ(found.identity.dialect, Dialect::openai);
    EXPECT_LE(found.asked.size(), 7U);
}

TEST(ReadIdentity, WhatListsNoModelsIsNotGuessedAt) {
    EXPECT_EQ(ask({}).identity.dialect, Dialect::automatic);
    const std::string page = "<html>welcome</html>";
    EXPECT_EQ(ask({.bodies = {{"/v1/models", page},
                              {"/version", page},
                              {"/api/version", page},
                              {"/props", page},
                              {"/info", page},
                              {"/engines", page},
                              {"/v1/version", page},
                              {"/server_info", page}}})
                  .identity.dialect,
              Dialect::automatic);
}

TEST(ReadIdentity, OddAnswersDoNoHarm) {
    for (const char* body : {"", "null", "[]", "[1]", "{\"data\":5}", "{\"data\":[5]}",
                             "{\"data\":[{\"owned_by\":7}]}", "{\"version\":7}", "\xff"}) {
        Server server;
        for (const char* path : {"/v1/models", "/version", "/api/version", "/props", "/info",
                                 "/engines", "/v1/version", "/server_info"}) {
            server.bodies[path] = body;
        }
        EXPECT_LE(ask(server).asked.size(), 9U) << body;
    }
}

TEST(Dialect, NamesGoBothWays) {
    for (const Dialect dialect : {Dialect::automatic, Dialect::vllm, Dialect::llama_cpp,
                                  Dialect::production_stack, Dialect::openai}) {
        EXPECT_EQ(dialect_named(to_string(dialect)), dialect);
    }
    EXPECT_EQ(dialect_named("llama.cpp"), std::nullopt);
}

TEST(VersionNumbers, ReadAsFarAsTheyGo) {
    EXPECT_EQ(version_numbers("0.10.2rc1+cu12"), (VersionNumbers{0, 10, 2}));
    EXPECT_EQ(version_numbers("v1.2"), (VersionNumbers{1, 2, 0}));
    EXPECT_EQ(version_numbers("0.11.1.dev5+g1234"), (VersionNumbers{0, 11, 1}));
    EXPECT_EQ(version_numbers("b6700"), std::nullopt);
    EXPECT_EQ(version_numbers(""), std::nullopt);
    EXPECT_EQ(version_numbers("99999999999999"), std::nullopt);
}

TEST(IsBelow, NeedsAKnownVersion) {
    EXPECT_TRUE(is_below({.version = "0.10.2"}, {0, 11, 0}));
    EXPECT_FALSE(is_below({.version = "0.11.0rc1"}, {0, 11, 0}));
    EXPECT_FALSE(is_below({.version = "main"}, {0, 11, 0}));
}

}  // namespace
}  // namespace vllm_client::wire

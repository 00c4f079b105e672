// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/testing/sim_server.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/temporary_directory.h"
#include "support/tls_files.h"
#include "testing/sim_client.h"

namespace vllm_client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using support::chat_body;
using support::eventually;
using support::fast_sim;
using support::Json;
using support::SimClient;
using support::SimReply;
using testing::SimOptions;
using testing::SimServer;

constexpr const char* chat = "/v1/chat/completions";

TEST(SimServer, NamesTheWrongOption) {
    const auto complaint = [](SimOptions options) {
        const auto server = SimServer::start(std::move(options));
        if (server.ok()) return std::string("none");
        EXPECT_EQ(server.error().kind, ErrorKind::config);
        return server.error().message;
    };
    EXPECT_NE(complaint({.host = "localhost"}).find("host"), std::string::npos);
    EXPECT_NE(complaint({.tls_key_file = "x"}).find("tls_certificate_file"), std::string::npos);
    EXPECT_NE(complaint({.tls_certificate_file = "/none", .tls_key_file = "/none"})
                  .find("tls_certificate_file"),
              std::string::npos);
    EXPECT_NE(complaint({.models = {}}).find("models"), std::string::npos);
    EXPECT_NE(complaint({.max_model_len = 0}).find("max_model_len"), std::string::npos);
    EXPECT_NE(complaint({.tasks = {"dance"}}).find("tasks"), std::string::npos);
    EXPECT_NE(complaint({.time = {.time_scale = -1}}).find("time_scale"), std::string::npos);
    EXPECT_NE(complaint({.threads = 0}).find("threads"), std::string::npos);
    EXPECT_NE(complaint({.unix_socket = std::string(200, 'x')}).find("unix_socket"),
              std::string::npos);
}

TEST(SimServer, SaysWhyItCannotListen) {
    const SimServer first = fast_sim();
    const auto second = SimServer::start({.port = first.port()});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind, ErrorKind::resource);
    EXPECT_NE(second.error().message.find(std::to_string(first.port())), std::string::npos);
}

TEST(SimServer, TellsItsUrl) {
    const SimServer server = fast_sim();
    EXPECT_EQ(server.url(), "http://127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(fast_sim({.host = "::1"}).url().substr(0, 13), "http://[::1]:");
}

TEST(SimServer, ListensOnAUnixSocket) {
    const support::TemporaryDirectory folder;
    const std::string path = (folder.path() / "sim.sock").string();
    {
        const SimServer server = fast_sim({.unix_socket = path});
        EXPECT_EQ(server.url(), "unix:" + path);
        EXPECT_EQ(server.port(), 0);
        SimClient client(server);
        EXPECT_TRUE(
            client.post(chat, chat_body("x", {{"stream", true}, {"max_tokens", 2}})).done());
        EXPECT_FALSE(SimServer::start({.unix_socket = path}).ok()) << "somebody listens already";
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SimServer, ReplacesADeadSocketFile) {
    const support::TemporaryDirectory folder;
    const std::string path = (folder.path() / "sim.sock").string();
    const std::string kept = (folder.path() / "kept").string();
    {
        const SimServer server = fast_sim({.unix_socket = path});
        std::filesystem::create_hard_link(path, kept);
    }
    std::filesystem::rename(kept, path);
    const SimServer server = fast_sim({.unix_socket = path});
    EXPECT_EQ(SimClient(server).get("/health").status, 200);
}

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
    static_cast<std::string*>(text)->append(data, size * count);
    return size * count;
}

TEST(SimServer, SpeaksTls) {
    const support::TlsFiles files;
    const SimServer server = fast_sim({.tls_certificate_file = files.server().certificate.string(),
                                       .tls_key_file = files.server().private_key.string()});
    const std::string body = chat_body("x", {{"stream", true}, {"max_tokens", 300}}).dump();
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(),
                                                                   curl_easy_cleanup);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
        curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
    std::string answer;
    curl_easy_setopt(easy.get(), CURLOPT_URL, (server.url() + chat).c_str());
    curl_easy_setopt(easy.get(), CURLOPT_CAINFO, files.authority().c_str());
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
    for (int i = 0; i < 2; ++i) {
        answer.clear();
        ASSERT_EQ(curl_easy_perform(easy.get()), CURLE_OK);
        EXPECT_TRUE(answer.ends_with("data: [DONE]\n\n"));
    }
    EXPECT_EQ(server.stats().connections_accepted, 1U);
}

TEST(SimServer, DropsAPeerThatDoesNotSpeakTls) {
    const support::TlsFiles files;
    const SimServer server = fast_sim({.tls_certificate_file = files.server().certificate.string(),
                                       .tls_key_file = files.server().private_key.string()});
    SimClient client(server);
    client.raw().send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n");
    (void)client.raw().read_to_end();
    EXPECT_TRUE(eventually([&] { return server.stats().connections_open == 0; }));
}

TEST(SimServer, StopsAtOnceWithWorkInHand) {
    SimServer server = SimServer::start().value();
    std::vector<std::unique_ptr<SimClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<SimClient>(server));
        clients.back()->send(chat, chat_body("x", {{"stream", i % 2 == 0}, {"ignore_eos", true}}));
    }
    ASSERT_TRUE(eventually([&] { return server.stats().running == 50; }));
    const auto begin = steady_clock::now();
    server.stop();
    server.stop();
    EXPECT_LT(steady_clock::now() - begin, milliseconds(1000));
    (void)clients.front()->raw().read_to_end();
    EXPECT_EQ(server.stats().aborted, 50U);
    EXPECT_EQ(server.stats().connections_open, 0U);
}

TEST(SimServer, CanBeMoved) {
    SimServer first = fast_sim();
    SimServer second = std::move(first);
    EXPECT_EQ(SimClient(second).get("/health").status, 200);
    second = fast_sim();
    EXPECT_EQ(SimClient(second).get("/health").status, 200);
}

TEST(SimServer, ReportsItsHealth) {
    SimServer server = fast_sim();
    SimClient client(server);
    server.set_healthy(false);
    const SimReply sick = client.get("/health");
    EXPECT_EQ(sick.status, 503);
    EXPECT_EQ(sick.body, "");
    EXPECT_EQ(client.get("/ping").status, 503);
    EXPECT_FALSE(server.stats().healthy);
    EXPECT_EQ(client.post(chat, chat_body("x", {{"max_tokens", 1}})).status, 200);
    server.set_healthy(true);
    EXPECT_EQ(client.get("/health").status, 200);
}

TEST(SimServer, DropsConnectionsAndServesOn) {
    SimServer server = fast_sim();
    server.set_paused(true);
    SimClient busy(server);
    SimClient unused(server);
    busy.send(chat, chat_body("x"));
    ASSERT_TRUE(eventually(
        [&] { return server.stats().waiting == 1 && server.stats().connections_open == 2; }));
    server.drop_connections();
    EXPECT_EQ(server.stats().connections_open, 0U);
    EXPECT_EQ(server.stats().waiting, 0U);
    EXPECT_TRUE(busy.at_end());
    EXPECT_TRUE(unused.at_end());
    EXPECT_EQ(SimClient(server).get("/health").status, 200);
}

TEST(SimServer, FinishesAnswersWhileDraining) {
    SimServer server = fast_sim();
    server.set_paused(true);
    SimClient busy(server);
    SimClient idle(server);
    EXPECT_EQ(idle.get("/health").status, 200);
    busy.send(chat, chat_body("x", {{"stream", true}, {"max_tokens", 3}}));
    ASSERT_TRUE(eventually([&] { return server.stats().waiting == 1; }));
    server.drain();
    EXPECT_TRUE(idle.at_end());
    EXPECT_THROW(SimClient{server}, std::system_error);
    server.set_paused(false);
    EXPECT_TRUE(busy.read_reply().done());
    EXPECT_TRUE(busy.at_end());
}

TEST(SimServer, SharesConnectionsAmongItsThreads) {
    const SimServer server = fast_sim({.threads = 3});
    std::vector<std::unique_ptr<SimClient>> clients;
    for (int i = 0; i < 9; ++i) {
        clients.push_back(std::make_unique<SimClient>(server));
        EXPECT_EQ(clients.back()->post(chat, chat_body("x", {{"max_tokens", 5}})).status, 200);
    }
    const auto stats = server.stats();
    EXPECT_EQ(stats.connections_open, 9U);
    EXPECT_EQ(stats.requests, 9U);
    EXPECT_EQ(stats.routes.at(chat), 9U);
    EXPECT_EQ(stats.generated_tokens, 45U);
    const std::string metrics = clients.front()->get("/metrics").body;
    for (const auto* const engine : {"0", "1", "2"}) {
        EXPECT_NE(metrics.find("vllm:generation_tokens_total{engine=\"" + std::string(engine) +
                               "\",model_name=\"sim\"} 15.0"),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace vllm_client

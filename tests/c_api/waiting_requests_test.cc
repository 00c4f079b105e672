// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "c_api/fake_c_client.h"

namespace vllm_client::c_api {
namespace {

struct Heard {
    std::vector<std::string> texts{};
    std::size_t events{0};
    std::size_t enough{100};
};

int listen(const char* text, const char* event, void* user) {
    auto& heard = *static_cast<Heard*>(user);
    EXPECT_EQ(event[0], '{');
    if (*text != '\0') heard.texts.emplace_back(text);
    return ++heard.events >= heard.enough ? 1 : 0;
}

TEST(CApiChat, SendsTheWholeBodyAndGivesTheWholeReply) {
    CClient c({.model = "default"});
    const std::string body = testing::chat_reply_json("Hi");
    c.fake.fake->reply(api::chat_path, {.body = body});
    CError error;
    const OwnedText reply(vllm_client_chat(
        &c.handle,
        R"({"stream":false,"messages":[{"role":"user","content":"x"}],"unheard_of":{"a":1}})",
        error.place()));
    ASSERT_NE(reply, nullptr) << error.message();
    EXPECT_EQ(reply.get(), body);
    EXPECT_EQ(
        c.fake.fake->requests().at(0).body,
        R"({"messages":[{"role":"user","content":"x"}],"model":"default","unheard_of":{"a":1}})");
}

TEST(CApiChat, TakesTheModelOfTheRequest) {
    CClient c({.model = "default"});
    c.fake.answer_chat("Hi");
    const OwnedText reply(vllm_client_chat(&c.handle, R"({"messages":[],"model":"own"})", nullptr));
    ASSERT_NE(reply, nullptr);
    EXPECT_EQ(c.fake.fake->requests().at(0).body, R"({"messages":[],"model":"own"})");
    EXPECT_EQ(c.fake.client.metrics().models.at(0).model, "own");
}

TEST(CApiChat, RefusesNullAndWhatIsNoObject) {
    CClient c;
    CError client;
    EXPECT_EQ(vllm_client_chat(nullptr, hello, client.place()), nullptr);
    EXPECT_EQ(client.message(), "client is NULL");
    CError request;
    EXPECT_EQ(vllm_client_chat(&c.handle, nullptr, request.place()), nullptr);
    EXPECT_EQ(request.message(), "request is NULL");
    CError json;
    EXPECT_EQ(vllm_client_chat(&c.handle, "hello", json.place()), nullptr);
    EXPECT_EQ(json.kind(), "config");
    EXPECT_EQ(vllm_client_chat(&c.handle, "hello", nullptr), nullptr);
    EXPECT_TRUE(c.fake.fake->requests().empty());
}

TEST(CApiChat, TellsTheServersError) {
    CClient c;
    c.fake.fake->reply(api::chat_path,
                       {.status = 404, .body = testing::error_reply_json(404, "no model")});
    CError error;
    EXPECT_EQ(vllm_client_chat(&c.handle, hello, error.place()), nullptr);
    EXPECT_EQ(vllm_client_error_http_status(error.get()), 404);
    EXPECT_STREQ(vllm_client_error_server_message(error.get()), "no model");
}

TEST(CApiComplete, GivesTheReply) {
    CClient c;
    const std::string body = testing::completion_reply_json("Hi");
    c.fake.fake->reply(api::completion_path, {.body = body});
    const OwnedText reply(
        vllm_client_complete(&c.handle, R"({"prompt":"a","stream":true})", nullptr));
    ASSERT_NE(reply, nullptr);
    EXPECT_EQ(reply.get(), body);
    EXPECT_EQ(c.fake.fake->requests().at(0).body, R"({"prompt":"a"})");
    EXPECT_EQ(vllm_client_complete(nullptr, "{}", nullptr), nullptr);
}

TEST(CApiEmbed, GivesOneBlockOfFloats) {
    CClient c;
    c.fake.fake->reply("/v1/embeddings",
                       {.body = testing::embedding_reply_json({{1, 2, 3}, {4, 5, 6}})});
    std::size_t count = 0;
    std::size_t dim = 0;
    CError error;
    const std::unique_ptr<float, Free> values(
        vllm_client_embed(&c.handle, R"({"input":["a","b"],"encoding_format":"float"})", &count,
                          &dim, error.place()));
    ASSERT_NE(values, nullptr) << error.message();
    EXPECT_EQ(count, 2U);
    EXPECT_EQ(dim, 3U);
    EXPECT_EQ(std::vector<float>(values.get(), values.get() + 6),
              (std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(c.fake.fake->requests().at(0).body,
              R"({"encoding_format":"base64","input":["a","b"]})");
}

TEST(CApiEmbed, NeedsPlacesForItsSizes) {
    CClient c;
    std::size_t size = 0;
    CError error;
    EXPECT_EQ(vllm_client_embed(&c.handle, "{}", &size, nullptr, error.place()), nullptr);
    EXPECT_EQ(error.kind(), "config");
    EXPECT_EQ(vllm_client_embed(nullptr, "{}", &size, &size, nullptr), nullptr);
}

TEST(CApiRaw, GivesAnyAnswer) {
    CClient c;
    c.fake.fake->reply("/v1/score", {.status = 418, .body = std::string("a\0b", 3)});
    int status = 0;
    std::size_t length = 0;
    CError error;
    const OwnedText body(vllm_client_raw(&c.handle, "POST", "/v1/score", R"({"a":1})", &status,
                                         &length, error.place()));
    ASSERT_NE(body, nullptr) << error.message();
    EXPECT_EQ(status, 418);
    EXPECT_EQ(std::string(body.get(), length), std::string("a\0b", 3));
    EXPECT_EQ(c.fake.fake->requests().at(0).body, R"({"a":1})");
    const OwnedText again(
        vllm_client_raw(&c.handle, "POST", "/v1/score", nullptr, nullptr, nullptr, nullptr));
    EXPECT_NE(again, nullptr);
}

TEST(CApiRaw, RefusesOddMethodsAndPaths) {
    CClient c;
    CError method;
    EXPECT_EQ(vllm_client_raw(&c.handle, "get", "/x", nullptr, nullptr, nullptr, method.place()),
              nullptr);
    EXPECT_EQ(method.message(), "method must be GET, POST or DELETE");
    CError path;
    EXPECT_EQ(vllm_client_raw(&c.handle, "GET", nullptr, nullptr, nullptr, nullptr, path.place()),
              nullptr);
    EXPECT_EQ(path.message(), "path is NULL");
    EXPECT_EQ(vllm_client_raw(&c.handle, nullptr, "/x", nullptr, nullptr, nullptr, nullptr),
              nullptr);
    EXPECT_EQ(vllm_client_raw(nullptr, "GET", "/x", nullptr, nullptr, nullptr, nullptr), nullptr);
}

TEST(CApiChatStream, TellsEachEventAndGivesTheWholeAnswer) {
    CClient c;
    c.fake.fake->stream(api::chat_path, testing::chat_stream_events({"Hel", "lo"}));
    Heard heard;
    CError error;
    const OwnedText reply(
        vllm_client_chat_stream(&c.handle, hello, &listen, &heard, error.place()));
    ASSERT_NE(reply, nullptr) << error.message();
    EXPECT_EQ(heard.texts, (std::vector<std::string>{"Hel", "lo"}));
    EXPECT_NE(std::string(reply.get()).find(R"("content":"Hello")"), std::string::npos);
    EXPECT_NE(c.fake.fake->requests().at(0).body.find(R"("stream":true)"), std::string::npos);
}

TEST(CApiChatStream, NeedsNoListener) {
    CClient c;
    c.fake.fake->stream(api::chat_path, testing::chat_stream_events({"Hi"}));
    const OwnedText reply(vllm_client_chat_stream(&c.handle, hello, nullptr, nullptr, nullptr));
    EXPECT_NE(reply, nullptr);
}

TEST(CApiChatStream, StopsWhenToldSo) {
    CClient c;
    c.fake.fake->stream(api::chat_path, testing::chat_stream_events({"a", "b", "c"}));
    Heard heard{.enough = 3};  // the role and two texts
    CError error;
    EXPECT_EQ(vllm_client_chat_stream(&c.handle, hello, &listen, &heard, error.place()), nullptr);
    EXPECT_EQ(error.kind(), "cancelled");
    EXPECT_STREQ(vllm_client_error_partial(error.get(), 0), "ab");
    EXPECT_EQ(heard.events, 3U);
}

TEST(CApiChatStream, ABrokenStreamKeepsItsPrefix) {
    CClient c;
    auto events = testing::chat_stream_events({"a", "b"});
    events.resize(3);
    c.fake.fake->stream(
        api::chat_path,
        {.events = events, .error = Error{.kind = ErrorKind::stream, .message = "cut"}});
    CError error;
    EXPECT_EQ(vllm_client_chat_stream(&c.handle, hello, nullptr, nullptr, error.place()), nullptr);
    EXPECT_EQ(vllm_client_error_get_code(error.get()), VLLM_CLIENT_ERROR_STREAM);
    EXPECT_STREQ(vllm_client_error_partial(error.get(), 0), "ab");
}

}  // namespace
}  // namespace vllm_client::c_api

// SPDX-License-Identifier: Apache-2.0
#include "api/config_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/temporary_directory.h"

namespace vllm_client::api {
namespace {

using namespace std::chrono_literals;

constexpr const char* secret = "s3cret-key";

class FileReader {
 public:
    std::string path() const { return (directory_.path() / "client.json").string(); }

    void write(const std::string& content) const {
        std::ofstream(path(), std::ios::binary) << content;
    }
    ClientOptions read(const std::string& content, ClientOptions options = {}) const {
        write(content);
        options.config_file = path();
        return with_config_file(std::move(options)).value();
    }
    /// The problem without the "config file PATH: " that every message must begin with.
    std::string problem_of(const std::string& content) const {
        write(content);
        ClientOptions options;
        options.config_file = path();
        const auto read = with_config_file(std::move(options));
        if (read) {
            ADD_FAILURE() << "accepted: " << content;
            return {};
        }
        EXPECT_EQ(read.error().kind, ErrorKind::config);
        EXPECT_EQ(read.error().phase, Phase::validate);
        const std::string& message = read.error().message;
        EXPECT_EQ(message.find(secret), std::string::npos) << message;
        const std::string start = "config file " + path() + ": ";
        EXPECT_TRUE(message.starts_with(start)) << message;
        return message.substr(std::min(start.size(), message.size()));
    }
    std::string directory() const { return directory_.path().string(); }

 private:
    const support::TemporaryDirectory directory_;
};

class ConfigFile : public testing::Test, protected FileReader {};

TEST_F(ConfigFile, IsOptional) {
    ClientOptions options;
    options.model = "m";
    EXPECT_EQ(with_config_file(options).value().model, "m");
}

TEST_F(ConfigFile, ReadsEveryMember) {
    const std::string pem = directory() + "/all.pem";
    std::ofstream(pem) << "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n";
    const auto options = read(R"({
        "endpoints": ["http://a:8000",
                      {"url": "https://b", "name": "b", "api_key": "kb", "unix_socket": "/s",
                       "headers": {"X-B": "1"}, "dialect": "llama_cpp",
                       "server_version": "b6700"}],
        "api_key": "k", "model": "m", "headers": {"X-Team": "search", "X-Empty": ""},
        "timeouts": {"connect": 1, "first_byte": 2.5, "first_token": 3, "between_events": 0,
                     "total": 90},
        "pool": {"max_connections": 7, "max_idle": 3, "idle_limit": 1.5, "preconnect": 2,
                 "tcp_keepalive": 9},
        "tls": {"ca_bundle": ")" +
                              pem + R"(", "client_cert": ")" + pem + R"(",
                "client_key": ")" +
                              pem + R"(",
                "pinned_key": "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "expected_host": "h.example", "insecure": true},
        "proxy": {"url": "http://p:3128", "no_proxy": "local", "ignore_environment": true},
        "http_version": "http1",
        "limits": {"header_bytes": 1001, "header_fields": 1002, "body_bytes": 1003,
                   "event_bytes": 1004, "stream_buffer_bytes": 1005, "error_body_bytes": 1006,
                   "queue_requests": 1007, "queue_bytes": 1008},
        "io": {"threads": 4, "poller": "curl_poll"},
        "health": {"interval": 0.5, "timeout": 0.25},
        "callback_threads": 5, "log_level": "debug", "user_agent": "mine/1"})");
    ASSERT_EQ(options.endpoints.size(), 2U);
    EXPECT_EQ(options.endpoints[0].options().url, "http://a:8000");
    const EndpointOptions& b = options.endpoints[1].options();
    EXPECT_EQ(b.url, "https://b");
    EXPECT_EQ(b.name, "b");
    EXPECT_EQ(b.api_key, "kb");
    EXPECT_EQ(b.unix_socket, "/s");
    EXPECT_EQ(b.dialect, Dialect::llama_cpp);
    EXPECT_EQ(b.server_version, "b6700");
    EXPECT_EQ(b.headers, (std::vector<Header>{{"X-B", "1"}}));
    EXPECT_EQ(options.api_key, "k");
    EXPECT_EQ(options.model, "m");
    EXPECT_EQ(options.headers, (std::vector<Header>{{"X-Team", "search"}, {"X-Empty", ""}}));
    EXPECT_EQ(options.timeouts.connect, 1s);
    EXPECT_EQ(options.timeouts.first_byte, 2500ms);
    EXPECT_EQ(options.timeouts.first_token, 3s);
    EXPECT_EQ(options.timeouts.between_events, 0ms);
    EXPECT_EQ(options.timeouts.total, 90s);
    EXPECT_EQ(options.pool.max_connections, 7U);
    EXPECT_EQ(options.pool.max_idle, 3U);
    EXPECT_EQ(options.pool.idle_limit, 1500ms);
    EXPECT_EQ(options.pool.preconnect, 2U);
    EXPECT_EQ(options.pool.tcp_keepalive, 9s);
    EXPECT_EQ(options.tls.ca_bundle, pem);
    EXPECT_EQ(options.tls.client_cert, pem);
    EXPECT_EQ(options.tls.client_key, pem);
    EXPECT_EQ(options.tls.pinned_key, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    EXPECT_EQ(options.tls.expected_host, "h.example");
    EXPECT_TRUE(options.tls.insecure);
    EXPECT_EQ(options.proxy.url, "http://p:3128");
    EXPECT_EQ(options.proxy.no_proxy, "local");
    EXPECT_TRUE(options.proxy.ignore_environment);
    EXPECT_EQ(options.http_version, HttpVersion::http1);
    EXPECT_EQ(options.limits.header_bytes, 1001U);
    EXPECT_EQ(options.limits.header_fields, 1002U);
    EXPECT_EQ(options.limits.body_bytes, 1003U);
    EXPECT_EQ(options.limits.event_bytes, 1004U);
    EXPECT_EQ(options.limits.stream_buffer_bytes, 1005U);
    EXPECT_EQ(options.limits.error_body_bytes, 1006U);
    EXPECT_EQ(options.limits.queue_requests, 1007U);
    EXPECT_EQ(options.limits.queue_bytes, 1008U);
    EXPECT_EQ(options.io.threads, 4U);
    EXPECT_EQ(options.io.poller, PollerKind::curl_poll);
    EXPECT_EQ(options.health.interval, 500ms);
    EXPECT_EQ(options.health.timeout, 250ms);
    EXPECT_EQ(options.callback_threads, 5U);
    EXPECT_EQ(options.log_level, LogLevel::debug);
    EXPECT_EQ(options.user_agent, "mine/1");
}

TEST_F(ConfigFile, GivesWayToWhatIsSet) {
    ClientOptions given;
    given.endpoints = {"http://mine"};
    given.api_key = "mine";
    given.timeouts.total = 1s;
    given.pool.max_idle = 7;
    given.log_level = LogLevel::error;
    const auto options = read(R"({"endpoints": ["http://file"], "api_key": "file", "model": "file",
        "timeouts": {"total": 9, "connect": 9}, "pool": {"max_idle": 9, "max_connections": 9},
        "log_level": "debug"})",
                              given);
    EXPECT_EQ(options.endpoints.at(0).options().url, "http://mine");
    EXPECT_EQ(options.api_key, "mine");
    EXPECT_EQ(options.model, "file");
    EXPECT_EQ(options.timeouts.total, 1s);
    EXPECT_EQ(options.timeouts.connect, 9s);
    EXPECT_EQ(options.pool.max_idle, 7U);
    EXPECT_EQ(options.pool.max_connections, 9U);
    EXPECT_EQ(options.log_level, LogLevel::error);
}

TEST_F(ConfigFile, AddsHeadersByName) {
    ClientOptions given;
    given.headers = {{"x-team", "mine"}};
    const auto options = read(R"({"headers": {"X-Team": "file", "X-Other": "file"}})", given);
    EXPECT_EQ(options.headers, (std::vector<Header>{{"x-team", "mine"}, {"X-Other", "file"}}));
}

TEST_F(ConfigFile, LeavesHooksOfTheProgram) {
    ClientOptions given;
    given.log_sink = [](LogLevel, std::string_view) {};
    given.key_provider = [](std::string_view) { return std::string("k"); };
    given.read_environment = false;
    const auto options = read("{}", given);
    EXPECT_TRUE(options.log_sink);
    EXPECT_TRUE(options.key_provider);
    EXPECT_FALSE(options.read_environment);
    EXPECT_EQ(options.config_file, path());
}

TEST_F(ConfigFile, MayBeginWithByteOrderMark) {
    EXPECT_EQ(read("\xEF\xBB\xBF {\"model\": \"m\\u00fc\"}\n").model, "m\xC3\xBC");
}

TEST_F(ConfigFile, RefusesUnknownNames) {
    EXPECT_EQ(problem_of(R"({"modle": "m"})"), "modle is not a known option");
    EXPECT_EQ(problem_of(R"({"pool": {"size": 1}})"), "pool.size is not a known option");
    EXPECT_EQ(
        problem_of(R"({"endpoints": ["http://a", {"url": "http://b", "key": "s3cret-key"}]})"),
        "endpoints[1].key is not a known option");
    EXPECT_EQ(problem_of(R"({"config_file": "x"})"), "config_file is not a known option");
    EXPECT_EQ(problem_of("{\"" + std::string(300, 'n') + "\": 1}"),
              std::string(100, 'n') + "… is not a known option");
    EXPECT_EQ(problem_of(R"({"a\nb": 1})"), R"(a\nb is not a known option)");
}

TEST_F(ConfigFile, RefusesWrongTypes) {
    EXPECT_EQ(problem_of(R"({"api_key": 5})"), "api_key must be a text");
    EXPECT_EQ(problem_of(R"({"model": null})"), "model must be a text");
    EXPECT_EQ(problem_of(R"({"pool": []})"), "pool must be an object");
    EXPECT_EQ(problem_of(R"({"pool": {"max_idle": "5"}})"),
              "pool.max_idle must be a whole number of 0 or more");
    EXPECT_EQ(problem_of(R"({"timeouts": {"total": "5"}})"),
              "timeouts.total must be a number of seconds");
    EXPECT_EQ(problem_of(R"({"tls": {"insecure": 1}})"), "tls.insecure must be true or false");
    EXPECT_EQ(problem_of(R"({"headers": ["X-A: 1"]})"),
              "headers must be an object of names and texts");
    EXPECT_EQ(problem_of(R"({"headers": {"X-A": 1}})"), "headers.X-A must be a text");
    EXPECT_EQ(problem_of(R"({"endpoints": "http://a"})"),
              "endpoints must be a list of URLs and objects");
    EXPECT_EQ(problem_of(R"({"endpoints": [1]})"), "endpoints[0] must be a URL or an object");
    EXPECT_EQ(problem_of(R"({"log_level": "loud"})"),
              "log_level must be debug, info, warning, error or off");
    EXPECT_EQ(problem_of(R"({"io": {"poller": "kqueue"}})"),
              "io.poller must be automatic, epoll or curl_poll");
    EXPECT_EQ(problem_of(R"({"http_version": 2})"), "http_version must be a text");
    EXPECT_TRUE(problem_of(R"({"endpoints": [{"url": "http://a", "dialect": "llama.cpp"}]})")
                    .starts_with("endpoints[0].dialect must be automatic, vllm, "));
}

TEST_F(ConfigFile, RefusesNumbersOutOfRange) {
    for (const char* number : {"-1", "1.5", "1e300", "9007199254740994"}) {
        EXPECT_EQ(problem_of(R"({"pool": {"max_idle": )" + std::string(number) + "}}"),
                  "pool.max_idle must be a whole number of 0 or more");
    }
    EXPECT_EQ(problem_of(R"({"pool": {"max_connections": 0}})"),
              "pool.max_connections must be at least 1");
    EXPECT_EQ(problem_of(R"({"pool": {"tcp_keepalive": 9007199254740992}})"),
              "pool.tcp_keepalive must be 0…32767 seconds");
    EXPECT_EQ(problem_of(R"({"timeouts": {"total": -0.0001}})"), "timeouts.total is negative");
    EXPECT_EQ(problem_of(R"({"timeouts": {"total": 1e300}})"),
              "timeouts.total is longer than ten years; 0 means no limit");
    EXPECT_EQ(problem_of(R"({"io": {"threads": 65}})"), "io.threads must be 1…64");
    EXPECT_TRUE(problem_of(R"({"timeouts": {"total": 1e999}})").starts_with("timeouts.total"));
}

TEST_F(ConfigFile, ChecksValuesThatAreNotUsed) {
    write(R"({"endpoints": ["nonsense"]})");
    ClientOptions given;
    given.endpoints = {"http://mine"};
    given.config_file = path();
    EXPECT_FALSE(with_config_file(given).ok());
}

TEST_F(ConfigFile, LeavesJudgingPairsToTheEnd) {
    ClientOptions given;
    given.pool.max_connections = 5000;
    EXPECT_EQ(read(R"({"pool": {"preconnect": 2000}})", given).pool.preconnect, 2000U);
}

TEST_F(ConfigFile, RefusesWhatIsNotOneJsonObject) {
    for (const char* text : {"", " ", "[]", "1", "null", "\"x\""}) {
        const std::string problem = problem_of(text);
        EXPECT_NE(problem.find("JSON"), std::string::npos) << text << ": " << problem;
    }
    for (const char* text :
         {"{", "{}}", "{} {}", "{\"model\": \"s3cret-key}", "{\"model\" \"m\"}", "{model: 1}",
          "{\"model\": 'm'}", "{\"model\": \"m\",}", "{\"pool\": {}",
          "{\"pool\": {\"max_idle\": 05}}", "{\"tls\": {\"insecure\": truth}}", "// comment\n{}",
          "{\"model\": \"\\x\"}", "{\"model\": \"a\nb\"}"}) {
        const std::string problem = problem_of(text);
        EXPECT_TRUE(problem.ends_with("not valid JSON")) << text << ": " << problem;
    }
    EXPECT_EQ(problem_of("{\"model\": \"\xFF\"}"), "not valid UTF-8");
    EXPECT_EQ(problem_of(R"({"pool": {"max_idle": 1, "max_idle": 2}})"),
              "pool.max_idle: given twice");
}

TEST_F(ConfigFile, SurvivesDeepNesting) {
    EXPECT_EQ(problem_of("{\"a\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}"),
              "nested more than 256 levels deep");
    EXPECT_EQ(problem_of("{\"a\":" + std::string(200'000, '[')),
              "nested more than 256 levels deep");
}

TEST_F(ConfigFile, NamesFilesItCannotRead) {
    ClientOptions options;
    options.config_file = path();
    EXPECT_EQ(with_config_file(options).error().message,
              "config_file: cannot read file " + path() + ": No such file or directory");
    options.config_file = directory();
    EXPECT_EQ(with_config_file(options).error().message,
              "config_file: cannot read file " + options.config_file + ": Is a directory");
    options.config_file = path() + std::string("\0.json", 6);
    EXPECT_EQ(with_config_file(options).error().message, "config_file has control characters");
    write("{}" + std::string(1024 * 1024 - 2, ' '));
    options.config_file = path();
    EXPECT_TRUE(with_config_file(options).ok());
    write("{}" + std::string(1024 * 1024 - 1, ' '));
    EXPECT_EQ(with_config_file(options).error().message,
              "config_file: cannot read file " + path() + ": larger than 1048576 bytes");
}

TEST(FaultE, E3_ControlCharactersInConfigFileAreConfigErrors) {
    const FileReader file;
    EXPECT_EQ(file.problem_of(R"({"api_key": "s3cret-key\n"})"), "api_key has control characters");
    EXPECT_EQ(file.problem_of(R"({"model": "m\u0000"})"), "model has control characters");
    EXPECT_EQ(file.problem_of(R"({"headers": {"X-A": "s3cret-key\r\n"}})"),
              "headers has control characters in its value");
    EXPECT_EQ(file.problem_of(R"({"endpoints": [{"url": "http://a", "headers": {"X A": ""}}]})"),
              "endpoints[0].headers has a header name that is not a token");
    EXPECT_EQ(file.problem_of(R"({"endpoints": ["http://a\n"]})"),
              "endpoints[0].url has control characters");
}

TEST(FaultE, E9_CredentialsInConfigFileAreNotShown) {
    const FileReader file;
    EXPECT_EQ(file.problem_of(R"({"endpoints": ["http://alice:s3cret-key@h:0"]})"),
              "endpoints[0].url must have a port from 1 to 65535");
    EXPECT_EQ(file.problem_of(R"({"proxy": {"url": "http://alice:s3cret-key@h:0"}})"),
              "proxy.url must have a port from 1 to 65535");
}

}  // namespace
}  // namespace vllm_client::api

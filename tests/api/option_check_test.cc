// SPDX-License-Identifier: Apache-2.0
#include "api/option_check.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "api/endpoint_list.h"
#include "support/temporary_directory.h"

namespace vllm_client::api {
namespace {

using namespace std::chrono_literals;

using Change = std::function<void(ClientOptions&)>;

std::string problem_of(const Change& change) {
    ClientOptions options;
    change(options);
    const auto checked = check_options(options);
    if (checked) return {};
    EXPECT_EQ(checked.error().kind, ErrorKind::config);
    EXPECT_EQ(checked.error().phase, Phase::validate);
    EXPECT_EQ(checked.error().to_string().find("s3cret"), std::string::npos);
    return checked.error().message;
}

std::vector<std::string> names_of(std::vector<Endpoint> endpoints) {
    ClientOptions options;
    options.endpoints = std::move(endpoints);
    std::vector<std::string> names;
    for (const auto& address : read_endpoints(options).value())
        names.push_back(address.name);
    return names;
}

class Files {
 public:
    std::string file(const std::string& name, const std::string& content) const {
        const auto path = directory_.path() / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    std::string certificate() const { return file("cert.pem", "-----BEGIN CERTIFICATE-----\n"); }
    std::string key() const { return file("key.pem", "-----BEGIN EC PRIVATE KEY-----\n"); }
    std::string missing() const { return (directory_.path() / "missing.pem").string(); }

 private:
    const support::TemporaryDirectory directory_;
};

TEST(OptionCheck, AcceptsDefaultsAndProfiles) {
    EXPECT_EQ(problem_of([](ClientOptions&) {}), "");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.pool = PoolOptions::seed_profile(); }), "");
}

TEST(OptionCheck, NamesTheWrongTimeout) {
    using T = TimeoutOptions;
    for (const auto& [member, name] : {std::pair{&T::connect, "connect"},
                                       {&T::first_byte, "first_byte"},
                                       {&T::first_token, "first_token"},
                                       {&T::between_events, "between_events"},
                                       {&T::total, "total"}}) {
        const auto with = [member = member](std::chrono::milliseconds time) {
            return problem_of([&](ClientOptions& o) { o.timeouts.*member = time; });
        };
        EXPECT_EQ(with(-1ms), std::string("timeouts.") + name + " is negative");
        EXPECT_EQ(with(std::chrono::milliseconds::max()),
                  std::string("timeouts.") + name + " is longer than ten years; 0 means no limit");
        EXPECT_EQ(with(0ms), "");
        EXPECT_EQ(with(24h), "");
    }
    EXPECT_EQ(check_timeouts({.total = -1ms}, "CallOptions.timeouts").error().message,
              "CallOptions.timeouts.total is negative");
}

TEST(OptionCheck, ChecksPool) {
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.pool.max_connections = 0; }),
              "pool.max_connections must be at least 1");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.pool.idle_limit = -1ms; }),
              "pool.idle_limit is negative");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.pool.tcp_keepalive = -1s; }),
              "pool.tcp_keepalive must be 0…32767 seconds");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.pool.tcp_keepalive = 32768s; }),
              "pool.tcp_keepalive must be 0…32767 seconds");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.pool.preconnect = 1001; }),
              "pool.preconnect is more than pool.max_connections");
    EXPECT_EQ(problem_of([](ClientOptions& o) {
                  o.pool.max_connections = 1;
                  o.pool.max_idle = 0;
                  o.pool.idle_limit = 0ms;
                  o.pool.preconnect = 1;
                  o.pool.tcp_keepalive = 0s;
              }),
              "");
}

TEST(OptionCheck, ChecksThreads) {
    for (const std::size_t bad : {0U, 65U}) {
        EXPECT_EQ(problem_of([bad](ClientOptions& o) { o.io.threads = bad; }),
                  "io.threads must be 1…64");
        EXPECT_EQ(problem_of([bad](ClientOptions& o) { o.callback_threads = bad; }),
                  "callback_threads must be 1…64");
    }
    for (const std::size_t good : {1U, 64U}) {
        EXPECT_EQ(problem_of([good](ClientOptions& o) { o.io.threads = good; }), "");
        EXPECT_EQ(problem_of([good](ClientOptions& o) { o.callback_threads = good; }), "");
    }
}

TEST(OptionCheck, ChecksLimits) {
    using L = LimitOptions;
    for (const auto& [member, name] : {std::pair{&L::header_bytes, "header_bytes"},
                                       {&L::header_fields, "header_fields"},
                                       {&L::body_bytes, "body_bytes"},
                                       {&L::event_bytes, "event_bytes"},
                                       {&L::stream_buffer_bytes, "stream_buffer_bytes"},
                                       {&L::error_body_bytes, "error_body_bytes"},
                                       {&L::queue_requests, "queue_requests"},
                                       {&L::queue_bytes, "queue_bytes"}}) {
        EXPECT_EQ(problem_of([member = member](ClientOptions& o) { o.limits.*member = 0; }),
                  std::string("limits.") + name + " must be at least 1");
    }
}

TEST(OptionCheck, ChecksHealth) {
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.health.interval = -1ms; }),
              "health.interval is negative");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.health.timeout = -1ms; }),
              "health.timeout is negative");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.health.timeout = 0ms; }),
              "health.timeout must be more than 0");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.health.interval = 0ms; }), "");
}

TEST(OptionCheck, ChecksProxy) {
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.proxy.url = "http://u:s3cret@p:0"; }),
              "proxy.url must have a port from 1 to 65535");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.proxy.no_proxy = "a\nb"; }),
              "proxy.no_proxy has control characters");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.proxy.url = "socks5h://u:s3cret@p:1"; }), "");
}

TEST(OptionCheck, ChecksExpectedHost) {
    for (const char* host : {"a b", "h:443", "https://h", "*.h", "-h", "h/"}) {
        EXPECT_EQ(problem_of([host](ClientOptions& o) { o.tls.expected_host = host; }),
                  "tls.expected_host is not a host name")
            << host;
    }
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.tls.expected_host = "gpu.example"; }), "");
}

TEST(OptionCheck, ChecksPinnedKey) {
    const std::string pin = "sha256//" + std::string(43, 'A') + "=";
    const auto with = [](std::string text) {
        return problem_of([&](ClientOptions& o) { o.tls.pinned_key = text; });
    };
    EXPECT_EQ(with(pin), "");
    EXPECT_EQ(with(pin + ";" + pin), "");
    for (const std::string& bad :
         {pin + ";", ";" + pin, std::string("/etc/key.pem"), std::string("sha256//"),
          std::string("sha256//AAAA"), std::string("sha1//" + std::string(43, 'A') + "="),
          pin + "\n", "sha256//" + std::string(44, '!'), pin + "," + pin}) {
        EXPECT_EQ(with(bad),
                  "tls.pinned_key must be sha256// and the base64 of 32 bytes, or several of them "
                  "with ';' between")
            << bad;
    }
}

TEST(FaultE, E6_UnreadableFilesAreConfigErrors) {
    const Files files;
    const std::string why = ": cannot read file " + files.missing() + ": No such file or directory";
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.ca_bundle = files.missing(); }),
              "tls.ca_bundle" + why);
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.client_cert = files.missing(); }),
              "tls.client_cert" + why);
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.client_key = files.missing(); }),
              "tls.client_key" + why);
    const std::string other = files.file("other", "-----BEGIN s3cret-----\n");
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.ca_bundle = other; }),
              "tls.ca_bundle names a file without a PEM block: " + other);
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.ca_bundle = files.key(); }),
              "tls.ca_bundle names a file without a PEM block: " + files.key());
    EXPECT_EQ(problem_of([&](ClientOptions& o) {
                  o.tls.ca_bundle = files.certificate() + std::string("\0x", 2);
              }),
              "tls.ca_bundle has control characters");
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.ca_bundle = files.certificate(); }), "");
}

TEST(OptionCheck, ClientKeyNeedsACertificate) {
    const Files files;
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.client_key = files.key(); }),
              "tls.client_key is given without tls.client_cert");
    EXPECT_EQ(problem_of([&](ClientOptions& o) { o.tls.client_cert = files.certificate(); }), "");
    EXPECT_EQ(problem_of([&](ClientOptions& o) {
                  o.tls.client_cert = files.certificate();
                  o.tls.client_key = files.key();
              }),
              "");
}

TEST(FaultE, E3_ControlCharactersInOptionsAreConfigErrors) {
    for (const char* end : {"\r\nX: y", "\n", "\t", "\x7F"}) {
        const std::string text = std::string("s3cret") + end;
        EXPECT_EQ(problem_of([&](ClientOptions& o) { o.api_key = text; }),
                  "api_key has control characters");
        EXPECT_EQ(problem_of([&](ClientOptions& o) { o.model = text; }),
                  "model has control characters");
        EXPECT_EQ(problem_of([&](ClientOptions& o) { o.user_agent = text; }),
                  "user_agent has control characters");
        EXPECT_EQ(problem_of([&](ClientOptions& o) { o.proxy.url = "http://p/" + text; }),
                  "proxy.url has control characters");
        EXPECT_EQ(problem_of([&](ClientOptions& o) { o.endpoints = {"http://h/" + text}; }),
                  "endpoints[0].url has control characters");
    }
    EXPECT_EQ(problem_of([](ClientOptions& o) {
                  o.headers = {{"X-A", "1"}, {"X-B", "s3cret\r\n"}};
              }),
              "headers[1] has control characters in its value");
}

TEST(EndpointList, IsTheLocalServerByDefault) {
    EXPECT_EQ(names_of({}), std::vector<std::string>{"http://localhost:8000"});
}

TEST(EndpointList, NumbersEqualUrls) {
    EXPECT_EQ(names_of({"http://a", "http://a/v1", "http://b", "http://u:p@a"}),
              (std::vector<std::string>{"http://a", "http://a#2", "http://b", "http://a#3"}));
}

TEST(EndpointList, LeavesNamesToTheUser) {
    EXPECT_EQ(names_of({"http://a", EndpointOptions{.url = "http://b", .name = "http://a"}}),
              (std::vector<std::string>{"http://a#2", "http://a"}));
}

TEST(EndpointList, RefusesEqualNamesOfTheUser) {
    EXPECT_EQ(problem_of([](ClientOptions& o) {
                  o.endpoints = {EndpointOptions{.url = "http://a", .name = "n"}, "http://b",
                                 EndpointOptions{.url = "http://c", .name = "n"}};
              }),
              "endpoints[2].name is the name of another endpoint: n");
}

TEST(EndpointList, NamesTheBadEndpoint) {
    EXPECT_EQ(problem_of([](ClientOptions& o) {
                  o.endpoints = {"http://a", "ftp://b"};
              }),
              "endpoints[1].url must begin with http://, https:// or unix:/");
    EXPECT_EQ(problem_of([](ClientOptions& o) { o.endpoints = {Endpoint{}}; }),
              "endpoints[0].url is empty");
}

TEST(EndpointList, PutsHeadersOfTheEndpointInPlaceOfTheClients) {
    ClientOptions options;
    options.headers = {{"X-A", "client"}, {"X-B", "client"}, {"x-b", "again"}};
    options.endpoints = {"http://a", EndpointOptions{.url = "http://u:p@b",
                                                     .headers = {{"x-a", "own"}, {"X-C", "own"}}}};
    const auto endpoints = read_endpoints(options).value();
    EXPECT_EQ(endpoints[0].headers, (std::vector<std::string>{"X-A: client", "x-b: again"}));
    EXPECT_EQ(endpoints[1].headers,
              (std::vector<std::string>{"x-a: own", "x-b: again", "Authorization: Basic dTpw",
                                        "X-C: own"}));
}

std::vector<std::string> warnings_of(const ClientOptions& options) {
    return option_warnings(options, read_endpoints(options).value());
}

TEST(FaultE, E12_KeyOverPlainHttpGivesOneWarning) {
    ClientOptions options;
    options.api_key = "s3cret";
    options.endpoints = {"http://a",         "https://b", "http://c:1",
                         "http://localhost", "unix:/s",   "http://127.0.0.1:8000",
                         "http://[::1]:8000"};
    const std::vector<std::string> warning{
        "keys go over plain http to another host: http://a, http://c:1"};
    EXPECT_EQ(warnings_of(options), warning);
    options.api_key.clear();
    EXPECT_TRUE(warnings_of(options).empty());
    options.key_provider = [](std::string_view) { return std::string("s3cret"); };
    EXPECT_EQ(warnings_of(options), warning);
}

TEST(FaultE, E12_EveryWayToGiveAKeyCounts) {
    ClientOptions options;
    options.endpoints = {
        EndpointOptions{.url = "http://a", .api_key = "s3cret"}, "http://u:s3cret@b",
        EndpointOptions{.url = "http://c", .headers = {{"authorization", "s3cret"}}}, "http://d",
        EndpointOptions{.url = "http://127.evil.example", .api_key = "k"}};
    EXPECT_EQ(warnings_of(options),
              std::vector<std::string>{"keys go over plain http to another host: http://a, "
                                       "http://b, http://c, http://127.evil.example"});
}

TEST(FaultE, E4_UnverifiedServersGiveAWarning) {
    ClientOptions options;
    options.tls.insecure = true;
    ASSERT_EQ(warnings_of(options).size(), 1U);
    EXPECT_TRUE(warnings_of(options).front().starts_with("tls.insecure is set"));
}

}  // namespace
}  // namespace vllm_client::api

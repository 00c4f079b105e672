// SPDX-License-Identifier: Apache-2.0
#include "api/environment.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "support/temporary_directory.h"

namespace vllm_client::api {
namespace {

using namespace std::chrono_literals;

using Variables = std::map<std::string, std::string>;

constexpr const char* secret = "s3cret-key";

GetVariable from(Variables variables) {
    return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

ClientOptions read(Variables variables, ClientOptions options = {}) {
    return with_environment(std::move(options), from(std::move(variables))).value();
}

std::string problem_of(Variables variables, ClientOptions options = {}) {
    const auto read = with_environment(std::move(options), from(std::move(variables)));
    if (read) {
        ADD_FAILURE() << "accepted";
        return {};
    }
    EXPECT_EQ(read.error().kind, ErrorKind::config);
    EXPECT_EQ(read.error().phase, Phase::validate);
    EXPECT_EQ(read.error().to_string().find(secret), std::string::npos);
    return read.error().message;
}

std::string only_url(const ClientOptions& options) {
    EXPECT_EQ(options.endpoints.size(), 1U);
    return options.endpoints.empty() ? "" : options.endpoints.front().options().url;
}

class Files {
 public:
    std::string file(const std::string& name, const std::string& content) const {
        const auto path = directory_.path() / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    std::string missing() const { return (directory_.path() / "missing").string(); }
    std::string directory() const { return directory_.path().string(); }

 private:
    const support::TemporaryDirectory directory_;
};

TEST(Environment, ChangesNothingWhenEmpty) {
    const auto options = read({});
    EXPECT_TRUE(options.endpoints.empty());
    EXPECT_EQ(options.api_key, "");
    EXPECT_EQ(options.model, "");
    EXPECT_FALSE(options.timeouts.total);
    EXPECT_FALSE(options.log_sink);
    EXPECT_EQ(options.config_file, "");
    EXPECT_TRUE(options.headers.empty());
}

TEST(Environment, ReadsOwnNames) {
    const auto options = read({{"VLLM_CLIENT_BASE_URL", "http://a:8000"},
                               {"VLLM_CLIENT_API_KEY", secret},
                               {"VLLM_CLIENT_MODEL", "m"},
                               {"VLLM_CLIENT_TIMEOUT", "2.5"},
                               {"VLLM_CLIENT_CONFIG", "/etc/vllm.json"},
                               {"VLLM_CLIENT_PROXY", "socks5://u:p@p:1080"}});
    EXPECT_EQ(only_url(options), "http://a:8000");
    EXPECT_EQ(options.api_key, secret);
    EXPECT_EQ(options.model, "m");
    EXPECT_EQ(options.timeouts.total, 2500ms);
    EXPECT_EQ(options.config_file, "/etc/vllm.json");
    EXPECT_EQ(options.proxy.url, "socks5://u:p@p:1080");
}

TEST(Environment, TakesTheFirstUrlOfSeveralNames) {
    Variables variables{{"VLLM_CLIENT_BASE_URL", "http://a"},
                        {"VLLM_API_URL", "http://b"},
                        {"VLLM_BASE_URL", "http://c"},
                        {"OPENAI_BASE_URL", "https://d/v1"}};
    EXPECT_EQ(only_url(read(variables)), "http://a");
    variables["VLLM_CLIENT_BASE_URL"] = "";
    EXPECT_EQ(only_url(read(variables)), "http://b");
    variables.erase("VLLM_API_URL");
    EXPECT_EQ(only_url(read(variables)), "http://c");
    variables.erase("VLLM_BASE_URL");
    EXPECT_EQ(only_url(read(variables)), "https://d/v1");
}

TEST(Environment, ReadsSeveralUrlsFromItsOwnName) {
    const auto options = read({{"VLLM_CLIENT_BASE_URL", "http://a, https://b/v1 ,unix:/s,"}});
    ASSERT_EQ(options.endpoints.size(), 3U);
    EXPECT_EQ(options.endpoints[0].options().url, "http://a");
    EXPECT_EQ(options.endpoints[1].options().url, "https://b/v1");
    EXPECT_EQ(options.endpoints[2].options().url, "unix:/s");
    EXPECT_EQ(problem_of({{"VLLM_API_URL", "http://a,http://b"}}),
              "VLLM_API_URL has a bad host name");
    EXPECT_EQ(problem_of({{"VLLM_CLIENT_BASE_URL", " , "}}), "VLLM_CLIENT_BASE_URL holds no URL");
}

TEST(Environment, TakesTheFirstKeyOfSeveralNames) {
    EXPECT_EQ(read({{"VLLM_API_KEY", "b"}, {"OPENAI_API_KEY", "c"}}).api_key, "b");
    EXPECT_EQ(read({{"VLLM_API_KEY", ""}, {"OPENAI_API_KEY", "c"}}).api_key, "c");
    EXPECT_EQ(
        read({{"VLLM_CLIENT_API_KEY", "a"}, {"VLLM_CLIENT_API_KEY_FILE", "/missing"}}).api_key,
        "a");
}

TEST(Environment, ReadsNamesOfOlderPrograms) {
    const auto options = read({{"VLLM_MODEL", "m"}, {"VLLM_TIMEOUT", "30"}});
    EXPECT_EQ(options.model, "m");
    EXPECT_EQ(options.timeouts.total, 30s);
    EXPECT_EQ(read({{"VLLM_CLIENT_MODEL", "a"}, {"VLLM_MODEL", "b"}}).model, "a");
    EXPECT_EQ(read({{"VLLM_CLIENT_TIMEOUT", "1"}, {"VLLM_TIMEOUT", "2"}}).timeouts.total, 1s);
}

TEST(Environment, LeavesWhatTheProgramSet) {
    ClientOptions given;
    given.endpoints = {"http://mine"};
    given.api_key = "mine";
    given.model = "mine";
    given.timeouts.total = 7s;
    given.config_file = "/mine";
    given.proxy.url = "http://mine";
    given.tls.ca_bundle = "/mine";
    given.log_level = LogLevel::error;
    const auto options = read({{"VLLM_CLIENT_BASE_URL", "not a URL"},
                               {"VLLM_CLIENT_API_KEY", "other\n"},
                               {"VLLM_CLIENT_MODEL", "other"},
                               {"VLLM_CLIENT_TIMEOUT", "soon"},
                               {"VLLM_CLIENT_CONFIG", "/other"},
                               {"VLLM_CLIENT_PROXY", "other"},
                               {"VLLM_CLIENT_CA_BUNDLE", "/other"},
                               {"VLLM_CLIENT_LOG", "debug"}},
                              given);
    EXPECT_EQ(only_url(options), "http://mine");
    EXPECT_EQ(options.api_key, "mine");
    EXPECT_EQ(options.model, "mine");
    EXPECT_EQ(options.timeouts.total, 7s);
    EXPECT_EQ(options.config_file, "/mine");
    EXPECT_EQ(options.proxy.url, "http://mine");
    EXPECT_EQ(options.tls.ca_bundle, "/mine");
    EXPECT_EQ(options.log_level, LogLevel::error);
}

TEST(Environment, IsNotReadWhenTurnedOff) {
    ClientOptions given;
    given.read_environment = false;
    const auto untouched = [](const char* name) -> std::optional<std::string> {
        ADD_FAILURE() << "read " << name;
        return std::nullopt;
    };
    EXPECT_TRUE(with_environment(given, untouched).ok());
}

TEST(Environment, ReadsListedNamesOnly) {
    std::set<std::string> asked;
    const auto record = [&asked](const char* name) -> std::optional<std::string> {
        asked.insert(name);
        return std::nullopt;
    };
    ASSERT_TRUE(with_environment({}, record).ok());
    const std::set<std::string> listed{"VLLM_CLIENT_BASE_URL", "VLLM_API_URL",
                                       "VLLM_BASE_URL",        "OPENAI_BASE_URL",
                                       "VLLM_CLIENT_API_KEY",  "VLLM_CLIENT_API_KEY_FILE",
                                       "VLLM_API_KEY",         "OPENAI_API_KEY",
                                       "VLLM_CLIENT_MODEL",    "VLLM_MODEL",
                                       "VLLM_CLIENT_TIMEOUT",  "VLLM_TIMEOUT",
                                       "VLLM_CLIENT_LOG",      "VLLM_CLIENT_CONFIG",
                                       "VLLM_CLIENT_PROXY",    "VLLM_CLIENT_CA_BUNDLE",
                                       "SSL_CERT_FILE",        "CURL_CA_BUNDLE"};
    EXPECT_EQ(asked, listed);
}

TEST(Environment, SendsOpenAiHeadersWhereOpenAiNamesAreUsed) {
    const Variables names{{"OPENAI_ORG_ID", "org"}, {"OPENAI_PROJECT_ID", "project"}};
    EXPECT_TRUE(read(names).headers.empty());
    const std::vector<Header> both{{"OpenAI-Organization", "org"}, {"OpenAI-Project", "project"}};
    Variables with_url = names;
    with_url["OPENAI_BASE_URL"] = "https://h/v1";
    EXPECT_EQ(read(with_url).headers, both);
    Variables with_key = names;
    with_key["OPENAI_API_KEY"] = secret;
    EXPECT_EQ(read(with_key).headers, both);
    with_key["VLLM_API_KEY"] = "mine";
    EXPECT_TRUE(read(with_key).headers.empty());
}

TEST(Environment, LeavesOpenAiHeadersOfTheProgram) {
    ClientOptions given;
    given.headers = {{"openai-organization", "mine"}};
    const auto options = read({{"OPENAI_API_KEY", secret}, {"OPENAI_ORG_ID", "org"}}, given);
    EXPECT_EQ(options.headers, given.headers);
}

TEST(Environment, ReadsFractionsOfSeconds) {
    const auto total = [](const char* text) {
        return read({{"VLLM_CLIENT_TIMEOUT", text}}).timeouts.total;
    };
    EXPECT_EQ(total("0"), 0ms);
    EXPECT_EQ(total("0.29"), 290ms);
    EXPECT_EQ(total("1e1"), 10s);
    // Rounded to 0, this would mean no limit.
    EXPECT_EQ(total("0.0000001"), 1ms);
}

TEST(Environment, RefusesBadTimes) {
    for (const char* text :
         {"soon", "5s", " 5", "5 ", "nan", "inf", "1e999", "0x10", "1,5", "--1", "+"}) {
        EXPECT_EQ(problem_of({{"VLLM_TIMEOUT", text}}), "VLLM_TIMEOUT is not a number of seconds")
            << text;
    }
    EXPECT_EQ(problem_of({{"VLLM_TIMEOUT", "-1"}}), "VLLM_TIMEOUT is negative");
    EXPECT_EQ(problem_of({{"VLLM_TIMEOUT", "-1e300"}}), "VLLM_TIMEOUT is negative");
    EXPECT_EQ(problem_of({{"VLLM_TIMEOUT", "1e300"}}),
              "VLLM_TIMEOUT is longer than ten years; 0 means no limit");
}

TEST(Environment, OpensLogToStandardError) {
    for (const auto& [text, level] : {std::pair{"debug", LogLevel::debug},
                                      {"info", LogLevel::info},
                                      {"warning", LogLevel::warning},
                                      {"error", LogLevel::error}}) {
        const auto options = read({{"VLLM_CLIENT_LOG", text}});
        EXPECT_EQ(options.log_level, level);
        EXPECT_TRUE(options.log_sink);
    }
    const auto silent = read({{"VLLM_CLIENT_LOG", "off"}});
    EXPECT_EQ(silent.log_level, LogLevel::off);
    EXPECT_FALSE(silent.log_sink);
    EXPECT_EQ(problem_of({{"VLLM_CLIENT_LOG", "verbose"}}),
              "VLLM_CLIENT_LOG must be debug, info, warning, error or off");
}

TEST(Environment, LeavesLogSinkOfTheProgram) {
    int lines = 0;
    ClientOptions given;
    given.log_sink = [&lines](LogLevel, std::string_view) { ++lines; };
    const auto options = read({{"VLLM_CLIENT_LOG", "debug"}}, given);
    options.log_sink(LogLevel::debug, "x");
    EXPECT_EQ(lines, 1);
    EXPECT_EQ(options.log_level, LogLevel::debug);
}

TEST(Environment, LeavesProxyAloneWhenIgnored) {
    ClientOptions given;
    given.proxy.ignore_environment = true;
    EXPECT_EQ(read({{"VLLM_CLIENT_PROXY", "http://p"}}, given).proxy.url, "");
}

TEST(Environment, KeyComesFromFile) {
    const Files files;
    EXPECT_EQ(read({{"VLLM_CLIENT_API_KEY_FILE", files.file("key", "k-1\r\n")}}).api_key, "k-1");
    EXPECT_EQ(
        read({{"VLLM_CLIENT_API_KEY_FILE", files.file("key", "k-1")}, {"VLLM_API_KEY", "other"}})
            .api_key,
        "k-1");
}

TEST(Environment, BadKeyFileIsConfigError) {
    const Files files;
    EXPECT_EQ(problem_of({{"VLLM_CLIENT_API_KEY_FILE", files.missing()}}),
              "VLLM_CLIENT_API_KEY_FILE: cannot read file " + files.missing() +
                  ": No such file or directory");
    EXPECT_EQ(
        problem_of({{"VLLM_CLIENT_API_KEY_FILE", files.directory()}}),
        "VLLM_CLIENT_API_KEY_FILE: cannot read file " + files.directory() + ": Is a directory");
    EXPECT_EQ(problem_of({{"VLLM_CLIENT_API_KEY_FILE", files.file("key", "\n")}}),
              "VLLM_CLIENT_API_KEY_FILE names an empty file");
    EXPECT_EQ(problem_of({{"VLLM_CLIENT_API_KEY_FILE",
                           files.file("key", std::string(secret) + "\nsecond line\n")}}),
              "VLLM_CLIENT_API_KEY_FILE names a file with control characters in the key");
    const std::string large = files.file("key", std::string(65537, 'k'));
    EXPECT_EQ(problem_of({{"VLLM_CLIENT_API_KEY_FILE", large}}),
              "VLLM_CLIENT_API_KEY_FILE: cannot read file " + large + ": larger than 65536 bytes");
}

TEST(Environment, TrustRootsComeFromTheFirstName) {
    const Files files;
    const std::string text = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    const std::string a = files.file("a.pem", text);
    const std::string b = files.file("b.pem", text);
    EXPECT_EQ(read({{"VLLM_CLIENT_CA_BUNDLE", a}, {"SSL_CERT_FILE", b}}).tls.ca_bundle, a);
    EXPECT_EQ(read({{"SSL_CERT_FILE", b}, {"CURL_CA_BUNDLE", a}}).tls.ca_bundle, b);
    EXPECT_EQ(read({{"CURL_CA_BUNDLE", a}}).tls.ca_bundle, a);
}

TEST(FaultE, E6_UnreadableTrustRootsNameTheVariable) {
    const Files files;
    for (const char* name : {"VLLM_CLIENT_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {
        EXPECT_EQ(problem_of({{name, files.missing()}}), std::string(name) + ": cannot read file " +
                                                             files.missing() +
                                                             ": No such file or directory");
    }
    const std::string empty = files.file("empty.pem", "");
    EXPECT_EQ(problem_of({{"SSL_CERT_FILE", empty}}),
              "SSL_CERT_FILE names a file without a PEM block: " + empty);
}

TEST(FaultE, E3_ControlCharactersInVariablesAreConfigErrors) {
    const std::string hostile = std::string(secret) + "\r\nInjected: 1";
    for (const char* name :
         {"VLLM_CLIENT_API_KEY", "VLLM_API_KEY", "OPENAI_API_KEY", "VLLM_CLIENT_MODEL",
          "VLLM_MODEL", "VLLM_API_URL", "VLLM_BASE_URL", "VLLM_CLIENT_BASE_URL", "OPENAI_BASE_URL",
          "VLLM_CLIENT_PROXY", "VLLM_CLIENT_CA_BUNDLE", "VLLM_CLIENT_API_KEY_FILE"}) {
        EXPECT_EQ(problem_of({{name, hostile}}), std::string(name) + " has control characters");
    }
    EXPECT_EQ(problem_of({{"OPENAI_API_KEY", "k"}, {"OPENAI_ORG_ID", hostile}}),
              "OPENAI_ORG_ID has control characters in its value");
}

TEST(FaultE, E9_BadUrlsInVariablesAreNotShown) {
    for (const char* url : {"s3cret-key", "http://alice:s3cret-key@", "http://alice:s3cret-key@h:0",
                            "ftp://s3cret-key@h", "http://h?key=s3cret-key"}) {
        for (const char* name : {"VLLM_CLIENT_BASE_URL", "OPENAI_BASE_URL", "VLLM_CLIENT_PROXY"}) {
            EXPECT_TRUE(problem_of({{name, url}}).starts_with(name)) << url;
        }
    }
}

TEST(ProcessEnvironment, ReadsThisProcess) {
    const auto get = process_environment();
    EXPECT_TRUE(get("PATH").has_value());
    EXPECT_FALSE(get("VLLM_CLIENT_NO_SUCH_VARIABLE").has_value());
}

}  // namespace
}  // namespace vllm_client::api

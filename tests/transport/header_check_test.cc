// SPDX-License-Identifier: Apache-2.0
#include "transport/header_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "transport/proxy_check.h"
#include "transport/url_parts.h"

namespace vllm_client::transport {
namespace {

using Lines = std::vector<std::string>;

template <class T>
std::string problem_of(const Result<T>& result) {
    if (result) return {};
    EXPECT_EQ(result.error().kind, ErrorKind::config);
    EXPECT_EQ(result.error().phase, Phase::validate);
    return result.error().message;
}

std::string problem_of_header(std::string name, std::string value) {
    return problem_of(header_line({std::move(name), std::move(value)}, "headers[0]"));
}

TEST(HeaderLine, JoinsNameAndValue) {
    EXPECT_EQ(header_line({"X-Team", "search"}, "f").value(), "X-Team: search");
    EXPECT_EQ(header_line({"X-Team", " a\tb "}, "f").value(), "X-Team:  a\tb ");
    EXPECT_EQ(header_line({"X-Team", "gr\xC3\xBC\xC3\x9F"}, "f").value(),
              "X-Team: gr\xC3\xBC\xC3\x9F");
}

TEST(HeaderLine, SendsBlankValuesEmpty) {
    EXPECT_EQ(header_line({"X-Team", ""}, "f").value(), "X-Team;");
    EXPECT_EQ(header_line({"X-Team", " \t "}, "f").value(), "X-Team;");
}

TEST(HeaderLine, RefusesNamesThatAreNotTokens) {
    EXPECT_EQ(problem_of_header("", "v"), "headers[0] has a header without a name");
    for (const char* name : {"X Team", "X:Team", "X;", " X", "X\r", "X\nY", "(X)", "X/Y", "X\x7F",
                             "\xC3\xBC", "{X}", "X\"", "X,Y", "X=Y", "X@Y", "[X]", "X\\Y", "X?"}) {
        EXPECT_EQ(problem_of_header(name, "v"), "headers[0] has a header name that is not a token")
            << name;
    }
    EXPECT_EQ(problem_of_header(std::string("X\0Y", 3), "v"),
              "headers[0] has a header name that is not a token");
}

TEST(HeaderLine, LeavesFramingToTheTransport) {
    for (const char* name : {"Content-Length", "content-length", "Transfer-Encoding", "Connection",
                             "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "UPGRADE"}) {
        EXPECT_TRUE(problem_of_header(name, "1").ends_with("which is the client's own")) << name;
    }
    for (const char* name : {"Host", "Content-Type", "Accept", "Content-Lengthy", "T"}) {
        EXPECT_EQ(problem_of_header(name, "1"), "") << name;
    }
}

TEST(FaultE, E3_ControlCharactersInHeaderValueAreConfigErrors) {
    for (const char control : {'\r', '\n', '\0', '\x01', '\x1F', '\x7F'}) {
        const std::string value = std::string("s3cret") + control + "Injected: 1";
        EXPECT_EQ(problem_of_header("Authorization", value),
                  "headers[0] has control characters in its value");
    }
}

TEST(CheckPath, AcceptsWhatStandsInARequestLine) {
    for (const char* path : {"/", "/v1/chat/completions", "/a%20b", "/a?b=c&d=/?",
                             "/~u/.well-known", "/a;b=c,d", "/a:b@c!$'()*+"}) {
        EXPECT_EQ(problem_of(check_path(path, "RawRequest.path")), "") << path;
    }
}

TEST(CheckPath, RefusesTheRest) {
    for (const char* path : {"", "v1", "http://h/", "*", "?a"}) {
        EXPECT_EQ(problem_of(check_path(path, "f")), "f must begin with '/'") << path;
    }
    EXPECT_EQ(problem_of(check_path("/a#b", "f")), "f has a fragment");
    for (const char* path : {"/a b", "/a\tb", "/\xC3\xBC", "/a\"b", "/<a>", "/a\\b", "/a|b", "/{a}",
                             "/a^b", "/`", "/%", "/%4", "/%4g", "/%%41", "/[a]"}) {
        EXPECT_EQ(problem_of(check_path(path, "f")),
                  "f has characters that must be percent-encoded")
            << path;
    }
}

TEST(FaultE, E3_ControlCharactersInPathAreConfigErrors) {
    for (int c = 0; c <= 0xFF; ++c) {
        if (c > 0x20 && c < 0x7F) continue;
        const std::string path = std::string("/a") + static_cast<char>(c) + "b";
        EXPECT_EQ(problem_of(check_path(path, "f")),
                  "f has characters that must be percent-encoded")
            << c;
    }
}

TEST(HasControl, FindsEveryControlCharacter) {
    for (int c = 0; c <= 0xFF; ++c) {
        const std::string text = std::string("a") + static_cast<char>(c);
        EXPECT_EQ(has_control(text), c < 0x20 || c == 0x7F) << c;
    }
    EXPECT_FALSE(has_control(""));
}

TEST(SameHeaderName, ComparesNamesAlone) {
    EXPECT_TRUE(same_header_name("X-A: 1", "x-a: 2"));
    EXPECT_TRUE(same_header_name("X-A;", "X-A: 2"));
    EXPECT_TRUE(same_header_name("X-A", "X-A: 2"));
    EXPECT_FALSE(same_header_name("X-A: 1", "X-AB: 1"));
    EXPECT_FALSE(same_header_name("X-AB: 1", "X-A: 1"));
}

TEST(WithHeader, TakesThePlaceOfAllOfTheSameName) {
    EXPECT_EQ(with_header({}, "A: 1"), Lines{"A: 1"});
    EXPECT_EQ(with_header({"A: 1", "B: 2"}, "C: 3"), (Lines{"A: 1", "B: 2", "C: 3"}));
    EXPECT_EQ(with_header({"A: 1", "B: 2", "a: 3", "A;"}, "a: 4"), (Lines{"a: 4", "B: 2"}));
}

TEST(PercentEncode, KeepsUnreservedCharactersAlone) {
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("org/model:tag"), "org%2Fmodel%3Atag");
    EXPECT_EQ(percent_encode(std::string("\0\xFF %", 4)), "%00%FF%20%25");
}

TEST(FaultE, E13_HostileModelNameStaysOneSegment) {
    EXPECT_EQ(percent_encode("../../admin"), "..%2F..%2Fadmin");
    EXPECT_EQ(percent_encode(".."), "%2E%2E");
    EXPECT_EQ(percent_encode("."), "%2E");
    EXPECT_EQ(percent_encode("a?b#c\r\n"), "a%3Fb%23c%0D%0A");
}

TEST(ProxyUrl, AcceptsProxySchemes) {
    for (const char* url :
         {"http://p:3128", "http://p:3128/", "https://p", "socks4://p", "socks4a://p",
          "socks5://p:1080", "socks5h://u:p%40@p", "HTTP://p", "http://[::1]:3128"}) {
        EXPECT_EQ(problem_of(check_proxy_url(url, "proxy.url")), "") << url;
    }
}

TEST(FaultE, E9_ErrorsHoldNothingOfTheProxyUrl) {
    for (const char* url :
         {"", "p:3128", "ftp://alice:s3cret@p", "s3cret://p", "http://alice:s3cret@p:0",
          "http://alice:s3cret@p/path", "http://alice:s3cret@p?s3cret", "http://alice:s3cret@",
          "http://s3cret:x", "socks5://alice:s3cret@p\r\nX: y", "http://alice%0a:s3cret@p"}) {
        const std::string problem = problem_of(check_proxy_url(url, "proxy.url"));
        EXPECT_TRUE(problem.starts_with("proxy.url ")) << url;
        EXPECT_EQ(problem.find("s3cret"), std::string::npos) << problem;
        EXPECT_EQ(problem.find("alice"), std::string::npos) << problem;
    }
    EXPECT_EQ(problem_of(check_proxy_url("p:3128", "proxy.url")),
              "proxy.url must begin with http://, https://, socks4://, socks4a://, socks5:// or "
              "socks5h://");
}

TEST(HostName, IsMadeOfLabels) {
    for (const char* name :
         {"a", "a.b", "a.b.", "my_service", "1.2.3.4", "xn--bcher-kva.example"}) {
        EXPECT_TRUE(is_host_name(name)) << name;
    }
    for (const char* name : {"", ".", "a..b", ".a", "-a", "a-", "a.-b", "a b", "a:1", "[::1]",
                             "a/b", "*.a", "\xC3\xBC"}) {
        EXPECT_FALSE(is_host_name(name)) << name;
    }
    EXPECT_TRUE(is_host_name(std::string(63, 'a')));
    EXPECT_FALSE(is_host_name(std::string(64, 'a')));
    std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                          std::string(63, 'c') + "." + std::string(61, 'd');
    EXPECT_TRUE(is_host_name(longest));
    EXPECT_FALSE(is_host_name(longest + "d"));
}

}  // namespace
}  // namespace vllm_client::transport

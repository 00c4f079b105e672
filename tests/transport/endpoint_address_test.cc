// SPDX-License-Identifier: Apache-2.0
#include "transport/endpoint_address.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vllm_client::transport {
namespace {

using Lines = std::vector<std::string>;

std::string problem_of(const EndpointOptions& options) {
    const auto address = read_endpoint(options, "endpoints[0]");
    if (address) {
        ADD_FAILURE() << "accepted: " << options.url;
        return {};
    }
    EXPECT_EQ(address.error().kind, ErrorKind::config);
    EXPECT_EQ(address.error().phase, Phase::validate);
    EXPECT_EQ(address.error().reach, Reach::not_reached);
    return address.error().message;
}

std::string problem_of_url(std::string url) {
    return problem_of({.url = std::move(url)});
}

EndpointAddress read(const EndpointOptions& options) {
    return read_endpoint(options, "endpoints[0]").value();
}

TEST(EndpointAddress, TakesUrlApart) {
    const auto address = read({.url = "http://gpu-1.example:8000"});
    EXPECT_EQ(address.base_url, "http://gpu-1.example:8000");
    EXPECT_EQ(address.name, "http://gpu-1.example:8000");
    EXPECT_EQ(address.host, "gpu-1.example");
    EXPECT_EQ(address.port, "8000");
    EXPECT_FALSE(address.tls);
    EXPECT_EQ(address.unix_socket, "");
    EXPECT_EQ(address.headers, Lines{});
}

TEST(EndpointAddress, HealthIsAskedWhereTheServerHasIt) {
    const auto path_of = [](Dialect dialect) {
        const EndpointOptions options{.url = "http://h", .dialect = dialect};
        return read_endpoint(options, "endpoints[0]").value().health_path;
    };
    EXPECT_EQ(path_of(Dialect::automatic), "/health");
    EXPECT_EQ(path_of(Dialect::nim), "/v1/health/ready");
}

TEST(EndpointAddress, KnowsPortOfScheme) {
    EXPECT_EQ(read({.url = "http://h"}).port, "80");
    EXPECT_EQ(read({.url = "https://h"}).port, "443");
    EXPECT_EQ(read({.url = "https://h"}).base_url, "https://h");
    EXPECT_TRUE(read({.url = "https://h"}).tls);
}

TEST(EndpointAddress, TakesVersionOffTheEnd) {
    for (const char* url : {"http://h", "http://h/", "http://h//", "http://h/v1", "http://h/v1/",
                            "http://h//v1//", "http://h/a/../v1"}) {
        EXPECT_EQ(read({.url = url}).base_url, "http://h") << url;
    }
}

TEST(EndpointAddress, KeepsOtherPathsAsPrefix) {
    EXPECT_EQ(read({.url = "http://h/team-a"}).base_url, "http://h/team-a");
    EXPECT_EQ(read({.url = "http://h/team-a/v1/"}).base_url, "http://h/team-a");
    EXPECT_EQ(read({.url = "http://h/xv1"}).base_url, "http://h/xv1");
    EXPECT_EQ(read({.url = "http://h/v1/team"}).base_url, "http://h/v1/team");
    EXPECT_EQ(read({.url = "http://h/v12"}).base_url, "http://h/v12");
    EXPECT_EQ(read({.url = "http://h/V1"}).base_url, "http://h/V1");
    EXPECT_EQ(read({.url = "http://h/a%20b"}).base_url, "http://h/a%20b");
}

TEST(EndpointAddress, ReadsSchemeInAnyCase) {
    EXPECT_EQ(read({.url = "HTTP://h:80"}).base_url, "http://h:80");
    EXPECT_EQ(read({.url = "HttpS://h"}).base_url, "https://h");
    EXPECT_EQ(read({.url = "UNIX:/s"}).unix_socket, "/s");
}

TEST(EndpointAddress, ReadsIpLiterals) {
    EXPECT_EQ(read({.url = "http://127.0.0.1:8000/v1"}).base_url, "http://127.0.0.1:8000");
    const auto loopback = read({.url = "http://[::1]:8000/v1"});
    EXPECT_EQ(loopback.base_url, "http://[::1]:8000");
    EXPECT_EQ(loopback.host, "[::1]");
    EXPECT_EQ(loopback.port, "8000");
}

TEST(EndpointAddress, KeepsZoneOfIpv6Address) {
    for (const char* url : {"http://[fe80::1%25eth0]:8000", "http://[fe80::1%eth0]:8000"}) {
        const auto address = read({.url = url});
        EXPECT_EQ(address.base_url, "http://[fe80::1%25eth0]:8000");
        EXPECT_EQ(address.host, "[fe80::1%25eth0]");
        EXPECT_EQ(read({.url = address.base_url}).base_url, address.base_url);
    }
}

TEST(EndpointAddress, AllowsTrailingDotOfHost) {
    EXPECT_EQ(read({.url = "http://gpu.example.:8000"}).base_url, "http://gpu.example.:8000");
}

TEST(EndpointAddress, ReadsPortsAtTheEdge) {
    EXPECT_EQ(read({.url = "http://h:1"}).port, "1");
    EXPECT_EQ(read({.url = "http://h:65535"}).port, "65535");
    EXPECT_EQ(read({.url = "http://h:008000"}).base_url, "http://h:8000");
    EXPECT_EQ(read({.url = "http://h:"}).base_url, "http://h");
}

TEST(EndpointAddress, RefusesPortsBeyondTheEdge) {
    for (const char* port :
         {"0", "00", "65536", "99999999999999999999", "-1", "+8", "80a", "0x50"}) {
        EXPECT_EQ(problem_of_url(std::string("http://h:") + port),
                  "endpoints[0].url must have a port from 1 to 65535")
            << port;
    }
}

TEST(EndpointAddress, RefusesOtherSchemes) {
    for (const char* url :
         {"localhost:8000", "h", "/path", "ftp://h", "ws://h", "file:///etc/passwd", "://h", "//h",
          "http:h", "http:/h", "1http://h", "httpx://h"}) {
        EXPECT_EQ(problem_of_url(url),
                  "endpoints[0].url must begin with http://, https:// or unix:/")
            << url;
    }
}

TEST(EndpointAddress, RefusesMissingHosts) {
    for (const char* url : {"http://", "http:///v1", "http:////h", "https://:8000", "http://u:p@",
                            "http://u:p@/v1"}) {
        EXPECT_EQ(problem_of_url(url), "endpoints[0].url has no host") << url;
    }
}

TEST(EndpointAddress, RefusesBadHosts) {
    for (const char* host : {".", "..", "a..b", ".a", "-a", "a-", "a!b", "a;b", "a%2fb", "%41%2f",
                             "%2541", "%0d%0aX", "a@b@c", "a{b}", "a*b", "a,b"}) {
        EXPECT_EQ(problem_of_url("http://" + std::string(host) + "/v1"),
                  "endpoints[0].url has a bad host name")
            << host;
    }
    for (const char* host : {"[::1", "[]", "[::g]", "[v1.a]", "[1:2]]"}) {
        const std::string problem = problem_of_url("http://" + std::string(host) + ":80");
        EXPECT_TRUE(problem.starts_with("endpoints[0].url ")) << problem;
    }
    EXPECT_EQ(problem_of_url("http://" + std::string(64, 'a')),
              "endpoints[0].url has a bad host name");
}

TEST(EndpointAddress, AsksForAsciiHosts) {
    EXPECT_EQ(problem_of_url("http://b\xC3\xBC"
                             "cher.example"),
              "endpoints[0].url has characters outside ASCII: a host name is written in its xn-- "
              "form, anything else is percent-encoded");
    EXPECT_EQ(read({.url = "http://xn--bcher-kva.example"}).host, "xn--bcher-kva.example");
}

TEST(EndpointAddress, RefusesWhatParsersReadDifferently) {
    EXPECT_EQ(problem_of_url("http://good\\@evil"), "endpoints[0].url has a backslash");
    EXPECT_EQ(problem_of_url("http://h/?key=secret"), "endpoints[0].url has a query");
    EXPECT_EQ(problem_of_url("http://h?"), "endpoints[0].url has a query");
    EXPECT_EQ(problem_of_url("http://h/#part"), "endpoints[0].url has a fragment");
    EXPECT_EQ(problem_of_url("http://good#@evil"), "endpoints[0].url has a fragment");
    EXPECT_EQ(problem_of_url("http://h/a b"), "endpoints[0].url has a space");
    EXPECT_EQ(problem_of_url(" http://h"), "endpoints[0].url has a space");
    for (const char* path : {"/a\"b", "/<a>", "/{a}", "/a|b", "/%zz", "/%4", "/%"}) {
        EXPECT_EQ(problem_of_url("http://h" + std::string(path)),
                  "endpoints[0].url has characters that must be percent-encoded")
            << path;
    }
    EXPECT_EQ(problem_of_url(""), "endpoints[0].url is empty");
    EXPECT_EQ(problem_of_url("http://h/" + std::string(9000, 'a')),
              "endpoints[0].url is longer than 8192 bytes");
}

TEST(EndpointAddress, ReadsUnixSockets) {
    for (const char* url : {"unix:/run/vllm.sock", "unix:///run/vllm.sock"}) {
        const auto address = read({.url = url});
        EXPECT_EQ(address.unix_socket, "/run/vllm.sock");
        EXPECT_EQ(address.base_url, "http://localhost");
        EXPECT_EQ(address.name, "unix:/run/vllm.sock");
        EXPECT_FALSE(address.tls);
    }
    const auto beside = read({.url = "http://h:1/v1", .unix_socket = "/run/vllm.sock"});
    EXPECT_EQ(beside.unix_socket, "/run/vllm.sock");
    EXPECT_EQ(beside.base_url, "http://h:1");
}

TEST(EndpointAddress, RefusesBadUnixSockets) {
    for (const char* url : {"unix:", "unix://", "unix:run/s", "unix://run/s", "unix://u:p@/s"}) {
        EXPECT_EQ(problem_of_url(url),
                  "endpoints[0].url must give the socket's absolute path, as unix:/path/to.sock")
            << url;
    }
    EXPECT_EQ(read({.url = "unix:/" + std::string(106, 's')}).unix_socket.size(), 107U);
    EXPECT_EQ(problem_of_url("unix:/" + std::string(107, 's')),
              "endpoints[0].url has a socket path longer than 107 bytes");
    EXPECT_EQ(problem_of({.url = "http://h", .unix_socket = std::string(108, 's')}),
              "endpoints[0].unix_socket is longer than 107 bytes");
    EXPECT_EQ(problem_of({.url = "unix:/a", .unix_socket = "/b"}),
              "endpoints[0].unix_socket is given beside a unix: URL");
}

TEST(EndpointAddress, TakesNameOfUser) {
    EXPECT_EQ(read({.url = "http://h", .name = "gpu 1"}).name, "gpu 1");
}

TEST(EndpointAddress, KeepsLastOfEqualHeaders) {
    const auto address = read(
        {.url = "http://h", .headers = {{"X-A", "1"}, {"X-B", "2"}, {"x-a", "3"}, {"X-C", ""}}});
    EXPECT_EQ(address.headers, (Lines{"x-a: 3", "X-B: 2", "X-C;"}));
}

TEST(EndpointAddress, NamesTheBadHeader) {
    EXPECT_EQ(problem_of({.url = "http://h", .headers = {{"X-A", "1"}, {"X B", "2"}}}),
              "endpoints[0].headers[1] has a header name that is not a token");
}

TEST(EndpointAddress, SendsCredentialsOfUrlAsBasic) {
    EXPECT_EQ(read({.url = "http://user:pass@h:1/v1"}).headers,
              Lines{"Authorization: Basic dXNlcjpwYXNz"});
    EXPECT_EQ(read({.url = "http://user@h"}).headers, Lines{"Authorization: Basic dXNlcjo="});
    EXPECT_EQ(read({.url = "http://u:p%3A%40@h"}).headers, Lines{"Authorization: Basic dTpwOkA="});
    EXPECT_EQ(read({.url = "http://@h"}).headers, Lines{});
    EXPECT_EQ(read({.url = "http://u:p@h", .headers = {{"authorization", "Token t"}}}).headers,
              Lines{"authorization: Token t"});
}

TEST(EndpointAddress, RefusesCredentialsThatCannotBeSent) {
    EXPECT_EQ(problem_of_url("http://u%3Ax:p@h"), "endpoints[0].url has a colon in its user name");
    for (const char* user : {"u%0d%0aX", "u:p%00", "u%7f:p"}) {
        EXPECT_EQ(problem_of_url("http://" + std::string(user) + "@h"),
                  "endpoints[0].url has control characters in its credentials")
            << user;
    }
}

TEST(FaultE, E3_ControlCharactersInEndpointAreConfigErrors) {
    for (const char control : {'\r', '\n', '\0', '\t', '\x1B', '\x7F'}) {
        const std::string text = std::string("s3cret") + control + "x";
        EXPECT_EQ(problem_of_url("http://h/" + text), "endpoints[0].url has control characters");
        EXPECT_EQ(problem_of_url("unix:/" + text), "endpoints[0].url has control characters");
        EXPECT_EQ(problem_of({.url = "http://h", .name = text}),
                  "endpoints[0].name has control characters");
        EXPECT_EQ(problem_of({.url = "http://h", .api_key = text}),
                  "endpoints[0].api_key has control characters");
        EXPECT_EQ(problem_of({.url = "http://h", .unix_socket = text}),
                  "endpoints[0].unix_socket has control characters");
    }
}

TEST(FaultE, E9_CredentialsOfUrlAreInNoOutput) {
    const auto address = read({.url = "https://alice:s3cret@h:1/v1", .api_key = "s3cret"});
    for (const std::string& shown : {address.name, address.base_url, address.host, address.port}) {
        EXPECT_EQ(shown.find("alice"), std::string::npos) << shown;
        EXPECT_EQ(shown.find("s3cret"), std::string::npos) << shown;
    }
    EXPECT_EQ(problem_of({.url = "http://h", .name = "http://alice:s3cret@h"}),
              "endpoints[0].name holds credentials");
}

TEST(FaultE, E9_ErrorsHoldNothingOfTheUrl) {
    for (const char* url :
         {"s3cret", "s3cret://h", "http://alice:s3cret", "http://alice:s3cret@",
          "http://s3cret@h:0", "http://alice:s3cret@h:99999", "http://alice:s3cret@b d",
          "http://alice:s3cret@h?s3cret", "http://alice:s3cret@h/#s3cret",
          "http://alice:s3cret@[::g]", "http://alice:s3cret@a..b", "http://alice%0a:s3cret@h",
          "http://s3cret%3a:s3cret@h", "http://alice:s3cret@h/%zz", "http://alice:s3cret@h\\",
          "http:/alice:s3cret@h", "ftp://alice:s3cret@h", "unix:alice:s3cret",
          // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): the escape must end there
          "http://alice:s3\xFF"
          "s3cret@h"}) {
        EXPECT_EQ(problem_of_url(url).find("s3"), std::string::npos) << url;
        EXPECT_EQ(problem_of_url(url).find("alice"), std::string::npos) << url;
    }
}

}  // namespace
}  // namespace vllm_client::transport

// SPDX-License-Identifier: Apache-2.0
#include "api/environment.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "api/file_text.h"
#include "api/option_check.h"
#include "api/option_values.h"
#include "transport/config_error.h"
#include "transport/endpoint_address.h"
#include "transport/header_check.h"
#include "transport/proxy_check.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {
namespace {

using transport::config_error;

struct Variable {
    std::string name;
    std::string value;

    [[nodiscard]] bool is_openai() const { return name.starts_with("OPENAI_"); }
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Fills options, one member after the other.
class EnvironmentReader {
 public:
    EnvironmentReader(ClientOptions options, const GetVariable& get)
        : options_(std::move(options)), get_(get) {}

    [[nodiscard]] Result<ClientOptions> read() &&;

 private:
    [[nodiscard]] std::optional<Variable> first_of(std::initializer_list<const char*> names) const;
    [[nodiscard]] Result<void> read_endpoints();
    [[nodiscard]] Result<void> add_endpoint(std::string url, const std::string& name);
    [[nodiscard]] Result<void> read_key();
    [[nodiscard]] Result<void> read_key_file(const Variable& variable);
    [[nodiscard]] Result<void> read_headers();
    [[nodiscard]] Result<void> read_model();
    [[nodiscard]] Result<void> read_timeout();
    [[nodiscard]] Result<void> read_log_level();
    [[nodiscard]] Result<void> read_config_file();
    [[nodiscard]] Result<void> read_proxy();
    [[nodiscard]] Result<void> read_ca_bundle();

    ClientOptions options_;
    const GetVariable& get_;
    bool uses_openai_{false};
};

std::optional<Variable> EnvironmentReader::first_of(
    std::initializer_list<const char*> names) const {
    for (const char* name : names) {
        auto value = get_(name);
        if (value && !value->empty()) return Variable{name, *std::move(value)};
    }
    return std::nullopt;
}

Result<void> EnvironmentReader::add_endpoint(std::string url, const std::string& name) {
    if (auto read = transport::read_endpoint_url(url, name); !read) return read.error();
    options_.endpoints.emplace_back(std::move(url));
    return {};
}

Result<void> EnvironmentReader::read_endpoints() {
    if (!options_.endpoints.empty()) return {};
    const auto variable =
        first_of({"VLLM_CLIENT_BASE_URL", "VLLM_API_URL", "VLLM_BASE_URL", "OPENAI_BASE_URL"});
    if (!variable) return {};
    uses_openai_ = uses_openai_ || variable->is_openai();
    const bool is_list = variable->name == "VLLM_CLIENT_BASE_URL";
    std::string_view rest = variable->value;
    while (!rest.empty()) {
        const std::size_t end = is_list ? std::min(rest.find(','), rest.size()) : rest.size();
        const std::string_view url = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (url.empty()) continue;
        if (auto added = add_endpoint(std::string(url), variable->name); !added) return added;
    }
    if (options_.endpoints.empty()) return config_error(variable->name, "holds no URL");
    return {};
}

Result<void> EnvironmentReader::read_key() {
    if (!options_.api_key.empty()) return {};
    const auto variable = first_of(
        {"VLLM_CLIENT_API_KEY", "VLLM_CLIENT_API_KEY_FILE", "VLLM_API_KEY", "OPENAI_API_KEY"});
    if (!variable) return {};
    if (variable->name == "VLLM_CLIENT_API_KEY_FILE") return read_key_file(*variable);
    if (transport::has_control(variable->value)) {
        return config_error(variable->name, "has control characters");
    }
    uses_openai_ = uses_openai_ || variable->is_openai();
    options_.api_key = variable->value;
    return {};
}

Result<void> EnvironmentReader::read_key_file(const Variable& variable) {
    constexpr std::size_t longest_key = 64UL * 1024;
    auto text = read_file(variable.value, longest_key, variable.name);
    if (!text) return text.error();
    std::string key = *std::move(text);
    key.erase(key.find_last_not_of("\r\n") + 1);
    if (key.empty()) return config_error(variable.name, "names an empty file");
    if (transport::has_control(key)) {
        return config_error(variable.name, "names a file with control characters in the key");
    }
    options_.api_key = std::move(key);
    return {};
}

Result<void> EnvironmentReader::read_headers() {
    if (!uses_openai_) return {};
    for (const auto& [name, header] : {std::pair{"OPENAI_ORG_ID", "OpenAI-Organization"},
                                       std::pair{"OPENAI_PROJECT_ID", "OpenAI-Project"}}) {
        const auto variable = first_of({name});
        if (!variable) continue;
        const auto line = transport::header_line({header, variable->value}, name);
        if (!line) return line.error();
        const bool given = std::any_of(options_.headers.begin(), options_.headers.end(),
                                       [&line](const Header& other) {
                                           return transport::same_header_name(other.name, *line);
                                       });
        if (!given) options_.headers.push_back({header, variable->value});
    }
    return {};
}

Result<void> EnvironmentReader::read_model() {
    if (!options_.model.empty()) return {};
    const auto variable = first_of({"VLLM_CLIENT_MODEL", "VLLM_MODEL"});
    if (!variable) return {};
    if (transport::has_control(variable->value)) {
        return config_error(variable->name, "has control characters");
    }
    options_.model = variable->value;
    return {};
}

Result<void> EnvironmentReader::read_timeout() {
    if (options_.timeouts.total) return {};
    const auto variable = first_of({"VLLM_CLIENT_TIMEOUT", "VLLM_TIMEOUT"});
    if (!variable) return {};
    const auto time = read_seconds(variable->value);
    if (!time) return config_error(variable->name, "is not a number of seconds");
    if (auto checked = check_duration(*time, variable->name); !checked) return checked;
    options_.timeouts.total = *time;
    return {};
}

Result<void> EnvironmentReader::read_log_level() {
    const auto variable = first_of({"VLLM_CLIENT_LOG"});
    if (!variable) return {};
    const auto level = log_level_named(variable->value);
    if (!level) {
        return config_error(variable->name, "must be debug, info, warning, error or off");
    }
    if (options_.log_level == ClientOptions{}.log_level) options_.log_level = *level;
    if (!options_.log_sink && *level != LogLevel::off) options_.log_sink = stderr_log_sink();
    return {};
}

Result<void> EnvironmentReader::read_config_file() {
    if (!options_.config_file.empty()) return {};
    if (auto variable = first_of({"VLLM_CLIENT_CONFIG"})) {
        options_.config_file = std::move(variable->value);
    }
    return {};
}

Result<void> EnvironmentReader::read_proxy() {
    if (!options_.proxy.url.empty() || options_.proxy.ignore_environment) return {};
    const auto variable = first_of({"VLLM_CLIENT_PROXY"});
    if (!variable) return {};
    if (auto checked = transport::check_proxy_url(variable->value, variable->name); !checked) {
        return checked;
    }
    options_.proxy.url = variable->value;
    return {};
}

Result<void> EnvironmentReader::read_ca_bundle() {
    if (!options_.tls.ca_bundle.empty()) return {};
    const auto variable = first_of({"VLLM_CLIENT_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"});
    if (!variable) return {};
    if (auto checked = check_ca_bundle(variable->value, variable->name); !checked) return checked;
    options_.tls.ca_bundle = variable->value;
    return {};
}

Result<ClientOptions> EnvironmentReader::read() && {
    using Step = Result<void> (EnvironmentReader::*)();
    for (const Step step : {&EnvironmentReader::read_endpoints, &EnvironmentReader::read_key,
                            &EnvironmentReader::read_headers, &EnvironmentReader::read_model,
                            &EnvironmentReader::read_timeout, &EnvironmentReader::read_log_level,
                            &EnvironmentReader::read_config_file, &EnvironmentReader::read_proxy,
                            &EnvironmentReader::read_ca_bundle}) {
        if (auto done = (this->*step)(); !done) return done.error();
    }
    return std::move(options_);
}

}  // namespace

GetVariable process_environment() {
    return [](const char* name) -> std::optional<std::string> {
        const char* const value = std::getenv(name);
        if (!value) return std::nullopt;
        return value;
    };
}

bool environment_has_proxy(const GetVariable& get) {
    // The names that libcurl knows; HTTP_PROXY is not among them, for CGI's sake.
    for (const char* name :
         {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        if (const auto value = get(name); value && !value->empty()) return true;
    }
    return false;
}

Result<ClientOptions> with_environment(ClientOptions options, const GetVariable& get) {
    if (!options.read_environment) return options;
    return EnvironmentReader(std::move(options), get).read();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

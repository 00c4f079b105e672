// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include <utility>

#include "files.h"

namespace vllm_client::cli {
namespace {

LogLevel log_level(const CommonOptions& options) {
    if (options.log_level) return *options.log_level;
    if (options.verbose > 0) return options.verbose > 1 ? LogLevel::debug : LogLevel::info;
    return LogLevel::warning;
}

ClientOptions client_options(const CommonOptions& options, std::string api_key) {
    ClientOptions client{.api_key = std::move(api_key),
                         .model = options.model,
                         .headers = options.headers,
                         .callback_threads = 1,
                         .config_file = options.config,
                         .log_level = log_level(options),
                         .user_agent = "vllm-client-cli/" VLLM_CLIENT_VERSION_STRING};
    if (!options.base_url.empty()) client.endpoints = {options.base_url};
    client.timeouts.total = options.timeout;
    client.tls.ca_bundle = options.cacert;
    client.tls.insecure = options.insecure;
    client.health.interval = {};  // a run is short, and a check would only add noise
    if (!options.quiet) client.log_sink = stderr_log_sink();
    return client;
}

Result<testing::SimServer> start_sim(const CommonOptions& options, const std::string& api_key) {
    testing::SimOptions sim = with_every_route({});
    if (!options.model.empty()) sim.models = {options.model};
    if (!api_key.empty()) sim.api_keys = {api_key};
    return testing::SimServer::start(std::move(sim));
}

}  // namespace

testing::SimOptions with_every_route(testing::SimOptions options) {
    options.tasks = {"generate",       "embed",         "token_embed", "classify",
                     "token_classify", "transcription", "realtime"};
    options.multimodal = options.matryoshka = options.dev_mode = true;
    options.profiler = options.allow_runtime_lora = options.responses_store = true;
    options.scale_out = options.tokenizer_info = true;
    return options;
}

Result<Connection> connect(const CommonOptions& options) {
    auto key = read_api_key(options);
    if (!key) return key.error();
    ClientOptions settings = client_options(options, *key);
    std::optional<testing::SimServer> sim;
    if (options.sim) {
        auto started = start_sim(options, *key);
        if (!started) return started.error();
        sim = *std::move(started);
        settings.endpoints = {sim->url()};
        // The environment speaks of real servers: their keys, models and proxies.
        settings.read_environment = false;
        settings.proxy.ignore_environment = true;
    }
    auto client = VllmClient::create(std::move(settings));
    if (!client) return client.error();
    return Connection{.sim = std::move(sim), .client = *std::move(client)};
}

}  // namespace vllm_client::cli

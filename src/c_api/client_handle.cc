// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "api/config_file.h"
#include "c_api/boundary.h"

using namespace vllm_client;
using namespace vllm_client::c_api;

namespace {

Result<vllm_client_handle*> make_client(ClientOptions options) {
    auto client = VllmClient::create(std::move(options));
    if (!client) return std::move(client).error();
    return new vllm_client_handle{*std::move(client)};
}

}  // namespace

const char* vllm_client_version(void) {
    return VLLM_CLIENT_VERSION_STRING;
}

void vllm_client_free(void* memory) {
    std::free(memory);
}

vllm_client_handle* vllm_client_create(const char* url, const char* api_key, const char* model,
                                       vllm_client_error** error) {
    using Made = vllm_client_handle*;
    return at_boundary(error, Made{nullptr}, [&]() -> Result<Made> {
        ClientOptions options{.api_key = optional_text(api_key), .model = optional_text(model)};
        if (url != nullptr && *url != '\0') options.endpoints = {url};
        return make_client(std::move(options));
    });
}

vllm_client_handle* vllm_client_create_from_json(const char* options, vllm_client_error** error) {
    using Made = vllm_client_handle*;
    return at_boundary(error, Made{nullptr}, [&]() -> Result<Made> {
        if (options == nullptr) return wrong_argument("options", "is NULL");
        auto read = api::read_options_text(options, "options");
        if (!read) return std::move(read).error();
        return make_client(*std::move(read));
    });
}

void vllm_client_destroy(vllm_client_handle* client) {
    delete client;
}

int vllm_client_wait_ready(vllm_client_handle* client, double seconds, vllm_client_error** error) {
    return at_boundary(error, -1, [&]() -> Result<int> {
        if (client == nullptr) return wrong_argument("client", "is NULL");
        constexpr double longest = 1e9;
        if (!(seconds >= 0 && seconds <= longest)) {
            return wrong_argument("seconds", "must be from 0 to 1e9");
        }
        const auto limit = std::chrono::milliseconds(std::llround(seconds * 1e3));
        if (auto ready = client->client.wait_ready(limit); !ready) return ready.error();
        return 0;
    });
}

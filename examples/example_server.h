// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "vllm_client/testing/sim_server.h"

/// The server an example talks to: the URL given on the command line, else a simulated server that
/// lives as long as this object. Your own program has a URL and needs none of this.
class ExampleServer {
 public:
    ExampleServer(int argc, char** argv) {
        if (argc > 1) {
            url_ = argv[1];
            return;
        }
        auto started = vllm_client::testing::SimServer::start({.time = {.time_scale = 0.2}});
        if (!started) {
            std::cerr << started.error().to_string() << '\n';
            std::exit(1);
        }
        url_ = started->url();
        simulated_ = *std::move(started);
    }

    [[nodiscard]] const std::string& url() const noexcept { return url_; }

 private:
    std::string url_;
    std::optional<vllm_client::testing::SimServer> simulated_;
};

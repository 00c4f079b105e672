// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace vllm_client::wire {

/// A body recorded from a real server.
inline std::string recorded(const std::string& name) {
    std::ifstream file(std::string(VLLM_CLIENT_TEST_DATA "/") + name, std::ios::binary);
    std::string body{std::istreambuf_iterator<char>(file), {}};
    EXPECT_FALSE(body.empty()) << "no recording " << name;
    return body;
}

}  // namespace vllm_client::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "macro/overhead/load.h"

namespace overhead {

/// Runs the same load with openai-python (asynchronous) and aiohttp, if this machine has them.
/// Gives CPU microseconds a request by contender; contenders that are missing are left out.
/// `script` is the path of python_peers.py.
[[nodiscard]] std::map<std::string, double> python_peers(const std::string& script,
                                                         const Load& load);

}  // namespace overhead

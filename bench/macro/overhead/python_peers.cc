// SPDX-License-Identifier: Apache-2.0
#include "macro/overhead/python_peers.h"

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>

namespace overhead {

std::map<std::string, double> python_peers(const std::string& script, const Load& load) {
    std::map<std::string, double> results;
    const std::string command = "python3 '" + script + "' '" + load.url + "' '" + load.model +
                                "' 600 " + std::to_string(load.in_flight) + " 2>/dev/null";
    struct Close {
        void operator()(FILE* pipe) const { pclose(pipe); }
    };
    const std::unique_ptr<FILE, Close> pipe(popen(command.c_str(), "r"));
    if (!pipe) return results;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get())) {
        std::istringstream fields(line.data());
        std::string name;
        double cpu_us = 0;
        if (fields >> name >> cpu_us) results[name] = cpu_us;
    }
    return results;
}

}  // namespace overhead

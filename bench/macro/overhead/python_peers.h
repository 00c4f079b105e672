// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "macro/overhead/load.h"

namespace overhead {

/// Python clients in a process of their own, which does the same load on demand. Not for several
/// threads at once. Ends with this object.
class PythonPeers {
 public:
    /// Starts python3 with `script`, the path of python_peers.py.
    PythonPeers(const std::string& script, const Load& load);
    ~PythonPeers();
    PythonPeers(const PythonPeers&) = delete;
    PythonPeers& operator=(const PythonPeers&) = delete;

    /// The clients this machine has; none without Python.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// Sends `requests` chats by the client called `name`.
    [[nodiscard]] Round run(const std::string& name, std::size_t requests);

 private:
    struct Close {
        void operator()(FILE* stream) const { std::fclose(stream); }
    };
    using Stream = std::unique_ptr<FILE, Close>;

    [[nodiscard]] std::string read_line();

    pid_t child_{-1};
    Stream to_;
    Stream from_;
    std::vector<std::string> names_;
};

}  // namespace overhead

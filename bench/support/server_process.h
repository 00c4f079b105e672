// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

namespace bench {

/// The simulated server in a process of its own, so that its CPU is not ours. Make it before any
/// thread is started. Ends with this object.
class ServerProcess {
 public:
    /// `time_scale`: see SimTimeModel; 0 answers at once.
    explicit ServerProcess(double time_scale);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Empty if it could not be started.
    [[nodiscard]] const std::string& url() const { return url_; }

 private:
    pid_t child_{-1};
    std::string url_;
};

}  // namespace bench

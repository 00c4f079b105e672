// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bench {

/// CPU time of this process so far, all threads, user and system, in microseconds.
[[nodiscard]] double process_cpu_us();

}  // namespace bench

// SPDX-License-Identifier: Apache-2.0
#include "wire/logit_bias.h"

#include <map>
#include <string>

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

void write_logit_bias(JsonWriter& writer,
                      const std::vector<std::pair<std::int64_t, double>>& logit_bias) {
    if (logit_bias.empty() || !writer.key("logit_bias")) return;
    // Ordered as the texts they become; of equal tokens the last wins.
    std::map<std::string, double> sorted;
    for (const auto& [token, bias] : logit_bias)
        sorted[std::to_string(token)] = bias;
    const JsonWriter::Scope scope(writer, "logit_bias");
    writer.begin_object();
    for (const auto& [token, bias] : sorted)
        writer.member(token, bias);
    writer.end_object();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "connection.h"
#include "files.h"
#include "json.h"
#include "ordered_calls.h"

namespace vllm_client::cli {
namespace {

/// Writes float32 as the shortest text that reads back the same.
using FloatJson = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool,
                                       std::int64_t, std::uint64_t, float>;

std::string lines(const std::vector<std::string>& texts, std::size_t first,
                  const EmbeddingReply& reply) {
    std::string out;
    for (std::size_t i = 0; i < reply.size(); ++i) {
        FloatJson line{{"index", first + i}, {"text", texts.at(first + i)}, {"dim", reply.dim}};
        line["embedding"] = reply[i];
        out += dump(line) + '\n';
    }
    return out;
}

}  // namespace

int run(const EmbedCommand& command, Session& session) {
    const auto texts = read_texts(command.input);
    if (!texts) return session.console.fail(texts.error());
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());

    const auto interrupt = session.interrupt.scope();
    const std::size_t size = command.batch_size;
    const auto start = [&](std::size_t batch) {
        const auto begin = texts->begin() + static_cast<std::ptrdiff_t>(batch * size);
        const auto count = std::min(size, texts->size() - batch * size);
        return connection->client.embed_async(
            {.input = std::vector(begin, begin + static_cast<std::ptrdiff_t>(count)),
             .dimensions = command.dimensions},
            {.stop = interrupt.token()});
    };
    int code = 0;
    ordered_calls((texts->size() + size - 1) / size, start,
                  [&](std::size_t batch, const Result<EmbeddingReply>& reply) {
                      if (!reply) {
                          code = session.console.fail(reply.error());
                          return false;
                      }
                      return session.console.print_bytes(lines(*texts, batch * size, *reply));
                  });
    return code;
}

}  // namespace vllm_client::cli

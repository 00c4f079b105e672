// SPDX-License-Identifier: Apache-2.0
// score, rerank and classify: numbers for texts, as a table or as JSON lines.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.h"
#include "connection.h"
#include "files.h"
#include "json.h"
#include "table.h"
#include "vllm_client/classify.h"
#include "vllm_client/scoring.h"

namespace vllm_client::cli {
namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", value);
    return text;
}

std::vector<ScoreInput> inputs(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

/// Rows for people or lines for machines, gathered in order.
class Listing {
 public:
    Listing(Console& console, std::vector<std::string> head) : console_(console), rows_{head} {}
    void add(std::vector<std::string> row, const Json& line) {
        if (console_.json()) {
            console_.print_json(line);
        } else {
            rows_.push_back(std::move(row));
        }
    }
    int finish() {
        if (!console_.json()) console_.print(table(rows_));
        return 0;
    }

 private:
    Console& console_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace

int run(const ScoreCommand& command, Session& session) {
    const auto texts = read_texts(command.documents);
    if (!texts) return session.console.fail(texts.error());
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const auto interrupt = session.interrupt.scope();
    const auto reply = connection->client.score(
        {.queries = {command.query}, .documents = inputs(*texts)}, {.stop = interrupt.token()});
    if (!reply) return session.console.fail(reply.error());
    Listing listing(session.console, {"SCORE", "TEXT"});
    const std::vector<double> scores = reply->by_document();
    for (std::size_t i = 0; i < scores.size(); ++i) {
        listing.add({number(scores[i]), texts->at(i)},
                    {{"index", i}, {"score", scores[i]}, {"text", texts->at(i)}});
    }
    return listing.finish();
}

int run(const RerankCommand& command, Session& session) {
    const auto texts = read_texts(command.documents);
    if (!texts) return session.console.fail(texts.error());
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const auto interrupt = session.interrupt.scope();
    const auto reply = connection->client.rerank(
        {.query = command.query, .documents = inputs(*texts), .top_n = command.top_n},
        {.stop = interrupt.token()});
    if (!reply) return session.console.fail(reply.error());
    Listing listing(session.console, {"SCORE", "TEXT"});
    for (const RerankResult& result : reply->results) {
        const std::string& text = texts->at(static_cast<std::size_t>(result.index));
        listing.add(
            {number(result.relevance_score), text},
            {{"index", result.index}, {"relevance_score", result.relevance_score}, {"text", text}});
    }
    return listing.finish();
}

int run(const ClassifyCommand& command, Session& session) {
    const auto texts = read_texts(command.input);
    if (!texts) return session.console.fail(texts.error());
    auto connection = connect(session.options);
    if (!connection) return session.console.fail(connection.error());
    const auto interrupt = session.interrupt.scope();
    const auto reply = connection->client.classify({.input = *texts}, {.stop = interrupt.token()});
    if (!reply) return session.console.fail(reply.error());
    Listing listing(session.console, {"LABEL", "PROBABILITY", "TEXT"});
    for (const Classification& found : reply->data) {
        const std::string& text = texts->at(static_cast<std::size_t>(found.index));
        float best = 0;
        for (const float prob : found.probs)
            best = std::max(best, prob);
        listing.add({found.label.empty() ? "-" : found.label, number(best), text},
                    {{"index", found.index},
                     {"label", found.label},
                     {"probs", found.probs},
                     {"text", text}});
    }
    return listing.finish();
}

}  // namespace vllm_client::cli

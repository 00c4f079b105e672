// SPDX-License-Identifier: Apache-2.0
#include "pipeline/request_record.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace vllm_client::pipeline {
namespace {

struct Seen {
    Event::Kind kind{};
    std::string request_id{};
    std::string error{};
    int http_status{0};
};

struct Books {
    std::shared_ptr<runtime::Clock> clock = runtime::system_clock();
    std::shared_ptr<metrics::ClientMetrics> metrics =
        std::make_shared<metrics::ClientMetrics>(clock);
    std::vector<Seen> seen;

    RequestRecord begin() {
        return RequestRecord(
            std::make_shared<const Observation>(Observation{
                clock, metrics,
                [this](const Event& event) {
                    seen.push_back({event.kind, std::string(event.request_id),
                                    event.error ? event.error->message : "", event.http_status});
                }}),
            "chat", "tiny", "id-1", "main");
    }
};

TEST(RequestRecord, EndsOnce) {
    Books books;
    RequestRecord record = books.begin();
    EXPECT_EQ(books.metrics->in_flight(), 1U);
    record.end(nullptr, 200);
    const Error late{.kind = ErrorKind::http, .message = "late"};
    record.end(&late, 500);
    const auto figures = books.metrics->snapshot();
    EXPECT_EQ(figures.in_flight, 0U);
    EXPECT_EQ(figures.successes, 1U);
    EXPECT_EQ(figures.failures, 0U);
    ASSERT_EQ(books.seen.size(), 2U);
    EXPECT_EQ(books.seen[0].kind, Event::Kind::request_started);
    EXPECT_EQ(books.seen[1].kind, Event::Kind::request_finished);
    EXPECT_EQ(books.seen[1].request_id, "id-1");
    EXPECT_EQ(books.seen[1].http_status, 200);
}

TEST(RequestRecord, OneThatNobodyEndedCountsAsCancelled) {
    Books books;
    { const RequestRecord record = books.begin(); }
    EXPECT_EQ(books.metrics->snapshot().cancelled, 1U);
    EXPECT_EQ(books.metrics->in_flight(), 0U);
    ASSERT_EQ(books.seen.size(), 2U);
    EXPECT_EQ(books.seen[1].error, "the request was dropped");
}

TEST(RequestRecord, CountsTokensAndTheFirstOfThem) {
    Books books;
    RequestRecord record = books.begin();
    record.first_token(std::chrono::milliseconds(5));
    record.tokens(Usage{.prompt_tokens = 3, .completion_tokens = 4});
    record.end(nullptr, 200);
    const auto figures = books.metrics->snapshot();
    EXPECT_EQ(figures.first_token.count, 1U);
    EXPECT_EQ(figures.prompt_tokens, 3U);
    EXPECT_EQ(figures.completion_tokens, 4U);
}

TEST(RequestRecord, SurvivesAnEventHookThatThrows) {
    const auto clock = runtime::system_clock();
    const auto metrics = std::make_shared<metrics::ClientMetrics>(clock);
    RequestRecord record(std::make_shared<const Observation>(Observation{
                             clock, metrics, [](const Event&) { throw std::runtime_error("no"); }}),
                         "chat", "tiny", "id", "main");
    record.end(nullptr, 200);
    EXPECT_EQ(metrics->snapshot().successes, 1U);
}

}  // namespace
}  // namespace vllm_client::pipeline

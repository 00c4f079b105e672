// SPDX-License-Identifier: Apache-2.0
#include "wire/metrics_text.h"

#include <gtest/gtest.h>

#include <cmath>

#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

MetricSample sample_of(std::string_view line) {
    auto metrics = read_metrics_text(line);
    EXPECT_TRUE(metrics.ok()) << line;
    if (!metrics || metrics->samples.size() != 1) {
        ADD_FAILURE() << "not one sample: " << line;
        return {};
    }
    return metrics->samples[0];
}

TEST(MetricsText, ReadsARecordedPage) {
    const auto metrics = read_metrics_text(recorded("metrics.txt")).value();
    EXPECT_GT(metrics.samples.size(), 500u);
    EXPECT_EQ(metrics.samples[0].name, "python_gc_objects_collected_total");
    EXPECT_EQ(metrics.samples[0].label("generation"), "0");
    EXPECT_EQ(metrics.samples[0].value, 14734.0);
    EXPECT_TRUE(metrics.requests_running().has_value());
    EXPECT_TRUE(metrics.requests_waiting().has_value());
    EXPECT_TRUE(metrics.kv_cache_usage().has_value());
    EXPECT_GT(metrics.sum("vllm:request_success_total").value_or(0), 0);
}

TEST(MetricsText, ReadsNamesLabelsAndValues) {
    const MetricSample sample = sample_of(R"( a:b_c { x = "1" , y="" , } 2.5e3 1700000000000 )");
    EXPECT_EQ(sample.name, "a:b_c");
    EXPECT_EQ(sample.label("x"), "1");
    EXPECT_EQ(sample.label("y"), "");
    EXPECT_EQ(sample.label("z"), "");
    EXPECT_EQ(sample.labels.size(), 2u);
    EXPECT_EQ(sample.value, 2500);
    EXPECT_EQ(sample_of("plain 1\r\n").value, 1);
    EXPECT_EQ(sample_of("empty{} -1").value, -1);
}

TEST(MetricsText, ReadsEscapesInLabels) {
    EXPECT_EQ(sample_of(R"(a{x="q\"\\\n} ,=#"} 1)").label("x"), "q\"\\\n} ,=#");
    EXPECT_EQ(sample_of("a{x=\"ü😀\"} 1").label("x"), "ü😀");
}

TEST(MetricsText, ReadsSpecialNumbers) {
    EXPECT_TRUE(std::isnan(sample_of("a NaN").value));
    EXPECT_EQ(sample_of("a +Inf").value, HUGE_VAL);
    EXPECT_EQ(sample_of("a Inf").value, HUGE_VAL);
    EXPECT_EQ(sample_of("a -Inf").value, -HUGE_VAL);
    EXPECT_EQ(sample_of("a +1.5").value, 1.5);
}

TEST(MetricsText, ReadsQuotedNamesOfVersionOne) {
    const MetricSample sample = sample_of(R"({"my.metric","my.label"="v",x="1"} 3)");
    EXPECT_EQ(sample.name, "my.metric");
    EXPECT_EQ(sample.label("my.label"), "v");
    EXPECT_EQ(sample.label("x"), "1");
}

TEST(MetricsText, ReadsOverCommentsBlankLinesAndExemplars) {
    const auto metrics = read_metrics_text(
        "# HELP a \xff text\n\n   \n#\n  # TYPE a counter\na 1\n"
        "b_bucket{le=\"1\"} 2 # {trace_id=\"x\"} 0.5 1.6\nc 3 4 # {} 1\n# EOF");
    ASSERT_TRUE(metrics.ok());
    EXPECT_EQ(metrics->samples.size(), 3u);
}

TEST(MetricsText, MalformedLinesAreDecodeErrorsWithTheirNumber) {
    for (const char* line : {"a",
                             "a ",
                             "1a 1",
                             "a-b 1",
                             "{} 1",
                             "{x=\"1\"} 1",
                             "a{x=\"1\" 1",
                             "a{x=\"1} 1",
                             "a{x=1} 1",
                             "a{x} 1",
                             "a{=\"1\"} 1",
                             "a{,} 1",
                             "a{x=\"1\"y=\"2\"} 1",
                             "a{x=\"\\q\"} 1",
                             "a{x=\"\\",
                             "a x",
                             "a 1x",
                             "a 1 x",
                             "a 1 2 3",
                             "a +-1",
                             "a ++1",
                             "a 0x10",
                             "a 1e999",
                             "<html>",
                             "{\"a\":1}",
                             "{\"a\"} ",
                             "a{\"b\"} 1",
                             "a} 1"}) {
        const auto metrics = read_metrics_text(std::string("ok 1\n\n") + line + "\n");
        ASSERT_FALSE(metrics.ok()) << line;
        EXPECT_EQ(metrics.error().kind, ErrorKind::decode);
        EXPECT_EQ(metrics.error().message, "cannot read the metrics page: line 3 is malformed");
    }
}

TEST(FaultB, B15_EmptyMetricsPageIsADecodeError) {
    EXPECT_EQ(read_metrics_text(" \n").error().message, "cannot read the metrics page: empty body");
}

TEST(ServerMetrics, SumsOverEngines) {
    const auto metrics = read_metrics_text(
        "vllm:num_requests_running{engine=\"0\"} 2\nvllm:num_requests_running{engine=\"1\"} 3\n");
    EXPECT_EQ(metrics->requests_running(), 5);
    EXPECT_EQ(metrics->requests_waiting(), std::nullopt);
    EXPECT_EQ(metrics->sum("other"), std::nullopt);
    EXPECT_EQ(metrics->kv_cache_usage(), std::nullopt);
}

TEST(ServerMetrics, CacheUsageIsTheFullestEngineUnderEitherName) {
    EXPECT_EQ(read_metrics_text("vllm:kv_cache_usage_perc{engine=\"0\"} 0.25\n"
                                "vllm:kv_cache_usage_perc{engine=\"1\"} 0.75\n")
                  ->kv_cache_usage(),
              0.75);
    EXPECT_EQ(read_metrics_text("vllm:gpu_cache_usage_perc 0.5\n")->kv_cache_usage(), 0.5);
}

}  // namespace
}  // namespace vllm_client::wire

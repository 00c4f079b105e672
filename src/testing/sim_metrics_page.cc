// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_metrics_page.h"

#include <utility>

#include "testing/sim_json_text.h"
#include "testing/sim_route.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using Shards = std::span<const ShardMetrics* const>;
using Extra = std::string_view;  // further labels, comma first

class PageWriter {
 public:
    PageWriter(const SimOptions& options, Shards shards, double started)
        : shards_(shards), started_(started) {
        append_label_value(model_, options.models.front());
    }

    void heading(std::string_view name, std::string_view help, std::string_view type) {
        page_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
        page_.append(name).append(" ").append(type).append("\n");
    }

    template <class Read>
    void gauge(std::string_view name, std::string_view help, Read read) {
        heading(name, help, "gauge");
        samples(name, "", read);
    }

    /// A counter with its labels spelled out: one `read(metrics, index)` for each label set.
    template <class Read>
    void counter(std::string_view name, std::string_view help, std::span<const Extra> labels,
                 Read read) {
        const std::string total = std::string(name) + "_total";
        heading(total, help, "counter");
        for (std::size_t i = 0; i < labels.size(); ++i) {
            samples(total, labels[i], [&](const ShardMetrics& m) { return read(m, i); });
        }
        const std::string created = std::string(name) + "_created";
        heading(created, help, "gauge");
        for (const Extra label : labels) {
            samples(created, label, [this](const ShardMetrics&) { return started_; });
        }
    }

    template <class Read>
    void counter(std::string_view name, std::string_view help, Read read) {
        const Extra none[] = {""};
        counter(name, help, none, [&](const ShardMetrics& m, std::size_t) { return read(m); });
    }

    void histogram(std::string_view name, std::string_view help,
                   const TallyHistogram ShardMetrics::*member) {
        heading(name, help, "histogram");
        for (std::size_t engine = 0; engine < shards_.size(); ++engine) {
            buckets(name, engine, shards_[engine]->*member);
        }
        const std::string created = std::string(name) + "_created";
        heading(created, help, "gauge");
        samples(created, "", [this](const ShardMetrics&) { return started_; });
    }

    /// A sample whose labels are given whole.
    void sample(std::string_view name, std::string_view labels, double value) {
        page_ += name;
        if (!labels.empty()) page_.append("{").append(labels).append("}");
        page_ += ' ';
        append_number(page_, value);
        page_ += '\n';
    }

    [[nodiscard]] const std::string& model() const noexcept { return model_; }
    [[nodiscard]] Shards shards() const noexcept { return shards_; }
    [[nodiscard]] std::string take() && { return std::move(page_); }

 private:
    static void append_label_value(std::string& out, std::string_view text) {
        for (const char c : text) {
            if (c == '\\' || c == '"') out += '\\';
            c == '\n' ? out += "\\n" : out += c;
        }
    }

    [[nodiscard]] std::string labels(std::size_t engine, Extra extra) const {
        std::string text = "engine=\"";
        append_number(text, engine);
        text.append("\"").append(extra).append(",model_name=\"").append(model_).append("\"");
        return text;
    }

    template <class Read>
    void samples(std::string_view name, Extra extra, Read read) {
        for (std::size_t engine = 0; engine < shards_.size(); ++engine) {
            sample(name, labels(engine, extra), static_cast<double>(read(*shards_[engine])));
        }
    }

    void buckets(std::string_view name, std::size_t engine, const TallyHistogram& histogram) {
        const std::string bucket = std::string(name) + "_bucket";
        std::uint64_t below = 0;
        for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
            below += histogram.count(i);
            std::string bound = ",le=\"";
            if (i < histogram.bounds().size()) {
                append_number(bound, histogram.bounds()[i]);
            } else {
                bound += "+Inf";
            }
            sample(bucket, labels(engine, bound + "\""), static_cast<double>(below));
        }
        sample(std::string(name) + "_count", labels(engine, ""), static_cast<double>(below));
        sample(std::string(name) + "_sum", labels(engine, ""), histogram.sum());
    }

    Shards shards_;
    double started_;
    std::string model_;
    std::string page_;
};

void write_load(PageWriter& page) {
    page.gauge("vllm:num_requests_running", "Number of requests in model execution batches.",
               [](const ShardMetrics& m) { return m.running.get(); });
    page.gauge("vllm:num_requests_waiting", "Number of requests waiting to be processed.",
               [](const ShardMetrics& m) { return m.waiting.get(); });
    page.heading("vllm:num_requests_waiting_by_reason", "Number of waiting requests by reason.",
                 "gauge");
    for (std::size_t engine = 0; engine < page.shards().size(); ++engine) {
        const std::string start = "engine=\"" + std::to_string(engine) + "\",model_name=\"" +
                                  page.model() + "\",reason=\"";
        page.sample("vllm:num_requests_waiting_by_reason", start + "capacity\"",
                    static_cast<double>(page.shards()[engine]->waiting.get()));
        page.sample("vllm:num_requests_waiting_by_reason", start + "deferred\"", 0);
    }
    page.gauge("vllm:kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.",
               [](const ShardMetrics&) { return 0; });
}

void write_tokens(PageWriter& page) {
    const auto zero = [](const ShardMetrics&) { return 0; };
    const auto prompt = [](const ShardMetrics& m) { return m.prompt_tokens.get(); };
    page.counter("vllm:prefix_cache_queries", "Prefix cache queries, in terms of number of tokens.",
                 zero);
    page.counter("vllm:prefix_cache_hits", "Prefix cache hits, in terms of number of tokens.",
                 zero);
    page.counter("vllm:num_preemptions", "Cumulative number of preemption from the engine.", zero);
    page.counter("vllm:prompt_tokens", "Number of prefill tokens processed.", prompt);
    const Extra sources[] = {",source=\"local_compute\"", ",source=\"local_cache_hit\"",
                             ",source=\"external_kv_transfer\""};
    page.counter("vllm:prompt_tokens_by_source", "Number of prompt tokens by source.", sources,
                 [&](const ShardMetrics& m, std::size_t i) { return i == 0 ? prompt(m) : 0; });
    page.counter("vllm:prompt_tokens_cached", "Number of cached prompt tokens (local + external).",
                 zero);
    page.counter("vllm:generation_tokens", "Number of generation tokens processed.",
                 [](const ShardMetrics& m) { return m.generation_tokens.get(); });
    const Extra reasons[] = {",finished_reason=\"stop\"", ",finished_reason=\"length\"",
                             ",finished_reason=\"abort\"", ",finished_reason=\"error\"",
                             ",finished_reason=\"repetition\""};
    page.counter("vllm:request_success", "Count of successfully processed requests.", reasons,
                 [](const ShardMetrics& m, std::size_t i) {
                     return i < m.finished.size() ? m.finished[i].get() : 0;
                 });
}

void write_rejections(PageWriter& page) {
    constexpr std::string_view help =
        "Number of admission attempts rejected by a queue limit, by reason.";
    std::uint64_t requests = 0;
    std::uint64_t tokens = 0;
    for (const ShardMetrics* const shard : page.shards()) {
        requests += shard->rejected_requests.get();
        tokens += shard->rejected_tokens.get();
    }
    const std::string start = "model_name=\"" + page.model() + "\",reason=\"max_num_queued_";
    page.heading("vllm:admission_rejections_total", help, "counter");
    page.sample("vllm:admission_rejections_total", start + "reqs\"", static_cast<double>(requests));
    page.sample("vllm:admission_rejections_total", start + "tokens\"", static_cast<double>(tokens));
}

struct HistogramRow {
    std::string_view name;
    std::string_view help;
    const TallyHistogram ShardMetrics::*member;
};

constexpr HistogramRow histogram_rows[] = {
    {"vllm:request_prompt_tokens", "Number of prefill tokens processed.",
     &ShardMetrics::request_prompt_tokens},
    {"vllm:request_generation_tokens", "Number of generation tokens processed.",
     &ShardMetrics::request_generation_tokens},
    {"vllm:iteration_tokens_total", "Histogram of number of tokens per engine_step.",
     &ShardMetrics::iteration_tokens},
    {"vllm:request_params_n", "Histogram of the n request parameter.", &ShardMetrics::request_n},
    {"vllm:request_params_max_tokens", "Histogram of the max_tokens request parameter.",
     &ShardMetrics::request_max_tokens},
    {"vllm:time_to_first_token_seconds", "Histogram of time to first token in seconds.",
     &ShardMetrics::time_to_first_token},
    {"vllm:inter_token_latency_seconds", "Histogram of inter-token latency in seconds.",
     &ShardMetrics::inter_token_latency},
    {"vllm:request_time_per_output_token_seconds",
     "Histogram of time_per_output_token_seconds per request.",
     &ShardMetrics::time_per_output_token},
    {"vllm:e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.",
     &ShardMetrics::e2e_latency},
    {"vllm:request_queue_time_seconds", "Histogram of time spent in WAITING phase for request.",
     &ShardMetrics::queue_time},
    {"vllm:request_inference_time_seconds", "Histogram of time spent in RUNNING phase for request.",
     &ShardMetrics::inference_time},
    {"vllm:request_prefill_time_seconds", "Histogram of time spent in PREFILL phase for request.",
     &ShardMetrics::prefill_time},
    {"vllm:request_decode_time_seconds", "Histogram of time spent in DECODE phase for request.",
     &ShardMetrics::decode_time},
};

void write_cache_config(PageWriter& page) {
    page.heading("vllm:cache_config_info", "Information of the engine's CacheConfig", "gauge");
    for (std::size_t engine = 0; engine < page.shards().size(); ++engine) {
        page.sample(
            "vllm:cache_config_info",
            "block_size=\"16\",cache_dtype=\"auto\",enable_prefix_caching=\"False\",engine=\"" +
                std::to_string(engine) +
                "\",kv_cache_size_tokens=\"1048576\",num_gpu_blocks=\"65536\"",
            1);
    }
}

void write_http(PageWriter& page) {
    page.heading("http_requests_total", "Total number of requests by method, status and handler.",
                 "counter");
    for (std::size_t i = 0; i <= no_route(); ++i) {
        if (i < no_route() && !route_table()[i].measured) continue;
        const bool get = i < no_route() && route_table()[i].methods == method_get;
        std::uint64_t ok = 0;
        std::uint64_t failed = 0;
        for (const ShardMetrics* const shard : page.shards()) {
            const std::uint64_t refused = shard->requests_failed[i].get();
            ok += shard->requests[i].get() - refused;
            failed += refused;
        }
        const std::string start = "handler=\"" + std::string(path_of(i)) + "\",method=\"" +
                                  (get ? "GET" : "POST") + "\",status=\"";
        if (ok > 0) page.sample("http_requests_total", start + "2xx\"", static_cast<double>(ok));
        if (failed > 0) {
            page.sample("http_requests_total", start + "4xx\"", static_cast<double>(failed));
        }
    }
}

}  // namespace

std::string metrics_page(const SimOptions& options, Shards shards, double started) {
    PageWriter page(options, shards, started);
    page.heading("process_start_time_seconds",
                 "Start time of the process since unix epoch in seconds.", "gauge");
    page.sample("process_start_time_seconds", "", started);
    write_load(page);
    write_tokens(page);
    write_rejections(page);
    for (const HistogramRow& row : histogram_rows)
        page.histogram(row.name, row.help, row.member);
    write_cache_config(page);
    write_http(page);
    return std::move(page).take();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

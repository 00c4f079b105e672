// SPDX-License-Identifier: Apache-2.0
#include "macro/overhead/bare_curl.h"

#include <curl/curl.h>

#include <memory>

namespace overhead {
namespace {

struct EasyDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

std::size_t append(char* data, std::size_t, std::size_t size, void* body) {
    static_cast<std::string*>(body)->append(data, size);
    return size;
}

List json_headers() {
    List headers(curl_slist_append(nullptr, "Content-Type: application/json"));
    headers.reset(curl_slist_append(headers.release(), "Expect:"));
    return headers;
}

Easy make_easy(const std::string& url, const std::string& body, curl_slist* headers,
               std::string* reply) {
    Easy easy(curl_easy_init());
    curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &append);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, reply);
    return easy;
}

bool is_good(CURL* easy, const std::string& reply) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status == 200 && !reply.empty();
}

double now_us() {
    return std::chrono::duration<double, std::micro>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Keeps `at_once` transfers running on reused handles until `total` are done.
bool run_multi(const std::string& url, const std::string& body, std::size_t total,
               std::size_t at_once) {
    const List headers = json_headers();
    const Multi multi(curl_multi_init());
    std::vector<std::string> replies(at_once);
    std::vector<Easy> handles;
    std::size_t started = 0;
    for (std::size_t i = 0; i < at_once && started < total; ++i, ++started) {
        handles.push_back(make_easy(url, body, headers.get(), &replies[i]));
        curl_easy_setopt(handles.back().get(), CURLOPT_PRIVATE, &replies[i]);
        curl_multi_add_handle(multi.get(), handles.back().get());
    }
    bool ok = true;
    for (std::size_t done = 0; done < total;) {
        int running = 0;
        curl_multi_perform(multi.get(), &running);
        int left = 0;
        bool again = false;
        while (CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
            CURL* easy = message->easy_handle;
            std::string* reply = nullptr;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &reply);
            ok = ok && message->data.result == CURLE_OK && is_good(easy, *reply);
            reply->clear();
            ++done;
            curl_multi_remove_handle(multi.get(), easy);
            if (started < total) {
                ++started;
                curl_multi_add_handle(multi.get(), easy);
                again = true;
            }
        }
        if (!again && done < total) curl_multi_poll(multi.get(), nullptr, 0, 1000, nullptr);
    }
    for (const Easy& easy : handles)
        curl_multi_remove_handle(multi.get(), easy.get());
    return ok;
}

}  // namespace

Round bare_easy_new(const Load& load, std::size_t requests) {
    const std::string url = load.url + "/v1/chat/completions";
    const std::string body = load.body();
    const List headers = json_headers();
    return measure(requests, [&] {
        bool ok = true;
        for (std::size_t i = 0; i < requests; ++i) {
            std::string reply;
            const Easy easy = make_easy(url, body, headers.get(), &reply);
            ok = curl_easy_perform(easy.get()) == CURLE_OK && is_good(easy.get(), reply) && ok;
        }
        return ok;
    });
}

Round bare_easy_reused(const Load& load, std::size_t requests) {
    const std::string url = load.url + "/v1/chat/completions";
    const std::string body = load.body();
    const List headers = json_headers();
    std::string reply;
    const Easy easy = make_easy(url, body, headers.get(), &reply);
    std::vector<double> latencies;
    Round round = measure(requests, [&] {
        bool ok = true;
        for (std::size_t i = 0; i < requests; ++i) {
            reply.clear();
            const double begun = now_us();
            ok = curl_easy_perform(easy.get()) == CURLE_OK && is_good(easy.get(), reply) && ok;
            latencies.push_back(now_us() - begun);
        }
        return ok;
    });
    round.p50_us = median(std::move(latencies));
    return round;
}

Round bare_multi(const Load& load) {
    return measure(load.requests, [&] {
        return run_multi(load.url + "/v1/chat/completions", load.body(), load.requests,
                         load.in_flight);
    });
}

Round bare_multi_streams(const Load& load, std::size_t streams, std::size_t at_once) {
    return measure(streams * load.stream_tokens, [&] {
        return run_multi(load.url + "/v1/chat/completions", load.stream_body(), streams, at_once);
    });
}

}  // namespace overhead

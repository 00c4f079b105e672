// SPDX-License-Identifier: Apache-2.0
#include "transport/easy_handle.h"

#include <algorithm>

#include "transport/header_check.h"
#include "transport/pool.h"
#include "transport/transfer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::transport {
namespace {

// libcurl calls these; nothing may be thrown through it.
extern "C" {

static std::size_t on_header_line(char* data, std::size_t, std::size_t size,
                                  void* handle) noexcept {
    Transfer* transfer = static_cast<EasyHandle*>(handle)->transfer();
    return transfer && transfer->take_header_line({data, size}) ? size : 0;
}

static std::size_t on_body(char* data, std::size_t, std::size_t size, void* handle) noexcept {
    Transfer* transfer = static_cast<EasyHandle*>(handle)->transfer();
    if (!transfer) return 0;
    switch (transfer->take_body({data, size})) {
        case Transfer::Taken::all:
            return size;
        case Transfer::Taken::later:
            return CURL_WRITEFUNC_PAUSE;
        case Transfer::Taken::failed:
            break;
    }
    // Any other number than `size` ends the transfer; 0 bytes would be right for `size` 0 alone.
    return size == 0 ? 1 : 0;
}

static int on_request_ready(void* handle, char*, char*, int, int local_port) noexcept {
    auto* easy = static_cast<EasyHandle*>(handle);
    const curl_socket_t connection = easy->pool().connection_ready(*easy, local_port);
    const bool usable = !easy->transfer() || easy->transfer()->connection_ready(connection);
    return usable ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static curl_socket_t on_open_socket(void* handle, curlsocktype, curl_sockaddr* address) noexcept {
    auto* easy = static_cast<EasyHandle*>(handle);
    return easy->pool().open_socket(*easy, *address);
}

static int on_close_socket(void* pool, curl_socket_t socket) noexcept {
    static_cast<Pool*>(pool)->close_socket(socket);
    return 0;
}

}  // extern "C"

}  // namespace

EasyHandle::EasyHandle(Pool& pool) : pool_(pool), url_(curl_url()), curl_(curl_easy_init()) {}

Result<std::unique_ptr<EasyHandle>> EasyHandle::make(Pool& pool) {
    std::unique_ptr<EasyHandle> handle(new EasyHandle(pool));
    if (!handle->curl_ || !handle->url_) {
        return Error{.kind = ErrorKind::resource, .message = "libcurl gave no handle"};
    }
    handle->set_fixed_options();
    handle->set_callbacks();
    handle->set_tls_options(pool.settings());
    handle->set_proxy_options(pool.settings());
    if (!handle->refused_option_.empty()) {
        return Error{.kind = ErrorKind::config,
                     .message = "libcurl refuses the option " + handle->refused_option_,
                     .phase = Phase::validate};
    }
    return handle;
}

template <class T>
void EasyHandle::set(CURLoption option, T value, const char* name) {
    if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK && refused_option_.empty()) {
        refused_option_ = name;
    }
}

void EasyHandle::set_fixed_options() {
    const Settings& settings = pool_.settings();
    set(CURLOPT_NOSIGNAL, 1L, "NOSIGNAL");
    set(CURLOPT_PROTOCOLS_STR, "http,https", "PROTOCOLS_STR");
    set(CURLOPT_FOLLOWLOCATION, 0L, "FOLLOWLOCATION");
    set(CURLOPT_HTTP09_ALLOWED, 0L, "HTTP09_ALLOWED");
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L, "SUPPRESS_CONNECT_HEADERS");
    set(CURLOPT_QUICK_EXIT, 1L, "QUICK_EXIT");
    const auto keepalive = static_cast<long>(settings.pool.tcp_keepalive.count());
    if (keepalive > 0) {
        set(CURLOPT_TCP_KEEPALIVE, 1L, "TCP_KEEPALIVE");
        set(CURLOPT_TCP_KEEPIDLE, keepalive, "TCP_KEEPIDLE");
        set(CURLOPT_TCP_KEEPINTVL, keepalive, "TCP_KEEPINTVL");
    }
    const EndpointAddress& address = pool_.address();
    if (!address.unix_socket.empty()) {
        set(CURLOPT_UNIX_SOCKET_PATH, address.unix_socket.c_str(), "UNIX_SOCKET_PATH");
    }
    long version = CURL_HTTP_VERSION_2TLS;
    if (settings.http_version == HttpVersion::http1) version = CURL_HTTP_VERSION_1_1;
    if (settings.http_version == HttpVersion::http2_prior_knowledge) {
        version = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    }
    set(CURLOPT_HTTP_VERSION, version, "HTTP_VERSION");
    // Where requests can share a connection, wait for the first one instead of opening many.
    const bool may_multiplex = (address.tls && settings.http_version == HttpVersion::automatic) ||
                               settings.http_version == HttpVersion::http2_prior_knowledge;
    if (may_multiplex) set(CURLOPT_PIPEWAIT, 1L, "PIPEWAIT");
}

void EasyHandle::set_callbacks() {
    set(CURLOPT_ERRORBUFFER, error_text_.data(), "ERRORBUFFER");
    set(CURLOPT_PRIVATE, static_cast<void*>(this), "PRIVATE");
    set(CURLOPT_HEADERFUNCTION, &on_header_line, "HEADERFUNCTION");
    set(CURLOPT_HEADERDATA, static_cast<void*>(this), "HEADERDATA");
    set(CURLOPT_WRITEFUNCTION, &on_body, "WRITEFUNCTION");
    set(CURLOPT_WRITEDATA, static_cast<void*>(this), "WRITEDATA");
    set(CURLOPT_PREREQFUNCTION, &on_request_ready, "PREREQFUNCTION");
    set(CURLOPT_PREREQDATA, static_cast<void*>(this), "PREREQDATA");
    set(CURLOPT_OPENSOCKETFUNCTION, &on_open_socket, "OPENSOCKETFUNCTION");
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this), "OPENSOCKETDATA");
    // Connections outlive the handle that made them, so their end is told to the pool.
    set(CURLOPT_CLOSESOCKETFUNCTION, &on_close_socket, "CLOSESOCKETFUNCTION");
    set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&pool_), "CLOSESOCKETDATA");
}

void EasyHandle::set_tls_options(const Settings& settings) {
    const TlsOptions& tls = settings.tls;
    if (!tls.ca_bundle.empty()) set(CURLOPT_CAINFO, tls.ca_bundle.c_str(), "CAINFO");
    if (!tls.client_cert.empty()) set(CURLOPT_SSLCERT, tls.client_cert.c_str(), "SSLCERT");
    if (!tls.client_key.empty()) set(CURLOPT_SSLKEY, tls.client_key.c_str(), "SSLKEY");
    if (!tls.pinned_key.empty()) {
        set(CURLOPT_PINNEDPUBLICKEY, tls.pinned_key.c_str(), "PINNEDPUBLICKEY");
    }
    set(CURLOPT_SSL_VERIFYPEER, tls.insecure ? 0L : 1L, "SSL_VERIFYPEER");
    set(CURLOPT_SSL_VERIFYHOST, tls.insecure ? 0L : 2L, "SSL_VERIFYHOST");
    if (pool_.connect_to()) set(CURLOPT_CONNECT_TO, pool_.connect_to(), "CONNECT_TO");
}

void EasyHandle::set_proxy_options(const Settings& settings) {
    const ProxyOptions& proxy = settings.proxy;
    if (!proxy.url.empty()) {
        set(CURLOPT_PROXY, proxy.url.c_str(), "PROXY");
    } else if (proxy.ignore_environment) {
        set(CURLOPT_PROXY, "", "PROXY");
    }
    if (!proxy.no_proxy.empty()) set(CURLOPT_NOPROXY, proxy.no_proxy.c_str(), "NOPROXY");
}

// A URL given as text would be parsed and put together again for each exchange.
void EasyHandle::set_url(const std::string& path) {
    path_ = path;
    const std::string url = pool_.url_base() + path;
    if (curl_url_set(url_.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
        refused_option_ = "CURLU";
        path_.clear();  // the handle still has the URL of before
    }
    // Makes libcurl forget the text it has made of the last one.
    set(CURLOPT_URL, static_cast<const char*>(nullptr), "URL");
    set(CURLOPT_CURLU, url_.get(), "CURLU");
}

void EasyHandle::set_method(HttpMethod method) {
    method_ = static_cast<int>(method);
    set(CURLOPT_CUSTOMREQUEST, method == HttpMethod::del ? "DELETE" : nullptr, "CUSTOMREQUEST");
    if (method == HttpMethod::post) {
        set(CURLOPT_POST, 1L, "POST");
    } else {
        set(CURLOPT_HTTPGET, 1L, "HTTPGET");
    }
}

// libcurl only reads the list, so it may live in our own nodes and end in the pool's.
void EasyHandle::set_headers(const HttpRequest& request) {
    header_nodes_.clear();
    curl_slist* rest = pool_.shared_headers();
    const auto add = [&](const std::string& line) {
        // The length first: this is asked for every line of every request.
        constexpr std::string_view agent = "User-Agent:";
        const bool may_be = line.size() >= agent.size() && line[agent.size() - 1] == ':';
        if (may_be && same_header_name(line, agent)) rest = pool_.shared_headers_but_agent();
        header_nodes_.push_back({.data = const_cast<char*>(line.c_str()), .next = nullptr});
    };
    for (const std::string& line : request.headers)
        add(line);
    if (request.common_headers) {
        for (const std::string& line : *request.common_headers)
            add(line);
    }
    for (std::size_t i = 0; i + 1 < header_nodes_.size(); ++i) {
        header_nodes_[i].next = &header_nodes_[i + 1];
    }
    if (!header_nodes_.empty()) header_nodes_.back().next = rest;
    set(CURLOPT_HTTPHEADER, header_nodes_.empty() ? rest : header_nodes_.data(), "HTTPHEADER");
}

Result<void> EasyHandle::prepare(Transfer& transfer) {
    transfer_ = &transfer;
    error_text_[0] = '\0';
    pending_sockets_.clear();
    out_of_descriptors_ = false;
    const HttpRequest& request = transfer.request();
    if (path_ != request.path || path_.empty()) set_url(request.path);
    if (method_ != static_cast<int>(request.method)) set_method(request.method);
    if (request.method == HttpMethod::post) {
        const std::string_view body = request.body ? std::string_view(*request.body) : "";
        set(CURLOPT_POSTFIELDS, body.data(), "POSTFIELDS");
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()), "POSTFIELDSIZE");
    }
    const bool fresh = request.at_most_once || transfer.needs_fresh_connection();
    if (fresh != fresh_connect_) {
        fresh_connect_ = fresh;
        set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L, "FRESH_CONNECT");
    }
    if (const long age = pool_.max_idle_age(); age != max_age_) {
        max_age_ = age;
        set(CURLOPT_MAXAGE_CONN, age, "MAXAGE_CONN");
    }
    if (const auto limit = static_cast<long>(request.timeouts.connect.count());
        limit != connect_timeout_) {
        connect_timeout_ = limit;
        // Our own timer ends it first and knows why; libcurl's also rations time over addresses.
        // Its 0 means 300 s; ours means none, and a day is as good.
        set(CURLOPT_CONNECTTIMEOUT_MS, limit == 0 ? 86'400'000L : limit + limit / 4 + 20,
            "CONNECTTIMEOUT_MS");
    }
    set_headers(request);
    if (refused_option_.empty()) return {};
    return Error{.kind = ErrorKind::config,
                 .message = "libcurl refuses the option " + std::exchange(refused_option_, {}),
                 .phase = Phase::validate};
}

void EasyHandle::release() noexcept {
    transfer_ = nullptr;
    // The list lives in the request that is about to go.
    curl_easy_setopt(curl_.get(), CURLOPT_HTTPHEADER, nullptr);
    if (method_ == static_cast<int>(HttpMethod::post)) {
        curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, nullptr);
    }
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::transport

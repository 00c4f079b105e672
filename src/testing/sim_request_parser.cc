// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_request_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

/// Keeps the few fields that matter instead of all of them.
class RequestParser::Impl final : public http::basic_parser<true> {
 public:
    Impl() {
        // vLLM's server has no limits of its own; this one keeps a header in memory bounds.
        header_limit(16U << 20U);
        body_limit(boost::none);
        eager(true);
    }

    HttpRequest request;
    bool expects_continue{false};
    int version{11};
    bool broken{false};

 private:
    void on_request_impl(http::verb, string_view method, string_view target, int number,
                         error_code&) override {
        version = number;
        request.method = view(method);
        const std::size_t mark = target.find('?');
        request.path = view(target.substr(0, mark));
        if (mark != string_view::npos) request.query = view(target.substr(mark + 1));
    }
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(http::field name, string_view text, string_view value,
                       error_code&) override {
        switch (name) {
            case http::field::host:
                request.host = view(value);
                break;
            case http::field::content_type:
                request.content_type = view(value);
                break;
            case http::field::expect:
                expects_continue = boost::beast::iequals(value, "100-continue");
                break;
            case http::field::sec_websocket_key:
                request.web_socket_key = view(value);
                break;
            case http::field::authorization:
                request.authorization = view(value);
                request.has_authorization = true;
                break;
            default:
                if (boost::beast::iequals(text, "x-request-id")) request.request_id = view(value);
                break;
        }
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        // A length is a promise of a stranger: believed up to a point.
        if (length) request.body.reserve(std::min<std::uint64_t>(*length, 1U << 20U));
    }
    std::size_t on_body_impl(string_view bytes, error_code&) override {
        request.body += view(bytes);
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
        request.body += view(bytes);
        return bytes.size();
    }
    void on_finish_impl(error_code&) override {}
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::put(std::string_view bytes) {
    error_code error;
    std::size_t used = 0;
    // The library stops after the head and after each chunk, although it could go on.
    while (used < bytes.size() && !impl_->is_done()) {
        const std::size_t step =
            impl_->put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
        used += step;
        if (error == http::error::need_more) break;
        if (error) {
            impl_->broken = true;
            break;
        }
        if (step == 0) break;
    }
    return used;
}

bool RequestParser::done() const noexcept {
    return impl_->is_done();
}
bool RequestParser::failed() const noexcept {
    return impl_->broken;
}

bool RequestParser::wants_continue() noexcept {
    return impl_->is_header_done() && !impl_->is_done() &&
           std::exchange(impl_->expects_continue, false);
}

HttpRequest RequestParser::take() {
    impl_->request.keep_alive = impl_->keep_alive() && impl_->version == 11;
    return std::move(impl_->request);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <cstring>
#include <new>

#include "c_api/boundary.h"
#include "c_api/chat_reply_text.h"
#include "c_api/chat_requests.h"
#include "c_api/request_text.h"

using namespace vllm_client;
using namespace vllm_client::c_api;

namespace {

Result<HttpMethod> read_method(const char* method) {
    const std::string name = optional_text(method);
    if (name == "GET") return HttpMethod::get;
    if (name == "POST") return HttpMethod::post;
    if (name == "DELETE") return HttpMethod::del;
    return wrong_argument("method", "must be GET, POST or DELETE");
}

float* array_copy(const std::vector<float>& values) {
    const std::size_t bytes = values.size() * sizeof(float);
    auto* copy = static_cast<float*>(std::malloc(bytes == 0 ? 1 : bytes));
    if (copy == nullptr) throw std::bad_alloc();
    if (bytes != 0) std::memcpy(copy, values.data(), bytes);
    return copy;
}

// Steps through the stream; the answer, or the error that ended it.
Result<ChatReply> run_stream(ChatStream stream, vllm_client_on_event on_event, void* user) {
    std::string text;
    std::string event;
    auto step = stream.next();
    for (; step && *step; step = stream.next()) {
        if (on_event == nullptr) continue;
        text = (*step)->text();
        event = (*step)->json();
        if (on_event(text.c_str(), event.c_str(), user) != 0) stream.cancel();
    }
    if (!step) return std::move(step).error();
    return stream.collect();
}

}  // namespace

char* vllm_client_chat(vllm_client_handle* client, const char* request, vllm_client_error** error) {
    using Text = char*;
    return at_boundary(error, Text{nullptr}, [&]() -> Result<Text> {
        auto read = read_chat_request(client, request, false);
        if (!read) return std::move(read).error();
        const auto reply = client->client.chat(*std::move(read));
        if (!reply) return reply.error();
        return text_copy(reply->raw.body);
    });
}

char* vllm_client_complete(vllm_client_handle* client, const char* request,
                           vllm_client_error** error) {
    using Text = char*;
    return at_boundary(error, Text{nullptr}, [&]() -> Result<Text> {
        if (client == nullptr) return wrong_argument("client", "is NULL");
        auto read = read_request_text(request, {"stream", "stream_options"});
        if (!read) return std::move(read).error();
        const auto reply = client->client.complete(
            {.model = std::move(read->model), .extra = std::move(read->body)});
        if (!reply) return reply.error();
        return text_copy(reply->raw.body);
    });
}

float* vllm_client_embed(vllm_client_handle* client, const char* request, size_t* count,
                         size_t* dim, vllm_client_error** error) {
    using Array = float*;
    return at_boundary(error, Array{nullptr}, [&]() -> Result<Array> {
        if (client == nullptr) return wrong_argument("client", "is NULL");
        if (count == nullptr || dim == nullptr) return wrong_argument("count or dim", "is NULL");
        auto read = read_request_text(request, {"encoding_format"});
        if (!read) return std::move(read).error();
        const auto reply =
            client->client.embed({.model = std::move(read->model), .extra = std::move(read->body)});
        if (!reply) return reply.error();
        Array values = array_copy(reply->values);
        *count = reply->size();
        *dim = reply->dim;
        return values;
    });
}

char* vllm_client_raw(vllm_client_handle* client, const char* method, const char* path,
                      const char* body, int* status, size_t* length, vllm_client_error** error) {
    using Text = char*;
    return at_boundary(error, Text{nullptr}, [&]() -> Result<Text> {
        if (client == nullptr) return wrong_argument("client", "is NULL");
        if (path == nullptr) return wrong_argument("path", "is NULL");
        const auto verb = read_method(method);
        if (!verb) return verb.error();
        const auto reply =
            client->client.raw({.method = *verb, .path = path, .body = optional_text(body)});
        if (!reply) return reply.error();
        Text text = text_copy(reply->body);
        if (status != nullptr) *status = reply->status;
        if (length != nullptr) *length = reply->body.size();
        return text;
    });
}

char* vllm_client_chat_stream(vllm_client_handle* client, const char* request,
                              vllm_client_on_event on_event, void* user,
                              vllm_client_error** error) {
    using Text = char*;
    return at_boundary(error, Text{nullptr}, [&]() -> Result<Text> {
        auto read = read_chat_request(client, request, true);
        if (!read) return std::move(read).error();
        const auto reply = run_stream(client->client.chat_stream(*std::move(read)), on_event, user);
        if (!reply) return reply.error();
        const auto text = write_chat_reply(*reply);
        if (!text) return text.error();
        return text_copy(*text);
    });
}

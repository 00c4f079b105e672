// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

#include "c_api/boundary.h"
#include "c_api/chat_reply_text.h"
#include "c_api/chat_requests.h"
#include "c_api/event_callback.h"

using namespace vllm_client;
using namespace vllm_client::c_api;

// NOLINTNEXTLINE(readability-identifier-naming): C's name
struct vllm_client_call {
    std::stop_source stop{};
    std::shared_ptr<EventCallback> events{};     // of a stream
    std::optional<Call<std::string>> running{};  // until the reply is taken
    std::optional<Result<std::string>> reply{};
};

namespace {

// A call begun by `start(call)`, which gives the error that kept it from running.
template <class F>
vllm_client_call* new_call(F&& start) noexcept {
    try {
        auto call = std::make_unique<vllm_client_call>();
        Result<void> started = start(*call);
        if (!started) call->reply.emplace(started.error());
        return call.release();
    } catch (...) {
        return nullptr;  // no memory
    }
}

Result<std::string> body_of(Result<ChatReply> reply) {
    if (!reply) return std::move(reply).error();
    return std::move(reply->raw.body);
}

const Result<std::string>& wait_for_reply(vllm_client_call& call) {
    if (!call.reply) call.reply.emplace(std::move(*call.running).get());
    return *call.reply;
}

}  // namespace

vllm_client_call* vllm_client_chat_start(vllm_client_handle* client, const char* request) {
    return new_call([&](vllm_client_call& call) -> Result<void> {
        auto read = read_chat_request(client, request, false);
        if (!read) return std::move(read).error();
        call.running.emplace(
            client->client.chat_async(*std::move(read), {.stop = call.stop.get_token()})
                .then(&body_of));
        return {};
    });
}

vllm_client_call* vllm_client_chat_stream_start(vllm_client_handle* client, const char* request,
                                                vllm_client_on_event on_event, void* user) {
    return new_call([&](vllm_client_call& call) -> Result<void> {
        auto read = read_chat_request(client, request, true);
        if (!read) return std::move(read).error();
        auto events = std::make_shared<EventCallback>(on_event, user, call.stop);
        call.events = events;
        auto stream = client->client.chat_stream(*std::move(read), {.stop = call.stop.get_token()});
        call.running.emplace(
            std::move(stream)
                .for_each([events](const ChatDelta& delta) { events->take(delta); })
                .then([events](const Result<void>& end) -> Result<std::string> {
                    if (!end) return end.error();
                    return write_chat_reply(events->finish());
                }));
        return {};
    });
}

int vllm_client_call_wait(vllm_client_call* call, double seconds) {
    if (call == nullptr || call->reply) return 1;
    return at_boundary(nullptr, 0, [&]() -> Result<int> {
        constexpr double longest = 1e9;  // so that the clock does not overflow
        if (seconds >= 0) {
            const std::chrono::duration<double> limit(std::min(seconds, longest));
            return call->running->wait_for(limit) ? 1 : 0;
        }
        static_cast<void>(wait_for_reply(*call));
        return 1;
    });
}

char* vllm_client_call_reply(vllm_client_call* call, vllm_client_error** error) {
    using Text = char*;
    return at_boundary(error, Text{nullptr}, [&]() -> Result<Text> {
        if (call == nullptr) return wrong_argument("call", "is NULL");
        const Result<std::string>& reply = wait_for_reply(*call);
        if (!reply) return reply.error();
        return text_copy(*reply);
    });
}

void vllm_client_call_cancel(vllm_client_call* call) {
    if (call != nullptr) call->stop.request_stop();
}

void vllm_client_call_free(vllm_client_call* call) {
    if (call == nullptr) return;
    call->stop.request_stop();
    if (call->events) call->events->close();
    delete call;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "vllm_client/anthropic_message.h"
#include "vllm_client/call.h"
#include "vllm_client/export.h"
#include "vllm_client/messages_event.h"
#include "vllm_client/options.h"
#include "vllm_client/result.h"
#include "vllm_client/stream.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

namespace api {
class ClientCore;
}

/// A streamed message. It has ended properly only after `message_stop`: without it, next() and
/// collect() end in a `stream` error that carries the text received (Error::partial).
using MessagesStream = Stream<MessagesEvent, MessagesReply>;

/// The Anthropic Messages API of the server:
///
///     auto reply = client.messages().create(
///         {.messages = {anthropic_user("hi")}, .max_tokens = 100, .model = "m"});
///
/// Cheap to copy, thread-safe, and allowed to outlive the client it came from (calls then give
/// `closed`). The forms and errors are those of VllmClient.
class VLLM_CLIENT_EXPORT Messages {
 public:
    /// Source: `POST /v1/messages`.
    [[nodiscard]] Result<MessagesReply> create(MessagesRequest request,
                                               CallOptions options = {}) const;
    [[nodiscard]] Call<MessagesReply> create_async(MessagesRequest request,
                                                   CallOptions options = {}) const;
    [[nodiscard]] MessagesStream create_stream(MessagesRequest request,
                                               CallOptions options = {}) const;

    /// Counts the tokens of what a request would send to the model; generates nothing.
    /// Source: `POST /v1/messages/count_tokens`.
    [[nodiscard]] Result<MessagesTokenCount> count_tokens(MessagesRequest request,
                                                          CallOptions options = {}) const;
    [[nodiscard]] Call<MessagesTokenCount> count_tokens_async(MessagesRequest request,
                                                              CallOptions options = {}) const;

 private:
    friend class VllmClient;
    explicit Messages(std::shared_ptr<api::ClientCore> core) : core_(std::move(core)) {}

    std::shared_ptr<api::ClientCore> core_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

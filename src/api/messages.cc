// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/messages.h"

#include <utility>

#include "api/client_core.h"
#include "api/messages_family.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

Result<MessagesReply> Messages::create(MessagesRequest request, CallOptions options) const {
    return create_async(std::move(request), std::move(options)).get();
}
Call<MessagesReply> Messages::create_async(MessagesRequest request, CallOptions options) const {
    return api::create_message(*core_, std::move(request), std::move(options));
}
MessagesStream Messages::create_stream(MessagesRequest request, CallOptions options) const {
    return api::stream_message(*core_, std::move(request), std::move(options));
}

Result<MessagesTokenCount> Messages::count_tokens(MessagesRequest request,
                                                  CallOptions options) const {
    return count_tokens_async(std::move(request), std::move(options)).get();
}
Call<MessagesTokenCount> Messages::count_tokens_async(MessagesRequest request,
                                                      CallOptions options) const {
    return api::count_message_tokens(*core_, std::move(request), std::move(options));
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

// SPDX-License-Identifier: Apache-2.0
#include "c_api/chat_requests.h"

#include "c_api/request_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::c_api {

Result<ChatRequest> read_chat_request(const vllm_client_handle* client, const char* text,
                                      bool stream) {
    if (client == nullptr) return wrong_argument("client", "is NULL");
    // The server refuses options of a stream where there is none.
    auto read = stream ? read_request_text(text, {"stream"})
                       : read_request_text(text, {"stream", "stream_options"});
    if (!read) return std::move(read).error();
    return ChatRequest{.model = std::move(read->model), .extra = std::move(read->body)};
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::c_api

// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/responses.h"

#include <utility>

#include "api/client_core.h"
#include "api/responses_family.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

Result<ResponseReply> Responses::create(ResponseRequest request, CallOptions options) const {
    return create_async(std::move(request), std::move(options)).get();
}
Call<ResponseReply> Responses::create_async(ResponseRequest request, CallOptions options) const {
    return api::create_response(*core_, std::move(request), std::move(options));
}
ResponseStream Responses::create_stream(ResponseRequest request, CallOptions options) const {
    return api::stream_response(*core_, std::move(request), std::move(options));
}

// NOLINTBEGIN(performance-unnecessary-value-param): ids by value, as everywhere
Result<ResponseReply> Responses::retrieve(std::string id, CallOptions options) const {
    return api::retrieve_response(*core_, id, std::move(options)).get();
}
Call<ResponseReply> Responses::retrieve_async(std::string id, CallOptions options) const {
    return api::retrieve_response(*core_, id, std::move(options));
}
ResponseStream Responses::retrieve_stream(std::string id,
                                          std::optional<std::int64_t> starting_after,
                                          CallOptions options) const {
    return api::resume_response(*core_, id, starting_after, std::move(options));
}

Result<ResponseReply> Responses::cancel(std::string id, CallOptions options) const {
    return api::cancel_response(*core_, id, std::move(options)).get();
}
Call<ResponseReply> Responses::cancel_async(std::string id, CallOptions options) const {
    return api::cancel_response(*core_, id, std::move(options));
}
// NOLINTEND(performance-unnecessary-value-param)

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

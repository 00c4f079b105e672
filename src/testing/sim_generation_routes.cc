// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_generation_routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "testing/sim_generation_call.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

using Reader = GenerationRequest (*)(const json&, const ServerState&);

std::unique_ptr<Call> generate(const Exchange& exchange, Reader read, const char* prefix,
                               char id_mark) {
    Workplace& place = exchange.place;
    const json body = read_body(exchange.http);
    GenerationRequest request = read(body, place.server);
    const std::string id = request_id_of(place, exchange.http, body);
    request.id = prefix + id;
    request.id_mark = id_mark;
    return start_generation(exchange, std::move(request), id);
}

}  // namespace

std::unique_ptr<Call> start_generation(const Exchange& exchange, GenerationRequest request,
                                       std::string_view id, const DialectMaker& maker) {
    Workplace& place = exchange.place;
    const SimFault fault = place.fault_of(exchange.http.path, request.model, id, request.stream);
    if (!request.fault_given) request.fault = fault;
    check_status_fault(request.fault);
    auto call = std::make_unique<GenerationCall>(place, exchange.sink, std::move(request), maker);
    if (!call->start()) call.reset();
    return call;
}

std::unique_ptr<Call> answer_chat(const Exchange& exchange) {
    return generate(exchange, read_chat_request, "chatcmpl-", 0);
}

std::unique_ptr<Call> answer_completion(const Exchange& exchange) {
    return generate(exchange, read_completion_request, "cmpl-", '-');
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

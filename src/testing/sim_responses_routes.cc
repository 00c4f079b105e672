// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_responses_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "testing/sim_clock.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_query.h"
#include "testing/sim_request_body.h"
#include "testing/sim_response_store.h"
#include "testing/sim_responses_dialect.h"
#include "testing/sim_responses_request.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

ResponseStore& store_of(Workplace& place) {
    if (!place.responses) place.responses = std::make_shared<ResponseStore>();
    place.responses->sweep();
    return *place.responses;
}

std::shared_ptr<ResponseRecord> record_of(const Exchange& exchange) {
    auto record = store_of(exchange.place).find(url_decoded(exchange.name));
    if (!record) throw ApiFailure(response_not_found(url_decoded(exchange.name)));
    return record;
}

std::unique_ptr<Call> run_in_background(const Exchange& exchange, ResponsesRequest request,
                                        const std::string& id, const DialectMaker& maker) {
    const std::shared_ptr<ResponseRecord> record = request.record;
    const bool stream = request.generation.stream;
    record->response["status"] = "queued";
    record->streamed = stream;
    record->sink = std::make_unique<BackgroundSink>(*record);
    const Exchange inside{exchange.place, exchange.http, *record->sink, exchange.name};
    record->call = start_generation(inside, std::move(request.generation), id, maker);
    if (stream) return follow(record, 0, exchange.sink);
    exchange.sink.reply(200, "application/json", record->response.dump());
    return nullptr;
}

}  // namespace

std::unique_ptr<Call> answer_responses(const Exchange& exchange) {
    Workplace& place = exchange.place;
    const json body = read_body(exchange.http);
    ResponseStore& store = store_of(place);
    ResponsesRequest request = read_responses_request(body, place.server, store);
    // The header with an id does not count here.
    const auto given = body.find("request_id");
    const std::string id = given != body.end() && given->is_string() ? given->get<std::string>()
                                                                     : "resp_" + place.new_id();
    request.generation.id = id;
    request.generation.id_mark = '_';
    const std::shared_ptr<ResponseRecord> record = request.record;
    record->response["id"] = id;
    record->response["created_at"] = static_cast<std::int64_t>(unix_now());
    const DialectMaker maker = [&place, record](const GenerationRequest& made) {
        return std::make_unique<ResponsesDialect>(made, place, record);
    };
    if (request.store) store.keep(id, record);
    if (request.background) return run_in_background(exchange, std::move(request), id, maker);
    return start_generation(exchange, std::move(request.generation), id, maker);
}

std::unique_ptr<Call> answer_retrieve_response(const Exchange& exchange) {
    const json query = query_object(exchange.http.query);
    FieldReader fields(query, "query");
    const bool stream = fields.boolean("stream").value_or(false);
    const auto after = fields.integer("starting_after");
    fields.check();
    auto record = record_of(exchange);
    if (stream) {
        const auto start =
            static_cast<std::size_t>(after ? std::max<std::int64_t>(*after + 1, 0) : 0);
        return follow(std::move(record), start, exchange.sink);
    }
    exchange.sink.reply(200, "application/json", record->response.dump());
    return nullptr;
}

std::unique_ptr<Call> answer_cancel_response(const Exchange& exchange) {
    const auto record = record_of(exchange);
    const std::string status = record->response["status"];
    if (status != "queued" && status != "in_progress") {
        throw ApiFailure({.type = "invalid_request_error",
                          .message = "Cannot cancel a synchronous response.",
                          .param = "response_id"});
    }
    record->response["status"] = "cancelled";
    record->call.reset();
    exchange.sink.reply(200, "application/json", record->response.dump());
    return nullptr;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

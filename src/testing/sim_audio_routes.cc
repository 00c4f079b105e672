// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_audio_routes.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "testing/sim_audio_dialect.h"
#include "testing/sim_error.h"
#include "testing/sim_fields.h"
#include "testing/sim_generation_routes.h"
#include "testing/sim_hash.h"
#include "testing/sim_multipart.h"
#include "testing/sim_request_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

using nlohmann::json;

constexpr std::size_t largest_file = 25U << 20U;
constexpr double piece_seconds = 30;
constexpr std::uint32_t piece_tokens = 40;

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return number;
}

// The length of a WAV file after its header; of any other, as if it had 16 kB a second.
double seconds_of(const std::string& file) {
    if (file.size() < 44 || !file.starts_with("RIFF") || file.compare(8, 4, "WAVE") != 0) {
        return static_cast<double>(file.size()) / 16000;
    }
    const std::uint32_t rate = std::max(number_at(file, 28), 1U);
    const std::size_t data = file.find("data", 12);
    const std::size_t start = data == std::string::npos ? 44 : data + 8;
    return static_cast<double>(file.size() - std::min(start, file.size())) / rate;
}

void check_file(const FormData& form) {
    if (form.fields.contains("file") && !form.file) {
        throw ApiFailure({.status = 422,
                          .type = "Unprocessable Entity",
                          .message = "Expected 'file' to be a file-like object, not 'str'."});
    }
    FieldReader fields(form.fields);
    if (!form.file) fields.missing("file");
    fields.check();
    if (form.file->empty()) throw ApiFailure(bad_request("Invalid or unsupported audio file."));
    if (form.file->size() > largest_file) {
        throw ApiFailure(bad_parameter("Maximum file size exceeded", "audio_filesize_mb",
                                       std::to_string(form.file->size() >> 20U)));
    }
}

void check_format(const std::string& format, bool stream) {
    if (format != "json" && format != "text" && format != "verbose_json" &&
        format != "diarized_json") {
        throw ApiFailure(
            bad_request("Currently only support response_format: `text`, `json`, "
                        "`verbose_json` or `diarized_json`"));
    }
    if (format == "diarized_json") {
        throw ApiFailure(bad_request("Currently do not support diarized_json for this model"));
    }
    if (format == "verbose_json" && stream) {
        throw ApiFailure(bad_request("verbose_json format doesn't support streaming case"));
    }
}

void read_usage(FieldReader& fields, GenerationRequest& request) {
    const bool usage = fields.boolean("stream_include_usage").value_or(false);
    const bool running = fields.boolean("stream_continuous_usage_stats").value_or(false);
    if ((usage || running) && !request.stream) {
        throw ApiFailure(
            bad_parameter("Stream options can only be defined when `stream=True`.",
                          usage ? "stream_include_usage" : "stream_continuous_usage_stats"));
    }
    request.include_usage = usage;
    request.continuous_usage = usage && running;
}

// One prompt for each half minute; what is said depends on the bytes.
void add_prompts(const FormData& form, double seconds, GenerationRequest& request) {
    const auto pieces =
        static_cast<std::size_t>(std::clamp(std::ceil(seconds / piece_seconds), 1.0, 20.0));
    for (std::size_t i = 0; i < pieces; ++i) {
        Prompt& prompt = request.prompts.emplace_back();
        const std::uint64_t seed = mixed(hash_of(*form.file), i);
        prompt.tokens = {token_begin, token_media,
                         static_cast<TokenId>(first_byte_token + seed % 256)};
        prompt.max_tokens = piece_tokens;
    }
}

std::unique_ptr<Call> hear(const Exchange& exchange, bool translates) {
    const FormData form = read_form(exchange.http);
    check_file(form);
    json body = form.fields;
    body.erase("vllm_xargs");
    FieldReader fields(body);
    GenerationRequest request;
    read_sampling(fields, request);
    read_usage(fields, request);
    const std::string format = fields.text("response_format").value_or("json");
    const auto most = fields.integer("max_completion_tokens");
    AudioForm wanted{.seconds = seconds_of(*form.file),
                     .translates = translates,
                     .verbose = format == "verbose_json",
                     .language = fields.text("language").value_or("en")};
    fields.check();
    ServerState& server = exchange.place.server;
    request.model = served_model(request.model, server);
    check_format(format, request.stream);
    request.max_tokens = std::min<std::int64_t>(most.value_or(piece_tokens), piece_tokens);
    add_prompts(form, wanted.seconds, request);
    check_sampling(server.options, "max_completion_tokens", request);
    const std::string id = request_id_of(exchange.place, exchange.http, json::object());
    request.id = (translates ? "translate-" : "transcribe-") + id;
    return start_generation(exchange, std::move(request), id,
                            [wanted](const GenerationRequest& made) {
                                return std::make_unique<AudioDialect>(made, wanted);
                            });
}

}  // namespace

std::unique_ptr<Call> answer_transcription(const Exchange& exchange) {
    return hear(exchange, false);
}

std::unique_ptr<Call> answer_translation(const Exchange& exchange) {
    return hear(exchange, true);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

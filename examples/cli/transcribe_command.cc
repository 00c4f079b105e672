// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <string>

#include "commands.h"
#include "connection.h"
#include "files.h"
#include "json.h"
#include "vllm_client/audio.h"

namespace vllm_client::cli {
namespace {

Json to_json(const TranscriptionReply& reply) {
    Json json{{"text", reply.text}, {"request_id", reply.raw.request_id}};
    if (!reply.language.empty()) json["language"] = reply.language;
    if (reply.duration) json["duration"] = *reply.duration;
    if (reply.audio_seconds) json["audio_seconds"] = *reply.audio_seconds;
    for (const TranscriptSegment& segment : reply.segments) {
        json["segments"].push_back(
            {{"start", segment.start}, {"end", segment.end}, {"text", segment.text}});
    }
    return json;
}

}  // namespace

int run(const TranscribeCommand& command, Session& session) {
    Console& console = session.console;
    FileSource file = FileSource::from_path(command.file);
    if (command.file == "-") {
        auto bytes = read_file("-");
        if (!bytes) return console.fail(bytes.error());
        file = FileSource::from_memory(*std::move(bytes), "audio");
    }
    auto connection = connect(session.options);
    if (!connection) return console.fail(connection.error());
    const auto interrupt = session.interrupt.scope();
    const CallOptions call{.stop = interrupt.token()};
    TranscriptionRequest request{.file = std::move(file),
                                 .language = command.language,
                                 .to_language = command.to_language,
                                 .prompt = command.prompt};
    if (command.timestamps) request.response_format = TranscriptFormat::verbose_json;
    const Audio audio = connection->client.audio();

    if (console.json() || command.timestamps || command.no_stream) {
        const auto reply = command.translate ? audio.translate(std::move(request), call)
                                             : audio.transcribe(std::move(request), call);
        if (!reply) return console.fail(reply.error());
        if (console.json()) return console.print_json(to_json(*reply)), 0;
        for (const TranscriptSegment& segment : reply->segments) {
            console.print(std::to_string(segment.start) + " " + std::to_string(segment.end) + " " +
                          segment.text + "\n");
        }
        if (reply->segments.empty()) console.print(reply->text);
        console.end_line();
        return 0;
    }
    auto stream = command.translate ? audio.translate_stream(std::move(request), call)
                                    : audio.transcribe_stream(std::move(request), call);
    auto step = stream.next();
    for (; step && *step; step = stream.next()) {
        if (!console.print((*step)->text())) stream.cancel();
    }
    console.end_line();
    return step ? 0 : console.fail(step.error());
}

}  // namespace vllm_client::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vllm_client::support {

/// Headers in the order in which they are written; names keep their case.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// Status line and headers, then the blank line. No header is added: the caller decides whether
/// the length is told, and whether it is true.
[[nodiscard]] std::string http_head(int status, const HeaderList& headers = {});

/// A whole reply with a true Content-Length (204 and 304: none).
[[nodiscard]] std::string http_reply(int status, std::string_view body,
                                     HeaderList headers = {{"Content-Type", "application/json"}});

/// One piece of a chunked body: size line, data, line end.
[[nodiscard]] std::string chunk(std::string_view data);

/// A chunked body; without `terminated` the last chunk is missing, as if it were cut off. Empty
/// pieces are left out, because on the wire they would end the body.
[[nodiscard]] std::string chunked(const std::vector<std::string>& chunks, bool terminated = true);

/// Head of an event stream as vLLM sends it: 200, event-stream type, chunked.
[[nodiscard]] std::string sse_reply_head();

/// `data: <data>` and the blank line. One line only.
[[nodiscard]] std::string sse_event(std::string_view data);

/// The end marker of chat and completion streams.
[[nodiscard]] std::string sse_done();

/// `text` as a JSON string with its quotes; UTF-8 passes through unchecked.
[[nodiscard]] std::string json_quoted(std::string_view text);

/// JSON of one chat stream chunk with content, of the role chunk that comes first, and of the
/// chunk that carries the finish reason.
[[nodiscard]] std::string chat_chunk(std::string_view text);
[[nodiscard]] std::string chat_role_chunk();
[[nodiscard]] std::string chat_finish_chunk(std::string_view reason = "stop");

/// The events of a complete chat stream: role, one event per text, finish reason, end marker.
[[nodiscard]] std::vector<std::string> chat_stream(const std::vector<std::string>& texts);

/// A complete streamed chat answer, one HTTP chunk per event.
[[nodiscard]] std::string chat_stream_reply(const std::vector<std::string>& texts);

/// JSON of a chat answer that is not streamed.
[[nodiscard]] std::string chat_completion(std::string_view text);

/// vLLM's usual error object.
[[nodiscard]] std::string error_body(int code, std::string_view type, std::string_view message);

}  // namespace vllm_client::support

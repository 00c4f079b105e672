// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/export.h"
#include "vllm_client/json_text.h"
#include "vllm_client/options.h"
#include "vllm_client/reply_parts.h"
#include "vllm_client/result.h"
#include "vllm_client/version.h"

// The servers' own generation routes, from before they spoke OpenAI's protocol: `POST /generate` of
// vLLM's demonstration server, SGLang, TGI and LMDeploy, `POST /completion` of llama.cpp,
// `POST /api/generate` of Ollama. Requests differ too much to be typed; replies do not.
namespace vllm_client::inline VLLM_CLIENT_ABI {

class VllmClient;

/// A request in the server's own words.
struct NativeGenerateRequest {
    JsonText body{};  ///< An object, e.g. `{"text": "Once", "sampling_params": {}}` for SGLang.
    std::string path{"/generate"};
};

/// What a server generated.
struct NativeGeneration {
    /// By sequence. vLLM's demonstration server repeats the prompt in front of each text.
    std::vector<std::string> texts{};
    std::optional<FinishReason> finish_reason{};      ///< Of the first sequence that names one.
    std::optional<std::int64_t> prompt_tokens{};      ///< Of the first sequence.
    std::optional<std::int64_t> completion_tokens{};  ///< Of the first sequence.
    RawReply raw{};
};

/// Reads a whole reply: an object or, for several prompts, a list of them. `decode` if it holds no
/// generated text; `http` for an error object. Thread-safe. Cost: one pass and a copy.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<NativeGeneration> read_native_generate(
    std::string_view body);

/// Sends `request` and reads the reply; waits for it. Errors as those of any call.
[[nodiscard]] VLLM_CLIENT_EXPORT Result<NativeGeneration> generate_native(
    const VllmClient& client, NativeGenerateRequest request, CallOptions options = {});

/// A piece of a streamed text.
struct NativeDelta {
    std::size_t index{0};  ///< Which sequence.
    std::string text{};    ///< What is new.
};

/// Reads a streamed reply from bytes, whoever receives them, in pieces of any size: server-sent
/// events, or JSON objects with LF or NUL between. Servers that send the whole text so far with
/// every object give deltas all the same.
///
///     NativeGenerateReader reader;
///     reader.append(bytes);
///     for (auto delta = reader.next(); delta && *delta; delta = reader.next())
///     use((*delta)->text);
///
/// One thread. Memory: one object, and the text so far.
class VLLM_CLIENT_EXPORT NativeGenerateReader {
 public:
    /// `max_object_bytes` bounds one object.
    explicit NativeGenerateReader(std::size_t max_object_bytes = std::size_t{4} * 1024 * 1024);
    NativeGenerateReader(NativeGenerateReader&&) noexcept;
    NativeGenerateReader& operator=(NativeGenerateReader&&) noexcept;
    ~NativeGenerateReader();

    void append(std::string_view bytes);
    /// To be called once all bytes have come: what follows the last LF counts too.
    void end();
    /// The next piece, or nothing if more bytes are needed. Errors, final: `decode` for what is no
    /// JSON or goes back on text sent before, `stream` for an error object, `limit`.
    [[nodiscard]] Result<std::optional<NativeDelta>> next();

    /// The text so far and what else was said; complete after the last piece.
    [[nodiscard]] const NativeGeneration& generation() const noexcept;

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

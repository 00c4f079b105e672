// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/realtime.h"

#include <bit>
#include <exception>
#include <utility>

#include "realtime/session.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

Error gone() {
    return Error{.kind = ErrorKind::closed, .message = "the session was moved from"};
}

}  // namespace

RealtimeSession::RealtimeSession(std::unique_ptr<realtime::Session> session) noexcept
    : session_(std::move(session)) {}
RealtimeSession::RealtimeSession(RealtimeSession&&) noexcept = default;
RealtimeSession& RealtimeSession::operator=(RealtimeSession&&) noexcept = default;
RealtimeSession::~RealtimeSession() = default;

Result<RealtimeSession> RealtimeSession::connect(RealtimeOptions options) {
    auto session = realtime::Session::connect(std::move(options));
    if (!session) return std::move(session).error();
    return RealtimeSession(*std::move(session));
}

Result<void> RealtimeSession::append(std::span<const std::int16_t> samples) {
    if constexpr (std::endian::native == std::endian::little) {
        return append_bytes(std::as_bytes(samples));
    } else {
        std::vector<std::byte> pcm;
        pcm.reserve(samples.size() * 2);
        for (const std::int16_t sample : samples) {
            const auto bits = static_cast<std::uint16_t>(sample);
            pcm.push_back(static_cast<std::byte>(bits & 0xFFU));
            pcm.push_back(static_cast<std::byte>(bits >> 8U));
        }
        return append_bytes(pcm);
    }
}

Result<void> RealtimeSession::append_bytes(std::span<const std::byte> pcm) {
    return session_ ? session_->append(pcm) : gone();
}

Result<void> RealtimeSession::commit(bool final) {
    return session_ ? session_->commit(final) : gone();
}

Result<std::optional<RealtimeEvent>> RealtimeSession::next() {
    if (!session_) return gone();
    return session_->next(std::nullopt);
}

Result<std::optional<RealtimeEvent>> RealtimeSession::next_for(std::chrono::milliseconds limit) {
    if (!session_) return gone();
    return session_->next(realtime::Session::Clock::now() + limit);
}

Result<RealtimeTranscript> RealtimeSession::collect() {
    if (!session_) return gone();
    return session_->collect();
}

void RealtimeSession::cancel() noexcept {
    if (session_) session_->cancel();
}

void RealtimeSession::close() noexcept {
    if (session_) session_->close();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

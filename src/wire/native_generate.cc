// SPDX-License-Identifier: Apache-2.0
#include "vllm_client/native_generate.h"

#include <algorithm>
#include <utility>

#include "wire/error_body.h"
#include "wire/event_error.h"
#include "wire/native_object.h"
#include "wire/reply_body.h"
#include "wire/stream_end.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {
namespace {

using wire::NativeObject;

constexpr std::string_view what = "native generation";
// More sequences than any server makes of one request.
constexpr std::int64_t most_sequences = 4096;

Error decode_failure(std::string problem) {
    return Error{.kind = ErrorKind::decode,
                 .message = "cannot read the native generation: " + std::move(problem),
                 .reach = Reach::executed,
                 .phase = Phase::decode};
}

void take_facts(const NativeObject& object, NativeGeneration& generation) {
    if (!generation.finish_reason) generation.finish_reason = object.finish_reason;
    if (object.index.value_or(0) != 0) return;
    if (object.prompt_tokens) generation.prompt_tokens = object.prompt_tokens;
    if (object.completion_tokens) generation.completion_tokens = object.completion_tokens;
}

// `padded` must be padded.
Result<NativeObject> read_object(std::string_view padded) {
    return wire::with_parser(padded.size(), [&](wire::ondemand::parser& parser) {
        return wire::read_json<NativeObject>(parser, padded, what, wire::read_native_object);
    });
}

void add_whole(NativeObject object, NativeGeneration& generation) {
    if (object.whole) object.texts = {*std::move(object.whole)};
    if (generation.texts.empty()) take_facts(object, generation);
    for (std::string& text : object.texts)
        generation.texts.push_back(std::move(text));
}

}  // namespace

Result<NativeGeneration> read_native_generate(std::string_view body) {
    const std::string_view text = wire::trim_json(body);
    // One form for both: an object as the only element of a list.
    const bool is_list = text.starts_with('[');
    std::string list = "{\"list\":" + (is_list ? std::string(text) : "[" + std::string(text) + "]");
    list += '}';
    wire::pad(list);
    auto read =
        wire::read_reply_body<NativeGeneration>(list, what, [](wire::ondemand::object object) {
            NativeGeneration generation;
            wire::for_each_field(object, [&](std::string_view, wire::ondemand::value value) {
                wire::for_each_element(value, [&](wire::ondemand::value element) {
                    NativeObject item = wire::read_native_object(element.get_object().value());
                    wire::require(item.has_text || item.whole.has_value(), "text");
                    add_whole(std::move(item), generation);
                });
            });
            wire::require(!generation.texts.empty(), "text");
            return generation;
        });
    if (read) return read;
    if (auto error = wire::error_in_success(text)) return *std::move(error);
    return read;
}

class NativeGenerateReader::Impl {
 public:
    explicit Impl(std::size_t max_object_bytes) : max_bytes_(max_object_bytes) {}

    void append(std::string_view bytes) {
        pending_.erase(0, position_);
        position_ = 0;
        pending_ += bytes;
    }
    void end() noexcept { ended_ = true; }
    [[nodiscard]] const NativeGeneration& generation() const noexcept { return generation_; }

    Result<std::optional<NativeDelta>> next() {
        for (;;) {
            if (failure_) return *failure_;
            if (!ready_.empty()) {
                NativeDelta delta = std::move(ready_.front());
                ready_.erase(ready_.begin());
                return std::optional(std::move(delta));
            }
            const auto line = next_line();
            if (line) {
                take_line(*line);
            } else if (!failure_) {
                return std::optional<NativeDelta>();
            }
        }
    }

 private:
    std::optional<std::string> next_line() {
        constexpr std::string_view ends("\n\0", 2);
        const std::size_t end = pending_.find_first_of(ends, position_);
        const bool complete = end != std::string::npos;
        const std::size_t length = (complete ? end : pending_.size()) - position_;
        if (length > max_bytes_) {
            failure_ = Error{.kind = ErrorKind::limit,
                             .message = "an object of the stream is larger than the limit",
                             .reach = Reach::executed,
                             .phase = Phase::between_events};
            return std::nullopt;
        }
        if (!complete && (!ended_ || length == 0)) return std::nullopt;
        std::string line = pending_.substr(position_, length);
        position_ += length + (complete ? 1 : 0);
        return line;
    }

    void take_line(std::string_view line) {
        line = wire::trim_json(line);
        const bool is_comment = line.starts_with(':');
        const bool is_field = line.starts_with("event:") || line.starts_with("id:");
        if (line.starts_with("data:")) line = wire::trim_json(line.substr(5));
        if (line.empty() || is_comment || is_field || wire::is_stream_end(line)) return;
        std::string padded(line);
        wire::pad(padded);
        auto object = read_object(padded);
        if (!object) {
            failure_ = std::move(object).error();
        } else if (object->has_error) {
            failure_ = wire::read_event_error(padded);
        } else {
            take_object(*object);
        }
    }

    void take_object(const NativeObject& object) {
        take_facts(object, generation_);
        const std::int64_t first = object.index.value_or(0);
        for (std::size_t i = 0; i < object.texts.size() && !failure_; ++i) {
            const std::int64_t index = first + static_cast<std::int64_t>(i);
            if (index >= 0 && index < most_sequences) {
                take_text(static_cast<std::size_t>(index), object.texts[i], object.is_delta);
            } else {
                failure_ = decode_failure("index is out of range");
            }
        }
    }

    void take_text(std::size_t index, const std::string& text, bool is_delta) {
        auto& texts = generation_.texts;
        if (texts.size() <= index) texts.resize(index + 1);
        std::string piece = text;
        if (!is_delta) {
            if (!text.starts_with(texts[index])) {
                failure_ = decode_failure("a text does not go on where it ended");
                return;
            }
            piece = text.substr(texts[index].size());
        }
        if (piece.empty()) return;
        texts[index] += piece;
        ready_.push_back({.index = index, .text = std::move(piece)});
    }

    const std::size_t max_bytes_;
    std::string pending_;
    std::size_t position_{0};
    bool ended_{false};
    std::vector<NativeDelta> ready_;
    std::optional<Error> failure_;
    NativeGeneration generation_;
};

NativeGenerateReader::NativeGenerateReader(std::size_t max_object_bytes)
    : impl_(std::make_unique<Impl>(max_object_bytes)) {}
NativeGenerateReader::NativeGenerateReader(NativeGenerateReader&&) noexcept = default;
NativeGenerateReader& NativeGenerateReader::operator=(NativeGenerateReader&&) noexcept = default;
NativeGenerateReader::~NativeGenerateReader() = default;

void NativeGenerateReader::append(std::string_view bytes) {
    impl_->append(bytes);
}
void NativeGenerateReader::end() {
    impl_->end();
}
Result<std::optional<NativeDelta>> NativeGenerateReader::next() {
    return impl_->next();
}
const NativeGeneration& NativeGenerateReader::generation() const noexcept {
    return impl_->generation();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

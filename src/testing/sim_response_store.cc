// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_response_store.h"

#include <utility>

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

class Follower final : public Call {
 public:
    Follower(std::shared_ptr<ResponseRecord> record, std::size_t start, ResponseSink& sink)
        : record_(std::move(record)), sink_(sink) {
        record_->followers.push_back({&sink_, start});
    }
    ~Follower() override {
        std::erase_if(record_->followers,
                      [this](const ResponseRecord::Following& f) { return f.sink == &sink_; });
    }

 private:
    std::shared_ptr<ResponseRecord> record_;
    ResponseSink& sink_;
};

}  // namespace

void ResponseStore::keep(const std::string& id, std::shared_ptr<ResponseRecord> record) {
    records_[id] = std::move(record);
}

std::shared_ptr<ResponseRecord> ResponseStore::find(std::string_view id) const {
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : found->second;
}

void ResponseStore::sweep() {
    for (const auto& [id, record] : records_) {
        if (record->over) record->call.reset();
    }
}

void BackgroundSink::reply(int status, std::string_view, std::string_view, std::string_view) {
    if (status >= 400) record_.response["status"] = "failed";
    record_.over = true;
}

void BackgroundSink::write_event(std::string_view event) {
    const std::size_t number = record_.events.size();
    record_.events.emplace_back(event);
    for (const auto& [follower, start] : record_.followers) {
        if (number >= start) follower->write_event(event);
    }
}

void BackgroundSink::close_stream() {
    record_.over = true;
    for (const auto& following : std::exchange(record_.followers, {}))
        following.sink->close_stream();
}

void BackgroundSink::cut() {
    record_.over = true;
    for (const auto& following : std::exchange(record_.followers, {}))
        following.sink->cut();
}

std::unique_ptr<Call> follow(std::shared_ptr<ResponseRecord> record, std::size_t start,
                             ResponseSink& sink) {
    sink.open_stream();
    if (!record->streamed) {
        // vLLM finds out only now, and has no other way to say it.
        sink.cut();
        return nullptr;
    }
    for (std::size_t i = start; i < record->events.size(); ++i)
        sink.write_event(record->events[i]);
    if (record->over && start < record->events.size()) {
        sink.close_stream();
        return nullptr;
    }
    return std::make_unique<Follower>(std::move(record), start, sink);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "testing/sim_http.h"
#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// A response of `/v1/responses`, as it stands.
struct ResponseRecord {
    /// Somebody who is told the events from number `start` on as they come.
    struct Following {
        ResponseSink* sink;
        std::size_t start;
    };
    nlohmann::ordered_json response{};
    nlohmann::json messages{};          ///< The conversation that led to it.
    std::vector<std::string> events{};  ///< Of a background stream, so far.
    std::vector<Following> followers{};
    bool streamed{false};  ///< It is a background stream.
    bool over{false};
    std::unique_ptr<ResponseSink> sink{};  ///< Of a background response.
    std::unique_ptr<Call> call{};          ///< Works on it in the background.
};

/// The responses that one front end remembers. vLLM, too, forgets none and shares none.
class ResponseStore {
 public:
    void keep(const std::string& id, std::shared_ptr<ResponseRecord> record);
    /// Null if there is none of that id.
    [[nodiscard]] std::shared_ptr<ResponseRecord> find(std::string_view id) const;
    /// Lets go of calls that are through. Not from inside one.
    void sweep();

 private:
    std::map<std::string, std::shared_ptr<ResponseRecord>, std::less<>> records_;
};

/// Where a background response writes: into its record, and to those who follow it.
class BackgroundSink final : public ResponseSink {
 public:
    /// The record owns it.
    explicit BackgroundSink(ResponseRecord& record) : record_(record) {}

    void reply(int status, std::string_view content_type, std::string_view body,
               std::string_view extra_headers) override;
    void open_stream() override {}
    void write_event(std::string_view event) override;
    void close_stream() override;
    void cut() override;
    [[nodiscard]] bool congested() const override { return false; }

 private:
    ResponseRecord& record_;
};

/// Sends the events of a record from `start` on, also those to come. Null: that was all.
[[nodiscard]] std::unique_ptr<Call> follow(std::shared_ptr<ResponseRecord> record,
                                           std::size_t start, ResponseSink& sink);

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

// SPDX-License-Identifier: Apache-2.0
#include "support/script.h"

#include <memory>
#include <numeric>

namespace vllm_client::support {
namespace {

AfterStep go_on_if(bool done) {
    return done ? AfterStep::next_step : AfterStep::end;
}

/// A step that ends the script when `action` returns false.
template <typename Action>
Step step_while(Action action) {
    return Step([action = std::move(action)](Connection& connection) {
        return go_on_if(static_cast<bool>(action(connection)));
    });
}

/// Shares large payloads between the copies of a script.
std::shared_ptr<const std::string> shared(std::string bytes) {
    return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace

void run_script(const Script& script, Connection& connection) {
    std::size_t position = 0;
    while (position < script.size() && !connection.stopping()) {
        const AfterStep after = script[position].run(connection);
        if (after == AfterStep::end) return;
        position = after == AfterStep::first_step ? 0 : position + 1;
    }
}

Step read_request() {
    return step_while([](Connection& connection) { return connection.read_request() != nullptr; });
}

Step read_request_head() {
    return step_while(
        [](Connection& connection) { return connection.read_request_head() != nullptr; });
}

Step read_bytes(std::size_t count) {
    return step_while(
        [count](Connection& connection) { return connection.read_bytes(count).has_value(); });
}

Step wait_first_byte() {
    return step_while([](Connection& connection) { return connection.wait_first_byte(); });
}

Step send(std::string bytes) {
    return step_while([bytes = shared(std::move(bytes))](Connection& connection) {
        return connection.send(*bytes);
    });
}

Step send_reply(std::function<std::string(const ReceivedRequest&)> reply) {
    return step_while([reply = std::move(reply)](Connection& connection) {
        const ReceivedRequest* const request = connection.last_request();
        return request != nullptr && connection.send(reply(*request));
    });
}

Step send_split(std::string bytes, std::vector<std::size_t> positions,
                std::chrono::milliseconds gap) {
    return step_while(
        [bytes = shared(std::move(bytes)), positions = std::move(positions),
         gap](Connection& connection) { return connection.send_split(*bytes, positions, gap); });
}

Step send_each_byte(std::string bytes, std::chrono::milliseconds gap) {
    std::vector<std::size_t> positions(bytes.size());
    std::iota(positions.begin(), positions.end(), std::size_t{0});
    return send_split(std::move(bytes), std::move(positions), gap);
}

Step send_endlessly(std::string bytes) {
    return step_while([bytes = shared(std::move(bytes))](Connection& connection) {
        return connection.send_endlessly(*bytes);
    });
}

Step pause(std::chrono::milliseconds duration) {
    return step_while([duration](Connection& connection) { return connection.pause(duration); });
}

Step wait_for(Gate gate) {
    return step_while(
        [gate = std::move(gate)](Connection& connection) { return connection.wait_for(gate); });
}

Step open(Gate gate) {
    return Step([gate = std::move(gate)](Connection&) {
        gate.open();
        return AfterStep::next_step;
    });
}

Step hold() {
    return step_while([](Connection& connection) { return connection.hold(); });
}

Step wait_for_peer_close() {
    return step_while([](Connection& connection) { return connection.wait_for_peer_close(); });
}

Step close() {
    return call([](Connection& connection) { connection.close(); });
}

Step close_without_notify() {
    return call([](Connection& connection) { connection.close_without_notify(); });
}

Step reset() {
    return call([](Connection& connection) { connection.reset(); });
}

Step half_close() {
    return call([](Connection& connection) { connection.half_close(); });
}

Step start_tls() {
    return step_while([](Connection& connection) { return connection.start_tls(); });
}

Step loop_from_start() {
    return Step([](Connection&) { return AfterStep::first_step; });
}

Step call(std::function<void(Connection&)> action) {
    return Step([action = std::move(action)](Connection& connection) {
        action(connection);
        return AfterStep::next_step;
    });
}

}  // namespace vllm_client::support

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/endpoint.h"
#include "wire/config_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::api {

/// An object of a config file while it is read. Each reader takes a member by name and returns its
/// value, or `fallback` if it is absent or wrong; what is wrong is kept as the file's problem, with
/// the path of the member. finish() finds the members that nobody took. One thread.
class ConfigSection {
 public:
    /// The outermost object. `file` must outlive the section.
    explicit ConfigSection(const wire::ConfigValue& file);

    [[nodiscard]] std::string text(std::string_view name, std::string fallback);
    [[nodiscard]] bool flag(std::string_view name, bool fallback);
    /// A whole number of 0 or more.
    [[nodiscard]] std::size_t count(std::string_view name, std::size_t fallback);
    /// A number of seconds.
    [[nodiscard]] std::chrono::milliseconds seconds(std::string_view name,
                                                    std::chrono::milliseconds fallback);
    [[nodiscard]] std::optional<std::chrono::milliseconds> optional_seconds(std::string_view name);
    /// One of the texts that `named` knows; `choices` says which, for people.
    template <class T>
    [[nodiscard]] T choice(std::string_view name, T fallback,
                           std::optional<T> (*named)(std::string_view) noexcept,
                           std::string_view choices) {
        const auto given = optional_text(name);
        if (!given) return fallback;
        const std::optional<T> value = named(*given);
        if (!value) fail(name, "must be " + std::string(choices));
        return value.value_or(fallback);
    }
    /// An object of names and texts.
    [[nodiscard]] std::vector<Header> headers(std::string_view name);
    /// A list of URLs and endpoint objects.
    [[nodiscard]] std::vector<Endpoint> endpoints(std::string_view name);
    /// An object within this one; an empty one if it is absent.
    [[nodiscard]] ConfigSection section(std::string_view name);

    /// To be called when every known member has been taken.
    void finish();
    /// The first problem of the whole file, empty if there is none.
    [[nodiscard]] const std::string& problem() const noexcept { return *problem_; }

 private:
    using Value = wire::ConfigValue;

    ConfigSection(const Value* object, std::string path, std::shared_ptr<std::string> problem);
    [[nodiscard]] const Value* take(std::string_view name, Value::Kind kind,
                                    std::string_view expected);
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
    [[nodiscard]] Endpoint endpoint(const Value& value, const std::string& path) const;
    void fail(std::string_view name, std::string_view problem) const;

    const Value* object_;  // null: absent
    std::string path_;     // "pool." or empty
    std::vector<std::string_view> known_;
    std::shared_ptr<std::string> problem_;  // of the file, shared by its sections
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::api

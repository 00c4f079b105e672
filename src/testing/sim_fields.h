// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

/// repr() of a Python string.
[[nodiscard]] std::string python_quoted(std::string_view text);

/// Reads the members of a JSON object the way vLLM's schemas do: null is the same as absent,
/// unknown members are fine, "3" is a number, and all problems are told at once in vLLM's words.
/// The object must outlive the reader.
class FieldReader {
 public:
    /// `location` is how the object is called in messages, e.g. "body.stream_options".
    explicit FieldReader(const nlohmann::json& object, std::string location = "body");

    /// The member, or null if it is absent or null.
    [[nodiscard]] const nlohmann::json* find(std::string_view name) const;

    [[nodiscard]] std::optional<double> real(std::string_view name);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name);
    [[nodiscard]] std::optional<bool> boolean(std::string_view name);
    [[nodiscard]] std::optional<std::string> text(std::string_view name);
    /// Null if absent; a problem if it is something else.
    [[nodiscard]] const nlohmann::json* object(std::string_view name);
    [[nodiscard]] const nlohmann::json* array(std::string_view name);
    /// Whole numbers from zero on.
    [[nodiscard]] std::vector<std::int64_t> token_ids(std::string_view name);

    /// A string or a list of at most `limit` strings.
    [[nodiscard]] std::vector<std::string> texts(std::string_view name, std::size_t limit);

    /// Notes a problem with the member `name`; `context` is Python text, e.g. "{'ge': 0}".
    void problem(std::string_view type, std::string_view name, std::string_view message,
                 const nlohmann::json& input, std::string_view context = {});
    /// Notes that the member `name` is absent.
    void missing(std::string_view name);

    /// Takes over the problems of a reader of a part of this object.
    void absorb(FieldReader& part);

    /// Throws ApiFailure if there was any problem.
    void check() const;

 private:
    const nlohmann::json& object_;
    std::string location_;
    std::string first_location_;
    std::vector<std::string> problems_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim

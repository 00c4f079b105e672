// SPDX-License-Identifier: Apache-2.0
#include "wire/dialect_request.h"

#include <algorithm>
#include <utility>

#include "wire/dialect.h"
#include "wire/dialect_rules.h"
#include "wire/json_slices.h"
#include "wire/json_writer.h"
#include "wire/output_constraint.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

using Action = FieldRule::Action;
using Scope = FieldRule::Scope;

Scope scope_of(std::string_view operation) {
    if (operation == "chat") return Scope::chat;
    if (operation == "completion") return Scope::completion;
    if (operation == "tokenize") return Scope::tokenize;
    return Scope::any;
}

bool is_listed(std::string_view value, std::string_view list) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        if (list.substr(0, end) == value) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return value == "null";
}

std::string negated(std::string_view number) {
    if (number == "0") return "0";
    // The lowest number of 64 bits has no opposite.
    if (number == "-9223372036854775808") return "9223372036854775807";
    return number.starts_with('-') ? std::string(number.substr(1)) : "-" + std::string(number);
}

bool takes_structured_outputs(const ServerIdentity& identity) {
    switch (identity.dialect) {
        case Dialect::automatic:
        case Dialect::production_stack:
            return true;
        case Dialect::vllm:
            return !is_below(identity, {0, 11, 0});
        case Dialect::nim:
            return !is_below(identity, {2, 0, 0});
        default:
            return false;
    }
}

// Servers that read `response_format` as OpenAI means it, for requests of this scope.
bool takes_response_format(const ServerIdentity& identity, Scope scope) {
    switch (identity.dialect) {
        case Dialect::tgi:
            return false;
        case Dialect::llama_cpp:
        case Dialect::ollama:
        case Dialect::lmdeploy:
            return scope == Scope::chat;
        default:
            return true;
    }
}

/// One body on its way to another server's form.
class Adapter {
 public:
    Adapter(const ServerIdentity& identity, Scope scope) : identity_(identity), scope_(scope) {}

    void take(const std::string& name, std::string_view value) {
        if (name == "structured_outputs" && !takes_structured_outputs(identity_)) {
            return take_constraint(read_structured_outputs(std::string(value)));
        }
        if (name == "response_format" && !takes_response_format(identity_, scope_)) {
            auto read = read_response_format(std::string(value));
            if (!read) return fail(std::move(read).error());
            if (*read) take_constraint(**std::move(read));
            return;
        }
        const auto rule = find_rule(identity_, name, scope_);
        if (!rule) return add(name, std::string(value));
        switch (rule->action) {
            case Action::rename:
                return add(std::string(rule->argument), std::string(value));
            case Action::negate:
                return add(name, negated(value));
            case Action::refuse:
                if (is_listed(value, rule->argument)) return;
                return fail(unsupported_by(identity_, name, "is not known"));
            case Action::drop:
                return;
        }
    }

    [[nodiscard]] Result<std::string> finish() && {
        if (failure_) return *std::move(failure_);
        std::stable_sort(members_.begin(), members_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        JsonWriter writer;
        writer.begin_object();
        for (auto& [name, value] : members_)
            writer.member(name, JsonText::from_checked(std::move(value)));
        writer.end_object();
        return std::move(writer).finish();
    }

 private:
    void add(std::string name, std::string value) {
        const auto same =
            std::find_if(members_.begin(), members_.end(),
                         [&name](const auto& member) { return member.first == name; });
        if (same == members_.end())
            return members_.emplace_back(std::move(name), std::move(value)), void();
        fail(unsupported_by(identity_, name, "would be sent twice"));
    }
    void take_constraint(Result<OutputConstraint> constraint) {
        if (!constraint) return fail(std::move(constraint).error());
        auto written = write_constraint(*constraint, identity_, scope_ == Scope::chat);
        if (!written) return fail(std::move(written).error());
        for (auto& [name, value] : *written)
            add(std::move(name), std::move(value));
    }
    void fail(Error error) {
        if (!failure_) failure_ = std::move(error);
    }

    const ServerIdentity& identity_;
    const Scope scope_;
    BodyMembers members_;
    std::optional<Error> failure_;
};

}  // namespace

bool needs_adapting(const ServerIdentity& identity) noexcept {
    switch (identity.dialect) {
        case Dialect::automatic:
        case Dialect::production_stack:
            return false;
        case Dialect::vllm:
            return is_below(identity, {0, 11, 0});
        default:
            return true;
    }
}

Result<std::string> adapt_body(const std::string& body, std::string_view operation,
                               const ServerIdentity& identity) {
    Adapter adapter(identity, scope_of(operation));
    const bool read = for_each_member(
        body,
        [&adapter](const std::string& name, std::string_view value) { adapter.take(name, value); });
    if (!read) {
        return Error{.kind = ErrorKind::config,
                     .message = "the body of the request is not a JSON object",
                     .phase = Phase::validate};
    }
    return std::move(adapter).finish();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "vllm_client/error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

/// Thrown by Result::value() and by the range form of streams, and by nothing else.
/// Cheap to copy; `what()` is Error::to_string().
class VLLM_CLIENT_EXPORT Exception : public std::exception {
 public:
    explicit Exception(Error error);
    ~Exception() override;
    Exception(const Exception&) noexcept;
    Exception& operator=(const Exception&) noexcept;

    [[nodiscard]] const char* what() const noexcept override;
    /// The failure, including the exact prefix of a broken stream (Error::partial).
    [[nodiscard]] const Error& error() const noexcept;

 private:
    struct State;
    std::shared_ptr<const State> state_;
};

namespace detail {
/// Throws Exception; ends the process in a build without exceptions.
[[noreturn]] VLLM_CLIENT_EXPORT void throw_error(Error error);
/// Ends the process: a Result was read as what it is not.
[[noreturn]] VLLM_CLIENT_EXPORT void bad_result_access(const char* what) noexcept;
}  // namespace detail

/// A value or an Error. The return type of every call that can fail.
///
///     auto reply = client.chat({.messages = {user("Hi")}});
///     if (!reply) return report(reply.error());
///     use(reply->text());
///
/// A plain value type: as thread-safe as `T`. Usable with and without exceptions: `value()` throws
/// Exception when there is no value; `operator*`, `operator->` and `error()` require the right side
/// and end the process otherwise.
template <class T>
class [[nodiscard]] Result {
    static_assert(!std::is_same_v<std::remove_cv_t<T>, Error>,
                  "a Result holds a value or an Error");

 public:
    using value_type = T;

    /// A success. Implicit, so that `return reply;` works.
    template <class U = T>
    requires std::is_constructible_v<T, U&&> &&(!std::is_same_v<std::remove_cvref_t<U>, Result>)&&(
        !std::is_same_v<std::remove_cvref_t<U>, Error>)&&std::is_convertible_v<U&&,
                                                                               T> Result(U&& value)
        : state_(std::in_place_index<0>, std::forward<U>(value)) {}
    /// A failure. Implicit, so that `return Error{…};` works.
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    /// True if there is a value.
    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    /// The value, or throws Exception.
    T& value() & {
        if (!ok()) detail::throw_error(std::get<1>(state_));
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        if (!ok()) detail::throw_error(std::get<1>(state_));
        return *std::get_if<0>(&state_);
    }
    T value() && {
        if (!ok()) detail::throw_error(std::move(*std::get_if<1>(&state_)));
        return std::move(*std::get_if<0>(&state_));
    }
    /// The value, or `fallback` on failure.
    template <class U>
    [[nodiscard]] T value_or(U&& fallback) const& {
        return ok() ? *std::get_if<0>(&state_) : static_cast<T>(std::forward<U>(fallback));
    }
    template <class U>
    [[nodiscard]] T value_or(U&& fallback) && {
        return ok() ? std::move(*std::get_if<0>(&state_))
                    : static_cast<T>(std::forward<U>(fallback));
    }

    /// The value; requires ok().
    T& operator*() & { return *checked(); }
    const T& operator*() const& { return *checked(); }
    T operator*() && { return std::move(*checked()); }
    T* operator->() { return checked(); }
    const T* operator->() const { return checked(); }

    /// The failure; requires !ok().
    [[nodiscard]] const Error& error() const& { return *checked_error(); }
    [[nodiscard]] Error& error() & { return *const_cast<Error*>(checked_error()); }
    [[nodiscard]] Error error() && { return std::move(*const_cast<Error*>(checked_error())); }

    /// Result of `f(value)`, which may return a plain value or a Result; failures pass through.
    template <class F>
    [[nodiscard]] auto and_then(F&& f) && {
        using R = std::invoke_result_t<F, T&&>;
        if constexpr (requires {
                          typename R::value_type;
                          R(std::declval<Error>());
                      }) {
            if (!ok()) return R(std::move(*this).error());
            return std::forward<F>(f)(std::move(*checked()));
        } else {
            if (!ok()) return Result<R>(std::move(*this).error());
            return Result<R>(std::forward<F>(f)(std::move(*checked())));
        }
    }

 private:
    T* checked() {
        if (!ok()) detail::bad_result_access("Result read as a value, but it holds an error");
        return std::get_if<0>(&state_);
    }
    const T* checked() const {
        if (!ok()) detail::bad_result_access("Result read as a value, but it holds an error");
        return std::get_if<0>(&state_);
    }
    const Error* checked_error() const {
        if (ok()) detail::bad_result_access("Result read as an error, but it holds a value");
        return std::get_if<1>(&state_);
    }

    std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
    using value_type = void;

    /// A success.
    Result() = default;
    Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}
    Result(const Result& other)
        : error_(other.error_ ? std::make_unique<Error>(*other.error_) : nullptr) {}
    Result(Result&&) noexcept = default;
    Result& operator=(Result other) noexcept {
        error_ = std::move(other.error_);
        return *this;
    }
    ~Result() = default;

    [[nodiscard]] bool ok() const noexcept { return error_ == nullptr; }
    explicit operator bool() const noexcept { return ok(); }
    /// Does nothing on success, throws Exception on failure.
    void value() const {
        if (error_) detail::throw_error(*error_);
    }
    /// The failure; requires !ok().
    [[nodiscard]] const Error& error() const& {
        if (!error_) detail::bad_result_access("Result read as an error, but it is a success");
        return *error_;
    }

 private:
    std::unique_ptr<Error> error_;
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

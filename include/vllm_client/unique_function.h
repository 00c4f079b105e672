// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI {

template <class Signature>
class UniqueFunction;

/// A callable that can be moved but not copied, so that callbacks may own things (as C++23's
/// `std::move_only_function`). Callables up to six pointers that move without throwing are stored
/// in place; larger ones cost one allocation. Calling an empty one is undefined; test with `if
/// (f)`. Not synchronised: as thread-safe as the callable inside.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
    UniqueFunction() noexcept = default;
    UniqueFunction(std::nullptr_t) noexcept {}

    /// Takes ownership of `f`.
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction>) &&
        std::is_invocable_r_v<R, std::decay_t<F>&, Args...> UniqueFunction(F&& f) {
        using Target = std::decay_t<F>;
        if constexpr (fits_in_place<Target>) {
            ::new (static_cast<void*>(storage_)) Target(std::forward<F>(f));
            operations_ = &in_place<Target>;
        } else {
            ::new (static_cast<void*>(storage_)) Target*(new Target(std::forward<F>(f)));
            operations_ = &on_heap<Target>;
        }
    }

    UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
    UniqueFunction& operator=(UniqueFunction&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    UniqueFunction(const UniqueFunction&) = delete;
    UniqueFunction& operator=(const UniqueFunction&) = delete;
    ~UniqueFunction() { reset(); }

    explicit operator bool() const noexcept { return operations_ != nullptr; }
    R operator()(Args... args) { return operations_->call(storage_, std::forward<Args>(args)...); }

 private:
    struct Operations {
        R (*call)(void*, Args&&...);
        void (*relocate)(void* from, void* to) noexcept;  // moves to `to`, destroys `from`
        void (*destroy)(void*) noexcept;
    };

    static constexpr std::size_t capacity = 6 * sizeof(void*);

    template <class F>
    static constexpr bool fits_in_place =
        sizeof(F) <= capacity &&
        alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;

    template <class F>
    static constexpr Operations in_place{[](void* self, Args&&... args) -> R {
                                             return std::invoke(*static_cast<F*>(self),
                                                                std::forward<Args>(args)...);
                                         },
                                         [](void* from, void* to) noexcept {
                                             ::new (to) F(std::move(*static_cast<F*>(from)));
                                             static_cast<F*>(from)->~F();
                                         },
                                         [](void* self) noexcept { static_cast<F*>(self)->~F(); }};

    template <class F>
    static constexpr Operations on_heap{
        [](void* self, Args&&... args) -> R {
            return std::invoke(**static_cast<F**>(self), std::forward<Args>(args)...);
        },
        [](void* from, void* to) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
        [](void* self) noexcept { delete *static_cast<F**>(self); }};

    void take(UniqueFunction& other) noexcept {
        operations_ = std::exchange(other.operations_, nullptr);
        if (operations_) operations_->relocate(other.storage_, storage_);
    }
    void reset() noexcept {
        if (operations_) std::exchange(operations_, nullptr)->destroy(storage_);
    }

    alignas(std::max_align_t) std::byte storage_[capacity];
    const Operations* operations_{nullptr};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI

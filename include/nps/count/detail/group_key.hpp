// SPDX-License-Identifier: Apache-2.0
/// @file
/// What responses can be grouped by, and what is taken for such a key.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace nps::inline v0 {

namespace detail {

/// Not a view or a pointer of any kind, which compare what is kept elsewhere, or an address.
template <class Key>
inline constexpr bool owns_what_it_compares =
    !std::is_pointer_v<Key> && !std::ranges::borrowed_range<Key> && !requires(const Key& key) {
    key.operator->();
};
template <class Key>
inline constexpr bool owns_what_it_compares<std::optional<Key>> = owns_what_it_compares<Key>;
template <class... Keys>
inline constexpr bool owns_what_it_compares<std::variant<Keys...>> = (owns_what_it_compares<Keys> &&
                                                                      ...);

/// An order that says of itself that it is partial, as that of an optional double, is not total.
template <class Key>
concept totally_ordered_key =
    std::totally_ordered<Key> && !std::floating_point<Key> &&
    (!std::three_way_comparable<Key> || std::three_way_comparable<Key, std::weak_ordering>);

} // namespace detail

/// An attribute that responses are grouped by: text, a whole number, an enumerator, or any other
/// type that is ordered, that std::hash knows, and that owns what it compares. Not a floating
/// number, alone or in an optional: NaN has no place in an order. Not a std::string_view nor a
/// pointer, smart or not.
template <class Key>
concept group_key = detail::totally_ordered_key<Key> && detail::owns_what_it_compares<Key> &&
    std::copyable<Key> && requires(const Key& key) {
    { std::hash<Key>{}(key) } -> std::convertible_to<std::size_t>;
};

namespace detail {

/// Whole numbers are keys for each other; bool and characters only for themselves.
template <class T, class Key>
concept whole_key = std::integral<Key> &&
    (std::same_as<T, Key> || (integral_score<T> && integral_score<Key>));

template <class Key, whole_key<Key> T>
[[nodiscard]] constexpr Key to_whole_key(T key) {
    if constexpr (std::same_as<T, Key>) {
        return key;
    } else {
        using limits = std::numeric_limits<Key>;
        if (!std::in_range<Key>(key)) {
            throw_invalid("grouped_tally", "key", key,
                          "must be in [" + to_text((limits::min)()) + ", " +
                              to_text((limits::max)()) + "]");
        }
        return static_cast<Key>(key);
    }
}

/// A whole number given for a key of such a type: not rounded, and not wrapped around.
template <class Key>
class whole_key_argument {
public:
    template <whole_key<Key> T>
    constexpr whole_key_argument(T key) // NOLINT(google-explicit-constructor)
        : key_(to_whole_key<Key>(key)) {}
    constexpr operator const Key&() const { return key_; } // NOLINT(google-explicit-constructor)

private:
    Key key_;
};
template <class Key>
class whole_key_argument<std::optional<Key>> {
public:
    constexpr whole_key_argument(std::nullopt_t) {} // NOLINT(google-explicit-constructor)
    template <whole_key<Key> T>
    constexpr whole_key_argument(T key) // NOLINT(google-explicit-constructor)
        : key_(to_whole_key<Key>(key)) {}
    template <whole_key<Key> T>
    constexpr whole_key_argument(std::optional<T> key) { // NOLINT(google-explicit-constructor)
        if (key) {
            key_ = to_whole_key<Key>(*key);
        }
    }
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr operator const std::optional<Key>&() const { return key_; }

private:
    std::optional<Key> key_;
};

/// Text given for a key. Not 0 or nullptr, which a std::string_view would read from.
class text_key_argument {
public:
    template <std::convertible_to<std::string_view> T>
    requires(!std::is_null_pointer_v<T>) constexpr text_key_argument(
        const T& text) // NOLINT(google-explicit-constructor)
        : text_(text) {}
    constexpr operator std::string_view() const { // NOLINT(google-explicit-constructor)
        return text_;
    }

private:
    std::string_view text_;
};

/// `view`: what a key is looked up with, text without a copy; `argument`: what a member takes.
template <class Key>
struct key_traits {
    using view = const Key&;
    using argument = const Key&;
};
template <std::integral Key>
struct key_traits<Key> {
    using view = const Key&;
    using argument = whole_key_argument<Key>;
};
template <std::integral Key>
struct key_traits<std::optional<Key>> {
    using view = const std::optional<Key>&;
    using argument = whole_key_argument<std::optional<Key>>;
};
template <>
struct key_traits<std::string> {
    using view = std::string_view;
    using argument = text_key_argument;
};
template <class Key>
using key_view_t = typename key_traits<Key>::view;
template <class Key>
using key_argument_t = typename key_traits<Key>::argument;

[[nodiscard]] inline std::string key_text(std::string_view key) {
    return std::string(key);
}
template <class Key>
[[nodiscard]] std::string key_text(const Key& key) {
    if constexpr (std::integral<Key>) {
        return to_text(key);
    } else if constexpr (std::is_enum_v<Key>) {
        return to_text(static_cast<std::underlying_type_t<Key>>(key));
    } else {
        return "(key)";
    }
}

} // namespace detail
} // namespace nps::inline v0

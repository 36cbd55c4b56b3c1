// SPDX-License-Identifier: Apache-2.0
/// @file
/// The two errors of the library, and the checks that throw them with a readable text.
#pragma once

#include <nps/version.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace nps::inline v0 {

/// What the caller got wrong. The text names the function, the argument, its value and what is
/// allowed: `nps::score_interval: level = nan, must be in (0, 1)`.
class invalid_input : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// The arguments are in order, but the question has no answer: the score of no respondents.
class undefined_result : public std::domain_error {
public:
    using std::domain_error::domain_error;
};

namespace detail {

template <class T>
requires std::integral<T> || std::floating_point<T>
[[nodiscard]] std::string to_text(T value) {
    if constexpr (std::same_as<T, bool>) {
        return value ? "true" : "false";
    } else {
        char digits[128];
        const auto end = [&] {
            if constexpr (std::integral<T>) {
                // Widened, so that a character type prints as its number.
                using wide =
                    std::conditional_t<std::signed_integral<T>, long long, unsigned long long>;
                return std::to_chars(digits, digits + sizeof digits, static_cast<wide>(value)).ptr;
            } else {
                // The sign of a NaN differs between compilers and says nothing.
                return std::to_chars(digits, digits + sizeof digits,
                                     value != value ? std::numeric_limits<T>::quiet_NaN() : value)
                    .ptr;
            }
        }();
        return {digits, end};
    }
}

[[nodiscard]] inline std::string to_text(std::string_view value) {
    return std::string(value);
}

template <class T>
[[noreturn]] void throw_invalid(std::string_view function, std::string_view argument,
                                const T& value, std::string_view allowed) {
    throw invalid_input("nps::" + std::string(function) + ": " + std::string(argument) + " = " +
                        to_text(value) + ", " + std::string(allowed));
}

[[noreturn]] inline void throw_undefined(std::string_view function, std::string_view reason) {
    throw undefined_result("nps::" + std::string(function) + ": " + std::string(reason));
}

/// Throws unless `ok`. Write `ok` so that NaN makes it false.
template <class T>
constexpr void require(bool ok, std::string_view function, std::string_view argument,
                       const T& value, std::string_view allowed) {
    if (!ok) {
        throw_invalid(function, argument, value, allowed);
    }
}

constexpr void require_level(double level, std::string_view function) {
    require(level > 0 && level < 1, function, "level", level, "must be in (0, 1)");
}

/// Counts up to 2^53 are exact as doubles; larger ones are refused everywhere.
inline constexpr std::int64_t largest_count = std::int64_t{1} << 53;

constexpr void require_count(std::int64_t count, std::string_view function,
                             std::string_view argument) {
    require(count >= 0 && count <= largest_count, function, argument, count,
            "must be in [0, 2^53]");
}

} // namespace detail
} // namespace nps::inline v0

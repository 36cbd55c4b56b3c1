// SPDX-License-Identifier: Apache-2.0
/// @file
/// Results that every floor returns: an estimate and an interval, each saying how it was made.
#pragma once

#include <nps/core/error.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nps::inline v0 {

/// A point estimate with its uncertainty.
///
/// Scale:      that of the measure; a net score is on [-1, 1].
/// Checked:    tests/infer/net_promoter_score_test.cpp
/// Example:    examples/usage.cpp
struct estimate {
    double value = 0;
    /// Standard deviation of `value` over repeated surveys.
    double standard_error = 0;
    /// Standard deviation S of one respondent's answer coded -1, 0, 1.
    double respondent_sd = 0;
    /// Valid answers.
    std::int64_t n = 0;
    /// How the variance was made.
    std::string_view method;
};

/// Which limits of an interval are asked for.
enum class bounds : std::uint8_t {
    two_sided, ///< both, alpha / 2 in each tail
    lower,     ///< a lower limit, alpha below it; the upper one is the end of the range
    upper      ///< an upper limit, alpha above it; the lower one is the end of the range
};

namespace detail {

constexpr void require_sides(bounds sides, std::string_view function) {
    require(sides == bounds::two_sided || sides == bounds::lower || sides == bounds::upper,
            function, "sides", static_cast<int>(sides), "must be two_sided, lower or upper");
}

} // namespace detail

/// An interval and how it was made. Never outside the range of its parameter.
///
/// Scale:      that of the measure; for a net score [-1, 1].
/// Checked:    tests/infer/score_interval_test.cpp
/// Example:    examples/intervals.cpp
struct interval {
    double lower = 0;
    double upper = 0;
    /// Confidence (or posterior probability) of the interval as asked for, in (0, 1).
    double level = 0;
    bounds sides = bounds::two_sided;
    /// Valid answers that the interval rests on.
    std::int64_t n = 0;
    /// Whether a limit of the formula lay outside the parameter's range and was set to its end.
    bool clipped = false;
    /// A static name, the same word as in JSON.
    std::string_view method;
};

namespace detail {

/// A whole number for a whole number, any number for a floating one; never a truth value.
template <class U, class T>
concept number_for = std::is_arithmetic_v<U> && !std::same_as<U, bool> &&
                     (std::floating_point<T> || std::integral<U>);

} // namespace detail

/// A value that has to be given: it has no default, so leaving it out of an options aggregate does
/// not compile. Nor does a fraction where a whole number is due: 2000.9 answers are no size.
///
/// Throws:     invalid_input, for a whole number that T cannot hold.
/// Checked:    tests/compile_fail
/// Example:    examples/sample_plan.cpp
template <class T>
class required {
public:
    template <detail::number_for<T> U>
    constexpr required(U value) // NOLINT(google-explicit-constructor): .margin = 0.03
        : value_(static_cast<T>(value)) {
        if constexpr (std::integral<T>) {
            detail::require(std::in_range<T>(value), "required", "value", value,
                            "must be a number that the option can hold");
        }
    }
    constexpr operator T() const { return value_; } // NOLINT(google-explicit-constructor)

private:
    T value_;
};

} // namespace nps::inline v0

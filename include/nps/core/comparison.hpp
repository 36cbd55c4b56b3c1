// SPDX-License-Identifier: Apache-2.0
/// @file
/// The result of every comparison of two groups or two waves, and the words it is asked in.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// On which side of the hypothesis a test looks: whether a - b differs from it, lies below it or
/// lies above it.
enum class alternative : std::uint8_t { two_sided, less, greater };

/// What is to be shown about a - b. Each but the first goes with a margin above 0, and its p value
/// is small where the claim holds.
enum class claim : std::uint8_t {
    difference,      ///< it is not the hypothesised one
    equivalence,     ///< it lies between -margin and margin: two one-sided tests
    non_inferiority, ///< it is above -margin: a is not worse than b by the margin
    superiority      ///< it is above margin: a is better than b by more than the margin
};

namespace detail {

constexpr void require_alternative(alternative side, std::string_view function) {
    require(side == alternative::two_sided || side == alternative::less ||
                side == alternative::greater,
            function, "alternative", static_cast<int>(side), "must be two_sided, less or greater");
}

} // namespace detail

/// The difference of two groups, how sure it is, and how surprising it would be by chance.
///
/// Scale:      that of the measure; the difference of two net scores is on [-2, 2].
/// Checked:    tests/infer/compare_scores_test.cpp
/// Example:    examples/comparing.cpp
struct comparison {
    /// a - b, as the method estimates it: adjusted_wald shrinks, the others do not.
    double difference = 0;
    /// Standard deviation of `difference` over repeated surveys, as the method estimates it.
    double standard_error = 0;
    /// Of the difference; says its own method, which is not always that of the test.
    nps::interval interval{};
    /// What the p value is the tail of; its sign is that of the difference from the hypothesis.
    double statistic = 0;
    /// Of a t statistic.
    std::optional<double> degrees_of_freedom{};
    double p_value = 1;
    nps::alternative alternative = alternative::two_sided;
    /// Valid answers of the two groups.
    std::int64_t n_a = 0;
    std::int64_t n_b = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
    /// The difference under the hypothesis that the p value speaks of: with a claim, the margin or
    /// its negative.
    double null_difference = 0;
    nps::claim claim = nps::claim::difference;
    /// Of a Bayesian method: the posterior probability that a - b is above null_difference; with a
    /// claim, that the claim holds.
    std::optional<double> posterior_probability{};
};

} // namespace nps::inline v0

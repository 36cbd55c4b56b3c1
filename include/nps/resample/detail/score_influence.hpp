// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a bootstrap of the score needs from the counts in closed form: its standard deviation and
/// its acceleration.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/resample/detail/bca.hpp>

#include <cmath>
#include <cstdint>

namespace nps::inline v0::detail {

struct score_influence {
    double value;          ///< (promoters - detractors) / n
    double standard_error; ///< with divisor n
    double acceleration;   ///< skewness / 6 of the influence of one respondent
};

/// The influence of a respondent with answer x is x - score; each of the three values is a quotient
/// of whole numbers, so that nothing cancels when nearly all answers are alike.
[[nodiscard]] inline score_influence influence_of(const category_counts& counts) {
    const double n = static_cast<double>(counts.n());
    const double d = static_cast<double>(counts.detractors);
    const double q = static_cast<double>(counts.passives);
    const double p = static_cast<double>(counts.promoters);
    const double value = static_cast<double>(counts.promoters - counts.detractors) / n;
    const double minus = -(q / n + 2 * (p / n));
    const double plus = q / n + 2 * (d / n);
    // Ends first, so that swapping them gives the same bits.
    const double squares = (d * minus * minus + p * plus * plus) + q * value * value;
    const double cubes =
        (d * minus * minus * minus + p * plus * plus * plus) - q * value * value * value;
    return {value, std::sqrt(squares) / n, acceleration_from_sums(squares, cubes)};
}

} // namespace nps::inline v0::detail

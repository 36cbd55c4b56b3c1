// SPDX-License-Identifier: Apache-2.0
/// @file
/// Assumed or observed shares of the three categories, as planning starts from.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <cmath>
#include <string_view>

namespace nps::inline v0 {

/// Shares of detractors, passives and promoters. They add up to 1.
///
/// Checked:    tests/infer/category_shares_test.cpp
/// Example:    examples/sample_plan.cpp
struct category_shares {
    double detractors = 0;
    double passives = 0;
    double promoters = 0;
};

namespace detail {

inline void require_shares(const category_shares& shares, std::string_view function) {
    const auto check = [&](double share, std::string_view name) {
        require(share >= 0 && share <= 1, function, name, share, "must be in [0, 1]");
    };
    check(shares.detractors, "detractors");
    check(shares.passives, "passives");
    check(shares.promoters, "promoters");
    const double sum = shares.detractors + shares.passives + shares.promoters;
    require(std::abs(sum - 1) <= 1e-9, function, "detractors + passives + promoters", sum,
            "must be 1");
}

} // namespace detail

/// The shares seen in a survey: a pilot, or the last wave.
///
/// Throws:     invalid_input; undefined_result for no answers.
/// Cost:       O(1).
/// Checked:    tests/infer/category_shares_test.cpp
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline category_shares shares_of(const category_counts& counts) {
    detail::require_respondents(counts, "shares_of");
    const double n = static_cast<double>(counts.n());
    return {.detractors = static_cast<double>(counts.detractors) / n,
            .passives = static_cast<double>(counts.passives) / n,
            .promoters = static_cast<double>(counts.promoters) / n};
}

/// Standard deviation S of one answer coded -1, 0, 1.
///
/// Formula:    S^2 = p + d - (p - d)^2, as q (p + d) + 4 p d
/// Scale:      [0, 1]; 1 for p = d = 1/2.
/// Throws:     invalid_input for shares that are negative or do not add up to 1 within 1e-9.
/// Cost:       O(1).
/// Checked:    tests/infer/category_shares_test.cpp
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline double respondent_sd(const category_shares& shares) {
    detail::require_shares(shares, "respondent_sd");
    return std::sqrt(
        detail::category_weights(shares.detractors, shares.passives, shares.promoters).variance());
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// Did anything change in a panel: whether the shares of detractors, passives and promoters are the
/// same before and after, and whether the moves between them balance.
#pragma once

#include <nps/core/transition_counts.hpp>
#include <nps/numeric/distributions.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// What of a panel is tested for being unchanged.
enum class marginal_homogeneity_method : std::uint8_t {
    stuart_maxwell, ///< the shares of the three categories
    bowker          ///< each pair of moves: as many went from i to j as from j to i
};

/// Options of marginal_homogeneity.
///
/// Checked:    tests/infer/marginal_homogeneity_test.cpp
/// Example:    examples/panel.cpp
struct marginal_homogeneity_options {
    marginal_homogeneity_method method = marginal_homogeneity_method::stuart_maxwell;
};

/// A chi-squared test of a panel.
///
/// Checked:    tests/infer/marginal_homogeneity_test.cpp
/// Example:    examples/panel.cpp
struct marginal_homogeneity_result {
    double statistic = 0;
    int degrees_of_freedom = 0;
    double p_value = 1;
    /// People who answered twice.
    std::int64_t n = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

namespace detail {

/// People who moved one way and the other between two categories.
struct moves {
    double there = 0;
    double back = 0;

    constexpr moves(std::int64_t i_to_j, std::int64_t j_to_i)
        : there(static_cast<double>(i_to_j)), back(static_cast<double>(j_to_i)) {}
    [[nodiscard]] constexpr double both() const { return there + back; }
    [[nodiscard]] constexpr double excess() const { return there - back; }
    /// McNemar's statistic; 0 where nobody moved.
    [[nodiscard]] constexpr double mcnemar() const {
        return both() > 0 ? excess() / both() * excess() : 0;
    }
};

} // namespace detail

/// Whether the answers of a panel changed in any way, be the score the same or not.
///
/// Formula:    n_ij went from category i to j, e_ij = n_ij - n_ji, s_ij = n_ij + n_ji.
///             bowker: sum over pairs of e_ij^2 / s_ij; degrees of freedom: pairs with s_ij > 0.
///             stuart_maxwell: with d_i = n_i. - n_.i
///             (s_23 d_1^2 + s_13 d_2^2 + s_12 d_3^2) / (s_12 s_13 + s_12 s_23 + s_13 s_23); 2
///             degrees of freedom, the rank of the covariance of d. With moves between two
///             categories alone that rank is 1, and it is McNemar's test.
/// Assumes:    a simple random sample of people, each asked twice; about 10 movers or more.
/// Not for:    the size of the change (compare_paired_scores, transition_table); two separate
///             samples.
/// Degenerate: nobody moved: statistic 0 with 0 degrees of freedom, p = 1.
/// Throws:     invalid_input; undefined_result for an empty panel.
/// Cost:       O(1), below 0.1 us.
/// Source:     Stuart (1955), doi:10.1093/biomet/42.3-4.412; Maxwell (1970),
///             doi:10.1192/bjp.116.535.651; Fleiss, Everitt (1971),
///             doi:10.1111/j.2044-8317.1971.tb00460.x (closed form); Bowker (1948),
///             doi:10.1080/01621459.1948.10483284
/// Checked:    tests/reference/marginal_homogeneity.csv (R mcnemar.test, coin mh_test)
/// Example:    examples/panel.cpp
[[nodiscard]] inline marginal_homogeneity_result
marginal_homogeneity(const transition_counts& counts,
                     const marginal_homogeneity_options& options = {}) {
    constexpr std::string_view self = "marginal_homogeneity";
    detail::require(options.method == marginal_homogeneity_method::stuart_maxwell ||
                        options.method == marginal_homogeneity_method::bowker,
                    self, "method", static_cast<int>(options.method), "must be a named method");
    detail::require_respondents(counts, self);
    const detail::moves dq(counts.from_detractors.passives, counts.from_passives.detractors);
    const detail::moves dp(counts.from_detractors.promoters, counts.from_promoters.detractors);
    const detail::moves qp(counts.from_passives.promoters, counts.from_promoters.passives);
    const int pairs = (dq.both() > 0 ? 1 : 0) + (dp.both() > 0 ? 1 : 0) + (qp.both() > 0 ? 1 : 0);
    marginal_homogeneity_result result{.n = counts.n()};
    if (options.method == marginal_homogeneity_method::bowker) {
        result.method = "bowker";
        result.degrees_of_freedom = pairs;
    } else {
        result.method = "stuart_maxwell";
        result.degrees_of_freedom = pairs < 2 ? pairs : 2;
    }
    if (options.method == marginal_homogeneity_method::bowker || pairs < 2) {
        result.statistic = dq.mcnemar() + dp.mcnemar() + qp.mcnemar();
    } else {
        const double d = dq.excess() + dp.excess();
        const double q = qp.excess() - dq.excess();
        const double p = -dp.excess() - qp.excess();
        const double a = qp.both();
        const double b = dp.both();
        const double c = dq.both();
        result.statistic = (a * d * d + b * q * q + c * p * p) / (a * b + a * c + b * c);
    }
    if (result.degrees_of_freedom > 0) {
        result.p_value = chi_squared_upper_tail(result.statistic, result.degrees_of_freedom);
    }
    return result;
}

} // namespace nps::inline v0

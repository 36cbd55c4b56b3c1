// SPDX-License-Identifier: Apache-2.0
/// @file
/// Partial pooling of the shares of detractors, passives and promoters of many units.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/model/detail/category_likelihood.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The shares of one unit, drawn towards those of all.
///
/// Checked:    tests/model/category_pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooled_shares {
    std::int64_t n = 0;
    double detractors = 0;
    double passives = 0;
    double promoters = 0;
    double score = 0;
    /// Of the score, with the population as known.
    double standard_error = 0;
    /// How much is the unit's own, in [0, 1].
    double own_weight = 0;
};

/// A Dirichlet distribution of the shares of units.
///
/// Checked:    tests/model/category_pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct category_pooling_result {
    /// Its mean: the shares of a unit of which nothing is known.
    double detractors = 0;
    double passives = 0;
    double promoters = 0;
    /// The correlation of two answers of one unit, 1 / (1 + concentration): 0 where units do not
    /// differ, 1 where each is unanimous.
    double intraclass_correlation = 0;
    /// Sum of the Dirichlet parameters; none where it is infinite, as units do not differ.
    std::optional<double> concentration = {};
    /// Of the answers in order, so without multinomial coefficients; and where no unit differs.
    double log_likelihood = 0;
    double log_likelihood_no_difference = 0;
    /// In the order given.
    std::vector<pooled_shares> units = {};
};

/// Empirical Bayes on the three categories: the Dirichlet distribution of the units' shares by
/// maximum likelihood, and the shares of each unit given that and its answers.
///
/// Formula:    a unit's shares are Dirichlet(M pi), its counts x multinomial; likelihood: product
///             over units of [product over c, j < x_c of (pi_c + j / M)] / product over j < n of
///             (1 + j / M); shares (M pi + x) / (M + n), standard_error S / sqrt(M + n + 1)
/// Scale:      shares in [0, 1], scores in [-1, 1].
/// Assumes:    units are like draws from one population; answers independent within units. All three
///             categories vary as one concentration has it.
/// Not for:    intervals: the population is taken as known here, which is too sure where units are
///             few or hardly differ; see pool_scores.
/// Degenerate: units that differ no more than by chance, or one answer each: intraclass correlation
///             0, all units have the shares of all answers. Each unit unanimous, but not all in the
///             same category: 1, no pooling.
/// Throws:     invalid_input, whose text names the unit by its 0-based position; undefined_result
///             for no answers at all.
/// Cost:       O(distinct counts) for each of some 100 evaluations: see docs/pooling.md.
/// Source:     Mosimann (1962), doi:10.1093/biomet/49.1-2.65; Minka (2000),
///             https://tminka.github.io/papers/dirichlet/
/// Checked:    tests/reference/category_pooling.csv (mpmath)
/// Example:    examples/model_pooling.cpp
[[nodiscard]] inline category_pooling_result
pool_categories(std::span<const category_counts> units) {
    constexpr std::string_view self = "pool_categories";
    category_counts all{};
    category_counts unanimous{}; // units of each kind
    bool divided = false;
    bool repeated = false;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const category_counts& unit = units[i];
        detail::require_counts(unit, std::string(self) + ": unit " + detail::to_text(i));
        all += unit;
        const std::int64_t n = unit.n();
        repeated = repeated || n > 1;
        if (n > 0) {
            unanimous += {unit.detractors == n, unit.passives == n, unit.promoters == n};
            divided =
                divided || (unit.detractors != n && unit.passives != n && unit.promoters != n);
        }
    }
    if (all.n() == 0) {
        detail::throw_undefined(self, "no valid answers");
    }
    const detail::category_likelihood likelihood(units);
    const detail::category_population none = likelihood.no_difference();
    detail::category_population fit = none;
    const detail::category_weights kinds(unanimous);
    double correlation = 0;
    if (divided) {
        fit = likelihood.most_likely();
        correlation = fit.theta / (1 + fit.theta);
    } else if (repeated &&
               (unanimous.detractors > 0) + (unanimous.passives > 0) + (unanimous.promoters > 0) >
                   1) {
        // The limit of a concentration of 0: a unit is one draw of a category.
        const double n = kinds.n();
        fit.shares = {kinds.detractors / n, kinds.passives / n, kinds.promoters / n};
        fit.log_likelihood = 0;
        for (const double share : fit.shares) {
            fit.log_likelihood += share > 0 ? n * share * std::log(share) : 0;
        }
        correlation = 1;
    }
    category_pooling_result result{.detractors = fit.shares[0],
                                   .passives = fit.shares[1],
                                   .promoters = fit.shares[2],
                                   .intraclass_correlation = correlation,
                                   .log_likelihood = fit.log_likelihood,
                                   .log_likelihood_no_difference = none.log_likelihood};
    if (correlation > 0) {
        result.concentration = correlation < 1 ? 1 / fit.theta : 0;
    }
    const double rest = divided ? 1 / (1 + fit.theta) : 1 - correlation;
    for (const category_counts& counts : units) {
        const auto n = static_cast<double>(counts.n());
        pooled_shares unit{.n = counts.n()};
        const double own = correlation * n;
        unit.own_weight = n > 0 ? own / (rest + own) : 0;
        const auto share = [&](double population, std::int64_t count) {
            return n > 0 ? (rest * population + correlation * static_cast<double>(count)) /
                               (rest + own)
                         : population;
        };
        unit.detractors = share(fit.shares[0], counts.detractors);
        unit.passives = share(fit.shares[1], counts.passives);
        unit.promoters = share(fit.shares[2], counts.promoters);
        unit.score = unit.promoters - unit.detractors;
        const detail::category_weights shares(unit.detractors, unit.passives, unit.promoters);
        unit.standard_error =
            std::sqrt(shares.variance() * (correlation / (rest + own + correlation)));
        result.units.push_back(unit);
    }
    return result;
}

} // namespace nps::inline v0

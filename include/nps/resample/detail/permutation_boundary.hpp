// SPDX-License-Identifier: Apache-2.0
/// @file
/// The two statistics of a score permutation test, and the boundary of the tables that are at least
/// as far out as the observed one: by the difference of the scores, in whole numbers, and by the
/// studentised difference.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/resample/detail/permuted_tables.hpp>
#include <nps/resample/detail/score_difference.hpp>

#include <cmath>
#include <cstdint>

namespace nps::inline v0::detail {

/// The tables whose sum of answers is at least `sum`.
struct score_boundary {
    std::int64_t drawn;
    std::int64_t sum;
    /// Whether `sum` itself is as far out as the observed one, not only the next whole number.
    bool reached = true;

    [[nodiscard]] boundary_point operator()(std::int64_t passives, std::int64_t) const {
        const std::int64_t twice = sum + drawn - passives;
        return {(twice + 1) >> 1, reached && twice % 2 == 0};
    }
};

/// (score 1 - score 2) / sqrt(S1^2 / n1 + S2^2 / n2) of the tables.
class studentised_difference {
public:
    explicit studentised_difference(const permuted_tables& tables)
        : tables_(tables), centred_(tables.pooled(), tables.drawn()),
          first_(static_cast<double>(tables.drawn())),
          second_(static_cast<double>(tables.pooled().n() - tables.drawn())) {}

    /// Infinite where neither group varies and the scores differ; 0 for equal scores.
    [[nodiscard]] double operator()(std::int64_t passives, std::int64_t promoters) const {
        const std::int64_t others = tables_.drawn() - passives;
        const double difference = centred_(2 * promoters - others);
        if (difference == 0) {
            return 0;
        }
        const category_counts& all = tables_.pooled();
        return difference /
               std::sqrt(spread(passives, others - promoters, promoters) *
                             (second_ * (second_ / first_)) +
                         spread(all.passives - passives, all.detractors - (others - promoters),
                                all.promoters - promoters) *
                             (first_ * (first_ / second_)));
    }

private:
    /// n^2 S^2 = q (p + d) + 4 p d, a sum of positive terms.
    [[nodiscard]] static double spread(std::int64_t passives, std::int64_t detractors,
                                       std::int64_t promoters) {
        const auto q = static_cast<double>(passives);
        const auto d = static_cast<double>(detractors);
        const auto p = static_cast<double>(promoters);
        return q * (p + d) + 4 * p * d;
    }

    permuted_tables tables_;
    centred_sum centred_;
    double first_;
    double second_;
};

/// The tables whose studentised difference is at least `value`. Given the passives it rises with
/// the promoters: with x = p - d and shares s_i >= x_i^2, S_i^2 = s_i - x_i^2 >= |x_i| (1 - |x_i|),
/// from which the derivative is positive.
struct studentised_boundary {
    studentised_difference statistic;
    permuted_tables tables;
    double value;

    /// Ties count as ties: the same number made in another way differs by a few roundings.
    [[nodiscard]] bool ties(double t) const {
        return t == value ||
               (std::isfinite(value) && std::abs(t - value) <= 1e-12 * std::abs(value));
    }

    [[nodiscard]] boundary_point operator()(std::int64_t passives, std::int64_t hint) const {
        const auto reaches = [&](std::int64_t promoters) {
            const double t = statistic(passives, promoters);
            return t >= value || ties(t);
        };
        const std::int64_t end = tables.most_promoters(passives) + 1;
        const std::int64_t least =
            find_first(reaches, tables.fewest_promoters(passives), end, hint);
        return {least, least < end && ties(statistic(passives, least))};
    }
};

} // namespace nps::inline v0::detail

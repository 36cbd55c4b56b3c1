// SPDX-License-Identifier: Apache-2.0
/// @file
/// The difference of two scores from the counts: of the right sign, and exactly 0 for equal scores.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/resample/detail/score_influence.hpp>

#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0::detail {

/// Refuses groups that cannot be compared; the counts of both together.
[[nodiscard]] inline category_counts
require_groups(const category_counts& a, const category_counts& b, std::string_view function) {
    require_respondents(a, function);
    require_respondents(b, function);
    const category_counts pooled{a.detractors + b.detractors, a.passives + b.passives,
                                 a.promoters + b.promoters};
    require_count(pooled.n(), function, "answers of both groups");
    return pooled;
}

struct floored_quotient {
    std::int64_t whole;
    std::int64_t rest; // in [0, c)
};

/// a b / c rounded down, exactly, for 0 <= a <= 2^54, |b| <= 2^53, 0 < c <= 2^53 and a quotient
/// within 2^54.
[[nodiscard]] inline floored_quotient floor_of_product(std::int64_t a, std::int64_t b,
                                                       std::int64_t c) {
    auto whole = static_cast<std::int64_t>(
        std::floor(static_cast<double>(a) * (static_cast<double>(b) / static_cast<double>(c))));
    // A few units off at most: the rest fits 64 bits, so it is right modulo 2^64.
    auto rest = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b) -
        static_cast<std::uint64_t>(whole) * static_cast<std::uint64_t>(c));
    for (; rest < 0; rest += c) {
        --whole;
    }
    for (; rest >= c; rest -= c) {
        ++whole;
    }
    return {whole, rest};
}

[[nodiscard]] inline category_counts mirrored(const category_counts& c) {
    return {c.promoters, c.passives, c.detractors};
}

[[nodiscard]] inline std::int64_t answer_sum(const category_counts& c) {
    return c.promoters - c.detractors;
}

/// N S - n1 T of the first group's sum S, pooled sum T: n1 n2 times the difference of the scores.
class centred_sum {
public:
    /// `pooled` are the counts of both groups, `first` the answers of the first.
    centred_sum(const category_counts& pooled, std::int64_t first)
        : people_(static_cast<double>(pooled.n())),
          centre_(floor_of_product(first, answer_sum(pooled), pooled.n())) {}

    /// Exactly 0 for equal scores, and of the right sign.
    [[nodiscard]] double operator()(std::int64_t sum) const {
        return people_ * static_cast<double>(sum - centre_.whole) -
               static_cast<double>(centre_.rest);
    }

private:
    double people_;
    floored_quotient centre_;
};

/// What a bootstrap of the difference needs in closed form.
///
/// Of two samples, the third cumulants of the means, n^-3 sum l^3, subtract, and their variances
/// add; the acceleration is a sixth of the skewness that they give.
///
/// Source:     Davison and Hinkley (1997), section 5.3, ISBN 9780521574716
[[nodiscard]] inline score_influence influence_of_difference(const category_counts& a,
                                                             const category_counts& b) {
    const score_influence of_a = influence_of(a);
    const score_influence of_b = influence_of(b);
    const double value = centred_sum(a + b, a.n())(answer_sum(a)) / static_cast<double>(a.n()) /
                         static_cast<double>(b.n());
    const double error = std::hypot(of_a.standard_error, of_b.standard_error);
    if (!(error > 0)) {
        return {value, 0, 0};
    }
    const double share_a = of_a.standard_error / error;
    const double share_b = of_b.standard_error / error;
    return {value, error,
            of_a.acceleration * share_a * share_a * share_a -
                of_b.acceleration * share_b * share_b * share_b};
}

} // namespace nps::inline v0::detail

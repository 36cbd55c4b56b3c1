// SPDX-License-Identifier: Apache-2.0
/// @file
/// Variances of ratios of sums over respondents, linearised.
#pragma once

#include <nps/core/cluster_totals.hpp>
#include <nps/infer/detail/exact_integer.hpp>

#include <cstdint>
#include <string_view>

namespace nps::inline v0::detail {

/// G / (G - 1) sum u^2 over the G respondents, u = (s - r n) / N of group a, minus that of group b
/// where it has answers. The sum is made in whole numbers, so that it is 0 just where all u are.
[[nodiscard]] inline double cluster_variance(const cluster_totals& totals,
                                             std::string_view function) {
    const auto refuse_if = [&](bool negative) {
        require(!negative, function, "totals", "a sum of squares below 0",
                "must hold all respondents that were taken away from them");
    };
    const cluster_products& p = totals.products();
    const exact_integer n_a(totals.n_a());
    const exact_integer s_a(totals.sum_a());
    const exact_integer n_b(totals.n_b());
    const exact_integer s_b(totals.sum_b());
    const exact_integer two(2);
    // Over respondents, the sums of squares of N s - S n.
    const exact_integer a = n_a * n_a * p.ss_a - two * n_a * s_a * p.ns_a + s_a * s_a * p.nn_a;
    const exact_integer square_a = n_a * n_a;
    const double g = static_cast<double>(totals.clusters());
    const double n = static_cast<double>(totals.n_a());
    refuse_if(a.negative());
    if (totals.n_b() == 0) {
        return g / (g - 1) * (a.to_double() / (n * n) / (n * n));
    }
    const exact_integer b = n_b * n_b * p.ss_b - two * n_b * s_b * p.ns_b + s_b * s_b * p.nn_b;
    const exact_integer mixed =
        n_a * n_b * p.sa_sb - n_a * s_b * p.sa_nb - s_a * n_b * p.na_sb + s_a * s_b * p.na_nb;
    const exact_integer square_b = n_b * n_b;
    const exact_integer sum =
        square_b * square_b * a + square_a * square_a * b - two * square_a * square_b * mixed;
    refuse_if(b.negative() || sum.negative());
    const double m = static_cast<double>(totals.n_b());
    return g / (g - 1) * (sum.to_double() / (n * n) / (n * n) / (m * m) / (m * m));
}

/// What the answers are; each has its range.
enum class answer_coding : std::uint8_t { score, share, mean };

/// Refuses sums that answers in this coding cannot have, and groups without answers.
inline void require_coding(const cluster_totals& totals, answer_coding coding, bool two_groups,
                           std::string_view function) {
    if (totals.n_a() == 0 || (two_groups && totals.n_b() == 0)) {
        throw_undefined(function, "no valid answers");
    }
    require(two_groups || totals.n_b() == 0, function, "n_b", totals.n_b(),
            "must be 0 for one group");
    if (totals.clusters() < 2) {
        throw_undefined(function, "the variance between the answers of one respondent");
    }
    const cluster_products& p = totals.products();
    const auto of_one = [](std::int64_t n, int128 nn) { return nn == int128{n} * n; };
    if (two_groups && (of_one(totals.n_a(), p.nn_a) || of_one(totals.n_b(), p.nn_b))) {
        // Its deviation from itself is 0: the group would seem to have no variance.
        throw_undefined(function, "all answers of a group come from one respondent");
    }
    if (coding == answer_coding::mean) {
        return;
    }
    const auto check = [&](std::int64_t n, std::int64_t sum, int128 nn, int128 ss,
                           std::string_view name) {
        const std::int64_t least = coding == answer_coding::share ? 0 : -n;
        require(sum >= least && sum <= n && ss <= nn, function, name, sum,
                coding == answer_coding::share ? "must be a sum of answers coded 0 and 1"
                                               : "must be a sum of answers coded -1, 0 and 1");
    };
    check(totals.n_a(), totals.sum_a(), p.nn_a, p.ss_a, "sum_a");
    check(totals.n_b(), totals.sum_b(), p.nn_b, p.ss_b, "sum_b");
}

} // namespace nps::inline v0::detail

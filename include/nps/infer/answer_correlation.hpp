// SPDX-License-Identifier: Apache-2.0
/// @file
/// How alike the two answers of one person are: what a panel or an overlap is worth.
#pragma once

#include <nps/core/transition_counts.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

namespace nps::inline v0 {
namespace detail {

/// r, and 1 - r with all its digits: where nearly everybody answers as before they matter.
struct correlation {
    double r;
    double one_minus_r;
};

/// Pearson's correlation of the answers coded -1, 0, 1; nothing where one wave is unanimous.
///
/// With covariance c, sds S and T: S^2 T^2 - c^2 is the Gram determinant of (1, x, y), which is a
/// sum over triples of cells of p_i p_j p_k det^2: no term is negative, so that
/// 1 - r = (S^2 T^2 - c^2) / (S T (S T + c)) cancels nowhere for c > 0.
[[nodiscard]] inline std::optional<correlation> correlate(const transition_counts& counts) {
    struct cell {
        double share;
        double x;
        double y;
    };
    const double n = static_cast<double>(counts.n());
    const std::array<cell, 9> cells = [&] {
        std::array<cell, 9> result{};
        std::size_t at = 0;
        double x = -1;
        for (const category_counts& now :
             {counts.from_detractors, counts.from_passives, counts.from_promoters}) {
            result[at++] = {static_cast<double>(now.detractors) / n, x, -1};
            result[at++] = {static_cast<double>(now.passives) / n, x, 0};
            result[at++] = {static_cast<double>(now.promoters) / n, x, 1};
            x += 1;
        }
        return result;
    }();
    const category_weights before(counts.before());
    const category_weights after(counts.after());
    const double product = std::sqrt(before.variance() * after.variance());
    if (!(product > 0)) {
        return std::nullopt;
    }
    double covariance = 0;
    for (const cell& c : cells) {
        covariance += c.share * (c.x - before.score()) * (c.y - after.score());
    }
    const double r = covariance / product;
    if (r <= 0) {
        return correlation{r, 1 - r};
    }
    double gram = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        for (std::size_t j = i + 1; j < cells.size(); ++j) {
            for (std::size_t k = j + 1; k < cells.size(); ++k) {
                const cell& a = cells[i];
                const cell& b = cells[j];
                const cell& c = cells[k];
                const double area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
                gram += a.share * b.share * c.share * (area * area);
            }
        }
    }
    return correlation{r, gram / (product * (product + covariance))};
}

} // namespace detail

/// The correlation of the two answers of one person, coded -1, 0, 1.
///
/// Formula:    Pearson's r of the pairs
/// Scale:      [-1, 1].
/// Assumes:    the pairs are a simple random sample of those who can answer twice.
/// Degenerate: undefined_result where everybody gave the same answer in one of the two waves.
/// Throws:     invalid_input; undefined_result, also for an empty panel.
/// Cost:       O(1), 0.2 us.
/// Source:     Pearson (1895), doi:10.1098/rspl.1895.0041
/// Checked:    tests/infer/answer_correlation_test.cpp (R cor)
/// Example:    examples/panel.cpp
[[nodiscard]] inline double answer_correlation(const transition_counts& counts) {
    detail::require_respondents(counts, "answer_correlation");
    const auto found = detail::correlate(counts);
    if (!found) {
        detail::throw_undefined("answer_correlation", "everybody gave the same answer in one wave");
    }
    return std::fmin(std::fmax(found->r, -1.0), 1.0);
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// Scores of several brands, rated in part by the same people, and the variances of their
/// differences.
#pragma once

#include <nps/count/brand_ratings.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// The variance of every difference: each respondent moves it by what they add to one score less
/// what they add to the other, and these are squared and summed. Sums of squares: never negative,
/// and together the variances of one covariance matrix, whoever rated which brands.
class joint_scores {
public:
    joint_scores(const brand_ratings& ratings, bool adjusted)
        : variances_(square(ratings.brands())) {
        for (std::size_t i = 0; i < ratings.brands(); ++i) {
            const category_weights counts(ratings.counts(i));
            brands_.emplace_back(adjusted ? counts.plus(0.75, 1.5, 0.75) : counts);
        }
        for (std::size_t i = 0; i < brands_.size(); ++i) {
            for (std::size_t j = i + 1; j < brands_.size(); ++j) {
                const double v = variance_of(i, j, ratings.counts_of_both(i, j));
                variances_[i * brands_.size() + j] = v;
                variances_[j * brands_.size() + i] = v;
            }
        }
    }

    [[nodiscard]] std::size_t size() const { return brands_.size(); }
    /// Whether anybody rated two brands.
    [[nodiscard]] bool overlap() const { return overlap_; }

    [[nodiscard]] double difference(std::size_t i, std::size_t j) const {
        return score_difference(brands_[i].counts, brands_[j].counts);
    }
    [[nodiscard]] double variance(std::size_t i, std::size_t j) const {
        return variances_[i * brands_.size() + j];
    }

    /// Brand i less the average of all brands with these weights, whose sum is 1.
    [[nodiscard]] double difference_to_average(std::size_t i,
                                               std::span<const double> weights) const {
        double sum = 0;
        for (std::size_t j = 0; j < size(); ++j) {
            sum += j == i ? 0 : weights[j] * difference(i, j);
        }
        return sum;
    }
    /// With contrast coefficients c, whose sum is 0: - sum over pairs c_j c_l variance(j, l).
    [[nodiscard]] double variance_to_average(std::size_t i, std::span<const double> weights) const {
        double others = 0; // 1 - the weight of i, without cancellation
        for (std::size_t j = 0; j < size(); ++j) {
            others += j == i ? 0 : weights[j];
        }
        double own = 0;
        double between = 0;
        for (std::size_t j = 0; j < size(); ++j) {
            if (j == i) {
                continue;
            }
            own += others * weights[j] * variance(i, j);
            for (std::size_t l = j + 1; l < size(); ++l) {
                between += l == i ? 0 : weights[j] * weights[l] * variance(j, l);
            }
        }
        return (std::max)(own - between, 0.0); // rounding
    }

private:
    struct brand {
        category_weights counts;
        /// What one answer of each category adds to the score: (x - s) / n.
        std::array<double, 3> moves;

        explicit brand(const category_weights& c) : counts(c) {
            const double n = c.n();
            moves = {-(2 * c.promoters + c.passives) / n / n, (c.detractors - c.promoters) / n / n,
                     (2 * c.detractors + c.passives) / n / n};
        }
    };

    [[nodiscard]] static std::vector<double> square(std::size_t k) {
        return std::vector<double>(k * k, 0.0);
    }
    [[nodiscard]] static std::array<double, 3> row_of(const category_weights& c) {
        return {c.detractors, c.passives, c.promoters};
    }

    [[nodiscard]] double variance_of(std::size_t i, std::size_t j,
                                     const std::array<category_counts, 3>& both) {
        const auto& a = brands_[i];
        const auto& b = brands_[j];
        std::array<double, 3> only_a = row_of(a.counts);
        std::array<double, 3> only_b = row_of(b.counts);
        double sum = 0;
        for (std::size_t x = 0; x < 3; ++x) {
            const std::array<double, 3> row = row_of(category_weights(both[x]));
            for (std::size_t y = 0; y < 3; ++y) {
                const double move = a.moves[x] - b.moves[y];
                sum += row[y] * move * move;
                only_a[x] -= row[y];
                only_b[y] -= row[y];
                overlap_ = overlap_ || row[y] > 0;
            }
        }
        for (std::size_t x = 0; x < 3; ++x) {
            sum += only_a[x] * a.moves[x] * a.moves[x] + only_b[x] * b.moves[x] * b.moves[x];
        }
        return sum;
    }

    std::vector<brand> brands_;
    std::vector<double> variances_;
    bool overlap_ = false;
};

} // namespace nps::inline v0::detail

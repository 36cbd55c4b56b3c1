// SPDX-License-Identifier: Apache-2.0
/// @file
/// The summary behind reliability: the same people asked twice, how many gave each pair of ratings.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/core/transition_counts.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// How many people gave each pair of a first and a second rating on a scale.
///
/// Assumes:    each respondent counted once; at most 2^53 pairs.
/// Throws:     invalid_input, for a rating off the scale, a count that is negative or takes the sum
///             past 2^53, and from += and -= where the scales differ or a count would go below zero;
///             nothing changes then.
/// Cost:       O(1) a pair, O(scale^2) a merge.
/// Checked:    tests/infer/reliability_test.cpp
/// Example:    examples/monitor_why.cpp
class rating_pairs {
public:
    rating_pairs() : rating_pairs(zero_to_ten) {}
    explicit rating_pairs(const scale& s)
        : scale_(detail::checked(s)), counts_(s.size() * s.size()) {}

    void add(int first, int second, std::int64_t count = 1) {
        std::int64_t& cell = counts_[place(first, second, "rating_pairs::add")];
        detail::require_count(count, "rating_pairs::add", "count");
        detail::require_count(n_ + count, "rating_pairs::add", "pairs");
        cell += count;
        n_ += count;
    }

    [[nodiscard]] std::int64_t count(int first, int second) const {
        return counts_[place(first, second, "rating_pairs::count")];
    }
    /// People who answered both times.
    [[nodiscard]] std::int64_t n() const { return n_; }
    [[nodiscard]] const scale& score_scale() const { return scale_; }
    /// The same people as detractors, passives and promoters.
    [[nodiscard]] transition_counts transitions() const {
        transition_counts result;
        for (int first = scale_.lowest; first <= scale_.highest; ++first) {
            const category from = classify(first, scale_);
            category_counts& row = from == category::detractor ? result.from_detractors
                                   : from == category::passive ? result.from_passives
                                                               : result.from_promoters;
            for (int second = scale_.lowest; second <= scale_.highest; ++second) {
                const category to = classify(second, scale_);
                std::int64_t& cell = to == category::detractor ? row.detractors
                                     : to == category::passive ? row.passives
                                                               : row.promoters;
                cell += count(first, second);
            }
        }
        return result;
    }

    rating_pairs& operator+=(const rating_pairs& other) {
        return change(other, 1, "rating_pairs::operator+=");
    }
    rating_pairs& operator-=(const rating_pairs& other) {
        return change(other, -1, "rating_pairs::operator-=");
    }
    friend bool operator==(const rating_pairs&, const rating_pairs&) = default;

private:
    [[nodiscard]] std::size_t place(int first, int second, std::string_view function) const {
        for (const int rating : {first, second}) {
            detail::require(scale_.contains(rating), function, "rating", rating,
                            "must be on the scale");
        }
        return static_cast<std::size_t>(first - scale_.lowest) * scale_.size() +
               static_cast<std::size_t>(second - scale_.lowest);
    }
    rating_pairs& change(const rating_pairs& other, int sign, std::string_view function) {
        detail::require(scale_ == other.scale_, function, "scale", other.scale_.highest,
                        "must be the same of both");
        std::vector<std::int64_t> changed = counts_;
        const std::int64_t n = n_ + sign * other.n_;
        detail::require_count(n, function, "pairs");
        for (std::size_t i = 0; i < changed.size(); ++i) {
            changed[i] += sign * other.counts_[i];
            detail::require_count(changed[i], function, "count");
        }
        counts_ = changed;
        n_ = n;
        return *this;
    }

    scale scale_;
    std::vector<std::int64_t> counts_;
    std::int64_t n_ = 0;
};

} // namespace nps::inline v0

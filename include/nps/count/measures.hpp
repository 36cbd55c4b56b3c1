// SPDX-License-Identifier: Apache-2.0
/// @file
/// The other two measures of a tally: shares of answers, and the mean of ratings.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/moments.hpp>
#include <nps/core/scale.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace nps::inline v0 {

/// How many of the valid answers are of one category.
///
/// Throws:     invalid_input, for a value that is no category and for impossible counts.
/// Cost:       O(1) from counts, O(size of the scale) from a tally.
/// Checked:    tests/count/measures_test.cpp
/// Example:    examples/counting.cpp
[[nodiscard]] constexpr share_counts share_of(const category_counts& counts, category of) {
    detail::require_counts(counts, "share_of");
    switch (of) {
    case category::detractor:
        return {.successes = counts.detractors, .trials = counts.n()};
    case category::passive:
        return {.successes = counts.passives, .trials = counts.n()};
    case category::promoter:
        return {.successes = counts.promoters, .trials = counts.n()};
    }
    detail::throw_invalid("share_of", "category", static_cast<int>(of),
                          "must be detractor, passive or promoter");
}

namespace detail {

[[nodiscard]] constexpr share_counts top_share(std::span<const std::int64_t> counts, int k) {
    require(k >= 1 && static_cast<std::size_t>(k) <= counts.size(), "top_box", "k", k,
            "must be at least 1 and at most the number of scores on the scale");
    share_counts share;
    for (std::size_t slot = 0; slot < counts.size(); ++slot) {
        share.trials += counts[slot];
        if (slot + static_cast<std::size_t>(k) >= counts.size()) {
            share.successes += counts[slot];
        }
    }
    return share;
}

/// n sum(x^2) is at most 2^53 * 2^53 * 1000^2 < 2^126.
__extension__ using wide_integer = __int128;

/// a / b, rounded once where `a` is a double, else after its whole part has been taken out.
[[nodiscard]] constexpr double ratio(wide_integer a, std::int64_t b) {
    if (a >= -largest_count && a <= largest_count) {
        return static_cast<double>(a) / static_cast<double>(b);
    }
    return static_cast<double>(a / b) + static_cast<double>(a % b) / static_cast<double>(b);
}

[[nodiscard]] constexpr moments exact_moments(std::span<const std::int64_t> counts, int lowest) {
    std::int64_t n = 0;
    wide_integer sum = 0;
    wide_integer squares = 0;
    wide_integer score = lowest;
    for (const std::int64_t count : counts) {
        n += count;
        sum += score * count;
        squares += score * score * count;
        ++score;
    }
    if (n == 0) {
        return {};
    }
    return {
        .count = n, .mean = ratio(sum, n), .squared_deviations = ratio(n * squares - sum * sum, n)};
}

} // namespace detail

/// How many of the valid answers are among the `k` highest scores: `top_box(t, 2)` counts 9 and 10.
///
/// Throws:     invalid_input, unless 1 <= k <= the number of scores.
/// Cost:       O(size of the scale).
/// Checked:    tests/count/measures_test.cpp
/// Example:    examples/counting.cpp
template <scale S>
[[nodiscard]] constexpr share_counts top_box(const basic_tally<S>& t, int k) {
    return detail::top_share(t.counts(), k);
}
/// The same, for a scale known only at run time.
///
/// Throws:     invalid_input, as above.
/// Cost:       O(size of the scale).
/// Checked:    tests/count/measures_test.cpp
/// Example:    examples/counting.cpp
[[nodiscard]] inline share_counts top_box(const dynamic_tally& t, int k) {
    return detail::top_share(t.counts(), k);
}

/// Size, mean and squared deviations of the valid answers as numbers.
///
/// Formula:    mean = S1 / n,  M = (n S2 - S1^2) / n, with the sums S1 and S2 of the scores and of
///             their squares exact in 128 bits, so that nothing cancels; rounded at the end.
/// Assumes:    that steps of the scale are worth the same.
/// Degenerate: an empty tally gives n = 0, mean = 0.
/// Cost:       O(size of the scale).
/// Checked:    tests/reference/rating_moments.csv
/// Example:    examples/counting.cpp
template <scale S>
[[nodiscard]] constexpr moments rating_moments(const basic_tally<S>& t) {
    return detail::exact_moments(t.counts(), S.lowest);
}
/// The same, for a scale known only at run time.
///
/// Cost:       O(size of the scale).
/// Checked:    tests/reference/rating_moments.csv
/// Example:    examples/counting.cpp
[[nodiscard]] inline moments rating_moments(const dynamic_tally& t) {
    return detail::exact_moments(t.counts(), t.score_scale().lowest);
}

} // namespace nps::inline v0

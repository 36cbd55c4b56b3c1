// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of the difference of two scores by simulation, from the counts of both groups.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/resample/bootstrap_result.hpp>
#include <nps/resample/detail/score_difference.hpp>
#include <nps/resample/detail/score_draw.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace nps::inline v0 {

/// Options of score_difference_bootstrap.
///
/// Checked:    tests/resample/score_difference_bootstrap_test.cpp
/// Example:    examples/resampling.cpp
struct score_difference_bootstrap_options {
    /// From 2 to 2^32 - 1.
    std::int64_t replicates = 10'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
};

/// Bootstrap replicates of the difference of two net promoter scores, a - b, each group resampled
/// on its own.
///
/// A replicate is two multinomial draws of three counts, whatever the sizes are. Each has its own
/// standard error, and the acceleration is a closed form, so all five intervals can be asked for.
/// ideal_difference_bootstrap gives the same distribution without simulation; this function is for
/// what needs the replicates themselves, and for studentised.
///
/// Formula:    score_a* - score_b*, each as in score_bootstrap, of one random stream; standard
///             error sqrt(se_a*^2 + se_b*^2); acceleration (k_a - k_b) / (6 se^3), k = n^-3 sum u^3
///             with u = answer - score. R's boot.ci with strata leaves the n^-3 out: with groups of
///             unequal size its acceleration is another.
/// Scale:      [-2, 2].
/// Assumes:    two independent simple random samples.
/// Not for:    the same people asked twice, or in part the same; clusters of answers (bootstrap,
///             with strata and clusters).
/// Degenerate: both groups in one category each: all replicates are the difference and all
///             intervals are that point. Swapping the groups flips the sign of each replicate,
///             unless they have the same counts, in either order of the ends; so does swapping
///             promoters and detractors, unless a group has as many of both.
/// Throws:     invalid_input, also for more than 2^53 answers in all; undefined_result for no
///             respondents in a group.
/// Cost:       O(replicates), each twice that of score_bootstrap, for any sizes.
/// Source:     Efron and Tibshirani (1993), chapter 8, ISBN 9780412042317
/// Checked:    tests/resample/score_difference_bootstrap_test.cpp (the exact distribution;
///             committed hash; R boot with strata)
/// Example:    examples/resampling.cpp
[[nodiscard]] inline bootstrap_result
score_difference_bootstrap(const category_counts& a, const category_counts& b,
                           const score_difference_bootstrap_options& options = {}) {
    constexpr std::string_view self = "score_difference_bootstrap";
    const category_counts pooled = detail::require_groups(a, b, self);
    detail::require(options.replicates >= 2 && options.replicates < std::int64_t{1} << 32, self,
                    "replicates", options.replicates, "must be in [2, 2^32)");
    const detail::score_influence influence = detail::influence_of_difference(a, b);
    const auto replicates = static_cast<std::size_t>(options.replicates);

    bootstrap_result result;
    result.estimate = influence.value;
    result.n = pooled.n();
    result.method = self;
    result.values.resize(replicates);
    result.value_standard_errors.resize(replicates);
    result.estimate_standard_error = influence.standard_error;
    result.acceleration = influence.acceleration;
    result.lowest = -2;
    result.highest = 2;

    // Always the same group is drawn first, whichever is called a.
    const auto key = [](const category_counts& c) {
        return std::tuple(c.n(), c.passives, (std::max)(c.promoters, c.detractors));
    };
    const bool a_first = key(a) <= key(b);
    const detail::score_draw first(a_first ? a : b);
    const detail::score_draw second(a_first ? b : a);
    detail::for_each_replicate(options.replicates, options.threads, [&](std::int64_t r) {
        random_stream stream(options.seed, static_cast<std::uint32_t>(r),
                             random_purpose::score_difference);
        const detail::drawn_score one = first(stream);
        const detail::drawn_score other = second(stream);
        const auto at = static_cast<std::size_t>(r);
        result.values[at] = a_first ? one.value - other.value : other.value - one.value;
        result.value_standard_errors[at] = std::sqrt(one.variance + other.variance);
    });
    detail::summarise(result);
    return result;
}

} // namespace nps::inline v0

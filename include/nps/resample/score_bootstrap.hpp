// SPDX-License-Identifier: Apache-2.0
/// @file
/// The bootstrap of the score by simulation, from the three counts.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/resample/bootstrap_result.hpp>
#include <nps/resample/detail/score_draw.hpp>
#include <nps/resample/detail/score_influence.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace nps::inline v0 {

/// Options of score_bootstrap.
///
/// Checked:    tests/resample/score_bootstrap_test.cpp
/// Example:    examples/resampling.cpp
struct score_bootstrap_options {
    /// From 2 to 2^32 - 1.
    std::int64_t replicates = 10'000;
    /// Two surveys need two seeds: with one they share their draws.
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
};

/// Bootstrap replicates of the net promoter score.
///
/// A resample of n answers is a multinomial draw of three counts: two binomial draws, whatever n
/// is. Each replicate has its own standard error, and the acceleration is a closed form, so all
/// five intervals can be asked for. ideal_bootstrap gives the same distribution without
/// simulation; this function is for what needs the replicates themselves.
///
/// Formula:    passives* ~ B(n, q), promoters* ~ B(n - passives*, p / (p + d));
///             score* = (promoters* - detractors*) / n,
///             standard error sqrt((p* + d* - score*^2) / n)
/// Scale:      [-1, 1].
/// Assumes:    simple random sample.
/// Not for:    comparing two surveys under one seed: their replicates then share their draws and
///             move together, and the spread of their differences is far too small. Give each
///             survey a seed of its own.
/// Degenerate: everybody in one category: all replicates are that score and all intervals are that
///             point. Swapping promoters and detractors flips the sign of each replicate unless the
///             two are equally many.
/// Throws:     invalid_input; undefined_result for no respondents.
/// Cost:       O(replicates), about 0.1 us each, for any n up to 2^53.
/// Source:     Efron and Tibshirani (1993), ISBN 9780412042317
/// Checked:    tests/resample/score_bootstrap_test.cpp (exact distribution by enumeration;
///             committed hashes)
/// Example:    examples/resampling.cpp
[[nodiscard]] inline bootstrap_result score_bootstrap(const category_counts& counts,
                                                      const score_bootstrap_options& options = {}) {
    detail::require_respondents(counts, "score_bootstrap");
    detail::require(options.replicates >= 2 && options.replicates < std::int64_t{1} << 32,
                    "score_bootstrap", "replicates", options.replicates, "must be in [2, 2^32)");
    const detail::score_influence influence = detail::influence_of(counts);
    const auto replicates = static_cast<std::size_t>(options.replicates);

    bootstrap_result result;
    result.estimate = influence.value;
    result.n = counts.n();
    result.method = "score_bootstrap";
    result.values.resize(replicates);
    result.value_standard_errors.resize(replicates);
    result.estimate_standard_error = influence.standard_error;
    result.acceleration = influence.acceleration;
    result.lowest = -1;
    result.highest = 1;

    const detail::score_draw resample(counts);
    detail::for_each_replicate(options.replicates, options.threads, [&](std::int64_t r) {
        random_stream stream(options.seed, static_cast<std::uint32_t>(r), random_purpose::score);
        const detail::drawn_score drawn = resample(stream);
        result.values[static_cast<std::size_t>(r)] = drawn.value;
        result.value_standard_errors[static_cast<std::size_t>(r)] = std::sqrt(drawn.variance);
    });
    detail::summarise(result);
    return result;
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// Confidence intervals for a share (promoters, a top box, a response rate), and for the shares of
/// detractors, passives and promoters at once.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0 {

/// Intervals for a share.
enum class share_method : std::uint8_t {
    wilson,          ///< inversion of the score test
    jeffreys,        ///< equal tails of Beta(k + 1/2, n - k + 1/2)
    clopper_pearson, ///< inversion of two exact one-sided tests: never below its level, and wide
    agresti_coull    ///< Wald around Wilson's centre
};

/// Options of share_interval.
struct share_interval_options {
    share_method method = share_method::wilson;
    double level = 0.95;
    bounds sides = bounds::two_sided;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(share_method method,
                                                     std::string_view function) {
    switch (method) {
    case share_method::wilson:
        return "wilson";
    case share_method::jeffreys:
        return "jeffreys";
    case share_method::clopper_pearson:
        return "clopper_pearson";
    case share_method::agresti_coull:
        return "agresti_coull";
    }
    throw_invalid(function, "method", static_cast<int>(method), "must be a named method");
}

/// The root x of (k/n - x)^2 = z^2 x (1 - x) / n on the side of the sign of z.
[[nodiscard]] inline double wilson_limit(double k, double n, double z) {
    const double centre = k + z * z / 2;
    const double reach = std::abs(z) * std::sqrt(k * ((n - k) / n) + z * z / 4);
    if (z < 0) {
        // From the product of the roots, k^2 / n / (n + z^2): no cancellation for a small share.
        return k == 0 ? 0 : k * (k / n) / (centre + reach);
    }
    return k == n ? 1 : (centre + reach) / (n + z * z);
}

struct share_limits {
    double lower;
    double upper;
};

[[nodiscard]] inline share_limits share_limits_of(share_method method, double k, double n,
                                                  double tail) {
    switch (method) {
    case share_method::wilson: {
        const double z = normal_upper_quantile(tail);
        return {wilson_limit(k, n, -z), wilson_limit(k, n, z)};
    }
    case share_method::jeffreys:
        return {k == 0 ? 0 : beta_quantile(tail, k + 0.5, n - k + 0.5),
                k == n ? 1 : beta_upper_quantile(tail, k + 0.5, n - k + 0.5)};
    case share_method::clopper_pearson:
        return {k == 0 ? 0 : beta_quantile(tail, k, n - k + 1),
                k == n ? 1 : beta_upper_quantile(tail, k + 1, n - k)};
    case share_method::agresti_coull: {
        const double z = normal_upper_quantile(tail);
        const double size = n + z * z;
        const double centre = (k + z * z / 2) / size;
        const double other = (n - k + z * z / 2) / size;
        const double reach = z * std::sqrt(centre * other / size);
        return {centre - reach, centre + reach};
    }
    }
    throw_invalid("share_interval", "method", static_cast<int>(method), "must be a named method");
}

} // namespace detail

/// Confidence interval for a share.
///
/// Wilson is the default: of the intervals with coverage near the level on average it is the
/// shortest for n up to 40 and has no rule of its own for the ends (Brown, Cai and DasGupta).
///
/// Formula:    wilson: the roots x of (k/n - x)^2 = z^2 x (1 - x) / n;
///             agresti_coull: c -/+ z sqrt(c (1 - c) / (n + z^2)), c = (k + z^2/2) / (n + z^2);
///             jeffreys, clopper_pearson: quantiles of beta distributions
/// Scale:      [0, 1]; never outside. Only agresti_coull can reach outside and is clipped.
/// Assumes:    independent answers with the same chance of a success.
/// Not for:    weighted or clustered answers.
/// Degenerate: k = 0 gives lower = 0 and k = n gives upper = 1 (wilson one-sided: from level 1/2
///             on), for jeffreys by the rule of Brown, Cai and DasGupta, whose coverage would else
///             fall to nothing near 0 and 1.
///             No trials: undefined_result.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1).
/// Source:     Brown, Cai, DasGupta (2001), doi:10.1214/ss/1009213286;
///             Wilson (1927), doi:10.2307/2276774
/// Checked:    tests/reference/share_interval.csv (mpmath); R prop.test, binom.test
/// Example:    examples/intervals.cpp
[[nodiscard]] inline interval share_interval(const share_counts& counts,
                                             const share_interval_options& options = {}) {
    constexpr std::string_view function = "share_interval";
    detail::require_level(options.level, function);
    detail::require_sides(options.sides, function);
    detail::require_respondents(counts, function);
    const auto limits = detail::share_limits_of(
        options.method, static_cast<double>(counts.successes), static_cast<double>(counts.trials),
        tail_probability(options.level, options.sides));
    interval result{.lower = 0,
                    .upper = 1,
                    .level = options.level,
                    .sides = options.sides,
                    .n = counts.trials,
                    .method = detail::method_name(options.method, function)};
    if (options.sides != bounds::upper) {
        result.lower = std::clamp(limits.lower, 0.0, 1.0);
        result.clipped = result.lower != limits.lower;
    }
    if (options.sides != bounds::lower) {
        result.upper = std::clamp(limits.upper, 0.0, 1.0);
        result.clipped = result.clipped || result.upper != limits.upper;
    }
    return result;
}

/// Options of simultaneous_share_intervals.
struct simultaneous_share_options {
    /// Chance that all three intervals hold together.
    double level = 0.95;
};

/// Intervals for the shares of the three categories that hold together.
///
/// Checked:    tests/infer/share_interval_test.cpp
/// Example:    examples/intervals.cpp
struct simultaneous_intervals {
    interval detractors;
    interval passives;
    interval promoters;
    /// Of the three together; each interval carries the same.
    double level = 0;
    std::string_view method;
};

/// Goodman's simultaneous confidence intervals for the shares of detractors, passives and
/// promoters: Wilson's interval for each, at a level raised so that all three hold together.
///
/// Formula:    the roots x of (k/n - x)^2 = A x (1 - x) / n, A the upper (1 - level) / 3 quantile
///             of chi-squared with 1 degree of freedom (his Bonferroni form; the form of
///             Quesenberry and Hurst, with 2 degrees of freedom, is wider)
/// Scale:      [0, 1]; never outside.
/// Assumes:    independent answers; the chance of all three is at least the level for large n.
/// Not for:    the net score; see score_interval.
/// Degenerate: an empty category has lower = 0, a full one upper = 1.
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1).
/// Source:     Goodman (1965), Technometrics 7, 247-254, doi:10.1080/00401706.1965.10490252
/// Checked:    tests/reference/goodman.csv (statsmodels)
/// Example:    examples/intervals.cpp
[[nodiscard]] inline simultaneous_intervals
simultaneous_share_intervals(const category_counts& counts,
                             const simultaneous_share_options& options = {}) {
    constexpr std::string_view function = "simultaneous_share_intervals";
    constexpr std::string_view name = "goodman";
    detail::require_level(options.level, function);
    detail::require_respondents(counts, function);
    const double n = static_cast<double>(counts.n());
    const double z = normal_upper_quantile((1 - options.level) / 6);
    const auto of = [&](std::int64_t count) {
        const double k = static_cast<double>(count);
        return interval{.lower = detail::wilson_limit(k, n, -z),
                        .upper = (std::min)(detail::wilson_limit(k, n, z), 1.0),
                        .level = options.level,
                        .n = counts.n(),
                        .method = name};
    };
    return {.detractors = of(counts.detractors),
            .passives = of(counts.passives),
            .promoters = of(counts.promoters),
            .level = options.level,
            .method = name};
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// How far an answer is repeated when nothing happened: intraclass correlation and weighted kappa.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/core/transition_counts.hpp>
#include <nps/count/rating_pairs.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of test_retest_reliability.
///
/// Checked:    tests/infer/reliability_test.cpp
/// Example:    examples/monitor_why.cpp
struct test_retest_options {
    /// Of each interval by itself.
    double level = 0.95;
};

/// An intraclass correlation.
///
/// Checked:    tests/infer/reliability_test.cpp
/// Example:    examples/monitor_why.cpp
struct intraclass_correlation {
    /// Below 0 where people differ less from each other than from themselves.
    double value = 0;
    nps::interval interval = {};
};

/// How far two ratings of the same people agree.
///
/// Checked:    tests/infer/reliability_test.cpp
/// Example:    examples/monitor_why.cpp
struct test_retest_result {
    /// ICC(1): the two answers of a person are exchangeable.
    intraclass_correlation consistency = {};
    /// ICC(A,1): agreement, the two waves having means of their own.
    intraclass_correlation agreement = {};
    /// Second less first.
    double mean_change = 0;
    /// Standard deviation of one answer of one person: sqrt of the mean square within people.
    double within_sd = 0;
    std::int64_t n = 0;
    double level = 0;
};

/// How disagreement counts: by its distance or by the square of it.
enum class kappa_weights : std::uint8_t { linear, quadratic };

/// Options of weighted_kappa.
///
/// Checked:    tests/infer/reliability_test.cpp
/// Example:    examples/monitor_why.cpp
struct weighted_kappa_options {
    kappa_weights weights = kappa_weights::quadratic;
    double level = 0.95;
};

/// Agreement beyond chance.
///
/// Checked:    tests/infer/reliability_test.cpp
/// Example:    examples/monitor_why.cpp
struct weighted_kappa_result {
    double value = 0;
    double standard_error = 0;
    /// If the two answers had nothing to do with each other: what a test of kappa = 0 divides by.
    double null_standard_error = 0;
    nps::interval interval = {};
    double observed_agreement = 0;
    double chance_agreement = 0;
    std::int64_t n = 0;
    /// "linear" or "quadratic"
    std::string_view method = {};
};

namespace detail {

/// A square table of pairs; rating i counts as i, whatever the scale starts with.
struct reliability_table {
    std::size_t size = 0;
    std::vector<double> counts = {};
    std::int64_t n = 0;

    [[nodiscard]] double count(std::size_t i, std::size_t j) const { return counts[i * size + j]; }
    template <class Visit>
    void each(Visit visit) const {
        for (std::size_t i = 0; i < size; ++i) {
            for (std::size_t j = 0; j < size; ++j) {
                if (count(i, j) > 0) {
                    visit(static_cast<double>(i), static_cast<double>(j), count(i, j));
                }
            }
        }
    }
};

[[nodiscard]] inline reliability_table reliability_table_of(const rating_pairs& pairs) {
    const scale& s = pairs.score_scale();
    reliability_table table{.size = s.size(), .n = pairs.n()};
    for (int i = s.lowest; i <= s.highest; ++i) {
        for (int j = s.lowest; j <= s.highest; ++j) {
            table.counts.push_back(static_cast<double>(pairs.count(i, j)));
        }
    }
    return table;
}

[[nodiscard]] inline reliability_table reliability_table_of(const transition_counts& counts) {
    reliability_table table{.size = 3, .n = counts.n()};
    for (const category_counts& row :
         {counts.from_detractors, counts.from_passives, counts.from_promoters}) {
        for (const std::int64_t count : {row.detractors, row.passives, row.promoters}) {
            table.counts.push_back(static_cast<double>(count));
        }
    }
    return table;
}

/// The F value that leaves p above it; both tails of the beta from their own side.
[[nodiscard]] inline double reliability_f_quantile(double p, double df1, double df2) {
    return df2 / df1 * beta_upper_quantile(p, df1 / 2, df2 / 2) /
           beta_quantile(p, df2 / 2, df1 / 2);
}

[[nodiscard]] inline interval reliability_interval(double lower, double upper, double level,
                                                   std::int64_t n, std::string_view method) {
    return {.lower = std::clamp(lower, -1.0, 1.0),
            .upper = std::clamp(upper, -1.0, 1.0),
            .level = level,
            .n = n,
            .clipped = lower < -1 || upper > 1,
            .method = method};
}

[[nodiscard]] inline test_retest_result intraclass(const reliability_table& table, double level) {
    constexpr std::string_view self = "test_retest_reliability";
    require_level(level, self);
    if (table.n < 3) {
        throw_undefined(self, "fewer than 3 people answered twice");
    }
    const double n = static_cast<double>(table.n);
    running_sum first;
    running_sum second;
    table.each([&](double x, double y, double count) {
        first.add(count * x);
        second.add(count * y);
    });
    const double mean_x = first.value() / n;
    const double mean_y = second.value() / n;
    const double grand = (mean_x + mean_y) / 2;
    const double shift = mean_y - mean_x;
    running_sum between;
    running_sum within;
    running_sum rest;
    table.each([&](double x, double y, double count) {
        const double person = (x + y) / 2 - grand;
        between.add(count * 2 * person * person);
        within.add(count * (y - x) * (y - x) / 2);
        rest.add(count * (y - x - shift) * (y - x - shift) / 2);
    });
    const double ms_between = between.value() / (n - 1);
    const double ms_within = within.value() / n;
    const double ms_rest = rest.value() / (n - 1);
    const double ms_waves = n * shift * shift / 2;
    if (!(ms_between + ms_rest > 0)) {
        throw_undefined(self, "everybody gave the same two ratings");
    }
    const double tail = (1 - level) / 2;
    test_retest_result result{
        .mean_change = shift, .within_sd = std::sqrt(ms_within), .n = table.n, .level = level};
    result.consistency.value = (ms_between - ms_within) / (ms_between + ms_within);
    {
        // (F / q - 1) / (F / q + 1), F the ratio of mean squares, written without a quotient.
        const double low = ms_within * reliability_f_quantile(tail, n - 1, n);
        const double high = ms_between * reliability_f_quantile(tail, n, n - 1);
        result.consistency.interval =
            reliability_interval((ms_between - low) / (ms_between + low),
                                 (high - ms_within) / (high + ms_within), level, table.n, "icc_1");
    }
    const double rho =
        (ms_between - ms_rest) / (ms_between + ms_rest + 2 / n * (ms_waves - ms_rest));
    result.agreement.value = rho;
    // Satterthwaite's degrees of freedom; a and b times (1 - rho) n, so that rho = 1 is no case.
    const double a = 2 * rho;
    const double b = n * (1 - rho) + 2 * rho * (n - 1);
    double lower = 1;
    double upper = 1;
    if (ms_waves > 0 || ms_rest > 0) {
        const double sum = a * ms_waves + b * ms_rest;
        const double squares = a * a * ms_waves * ms_waves + b * b * ms_rest * ms_rest / (n - 1);
        // Below 1 only where rho is below 0 and the two parts all but cancel.
        const double df = squares > 0 ? (std::max)(sum * sum / squares, 1.0) : 1.0;
        const double spread = 2 * ms_waves + (n - 2) * ms_rest;
        const double low = reliability_f_quantile(tail, n - 1, df);
        const double high = reliability_f_quantile(tail, df, n - 1);
        lower = n * (ms_between - low * ms_rest) / (low * spread + n * ms_between);
        upper = n * (high * ms_between - ms_rest) / (spread + n * high * ms_between);
    }
    result.agreement.interval = reliability_interval(lower, upper, level, table.n, "icc_a1");
    return result;
}

[[nodiscard]] inline weighted_kappa_result kappa_of(const reliability_table& table,
                                                    const weighted_kappa_options& options) {
    constexpr std::string_view self = "weighted_kappa";
    require_level(options.level, self);
    require(options.weights == kappa_weights::linear || options.weights == kappa_weights::quadratic,
            self, "weights", static_cast<int>(options.weights), "must be linear or quadratic");
    if (table.n == 0) {
        throw_undefined(self, "nobody answered twice");
    }
    const std::size_t m = table.size;
    const double n = static_cast<double>(table.n);
    const bool squared = options.weights == kappa_weights::quadratic;
    // Disagreement, 1 - the weight: sums of it do not cancel where everybody agrees.
    const auto apart = [&](std::size_t i, std::size_t j) {
        const double steps =
            std::abs(static_cast<double>(i) - static_cast<double>(j)) / static_cast<double>(m - 1);
        return squared ? steps * steps : steps;
    };
    std::vector<double> row(m);
    std::vector<double> column(m);
    running_sum observed;
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
            const double p = table.count(i, j) / n;
            row[i] += p;
            column[j] += p;
            observed.add(p * apart(i, j));
        }
    }
    running_sum expected;
    std::vector<double> from_row(m);    // mean disagreement of a first rating with all second ones
    std::vector<double> from_column(m); // and of a second with all first ones
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
            expected.add(row[i] * column[j] * apart(i, j));
            from_row[i] += column[j] * apart(i, j);
            from_column[j] += row[i] * apart(i, j);
        }
    }
    const double q_o = observed.value();
    const double q_e = expected.value();
    if (!(q_e > 0)) {
        throw_undefined(self, "everybody gave one and the same rating both times");
    }
    const double ratio = q_o / q_e;
    running_sum variance;
    running_sum null_variance;
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
            // kappa = 1 - q_o / q_e; the derivative of q_o / q_e by the share of the cell, times q_e.
            const double slope = apart(i, j) - ratio * (from_row[i] + from_column[j]) + ratio * q_e;
            variance.add(table.count(i, j) / n * slope * slope);
            const double null_slope = apart(i, j) - from_row[i] - from_column[j] + q_e;
            null_variance.add(row[i] * column[j] * null_slope * null_slope);
        }
    }
    const double error = std::sqrt((std::max)(variance.value(), 0.0) / n) / q_e;
    const double reach = normal_critical_value(options.level) * error;
    const double value = 1 - ratio;
    return {.value = value,
            .standard_error = error,
            .null_standard_error = std::sqrt((std::max)(null_variance.value(), 0.0) / n) / q_e,
            .interval =
                reliability_interval(value - reach, value + reach, options.level, table.n, "delta"),
            .observed_agreement = 1 - q_o,
            .chance_agreement = 1 - q_e,
            .n = table.n,
            .method = squared ? "quadratic" : "linear"};
}

} // namespace detail

/// Test-retest reliability of a rating: what part of its variance between people is theirs, and not
/// chance of the day.
///
/// Formula:    mean squares of n people and 2 waves: between people B, within people W, waves C,
///             rest E. consistency, ICC(1): (B - W) / (B + W), interval by the F distribution;
///             agreement, ICC(A,1): (B - E) / (B + E + 2 / n (C - E)), interval by F with
///             Satterthwaite's degrees of freedom, at least 1
/// Scale:      [-1, 1]; only with a handful of people agreement falls below -1. Limits are cut.
/// Assumes:    the same people, asked twice when nothing happened; answers about normal: on ratings
///             that pile up at an end the intervals are rough (docs/why_it_moved.md).
/// Not for:    people chosen for their first answer, as detractors are: ask a sample of all.
/// Degenerate: all pairs equal, but not all people: both are 1, and so are the limits.
/// Throws:     invalid_input; undefined_result: fewer than 3 people, or one pair of ratings from
///             everybody.
/// Cost:       O(scale^2) and a few F quantiles, 20 us.
/// Source:     McGraw, Wong (1996), doi:10.1037/1082-989X.1.1.30;
///             Shrout, Fleiss (1979), doi:10.1037/0033-2909.86.2.420
/// Checked:    tests/reference/reliability.csv (R psych)
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline test_retest_result
test_retest_reliability(const rating_pairs& pairs, const test_retest_options& options = {}) {
    return detail::intraclass(detail::reliability_table_of(pairs), options.level);
}

/// The same of answers as detractors, passives and promoters, coded -1, 0, 1: the reliability that
/// chance_rise asks for.
///
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1), 20 us.
/// Checked:    tests/reference/reliability.csv (R psych)
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline test_retest_result
test_retest_reliability(const transition_counts& counts, const test_retest_options& options = {}) {
    detail::require_counts(counts, "test_retest_reliability");
    return detail::intraclass(detail::reliability_table_of(counts), options.level);
}

/// Weighted kappa: agreement of two ratings of the same people beyond chance.
///
/// Formula:    1 - q_o / q_e, q the mean disagreement of the pairs and of all first with all second
///             ratings, |i - j| or (i - j)^2; standard errors of Fleiss, Cohen and Everitt.
///             Quadratic: 2 cov / (var_1 + var_2 + (mean_2 - mean_1)^2), moments by n: ICC(A,1) but
///             for terms of order 1 / n.
/// Scale:      [-1, 1]; limits are cut.
/// Assumes:    a simple random sample of people who are asked twice.
/// Not for:    people chosen for their first answer.
/// Degenerate: all pairs equal: 1 with standard error 0.
/// Throws:     invalid_input; undefined_result: nobody, or one rating from everybody.
/// Cost:       O(scale^2), 1 us.
/// Source:     Cohen (1968), doi:10.1037/h0026256;
///             Fleiss, Cohen, Everitt (1969), doi:10.1037/h0028106;
///             Fleiss, Cohen (1973), doi:10.1177/001316447303300309
/// Checked:    tests/reference/weighted_kappa.csv (statsmodels)
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline weighted_kappa_result
weighted_kappa(const rating_pairs& pairs, const weighted_kappa_options& options = {}) {
    return detail::kappa_of(detail::reliability_table_of(pairs), options);
}

/// The same of answers as detractors, passives and promoters.
///
/// Throws:     invalid_input, undefined_result.
/// Cost:       O(1), 1 us.
/// Checked:    tests/reference/weighted_kappa.csv (statsmodels)
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline weighted_kappa_result
weighted_kappa(const transition_counts& counts, const weighted_kappa_options& options = {}) {
    detail::require_counts(counts, "weighted_kappa");
    return detail::kappa_of(detail::reliability_table_of(counts), options);
}

} // namespace nps::inline v0

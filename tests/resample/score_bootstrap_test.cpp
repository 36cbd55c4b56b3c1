// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/score_bootstrap.hpp>

#include "support/close.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace {

using nps::bootstrap_method;
using nps::category_counts;

// P(promoters - detractors = s) over all samples of n, by enumeration.
std::map<std::int64_t, double> exact_scores(const category_counts& counts) {
    const std::int64_t n = counts.n();
    const auto share = [&](std::int64_t count) {
        return static_cast<double>(count) / static_cast<double>(n);
    };
    const auto log_factorial = [](std::int64_t k) {
        return std::lgamma(static_cast<double>(k) + 1);
    };
    std::map<std::int64_t, double> p;
    for (std::int64_t d = 0; d <= n; ++d) {
        for (std::int64_t u = 0; u + d <= n; ++u) {
            const std::int64_t q = n - d - u;
            p[u - d] +=
                std::pow(share(counts.detractors), static_cast<double>(d)) *
                std::pow(share(counts.passives), static_cast<double>(q)) *
                std::pow(share(counts.promoters), static_cast<double>(u)) *
                std::exp(log_factorial(n) - log_factorial(d) - log_factorial(q) - log_factorial(u));
        }
    }
    return p;
}

TEST_CASE("replicates have the exact distribution of a resampled score") {
    for (const category_counts& counts :
         {category_counts{1, 2, 3}, category_counts{3, 7, 10}, category_counts{20, 30, 50},
          category_counts{60, 0, 20}, category_counts{0, 15, 30}, category_counts{2, 1, 97}}) {
        const nps::bootstrap_result result =
            nps::score_bootstrap(counts, {.replicates = 50'000, .seed = 3});
        std::map<std::int64_t, double> seen;
        for (const double value : result.replicates()) {
            ++seen[std::llround(value * static_cast<double>(counts.n()))];
        }
        double statistic = 0;
        double bins = -1;
        double expected = 0;
        double observed = 0;
        for (const auto& [score, p] : exact_scores(counts)) {
            expected += p * 50'000;
            observed += seen[score];
            if (expected > 10) {
                statistic += (observed - expected) * (observed - expected) / expected;
                ++bins;
                expected = 0;
                observed = 0;
            }
        }
        CAPTURE(counts.detractors);
        CAPTURE(bins);
        REQUIRE(bins >= 4);
        // Wilson and Hilferty: the 1e-4 point of chi-squared, a little above it.
        const double h = 2 / (9 * bins);
        CHECK(statistic < bins * std::pow(1 - h + 3.8 * std::sqrt(h), 3));
    }
}

TEST_CASE("percentile and bca limits are those of the exact bootstrap") {
    // Convolution and R boot at R = 99,999 (strict), SciPy (mid-rank).
    struct limits {
        category_counts counts;
        bootstrap_method method;
        nps::median_bias bias;
        double lower;
        double upper;
    };
    const auto strict = nps::median_bias::strict;
    const auto mid_rank = nps::median_bias::mid_rank;
    for (const limits& expected :
         {limits{{3, 7, 10}, bootstrap_method::percentile, mid_rank, 0, 0.65},
          limits{{20, 30, 50}, bootstrap_method::percentile, mid_rank, 0.14, 0.45},
          limits{{362, 176, 462}, bootstrap_method::percentile, mid_rank, 0.044, 0.156},
          limits{{3, 7, 10}, bootstrap_method::bca, strict, -0.05, 0.6},
          limits{{20, 30, 50}, bootstrap_method::bca, strict, 0.13, 0.44},
          limits{{3, 7, 10}, bootstrap_method::bca, mid_rank, 0, 0.65},
          limits{{20, 30, 50}, bootstrap_method::bca, mid_rank, 0.14, 0.45}}) {
        const nps::interval interval =
            nps::score_bootstrap(expected.counts, {.replicates = 99'999, .seed = 11})
                .interval({.method = expected.method, .bias = expected.bias});
        CHECK(nps_test::close(interval.lower, expected.lower));
        CHECK(nps_test::close(interval.upper, expected.upper));
    }
}

TEST_CASE("moments for any n: the closed forms, within Monte Carlo error") {
    const std::int64_t trillion = 1'000'000'000'000;
    for (const category_counts& counts :
         {category_counts{20, 30, 50}, category_counts{200'000, 300'000, 500'000},
          category_counts{2 * trillion, 3 * trillion, 5 * trillion},
          category_counts{5, trillion, 20},
          category_counts{std::int64_t{1} << 51, std::int64_t{1} << 51, std::int64_t{1} << 52}}) {
        const nps::bootstrap_result result =
            nps::score_bootstrap(counts, {.replicates = 20'000, .seed = 5});
        const double n = static_cast<double>(counts.n());
        const double p = static_cast<double>(counts.promoters) / n;
        const double d = static_cast<double>(counts.detractors) / n;
        const double error = std::sqrt((p + d - (p - d) * (p - d)) / n);
        CHECK(nps_test::close(result.estimate, p - d));
        CHECK(result.n == counts.n());
        REQUIRE(result.estimate_standard_error.has_value());
        CHECK(nps_test::close(*result.estimate_standard_error, error));
        CHECK(std::abs(result.bias) < 4 * error / std::sqrt(20'000.0));
        CHECK(std::abs(result.standard_error / error - 1) < 4 / std::sqrt(2 * 20'000.0));
    }
    // The text that R boot's empinf gives for this survey.
    CHECK(nps_test::close(*nps::score_bootstrap({20, 30, 50}, {.replicates = 2}).acceleration,
                          -0.00965524012609, {.relative = 1e-11, .reason = "published digits"}));
}

TEST_CASE("each replicate's own standard error follows from its counts") {
    // With two categories the score fixes the counts: p* = (1 + score*) / 2.
    const nps::bootstrap_result result =
        nps::score_bootstrap({30, 0, 70}, {.replicates = 500, .seed = 2});
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        CHECK(nps_test::close(result.value_standard_errors[i],
                              std::sqrt((1 - result.values[i] * result.values[i]) / 100)));
    }
    const nps::interval studentised =
        result.interval({.method = bootstrap_method::studentised, .level = 0.9});
    CHECK(studentised.lower < 0.4);
    CHECK(studentised.upper > 0.4);
}

TEST_CASE("the same replicates everywhere, for any number of threads: a committed hash") {
    std::uint64_t hash = 14695981039346656037U;
    for (const category_counts& counts : {category_counts{3, 7, 10}, category_counts{362, 176, 462},
                                          category_counts{123'456'789, 234'567'890, 345'678'901}}) {
        const nps::bootstrap_result one =
            nps::score_bootstrap(counts, {.replicates = 5000, .seed = 7});
        for (const unsigned threads : {0U, 2U, 3U, 16U}) {
            const nps::bootstrap_result many =
                nps::score_bootstrap(counts, {.replicates = 5000, .seed = 7, .threads = threads});
            CHECK(many.values == one.values);
            CHECK(many.value_standard_errors == one.value_standard_errors);
            CHECK(many.bias == one.bias);
        }
        for (const double value : one.values) {
            hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211U;
        }
        // More replicates continue those before; another seed gives others.
        const auto fewer = nps::score_bootstrap(counts, {.replicates = 1500, .seed = 7}).values;
        CHECK(std::equal(fewer.begin(), fewer.end(), one.values.begin()));
        CHECK(nps::score_bootstrap(counts, {.replicates = 5000, .seed = 8}).values != one.values);
    }
    CHECK(hash == 10043042160778656101U);
}

TEST_CASE("swapping promoters and detractors flips the sign of every replicate") {
    const nps::bootstrap_result up =
        nps::score_bootstrap({20, 30, 50}, {.replicates = 1000, .seed = 7});
    const nps::bootstrap_result down =
        nps::score_bootstrap({50, 30, 20}, {.replicates = 1000, .seed = 7});
    for (std::size_t i = 0; i < up.values.size(); ++i) {
        CHECK(up.values[i] == -down.values[i]);
    }
    CHECK(up.interval().lower == -down.interval().upper);
}

TEST_CASE("surveys of one answer and of one category") {
    for (const category_counts& counts :
         {category_counts{0, 0, 1}, category_counts{0, 0, 20}, category_counts{9, 0, 0},
          category_counts{0, 7, 0}, category_counts{0, 0, std::int64_t{1} << 53}}) {
        const double score = counts.promoters > 0 ? 1 : counts.detractors > 0 ? -1 : 0;
        const nps::bootstrap_result result = nps::score_bootstrap(counts, {.replicates = 99});
        CHECK(result.standard_error == 0);
        CHECK(result.bias == 0);
        for (const auto method :
             {bootstrap_method::normal, bootstrap_method::basic, bootstrap_method::percentile,
              bootstrap_method::studentised, bootstrap_method::bca}) {
            const nps::interval interval = result.interval({.method = method});
            CHECK(interval.lower == score);
            CHECK(interval.upper == score);
        }
    }
}

TEST_CASE("errors of the score bootstrap") {
    const auto run = [](category_counts counts, nps::score_bootstrap_options options = {}) {
        static_cast<void>(nps::score_bootstrap(counts, options));
    };
    CHECK_THROWS_WITH_AS(run({}), "nps::score_bootstrap: no valid answers", nps::undefined_result);
    CHECK_THROWS_AS(run({-1, 2, 3}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run({1, 2, 3}, {.replicates = 1}),
                         "nps::score_bootstrap: replicates = 1, must be in [2, 2^32)",
                         nps::invalid_input);
    CHECK_THROWS_AS(run({1, 2, 3}, {.replicates = std::int64_t{1} << 32}), nps::invalid_input);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/score_difference_bootstrap.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/resample/ideal_difference_bootstrap.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

namespace {

using nps::bootstrap_method;
using nps::category_counts;

constexpr bootstrap_method methods[] = {bootstrap_method::normal, bootstrap_method::basic,
                                        bootstrap_method::percentile, bootstrap_method::studentised,
                                        bootstrap_method::bca};

TEST_CASE("every pair of resamples comes as often as it should: all 30 of two small groups") {
    // (1, 1, 1) and (1, 0, 1): the difference and its standard error, from the multinomial.
    const category_counts a{1, 1, 1};
    const category_counts b{1, 0, 1};
    const int replicates = 200'000;
    const auto r = nps::score_difference_bootstrap(a, b, {.replicates = replicates, .seed = 3});
    const int factorial[] = {1, 1, 2, 6};
    double chi_squared = 0;
    double all = 0;
    int cells = 0;
    // Cells of equal difference and equal standard error are one.
    for (int k = -12; k <= 12; ++k) {
        for (int v = 0; v <= 200; ++v) {
            double probability = 0;
            for (int d = 0; d <= 3; ++d) {
                for (int p = 0; d + p <= 3; ++p) {
                    for (int e = 0; e <= 2; ++e) {
                        // 6 times the difference; 108 times its variance.
                        const int score = 2 * (p - d) - 3 * (2 - 2 * e);
                        const int variance =
                            4 * ((3 - p - d) * (p + d) + 4 * p * d) + 27 * 2 * e * (2 - e);
                        if (score == k && variance == v) {
                            probability += 6.0 /
                                           (factorial[d] * factorial[p] * factorial[3 - d - p]) /
                                           27 * (e == 1 ? 0.5 : 0.25);
                        }
                    }
                }
            }
            const auto seen =
                std::ranges::count_if(r.values, [&, i = std::size_t{0}](double value) mutable {
                    const double error = r.value_standard_errors[i++];
                    return std::abs(value * 6 - k) < 1e-9 &&
                           std::abs(error * error * 108 - v) < 1e-9;
                });
            if (probability == 0) {
                REQUIRE(seen == 0);
                continue;
            }
            const double expected = probability * replicates;
            chi_squared += (static_cast<double>(seen) - expected) *
                           (static_cast<double>(seen) - expected) / expected;
            all += static_cast<double>(seen);
            ++cells;
        }
    }
    CHECK(all == replicates);
    CHECK(cells == 29); // two of the 30 look alike
    // The 1e-4 point for 28 degrees of freedom.
    CHECK(chi_squared < 64.7);
}

TEST_CASE("R boot with strata: limits, standard error and acceleration") {
    for (const auto& row : nps_test::reference_table("score_difference_bootstrap.csv")) {
        const category_counts a{row.integer("a_detractors"), row.integer("a_passives"),
                                row.integer("a_promoters")};
        const category_counts b{row.integer("b_detractors"), row.integer("b_passives"),
                                row.integer("b_promoters")};
        const auto r = nps::score_difference_bootstrap(a, b, {.replicates = 99'999, .seed = 11});
        const auto ideal = nps::ideal_difference_bootstrap(a, b);
        CAPTURE(a.detractors);
        CHECK(nps_test::close(r.estimate, row.number("estimate")));
        CHECK(nps_test::close(*r.acceleration, row.number("acceleration")));
        const double error = row.number("standard_error");
        CHECK(std::abs(r.standard_error / error - 1) < 4 * std::sqrt(1.0 / 99'999));
        CHECK(std::abs(ideal.standard_error / error - 1) < 4 * std::sqrt(0.5 / 99'999));
        const auto check = [&](bootstrap_method method, const char* lower, const char* upper) {
            const nps::bootstrap_interval_options options{.method = method,
                                                          .bias = nps::median_bias::strict};
            const nps::interval simulated = r.interval(options);
            const nps::interval exact = ideal.interval(options);
            // A 2.5 % quantile of 99,999 replicates has a standard error of .0085 standard errors;
            // besides, it lies on a lattice.
            const double near =
                4 * 0.0085 * error + 1 / static_cast<double>(std::max(a.n(), b.n()));
            CAPTURE(simulated.method);
            CHECK(std::abs(exact.lower - row.number(lower)) < near);
            CHECK(std::abs(exact.upper - row.number(upper)) < near);
            CHECK(std::abs(simulated.lower - row.number(lower)) < std::sqrt(2.0) * near);
            CHECK(std::abs(simulated.upper - row.number(upper)) < std::sqrt(2.0) * near);
        };
        check(bootstrap_method::percentile, "percentile_lower", "percentile_upper");
        check(bootstrap_method::bca, "bca_lower", "bca_upper");
    }
}

TEST_CASE("moments for any sizes: the closed forms, within Monte Carlo error") {
    for (const std::int64_t n : {std::int64_t{10}, std::int64_t{1'000'000},
                                 std::int64_t{1'000'000'000'000}, std::int64_t{1} << 48}) {
        const category_counts a{2 * n, 3 * n, 5 * n};
        const category_counts b{n, n, 2 * n + 1};
        const auto r = nps::score_difference_bootstrap(a, b, {.replicates = 20'000, .seed = 5});
        const auto variance = [](const category_counts& c) {
            const double size = static_cast<double>(c.n());
            const double p = static_cast<double>(c.promoters) / size;
            const double d = static_cast<double>(c.detractors) / size;
            return (p + d - (p - d) * (p - d)) / size;
        };
        const double error = std::sqrt(variance(a) + variance(b));
        CHECK(r.n == a.n() + b.n());
        CHECK(r.method == "score_difference_bootstrap");
        CHECK(nps_test::close(*r.estimate_standard_error, error));
        CHECK(std::abs(r.bias) < 4 * error / std::sqrt(20'000.0));
        CHECK(std::abs(r.standard_error / error - 1) < 4 / std::sqrt(40'000.0));
        const nps::interval studentised =
            r.interval({.method = bootstrap_method::studentised, .level = 0.9});
        CHECK(std::abs(studentised.lower - (r.estimate - 1.6448536269514722 * error)) <
              (n == 10 ? 0.3 : 0.1) * error);
    }
}

TEST_CASE("a known studentised interval: each replicate's standard error is of its own counts") {
    const auto r =
        nps::score_difference_bootstrap({30, 0, 70}, {0, 5, 0}, {.replicates = 500, .seed = 2});
    for (std::size_t i = 0; i < r.values.size(); ++i) {
        // With two categories the score fixes the counts, and the other group never varies.
        CHECK(nps_test::close(r.value_standard_errors[i],
                              std::sqrt((1 - r.values[i] * r.values[i]) / 100)));
    }
}

TEST_CASE("the same replicates for any number of threads: a committed hash") {
    std::uint64_t hash = 14695981039346656037U;
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{1000}, std::int64_t{1} << 40}) {
        const category_counts a{2 * n, 3 * n, 3 * n};
        const category_counts b{4 * n, 3 * n, n};
        nps::score_difference_bootstrap_options options{.replicates = 5000, .seed = 7};
        const auto one = nps::score_difference_bootstrap(a, b, options);
        for (const unsigned threads : {0U, 2U, 3U, 16U}) {
            options.threads = threads;
            const auto many = nps::score_difference_bootstrap(a, b, options);
            CHECK(many.values == one.values);
            CHECK(many.value_standard_errors == one.value_standard_errors);
        }
        // 8 n is a power of two times n: the quotients are the nearest doubles everywhere.
        for (const double value : one.values) {
            hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211U;
        }
        options.replicates = 1500;
        const auto fewer = nps::score_difference_bootstrap(a, b, options);
        CHECK(std::equal(fewer.values.begin(), fewer.values.end(), one.values.begin()));
        options.seed = 8;
        CHECK(nps::score_difference_bootstrap(a, b, options).values != fewer.values);
    }
    CHECK(hash == 1161785724974831063U);
}

TEST_CASE("the two groups do not share their draws") {
    const category_counts c{200, 300, 500};
    const auto r = nps::score_difference_bootstrap(c, c, {.replicates = 20'000, .seed = 3});
    CHECK(r.estimate == 0);
    CHECK(*r.acceleration == 0);
    CHECK(std::abs(r.standard_error / std::sqrt(2 * 0.00061) - 1) < 4 / std::sqrt(40'000.0));
}

TEST_CASE("swapping the groups, or promoters and detractors, flips the sign of every replicate") {
    const category_counts a{20, 30, 50};
    const category_counts b{10, 35, 15};
    const auto ab = nps::score_difference_bootstrap(a, b, {.replicates = 1000, .seed = 7});
    const auto ba = nps::score_difference_bootstrap(b, a, {.replicates = 1000, .seed = 7});
    const auto mirror = nps::score_difference_bootstrap({50, 30, 20}, {15, 35, 10},
                                                        {.replicates = 1000, .seed = 7});
    CHECK(ba.estimate == -ab.estimate);
    for (std::size_t i = 0; i < ab.values.size(); ++i) {
        CHECK(ab.values[i] == -ba.values[i]);
        CHECK(ab.values[i] == -mirror.values[i]);
        CHECK(ab.value_standard_errors[i] == ba.value_standard_errors[i]);
    }
    for (const bootstrap_method method : methods) {
        const nps::interval one = ab.interval({.method = method});
        const nps::interval other = ba.interval({.method = method});
        CHECK(nps_test::close(one.lower, -other.upper));
        CHECK(nps_test::close(one.upper, -other.lower));
    }
}

TEST_CASE("groups of one answer, of one category, and of equal score") {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{20}, std::int64_t{1} << 51}) {
        const auto r =
            nps::score_difference_bootstrap({0, 0, n}, {n, 0, 0}, {.replicates = 99, .seed = 1});
        CHECK(r.estimate == 2);
        CHECK(r.standard_error == 0);
        CHECK(r.bias == 0);
        CHECK(*r.acceleration == 0);
        for (const bootstrap_method method : methods) {
            const nps::interval ci = r.interval({.method = method});
            CHECK(ci.lower == 2);
            CHECK(ci.upper == 2);
        }
    }
    CHECK(nps::score_difference_bootstrap({1, 1, 1}, {3, 4, 3}, {.replicates = 2}).estimate == 0);
    CHECK(nps::score_difference_bootstrap({2, 3, 5}, {20, 30, 50}, {.replicates = 2}).estimate ==
          0);
}

TEST_CASE("errors of the bootstrap of a difference") {
    const auto run = [](const category_counts& a, const category_counts& b,
                        const nps::score_difference_bootstrap_options& options = {}) {
        (void)nps::score_difference_bootstrap(a, b, options);
    };
    CHECK_THROWS_WITH_AS(run({}, {1, 2, 3}), "nps::score_difference_bootstrap: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_AS(run({1, 2, 3}, {}), nps::undefined_result);
    CHECK_THROWS_AS(run({1, 2, 3}, {-1, 2, 3}), nps::invalid_input);
    CHECK_THROWS_AS(run({1, 2, 3}, {0, 0, std::int64_t{1} << 53}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run({1, 2, 3}, {1, 2, 3}, {.replicates = 1}),
                         "nps::score_difference_bootstrap: replicates = 1, must be in [2, 2^32)",
                         nps::invalid_input);
    CHECK_THROWS_AS(run({1, 2, 3}, {1, 2, 3}, {.replicates = std::int64_t{1} << 32}),
                    nps::invalid_input);
}

} // namespace

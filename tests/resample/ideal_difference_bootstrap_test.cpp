// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/ideal_difference_bootstrap.hpp>

#include "support/close.hpp"
#include "support/interval_properties.hpp"
#include "support/reference.hpp"

#include <nps/resample/ideal_bootstrap.hpp>
#include <nps/resample/score_difference_bootstrap.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps::bootstrap_method;
using nps::category_counts;
using nps::median_bias;

constexpr bootstrap_method methods[] = {bootstrap_method::normal, bootstrap_method::basic,
                                        bootstrap_method::percentile, bootstrap_method::bca};

category_counts counts_of(const nps_test::reference_row& row, const std::string& group) {
    return {row.integer(group + "_detractors"), row.integer(group + "_passives"),
            row.integer(group + "_promoters")};
}

category_counts mirrored(const category_counts& c) {
    return {c.promoters, c.passives, c.detractors};
}

// Relatively, also where the helper's absolute slack would hide a tail.
bool same_tail(double actual, double expected) {
    return std::abs(actual - expected) <= 1e-12 * expected + 1e-28;
}

} // namespace

TEST_CASE("ideal difference: every interval against exact fractions") {
    int strict = 0;
    for (const auto& row : nps_test::reference_table("ideal_difference_bootstrap.csv")) {
        const category_counts a = counts_of(row, "a");
        const category_counts b = counts_of(row, "b");
        const double level = row.number("level");
        const auto d = nps::ideal_difference_bootstrap(a, b);
        const double units = row.number("units");
        CAPTURE(a.detractors);
        CAPTURE(a.passives);
        CAPTURE(a.promoters);
        CAPTURE(b.detractors);
        CAPTURE(b.passives);
        CAPTURE(b.promoters);
        CAPTURE(level);
        CHECK(d.n_a == a.n());
        CHECK(d.n_b == b.n());
        CHECK(nps_test::close(d.standard_error, row.number("standard_error")));
        CHECK(nps_test::close(d.acceleration, row.number("acceleration")));
        CHECK(nps_test::close(d.cdf(d.estimate), row.number("at_or_below")));
        CHECK(nps_test::close(d.cdf(std::nextafter(d.estimate, -3.0)), row.number("below")));
        CHECK(nps_test::close(d.upper_tail(std::nextafter(d.estimate, -3.0)),
                              1 - row.number("below")));
        const auto check = [&](bootstrap_method method, median_bias bias, const char* lower,
                               const char* upper) {
            const nps::interval ci = d.interval({.method = method, .level = level, .bias = bias});
            CAPTURE(ci.method);
            CHECK(ci.lower == row.number(lower) / units);
            CHECK(ci.upper == row.number(upper) / units);
            CHECK(ci.n == a.n() + b.n());
        };
        check(bootstrap_method::percentile, {}, "percentile_lower", "percentile_upper");
        check(bootstrap_method::basic, {}, "basic_lower", "basic_upper");
        check(bootstrap_method::bca, median_bias::mid_rank, "bca_lower", "bca_upper");
        if (row.text("strict_lower") != "none") {
            check(bootstrap_method::bca, median_bias::strict, "strict_lower", "strict_upper");
            ++strict;
        }
    }
    CHECK(strict >= 50);
}

TEST_CASE("ideal difference: probabilities of large surveys against mpmath, in both tails") {
    int far = 0;
    for (const auto& row : nps_test::reference_table("ideal_difference_large.csv")) {
        const category_counts a = counts_of(row, "a");
        const category_counts b = counts_of(row, "b");
        const auto d = nps::ideal_difference_bootstrap(a, b);
        const double x = row.number("point") / row.number("units");
        CAPTURE(a.detractors);
        CAPTURE(b.detractors);
        CAPTURE(x);
        CAPTURE(d.cdf(x) / row.number("below") - 1);
        CAPTURE(d.upper_tail(x) / row.number("above") - 1);
        CHECK(same_tail(d.cdf(x), row.number("below")));
        CHECK(same_tail(d.upper_tail(x), row.number("above")));
        far += row.number("below") < 1e-10 || row.number("above") < 1e-10;
    }
    CHECK(far >= 8);
}

TEST_CASE("ideal difference: a group that is certain leaves the bootstrap of the other") {
    for (const category_counts c : {category_counts{3, 7, 10}, {20, 30, 50}, {1, 0, 30}}) {
        const auto one = nps::ideal_bootstrap(c);
        const auto d = nps::ideal_difference_bootstrap(c, {0, 4, 0});
        const auto m = nps::ideal_difference_bootstrap({0, 4, 0}, c);
        CHECK(nps_test::close(d.acceleration, one.acceleration));
        CHECK(nps_test::close(m.acceleration, -one.acceleration));
        for (const double x : {-0.4, 0.0, 0.2, 0.35, 0.9}) {
            CHECK(nps_test::close(d.cdf(x), one.cdf(x)));
            CHECK(nps_test::close(d.upper_tail(x), one.upper_tail(x)));
        }
        for (const double level : {0.5, 0.95, 0.999}) {
            for (const bootstrap_method method : methods) {
                const nps::interval of_one = one.interval({.method = method, .level = level});
                const nps::interval ci = d.interval({.method = method, .level = level});
                CAPTURE(of_one.method);
                // The range of a difference is wider.
                CHECK(nps_test::close((std::max)(ci.lower, -1.0), of_one.lower));
                CHECK(nps_test::close((std::min)(ci.upper, 1.0), of_one.upper));
            }
        }
    }
}

TEST_CASE("ideal difference: groups and ends may change places") {
    nps::random_stream random(20261125, 1, nps::random_purpose::simulation);
    for (int i = 0; i < 60; ++i) {
        const double most = i % 3 == 0 ? 20 : i % 3 == 1 ? 3000 : 1e5;
        const category_counts a = nps_test::any_survey(random, i, most);
        const category_counts b = nps_test::any_survey(random, i + 3, most);
        CAPTURE(i);
        CAPTURE(a.detractors);
        CAPTURE(a.passives);
        CAPTURE(a.promoters);
        CAPTURE(b.detractors);
        CAPTURE(b.passives);
        CAPTURE(b.promoters);
        const auto d = nps::ideal_difference_bootstrap(a, b);
        const auto swap = nps::ideal_difference_bootstrap(b, a);
        const auto mirror = nps::ideal_difference_bootstrap(mirrored(a), mirrored(b));
        CHECK(nps_test::close(swap.estimate, -d.estimate));
        CHECK(nps_test::close(mirror.acceleration, -d.acceleration));
        CHECK(nps_test::close(d.cdf(d.estimate) + d.upper_tail(d.estimate), 1));
        for (const bootstrap_method method : methods) {
            const nps::interval ci = d.interval({.method = method, .level = 0.9});
            nps_test::check_interval(ci, {-2, 2}, d.estimate, false);
            for (const auto* other : {&swap, &mirror}) {
                const nps::interval oi = other->interval({.method = method, .level = 0.9});
                CAPTURE(ci.method);
                CHECK(nps_test::close(ci.lower, -oi.upper));
                CHECK(nps_test::close(ci.upper, -oi.lower));
                CHECK(ci.clipped == oi.clipped);
            }
            if (method != bootstrap_method::bca) {
                const nps::interval wide = d.interval({.method = method, .level = 0.999});
                CHECK(wide.lower <= ci.lower);
                CHECK(wide.upper >= ci.upper);
            }
            const nps::interval lower =
                d.interval({.method = method, .level = 0.95, .sides = nps::bounds::lower});
            CHECK(nps_test::close(lower.lower, ci.lower));
            CHECK(lower.upper == 2);
        }
        for (const double p : {1e-9, 0.025, 0.5, 0.8}) {
            CHECK(d.cdf(d.quantile(p)) >= p * (1 - 2e-12));
            CHECK(d.cdf(std::nextafter(d.quantile(p), -3.0)) < p);
            CHECK(nps_test::close(d.upper_quantile(p), -swap.quantile(p)));
        }
    }
}

TEST_CASE(
    "ideal difference: both groups in one category each, one respondent, and extreme levels") {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{20}, std::int64_t{1'000'000'000}}) {
        const auto d = nps::ideal_difference_bootstrap({0, 0, n}, {3, 0, 0});
        CHECK(d.estimate == 2);
        CHECK(d.standard_error == 0);
        CHECK(d.acceleration == 0);
        CHECK(d.cdf(2) == 1);
        CHECK(d.cdf(1.9) == 0);
        CHECK(d.upper_tail(1.9) == 1);
        CHECK(d.quantile(0.5) == 2);
        CHECK(d.upper_quantile(0.01) == 2);
        for (const bootstrap_method method : methods) {
            for (const median_bias bias : {median_bias::mid_rank, median_bias::strict}) {
                const nps::interval ci = d.interval({.method = method, .bias = bias});
                CHECK(ci.lower == 2);
                CHECK(ci.upper == 2);
                CHECK(!ci.clipped);
            }
        }
    }
    CHECK(nps::ideal_difference_bootstrap({0, 3, 0}, {0, 9, 0}).interval().upper == 0);
    CHECK(nps::ideal_difference_bootstrap({2, 3, 2}, {5, 9, 5}).estimate == 0);
    const auto d = nps::ideal_difference_bootstrap({1, 2, 3}, {2, 1, 1});
    const nps::interval wide = d.interval({.method = bootstrap_method::bca, .level = 1 - 1e-15});
    CHECK(wide.lower == -2);
    CHECK(wide.upper == 2);
    CHECK(d.interval({.level = 1 - 1e-15}).lower == -2);
    CHECK(d.cdf(-2.5) == 0);
    CHECK(d.cdf(std::numeric_limits<double>::infinity()) == 1);
    CHECK(d.upper_tail(-std::numeric_limits<double>::infinity()) == 1);
    // No resample lies below the difference of 2 of 2: strict z0 is infinite.
    const auto top = nps::ideal_difference_bootstrap({0, 1, 8}, {0, 3, 0});
    const nps::interval strict =
        top.interval({.method = bootstrap_method::bca, .bias = median_bias::strict});
    CHECK(std::isfinite(strict.lower));
    CHECK(strict.lower <= strict.upper);
}

TEST_CASE("ideal difference: what the simulated bootstrap tends to") {
    constexpr std::int64_t replicates = 40'000;
    const double root = std::sqrt(static_cast<double>(replicates));
    struct groups {
        category_counts a;
        category_counts b;
    };
    for (const groups& g :
         {groups{{3, 7, 10}, {5, 6, 4}}, groups{{20, 30, 50}, {40, 30, 31}},
          groups{{30, 1, 29}, {1, 5, 200}}, groups{{2000, 3000, 5001}, {400, 300, 300}}}) {
        const auto ideal = nps::ideal_difference_bootstrap(g.a, g.b);
        const nps::bootstrap_result simulated = nps::score_difference_bootstrap(
            g.a, g.b, {.replicates = replicates, .seed = 20'261'125});
        CHECK(nps_test::close(simulated.estimate, ideal.estimate));
        CHECK(nps_test::close(*simulated.acceleration, ideal.acceleration));
        CHECK(std::abs(simulated.standard_error / ideal.standard_error - 1) < 4 / (1.4 * root));
        // Kolmogorov's distance passes 1.95 / sqrt(R) once in 1,000.
        std::vector<double> values(simulated.values);
        std::sort(values.begin(), values.end());
        double distance = 0;
        for (std::size_t i = 0; i < values.size(); i += 97) {
            // Between the doubles of two replicates that tie.
            const double x = values[i] + 1e-9;
            const auto below = std::upper_bound(values.begin(), values.end(), x) - values.begin();
            distance = (std::max)(distance,
                                  std::abs(static_cast<double>(below) / replicates - ideal.cdf(x)));
        }
        CHECK(distance < 1.95 / root);
        for (const bootstrap_method method : methods) {
            const nps::interval one = ideal.interval({.method = method});
            const nps::interval other = simulated.interval({.method = method});
            const double point = 1 / static_cast<double>((std::min)(g.a.n(), g.b.n()));
            // A simulated 2.5 % quantile is within 4 standard errors, or on the next point.
            const double allowed = 4 * 2.7 * ideal.standard_error / root + point;
            CAPTURE(one.method);
            CHECK(std::abs(one.lower - other.lower) <= allowed);
            CHECK(std::abs(one.upper - other.upper) <= allowed);
        }
    }
}

TEST_CASE("ideal difference: limits of a billion answers are Wald's, within an answer") {
    const std::int64_t n = 1'000'000'000;
    const category_counts a{n / 5, n / 2, 3 * n / 10};
    const category_counts b{n / 5, n / 2 - 1, 3 * n / 10 - 6};
    const auto d = nps::ideal_difference_bootstrap(a, b); // no common divisor but 1
    const nps::interval wald = d.interval({.method = bootstrap_method::normal});
    for (const bootstrap_method method : {bootstrap_method::percentile, bootstrap_method::bca}) {
        const nps::interval ci = d.interval({.method = method});
        CHECK(std::abs(ci.lower - wald.lower) < 1e-9);
        CHECK(std::abs(ci.upper - wald.upper) < 1e-9);
    }
}

TEST_CASE("ideal difference: wrong input is refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const category_counts good{1, 2, 3};
    CHECK_THROWS_WITH_AS((void)nps::ideal_difference_bootstrap({}, good),
                         "nps::ideal_difference_bootstrap: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_AS((void)nps::ideal_difference_bootstrap(good, {}), nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::ideal_difference_bootstrap(good, {1, -2, 3}),
                         "nps::ideal_difference_bootstrap: passives = -2, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::ideal_difference_bootstrap(good, {0, 0, 1'000'000'001}),
                         "nps::ideal_difference_bootstrap: answers of a group = 1000000001, must "
                         "be 1000000000 or less",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::ideal_difference_bootstrap({0, std::int64_t{1} << 53, 0}, good),
                    nps::invalid_input);
    const auto d = nps::ideal_difference_bootstrap(good, {3, 3, 3});
    for (const double bad : {0.0, 1.0, -1.0, 95.0, nan}) {
        CHECK_THROWS_AS((void)d.quantile(bad), nps::invalid_input);
        CHECK_THROWS_AS((void)d.upper_quantile(bad), nps::invalid_input);
        CHECK_THROWS_AS((void)d.interval({.level = bad}), nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)d.cdf(nan),
                         "nps::ideal_difference_result::cdf: x = nan, must be a number",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)d.upper_tail(nan), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)d.interval({.method = bootstrap_method::studentised}),
        "nps::ideal_difference_result::interval: method = studentised, must be normal, basic, "
        "percentile or bca; see score_difference_bootstrap",
        nps::invalid_input);
    CHECK_THROWS_AS((void)d.interval({.method = static_cast<bootstrap_method>(9)}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)d.interval({.method = bootstrap_method::bca, .bias = static_cast<median_bias>(9)}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)d.interval({.sides = static_cast<nps::bounds>(9)}), nps::invalid_input);
    const auto flat = nps::ideal_difference_bootstrap({0, 0, 3}, {0, 1, 0});
    CHECK_THROWS_AS((void)flat.interval({.level = nan}), nps::invalid_input);
}

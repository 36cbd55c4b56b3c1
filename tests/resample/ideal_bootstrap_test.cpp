// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/resample/ideal_bootstrap.hpp>
#include <nps/resample/score_bootstrap.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using nps::bootstrap_method;
using nps::category_counts;
using nps::median_bias;

constexpr bootstrap_method every_method[] = {bootstrap_method::normal, bootstrap_method::basic,
                                             bootstrap_method::percentile,
                                             bootstrap_method::studentised, bootstrap_method::bca};

category_counts swapped(const category_counts& c) {
    return {c.promoters, c.passives, c.detractors};
}

// Limits of lattice methods are the doubles nearest to whole / n.
bool is_score(double limit, const nps::ideal_bootstrap_result& b) {
    const double n = static_cast<double>(b.n);
    return limit == std::nearbyint(limit * n) / n;
}

} // namespace

TEST_CASE("ideal bootstrap: published distributions") {
    struct published {
        category_counts counts;
        double sd, lower, upper, below, at_or_below;
    };
    // To twelve digits.
    const nps_test::tolerance digits{
        .relative = 0, .absolute = 6e-13, .reason = "published to twelve decimals"};
    for (const published& p :
         {published{{3, 7, 10}, .162403817689, 0, .65, .429813654057, .551438984895},
          published{{20, 30, 50}, .0781024967591, .14, .45, .470676777731, .521647872471}}) {
        const auto b = nps::ideal_bootstrap(p.counts);
        CHECK(nps_test::close(b.standard_error, p.sd, digits));
        CHECK(b.quantile(0.025) == p.lower);
        CHECK(b.quantile(0.975) == p.upper);
        CHECK(nps_test::close(b.cdf(b.estimate), p.at_or_below, digits));
        CHECK(nps_test::close(b.cdf(std::nextafter(b.estimate, -1.0)), p.below, digits));
        CHECK(b.interval().lower == p.lower);
        CHECK(b.interval().upper == p.upper);
    }
    const auto b = nps::ideal_bootstrap({3, 7, 10});
    CHECK(b.estimate == 0.35);
    CHECK(b.quantile(0.5) == 0.35);
    CHECK(b.n == 20);
    CHECK(b.interval().n == 20);
    const nps::interval large = nps::ideal_bootstrap({362, 176, 462}).interval();
    CHECK(large.lower == 0.044);
    CHECK(large.upper == 0.156);
}

TEST_CASE("ideal bootstrap: published BCa intervals and accelerations") {
    const auto a = nps::ideal_bootstrap({3, 7, 10});
    const auto b = nps::ideal_bootstrap({20, 30, 50});
    const auto check = [](const nps::ideal_bootstrap_result& r, median_bias bias, double lower,
                          double upper) {
        const nps::interval ci = r.interval({.method = bootstrap_method::bca, .bias = bias});
        CHECK(ci.lower == lower);
        CHECK(ci.upper == upper);
        CHECK(ci.method == "bca");
        CHECK(!ci.clipped);
    };
    check(a, median_bias::strict, -0.05, 0.60);
    check(b, median_bias::strict, 0.13, 0.44);
    check(a, median_bias::mid_rank, 0, 0.65);
    check(b, median_bias::mid_rank, 0.14, 0.45);
    CHECK(nps_test::close(a.acceleration, -.0240025408323,
                          {.relative = 1e-11, .reason = "published to twelve digits"}));
    CHECK(nps_test::close(b.acceleration, -.00965524012609,
                          {.relative = 1e-11, .reason = "published to twelve digits"}));
}

TEST_CASE("ideal bootstrap: every interval against exact fractions") {
    for (const auto& row : nps_test::reference_table("ideal_bootstrap.csv")) {
        const category_counts counts{row.integer("detractors"), row.integer("passives"),
                                     row.integer("promoters")};
        const double level = row.number("level");
        const auto b = nps::ideal_bootstrap(counts);
        const double n = static_cast<double>(counts.n());
        CAPTURE(counts.detractors);
        CAPTURE(counts.passives);
        CAPTURE(counts.promoters);
        CAPTURE(level);
        CHECK(nps_test::close(b.standard_error, row.number("standard_error")));
        CHECK(nps_test::close(b.acceleration, row.number("acceleration")));
        CHECK(nps_test::close(b.cdf(b.estimate), row.number("at_or_below")));
        CHECK(nps_test::close(b.cdf(std::nextafter(b.estimate, -2.0)), row.number("below")));
        const auto check = [&](bootstrap_method method, median_bias bias, const char* lower,
                               const char* upper) {
            const nps::interval ci = b.interval({.method = method, .level = level, .bias = bias});
            CHECK(ci.lower == row.number(lower) / n);
            CHECK(ci.upper == row.number(upper) / n);
        };
        check(bootstrap_method::percentile, {}, "percentile_lower", "percentile_upper");
        check(bootstrap_method::basic, {}, "basic_lower", "basic_upper");
        check(bootstrap_method::bca, median_bias::mid_rank, "bca_lower", "bca_upper");
        check(bootstrap_method::bca, median_bias::strict, "strict_lower", "strict_upper");
        if (row.text("studentised_lower") != "none") {
            const nps::interval ci =
                b.interval({.method = bootstrap_method::studentised, .level = level});
            CHECK(nps_test::close(ci.lower, row.number("studentised_lower")));
            CHECK(nps_test::close(ci.upper, row.number("studentised_upper")));
        }
    }
}

TEST_CASE("ideal bootstrap: the normal interval is Wald's") {
    const nps::interval ci =
        nps::ideal_bootstrap({20, 30, 50}).interval({.method = bootstrap_method::normal});
    CHECK(nps_test::close(ci.lower, .146921919250,
                          {.relative = 1e-11, .reason = "published to twelve digits"}));
    CHECK(nps_test::close(ci.upper, .453078080750,
                          {.relative = 1e-11, .reason = "published to twelve digits"}));
}

TEST_CASE("ideal bootstrap: scores are compared as the doubles k / n") {
    for (const std::int64_t n : {std::int64_t{20}, std::int64_t{49}, std::int64_t{3333},
                                 std::int64_t{1'000'000'000'000}}) {
        const auto b = nps::ideal_bootstrap({n / 4, n / 4, n - 2 * (n / 4)});
        const auto centre = n - 3 * (n / 4);
        for (std::int64_t k = centre - 5; k <= centre + 5; ++k) {
            const double x = static_cast<double>(k) / static_cast<double>(n);
            const double before = static_cast<double>(k - 1) / static_cast<double>(n);
            CHECK(b.cdf(x) > b.cdf(before));
            CHECK(b.cdf(std::nextafter(x, -1.0)) == b.cdf(before));
            CHECK(std::abs(b.cdf(x) + b.upper_tail(x) - 1) < 1e-14);
            CHECK(b.quantile(b.cdf(x)) == x);
        }
        CHECK(b.cdf(-1.5) == 0);
        CHECK(b.cdf(1.0) == 1);
        CHECK(b.cdf(std::numeric_limits<double>::infinity()) == 1);
        CHECK(b.cdf(-std::numeric_limits<double>::infinity()) == 0);
        CHECK(b.upper_tail(-1.5) == 1);
        CHECK(b.upper_tail(1.0) == 0);
    }
}

TEST_CASE("ideal bootstrap: swapping promoters and detractors mirrors all but strict BCa") {
    for (const category_counts c : {category_counts{3, 7, 10},
                                    {1, 0, 1},
                                    {0, 1, 19},
                                    {7, 0, 8},
                                    {0, 5, 5},
                                    {20, 30, 50},
                                    {1, 1, 1}}) {
        const auto b = nps::ideal_bootstrap(c);
        const auto m = nps::ideal_bootstrap(swapped(c));
        for (const bootstrap_method method : every_method) {
            for (const double level : {0.5, 0.9, 0.95, 0.999}) {
                const nps::interval ci = b.interval({.method = method, .level = level});
                const nps::interval mi = m.interval({.method = method, .level = level});
                CAPTURE(ci.method);
                CAPTURE(level);
                CHECK(ci.lower == -mi.upper);
                CHECK(ci.upper == -mi.lower);
                CHECK(ci.clipped == mi.clipped);
            }
        }
    }
}

TEST_CASE("ideal bootstrap: intervals nest as the level grows, but for BCa") {
    for (const category_counts c :
         {category_counts{3, 7, 10}, {0, 1, 19}, {30, 0, 31}, {1, 98, 1}}) {
        const auto b = nps::ideal_bootstrap(c);
        for (const bootstrap_method method : every_method) {
            if (method == bootstrap_method::bca) {
                continue;
            }
            nps::interval inner = b.interval({.method = method, .level = 0.05});
            for (const double level : {0.5, 0.9, 0.99, 0.99999, 1 - 1e-12}) {
                const nps::interval ci = b.interval({.method = method, .level = level});
                CHECK(ci.lower <= inner.lower);
                CHECK(ci.upper >= inner.upper);
                inner = ci;
            }
        }
    }
}

TEST_CASE("ideal bootstrap: one side is the end of a wider interval") {
    const auto b = nps::ideal_bootstrap({20, 30, 50});
    for (const bootstrap_method method : every_method) {
        const nps::interval both = b.interval({.method = method, .level = 0.9});
        const nps::interval lower =
            b.interval({.method = method, .level = 0.95, .sides = nps::bounds::lower});
        const nps::interval upper =
            b.interval({.method = method, .level = 0.95, .sides = nps::bounds::upper});
        CHECK(nps_test::close(lower.lower, both.lower));
        CHECK(lower.upper == 1);
        CHECK(lower.sides == nps::bounds::lower);
        CHECK(nps_test::close(upper.upper, both.upper));
        CHECK(upper.lower == -1);
        CHECK(!upper.clipped);
    }
}

TEST_CASE("ideal bootstrap: everybody in one category") {
    for (const std::int64_t n :
         {std::int64_t{1}, std::int64_t{20}, std::int64_t{1'000'000'000'000}}) {
        for (const category_counts c : {category_counts{0, 0, n}, {0, n, 0}, {n, 0, 0}}) {
            const auto b = nps::ideal_bootstrap(c);
            const double score = c.promoters > 0 ? 1 : c.passives > 0 ? 0 : -1;
            CHECK(b.estimate == score);
            CHECK(b.standard_error == 0);
            CHECK(b.acceleration == 0);
            CHECK(b.quantile(0.025) == score);
            CHECK(b.upper_quantile(0.025) == score);
            CHECK(b.cdf(score) == 1);
            for (const bootstrap_method method : every_method) {
                if (method == bootstrap_method::studentised && n > 1'000'000) {
                    continue; // refused
                }
                for (const median_bias bias : {median_bias::mid_rank, median_bias::strict}) {
                    const nps::interval ci = b.interval({.method = method, .bias = bias});
                    CHECK(ci.lower == score);
                    CHECK(ci.upper == score);
                    CHECK(!ci.clipped);
                }
            }
            const nps::interval lower = b.interval({.sides = nps::bounds::lower});
            CHECK(lower.lower == score);
            CHECK(lower.upper == 1);
        }
    }
}

TEST_CASE("ideal bootstrap: limits are scores and inside the range, for any size") {
    for (const std::int64_t n :
         {std::int64_t{2}, std::int64_t{3}, std::int64_t{50}, std::int64_t{1'000'003},
          std::int64_t{1'000'000'000'000}, std::int64_t{1} << 53}) {
        for (const category_counts c : {category_counts{1, 0, n - 1},
                                        {0, n / 2, n - n / 2},
                                        {n / 2, 1, n - 1 - n / 2},
                                        {n / 3, n / 3, n - 2 * (n / 3)}}) {
            const auto b = nps::ideal_bootstrap(c);
            for (const double level : {0.2, 0.95, 1 - 1e-9}) {
                for (const bootstrap_method method :
                     {bootstrap_method::percentile, bootstrap_method::basic,
                      bootstrap_method::bca}) {
                    const nps::interval ci = b.interval({.method = method, .level = level});
                    CAPTURE(n);
                    CAPTURE(c.detractors);
                    CAPTURE(ci.method);
                    CHECK(ci.lower >= -1);
                    CHECK(ci.lower <= ci.upper);
                    CHECK(ci.upper <= 1);
                    CHECK(is_score(ci.lower, b));
                    CHECK(is_score(ci.upper, b));
                }
                // Large surveys: percentile and Wald agree to an answer or two.
                if (n >= 1'000'000 && c.detractors > 1) {
                    const nps::interval ci = b.interval({.level = level});
                    const nps::interval wald =
                        b.interval({.method = bootstrap_method::normal, .level = level});
                    const double answer = 1 / static_cast<double>(n);
                    CHECK(std::abs(ci.lower - wald.lower) <= 3 * answer + 4e-16);
                    CHECK(std::abs(ci.upper - wald.upper) <= 3 * answer + 4e-16);
                }
            }
        }
    }
}

TEST_CASE("ideal bootstrap: BCa at extreme levels ends at the ends of what can come") {
    const auto b = nps::ideal_bootstrap({1, 2, 3});
    const nps::interval ci = b.interval({.method = bootstrap_method::bca, .level = 1 - 1e-15});
    CHECK(ci.lower == -1);
    CHECK(ci.upper == 1);
    // No detractors: 0 is the least that a resample can give.
    const auto c = nps::ideal_bootstrap({0, 2, 3});
    CHECK(c.interval({.method = bootstrap_method::bca, .level = 1 - 1e-15}).lower == 0);
}

TEST_CASE("ideal bootstrap: studentised where the standard error of a resample can be 0") {
    // (1, 0, 1): resamples -1, 0, 0, 1; T* = -infinity, 0, 0, infinity.
    const auto b = nps::ideal_bootstrap({1, 0, 1});
    const nps::interval wide = b.interval({.method = bootstrap_method::studentised, .level = 0.9});
    CHECK(wide.lower == -1);
    CHECK(wide.upper == 1);
    CHECK(wide.clipped);
    // A quarter in each tail is reached at infinity; more than a quarter at 0.
    const nps::interval narrow =
        b.interval({.method = bootstrap_method::studentised, .level = 0.4});
    CHECK(nps_test::close(narrow.lower, 0));
    CHECK(nps_test::close(narrow.upper, 0));
    CHECK(!narrow.clipped);
    CHECK_THROWS_WITH_AS((void)nps::ideal_bootstrap({1, 2, 1'000'000})
                             .interval({.method = bootstrap_method::studentised}),
                         "nps::ideal_bootstrap_result::interval: n = 1000003, must be at most "
                         "1000000 for method studentised",
                         nps::invalid_input);
}

TEST_CASE("ideal bootstrap: what the simulated bootstrap tends to") {
    constexpr std::int64_t replicates = 40'000;
    const double root = std::sqrt(static_cast<double>(replicates));
    for (const category_counts c :
         {category_counts{3, 7, 10}, {20, 30, 50}, {30, 1, 29}, {1, 5, 200}}) {
        const auto ideal = nps::ideal_bootstrap(c);
        const nps::bootstrap_result simulated =
            nps::score_bootstrap(c, {.replicates = replicates, .seed = 20'261'122});
        CAPTURE(c.detractors);
        CAPTURE(c.promoters);
        CHECK(simulated.estimate == ideal.estimate);
        CHECK(nps_test::close(*simulated.acceleration, ideal.acceleration));
        // The relative error of a standard deviation is about 1 / sqrt(2 R).
        CHECK(std::abs(simulated.standard_error / ideal.standard_error - 1) < 4 / (1.4 * root));
        // Kolmogorov's distance passes 1.95 / sqrt(R) once in 1,000.
        std::vector<double> values(simulated.values);
        std::sort(values.begin(), values.end());
        double distance = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i + 1 == values.size() || values[i + 1] != values[i]) {
                const double below = static_cast<double>(i + 1) / static_cast<double>(replicates);
                distance = (std::max)(distance, std::abs(below - ideal.cdf(values[i])));
            }
        }
        CHECK(distance < 1.95 / root);
        // A simulated 2.5 % quantile has a standard error of sqrt(.025 .975) / (.058 sqrt(R)) =
        // 2.7 / sqrt(R) standard errors, and lies within one answer of a lattice point. The tail
        // of T* is longer.
        for (const bootstrap_method method : every_method) {
            const nps::interval one = ideal.interval({.method = method});
            const nps::interval other = simulated.interval({.method = method});
            const double width = method == bootstrap_method::studentised ? 3 : 1;
            const double allowed =
                4 * 2.7 * width * ideal.standard_error / root + 1 / static_cast<double>(c.n());
            CAPTURE(one.method);
            CHECK(std::abs(one.lower - other.lower) <= allowed);
            CHECK(std::abs(one.upper - other.upper) <= allowed);
            CHECK(one.method == other.method);
        }
    }
}

TEST_CASE("ideal bootstrap: wrong input is refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)nps::ideal_bootstrap({0, 0, 0}),
                         "nps::ideal_bootstrap: no valid answers", nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::ideal_bootstrap({1, -2, 3}),
                         "nps::ideal_bootstrap: passives = -2, must be in [0, 2^53]",
                         nps::invalid_input);
    const auto b = nps::ideal_bootstrap({1, 2, 3});
    for (const double bad : {0.0, 1.0, -1.0, 95.0, nan}) {
        CHECK_THROWS_AS((void)b.quantile(bad), nps::invalid_input);
        CHECK_THROWS_AS((void)b.upper_quantile(bad), nps::invalid_input);
        CHECK_THROWS_AS((void)b.interval({.level = bad}), nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)b.interval({.level = nan}),
                         "nps::ideal_bootstrap_result::interval: level = nan, must be in (0, 1)",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)b.cdf(nan),
                         "nps::ideal_bootstrap_result::cdf: x = nan, must be a number",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)b.upper_tail(nan), nps::invalid_input);
    CHECK_THROWS_AS((void)b.interval({.method = static_cast<bootstrap_method>(9)}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)b.interval({.method = bootstrap_method::bca, .bias = static_cast<median_bias>(9)}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)b.interval({.sides = static_cast<nps::bounds>(9)}), nps::invalid_input);
    // A degenerate sample does not let wrong options through.
    const auto flat = nps::ideal_bootstrap({0, 0, 3});
    CHECK_THROWS_AS((void)flat.interval({.level = nan}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)flat.interval({.method = static_cast<bootstrap_method>(9)}),
        "nps::ideal_bootstrap_result::interval: method = 9, must be a named method",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)flat.interval({.method = bootstrap_method::bca, .bias = static_cast<median_bias>(9)}),
        "nps::ideal_bootstrap_result::interval: bias = 9, must be mid_rank or strict",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::ideal_bootstrap({0, 0, 1'000'001})
                        .interval({.method = bootstrap_method::studentised}),
                    nps::invalid_input);
}

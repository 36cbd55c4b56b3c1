// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/score_posterior.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using nps::category_counts;
using nps::dirichlet_prior;
using nps::score_posterior;
using nps_test::close;

namespace {

constexpr std::int64_t huge = 1000000000000;

// With every weight 1 the density of (d, p) is 2 on the triangle.
double uniform_cdf(double x) {
    return x < 0 ? (1 + x) * (1 + x) / 2 : 1 - (1 - x) * (1 - x) / 2;
}

} // namespace

TEST_CASE("score_posterior: published means and standard deviations") {
    const score_posterior uniform({20, 30, 50});
    CHECK(std::abs(uniform.mean() - .291262135922) < 1e-12);
    CHECK(std::abs(uniform.standard_deviation() - .0768487209237) < 1e-12);
    const score_posterior jeffreys({20, 30, 50}, {.5, .5, .5});
    CHECK(std::abs(jeffreys.mean() - .295566502463) < 1e-12);
    CHECK(std::abs(jeffreys.standard_deviation() - .0772798419294) < 1e-12);
}

TEST_CASE("score_posterior: without answers it is the prior") {
    const score_posterior prior({});
    CHECK(prior.mean() == 0);
    for (const double x : {-.99, -.5, -1e-6, 0.0, 1e-9, .25, .999}) {
        CHECK(close(prior.cdf(x), uniform_cdf(x)));
        CHECK(close(prior.upper_tail(x), uniform_cdf(-x)));
    }
    CHECK(close(prior.quantile(.02), -.8));
    CHECK(close(prior.upper_quantile(.02), .8));
}

TEST_CASE("score_posterior: one promoter after a uniform prior, by hand") {
    // Density 6 p: for x >= 0, P(p - d > x) integrates 6 p (p - x) up to (1 + x) / 2, and
    // 6 p (1 - p) beyond.
    const score_posterior one({0, 0, 1});
    for (const double x : {0.0, .1, .5, .9}) {
        const double c = (1 + x) / 2;
        const auto first = [&](double p) { return 2 * p * p * p - 3 * x * p * p; };
        const auto second = [](double p) { return 3 * p * p - 2 * p * p * p; };
        const double expected = first(c) - first(x) + second(1) - second(c);
        CHECK(close(one.upper_tail(x), expected));
        CHECK(close(one.cdf(x), 1 - expected));
    }
}

TEST_CASE("score_posterior: tails against mpmath, small weights included") {
    for (const auto& row : nps_test::reference_table("score_posterior.csv")) {
        const double weight = row.number("prior");
        const score_posterior s(
            {row.integer("detractors"), row.integer("passives"), row.integer("promoters")},
            {weight, weight, weight});
        INFO(row.text("detractors"), " ", row.text("passives"), " ", row.text("promoters"), " ",
             row.text("prior"), " ", row.text("x"));
        const double upper = row.number("upper_tail");
        CHECK(close(s.upper_tail(row.number("x")), upper));
        CHECK(close(
            s.cdf(row.number("x")), 1 - upper,
            {.absolute = 1e-12, .reason = "beta tails of 10^12 answers have 11 digits below 1/2"}));
    }
}

TEST_CASE("score_posterior: tails add to one, quantiles invert them, swapping mirrors") {
    const std::vector<category_counts> surveys = {
        {1, 2, 3},    {20, 30, 50},    {0, 0, 20},   {0, 20, 0},        {9, 0, 4},
        {1, huge, 0}, {huge, 3, huge}, {5, 7, huge}, {huge, huge, huge}};
    for (const category_counts& c : surveys) {
        for (const double weight : {.5, 7.5}) {
            const score_posterior a(c, {weight, weight, weight});
            const score_posterior b({c.promoters, c.passives, c.detractors},
                                    {weight, weight, weight});
            INFO(c.detractors, " ", c.passives, " ", c.promoters, " prior ", weight);
            CHECK(a.mean() == -b.mean());
            CHECK(a.standard_deviation() == b.standard_deviation());
            double last = -1;
            for (const double p : {1e-6, .4, .975}) {
                const double x = a.quantile(p);
                CHECK(x >= last);
                last = x;
                // With as many promoters as detractors the two are different integrals.
                CHECK((c.promoters == c.detractors ? close(x, -b.upper_quantile(p))
                                                   : x == -b.upper_quantile(p)));
                // Half a unit in the last place of x moves the cdf.
                const double moved = 1.2e-16 * std::abs(x) / a.standard_deviation();
                CHECK(close(a.cdf(x), p,
                            {.absolute = 1e-10 + moved,
                             .reason = "x and the inner arguments have 16 digits"}));
                CHECK(close(a.cdf(x) + a.upper_tail(x), 1,
                            {.relative = 1e-10, .reason = "two integrals of rounded arguments"}));
            }
        }
    }
}

TEST_CASE("score_posterior: as many promoters as detractors") {
    for (const category_counts& c : {category_counts{333, 1'000'000, 333},
                                     {1507, 30070, 1507},
                                     {1, huge, 1},
                                     {40'000, 3, 40'000},
                                     {huge, 0, huge}}) {
        for (const double weight : {.05, .5, 1.0}) {
            const score_posterior s(c, {weight, weight, weight});
            INFO(c.detractors, " ", c.passives, " ", weight);
            for (const double x : {-1e-20, 0.0, 1e-20, 1e-300}) {
                // The density at 0 is below 1 / sd.
                const nps_test::tolerance near{.absolute =
                                                   1e-10 + std::abs(x) / s.standard_deviation(),
                                               .reason = "two integrals of rounded arguments"};
                CHECK(close(s.upper_tail(x), .5, near));
                CHECK(close(s.cdf(x), .5, near));
            }
            CHECK(std::abs(s.upper_quantile(.5)) < 1e-10 * s.standard_deviation());
            CHECK(std::abs(s.quantile(.5)) < 1e-10 * s.standard_deviation());
        }
    }
}

TEST_CASE("score_posterior: beyond the scale, and what it refuses") {
    const score_posterior s({1, 2, 3});
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    CHECK(s.cdf(-1) == 0);
    CHECK(s.cdf(1) == 1);
    CHECK(s.cdf(inf) == 1);
    CHECK(s.upper_tail(-inf) == 1);
    CHECK(s.upper_tail(1) == 0);
    CHECK_THROWS_WITH_AS((void)s.cdf(nan), "nps::score_posterior: x = nan, must be a number",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)s.quantile(0),
                         "nps::score_posterior::quantile: p = 0, must be in (0, 1)",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)s.upper_quantile(1), nps::invalid_input);
    CHECK_THROWS_AS((void)s.upper_quantile(nan), nps::invalid_input);
    CHECK_THROWS_AS(score_posterior({1, 2, -3}), nps::invalid_input);
    CHECK_THROWS_AS(score_posterior({1, 2, 3}, {1, 1, inf}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(score_posterior({1, 2, 3}, {-1, 1, 1}),
                         "nps::score_posterior: prior.detractors = -1, must be in [0.05, 2^53]",
                         nps::invalid_input);
}

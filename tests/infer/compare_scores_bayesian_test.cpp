// SPDX-License-Identifier: Apache-2.0
// The method bayesian of compare_scores.
#include <nps/infer/compare_scores.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::claim;
using nps::comparison_method;
using nps_test::close;

constexpr category_counts ahead{.detractors = 20, .passives = 30, .promoters = 50};
constexpr category_counts behind{.detractors = 40, .passives = 30, .promoters = 30};

nps::comparison bayesian(const category_counts& a, const category_counts& b,
                         nps::compare_scores_options options = {}) {
    options.method = comparison_method::bayesian;
    return nps::compare_scores(a, b, options);
}

} // namespace

TEST_CASE("bayesian: both tails of the difference, against exact rationals and mpmath") {
    std::optional<nps::detail::score_difference_posterior> posterior;
    std::string made_for;
    for (const auto& row : nps_test::reference_table("compare_scores_bayesian.csv")) {
        const double w = row.number("prior");
        const category_counts a{row.integer("d_a"), row.integer("q_a"), row.integer("p_a")};
        const category_counts b{row.integer("d_b"), row.integer("q_b"), row.integer("p_b")};
        const std::string now = row.text("prior") + " (" + row.text("d_a") + "," + row.text("q_a") +
                                "," + row.text("p_a") + ") (" + row.text("d_b") + "," +
                                row.text("q_b") + "," + row.text("p_b") + ")";
        if (now != made_for) {
            made_for = now;
            posterior.emplace(nps::detail::category_weights(a).plus(w, w, w),
                              nps::detail::category_weights(b).plus(w, w, w));
        }
        INFO(now, " ", row.text("x"));
        const double x = row.number("x");
        const double n = static_cast<double>((std::max)(a.n(), b.n()));
        for (const bool upper : {true, false}) {
            const double expected = row.number(upper ? "upper_tail" : "lower_tail");
            const double actual = upper ? posterior->upper_tail(x) : posterior->cdf(x);
            // The absolute part lets tails below 1e-18 fade.
            const double allowed = (1e-11 + 1e-15 * std::sqrt(n)) * expected + 1e-28;
            CHECK_MESSAGE(std::abs(actual - expected) <= allowed, actual, " for ", expected,
                          ", relative ", actual / expected - 1);
        }
    }
}

TEST_CASE("bayesian: mean, deviation, interval and probability") {
    const auto c = bayesian(ahead, behind);
    // Dirichlet(1, 1, 1): 30 / 103 and -10 / 103, by hand; .0768487209237 is published for the first.
    CHECK(close(c.difference, 40.0 / 103));
    const double v_b = (72.0 / 103 - 100.0 / (103 * 103)) / 104;
    CHECK(std::abs(c.standard_error - std::sqrt(.0768487209237 * .0768487209237 + v_b)) < 1e-12);
    CHECK(c.method == "bayesian");
    CHECK(c.interval.method == "bayesian");
    CHECK(c.interval.level == .95);
    CHECK(close(c.statistic, c.difference / c.standard_error));
    CHECK_FALSE(c.degrees_of_freedom.has_value());
    // The limits leave a tail of 2.5 % each, and the p value is twice the smaller tail.
    CHECK(
        close(*bayesian(ahead, behind, {.null_difference = c.interval.lower}).posterior_probability,
              .975));
    const auto at_upper = bayesian(
        ahead, behind, {.alternative = alternative::less, .null_difference = c.interval.upper});
    CHECK(close(*at_upper.posterior_probability, .025));
    CHECK(close(at_upper.p_value, .025));
    CHECK(close(c.p_value, 2 * (1 - *c.posterior_probability),
                {.relative = 1e-10, .reason = "1 - p has lost the digits"}));
    // Near the score test, which knows no prior.
    CHECK(std::abs(c.interval.lower - nps::compare_scores(ahead, behind).interval.lower) < .02);
    // Jeffreys' prior moves the mean: 30 / 101.5 + 10 / 101.5.
    CHECK(close(bayesian(ahead, behind, {.prior = {.5, .5, .5}}).difference, 40 / 101.5));
}

TEST_CASE("bayesian: one-sided questions and claims are probabilities") {
    const auto greater =
        bayesian(ahead, behind, {.alternative = alternative::greater, .level = .9});
    CHECK(close(greater.p_value, 1 - *greater.posterior_probability,
                {.absolute = 1e-13, .reason = "1 - p"}));
    CHECK(greater.interval.upper == 2);
    CHECK(greater.interval.sides == nps::bounds::lower);
    const auto less = bayesian(ahead, behind, {.alternative = alternative::less});
    CHECK(less.p_value == *greater.posterior_probability);
    const auto claimed = [](claim what) {
        return bayesian(ahead, behind, {.claim = what, .equivalence_margin = .3});
    };
    const auto above = [](double x) {
        return *bayesian(ahead, behind, {.null_difference = x}).posterior_probability;
    };
    CHECK(*claimed(claim::superiority).posterior_probability == above(.3));
    CHECK(*claimed(claim::non_inferiority).posterior_probability == above(-.3));
    const auto same = claimed(claim::equivalence);
    CHECK(close(*same.posterior_probability, above(-.3) - above(.3)));
    CHECK(close(same.p_value, 1 - *same.posterior_probability));
    CHECK(close(same.interval.level, .9));
}

TEST_CASE("bayesian: a claim of equivalence that is all but impossible keeps its digits") {
    // Exact rational integration, as in generate/compare_scores_bayesian.py.
    struct example {
        category_counts a;
        category_counts b;
        double margin;
        double inside;
    };
    for (const example& e :
         std::vector<example>{{{0, 0, 30}, {30, 0, 0}, .125, 1.0565607234542125e-16},
                              {{20, 3, 2}, {2, 3, 20}, .05, 2.2010243119078018e-8},
                              {{2, 4, 11}, {11, 4, 2}, .25, .0045909689869203694}}) {
        for (const bool swapped : {false, true}) {
            const auto c = bayesian(swapped ? e.b : e.a, swapped ? e.a : e.b,
                                    {.claim = claim::equivalence, .equivalence_margin = e.margin});
            CHECK(close(*c.posterior_probability, e.inside,
                        {.relative = 1e-10, .reason = "what the tails promise"}));
            CHECK(close(c.p_value, 1 - e.inside));
        }
    }
}

TEST_CASE("bayesian: changing places and turning the scale flip the sign") {
    const std::vector<std::pair<category_counts, category_counts>> pairs{
        {{1, 2, 3}, {0, 0, 7}}, {{0, 5, 0}, {9, 1, 90}}, {{0, 0, 1}, {1, 0, 0}}};
    for (const auto& [a, b] : pairs) {
        const auto c = bayesian(a, b);
        const auto other = bayesian(b, a);
        const auto turned = bayesian({a.promoters, a.passives, a.detractors},
                                     {b.promoters, b.passives, b.detractors});
        for (const auto& d : {other, turned}) {
            CHECK(close(d.difference, -c.difference));
            CHECK(close(d.p_value, c.p_value));
            CHECK(close(*d.posterior_probability, 1 - *c.posterior_probability));
            CHECK(close(d.interval.lower, -c.interval.upper));
            CHECK(close(d.interval.upper, -c.interval.lower));
        }
    }
    CHECK(close(*bayesian({0, 0, 8}, {0, 0, 8}).posterior_probability, .5));
}

TEST_CASE("bayesian: 2^53 answers, small priors, far apart") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto huge = bayesian({0, most / 2, most / 2}, {0, most / 4, most / 4});
    CHECK(close(*huge.posterior_probability, .5,
                {.absolute = 1e-7, .reason = "digits of a score beside 10^-8"}));
    CHECK(huge.interval.upper > 0);
    CHECK(huge.interval.upper < 1e-7);
    const auto apart = bayesian({most, 0, 0}, {0, 0, most});
    CHECK(apart.p_value == 0);
    CHECK(*apart.posterior_probability == 0);
    CHECK(apart.interval.lower >= -2);
    CHECK(apart.interval.upper <= -1.99);
    const auto small = bayesian({0, 0, 1}, {0, 1, 0}, {.prior = {.05, .05, .05}});
    CHECK(*small.posterior_probability > .5);
    CHECK(*small.posterior_probability < 1);
    CHECK(close(*bayesian({0, 0, 1}, {0, 0, 1}, {.prior = {.05, .05, .05}}).posterior_probability,
                .5));
}

TEST_CASE("bayesian refuses what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)bayesian(ahead, behind, {.prior = {.passives = 0}}),
                         "nps::compare_scores: prior.passives = 0, must be in [0.05, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)bayesian(ahead, behind, {.prior = {.detractors = nan}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)bayesian(ahead, {}), nps::undefined_result);
    CHECK_THROWS_AS((void)bayesian(ahead, behind, {.null_difference = nan}), nps::invalid_input);
    CHECK_FALSE(nps::compare_scores(ahead, behind).posterior_probability.has_value());
}

// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/score_interval.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using nps::bounds;
using nps::category_counts;
using nps::interval;
using nps::score_interval;
using nps::score_interval_options;
using nps::score_method;
using nps_test::close;

namespace {

constexpr std::int64_t huge = 1000000000000;

constexpr std::array all_methods = {score_method::wald,     score_method::adjusted_wald,
                                    score_method::score,    score_method::bonett_price,
                                    score_method::newcombe, score_method::likelihood_ratio,
                                    score_method::exact,    score_method::bayesian};

score_method method_of(const std::string& name) {
    for (const score_method m : all_methods) {
        if (nps::detail::method_name(m) == name) {
            return m;
        }
    }
    FAIL("unknown method ", name);
    return {};
}

bounds sides_of(const std::string& name) {
    return name == "two_sided" ? bounds::two_sided
           : name == "lower"   ? bounds::lower
                               : bounds::upper;
}

std::string error_of(const category_counts& counts, const score_interval_options& options) {
    try {
        (void)score_interval(counts, options);
    } catch (const std::exception& e) {
        return e.what();
    }
    return "no error";
}

const std::vector<category_counts> extremes = {
    {1, 0, 0},    {0, 1, 0},       {0, 0, 1},    {1, 0, 1},     {0, 1, 1},
    {1, 1, 1},    {0, 0, 20},      {0, 20, 0},   {7, 13, 1},    {0, 0, huge},
    {0, huge, 0}, {1, huge, 0},    {1, 0, huge}, {0, 1, huge},  {5, huge, huge},
    {50, 0, 50},  {huge, 0, huge}, {0, 1, 999},  {333, 333, 1}, {2, 3, 995}};

} // namespace

TEST_CASE("score_interval: closed and iterative methods against mpmath") {
    for (const auto& row : nps_test::reference_table("score_interval.csv")) {
        const category_counts counts{row.integer("detractors"), row.integer("passives"),
                                     row.integer("promoters")};
        const interval result = score_interval(counts, {.method = method_of(row.text("method")),
                                                        .level = row.number("level"),
                                                        .sides = sides_of(row.text("sides"))});
        const double lower = row.number("lower");
        const double upper = row.number("upper");
        INFO(row.text("method"), " ", counts.detractors, " ", counts.passives, " ",
             counts.promoters, " level ", result.level, " ", row.text("sides"));
        // Limits around 1e-12 are compared relatively too.
        const double scale = std::abs(lower) < 1e-9 || std::abs(upper) < 1e-9 ? 1e12 : 1;
        CHECK(close(result.lower * scale, std::clamp(lower, -1.0, 1.0) * scale));
        CHECK(close(result.upper * scale, std::clamp(upper, -1.0, 1.0) * scale));
        CHECK(result.clipped == (lower < -1 || upper > 1));
        CHECK(result.method == row.text("method"));
    }
}

TEST_CASE("score_interval: the published 95 % intervals") {
    // From R (score: packages' printed digits; Wald and adjusted Wald exact to 12 decimals).
    struct {
        category_counts counts;
        score_method method;
        double lower, upper, tolerance;
    } const cases[] = {
        {{1, 2, 3}, score_method::wald, -.263064714572, .929731381239, 1e-12},
        {{1, 2, 3}, score_method::adjusted_wald, -.267432587941, .711877032385, 1e-12},
        {{1, 2, 3}, score_method::score, -.3110737846, .7539567, 1e-7},
        {{20, 30, 50}, score_method::wald, .146921919250, .453078080750, 1e-12},
        {{20, 30, 50}, score_method::adjusted_wald, .140511301788, .442012970057, 1e-12},
        {{20, 30, 50}, score_method::score, .1395514161, .4433930663, 1e-10},
        {{3, 7, 10}, score_method::wald, .031694366378, .668305633622, 1e-12},
        {{3, 7, 10}, score_method::adjusted_wald, .004640421791, .604055230383, 1e-12},
        {{3, 7, 10}, score_method::score, -.003515482913, .618375076638, 1e-12},
        {{362, 176, 462}, score_method::wald, .044080884484, .155919115516, 1e-12},
        {{362, 176, 462}, score_method::adjusted_wald, .043896669250, .155505125366, 1e-12},
        {{362, 176, 462}, score_method::score, .04382213113, .15549486943, 1e-11},
        {{0, 0, 20}, score_method::wald, 1, 1, 0},
        {{0, 0, 20}, score_method::adjusted_wald, .696833440254, 1, 1e-12},
        {{0, 0, 20}, score_method::score, .6777496839, 1, 1e-10},
        {{0, 20, 0}, score_method::wald, 0, 0, 0},
        {{0, 20, 0}, score_method::adjusted_wald, -.104367645138, .104367645138, 1e-12},
        {{0, 20, 0}, score_method::score, -.161125, .161125, 1e-6},
        {{10, 80, 10}, score_method::wald, -.087652254058, .087652254058, 1e-12},
        {{10, 80, 10}, score_method::adjusted_wald, -.088232807075, .088232807075, 1e-12},
        {{10, 80, 10}, score_method::score, -.0921602668, .0921602668, 1e-10},
        {{7, 13, 1}, score_method::score, -.51723227642, -.02600303248, 1e-11},
        {{7, 13, 1}, score_method::wald, -.519709036, -.051719535, 1e-9},
        {{7, 13, 1}, score_method::bonett_price, -.508359307, -.013379824, 1e-9},
        {{7, 13, 1}, score_method::adjusted_wald, -.480983971, -.019016029, 1e-9},
    };
    for (const auto& c : cases) {
        const interval result = score_interval(c.counts, {.method = c.method});
        INFO(result.method, " ", c.counts.detractors, " ", c.counts.passives, " ",
             c.counts.promoters);
        // Printed digits: half a unit of the last, and the rounding of ours.
        CHECK(std::abs(result.lower - c.lower) <= c.tolerance);
        CHECK(std::abs(result.upper - c.upper) <= c.tolerance);
    }
    const interval ninety =
        score_interval({20, 30, 50}, {.method = score_method::adjusted_wald, .level = .9});
    CHECK(close(ninety.lower, .16474804778176));
    CHECK(close(ninety.upper, .41777622406290));
}

TEST_CASE("score_interval: exact limits against brute force over every table") {
    for (const auto& row : nps_test::reference_table("score_interval_exact.csv")) {
        const category_counts counts{row.integer("detractors"), row.integer("passives"),
                                     row.integer("promoters")};
        const interval result = score_interval(counts, {.method = score_method::exact,
                                                        .level = row.number("level"),
                                                        .berger_boos = row.number("berger_boos")});
        INFO(counts.detractors, " ", counts.passives, " ", counts.promoters);
        const nps_test::tolerance followed{.absolute = 1e-9,
                                           .reason = "both sides follow the limit to about 1e-10"};
        CHECK(close(result.lower, row.number("lower"), followed));
        CHECK(close(result.upper, row.number("upper"), followed));
    }
}

TEST_CASE("score_interval: exact limits that have a closed form") {
    const nps_test::tolerance followed{.absolute = 3e-10, .reason = "followed to 1e-10"};
    for (const std::int64_t n : {1, 2, 20, 1000}) {
        // All promoters: only P(all promoters) matters, largest where there are no passives.
        const interval all = score_interval({0, 0, n}, {.method = score_method::exact});
        CHECK(close(all.lower, 2 * std::pow(.025, 1 / static_cast<double>(n)) - 1, followed));
        CHECK(all.upper == 1);
    }
}

TEST_CASE("score_interval: exact limits keep their level at every p and d") {
    // Each tail on its own, by enumeration of every table; the level is met, not approached.
    for (const std::int64_t n : {2, 5, 9}) {
        for (const double gamma : {0.0, 0.01}) {
            struct outcome {
                category_counts counts;
                double log_ways, lower, upper;
            };
            std::vector<outcome> outcomes;
            for (std::int64_t d = 0; d <= n; ++d) {
                for (std::int64_t p = 0; p + d <= n; ++p) {
                    const category_counts counts{d, n - d - p, p};
                    const interval i = score_interval(
                        counts, {.method = score_method::exact, .level = .9, .berger_boos = gamma});
                    const auto lf = [](std::int64_t k) {
                        return std::lgamma(static_cast<double>(k) + 1);
                    };
                    outcomes.push_back(
                        {counts, lf(n) - lf(d) - lf(n - d - p) - lf(p), i.lower, i.upper});
                }
            }
            constexpr int steps = 32;
            double largest_miss = 0;
            for (int i = 0; i <= steps; ++i) {
                for (int j = 0; i + j <= steps; ++j) {
                    const double p = static_cast<double>(i) / steps;
                    const double d = static_cast<double>(j) / steps;
                    double below = 0;
                    double above = 0;
                    for (const outcome& o : outcomes) {
                        const auto power = [](double share, std::int64_t k) {
                            return std::pow(share, static_cast<double>(k));
                        };
                        const double probability =
                            std::exp(o.log_ways) * power(p, o.counts.promoters) *
                            power(d, o.counts.detractors) * power(1 - p - d, o.counts.passives);
                        below += o.lower > p - d ? probability : 0;
                        above += o.upper < p - d ? probability : 0;
                    }
                    largest_miss = std::max({largest_miss, below, above});
                }
            }
            CHECK(largest_miss <= .05 + 1e-12);
            // Not by being useless: somewhere most of the tail is used.
            CHECK(largest_miss > .02);
        }
    }
}

TEST_CASE("score_interval: a p value that passes alpha twice does not cost coverage") {
    // (2, 5, 13): the p value is above .025 from .17585 to about .176, and again from .1839; only
    // the first is the limit.
    CHECK(score_interval({2, 5, 13}, {.method = score_method::exact}).lower < .1759);
}

TEST_CASE("score_interval: exact limits where the set for p + d ends below the limit") {
    // Above that end no score is kept. By enumeration of every table, over fine grids of the score
    // and of p + d; the first also by hand: its p value is 1 - |x| + .45 for x < 0.
    const auto lower = [](const category_counts& counts, double gamma) {
        return score_interval(counts, {.method = score_method::exact,
                                       .level = .02,
                                       .sides = bounds::lower,
                                       .berger_boos = gamma})
            .lower;
    };
    const nps_test::tolerance followed{.absolute = 1e-8, .reason = "grids refined to 1e-9"};
    CHECK(close(lower({0, 1, 0}, .45), -.47, followed));
    CHECK(close(lower({0, 2, 0}, .45), -.271989011072, followed));
    CHECK(close(lower({0, 1, 1}, .45), .260952021292, followed));
    CHECK(close(lower({0, 3, 0}, .2), -.0794835917484, followed));
    CHECK(close(lower({0, 1, 2}, .45), .490682989436, followed));
}

TEST_CASE("score_interval: bayesian limits against mpmath") {
    for (const auto& row : nps_test::reference_table("score_interval_bayesian.csv")) {
        const category_counts counts{row.integer("detractors"), row.integer("passives"),
                                     row.integer("promoters")};
        const double weight = row.number("prior");
        const nps::dirichlet_prior prior{weight, weight, weight};
        INFO(counts.detractors, " ", counts.passives, " ", counts.promoters, " prior ", weight);
        const nps::score_posterior posterior(counts, prior);
        CHECK(close(posterior.mean(), row.number("mean")));
        CHECK(close(posterior.standard_deviation(), row.number("standard_deviation")));
        const double tail = (1 - row.number("level")) / 2;
        const double scale = std::abs(row.number("upper")) < 1e-9 ? 1e12 : 1;
        CHECK(close(posterior.quantile(tail) * scale, row.number("lower") * scale));
        CHECK(close(posterior.upper_quantile(tail) * scale, row.number("upper") * scale));
        if (counts.n() > 0) {
            const interval result = score_interval(
                counts,
                {.method = score_method::bayesian, .level = row.number("level"), .prior = prior});
            CHECK(close(result.lower, posterior.quantile(tail)));
            CHECK(close(result.upper, posterior.upper_quantile(tail)));
        }
    }
}

TEST_CASE("score_interval: swapping promoters and detractors mirrors every interval") {
    for (const score_method method : all_methods) {
        for (const category_counts& c : extremes) {
            if (method == score_method::exact && c.n() > 30) {
                continue;
            }
            const score_interval_options options{.method = method, .prior = {.5, .5, .5}};
            const interval a = score_interval(c, options);
            const interval b = score_interval({c.promoters, c.passives, c.detractors}, options);
            CHECK(a.lower == -b.upper);
            CHECK(a.upper == -b.lower);
        }
    }
    const score_interval_options lopsided{.method = score_method::bayesian, .prior = {1, 2, 3}};
    const score_interval_options mirrored{.method = score_method::bayesian, .prior = {3, 2, 1}};
    CHECK(score_interval({3, 4, 9}, lopsided).lower == -score_interval({9, 4, 3}, mirrored).upper);
}

TEST_CASE("score_interval: limits are in order, on the scale, and nest as the level grows") {
    for (const score_method method : all_methods) {
        for (const category_counts& c : extremes) {
            if (method == score_method::exact && c.n() > 30) {
                continue;
            }
            INFO(nps::detail::method_name(method), " ", c.detractors, " ", c.passives, " ",
                 c.promoters);
            interval last{
                .lower = 1, .upper = -1, .level = 0, .sides = {}, .clipped = {}, .method = {}};
            // Nothing is known beyond rounding: exact limits are followed to 1e-10.
            const double slack = method == score_method::exact ? 3e-10 : 1e-15;
            for (const double level : {1e-9, .5, .8, .95, .999999, 1 - 1e-14}) {
                if (method == score_method::exact && level > .9999999) {
                    continue;
                }
                const interval i = score_interval(c, {.method = method, .level = level});
                CHECK(i.lower >= -1);
                CHECK(i.upper <= 1);
                CHECK(i.lower <= i.upper);
                CHECK((level < .1 ||
                       (i.lower <= last.lower + slack && i.upper >= last.upper - slack)));
                CHECK(i.level == level);
                last = i;
            }
        }
    }
}

TEST_CASE("score_interval: where pseudo-answers let all promoters reach 1") {
    // By hand, adjusted_wald: z >= sqrt(2 (n + 3) / (n + 1)); bonett_price: sqrt((n + 2) / (n + 1)).
    const auto upper = [](score_method method, std::int64_t n, double level) {
        return score_interval({0, 0, n}, {.method = method, .level = level}).upper;
    };
    // Normal distribution: z = 2 at .954500, 1.96 at .95, 1.23 at .781301.
    CHECK(close(upper(score_method::adjusted_wald, 1, .95), .25 + .375 * 1.9599639845400542));
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{2}, std::int64_t{20}, huge}) {
        CHECK(upper(score_method::adjusted_wald, n, .954501) == 1);
        CHECK(upper(score_method::bonett_price, n, .781302) == 1);
    }
}

TEST_CASE("score_interval: one-sided limits") {
    for (const score_method method : all_methods) {
        const category_counts c{3, 7, 10};
        const interval two = score_interval(c, {.method = method, .level = .9});
        const interval low =
            score_interval(c, {.method = method, .level = .95, .sides = bounds::lower});
        const interval high =
            score_interval(c, {.method = method, .level = .95, .sides = bounds::upper});
        INFO(two.method);
        // Levels .9 and .95 leave tails that differ by rounding.
        const nps_test::tolerance followed{.absolute = 3e-10, .reason = "exact: followed to 1e-10"};
        CHECK(close(low.lower, two.lower, followed));
        CHECK(low.upper == 1);
        CHECK(close(high.upper, two.upper, followed));
        CHECK(high.lower == -1);
        CHECK_FALSE(low.clipped);
        CHECK_FALSE(high.clipped);
        CHECK(low.sides == bounds::lower);
        // Below level 1/2 the limit lies on the other side of the estimate: at 1 - level it is the
        // opposite limit.
        if (method != score_method::exact) {
            const interval little =
                score_interval(c, {.method = method, .level = .05, .sides = bounds::lower});
            CHECK(close(little.lower, two.upper));
        } else {
            const interval little =
                score_interval(c, {.method = method, .level = .05, .sides = bounds::lower});
            CHECK(little.lower > .35);
        }
    }
}

TEST_CASE("score_interval: the bayesian limits of 10^12 answers are normal with their skewness") {
    const category_counts c{3 * huge / 10, huge / 5, huge / 2};
    const double d = .3;
    const double p = .5;
    const double n = 1e12;
    const double mean = .2;
    const double variance = p + d - mean * mean;
    // Third central moment of one answer; the posterior mean's relative skewness is a sign apart
    // in no digit that shows.
    const double third =
        p * std::pow(1 - mean, 3) - d * std::pow(1 + mean, 3) - .2 * std::pow(mean, 3);
    const double sd = std::sqrt(variance / n);
    const double skewness = 2 * third / std::pow(variance, 1.5) / std::sqrt(n);
    const double z = 1.9599639845400542;
    const interval i = score_interval(c, {.method = score_method::bayesian});
    CHECK(std::abs(i.lower - (mean + sd * (-z + skewness * (z * z - 1) / 6))) < 2e-12);
    CHECK(std::abs(i.upper - (mean + sd * (z + skewness * (z * z - 1) / 6))) < 2e-12);
}

TEST_CASE("score_interval: large surveys bring every method together") {
    // Methods differ by O(1 / n): at 10^12 answers in no digit of the width's first six.
    const category_counts c{3 * huge / 10, huge / 5, huge / 2};
    const interval wald = score_interval(c, {.method = score_method::wald});
    for (const score_method method : all_methods) {
        if (method == score_method::exact) {
            continue;
        }
        const interval i = score_interval(c, {.method = method});
        INFO(i.method);
        CHECK(std::abs(i.lower - wald.lower) < 1e-11);
        CHECK(std::abs(i.upper - wald.upper) < 1e-11);
    }
}

TEST_CASE("score_interval: faults of other tools") {
    for (const score_method method : all_methods) {
        const interval i = score_interval({20, 30, 50}, {.method = method});
        // Not (upper, lower).
        CHECK(i.lower < i.upper);
        // Not without 2 p d: half the width would be .1254; not 90 %: that would be .1265 wide.
        CHECK((i.upper - i.lower) / 2 > .148);
        CHECK((i.upper - i.lower) / 2 < .167);
        CHECK(i.method == nps::detail::method_name(method));
        CHECK(i.n == 100);
    }
    // Not beyond 1, and said to be cut.
    const interval cut = score_interval({0, 0, 20}, {.method = score_method::adjusted_wald});
    CHECK(cut.upper == 1);
    CHECK(cut.clipped);
    CHECK_FALSE(score_interval({20, 30, 50}, {.method = score_method::adjusted_wald}).clipped);
}

TEST_CASE("score_interval: refuses what it cannot answer, and says why") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const category_counts c{1, 2, 3};
    CHECK(error_of({}, {}) == "nps::score_interval: no valid answers");
    CHECK(error_of({1, -2, 3}, {}) == "nps::score_interval: passives = -2, must be in [0, 2^53]");
    CHECK(error_of(c, {.level = nan}) == "nps::score_interval: level = nan, must be in (0, 1)");
    CHECK(error_of(c, {.level = 95}) == "nps::score_interval: level = 95, must be in (0, 1)");
    CHECK(error_of(c, {.level = 1}) == "nps::score_interval: level = 1, must be in (0, 1)");
    CHECK(error_of(c, {.level = 0}) == "nps::score_interval: level = 0, must be in (0, 1)");
    CHECK(error_of(c, {.method = static_cast<score_method>(99)}) ==
          "nps::score_interval: method = 99, must be a named method");
    CHECK(error_of(c, {.sides = static_cast<bounds>(7)}) ==
          "nps::score_interval: sides = 7, must be two_sided, lower or upper");
    CHECK(error_of({0, 0, 1001}, {.method = score_method::exact}) ==
          "nps::score_interval: n = 1001, must be at most 1000 for method exact");
    CHECK(error_of(c, {.method = score_method::exact, .level = .9999999999}) ==
          "nps::score_interval: level = 0.9999999999, must leave a tail of at least 1e-10 for "
          "method exact");
    CHECK(error_of(c, {.method = score_method::exact, .berger_boos = .03}) ==
          "nps::score_interval: berger_boos = 0.03, must be in [0, tail probability - 1e-10]");
    // 1 - .999 is above .001 by rounding alone.
    CHECK(error_of(c, {.method = score_method::exact,
                       .level = .999,
                       .sides = bounds::lower,
                       .berger_boos = .001}) ==
          "nps::score_interval: berger_boos = 0.001, must be in [0, tail probability - 1e-10]");
    CHECK(error_of(c, {.method = score_method::exact, .berger_boos = nan}) ==
          "nps::score_interval: berger_boos = nan, must be in [0, tail probability - 1e-10]");
    CHECK(error_of(c, {.method = score_method::bayesian, .prior = {1, 0, 1}}) ==
          "nps::score_interval: prior.passives = 0, must be in [0.05, 2^53]");
    CHECK(error_of(c, {.method = score_method::bayesian, .prior = {nan, 1, 1}}) ==
          "nps::score_interval: prior.detractors = nan, must be in [0.05, 2^53]");
}

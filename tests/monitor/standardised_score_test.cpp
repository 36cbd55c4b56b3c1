// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/monitor/standardised_score.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <vector>

using nps_test::close;

namespace {

std::vector<double> numbers(const std::string& text) {
    std::istringstream in(text);
    std::vector<double> all;
    for (double x = 0; in >> x;) {
        all.push_back(x);
    }
    return all;
}

std::vector<nps::category_counts> counts_of(const nps_test::reference_row& row) {
    const auto d = numbers(row.text("detractors"));
    const auto q = numbers(row.text("passives"));
    const auto p = numbers(row.text("promoters"));
    std::vector<nps::category_counts> all;
    for (std::size_t k = 0; k < d.size(); ++k) {
        all.push_back({static_cast<std::int64_t>(d[k]), static_cast<std::int64_t>(q[k]),
                       static_cast<std::int64_t>(p[k])});
    }
    return all;
}

nps::category_counts draw(nps::random_stream& random, int n, double d, double q) {
    nps::category_counts c;
    for (int i = 0; i < n; ++i) {
        const double u = random.uniform();
        ++(u < d ? c.detractors : u < d + q ? c.passives : c.promoters);
    }
    return c;
}

} // namespace

TEST_CASE("The score at a fixed mix agrees with R survey and actuar") {
    for (const auto& row : nps_test::reference_table("standardised_score.csv")) {
        const auto segments = counts_of(row);
        const auto weights = numbers(row.text("weights"));
        const double level = row.number("level");
        const auto own = nps::standardised_score(segments, weights,
                                                 {.method = nps::standardised_method::wald,
                                                  .spread = nps::segment_spread::own,
                                                  .level = level});
        CHECK(close(own.value, row.number("value")));
        CHECK(close(own.standard_error, row.number("own_error")));
        CHECK(close(own.interval.lower, row.number("wald_lower")));
        CHECK(close(own.interval.upper, row.number("wald_upper")));
        CHECK(own.method == "wald");
        const auto mover = nps::standardised_score(segments, weights, {.level = level});
        CHECK(mover.value == own.value);
        CHECK(close(mover.standard_error, row.number("shrunken_error")));
        const nps_test::tolerance loose{.absolute = 1e-11,
                                        .reason = "uniroot: 1e-16 of the root, "
                                                  "on a statistic that cancels"};
        CHECK(close(mover.interval.lower, row.number("mover_lower"), loose));
        CHECK(close(mover.interval.upper, row.number("mover_upper"), loose));
        CHECK(mover.interval.method == "mover");
        CHECK(mover.interval.level == level);
    }
}

TEST_CASE("At the mix of the answers it is the crude score; one segment is its own score") {
    const std::vector<nps::category_counts> segments{{10, 20, 30}, {5, 50, 5}, {1, 2, 40}};
    const auto mix = nps::mix_of(segments);
    CHECK(close(mix[0] + mix[1] + mix[2], 1));
    const auto result = nps::standardised_score(segments, mix);
    CHECK(close(result.value, result.crude));
    CHECK(close(result.crude, 59.0 / 163)); // (75 - 16) / 163
    CHECK(result.n == 163);
    const auto one = nps::standardised_score(std::span(segments).first(1), std::vector{7.0});
    const auto limits = nps::score_interval(segments[0]);
    CHECK(close(one.value, 20.0 / 60));
    CHECK(close(one.interval.lower, limits.lower));
    CHECK(close(one.interval.upper, limits.upper));
    // Sizes instead of shares, and segments in another order.
    const auto sizes = nps::standardised_score(segments, std::vector{60.0, 60.0, 43.0});
    CHECK(close(sizes.value, result.value));
    const std::vector<nps::category_counts> turned{segments[2], segments[1], segments[0]};
    const auto other = nps::standardised_score(turned, std::vector{mix[2], mix[1], mix[0]});
    CHECK(close(other.interval.lower, result.interval.lower));
    // Promoters and detractors change places.
    std::vector<nps::category_counts> swapped;
    for (const auto& c : segments) {
        swapped.push_back({c.promoters, c.passives, c.detractors});
    }
    const auto flipped = nps::standardised_score(swapped, mix);
    CHECK(close(flipped.value, -result.value));
    CHECK(close(flipped.interval.lower, -result.interval.upper));
    CHECK(close(flipped.standard_error, result.standard_error));
    // Intervals nest.
    const auto wide = nps::standardised_score(segments, mix, {.level = 0.99});
    CHECK(wide.interval.lower < result.interval.lower);
    CHECK(wide.interval.upper > result.interval.upper);
}

TEST_CASE("Segments without answers are refused, or left out and reported") {
    const std::vector<nps::category_counts> segments{{1, 2, 7}, {}, {4, 4, 2}, {}};
    const std::vector weights{0.5, 0.2, 0.3, 0.0};
    try {
        static_cast<void>(nps::standardised_score(segments, weights));
        FAIL("a segment without answers was taken");
    } catch (const nps::undefined_result& error) {
        CHECK(std::string(error.what()) ==
              "nps::standardised_score: segment 1 (from 0) has a weight and no answers: leave its "
              "weight out, or renormalise");
    }
    const auto result =
        nps::standardised_score(segments, weights, {.missing = nps::missing_segments::renormalise});
    CHECK(result.left_out == 1);
    CHECK(close(result.left_out_weight, 0.2));
    CHECK(close(result.value, (0.5 * 0.6 - 0.3 * 0.2) / 0.8));
    CHECK(result.n == 20);
    // A segment of weight 0 changes nothing, with answers or without.
    const std::vector<nps::category_counts> more{{1, 2, 7}, {}, {4, 4, 2}, {900, 0, 0}};
    const auto same =
        nps::standardised_score(more, weights, {.missing = nps::missing_segments::renormalise});
    CHECK(same.value == result.value);
    CHECK(same.standard_error == result.standard_error);
    CHECK(same.crude == result.crude);

    const std::vector<std::vector<nps::category_counts>> series{{{1, 2, 7}, {}, {0, 0, 3}},
                                                                {{4, 4, 2}, {}, {}}};
    const std::vector half{0.5, 0.5};
    const auto results =
        nps::standardised_series(series, half, {.missing = nps::missing_segments::renormalise});
    REQUIRE(results.size() == 3);
    CHECK(close(results[0]->value, 0.2));
    CHECK(!results[1]);
    CHECK(results[2]->left_out == 1);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_series(series, half)),
                    nps::undefined_result);
}

TEST_CASE("A change of mix alone moves the crude score and not the standardised one") {
    // Two channels with constant scores of 0.6 and -0.2; the app grows from 20 to 80 %.
    nps::random_stream random(20261125, 0, nps::random_purpose::simulation);
    std::vector<std::vector<nps::category_counts>> series(2);
    const int periods = 60;
    for (int i = 0; i < periods; ++i) {
        const int shop = 480 - 6 * i;
        series[0].push_back(draw(random, shop, 0.1, 0.2));
        series[1].push_back(draw(random, 600 - shop, 0.5, 0.2));
    }
    const std::vector<nps::category_counts> first{series[0][0], series[1][0]};
    const auto fixed = nps::standardised_series(series, nps::mix_of(first));
    const double truth = 0.8 * 0.6 - 0.2 * 0.2;
    int missed = 0;
    for (const auto& one : fixed) {
        missed += one->interval.lower <= truth && truth <= one->interval.upper ? 0 : 1;
    }
    CHECK(missed <= 8); // of 60 at 5 %: more than 8 has probability 0.003
    CHECK(fixed.front()->crude > 0.35);
    CHECK(fixed.back()->crude < 0.05);
    CHECK(std::abs(fixed.back()->value - truth) < 4 * fixed.back()->standard_error);
}

TEST_CASE("The default interval covers, in small segments too") {
    // 8 segments of 4 to 32 answers; scores from -0.3 to 0.9. 2,000 draws: Monte Carlo error 0.005.
    nps::random_stream random(7, 1, nps::random_purpose::simulation);
    const std::vector weights{1.0, 2.0, 3.0, 1.0, 4.0, 2.0, 1.0, 2.0};
    const std::vector d{0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02};
    double truth = 0;
    for (std::size_t k = 0; k < 8; ++k) {
        truth += weights[k] / 16 * (0.8 - 2 * d[k]);
    }
    int missed = 0;
    for (int i = 0; i < 2'000; ++i) {
        std::vector<nps::category_counts> segments;
        for (std::size_t k = 0; k < 8; ++k) {
            segments.push_back(draw(random, static_cast<int>(4 * (k + 1)), d[k], 0.2));
        }
        const auto result = nps::standardised_score(segments, weights);
        missed += result.interval.lower <= truth && truth <= result.interval.upper ? 0 : 1;
    }
    CHECK(missed > 2'000 * 0.025);
    CHECK(missed < 2'000 * 0.065);
}

TEST_CASE("Unanimous, single and huge segments, and bad arguments") {
    const std::vector<nps::category_counts> unanimous{{0, 0, 5}, {0, 0, 1}};
    const std::vector half{0.5, 0.5};
    const auto all = nps::standardised_score(unanimous, half);
    CHECK(all.value == 1);
    CHECK(all.standard_error == 0);
    CHECK(all.interval.upper == 1);
    CHECK(all.interval.lower < 0.6);
    CHECK(all.interval.lower > -1);
    const std::vector<nps::category_counts> apart{{3, 0, 0}, {0, 0, 3}};
    const auto middle = nps::standardised_score(apart, half);
    CHECK(middle.value == 0);
    CHECK(close(middle.interval.lower, -middle.interval.upper));
    CHECK(middle.interval.upper > 0.2);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(
                        unanimous, half, {.spread = nps::segment_spread::own})),
                    nps::undefined_result);
    const std::int64_t big = 1'000'000'000'000;
    const std::vector<nps::category_counts> huge{{big, big, big}, {0, 1, 0}};
    const auto result = nps::standardised_score(huge, half);
    CHECK(std::isfinite(result.standard_error));
    CHECK(result.interval.lower >= -1);

    const std::vector<nps::category_counts> ok{{1, 2, 3}, {3, 2, 1}};
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& bad :
         {std::vector{0.5}, {0.5, 0.2, 0.3}, {-0.1, 1.1}, {0.0, 0.0}, {nan, 1.0}, {inf, 1.0}, {}}) {
        CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(ok, bad)), nps::invalid_input);
        const std::vector<std::vector<nps::category_counts>> series{{ok[0]}, {ok[1]}};
        CHECK_THROWS_AS(static_cast<void>(nps::standardised_series(series, bad)),
                        nps::invalid_input);
    }
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score({}, {})), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_series({}, {})), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(ok, half, {.level = 1})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(
                        ok, half, {.missing = static_cast<nps::missing_segments>(5)})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(
                        ok, half, {.method = static_cast<nps::standardised_method>(5)})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(
                        ok, half, {.spread = static_cast<nps::segment_spread>(5)})),
                    nps::invalid_input);
    const std::vector<nps::category_counts> negative{{-1, 2, 3}, {3, 2, 1}};
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_score(negative, half)), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::mix_of(negative)), nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::mix_of({})), nps::undefined_result);
    const std::vector<std::vector<nps::category_counts>> uneven{{ok[0]}, {ok[1], ok[0]}};
    CHECK_THROWS_AS(static_cast<void>(nps::standardised_series(uneven, half)), nps::invalid_input);
}

// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/chance_rise.hpp>
#include <nps/monitor/closed_loop.hpp>

#include <nps/count/rating_pairs.hpp>
#include <nps/infer/reliability.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::closed_loop_rating;
using nps_test::close;

std::vector<closed_loop_rating> ratings_of(const nps_test::reference_row& row) {
    const auto contacted = nps_test::counts_of(row.text("contacted"));
    const auto others = nps_test::counts_of(row.text("not_contacted"));
    std::vector<closed_loop_rating> ratings;
    for (std::size_t h = 0; h < contacted.size(); ++h) {
        const auto& c = contacted[h];
        const auto& u = others[h];
        ratings.push_back(
            {static_cast<int>(h), {{c[0], c[1], c[2]}, c[3]}, {{u[0], u[1], u[2]}, u[3]}});
    }
    return ratings;
}

const std::vector<closed_loop_rating> loop{{5, {{10, 12, 8}, 20}, {{30, 10, 5}, 40}},
                                           {6, {{6, 9, 15}, 10}, {{12, 9, 9}, 20}}};

// n people with these chances of the three answers.
category_counts answers(std::int64_t n, double d, double q, nps::random_stream& stream) {
    const std::int64_t detractors = nps::binomial_draw(n, d)(stream);
    const std::int64_t passives =
        nps::binomial_draw(n - detractors, std::fmin(q / (1 - d), 1.0))(stream);
    return {detractors, passives, n - detractors - passives};
}

} // namespace

TEST_CASE("closed_loop equals exact fractions, its bounds all ways the silent ones could answer") {
    for (const auto& row : nps_test::reference_table("closed_loop.csv")) {
        const std::string weights = row.text("weights");
        const auto result = nps::closed_loop(
            ratings_of(row),
            {.weights = weights == "contacted"   ? nps::closed_loop_weights::contacted
                        : weights == "everybody" ? nps::closed_loop_weights::everybody
                                                 : nps::closed_loop_weights::mantel_haenszel});
        CHECK(result.method == weights);
        const std::string measure = row.text("measure");
        const nps::closed_loop_effect& found = measure == "score"       ? result.score
                                               : measure == "recovered" ? result.recovered
                                                                        : result.promoters;
        INFO(weights, " ", measure);
        CHECK(close(found.contacted, row.number("treated")));
        CHECK(close(found.not_contacted, row.number("untreated")));
        CHECK(close(found.standard_error, row.number("standard_error")));
        CHECK(close(found.worst_case, row.number("worst_case")));
        CHECK(close(found.best_case, row.number("best_case")));
        CHECK(nps_test::close_tail(
            found.p_value, row.number("p_value"),
            {.relative = 1e-10, .reason = "the tail of a large z multiplies its error by z^2"}));
        CHECK(found.worst_case <= found.best_case);
        CHECK(found.interval.lower <= found.difference);
        CHECK(found.interval.upper >= found.difference);
    }
}

TEST_CASE("closed_loop: groups, transitions, ratings and what has no comparison") {
    auto ratings = loop;
    ratings.push_back({0, {{4, 1, 0}, 2}, {{}, 7}});
    const auto result = nps::closed_loop(ratings);
    CHECK(result.contacted.after == category_counts{20, 22, 23});
    CHECK(result.contacted.no_answer == 32);
    CHECK(*result.contacted.recovered.share == 45.0 / 65);
    CHECK(*result.contacted.to.to_promoters.share == 23.0 / 65);
    CHECK(*result.not_contacted.answered.share == 75.0 / (75 + 67));
    CHECK(result.contacted_without_comparison == 5);
    REQUIRE(result.ratings.size() == 3);
    CHECK(result.ratings[2].weight == 0);
    CHECK(!result.ratings[2].score_difference.has_value());
    // Of 50 and 40 contacted; (8 - 10) / 30 - (5 - 30) / 45, by hand
    CHECK(close(result.ratings[0].weight, 50.0 / 90));
    CHECK(close(*result.ratings[0].score_difference, -2.0 / 30 + 25.0 / 45));
}

TEST_CASE("closed_loop: the groups exchanged turn the sign; the order of ratings is nothing") {
    const nps::closed_loop_options both{.weights = nps::closed_loop_weights::everybody};
    const auto result = nps::closed_loop(loop, both);
    auto exchanged = loop;
    std::swap(exchanged[0], exchanged[1]);
    CHECK(close(nps::closed_loop(exchanged, both).score.difference, result.score.difference));
    for (auto& rating : exchanged) {
        std::swap(rating.contacted, rating.not_contacted);
    }
    const auto turned = nps::closed_loop(exchanged, both);
    CHECK(close(turned.score.difference, -result.score.difference));
    CHECK(close(turned.recovered.worst_case, -result.recovered.best_case));
    CHECK(close(turned.score.p_value, result.score.p_value));
}

TEST_CASE("closed_loop with everybody silent but one, and unanimous groups") {
    const auto result = nps::closed_loop({{6, {{0, 0, 1}, 999}, {{1, 0, 0}, 0}}});
    CHECK(result.score.difference == 2);
    CHECK(result.score.interval.upper == 2);
    CHECK(result.score.standard_error > 0.5);
    CHECK(result.score.interval.clipped);
    CHECK(close(result.score.worst_case, (1 - 999) / 1000.0 + 1));
    CHECK(result.score.best_case == 2);
}

TEST_CASE("a detractor asked again rises by chance alone: the model, and latent opinions") {
    // 40 % detractors, 25 % passives, 35 % promoters; r = .6. By hand: rise .4 (2 .35 + .25) = .38.
    const category_counts everybody{40, 25, 35};
    const auto expected = nps::chance_rise(everybody, {.reliability = 0.6});
    CHECK(close(expected.rise, .38));
    CHECK(close(expected.score, -.62));
    CHECK(close(expected.recovered, .24));
    CHECK(close(expected.promoters, .14));
    CHECK(nps::chance_rise(everybody, {.reliability = 1}).rise == 0);
    CHECK(close(nps::chance_rise(everybody, {.reliability = 0}).score, -.05));

    nps::random_stream stream(7, 0, nps::random_purpose::simulation);
    const auto pick = [&] {
        const double u = stream.uniform();
        return u < .4    ? nps::category::detractor
               : u < .65 ? nps::category::passive
                         : nps::category::promoter;
    };
    nps::transition_counts twice;
    for (int i = 0; i < 40'000; ++i) {
        const nps::category first = pick();
        twice.add(first, stream.uniform() < .6 ? first : pick());
    }
    // Monte Carlo error of the score of 16,000 detractors is .006, of the reliability .005.
    const auto again = nps::net_promoter_score(twice.from_detractors);
    CHECK(std::abs(again.value - expected.score) < .02);
    CHECK(std::abs(nps::test_retest_reliability(twice).agreement.value - .6) < .015);
    CHECK(std::abs(nps::weighted_kappa(twice).value - .6) < .015);

    // Normal opinions and days on the scale 0-10, nothing done: with the reliability of the
    // categories the rise is met to a few points.
    nps::rating_pairs pairs;
    for (int i = 0; i < 40'000; ++i) {
        const double opinion = 7.4 + 1.9 * nps::normal_quantile(stream.uniform());
        const auto answer = [&] {
            const double rating = opinion + 1.3 * nps::normal_quantile(stream.uniform());
            return static_cast<int>(std::lround(std::clamp(rating, 0.0, 10.0)));
        };
        const int first = answer();
        pairs.add(first, answer());
    }
    const auto moved = pairs.transitions();
    const double reliability = nps::test_retest_reliability(moved).agreement.value;
    const auto by_chance = nps::chance_rise(moved.before(), {.reliability = reliability});
    const double seen = nps::net_promoter_score(moved.from_detractors).value;
    CHECK(seen > -.75);
    CHECK(std::abs(seen - by_chance.score) < .05);
}

TEST_CASE("closed_loop: nothing is found where nothing was done, and the effect where it was") {
    // Second answers by first rating; the contacted ones are mostly the low ones (confounding).
    const std::vector<double> stay{.8, .65, .5, .4};
    const std::vector<std::int64_t> contacted{60, 40, 25, 15};
    const std::vector<std::int64_t> others{15, 25, 40, 60};
    const int studies = 2000;
    for (const double effect : {0.0, 0.15}) {
        double truth = 0;
        for (std::size_t h = 0; h < 4; ++h) {
            // `effect` of the people go from detractor to promoter.
            truth += 2 * effect * static_cast<double>(contacted[h]) / 140;
        }
        int held = 0;
        int rejected = 0;
        double raw = 0;
        double mean = 0;
        for (int r = 0; r < studies; ++r) {
            nps::random_stream stream(11, static_cast<std::uint32_t>(r),
                                      nps::random_purpose::simulation);
            std::vector<closed_loop_rating> ratings;
            category_counts all_c;
            category_counts all_u;
            for (std::size_t h = 0; h < 4; ++h) {
                const auto c = answers(contacted[h], stay[h] - effect, .2, stream);
                const auto u = answers(others[h], stay[h], .2, stream);
                ratings.push_back({static_cast<int>(h), {c, 0}, {u, 0}});
                all_c += c;
                all_u += u;
            }
            const auto found = nps::closed_loop(ratings).score;
            held += found.interval.lower <= truth && truth <= found.interval.upper;
            rejected += found.p_value < .05;
            mean += found.difference / studies;
            raw += (nps::net_promoter_score(all_c).value - nps::net_promoter_score(all_u).value) /
                   studies;
        }
        INFO("effect ", effect, " held ", held, " rejected ", rejected);
        // Monte Carlo error .005.
        CHECK(held > .935 * studies);
        CHECK(held < .97 * studies);
        CHECK(std::abs(mean - truth) < .01);
        CHECK(raw < truth - .2); // without the first rating it looks harmful
        if (effect == 0) {
            CHECK(rejected < .065 * studies);
        } else {
            CHECK(rejected > .5 * studies);
        }
    }
}

TEST_CASE("closed_loop and chance_rise refuse what has no answer") {
    CHECK_THROWS_WITH_AS((void)nps::closed_loop({}),
                         "nps::closed_loop: no first rating has answers in both groups",
                         nps::undefined_result);
    CHECK_THROWS_AS((void)nps::closed_loop({{3, {{1, 1, 1}, 0}, {{}, 5}}}), nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::closed_loop({loop[0], loop[0]}),
        "nps::closed_loop: ratings[1].rating = 5, must differ from those before it",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::closed_loop({{3, {{1, 1, 1}, -1}, {{1, 1, 1}, 5}}}),
        "nps::closed_loop: ratings[0].contacted.no_answer = -1, must be in [0, 2^53]",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::closed_loop(loop, {.level = 0}), nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::closed_loop(loop, {.weights = static_cast<nps::closed_loop_weights>(7)}),
        nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::chance_rise({1, 1, 1}, {.reliability = 1.5}),
                         "nps::chance_rise: reliability = 1.5, must be in [0, 1]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::chance_rise(
                        {1, 1, 1}, {.reliability = std::numeric_limits<double>::quiet_NaN()}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::chance_rise({}, {.reliability = 0.5}), nps::undefined_result);
}

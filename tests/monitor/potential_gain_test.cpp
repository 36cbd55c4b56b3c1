// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/potential_gain.hpp>

#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::touchpoint_counts;
using nps_test::close;

std::vector<double> numbers_of(const std::string& cell) {
    std::vector<double> numbers;
    std::istringstream in(cell);
    for (double x = 0; in >> x;) {
        numbers.push_back(x);
    }
    return numbers;
}

const std::vector<touchpoint_counts> programme{{"billing", {120, 100, 80}},
                                               {"shop", {60, 80, 160}},
                                               {"app", {30, 40, 130}},
                                               {"delivery", {10, 15, 75}}};

} // namespace

TEST_CASE("potential_gain equals R") {
    for (const auto& row : nps_test::reference_table("potential_gain.csv")) {
        const auto counts = nps_test::surveys_of(row.text("counts"));
        const auto volume = numbers_of(row.text("volume"));
        const auto effect = numbers_of(row.text("effect"));
        const auto error = numbers_of(row.text("effect_error"));
        std::vector<touchpoint_counts> touchpoints;
        for (std::size_t k = 0; k < counts.size(); ++k) {
            touchpoints.push_back({.name = std::to_string(k),
                                   .counts = counts[k],
                                   .effect = effect[k],
                                   .effect_error = error[k]});
            if (!volume.empty()) {
                touchpoints.back().volume = volume[k];
            }
        }
        nps::potential_gain_options options{.closed = row.number("closed"),
                                            .level = row.number("level"),
                                            .adjustment =
                                                row.text("adjustment") == "holm"
                                                    ? nps::multiplicity::holm
                                                    : nps::multiplicity::benjamini_yekutieli};
        if (row.text("target") != "best_tenth") {
            options.target = nps::gain_target::given;
            options.target_score = row.number("target");
        }
        const auto result = nps::potential_gain(touchpoints, options);
        const auto found =
            std::ranges::find(result.touchpoints, row.text("place"), &nps::touchpoint_gain::name);
        REQUIRE(found != result.touchpoints.end());
        INFO(row.text("counts"), " ", row.text("place"), " ", row.text("level"));
        CHECK(close(found->gain, row.number("gain")));
        CHECK(close(found->standard_error, row.number("standard_error")));
        CHECK(found->rank.best == static_cast<std::size_t>(row.integer("best")));
        CHECK(found->rank.worst == static_cast<std::size_t>(row.integer("worst")));
        CHECK(found->interval.lower >= 0);
        CHECK(found->interval.lower <= found->gain);
        CHECK(found->interval.upper >= found->gain);
        CHECK(result.method == (volume.empty() ? "sample_volumes" : "known_volumes"));
    }
}

TEST_CASE("potential_gain: order, target, closing a part, and what closing all gaps would do") {
    const auto result =
        nps::potential_gain(programme, {.target = nps::gain_target::given, .target_score = 1});
    double gains = 0;
    double score = 0;
    for (std::size_t k = 0; k < result.touchpoints.size(); ++k) {
        const auto& one = result.touchpoints[k];
        gains += one.gain;
        score += one.share * one.score;
        CHECK(one.rank.estimated == k + 1);
        if (k > 0) {
            CHECK(one.gain <= result.touchpoints[k - 1].gain);
        }
    }
    // All promoters everywhere is a score of 1.
    CHECK(close(score + gains, 1));
    CHECK(result.touchpoints[0].name == "billing");
    CHECK(result.n == 900);
    const auto tenth = nps::potential_gain(programme, {.closed = .1});
    const auto whole = nps::potential_gain(programme);
    CHECK(tenth.target_score == .65);
    for (std::size_t k = 0; k < programme.size(); ++k) {
        CHECK(close(10 * tenth.touchpoints[k].gain, whole.touchpoints[k].gain));
        CHECK(close(10 * tenth.touchpoints[k].standard_error, whole.touchpoints[k].standard_error));
        CHECK(tenth.touchpoints[k].rank.worst == whole.touchpoints[k].rank.worst);
    }
    CHECK(whole.touchpoints[3].name == "delivery");
    CHECK(whole.touchpoints[3].gain == 0);
    CHECK(whole.touchpoints[3].interval.clipped);
    // Best tenth of 25: the two best.
    std::vector<touchpoint_counts> many;
    for (std::int64_t k = 0; k < 25; ++k) {
        many.push_back({std::to_string(k), {24 - k, 0, 1 + k}});
    }
    CHECK(nps::potential_gain(many).target_score == 23.0 / 25);
}

TEST_CASE("potential_gain: volumes in any unit, equal touchpoints, huge and tiny ones") {
    auto known = programme;
    auto tenfold = programme;
    for (std::size_t k = 0; k < programme.size(); ++k) {
        known[k].volume = static_cast<double>(programme[k].counts.n());
        tenfold[k].volume = 10 * *known[k].volume;
    }
    const auto a = nps::potential_gain(known);
    const auto b = nps::potential_gain(tenfold);
    const auto sampled = nps::potential_gain(programme);
    for (std::size_t k = 0; k < programme.size(); ++k) {
        CHECK(close(a.touchpoints[k].gain, b.touchpoints[k].gain));
        CHECK(close(a.touchpoints[k].gain, sampled.touchpoints[k].gain));
        CHECK(a.touchpoints[k].standard_error <= sampled.touchpoints[k].standard_error);
    }
    const auto same = nps::potential_gain({{"a", {5, 5, 5}}, {"b", {5, 5, 5}}, {"c", {5, 5, 5}}},
                                          {.target = nps::gain_target::given});
    for (const auto& one : same.touchpoints) {
        CHECK(one.rank.best == 1);
        CHECK(one.rank.worst == 3);
        CHECK(one.rank.estimated == 1);
    }
    const std::int64_t trillion = 1'000'000'000'000;
    const auto uneven = nps::potential_gain({{"a", {trillion, 0, trillion}}, {"b", {1, 0, 0}}},
                                            {.target = nps::gain_target::given});
    CHECK(uneven.touchpoints[0].name == "a");
    CHECK(uneven.touchpoints[0].rank.worst == 1);
    CHECK(std::isfinite(uneven.touchpoints[1].standard_error));
    const auto alone = nps::potential_gain({{"a", {0, 0, 9}}});
    CHECK(alone.touchpoints[0].gain == 0);
    CHECK(alone.touchpoints[0].interval.upper > 0);
    CHECK(alone.touchpoints[0].rank.worst == 1);
}

TEST_CASE("potential_gain: intervals and all ranks together hold under sampling") {
    // Eight touchpoints, two pairs with the same gain; 150 answers each, volumes known.
    const std::vector<double> d{.45, .40, .35, .30, .30, .20, .20, .10};
    const std::vector<double> p{.25, .30, .30, .40, .40, .50, .50, .70};
    const int surveys = 1000;
    std::size_t held = 0;
    int ranked = 0;
    double width = 0;
    for (int r = 0; r < surveys; ++r) {
        nps::random_stream stream(3, static_cast<std::uint32_t>(r),
                                  nps::random_purpose::simulation);
        std::vector<touchpoint_counts> touchpoints;
        for (std::size_t k = 0; k < d.size(); ++k) {
            const std::int64_t low = nps::binomial_draw(150, d[k])(stream);
            const std::int64_t high = nps::binomial_draw(150 - low, p[k] / (1 - d[k]))(stream);
            touchpoints.push_back(
                {.name = std::to_string(k), .counts = {low, 150 - low - high, high}, .volume = 1});
        }
        const auto result =
            nps::potential_gain(touchpoints, {.target = nps::gain_target::given, .level = .9});
        bool all = true;
        for (const auto& one : result.touchpoints) {
            const auto k = std::stoul(one.name);
            const auto gain = [&](std::size_t j) { return (1 - (p[j] - d[j])) / 8; };
            held += one.interval.lower <= gain(k) && gain(k) <= one.interval.upper;
            std::size_t above = 0;
            std::size_t below = 0;
            for (std::size_t j = 0; j < d.size(); ++j) {
                above += gain(j) > gain(k) + 1e-12;
                below += gain(j) < gain(k) - 1e-12;
            }
            // Any of the ranks that touchpoints with the same gain share.
            all = all && one.rank.best <= 1 + above && one.rank.worst >= d.size() - below;
            width += static_cast<double>(one.rank.worst - one.rank.best) / 8 / surveys;
        }
        ranked += all;
    }
    INFO("held ", held, " ranked ", ranked, " width ", width);
    // Monte Carlo errors .0034 and .0095.
    CHECK(static_cast<double>(held) / 8 / surveys > .89);
    CHECK(static_cast<double>(held) / 8 / surveys < .92);
    CHECK(ranked >= 880);
    CHECK(width < 4); // and they do say something
}

TEST_CASE("potential_gain refuses what has no answer") {
    CHECK_THROWS_WITH_AS((void)nps::potential_gain({}), "nps::potential_gain: no touchpoints",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::potential_gain({{"a", {1, 1, 1}}, {"b", {}}}),
                         "nps::potential_gain: no valid answers in touchpoints[1]",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::potential_gain({{"a", {1, 1, 1}, 5.0}, {"b", {1, 1, 1}}}),
                         "nps::potential_gain: touchpoints[1].volume = 0, must be given for all "
                         "touchpoints or for none",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::potential_gain({{"a", {1, 1, 1}, 0.0}}), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::potential_gain({{"a", {-1, 1, 1}}}), nps::invalid_input);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    for (const double bad : {-1.0, nan, infinite}) {
        CHECK_THROWS_AS((void)nps::potential_gain({{"a", {1, 1, 1}, bad}}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::potential_gain({{"a", {1, 1, 1}, {}, bad}}), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::potential_gain({{"a", {1, 1, 1}, {}, 1, bad}}),
                        nps::invalid_input);
    }
    CHECK_THROWS_AS((void)nps::potential_gain({{"a", {1, 1, 1}, {}, 1e200}}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::potential_gain(programme, {.target_score = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::potential_gain(programme, {.closed = 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::potential_gain(programme, {.level = nan}), nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::potential_gain(programme, {.target = static_cast<nps::gain_target>(9)}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::potential_gain(programme, {.adjustment = static_cast<nps::multiplicity>(99)}),
        nps::invalid_input);
}

// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_overlapping_scores.hpp>
#include <nps/infer/compare_paired_scores.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/interval_properties.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::claim;
using nps::transition_counts;
using nps_test::close;

constexpr transition_counts panel{
    .from_detractors = {60, 25, 15}, .from_passives = {10, 50, 20}, .from_promoters = {5, 12, 103}};
constexpr category_counts now{.detractors = 200, .passives = 180, .promoters = 300};
constexpr category_counts then{.detractors = 250, .passives = 170, .promoters = 260};

transition_counts turned(const transition_counts& t) {
    const auto row = [](const category_counts& c) {
        return category_counts{c.promoters, c.passives, c.detractors};
    };
    return {row(t.from_promoters), row(t.from_passives), row(t.from_detractors)};
}

// To 1e-14 of the larger of the two, and 1e-16 where both are nothing.
bool same_to_rounding(double a, double b) {
    return std::abs(a - b) <= 1e-14 * (std::max)(std::abs(a), std::abs(b)) + 1e-16;
}

} // namespace

TEST_CASE("compare_overlapping_scores equals mpmath, up to 10^12 answers") {
    for (const auto& row : nps_test::reference_table("compare_overlapping_scores.csv")) {
        const category_counts a{row.integer("d_a"), row.integer("q_a"), row.integer("p_a")};
        const category_counts b{row.integer("d_b"), row.integer("q_b"), row.integer("p_b")};
        const transition_counts t{{row.integer("dd"), row.integer("dq"), row.integer("dp")},
                                  {row.integer("qd"), row.integer("qq"), row.integer("qp")},
                                  {row.integer("pd"), row.integer("pq"), row.integer("pp")}};
        const std::string& side = row.text("alternative");
        const auto c = nps::compare_overlapping_scores(
            a, b, t,
            {.alternative = side == "two_sided" ? alternative::two_sided
                            : side == "less"    ? alternative::less
                                                : alternative::greater,
             .null_difference = row.number("null_difference"),
             .level = row.number("level")});
        INFO("n_a ", a.n(), " m ", t.n(), " ", row.text("null_difference"), " ", side);
        CHECK(close(c.difference, row.number("difference")));
        CHECK(same_to_rounding(c.standard_error, row.number("standard_error")));
        const double z = row.number("statistic");
        CHECK(close(c.statistic, z));
        if (std::abs(z) < 25) {
            CHECK(close(c.p_value, row.number("p_value"),
                        {.relative = 1e-12 * (1 + z * z),
                         .reason = "the tail turns an error of z into one z^2 times as large"}));
        }
        CHECK(close(c.interval.lower, row.number("lower")));
        CHECK(close(c.interval.upper, row.number("upper")));
        CHECK(c.n_a == a.n());
        CHECK(c.n_b == b.n());
        CHECK(c.method == "wald");
        if (t.n() > 0 && row.number("r") != 0) {
            CHECK(close(nps::answer_correlation(t), row.number("r")));
        }
    }
}

TEST_CASE("without overlap it is the independent Wald test, to 1e-14") {
    nps::random_stream random(11, 1, nps::random_purpose::simulation);
    for (int number = 0; number < 300; ++number) {
        const double most = number % 2 == 0 ? 20.0 : 1e12;
        const category_counts a = nps_test::any_survey(random, number, most);
        const category_counts b = nps_test::any_survey(random, number + 1, most);
        const nps::compare_scores_options wald{.method = nps::comparison_method::wald};
        nps::comparison expected;
        try {
            expected = nps::compare_scores(a, b, wald);
        } catch (const nps::undefined_result&) {
            CHECK_THROWS_AS((void)nps::compare_overlapping_scores(a, b, {}), nps::undefined_result);
            continue;
        }
        const auto c = nps::compare_overlapping_scores(a, b, {});
        CHECK(c.difference == expected.difference);
        CHECK(same_to_rounding(c.standard_error, expected.standard_error));
        CHECK(same_to_rounding(c.statistic, expected.statistic));
        CHECK(same_to_rounding(c.interval.lower, expected.interval.lower));
        CHECK(same_to_rounding(c.interval.upper, expected.interval.upper));
    }
}

TEST_CASE("if all answered both times it is the paired Wald test, to 1e-14") {
    nps::random_stream random(11, 2, nps::random_purpose::simulation);
    for (int number = 0; number < 300; ++number) {
        const double most = number % 2 == 0 ? 20.0 : 1e12;
        const transition_counts t{nps_test::any_survey(random, number, most),
                                  nps_test::any_survey(random, number + 1, most),
                                  nps_test::any_survey(random, number + 2, most)};
        const auto expected = nps::compare_paired_scores(t, {.method = nps::paired_method::wald});
        const auto c = nps::compare_overlapping_scores(t.after(), t.before(), t);
        CHECK(same_to_rounding(c.difference, expected.difference));
        CHECK(same_to_rounding(c.standard_error, expected.standard_error));
        CHECK(same_to_rounding(c.statistic, expected.statistic));
    }
    // One person of 10^15 changed.
    constexpr std::int64_t many = 1'000'000'000'000'000;
    const transition_counts calm{{many / 4 - 1, 1, 0}, {0, many / 4, 0}, {0, 0, many / 2}};
    const auto c = nps::compare_overlapping_scores(calm.after(), calm.before(), calm);
    CHECK(same_to_rounding(c.standard_error, 1e-15 * std::sqrt(1 - 1e-15)));
    CHECK(close(c.statistic, 1));
}

TEST_CASE("overlapping waves: turning time and turning the scale flip the sign") {
    const auto c = nps::compare_overlapping_scores(now, then, panel);
    const auto swapped_scale = [](const category_counts& k) {
        return category_counts{k.promoters, k.passives, k.detractors};
    };
    for (const auto& o : {nps::compare_overlapping_scores(then, now, panel.reversed()),
                          nps::compare_overlapping_scores(swapped_scale(now), swapped_scale(then),
                                                          turned(panel))}) {
        CHECK(close(o.difference, -c.difference));
        CHECK(close(o.statistic, -c.statistic));
        CHECK(close(o.p_value, c.p_value));
        CHECK(close(o.interval.lower, -c.interval.upper));
    }
}

TEST_CASE("alike answers narrow the difference, opposite ones widen it") {
    const auto error = [](const transition_counts& t) {
        return nps::compare_overlapping_scores(now, then, t).standard_error;
    };
    const double apart = error({});
    CHECK(error(panel) < apart);
    CHECK(error({{0, 0, 60}, {0, 50, 0}, {60, 0, 0}}) > apart);
    // In an overlap of one person, or of one answer, there is no correlation to see.
    CHECK(error({{1, 0, 0}, {}, {}}) == doctest::Approx(apart).epsilon(1e-12));
    CHECK(error({{}, {}, {10, 20, 30}}) == doctest::Approx(apart).epsilon(1e-12));
}

TEST_CASE("claims on overlapping waves are one-sided tests against their margin") {
    const auto claimed = [](claim what, double margin) {
        return nps::compare_overlapping_scores(now, then, panel,
                                               {.claim = what, .equivalence_margin = margin});
    };
    const auto with = [](alternative side, double null) {
        return nps::compare_overlapping_scores(now, then, panel,
                                               {.alternative = side, .null_difference = null});
    };
    CHECK(claimed(claim::superiority, .05).p_value == with(alternative::greater, .05).p_value);
    CHECK(claimed(claim::non_inferiority, .05).p_value == with(alternative::greater, -.05).p_value);
    CHECK(claimed(claim::equivalence, .2).p_value == with(alternative::less, .2).p_value);
    CHECK(close(claimed(claim::equivalence, .2).interval.level, .9));
}

TEST_CASE("unanimous waves, and waves whose people all answered as before") {
    const transition_counts still{{20, 0, 0}, {0, 30, 0}, {0, 0, 50}};
    const auto same = nps::compare_overlapping_scores(still.after(), still.before(), still);
    CHECK(same.standard_error == 0);
    CHECK(same.p_value == 1);
    CHECK(same.interval.lower == 0);
    CHECK(same.interval.upper == 0);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_overlapping_scores({0, 0, 5}, {0, 8, 0}, {}),
        "nps::compare_overlapping_scores: the standard error is 0 and the difference is not the "
        "hypothesised one",
        nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores(
                        still.after(), still.before(), still,
                        {.claim = claim::equivalence, .equivalence_margin = .1}),
                    nps::undefined_result);
    CHECK(nps::compare_overlapping_scores({0, 0, 1}, {0, 0, 1}, {}).p_value == 1);
}

TEST_CASE("compare_overlapping_scores refuses what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_overlapping_scores(
            then, now, panel.reversed() + panel.reversed() + panel.reversed()),
        "nps::compare_overlapping_scores: overlap.after().detractors = 300, must be at most "
        "a.detractors, 250",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_overlapping_scores(now, {99, 170, 260}, panel),
        "nps::compare_overlapping_scores: overlap.before().detractors = 100, must be at most "
        "b.detractors, 99",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores(now, {250, 79, 260}, panel),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores({200, 180, 137}, then, panel),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores({}, then, {}), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores(now, {}, {}), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores(now, then, {{-1, 0, 0}, {}, {}}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_overlapping_scores(now, then, panel, {.level = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::compare_overlapping_scores(now, then, panel, {.null_difference = nan}),
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::compare_overlapping_scores(now, then, panel, {.equivalence_margin = .1}),
        nps::invalid_input);
}

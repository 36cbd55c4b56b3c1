// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_clustered.hpp>
#include <nps/infer/compare_paired_scores.hpp>
#include <nps/infer/compare_scores.hpp>

#include "support/close.hpp"
#include "support/clustered.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

using nps::alternative;
using nps::claim;
using nps::cluster_totals;
using nps_test::close;

nps::comparison compare(const std::string& measure, const cluster_totals& totals,
                        const nps::compare_clustered_options& options = {}) {
    return measure == "score"   ? nps::compare_clustered_scores(totals, options)
           : measure == "share" ? nps::compare_clustered_shares(totals, options)
                                : nps::compare_clustered_means(totals, options);
}

// Each answer by a person of its own.
cluster_totals one_each(const nps::category_counts& a, const nps::category_counts& b) {
    cluster_totals result;
    const auto add = [&](std::int64_t times, nps::respondent_totals one) {
        for (; times > 0; --times) {
            result.add(one);
        }
    };
    add(a.detractors, {1, -1, 0, 0});
    add(a.passives, {1, 0, 0, 0});
    add(a.promoters, {1, 1, 0, 0});
    add(b.detractors, {0, 0, 1, -1});
    add(b.passives, {0, 0, 1, 0});
    add(b.promoters, {0, 0, 1, 1});
    return result;
}

} // namespace

TEST_CASE("comparisons of clusters equal R survey, on both sides") {
    for (const auto& row : nps_test::reference_table("compare_clustered.csv")) {
        const std::string& measure = row.text("measure");
        const cluster_totals totals = nps_test::totals_of(row.text("totals"));
        CAPTURE(measure);
        CHECK(totals.clusters() == row.integer("clusters"));
        const auto with = [&](alternative side) {
            return compare(measure, totals, {.alternative = side, .null_difference = .125});
        };
        const auto c = with(alternative::two_sided);
        CHECK(close(c.difference, row.number("difference")));
        CHECK(close(c.standard_error, row.number("standard_error")));
        CHECK(close(c.statistic, row.number("statistic")));
        CHECK(c.degrees_of_freedom == row.number("df"));
        CHECK(close(c.p_value, row.number("two_sided")));
        CHECK(close(with(alternative::less).p_value, row.number("less")));
        CHECK(close(with(alternative::greater).p_value, row.number("greater")));
        const double end = measure == "score"   ? 2
                           : measure == "share" ? 1
                                                : std::numeric_limits<double>::infinity();
        CHECK(close(c.interval.lower, std::fmax(row.number("lower"), -end)));
        CHECK(close(c.interval.upper, std::fmin(row.number("upper"), end)));
        CHECK(c.interval.clipped == (row.number("lower") < -end || row.number("upper") > end));
        CHECK(c.n_a == totals.n_a());
        CHECK(c.n_b == totals.n_b());
        CHECK(c.method == "clustered_t");
    }
}

TEST_CASE("with one answer of each it is wald, times G / (G - 1)") {
    const nps::category_counts a{20, 30, 50};
    const nps::category_counts b{40, 30, 30};
    const auto c = nps::compare_clustered_scores(one_each(a, b));
    const auto wald = nps::compare_scores(a, b, {.method = nps::comparison_method::wald});
    CHECK(close(c.difference, wald.difference));
    CHECK(close(c.standard_error, wald.standard_error * std::sqrt(200 / 199.0)));
    CHECK(c.degrees_of_freedom == 199.0);
}

TEST_CASE("with one answer of each in both groups it is the paired test, times n / (n - 1)") {
    // t.test(after, before, paired = TRUE, mu = .05) of R 4.2.2
    const nps::transition_counts panel{{60, 25, 15}, {10, 50, 20}, {5, 12, 103}};
    cluster_totals totals;
    std::int64_t before = -1;
    for (const auto& now : {panel.from_detractors, panel.from_passives, panel.from_promoters}) {
        for (std::int64_t i = 0; i < now.n(); ++i) {
            const std::int64_t after = i < now.detractors                  ? -1
                                       : i < now.detractors + now.passives ? 0
                                                                           : 1;
            totals.add({1, after, 1, before});
        }
        ++before;
    }
    const auto c = nps::compare_clustered_scores(totals, {.null_difference = .05});
    CHECK(close(c.statistic, 2.355456723126893248));
    CHECK(close(c.p_value, 0.019145704108919089));
    CHECK(close(c.interval.lower, 0.065355489811065579));
    CHECK(close(c.interval.upper, 0.221311176855601088));
    const auto less = nps::compare_clustered_scores(
        totals, {.alternative = alternative::less, .null_difference = .05});
    CHECK(close(less.p_value, 0.99042714794554043));
    CHECK(close(less.interval.upper, 0.20871207854558410));
    CHECK(less.interval.lower == -2);
}

TEST_CASE("clusters: changing places and turning the scale flip the sign") {
    const auto t = nps_test::totals_of("2 1 1 -1;3 -2 2 2;1 0 0 0;0 0 4 1;2 2 2 2");
    const auto swapped = nps_test::totals_of("1 -1 2 1;2 2 3 -2;0 0 1 0;4 1 0 0;2 2 2 2");
    const auto turned = nps_test::totals_of("2 -1 1 1;3 2 2 -2;1 0 0 0;0 0 4 -1;2 -2 2 -2");
    const auto c = nps::compare_clustered_scores(t);
    for (const auto& other : {swapped, turned}) {
        const auto o = nps::compare_clustered_scores(other);
        CHECK(close(o.difference, -c.difference));
        CHECK(close(o.standard_error, c.standard_error));
        CHECK(close(o.statistic, -c.statistic));
        CHECK(close(o.p_value, c.p_value));
        CHECK(close(o.interval.lower, -c.interval.upper));
    }
}

TEST_CASE("clusters: claims are one-sided tests against their margin") {
    const auto t = nps_test::totals_of("2 1 1 -1;3 -2 2 2;1 0 0 0;0 0 4 1;2 2 2 2");
    const auto claimed = [&](claim what) {
        return nps::compare_clustered_scores(t, {.claim = what, .equivalence_margin = .4});
    };
    const auto with = [&](alternative side, double null) {
        return nps::compare_clustered_scores(t, {.alternative = side, .null_difference = null});
    };
    CHECK(claimed(claim::superiority).p_value == with(alternative::greater, .4).p_value);
    CHECK(claimed(claim::non_inferiority).p_value == with(alternative::greater, -.4).p_value);
    CHECK(claimed(claim::equivalence).p_value ==
          std::fmax(with(alternative::greater, -.4).p_value, with(alternative::less, .4).p_value));
}

TEST_CASE("clusters: the sum of squares is exact where nearly everything cancels") {
    // Half of 10^12 people gave one promoter and one passive each time, one person a detractor too.
    cluster_totals block;
    block.add({2, 1, 2, 1});
    cluster_totals many;
    std::int64_t wanted = 1'000'000'000'000;
    for (cluster_totals part = block; wanted > 0; wanted /= 2) {
        if (wanted % 2 == 1) {
            many += part;
        }
        if (wanted > 1) {
            part += part;
        }
    }
    CHECK(many.clusters() == 1'000'000'000'000);
    const auto still = nps::compare_clustered_scores(many);
    CHECK(still.standard_error == 0);
    CHECK(still.p_value == 1);
    CHECK(still.interval.lower == 0);
    CHECK(still.interval.upper == 0);
    many.add({2, 2, 2, 1}); // u = 1 / N (1 - 1 / G) of one, -1 / (N G) of the others
    const auto c = nps::compare_clustered_scores(many);
    const double n = 2e12 + 2;
    CHECK(close(c.standard_error * n, 1));
    CHECK(close(c.difference * n, 1));
    // As large as they come.
    constexpr std::int64_t half = std::int64_t{1} << 52;
    cluster_totals huge;
    huge.add({half, half, half, -half});
    huge.add({half, half - 1, half, half});
    const auto h = nps::compare_clustered_scores(huge);
    CHECK(close(h.difference, 1));
    CHECK(close(h.standard_error, 1)); // u = -/+ 1/2, by hand
}

TEST_CASE("comparisons of clusters refuse what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto t = nps_test::totals_of("2 1 1 -1;3 -2 2 2;1 0 0 0");
    CHECK_THROWS_WITH_AS((void)nps::compare_clustered_scores({}),
                         "nps::compare_clustered_scores: no valid answers", nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_clustered_means(nps_test::totals_of("2 1 0 0;1 1 0 0")),
                    nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_clustered_shares(nps_test::totals_of("2 1 1 0")),
        "nps::compare_clustered_shares: the variance between the answers of one respondent",
        nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_clustered_shares(t),
        "nps::compare_clustered_shares: sum_a = -1, must be a sum of answers coded 0 and 1",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_clustered_scores(nps_test::totals_of("1 2 1 0;1 1 1 1")),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_clustered_scores(nps_test::totals_of("1 2 1 0;1 -2 1 1")),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_clustered_scores(nps_test::totals_of("1 1 1 0;1 1 1 0")),
        "nps::compare_clustered_scores: the standard error is 0 and the difference is not the "
        "hypothesised one",
        nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_clustered_scores(
                        nps_test::totals_of("1 1 1 1;1 1 1 1"),
                        {.claim = claim::equivalence, .equivalence_margin = .1}),
                    nps::undefined_result);
    // Three answers of one person against those of many.
    for (const char* lone : {"3 1 0 0;0 0 1 1;0 0 2 -1;0 0 1 0", "1 1 0 0;1 0 2 1;2 2 0 0"}) {
        CHECK_THROWS_WITH_AS((void)nps::compare_clustered_scores(nps_test::totals_of(lone)),
                             "nps::compare_clustered_scores: all answers of a group come from one "
                             "respondent",
                             nps::undefined_result);
    }
    // Somebody was taken away who had never been there.
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_clustered_means(nps_test::totals_of("1 1 1 0;1 1 1 0;1 1 1 0") -
                                           nps_test::totals_of("1 -1 1 0")),
        "nps::compare_clustered_means: totals = a sum of squares below 0, must "
        "hold all respondents that were taken away from them",
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_clustered_scores(t, {.level = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_clustered_means(t, {.null_difference = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_clustered_means(
                        t, {.null_difference = std::numeric_limits<double>::infinity()}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_clustered_shares(t, {.null_difference = 1}),
                    nps::invalid_input);
}

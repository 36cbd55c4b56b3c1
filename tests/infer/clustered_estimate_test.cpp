// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/clustered_estimate.hpp>

#include "support/close.hpp"
#include "support/clustered.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace {

using nps_test::close;
using nps_test::totals_of;

nps::clustered_estimate estimate(const std::string& measure, const nps::cluster_totals& totals) {
    return measure == "score"   ? nps::clustered_score(totals)
           : measure == "share" ? nps::clustered_share(totals)
                                : nps::clustered_mean(totals);
}

} // namespace

TEST_CASE("estimates of one group equal R survey") {
    for (const auto& row : nps_test::reference_table("compare_clustered.csv")) {
        const auto totals = totals_of(row.text("totals"), true);
        const auto e = estimate(row.text("measure"), totals);
        CHECK(close(e.value, row.number("value_a")));
        CHECK(close(e.standard_error, row.number("error_a")));
        CHECK(e.degrees_of_freedom == static_cast<double>(totals.clusters() - 1));
        CHECK(e.clusters == totals.clusters());
        CHECK(e.n == totals.n_a());
        CHECK(e.interval.lower <= e.value);
        CHECK(e.interval.upper >= e.value);
    }
}

TEST_CASE("one answer of each person is Student's interval of R") {
    // t.test(c(1, 1, 0, -1, 1), conf.level = .9)$conf.int, R 4.2.2
    const auto e =
        nps::clustered_score(totals_of("1 1 0 0;1 1 0 0;1 0 0 0;1 -1 0 0;1 1 0 0"), {.level = .9});
    CHECK(close(e.interval.lower, -0.45273871453065961));
    CHECK(e.interval.upper == 1);
    CHECK(e.interval.clipped);
    CHECK(e.interval.level == .9);
    CHECK(e.method == "clustered_t");
    // The same as ratings, which have no end.
    const auto m =
        nps::clustered_mean(totals_of("1 1 0 0;1 1 0 0;1 0 0 0;1 -1 0 0;1 1 0 0"), {.level = .9});
    CHECK(close(m.interval.upper, 1.25273871453065966));
    CHECK_FALSE(m.interval.clipped);
}

TEST_CASE("estimates of clusters: a point, one respondent, answers in both groups") {
    const auto point = nps::clustered_share(totals_of("2 1 0 0;4 2 0 0"));
    CHECK(point.value == .5);
    CHECK(point.standard_error == 0);
    CHECK(point.interval.lower == .5);
    CHECK(point.interval.upper == .5);
    CHECK_THROWS_AS((void)nps::clustered_score(totals_of("5 2 0 0")), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::clustered_score({}), nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)nps::clustered_score(totals_of("5 2 0 0;1 0 1 0")),
                         "nps::clustered_score: n_b = 1, must be 0 for one group",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::clustered_share(totals_of("5 -2 0 0;1 0 0 0")), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::clustered_score(totals_of("5 2 0 0;1 0 0 0"),
                                               {.level = std::numeric_limits<double>::quiet_NaN()}),
                    nps::invalid_input);
}

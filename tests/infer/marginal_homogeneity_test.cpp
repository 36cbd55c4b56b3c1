// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_paired_scores.hpp>
#include <nps/infer/marginal_homogeneity.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>

namespace {

using nps::marginal_homogeneity_method;
using nps::transition_counts;
using nps_test::close;

constexpr transition_counts panel{
    .from_detractors = {60, 25, 15}, .from_passives = {10, 50, 20}, .from_promoters = {5, 12, 103}};

} // namespace

TEST_CASE("marginal_homogeneity equals R") {
    for (const auto& row : nps_test::reference_table("marginal_homogeneity.csv")) {
        const transition_counts t{{row.integer("dd"), row.integer("dq"), row.integer("dp")},
                                  {row.integer("qd"), row.integer("qq"), row.integer("qp")},
                                  {row.integer("pd"), row.integer("pq"), row.integer("pp")}};
        const auto r = nps::marginal_homogeneity(
            t, {.method = row.text("method") == "bowker"
                              ? marginal_homogeneity_method::bowker
                              : marginal_homogeneity_method::stuart_maxwell});
        INFO(row.text("method"), " n ", t.n());
        CHECK(r.method == row.text("method"));
        CHECK(close(r.statistic, row.number("statistic")));
        CHECK(r.degrees_of_freedom == row.integer("df"));
        CHECK(close(r.p_value, row.number("p_value")));
        CHECK(r.n == t.n());
        const auto back = nps::marginal_homogeneity(
            t.reversed(),
            {.method = r.method == "bowker" ? marginal_homogeneity_method::bowker
                                            : marginal_homogeneity_method::stuart_maxwell});
        CHECK(close(back.statistic, r.statistic));
    }
}

TEST_CASE("marginal_homogeneity equals statsmodels SquareTable") {
    // statsmodels 0.13.5: homogeneity() and symmetry()
    const auto stuart = nps::marginal_homogeneity(panel);
    CHECK(close(stuart.statistic, 13.138211382113822));
    CHECK(close(stuart.p_value, 0.0014030516128366033));
    const auto bowker =
        nps::marginal_homogeneity(panel, {.method = marginal_homogeneity_method::bowker});
    CHECK(close(bowker.statistic, 13.428571428571429));
    CHECK(close(bowker.p_value, 0.0037957727385354314));
}

TEST_CASE("a circle of moves leaves the shares as they were") {
    const transition_counts circle{{5, 12, 0}, {0, 7, 12}, {12, 0, 9}};
    const auto stuart = nps::marginal_homogeneity(circle);
    CHECK(stuart.statistic == 0);
    CHECK(stuart.degrees_of_freedom == 2);
    CHECK(stuart.p_value == 1);
    const auto bowker =
        nps::marginal_homogeneity(circle, {.method = marginal_homogeneity_method::bowker});
    CHECK(close(bowker.statistic, 36));
    CHECK(bowker.degrees_of_freedom == 3);
    CHECK(bowker.p_value < 1e-7);
}

TEST_CASE("one pair of categories alone is McNemar's test") {
    const transition_counts t{{10, 18, 0}, {8, 20, 0}, {0, 0, 4}};
    for (const auto method :
         {marginal_homogeneity_method::stuart_maxwell, marginal_homogeneity_method::bowker}) {
        const auto r = nps::marginal_homogeneity(t, {.method = method});
        CHECK(r.degrees_of_freedom == 1);
        CHECK(close(r.statistic, 3.8461538461538463));
        CHECK(close(r.p_value, nps::compare_paired_scores(t).p_value));
    }
}

TEST_CASE("marginal_homogeneity: nobody moved, one person, 2^53 people, nobody") {
    for (const auto method :
         {marginal_homogeneity_method::stuart_maxwell, marginal_homogeneity_method::bowker}) {
        const auto still =
            nps::marginal_homogeneity({{3, 0, 0}, {0, 4, 0}, {0, 0, 5}}, {.method = method});
        CHECK(still.statistic == 0);
        CHECK(still.degrees_of_freedom == 0);
        CHECK(still.p_value == 1);
        const auto one = nps::marginal_homogeneity({{0, 0, 1}, {}, {}}, {.method = method});
        CHECK(one.statistic == 1);
        CHECK(one.degrees_of_freedom == 1);
        constexpr std::int64_t part = std::int64_t{1} << 50;
        const auto large = nps::marginal_homogeneity(
            {{part, part, 0}, {0, part, part}, {part, 0, 9}}, {.method = method});
        CHECK(std::isfinite(large.statistic));
        CHECK(large.p_value == (method == marginal_homogeneity_method::bowker ? 0 : 1));
        CHECK_THROWS_AS((void)nps::marginal_homogeneity({}, {.method = method}),
                        nps::undefined_result);
        CHECK_THROWS_AS((void)nps::marginal_homogeneity({{-1, 2, 0}, {}, {}}, {.method = method}),
                        nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)nps::marginal_homogeneity(
                             panel, {.method = static_cast<marginal_homogeneity_method>(5)}),
                         "nps::marginal_homogeneity: method = 5, must be a named method",
                         nps::invalid_input);
}

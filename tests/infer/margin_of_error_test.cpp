// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/margin_of_error.hpp>

#include <nps/infer/score_interval.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace {

using nps::category_shares;
using nps::planning_method;
using nps::population_variance;

TEST_CASE("margin_of_error equals mpmath, and confidence_level is its inverse") {
    for (const auto& row : nps_test::reference_table("margin_of_error.csv")) {
        const bool wald = row.text("method") == "wald";
        const std::int64_t n = row.integer("completes");
        const category_shares shares{row.number("detractors"), row.number("passives"),
                                     row.number("promoters")};
        const auto population = row.integer("population") == 0
                                    ? std::nullopt
                                    : std::optional<std::int64_t>(row.integer("population"));
        const auto form = row.text("form") == "divisor_n" ? population_variance::divisor_n
                                                          : population_variance::divisor_n_minus_1;
        const auto method = wald ? planning_method::wald : planning_method::adjusted_wald;
        const double margin = nps::margin_of_error({.completes = n,
                                                    .level = row.number("level"),
                                                    .shares = shares,
                                                    .method = method,
                                                    .population = population,
                                                    .population_form = form,
                                                    .design_effect = row.number("design_effect")});
        CHECK(nps_test::close(margin, row.number("margin")));
        CHECK(std::abs(margin / row.number("margin") - 1) < 1e-12);
        if (margin < 1) {
            const double level =
                nps::confidence_level({.completes = n,
                                       .margin = row.number("margin"),
                                       .shares = shares,
                                       .method = method,
                                       .population = population,
                                       .population_form = form,
                                       .design_effect = row.number("design_effect")});
            CHECK(nps_test::close(level, row.number("level")));
        }
        if (wald) {
            CHECK(nps_test::close(
                nps::margin_of_error({.completes = n,
                                      .level = row.number("level"),
                                      .respondent_sd = nps::respondent_sd(shares),
                                      .population = population,
                                      .population_form = form,
                                      .design_effect = row.number("design_effect")}),
                margin));
        }
    }
}

TEST_CASE("two thousand answers a project") {
    const double margin = nps::margin_of_error({.completes = 2'000});
    // 1.959963984540054 / sqrt(2000): .0438 in the operator's own documents.
    CHECK(nps_test::close(margin, 0.043826127028829069));
    CHECK(std::round(margin * 1e4) / 1e4 == 0.0438);
    CHECK(nps_test::close(nps::confidence_level({.completes = 2'000, .margin = margin}), 0.95));
}

TEST_CASE("the margin is half the width of the interval that it plans") {
    const nps::category_counts counts{.detractors = 20, .passives = 30, .promoters = 50};
    const auto half = [&](nps::score_method method) {
        const auto i = nps::score_interval(counts, {.method = method});
        return (i.upper - i.lower) / 2;
    };
    CHECK(
        nps_test::close(nps::margin_of_error({.completes = 100, .shares = nps::shares_of(counts)}),
                        half(nps::score_method::wald)));
    CHECK(nps_test::close(nps::margin_of_error({.completes = 100,
                                                .shares = nps::shares_of(counts),
                                                .method = planning_method::adjusted_wald}),
                          half(nps::score_method::adjusted_wald)));
    // conformance: the real margin of 136 answers at (0, .1, .9) is .0566.
    CHECK(std::round(1e4 * nps::margin_of_error({.completes = 136,
                                                 .shares = category_shares{0, 0.1, 0.9},
                                                 .method = planning_method::adjusted_wald})) ==
          566);
}

TEST_CASE("a margin of p(1-p) + d(1-d) would drop 2 p d") {
    // (20, 30, 50): se .0781, not .0640.
    const double margin =
        nps::margin_of_error({.completes = 100, .shares = category_shares{0.2, 0.3, 0.5}});
    CHECK(nps_test::close(margin, 1.959963984540054 * std::sqrt(0.61 / 100)));
}

TEST_CASE("margins at the ends") {
    CHECK(nps::margin_of_error({.completes = 1'000, .population = 1'000}) == 0);
    CHECK(nps::confidence_level({.completes = 1'000, .margin = 0.01, .population = 1'000}) == 1);
    CHECK(nps::margin_of_error({.completes = 1, .respondent_sd = 0}) == 0);
    CHECK(nps::margin_of_error({.completes = 1, .population = 1}) == 0);
    CHECK(nps::confidence_level({.completes = 1, .margin = 0.5, .respondent_sd = 0}) == 1);
    CHECK(nps::margin_of_error({.completes = 1}) > 1); // before clipping
    // A huge population is no population.
    CHECK(nps_test::close(
        nps::margin_of_error({.completes = 500, .population = std::int64_t{1} << 53}),
        nps::margin_of_error({.completes = 500})));
    // Never wider than the worst case, and falling as answers come in.
    double last = 2;
    for (std::int64_t n = 1; n < 400; n += 7) {
        const double margin = nps::margin_of_error({.completes = n,
                                                    .shares = category_shares{0.1, 0.2, 0.7},
                                                    .method = planning_method::adjusted_wald,
                                                    .population = 400});
        CHECK(margin < last);
        CHECK(margin < nps::margin_of_error({.completes = n, .population = 400}));
        last = margin;
    }
}

TEST_CASE("margin_of_error and confidence_level refuse nonsense") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)nps::margin_of_error({.completes = 0}),
                         "nps::margin_of_error: completes = 0, must be in [1, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::margin_of_error({.completes = 11, .population = 10}),
                         "nps::margin_of_error: completes = 11, must not be above the population",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::margin_of_error({.completes = 10, .level = 95}),
                         "nps::margin_of_error: level = 95, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::confidence_level({.completes = 10, .margin = 5}),
                         "nps::confidence_level: margin = 5, must be in (0, 1): scores are on "
                         "[-1, 1], 5 points are 0.05",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::confidence_level({.completes = 10, .margin = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::margin_of_error({.completes = 10, .level = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::margin_of_error({.completes = 10, .respondent_sd = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::margin_of_error({.completes = 10, .respondent_sd = 1.01}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::margin_of_error({.completes = 10, .design_effect = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::margin_of_error({.completes = 10, .population = -5}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::margin_of_error(
            {.completes = 10, .respondent_sd = 0.5, .shares = category_shares{0.2, 0.3, 0.5}}),
        "nps::margin_of_error: respondent_sd = 0.5, must not be given together with shares",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::margin_of_error(
            {.completes = 10, .respondent_sd = 0.5, .method = planning_method::adjusted_wald}),
        "nps::margin_of_error: respondent_sd = 0.5, is not enough for adjusted_wald, which needs "
        "shares",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::margin_of_error(
            {.completes = 10, .population = (std::numeric_limits<std::uint64_t>::max)()}),
        "nps::population_size: customers = 18446744073709551615, must be in [1, 2^53]",
        nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::margin_of_error({.completes = 10, .method = static_cast<planning_method>(7)}),
        nps::invalid_input);
    CHECK_THROWS_AS((void)nps::margin_of_error(
                        {.completes = 10, .population_form = static_cast<population_variance>(7)}),
                    nps::invalid_input);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/sample_size.hpp>

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

const double sd_of_61 = std::sqrt(0.61);

TEST_CASE("sample_size equals mpmath at every step") {
    for (const auto& row : nps_test::reference_table("sample_size.csv")) {
        const std::int64_t people = row.integer("population");
        const nps::sample_plan plan = nps::sample_size(
            {.margin = row.number("margin"),
             .level = row.number("level"),
             .shares = category_shares{row.number("detractors"), row.number("passives"),
                                       row.number("promoters")},
             .method = row.text("method") == "wald" ? planning_method::wald
                                                    : planning_method::adjusted_wald,
             .population = people == 0 ? std::nullopt : std::optional<std::int64_t>(people),
             .population_form = row.text("form") == "divisor_n"
                                    ? population_variance::divisor_n
                                    : population_variance::divisor_n_minus_1,
             .design_effect = row.number("design_effect"),
             .response_rate = row.number("response_rate")});
        CHECK(nps_test::close(plan.n0, row.number("n0")));
        CHECK(nps_test::close(plan.after_population, row.number("after_population")));
        CHECK(nps_test::close(plan.after_design_effect, row.number("after_design_effect")));
        CHECK(plan.completes == row.integer("completes"));
        CHECK(plan.invitations == row.integer("invitations"));
        CHECK(plan.method == row.text("method"));
        CHECK(plan.achieved_margin <= plan.margin);
        CHECK(plan.exceeds_population == (people != 0 && plan.invitations > people));
    }
}

TEST_CASE("published sizes") {
    const auto plain = nps::sample_size({.margin = 0.05, .respondent_sd = sd_of_61});
    CHECK(nps_test::close(plain.n0, 937.315952249366));
    CHECK(plain.completes == 938);
    CHECK(plain.invitations == 938);
    CHECK(nps_test::close(plain.respondent_sd, sd_of_61));

    const auto small =
        nps::sample_size({.margin = 0.05, .respondent_sd = sd_of_61, .population = 1'000});
    CHECK(std::round(small.after_population * 1e4) == 4840718);
    CHECK(small.completes == 485);
    const auto other =
        nps::sample_size({.margin = 0.05,
                          .respondent_sd = sd_of_61,
                          .population = 1'000,
                          .population_form = population_variance::divisor_n_minus_1});
    CHECK(std::round(other.after_population * 1e4) == 4838219);
    CHECK(other.completes == 484);

    // samplics: half interval 1, sigma 2 (here both on the scale of a score).
    CHECK(nps::sample_size({.margin = 0.5}).completes == 16);
    CHECK(nps::sample_size({.margin = 0.5, .response_rate = 0.8}).invitations == 20);
    CHECK(nps::sample_size({.margin = 0.5, .response_rate = 0.9}).invitations == 18);
    CHECK(nps::sample_size({.margin = 0.5, .design_effect = 1.3}).completes == 20);
    CHECK(nps::sample_size({.margin = 0.5, .design_effect = 1.3, .response_rate = 0.75})
              .invitations == 27);
}

TEST_CASE("adjusted Wald: the smallest n whose margin at the expected counts is small enough") {
    const auto size = [](double margin, category_shares shares) {
        return nps::sample_size(
                   {.margin = margin, .shares = shares, .method = planning_method::adjusted_wald})
            .completes;
    };
    CHECK(size(0.05, {0.2, 0.3, 0.5}) == 935);
    CHECK(size(0.10, {0.2, 0.3, 0.5}) == 232);
    CHECK(size(0.05, {0, 0.1, 0.9}) == 168);

    // By search from n = 1, with the formula written out.
    const double z = 1.959963984540054;
    for (const category_shares s :
         {category_shares{0, 0, 1}, category_shares{0, 1, 0}, category_shares{0.02, 0.08, 0.9},
          category_shares{0.4, 0.2, 0.4}, category_shares{0.9, 0.1, 0}}) {
        for (const double margin : {0.04, 0.1, 0.35, 0.7, 0.9}) {
            std::int64_t n = 1;
            for (;; ++n) {
                const double m = static_cast<double>(n) + 3;
                const double p = (s.promoters * static_cast<double>(n) + 0.75) / m;
                const double d = (s.detractors * static_cast<double>(n) + 0.75) / m;
                if (z * std::sqrt((p + d - (p - d) * (p - d)) / m) <= margin) {
                    break;
                }
            }
            CHECK(size(margin, s) == n);
        }
    }
}

TEST_CASE("two thousand answers a project, and every other n, come back from their margin") {
    CHECK(nps::sample_size({.margin = nps::margin_of_error({.completes = 2'000})}).completes ==
          2'000);
    const category_shares shares{0.2, 0.3, 0.5};
    for (std::int64_t n = 5; n < 3'000; n += 3) {
        const double worst = nps::margin_of_error({.completes = n});
        CHECK(nps::sample_size({.margin = worst}).completes == n);
        for (const auto method : {planning_method::wald, planning_method::adjusted_wald}) {
            const double margin = nps::margin_of_error({.completes = n,
                                                        .shares = shares,
                                                        .method = method,
                                                        .population = 3'000,
                                                        .design_effect = 1.7});
            if (margin < 1) {
                CHECK(nps::sample_size({.margin = margin,
                                        .shares = shares,
                                        .method = method,
                                        .population = 3'000,
                                        .design_effect = 1.7})
                          .completes == n);
            }
        }
    }
}

TEST_CASE("a plan says what it rests on: its steps follow from its own members") {
    const auto plan = nps::sample_size({.margin = 0.05,
                                        .respondent_sd = 0.8,
                                        .population = 5'000,
                                        .design_effect = 1.5,
                                        .response_rate = 0.25});
    REQUIRE(plan.population.has_value());
    CHECK(*plan.population == 5'000);
    CHECK(plan.design_effect == 1.5);
    CHECK(plan.response_rate == 0.25);
    const double people = static_cast<double>(*plan.population);
    const double z = 1.959963984540054;
    CHECK(nps_test::close(plan.n0, std::pow(z * plan.respondent_sd / plan.margin, 2)));
    const double designed = plan.design_effect * plan.n0;
    CHECK(nps_test::close(plan.after_design_effect, designed * people / (people - 1 + designed)));
    CHECK(plan.invitations ==
          std::llround(std::ceil(plan.after_design_effect / plan.response_rate)));
    const auto plain = nps::sample_size({.margin = 0.05});
    CHECK_FALSE(plain.population.has_value());
    CHECK(plain.design_effect == 1);
    CHECK(plain.response_rate == 1);
}

TEST_CASE("a rate that divides evenly does not cost one invitation more") {
    // n0 = (Z / d)^2 = 100.
    const double z = 1.9599639845400542;
    const auto plan = nps::sample_size({.margin = z / 10, .response_rate = 0.1});
    CHECK(plan.completes == 100);
    CHECK(plan.invitations == 1'000);
}

TEST_CASE("a population is never exceeded by answers, and says when it is by invitations") {
    const auto plan = nps::sample_size(
        {.margin = 0.01, .population = 200, .design_effect = 3, .response_rate = 0.5});
    CHECK(plan.completes == 200);
    CHECK(plan.invitations == 400);
    CHECK(plan.exceeds_population);
    CHECK(plan.achieved_margin == 0);
    CHECK_FALSE(nps::sample_size({.margin = 0.1, .population = 200}).exceeds_population);
    // However small the margin, everybody is enough.
    const auto census = nps::sample_size({.margin = 1e-100, .population = 80'000});
    CHECK(census.completes == 80'000);
    CHECK(census.achieved_margin == 0);
    CHECK(nps::sample_size({.margin = 0.1, .population = 1}).completes == 1);
}

TEST_CASE("without anything to vary one answer is enough for Wald, and one invitation is not") {
    const auto plan = nps::sample_size({.margin = 0.05, .respondent_sd = 0, .response_rate = 0.1});
    CHECK(plan.n0 == 0);
    CHECK(plan.completes == 1);
    CHECK(plan.invitations == 10);
    // Adjusted Wald is already below a margin of .8 without any answer.
    CHECK(nps::sample_size({.margin = 0.9, .method = planning_method::adjusted_wald}).n0 == 0);
}

TEST_CASE("sizes grow with level, S and design effect, and fall with the margin") {
    double last = 0;
    for (const double level : {0.5, 0.8, 0.9, 0.95, 0.99, 0.999}) {
        const double n = nps::sample_size({.margin = 0.05, .level = level}).n0;
        CHECK(n > last);
        last = n;
    }
    CHECK(nps::sample_size({.margin = 0.02}).n0 > nps::sample_size({.margin = 0.03}).n0);
    CHECK(nps::sample_size({.margin = 0.02, .respondent_sd = 0.8}).n0 <
          nps::sample_size({.margin = 0.02}).n0);
    // Swapping promoters and detractors changes nothing.
    CHECK(nps_test::close(
        nps::sample_size({.margin = 0.02, .shares = category_shares{0.1, 0.2, 0.7}}).n0,
        nps::sample_size({.margin = 0.02, .shares = category_shares{0.7, 0.2, 0.1}}).n0));
    // From 10^12 answers on: still whole numbers, still exact.
    const auto large = nps::sample_size({.margin = 1e-6});
    CHECK(nps_test::close(large.n0, 3841458820694.1260));
    CHECK(large.completes == 3'841'458'820'695);
}

TEST_CASE("sample_size refuses nonsense") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        (void)nps::sample_size({.margin = 5}),
        "nps::sample_size: margin = 5, must be in (0, 1): scores are on [-1, 1], 5 "
        "points are 0.05",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::sample_size({.margin = 1e-9}),
                         "nps::sample_size: margin = 1e-09, would need more than 2^53 people",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::sample_size({.margin = 1e-300, .population = 10}),
                         "nps::sample_size: margin = 1e-300, must be at least 1e-150",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 1e-6, .response_rate = 1e-5}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::sample_size({.margin = 0.05, .response_rate = 1e-14}),
                         "nps::sample_size: response_rate = 1e-14, would need more than 2^53 "
                         "people",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0.1, .level = nan}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0.1, .response_rate = 0}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::sample_size({.margin = 0.1, .response_rate = 20}),
                         "nps::sample_size: response_rate = 20, must be in (0, 1]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0.1, .response_rate = nan}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0.1, .population = 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0.1, .respondent_sd = -0.1}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::sample_size({.margin = 0.1, .shares = category_shares{20, 30, 50}}),
                    nps::invalid_input);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/shrunken_sd.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::shrunken_sd;

std::vector<double> numbers_of(const nps_test::reference_row& row, const std::string& column) {
    std::istringstream in(row.text(column));
    return {std::istream_iterator<double>(in), {}};
}

TEST_CASE("the credibility of R actuar") {
    for (const auto& row : nps_test::reference_table("shrunken_sd.csv")) {
        const auto d = numbers_of(row, "detractors");
        const auto q = numbers_of(row, "passives");
        const auto p = numbers_of(row, "promoters");
        const auto own = numbers_of(row, "own_weight");
        const auto variance = numbers_of(row, "variance");
        std::vector<category_counts> pilots;
        for (std::size_t h = 0; h < d.size(); ++h) {
            pilots.push_back({static_cast<std::int64_t>(d[h]), static_cast<std::int64_t>(q[h]),
                              static_cast<std::int64_t>(p[h])});
        }
        // Groups of 0 and 1 answers are given the pooled one and change nothing.
        pilots.push_back({});
        pilots.push_back({.promoters = 1});
        const auto made = shrunken_sd(pilots);
        CHECK(made.informative == d.size());
        CHECK(nps_test::close(made.pooled_sd, std::sqrt(row.number("pooled"))));
        CHECK(nps_test::close(made.between_variance, row.number("between")));
        CHECK(nps_test::close(made.within_variance, row.number("within")));
        REQUIRE(made.groups.size() == pilots.size());
        for (std::size_t h = 0; h < d.size(); ++h) {
            CHECK(nps_test::close(made.groups[h].own_weight, own[h]));
            CHECK(nps_test::close(made.groups[h].respondent_sd,
                                  std::sqrt(std::min(1.0, variance[h]))));
        }
        for (std::size_t h = d.size(); h < pilots.size(); ++h) {
            CHECK(made.groups[h].respondent_sd == made.pooled_sd);
            CHECK(made.groups[h].own_weight == 0);
        }
    }
}

TEST_CASE("nearer to the true S^2 than the pilots alone, and than one S for all") {
    // 60 touchpoints of 12 answers each; promoters 30 to 90 % with few detractors.
    nps::random_stream draws(5, 0, nps::random_purpose::simulation);
    double own = 0;
    double pooled = 0;
    double shrunken = 0;
    for (int round = 0; round < 100; ++round) {
        std::vector<category_counts> pilots;
        std::vector<double> truth;
        for (int h = 0; h < 60; ++h) {
            const double p = 0.3 + 0.6 * draws.uniform();
            const double d = (1 - p) * 0.7 * draws.uniform();
            truth.push_back(p + d - (p - d) * (p - d));
            category_counts pilot;
            for (int i = 0; i < 12; ++i) {
                const double u = draws.uniform();
                ++(u < p ? pilot.promoters : u < p + d ? pilot.detractors : pilot.passives);
            }
            pilots.push_back(pilot);
        }
        const auto made = shrunken_sd(pilots);
        for (std::size_t h = 0; h < truth.size(); ++h) {
            const double alone = nps::net_promoter_score(pilots[h]).respondent_sd;
            own += std::pow(alone * alone - truth[h], 2);
            pooled += std::pow(made.pooled_sd * made.pooled_sd - truth[h], 2);
            shrunken += std::pow(std::pow(made.groups[h].respondent_sd, 2) - truth[h], 2);
        }
    }
    CHECK(shrunken < 0.9 * own);
    CHECK(shrunken < 0.9 * pooled);
}

TEST_CASE("few groups, unanimous groups, swapped groups, and counts near 2^53") {
    CHECK(shrunken_sd({}).groups.empty());
    CHECK(shrunken_sd({}).pooled_sd == 1);
    const auto nothing = shrunken_sd({{}, {.passives = 1}});
    CHECK(nothing.groups[0].respondent_sd == 1);
    CHECK(nothing.groups[1].respondent_sd == 1);
    CHECK(nothing.informative == 0);
    // One group: its own unbiased variance .61 * 100 / 99.
    const auto one = shrunken_sd({{20, 30, 50}, {}});
    CHECK(nps_test::close(one.groups[0].respondent_sd, std::sqrt(0.61 * 100 / 99)));
    CHECK(one.groups[1].respondent_sd == one.pooled_sd);
    // A variance of 2 answers, (1, 0, 1), is 2: S is at most 1.
    CHECK(shrunken_sd({{1, 0, 1}}).groups[0].respondent_sd == 1);
    const auto unanimous = shrunken_sd({{0, 0, 5}, {0, 9, 0}});
    CHECK(unanimous.groups[0].respondent_sd == 0);
    CHECK(unanimous.groups[1].respondent_sd == 0);
    // Nothing varies within, but between: each its own.
    const auto apart = shrunken_sd({{0, 0, 50}, {25, 0, 25}});
    CHECK(apart.groups[0].own_weight == 1);
    CHECK(apart.groups[0].respondent_sd == 0);
    CHECK(apart.groups[1].respondent_sd == 1);
    // A unanimous pilot of five among others is not believed.
    const auto mixed = shrunken_sd({{0, 0, 5}, {2, 3, 5}, {1, 2, 9}, {3, 3, 3}, {10, 20, 80}});
    CHECK(mixed.groups[0].respondent_sd > 0.3);

    const auto forth = shrunken_sd({{1, 2, 9}, {4, 4, 1}, {0, 3, 3}, {30, 1, 200}});
    const auto back = shrunken_sd({{9, 2, 1}, {1, 4, 4}, {3, 3, 0}, {200, 1, 30}});
    for (std::size_t h = 0; h < 4; ++h) {
        CHECK(nps_test::close(forth.groups[h].respondent_sd, back.groups[h].respondent_sd));
    }
    const std::int64_t vast = (std::int64_t{1} << 53) / 10;
    const auto large = shrunken_sd({{2 * vast, 3 * vast, 5 * vast}, {vast, vast, 2 * vast}});
    CHECK(nps_test::close(large.groups[0].respondent_sd, std::sqrt(0.61)));
    CHECK(nps_test::close(large.groups[1].respondent_sd, std::sqrt(0.6875)));

    // One pilot of billions beside three of three answers; mpmath at 60 digits.
    const auto uneven =
        shrunken_sd({{1000000001, 2000000003, 4000000005}, {1, 0, 2}, {0, 3, 0}, {0, 2, 1}});
    CHECK(nps_test::close(uneven.between_variance, 0.096803800937956297));
    CHECK(nps_test::close(uneven.within_variance, 0.38400666407079391));
    CHECK(nps_test::close(uneven.groups[1].own_weight, 0.43061035442802614));

    CHECK_THROWS_WITH_AS((void)shrunken_sd({{1, 2, 3}, {-1, 2, 3}}),
                         "nps::shrunken_sd: detractors = -1, must be in [0, 2^53] (group 1)",
                         nps::invalid_input);
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/net_promoter_score.hpp>

#include "support/close.hpp"

#include <cmath>
#include <string>

using nps::category_counts;
using nps::net_promoter_score;
using nps::score_variance;
using nps_test::close;

TEST_CASE("net_promoter_score: the published cases") {
    // R package NPS prints three digits of its standard errors; the variances are rational.
    struct {
        category_counts counts;
        double score, variance, printed_error;
    } const cases[] = {{{1, 2, 3}, 1.0 / 3, 5.0 / 9, .304},
                       {{1, 0, 1}, 0, 1, .707},
                       {{0, 1, 1}, .5, .25, .354},
                       {{1, 1, 1}, 0, 2.0 / 3, .471},
                       {{1, 0, 0}, -1, 0, 0}};
    for (const auto& c : cases) {
        const nps::estimate e = net_promoter_score(c.counts);
        CHECK(close(e.value, c.score));
        CHECK(close(e.respondent_sd, std::sqrt(c.variance)));
        CHECK(std::abs(e.standard_error - c.printed_error) < 5e-4);
        CHECK(e.n == c.counts.n());
        CHECK(e.method == "population");
    }
    const nps::estimate e = net_promoter_score({362, 176, 462});
    CHECK(close(e.value, .1));
    CHECK(close(e.respondent_sd, std::sqrt(.814)));
    CHECK(close(e.standard_error, 0.028530685235374213));
    // Two-sided p against zero, as R's package prints it.
    CHECK(close(std::erfc(e.value / e.standard_error / std::sqrt(2.0)), 0.000456610394112378));
    // The margin-of-error case of CrossValidated: p 1/2, d 1/6.
    CHECK(close(net_promoter_score({1, 2, 3}).respondent_sd, std::sqrt(5.0 / 9)));
}

TEST_CASE("net_promoter_score: faults of other tools") {
    const nps::estimate e = net_promoter_score({20, 30, 50});
    // p(1 - p) + d(1 - d) drops 2 p d and would give .0640.
    CHECK(close(e.standard_error, std::sqrt(.61 / 100)));
    // The standard error has its square root of n.
    CHECK(close(e.standard_error * 10, e.respondent_sd));
}

TEST_CASE("net_promoter_score: the unbiased variance is that of the answers with divisor n - 1") {
    // Answers -1, 0, 0, 1, 1, 1: mean 1/3, squared deviations 30/9, over 5.
    const nps::estimate e = net_promoter_score({1, 2, 3}, {.variance = score_variance::unbiased});
    CHECK(close(e.respondent_sd, std::sqrt(2.0 / 3)));
    CHECK(close(e.standard_error, std::sqrt(1.0 / 9)));
    CHECK(e.method == "unbiased");
}

TEST_CASE("net_promoter_score: unanimous surveys have standard error exactly 0, at any size") {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{3}, std::int64_t{1000000000000},
                                 nps::detail::largest_count}) {
        for (const category_counts& counts :
             {category_counts{n, 0, 0}, category_counts{0, n, 0}, category_counts{0, 0, n}}) {
            const nps::estimate e = net_promoter_score(counts);
            CHECK(e.standard_error == 0);
            CHECK(e.respondent_sd == 0);
            CHECK(e.value == (counts.promoters > 0 ? 1 : counts.detractors > 0 ? -1 : 0));
        }
    }
}

TEST_CASE("net_promoter_score: one dissenter in 10^12 keeps all its digits") {
    // Variance (n - 1) / n^2 for (0, 1, n - 1), 4 (n - 1) / n^2 for (1, 0, n - 1).
    const std::int64_t n = 1000000000000;
    const double size = 1e12;
    CHECK(close(net_promoter_score({0, 1, n - 1}).respondent_sd, std::sqrt(size - 1) / size));
    CHECK(close(net_promoter_score({1, 0, n - 1}).respondent_sd, 2 * std::sqrt(size - 1) / size));
    CHECK(close(net_promoter_score({0, n - 1, 1}).respondent_sd, std::sqrt(size - 1) / size));
}

TEST_CASE("net_promoter_score: swapping promoters and detractors flips the sign alone") {
    for (const category_counts& c : {category_counts{1, 2, 3}, {0, 7, 5}, {123, 456, 789}}) {
        const nps::estimate a = net_promoter_score(c);
        const nps::estimate b = net_promoter_score({c.promoters, c.passives, c.detractors});
        CHECK(a.value == -b.value);
        CHECK(a.standard_error == b.standard_error);
    }
}

TEST_CASE("net_promoter_score: refuses what has no answer") {
    const auto text_of = [](auto call) -> std::string {
        try {
            (void)call();
        } catch (const std::exception& e) {
            return e.what();
        }
        return {};
    };
    CHECK(text_of([] { return net_promoter_score({}); }) ==
          "nps::net_promoter_score: no valid answers");
    CHECK(text_of([] {
              return net_promoter_score({-1, 2, 3});
          }) == "nps::net_promoter_score: detractors = -1, must be in [0, 2^53]");
    CHECK(text_of([] {
              return net_promoter_score({0, 0, 1}, {.variance = score_variance::unbiased});
          }) == "nps::net_promoter_score: the unbiased variance of one respondent");
    CHECK(text_of([] {
              return net_promoter_score({0, 0, 1}, {.variance = static_cast<score_variance>(9)});
          }) == "nps::net_promoter_score: variance = 9, must be a named variance");
    CHECK_THROWS_AS((void)net_promoter_score({}), nps::undefined_result);
    CHECK_THROWS_AS((void)net_promoter_score({-1, 2, 3}), nps::invalid_input);
    CHECK_THROWS_AS((void)net_promoter_score({nps::detail::largest_count, 1, 0}),
                    nps::invalid_input);
}

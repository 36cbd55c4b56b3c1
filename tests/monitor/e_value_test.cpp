// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/e_value.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;

constexpr std::array sides{alternative::two_sided, alternative::less, alternative::greater};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

alternative side_of(const std::string& name) {
    return name == "less"      ? alternative::less
           : name == "greater" ? alternative::greater
                               : alternative::two_sided;
}

double binomial(int n, int k) {
    return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0));
}

// The mean of f over all surveys of n answers with these shares.
template <class F>
double expectation(int n, double d, double p, F f) {
    double sum = 0;
    for (int i = 0; i <= n; ++i) {
        for (int j = 0; j <= n - i; ++j) {
            const double chance = binomial(n, i) * binomial(n - i, j) * std::pow(d, i) *
                                  std::pow(p, j) * std::pow(1 - d - p, n - i - j);
            sum += chance * f(category_counts{i, n - i - j, j});
        }
    }
    return sum;
}

} // namespace

TEST_CASE("score_e_value and score_difference_e_value equal quadrature at many digits") {
    int two_groups = 0;
    for (const auto& row : nps_test::reference_table("score_e_value.csv")) {
        const category_counts a{row.integer("d"), row.integer("q"), row.integer("p")};
        const alternative side = side_of(row.text("side"));
        const double score = row.number("score");
        const double expected = row.number("log_e");
        INFO(a.detractors, " ", a.passives, " ", a.promoters, " at ", score, " ", row.text("side"));
        if (row.text("d_b").empty()) {
            const auto result = nps::score_e_value(a, {.score = score, .alternative = side});
            // The logarithm is a sum of n terms: s itself has 16 digits, and n of them count.
            const double rounding = 3e-16 * static_cast<double>(a.n());
            CHECK(nps_test::close(result.log_e, expected,
                                  {.relative = 1e-12,
                                   .absolute = 1e-13 + rounding,
                                   .reason = "the score is rounded to 1e-16, times n"}));
            CHECK(result.alternative == side);
            CHECK(result.n == a.n());
        } else {
            ++two_groups;
            const category_counts b{row.integer("d_b"), row.integer("q_b"), row.integer("p_b")};
            const auto result =
                nps::score_difference_e_value(a, b, {.difference = score, .alternative = side});
            CHECK(nps_test::close(result.log_e, expected,
                                  {.relative = 1e-12,
                                   .absolute = 1e-12,
                                   .reason = "a sum of two that nearly cancel"}));
            CHECK(result.n == a.n() + b.n());
        }
    }
    CHECK(two_groups == 15);
}

TEST_CASE("The expected e-value is 1 under the hypothesis, and at most 1 on its safe side") {
    for (const auto& [d, p] : {std::pair{0.2, 0.5}, {0.05, 0.9}, {0.0, 0.3}, {0.6, 0.1}}) {
        const double s = p - d;
        for (const alternative side : sides) {
            const auto mean_at = [&, d = d, p = p](double score) {
                return expectation(9, d, p, [&](const category_counts& counts) {
                    return nps::score_e_value(counts, {.score = score, .alternative = side})
                        .e_value;
                });
            };
            CHECK(nps_test::close(mean_at(s), 1));
            const double lower = mean_at(s - 0.05);
            const double higher = mean_at(s + 0.05);
            if (side == alternative::less) {
                CHECK(lower < 1);
                CHECK(higher > 1);
            } else if (side == alternative::greater) {
                CHECK(lower > 1);
                CHECK(higher < 1);
            }
        }
    }
    // Two groups with the same score and other shares.
    for (const alternative side : sides) {
        const double mean = expectation(5, 0.2, 0.5, [&](const category_counts& a) {
            return expectation(4, 0.3, 0.6, [&](const category_counts& b) {
                return nps::score_difference_e_value(a, b, {.alternative = side}).e_value;
            });
        });
        CHECK(mean < 1);
        CHECK(mean > 0.2);
    }
}

TEST_CASE("E-values keep the symmetries of the question") {
    const category_counts a{20, 30, 50};
    const category_counts b{32, 38, 30};
    const category_counts swapped_a{50, 30, 20};
    const category_counts swapped_b{30, 38, 32};
    const auto e = [](const category_counts& c, double s, alternative side) {
        return nps::score_e_value(c, {.score = s, .alternative = side}).log_e;
    };
    CHECK(e(a, 0.1, alternative::greater) == e(swapped_a, -0.1, alternative::less));
    CHECK(nps_test::close(e(a, 0.1, alternative::two_sided),
                          e(swapped_a, -0.1, alternative::two_sided)));
    const auto two = [](const category_counts& x, const category_counts& y, double s,
                        alternative side) {
        return nps::score_difference_e_value(x, y, {.difference = s, .alternative = side}).log_e;
    };
    CHECK(nps_test::close(two(a, b, 0.05, alternative::greater),
                          two(b, a, -0.05, alternative::less)));
    CHECK(nps_test::close(two(a, b, 0.05, alternative::greater),
                          two(swapped_b, swapped_a, 0.05, alternative::greater)));
    // Log-convex in the score, least near the estimate.
    double before = e(a, -0.95, alternative::two_sided);
    double step = -1e9;
    for (double s = -0.9; s < 0.96; s += 0.05) {
        const double here = e(a, s, alternative::two_sided);
        CHECK(here - before > step);
        step = here - before;
        before = here;
    }
    // More of the same is more evidence.
    CHECK(e({40, 60, 100}, 0.1, alternative::greater) > e(a, 0.1, alternative::greater));
    // A group that says nothing.
    CHECK(two(a, {}, 0, alternative::two_sided) <= 0);
    CHECK(two({}, {}, 0, alternative::two_sided) == 0);
}

TEST_CASE("E-values are finite for every survey and score") {
    constexpr std::int64_t trillion = 1'000'000'000'000;
    for (const category_counts& c :
         {category_counts{}, category_counts{0, 0, 1}, category_counts{1, 0, 0},
          category_counts{0, 1, 0}, category_counts{0, 0, trillion},
          category_counts{trillion, 0, 0}, category_counts{0, trillion, 0},
          category_counts{1, 1, trillion}, category_counts{trillion, trillion, trillion}}) {
        for (const double s : {-1 + 1e-15, -0.999, -0.3, 0.0, 1e-9, 0.5, 0.999999, 1 - 1e-15}) {
            for (const alternative side : sides) {
                INFO(c.detractors, " ", c.passives, " ", c.promoters, " at ", s);
                const auto one = nps::score_e_value(c, {.score = s, .alternative = side});
                CHECK(std::isfinite(one.log_e));
                CHECK(std::isfinite(one.e_value));
                CHECK((one.p_value >= 0 && one.p_value <= 1));
                if (s == 0.5) {
                    const auto two = nps::score_difference_e_value(
                        c, {2, 3, 5}, {.difference = s, .alternative = side});
                    CHECK(std::isfinite(two.log_e));
                }
            }
        }
    }
    CHECK(nps::score_e_value({}, {.score = 0.2}).e_value == 1);
}

TEST_CASE("score_e_process adds batches, and keeps the largest") {
    nps::score_e_process process({.score = 0.4, .alternative = alternative::less});
    CHECK(process.evidence().p_value == 1);
    double largest = 0;
    for (const category_counts& batch : {category_counts{2, 3, 5}, category_counts{},
                                         category_counts{30, 10, 10}, category_counts{0, 10, 90}}) {
        const auto now = process.add(batch);
        CHECK(now.log_e ==
              nps::score_e_value(process.counts(), {.score = 0.4, .alternative = alternative::less})
                  .log_e);
        largest = std::max(largest, now.log_e);
    }
    CHECK(process.counts() == category_counts{32, 23, 105});
    CHECK(process.evidence().log_e == largest);
    CHECK(nps_test::close(process.evidence().p_value, std::exp(-largest)));
    CHECK(largest > 3);
    CHECK_THROWS_AS(process.add({-1, 0, 0}), nps::invalid_input);
    CHECK(process.counts() == category_counts{32, 23, 105});
}

TEST_CASE("merge_log_e_values averages or multiplies") {
    const std::vector<double> e{std::log(20.0), std::log(0.5), std::log(3.5)};
    CHECK(nps_test::close(nps::merge_log_e_values(e), std::log(8.0)));
    CHECK(nps_test::close(nps::merge_log_e_values(e, nps::e_value_merge::product), std::log(35.0)));
    CHECK(nps_test::close(nps::merge_log_e_values(std::array{2000.0, 2000.0}), 2000));
    CHECK(nps::merge_log_e_values({}) == 0);
    CHECK_THROWS_WITH_AS((void)nps::merge_log_e_values(std::array{0.0, not_a_number}),
                         "nps::merge_log_e_values: log_e[1] = nan, must be finite",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::merge_log_e_values(std::array{1e308, 1e308}, nps::e_value_merge::product),
        "nps::merge_log_e_values: sum of log_e = inf, must be finite", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::merge_log_e_values({}, static_cast<nps::e_value_merge>(7)),
                    nps::invalid_input);
}

TEST_CASE("Bad arguments are named") {
    CHECK_THROWS_WITH_AS((void)nps::score_e_value({1, 2, 3}, {.score = 1}),
                         "nps::score_e_value: score = 1, must be in (-1, 1)", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_e_value({1, 2, 3}, {.score = not_a_number}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_e_value({1, -2, 3}, {.score = 0}), nps::invalid_input);
    CHECK_THROWS_AS(nps::score_e_process({.score = 2}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::score_difference_e_value({1, 2, 3}, {1, 2, 3}, {.difference = -2}),
        "nps::score_difference_e_value: difference = -2, must be in (-2, 2)", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::score_e_value(
                        {1, 2, 3}, {.score = 0, .alternative = static_cast<alternative>(9)}),
                    nps::invalid_input);
}

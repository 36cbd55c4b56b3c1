// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/score_permutation_test.hpp>

#include "support/close.hpp"
#include "support/interval_properties.hpp"
#include "support/reference.hpp"

#include <nps/numeric/binomial_draw.hpp>

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::permutation_hypothesis;

constexpr permutation_hypothesis hypotheses[] = {permutation_hypothesis::equal_scores,
                                                 permutation_hypothesis::equal_distributions};

category_counts counts_of(const nps_test::reference_row& row, const std::string& group) {
    return {row.integer(group + "_detractors"), row.integer(group + "_passives"),
            row.integer(group + "_promoters")};
}

category_counts mirrored(const category_counts& c) {
    return {c.promoters, c.passives, c.detractors};
}

double p_value(const category_counts& a, const category_counts& b, permutation_hypothesis h,
               alternative side = alternative::two_sided, bool mid_p = false) {
    return nps::score_permutation_test(a, b, {.hypothesis = h, .alternative = side, .mid_p = mid_p})
        .p_value;
}

// Relatively, also where the helper's absolute slack would hide a far tail.
bool same_tail(double actual, double expected) {
    return std::abs(actual - expected) <= 1e-12 * expected;
}

TEST_CASE("every p value against all tables in fractions") {
    int far = 0;
    for (const auto& row : nps_test::reference_table("score_permutation.csv")) {
        const category_counts a = counts_of(row, "a");
        const category_counts b = counts_of(row, "b");
        const auto hypothesis = row.text("hypothesis") == "equal_scores"
                                    ? permutation_hypothesis::equal_scores
                                    : permutation_hypothesis::equal_distributions;
        const std::string side = row.text("alternative");
        const auto asked = side == "less"      ? alternative::less
                           : side == "greater" ? alternative::greater
                                               : alternative::two_sided;
        CAPTURE(a.detractors);
        CAPTURE(a.passives);
        CAPTURE(a.promoters);
        CAPTURE(b.detractors);
        CAPTURE(b.passives);
        CAPTURE(b.promoters);
        CAPTURE(row.text("hypothesis"));
        CAPTURE(side);
        const double expected = row.number("p_value");
        const double p = p_value(a, b, hypothesis, asked);
        CAPTURE(p / expected - 1);
        CHECK(same_tail(p, expected));
        const double mid = p_value(a, b, hypothesis, asked, true);
        CAPTURE(mid);
        // 1 less a half of nearly everything: the digits of 1.
        CHECK(std::abs(mid - row.number("mid_p")) <=
              1e-12 * row.number("mid_p") + (expected > 0.5 ? 1e-14 : 0.0));
        far += expected < 1e-20;
    }
    CHECK(far >= 6);
}

TEST_CASE("millions of answers against inversion in two dimensions") {
    int rows = 0;
    for (const auto& row : nps_test::reference_table("score_permutation_large.csv")) {
        const category_counts a = counts_of(row, "a");
        const category_counts b = counts_of(row, "b");
        CAPTURE(a.detractors);
        CAPTURE(b.detractors);
        const auto plain = permutation_hypothesis::equal_distributions;
        const double both = p_value(a, b, plain);
        ++rows;
        if (a.n() > 1'000'000'000) {
            // A trillion: as the doc comment says. Once, for it takes a third of a second.
            CHECK(std::abs(both - row.number("two_sided")) <= 1e-11 * both);
            continue;
        }
        CHECK(same_tail(both, row.number("two_sided")));
        CHECK(same_tail(p_value(a, b, plain, alternative::greater), row.number("greater")));
        if (a.n() < 100'000'000) {
            CHECK(same_tail(p_value(a, b, plain, alternative::less), row.number("less")));
        }
        if (a.n() == b.n()) {
            // Both forms order the tables alike.
            CHECK(
                same_tail(p_value(a, b, permutation_hypothesis::equal_scores, alternative::greater),
                          row.number("greater")));
        }
    }
    CHECK(rows == 10);
}

TEST_CASE("R coin: exact p values and the standardised statistic") {
    const nps_test::tolerance rounding{.relative = 1e-12, .absolute = 0};
    for (const auto& row : nps_test::reference_table("score_permutation_coin.csv")) {
        const category_counts a = counts_of(row, "a");
        const category_counts b = counts_of(row, "b");
        const auto plain = permutation_hypothesis::equal_distributions;
        const nps::comparison c = nps::score_permutation_test(a, b, {.hypothesis = plain});
        CHECK(nps_test::close(c.statistic, row.number("statistic"), rounding));
        CHECK(nps_test::close(c.p_value, row.number("two_sided"), rounding));
        CHECK(
            nps_test::close(p_value(a, b, plain, alternative::less), row.number("less"), rounding));
        CHECK(nps_test::close(p_value(a, b, plain, alternative::greater), row.number("greater"),
                              rounding));
        CHECK(nps_test::close(p_value(a, b, plain, alternative::two_sided, true),
                              row.number("mid_p"), rounding));
    }
}

TEST_CASE("a published exact p value") {
    CHECK(nps_test::close(
        p_value({20, 30, 50}, {40, 30, 30}, permutation_hypothesis::equal_distributions),
        8.61078379e-4, {.relative = 5e-9, .reason = "published to nine digits"}));
}

TEST_CASE("what the result says") {
    const category_counts a{20, 30, 50};
    const category_counts b{40, 30, 30};
    const nps::comparison c = nps::score_permutation_test(a, b);
    CHECK(nps_test::close(c.difference, 0.4));
    // (.61 + .69) / 100
    CHECK(nps_test::close(c.standard_error, std::sqrt(0.013)));
    CHECK(nps_test::close(c.statistic, 0.4 / std::sqrt(0.013)));
    CHECK(c.method == "studentised_permutation");
    CHECK(c.alternative == alternative::two_sided);
    CHECK(c.n_a == 100);
    CHECK(c.n_b == 100);
    CHECK(!c.degrees_of_freedom.has_value());
    CHECK(c.interval.method == "wald");
    CHECK(c.interval.n == 200);
    CHECK(nps_test::close(c.interval.lower, 0.4 - 1.959963984540054 * std::sqrt(0.013)));
    CHECK(nps_test::close(c.interval.upper, 0.4 + 1.959963984540054 * std::sqrt(0.013)));
    CHECK(!c.interval.clipped);

    const nps::comparison d =
        nps::score_permutation_test(a, b,
                                    {.hypothesis = permutation_hypothesis::equal_distributions,
                                     .alternative = alternative::greater,
                                     .mid_p = true,
                                     .level = 0.9});
    CHECK(d.method == "permutation_mid_p");
    CHECK(d.alternative == alternative::greater);
    // Pooled shares .3, .3, .4: .7 - .01 over 200 answers without replacement.
    CHECK(nps_test::close(d.standard_error, std::sqrt(0.69 * 4 / 199)));
    CHECK(nps_test::close(d.interval.lower, 0.4 - 1.2815515655446004 * std::sqrt(0.013)));
    CHECK(d.interval.upper == 2);
    CHECK(d.interval.sides == nps::bounds::lower);
    CHECK(nps::score_permutation_test(a, b, {.mid_p = true}).method ==
          "studentised_permutation_mid_p");
    CHECK(nps::score_permutation_test(a, b,
                                      {.hypothesis = permutation_hypothesis::equal_distributions})
              .method == "permutation");

    const nps::interval wide =
        nps::score_permutation_test({0, 0, 3}, {2, 0, 1}, {.level = 0.999}).interval;
    CHECK(wide.upper == 2);
    CHECK(wide.clipped);
    const nps::interval less =
        nps::score_permutation_test(a, b, {.alternative = alternative::less}).interval;
    CHECK(less.lower == -2);
    CHECK(less.sides == nps::bounds::upper);
    CHECK(!less.clipped);
}

TEST_CASE("groups and categories may change places, for any sizes") {
    nps::random_stream random(20261125, 0, nps::random_purpose::simulation);
    for (int i = 0; i < 300; ++i) {
        const double most = i % 3 == 0 ? 20 : i % 3 == 1 ? 3000 : 2e6;
        const category_counts a = nps_test::any_survey(random, i, most);
        const category_counts b = nps_test::any_survey(random, i + 3, most);
        CAPTURE(i);
        CAPTURE(a.detractors);
        CAPTURE(a.passives);
        CAPTURE(a.promoters);
        CAPTURE(b.detractors);
        CAPTURE(b.passives);
        CAPTURE(b.promoters);
        for (const permutation_hypothesis h : hypotheses) {
            const nps::comparison c = nps::score_permutation_test(a, b, {.hypothesis = h});
            const nps::comparison swap = nps::score_permutation_test(b, a, {.hypothesis = h});
            const nps::comparison mirror =
                nps::score_permutation_test(mirrored(a), mirrored(b), {.hypothesis = h});
            CHECK(nps_test::close(swap.difference, -c.difference));
            CHECK(nps_test::close(mirror.difference, -c.difference));
            const double greater = p_value(a, b, h, alternative::greater);
            const double less = p_value(a, b, h, alternative::less);
            const auto near = [](double x, double y) {
                return std::abs(x - y) <= 2e-12 * y + 1e-290;
            };
            CHECK(c.p_value >= 0);
            CHECK(c.p_value <= 1);
            CHECK(near(swap.p_value, c.p_value));
            CHECK(near(mirror.p_value, c.p_value));
            CHECK(near(p_value(b, a, h, alternative::less), greater));
            CHECK(near(p_value(mirrored(a), mirrored(b), h, alternative::greater), less));
            // P(>=) + P(<=) = 1 + P(=), and mid-p values of the two sides add to 1.
            CHECK(greater + less >= 1 - 1e-13);
            CHECK(nps_test::close(p_value(a, b, h, alternative::greater, true) +
                                      p_value(a, b, h, alternative::less, true),
                                  1, {.relative = 3e-12, .reason = "the error of two p values"}));
            CHECK(std::isfinite(c.statistic));
            CHECK(std::isfinite(c.standard_error));
        }
    }
}

TEST_CASE("one respondent, everybody alike, and groups that do not vary") {
    for (const permutation_hypothesis h : hypotheses) {
        for (const std::int64_t n : {std::int64_t{1}, std::int64_t{50}, std::int64_t{1} << 51}) {
            for (const category_counts c :
                 {category_counts{n, 0, 0}, category_counts{0, n, 0}, category_counts{0, 0, n}}) {
                const nps::comparison same = nps::score_permutation_test(c, c, {.hypothesis = h});
                CHECK(same.p_value == 1);
                CHECK(same.statistic == 0);
                CHECK(same.standard_error == 0);
                CHECK(same.difference == 0);
                CHECK(nps_test::close(p_value(c, c, h, alternative::greater), 1));
                CHECK(nps_test::close(p_value(c, c, h, alternative::two_sided, true), 0.5));
            }
        }
        // Equal scores of unequal shares: nothing is less far out.
        CHECK(p_value({3, 0, 3}, {0, 9, 0}, h) == 1);
        CHECK(nps_test::close(p_value({0, 0, 1}, {1, 0, 0}, h, alternative::greater), 0.5));
        CHECK(nps_test::close(p_value({0, 0, 1}, {1, 0, 0}, h, alternative::less), 1));
        // 2 of the C(20, 10) ways leave each group without variation.
        CHECK(nps_test::close(p_value({0, 0, 10}, {0, 10, 0}, h), 2.0 / 184756));
    }
    const double largest = (std::numeric_limits<double>::max)();
    CHECK(nps::score_permutation_test({0, 0, 10}, {0, 10, 0}).statistic == largest);
    CHECK(nps::score_permutation_test({0, 5, 0}, {0, 0, 4}).statistic == -largest);
}

TEST_CASE("equal distributions and many people: the normal limit") {
    // 2^53 people take seconds; a trillion show the same.
    const std::int64_t n = 100'000'000'000;
    const std::int64_t shift = 150'000;
    const category_counts a{n, 2 * n, n + shift};
    const category_counts b{n + shift, 2 * n, n};
    const nps::comparison c = nps::score_permutation_test(
        a, b, {.hypothesis = permutation_hypothesis::equal_distributions});
    const double normal = 2 * nps::normal_upper_tail(c.statistic);
    CHECK(std::abs(c.p_value - normal) < 1e-5 * normal);
    CHECK(std::abs(nps::score_permutation_test(a, b).p_value - normal) < 1e-5 * normal);
}

TEST_CASE("p values below what doubles hold fade to 0") {
    CHECK(p_value({5000, 0, 0}, {0, 0, 5000}, permutation_hypothesis::equal_distributions) == 0);
    CHECK(p_value({5000, 0, 0}, {0, 0, 5000}, permutation_hypothesis::equal_scores) == 0);
    CHECK(nps_test::close(p_value({5000, 0, 0}, {0, 0, 5000}, permutation_hypothesis::equal_scores,
                                  alternative::greater),
                          1));
}

// The share of simulated surveys of equal scores that the test calls different at 0.05.
struct simulated_size {
    double plain = 0;
    double studentised = 0;
};

TEST_CASE("equal scores of unequal shares: the plain form's size is 24 %, the studentised holds") {
    constexpr int surveys = 10'000;
    const nps::binomial_draw passives(400, 0.9);
    const nps::binomial_draw promoters(100, 0.5);
    simulated_size size;
    for (std::uint32_t i = 0; i < surveys; ++i) {
        nps::random_stream stream(1, i, nps::random_purpose::simulation);
        const std::int64_t q = passives(stream);
        const std::int64_t p = nps::binomial_draw(400 - q, 0.5)(stream);
        const category_counts a{400 - q - p, q, p};
        const std::int64_t other = promoters(stream);
        const category_counts b{100 - other, 0, other};
        size.plain += p_value(a, b, permutation_hypothesis::equal_distributions) <= 0.05;
        size.studentised += p_value(a, b, permutation_hypothesis::equal_scores) <= 0.05;
    }
    const double plain = size.plain / surveys;
    const double studentised = size.studentised / surveys;
    MESSAGE("size at 0.05: plain ", plain, ", studentised ", studentised);
    // Standard errors .0043 and .0022.
    CHECK(std::abs(plain - 0.25) < 4 * 0.0043);
    CHECK(std::abs(studentised - 0.05) < 4 * 0.0022);
}

TEST_CASE("equal distributions: the exact size of both forms, over all samples of 8 and 5") {
    const auto trinomial = [](const category_counts& c, const double(&share)[3]) {
        const double logarithm = std::lgamma(static_cast<double>(c.n() + 1)) -
                                 std::lgamma(static_cast<double>(c.detractors + 1)) -
                                 std::lgamma(static_cast<double>(c.passives + 1)) -
                                 std::lgamma(static_cast<double>(c.promoters + 1));
        return std::exp(logarithm) * std::pow(share[0], static_cast<double>(c.detractors)) *
               std::pow(share[1], static_cast<double>(c.passives)) *
               std::pow(share[2], static_cast<double>(c.promoters));
    };
    const double grid[][3] = {
        {.2, .3, .5}, {.05, .05, .9}, {.5, 0, .5}, {.1, .8, .1}, {.01, .0, .99}};
    for (const permutation_hypothesis h : hypotheses) {
        double size[std::size(grid)][3] = {};
        double all = 0;
        for (std::int64_t d = 0; d <= 8; ++d) {
            for (std::int64_t q = 0; d + q <= 8; ++q) {
                const category_counts a{d, q, 8 - d - q};
                for (std::int64_t e = 0; e <= 5; ++e) {
                    for (std::int64_t r = 0; e + r <= 5; ++r) {
                        const category_counts b{e, r, 5 - e - r};
                        const double p[] = {p_value(a, b, h), p_value(a, b, h, alternative::less),
                                            p_value(a, b, h, alternative::greater)};
                        for (std::size_t g = 0; g < std::size(grid); ++g) {
                            const double weight = trinomial(a, grid[g]) * trinomial(b, grid[g]);
                            all += weight;
                            for (std::size_t k = 0; k < 3; ++k) {
                                size[g][k] += p[k] <= 0.05 * (1 + 1e-12) ? weight : 0;
                            }
                        }
                    }
                }
            }
        }
        CHECK(nps_test::close(all, static_cast<double>(std::size(grid))));
        for (const auto& of_shares : size) {
            for (const double one : of_shares) {
                CHECK(one <= 0.05 * (1 + 1e-12));
            }
        }
        CHECK(size[0][0] > 0.015);
        CHECK(size[0][1] > 0.015);
    }
}

TEST_CASE("errors") {
    const category_counts good{1, 2, 3};
    const auto run = [](const category_counts& a, const category_counts& b,
                        const nps::score_permutation_options& options = {}) {
        (void)nps::score_permutation_test(a, b, options);
    };
    CHECK_THROWS_WITH_AS(run({}, good), "nps::score_permutation_test: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_AS(run(good, {}), nps::undefined_result);
    CHECK_THROWS_WITH_AS(run({-1, 2, 3}, good),
                         "nps::score_permutation_test: detractors = -1, must be in [0, 2^53]",
                         nps::invalid_input);
    const std::int64_t most = std::int64_t{1} << 53;
    CHECK_THROWS_WITH_AS(
        run({0, most, 0}, good),
        "nps::score_permutation_test: answers of both groups = 9007199254740998, must be in "
        "[0, 2^53]",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(good, good, {.level = std::nan("")}),
                         "nps::score_permutation_test: level = nan, must be in (0, 1)",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(run(good, good, {.alternative = static_cast<alternative>(7)}),
                         "nps::score_permutation_test: alternative = 7, must be two_sided, less or "
                         "greater",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        run(good, good, {.hypothesis = static_cast<permutation_hypothesis>(9)}),
        "nps::score_permutation_test: hypothesis = 9, must be equal_scores or equal_distributions",
        nps::invalid_input);
}

} // namespace

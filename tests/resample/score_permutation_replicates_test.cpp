// SPDX-License-Identifier: Apache-2.0
#include <nps/resample/score_permutation_replicates.hpp>

#include "support/close.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::permutation_hypothesis;

constexpr permutation_hypothesis hypotheses[] = {permutation_hypothesis::equal_scores,
                                                 permutation_hypothesis::equal_distributions};

TEST_CASE("p values of replicates are the exact ones, within Monte Carlo error") {
    struct groups {
        category_counts a;
        category_counts b;
    };
    int compared = 0;
    for (const groups& g : {groups{{20, 30, 50}, {40, 30, 30}}, groups{{1, 2, 3}, {3, 0, 2}},
                            groups{{83, 47, 120}, {91, 49, 110}}, groups{{10, 1, 12}, {20, 2, 11}},
                            groups{{12, 100, 4}, {2, 3, 1}}, groups{{5, 0, 7}, {9, 0, 4}},
                            groups{{2, 36, 2}, {5, 0, 5}}, groups{{3, 4, 5}, {6, 8, 11}},
                            groups{{30'000, 38'000, 32'000}, {30'150, 38'050, 31'800}}}) {
        for (const permutation_hypothesis h : hypotheses) {
            for (const alternative side :
                 {alternative::two_sided, alternative::less, alternative::greater}) {
                const auto exact =
                    nps::score_permutation_test(g.a, g.b, {.hypothesis = h, .alternative = side});
                const auto drawn = nps::score_permutation_replicates(
                    g.a, g.b,
                    {.hypothesis = h, .alternative = side, .replicates = 40'000, .seed = 5});
                const double error = std::sqrt(exact.p_value * (1 - exact.p_value) / 40'000);
                CAPTURE(exact.p_value);
                CAPTURE(drawn.p_value);
                CHECK(std::abs(drawn.p_value - exact.p_value) < 4 * error + 1.0 / 40'000);
                CHECK(std::abs(drawn.p_value_error - error) < 0.1 * error + 1e-5);
                CHECK(nps_test::close(drawn.statistic, h == permutation_hypothesis::equal_scores
                                                           ? exact.statistic
                                                           : exact.difference));
                CHECK(drawn.alternative == side);
                CHECK(drawn.n == g.a.n() + g.b.n());
                CHECK(drawn.method == "score_permutation_replicates");
                ++compared;
            }
        }
    }
    CHECK(compared == 54);
}

TEST_CASE("moments of the difference for any sizes: the closed forms") {
    const std::int64_t trillion = 1'000'000'000'000;
    for (const std::int64_t n : {std::int64_t{10}, std::int64_t{1'000'000}, trillion}) {
        const category_counts a{2 * n, 3 * n, 5 * n};
        const category_counts b{6 * n, 7 * n, 7 * n};
        const auto r = nps::score_permutation_replicates(
            a, b,
            {.hypothesis = permutation_hypothesis::equal_distributions, .replicates = 20'000});
        const double all = 30 * static_cast<double>(n);
        // Pooled shares 8/30, 10/30, 12/30.
        const double sd = std::sqrt((20.0 / 30 - 16.0 / 900) * all / (10.0 * 20.0) * 30 /
                                    static_cast<double>(n) / (all - 1));
        double sum = 0;
        double squares = 0;
        for (const double value : r.replicates()) {
            sum += value;
            squares += value * value;
        }
        CHECK(std::abs(sum / 20'000) < 4 * sd / std::sqrt(20'000.0));
        CHECK(std::abs(std::sqrt(squares / 20'000) / sd - 1) < 4 / std::sqrt(40'000.0));
    }
}

TEST_CASE("the same replicates everywhere, for any number of threads: a committed hash") {
    std::uint64_t hash = 14695981039346656037U;
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{1000}, std::int64_t{1} << 40}) {
        const category_counts a{2 * n, 3 * n, 5 * n};
        const category_counts b{4 * n, 3 * n, 3 * n};
        nps::score_permutation_replicates_options options{
            .hypothesis = permutation_hypothesis::equal_distributions,
            .replicates = 5000,
            .seed = 7};
        const auto one = nps::score_permutation_replicates(a, b, options);
        for (const unsigned threads : {0U, 2U, 3U, 16U}) {
            options.threads = threads;
            const auto many = nps::score_permutation_replicates(a, b, options);
            CHECK(many.values == one.values);
            CHECK(many.p_value == one.p_value);
        }
        // 10 n times the difference is whole.
        for (const double value : one.values) {
            const double whole = std::nearbyint(value * 10 * static_cast<double>(n));
            hash = (hash ^ std::bit_cast<std::uint64_t>(whole + 0.0)) * 1099511628211U;
        }
        options.replicates = 1500;
        const auto fewer = nps::score_permutation_replicates(a, b, options);
        CHECK(std::equal(fewer.values.begin(), fewer.values.end(), one.values.begin()));
        options.seed = 8;
        CHECK(nps::score_permutation_replicates(a, b, options).values != fewer.values);
    }
    CHECK(hash == 13462207258376353029U);
}

TEST_CASE("groups that cannot vary") {
    for (const permutation_hypothesis h : hypotheses) {
        const auto same = nps::score_permutation_replicates({0, 0, 4}, {0, 0, 9},
                                                            {.hypothesis = h, .replicates = 50});
        CHECK(same.p_value == 1);
        CHECK(same.p_value_error == 0);
        CHECK(std::ranges::all_of(same.values, [](double v) { return v == 0; }));
    }
    // One of each: t is infinite for both deals.
    const auto pair = nps::score_permutation_replicates({0, 0, 1}, {1, 0, 0}, {.replicates = 50});
    const double largest = (std::numeric_limits<double>::max)();
    CHECK(pair.statistic == largest);
    CHECK(pair.p_value == 1);
    CHECK(std::ranges::all_of(pair.values, [&](double v) { return std::abs(v) == largest; }));
    CHECK(
        nps::score_permutation_replicates({0, 0, 1}, {1, 0, 0}, {.replicates = 1}).values.size() ==
        1);
}

TEST_CASE("errors of the replicates") {
    const auto run = [](const category_counts& a, const category_counts& b,
                        const nps::score_permutation_replicates_options& options = {}) {
        (void)nps::score_permutation_replicates(a, b, options);
    };
    CHECK_THROWS_WITH_AS(run({}, {1, 2, 3}), "nps::score_permutation_replicates: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_AS(run({1, 2, 3}, {1, -2, 3}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(run({1, 2, 3}, {1, 2, 3}, {.replicates = 0}),
                         "nps::score_permutation_replicates: replicates = 0, must be in [1, 2^32)",
                         nps::invalid_input);
    CHECK_THROWS_AS(run({1, 2, 3}, {1, 2, 3}, {.replicates = std::int64_t{1} << 32}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        run({1, 2, 3}, {1, 2, 3}, {.hypothesis = static_cast<permutation_hypothesis>(2)}),
        nps::invalid_input);
    CHECK_THROWS_AS(run({1, 2, 3}, {1, 2, 3}, {.alternative = static_cast<alternative>(3)}),
                    nps::invalid_input);
}

} // namespace

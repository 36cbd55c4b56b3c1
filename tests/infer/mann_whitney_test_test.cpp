// SPDX-License-Identifier: Apache-2.0
#include <nps/count/dynamic_tally.hpp>
#include <nps/count/tally.hpp>
#include <nps/infer/mann_whitney_test.hpp>

#include "support/close.hpp"
#include "support/groups.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;
using nps::rank_method;
using nps_test::close;
using nps_test::close_tail;
using counts = std::vector<std::int64_t>;

constexpr std::array methods{rank_method::mann_whitney, rank_method::exact,
                             rank_method::brunner_munzel};
constexpr category_counts ahead{.detractors = 20, .passives = 30, .promoters = 50};
constexpr category_counts behind{.detractors = 40, .passives = 30, .promoters = 30};

counts one_of(const std::string& cell) {
    return nps_test::counts_of(cell).at(0);
}

alternative side_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

} // namespace

TEST_CASE("mann_whitney_test equals R's wilcox.test, with and without continuity correction") {
    for (const auto& row : nps_test::reference_table("mann_whitney.csv")) {
        INFO(row.text("a"), " | ", row.text("b"), " ", row.text("alternative"));
        const bool continuity = row.integer("continuity") == 1;
        const auto r = nps::mann_whitney_test(
            one_of(row.text("a")), one_of(row.text("b")),
            {.alternative = side_of(row.text("alternative")), .continuity_correction = continuity});
        CHECK(r.u == row.number("u"));
        CHECK(r.method == (continuity ? "mann_whitney_continuity" : "mann_whitney"));
        CHECK(close_tail(r.p_value, row.number("p_value")));
    }
}

TEST_CASE("mann_whitney_test: published Wilcoxon") {
    CHECK(std::abs(nps::mann_whitney_test(ahead, behind).p_value - 7.19140097e-4) < 5e-13);
    CHECK(std::abs(nps::mann_whitney_test(ahead, behind, {.continuity_correction = true}).p_value -
                   7.2255e-4) < 5e-9);
}

TEST_CASE("mann_whitney_test: exact equals all ways to deal the answers, both tails and sides") {
    for (const auto& row : nps_test::reference_table("rank_exact.csv")) {
        INFO(row.text("a"), " | ", row.text("b"), " ", row.text("alternative"));
        const auto r = nps::mann_whitney_test(
            one_of(row.text("a")), one_of(row.text("b")),
            {.method = rank_method::exact, .alternative = side_of(row.text("alternative"))});
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK(r.method == "exact");
    }
}

TEST_CASE("mann_whitney_test: exact equals R coin") {
    // coin 1.4-2, wilcox_test(y ~ g, distribution = "exact")
    CHECK(close(nps::mann_whitney_test(ahead, behind, {.method = rank_method::exact}).p_value,
                0.00075069466342440969));
}

TEST_CASE("mann_whitney_test: mpmath and SciPy, both methods and their intervals") {
    for (const auto& row : nps_test::reference_table("rank_tests.csv")) {
        INFO(row.text("method"), " ", row.text("a"), " | ", row.text("b"), " ",
             row.text("alternative"));
        const bool normal = row.text("method") == "mann_whitney";
        const counts a = one_of(row.text("a"));
        const counts b = one_of(row.text("b"));
        const auto r = nps::mann_whitney_test(
            a, b,
            {.method = normal ? rank_method::mann_whitney : rank_method::brunner_munzel,
             .alternative = side_of(row.text("alternative")),
             .level = row.number("level")});
        CHECK(r.method == row.text("method"));
        CHECK(r.interval.method == (normal ? "newcombe" : "brunner_munzel"));
        CHECK(close(r.superiority, row.number("superiority")));
        CHECK(close(r.standard_error, row.number("standard_error")));
        CHECK(close(r.statistic, row.number("statistic")));
        CHECK(r.degrees_of_freedom.has_value() == !normal);
        if (r.degrees_of_freedom) {
            CHECK(close(*r.degrees_of_freedom, row.number("df")));
        }
        CHECK(close_tail(r.p_value, row.number("p_value")));
        CHECK(close(r.interval.lower, row.number("lower")));
        CHECK(close(r.interval.upper, row.number("upper")));
        CHECK(r.interval.level == row.number("level"));
        CHECK(r.interval.sides == (r.alternative == alternative::two_sided ? nps::bounds::two_sided
                                   : r.alternative == alternative::less    ? nps::bounds::upper
                                                                           : nps::bounds::lower));
    }
}

TEST_CASE("mann_whitney_test takes tallies, categories and counts alike") {
    nps::tally a;
    nps::tally b;
    nps::dynamic_tally c(nps::zero_to_ten);
    nps::dynamic_tally d(nps::zero_to_ten);
    counts of_a(11);
    counts of_b(11);
    for (int i = 0; i < 40; ++i) {
        const int x = i * i % 11;
        const int y = i * i * i % 7;
        a.add(x);
        c.add(x);
        ++of_a[static_cast<std::size_t>(x)];
        b.add(y);
        d.add(y);
        ++of_b[static_cast<std::size_t>(y)];
    }
    const double p = nps::mann_whitney_test(a, b).p_value;
    CHECK(p < 1);
    CHECK(nps::mann_whitney_test(c, d).p_value == p);
    CHECK(nps::mann_whitney_test(of_a, of_b).p_value == p);
    CHECK(nps::mann_whitney_test(ahead, behind).p_value ==
          nps::mann_whitney_test(std::array<std::int64_t, 3>{20, 30, 50},
                                 std::array<std::int64_t, 3>{40, 30, 30})
              .p_value);
    // Categories in braces need no type.
    CHECK(nps::mann_whitney_test({20, 30, 50}, {40, 30, 30}).p_value ==
          nps::mann_whitney_test(ahead, behind).p_value);
}

TEST_CASE("mann_whitney_test: changing places and turning the scale flip the sign") {
    const std::vector<counts> groups{{1, 2, 3}, {20, 30, 50}, {0, 0, 7}, {0, 5, 0},
                                     {4, 0, 0}, {0, 3, 2},    {1, 0, 1}};
    for (const rank_method method : methods) {
        for (const counts& a : groups) {
            for (const counts& b : groups) {
                const auto test = [&](const counts& x, const counts& y, alternative side) {
                    return nps::mann_whitney_test(x, y, {.method = method, .alternative = side});
                };
                nps::rank_comparison r;
                try {
                    r = test(a, b, alternative::two_sided);
                } catch (const nps::undefined_result&) {
                    CHECK(method == rank_method::brunner_munzel);
                    CHECK_THROWS_AS((void)test(b, a, alternative::less), nps::undefined_result);
                    continue;
                }
                const counts turned_a(a.rbegin(), a.rend());
                const counts turned_b(b.rbegin(), b.rend());
                for (const auto& other : {test(b, a, alternative::two_sided),
                                          test(turned_a, turned_b, alternative::two_sided)}) {
                    CHECK(close(other.superiority, 1 - r.superiority));
                    CHECK(close(other.statistic, -r.statistic));
                    CHECK(close(other.p_value, r.p_value));
                    CHECK(close(other.interval.lower, 1 - r.interval.upper));
                    CHECK(close(other.interval.upper, 1 - r.interval.lower));
                }
                const double less = test(a, b, alternative::less).p_value;
                CHECK(close(less, test(b, a, alternative::greater).p_value));
                if (method != rank_method::exact) {
                    CHECK(close(less + test(a, b, alternative::greater).p_value, 1));
                }
                CHECK(r.interval.lower <= r.superiority);
                CHECK(r.interval.upper >= r.superiority);
            }
        }
    }
}

TEST_CASE("mann_whitney_test: the interval of Brunner and Munzel excludes what its test rejects") {
    const auto r = nps::mann_whitney_test(ahead, behind, {.method = rank_method::brunner_munzel});
    CHECK(r.interval.lower > .5);
    // At the level 1 - p the limit is 1/2.
    const auto at = nps::mann_whitney_test(
        ahead, behind, {.method = rank_method::brunner_munzel, .level = 1 - r.p_value});
    CHECK(close(at.interval.lower, .5));
}

TEST_CASE("mann_whitney_test: Newcombe's interval and the normal test agree without ties") {
    // At 1/2 his variance is that of ranks without ties.
    const counts a{0, 1, 1, 0, 1, 0, 1, 1};
    const counts b{1, 0, 0, 1, 0, 1, 0, 0};
    const double p = nps::mann_whitney_test(a, b).p_value;
    const auto at = nps::mann_whitney_test(a, b, {.level = 1 - p});
    CHECK(close(at.interval.lower, .5));
}

TEST_CASE("mann_whitney_test: one answer, equal answers, separated groups") {
    for (const auto method : {rank_method::mann_whitney, rank_method::exact}) {
        const auto one = nps::mann_whitney_test({0, 0, 1}, {1, 0, 0}, {.method = method});
        CHECK(one.superiority == 1);
        CHECK(one.interval.upper == 1);
        // (1 - x)^2 = z^2 x (1 - x)
        const double z = 1.959963984540054;
        CHECK(close(one.interval.lower, 1 / (1 + z * z)));
        const auto same = nps::mann_whitney_test({0, 0, 5}, {0, 0, 2}, {.method = method});
        CHECK(same.superiority == .5);
        CHECK(same.statistic == 0);
        CHECK(same.p_value == 1);
        CHECK(same.interval.lower < .5);
        CHECK(same.interval.upper > .5);
    }
    const auto same =
        nps::mann_whitney_test({0, 0, 5}, {0, 0, 2}, {.method = rank_method::brunner_munzel});
    CHECK(same.p_value == 1);
    CHECK(same.interval.lower == .5);
    CHECK(same.interval.upper == .5);
    CHECK_THROWS_WITH_AS(
        (void)nps::mann_whitney_test({0, 0, 5}, {0, 2, 0}, {.method = rank_method::brunner_munzel}),
        "nps::mann_whitney_test: every answer of one group lies above every one of the other, "
        "which leaves method brunner_munzel no variance; method mann_whitney has an answer",
        nps::undefined_result);
    CHECK_THROWS_AS(
        (void)nps::mann_whitney_test({0, 0, 1}, {2, 2, 0}, {.method = rank_method::brunner_munzel}),
        nps::undefined_result);
}

TEST_CASE("mann_whitney_test: 2^53 answers") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    for (const auto method : {rank_method::mann_whitney, rank_method::brunner_munzel}) {
        const auto same = nps::mann_whitney_test(
            {most / 8, most / 4, most / 8}, {most / 8, most / 4, most / 8}, {.method = method});
        CHECK(same.superiority == .5);
        CHECK(same.p_value == 1);
        // Two of 2^52 answers moved: U moves by their pairs, n_a / 4 + n_a / 2 + n_a / 4 of each.
        const auto near =
            nps::mann_whitney_test({most / 8 - 1, most / 4, most / 8 + 1},
                                   {most / 8, most / 4, most / 8}, {.method = method});
        CHECK(near.statistic > 0);
        CHECK(std::isfinite(near.p_value));
        const auto apart =
            nps::mann_whitney_test({1, 0, most / 2 - 1}, {most / 2 - 1, 0, 1}, {.method = method});
        CHECK(apart.p_value == 0);
        CHECK(apart.interval.upper <= 1);
    }
    // The same over both groups: 2 U - n_a n_b = 3/2 n_a, and sd^2 of it
    // n_a n_b (N^3 - sum t^3) / (3 N (N - 1)), N = 2 n_a and t = N / 4, N / 2, N / 4.
    const auto near = nps::mann_whitney_test({most / 8 - 1, most / 4, most / 8 + 1},
                                             {most / 8, most / 4, most / 8});
    const double n_a = static_cast<double>(most / 2);
    CHECK(close(near.statistic, 1.5 * n_a / std::sqrt(n_a * n_a * (27.0 / 32) / 3 * 2 * n_a)));
}

TEST_CASE("mann_whitney_test refuses impossible options and groups") {
    using nps::mann_whitney_test;
    CHECK_THROWS_WITH_AS((void)mann_whitney_test({0, 0, 0}, {1, 2, 3}),
                         "nps::mann_whitney_test: no valid answers", nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)mann_whitney_test({0, -1, 0}, {1, 2, 3}),
                         "nps::mann_whitney_test: count = -1, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)mann_whitney_test(counts{}, counts{}), nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)mann_whitney_test(counts{1, 2}, counts{1, 2, 3}),
                         "nps::mann_whitney_test: number of classes = 3, must be that of the "
                         "first group",
                         nps::invalid_input);
    nps::dynamic_tally a({.lowest = 0, .highest = 9, .last_detractor = 5, .first_promoter = 8});
    nps::dynamic_tally b({.lowest = 1, .highest = 10, .last_detractor = 6, .first_promoter = 9});
    a.add(3);
    b.add(3);
    CHECK_THROWS_AS((void)mann_whitney_test(a, b), nps::invalid_input);
    for (const double level : {0.0, 1.0, -1.0, std::nan("")}) {
        CHECK_THROWS_AS((void)mann_whitney_test(ahead, behind, {.level = level}),
                        nps::invalid_input);
    }
    CHECK_THROWS_AS((void)mann_whitney_test(ahead, behind, {.method = static_cast<rank_method>(9)}),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)mann_whitney_test(ahead, behind, {.alternative = static_cast<alternative>(9)}),
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)mann_whitney_test({0, 0, 101}, {1, 98, 1}, {.method = rank_method::exact}),
        "nps::mann_whitney_test: n_a n_b = 10100, must be at most 10000 for method exact",
        nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)mann_whitney_test(ahead, behind,
                                {.method = rank_method::exact, .continuity_correction = true}),
        "nps::mann_whitney_test: continuity_correction = true, must be false for method exact and "
        "brunner_munzel",
        nps::invalid_input);
    constexpr std::int64_t most = std::int64_t{1} << 53;
    CHECK_THROWS_AS((void)mann_whitney_test({0, 0, most}, {1, 0, 0}), nps::invalid_input);
}

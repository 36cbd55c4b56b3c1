// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_paired_scores.hpp>
#include <nps/infer/score_interval.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using nps::alternative;
using nps::claim;
using nps::paired_method;
using nps::transition_counts;
using nps_test::close;

constexpr transition_counts panel{
    .from_detractors = {60, 25, 15}, .from_passives = {10, 50, 20}, .from_promoters = {5, 12, 103}};

// Promoters become detractors and the other way round.
transition_counts turned(const transition_counts& t) {
    const auto row = [](const nps::category_counts& c) {
        return nps::category_counts{c.promoters, c.passives, c.detractors};
    };
    return {row(t.from_promoters), row(t.from_passives), row(t.from_detractors)};
}

std::vector<transition_counts> panels() {
    return {panel,
            {{1, 0, 0}, {}, {}},
            {{0, 0, 1}, {}, {}},
            {{}, {0, 0, 7}, {}},
            {{3, 0, 0}, {0, 4, 0}, {0, 0, 5}},
            {{0, 2, 3}, {0, 1, 0}, {}},
            {{}, {5, 0, 0}, {1, 0, 99}},
            {{2, 1, 0}, {3, 8, 4}, {0, 1, 0}}};
}

} // namespace

TEST_CASE("compare_paired_scores equals mpmath, from one person to 10^12") {
    for (const auto& row : nps_test::reference_table("compare_paired_scores.csv")) {
        const transition_counts t{{row.integer("dd"), row.integer("dq"), row.integer("dp")},
                                  {row.integer("qd"), row.integer("qq"), row.integer("qp")},
                                  {row.integer("pd"), row.integer("pq"), row.integer("pp")}};
        const std::string& side = row.text("alternative");
        const auto c = nps::compare_paired_scores(
            t, {.method = row.text("method") == "wald" ? paired_method::wald : paired_method::score,
                .alternative = side == "two_sided" ? alternative::two_sided
                               : side == "less"    ? alternative::less
                                                   : alternative::greater,
                .null_difference = row.number("null_difference"),
                .level = row.number("level")});
        INFO(row.text("method"), " n ", t.n(), " sum ", t.after().n(), " ",
             row.text("null_difference"), " ", side, " ", row.number("level"));
        CHECK(c.method == row.text("method"));
        CHECK(c.n_a == t.n());
        CHECK(c.n_b == t.n());
        CHECK(close(c.difference, row.number("difference")));
        CHECK(close(c.standard_error, row.number("standard_error")));
        const double z = row.number("statistic");
        CHECK(close(c.statistic, z));
        if (std::abs(z) < 25) {
            CHECK(close(c.p_value, row.number("p_value"),
                        {.relative = 1e-12 * (1 + z * z),
                         .reason = "the tail turns an error of z into one z^2 times as large"}));
        }
        CHECK(close(c.interval.lower, row.number("lower")));
        CHECK(close(c.interval.upper, row.number("upper")));
        CHECK(c.interval.level == row.number("level"));
    }
}

TEST_CASE("steps of one class alone give McNemar's test") {
    // R 4.2.2: mcnemar.test(matrix(c(10, 18, 8, 20), 2), correct = FALSE)
    const auto c = nps::compare_paired_scores({{10, 18, 0}, {8, 20, 0}, {}});
    CHECK(close(c.statistic * c.statistic, 3.8461538461538463));
    CHECK(close(c.p_value, 0.049860203756907064));
    CHECK(c.statistic > 0);
    // (19 - 7)^2 / (19 + 7) = 72 / 13, wherever between the three classes the steps are.
    const auto spread = nps::compare_paired_scores({{100, 11, 0}, {4, 50, 8}, {0, 3, 70}});
    CHECK(close(spread.statistic * spread.statistic, 72 / 13.0));
    CHECK(close(spread.p_value, 0.018602929901135781)); // R: pchisq(72/13, 1, lower.tail = FALSE)
    // With one step down for 10 up the likelihood is largest with some people lost by two classes.
    const auto steep = nps::compare_paired_scores({{100, 10, 0}, {1, 50, 0}, {}});
    CHECK(close(steep.statistic, std::sqrt(4.5)));
}

TEST_CASE("changes of two classes alone give twice the score interval of the net changes") {
    // Airway data of Tango (1998): b = 1, c = 7, n = 21.
    const transition_counts airway{{6, 0, 1}, {0, 3, 0}, {7, 0, 4}};
    const auto c = nps::compare_paired_scores(airway);
    CHECK(std::abs(c.interval.lower / 2 - -.51723227642) < 5e-12);
    CHECK(std::abs(c.interval.upper / 2 - -.02600303248) < 5e-12);
    for (const std::int64_t up : {0, 1, 5, 40}) {
        for (const std::int64_t down : {0, 2, 40}) {
            for (const std::int64_t same : {0, 1, 30}) {
                if (up + down + same == 0) {
                    continue;
                }
                const auto whole =
                    nps::compare_paired_scores({{0, 0, up}, {0, same, 0}, {down, 0, 0}});
                const auto half = nps::score_interval({down, same, up});
                CAPTURE(up);
                CAPTURE(down);
                CAPTURE(same);
                CHECK(close(whole.interval.lower, 2 * half.lower));
                CHECK(close(whole.interval.upper, 2 * half.upper));
            }
        }
    }
}

TEST_CASE("wald is R's paired t test but for its divisor and its tail") {
    // t.test(after, before, paired = TRUE, mu = .05)$statistic, times sqrt(n / (n - 1))
    const auto c =
        nps::compare_paired_scores(panel, {.method = paired_method::wald, .null_difference = .05});
    CHECK(close(c.difference, 0.14333333333333334));
    CHECK(close(c.statistic, 2.355456723126893248 * std::sqrt(300 / 299.0)));
    CHECK(close(c.standard_error, 0.03955820840043002));
}

TEST_CASE("turning time and turning the scale flip the sign") {
    for (const paired_method method : {paired_method::wald, paired_method::score}) {
        for (const auto& t : panels()) {
            nps::comparison c;
            try {
                c = nps::compare_paired_scores(t, {.method = method});
            } catch (const nps::undefined_result&) {
                CHECK(method == paired_method::wald);
                CHECK_THROWS_AS((void)nps::compare_paired_scores(t.reversed(), {.method = method}),
                                nps::undefined_result);
                continue;
            }
            for (const auto& other : {t.reversed(), turned(t)}) {
                const auto o = nps::compare_paired_scores(other, {.method = method});
                CHECK(o.difference == -c.difference);
                CHECK(o.statistic == -c.statistic);
                CHECK(o.p_value == c.p_value);
                CHECK(o.interval.lower == -c.interval.upper);
                CHECK(o.interval.upper == -c.interval.lower);
            }
            CHECK(std::isfinite(c.statistic));
            CHECK(c.interval.lower >= -2);
            CHECK(c.interval.upper <= 2);
            CHECK(c.interval.lower <= c.difference);
            CHECK(c.interval.upper >= c.difference);
        }
    }
}

TEST_CASE("the paired score test rejects just where its interval excludes") {
    for (const auto& t : panels()) {
        const auto c = nps::compare_paired_scores(t, {.level = .9});
        for (const double limit : {c.interval.lower, c.interval.upper}) {
            if (limit == c.difference) {
                continue; // an end of the range that is observed
            }
            const auto at = nps::compare_paired_scores(t, {.null_difference = limit});
            CHECK(close(at.p_value, .1));
        }
        // A one-sided level below 1/2 puts the limit on the other side of the estimate.
        const auto low =
            nps::compare_paired_scores(t, {.alternative = alternative::less, .level = .05});
        CHECK(close(low.interval.upper, c.interval.lower));
    }
}

TEST_CASE("claims on a panel are one-sided tests against their margin") {
    for (const paired_method method : {paired_method::wald, paired_method::score}) {
        const auto with = [&](alternative side, double null) {
            return nps::compare_paired_scores(
                panel, {.method = method, .alternative = side, .null_difference = null});
        };
        const auto claimed = [&](claim what, double margin) {
            return nps::compare_paired_scores(
                panel, {.method = method, .claim = what, .equivalence_margin = margin});
        };
        CHECK(claimed(claim::superiority, .1).p_value == with(alternative::greater, .1).p_value);
        CHECK(claimed(claim::non_inferiority, .1).p_value ==
              with(alternative::greater, -.1).p_value);
        const auto same = claimed(claim::equivalence, .2);
        CHECK(same.p_value == with(alternative::less, .2).p_value);
        CHECK(close(same.interval.level, .9));
    }
}

TEST_CASE("panels in which all changes are equal") {
    const transition_counts still{{3, 0, 0}, {0, 4, 0}, {0, 0, 5}};
    const double z = 1.959963984540054;
    const auto c = nps::compare_paired_scores(still);
    CHECK(c.difference == 0);
    CHECK(c.p_value == 1);
    CHECK(close(c.interval.upper, 2 * z * z / (12 + z * z)));
    CHECK(c.interval.lower == -c.interval.upper);
    const auto point = nps::compare_paired_scores(still, {.method = paired_method::wald});
    CHECK(point.p_value == 1);
    CHECK(point.interval.lower == 0);
    CHECK(point.interval.upper == 0);
    CHECK_THROWS_AS(
        (void)nps::compare_paired_scores({{0, 0, 3}, {}, {}}, {.method = paired_method::wald}),
        nps::undefined_result);
    const auto all_won = nps::compare_paired_scores({{0, 0, 3}, {}, {}});
    CHECK(all_won.difference == 2);
    CHECK(all_won.interval.upper == 2);
    CHECK(close(all_won.statistic, std::sqrt(3.0)));
}

TEST_CASE("hypotheses at the very ends of the range, and 2^53 people") {
    const double last = std::nextafter(2.0, 0.0);
    for (const auto& t : panels()) {
        for (const double null : {last, -last, 1e-300, -1e-17}) {
            const auto c = nps::compare_paired_scores(t, {.null_difference = null});
            CHECK(std::isfinite(c.statistic));
            CHECK(c.standard_error >= 0);
            CHECK(std::isfinite(c.standard_error));
        }
    }
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto large = nps::compare_paired_scores({{most / 4, 0, most / 4}, {}, {most / 2, 0, 0}});
    CHECK(std::isfinite(large.statistic));
    CHECK(close(large.difference, -.5));
    CHECK(large.p_value == 0);
    // Three people changed among 2^53.
    const transition_counts calm{{0, 2, 0}, {1, most - 3, 0}, {}};
    for (const paired_method method : {paired_method::wald, paired_method::score}) {
        const auto c = nps::compare_paired_scores(calm, {.method = method});
        CHECK(close(c.statistic, 1 / std::sqrt(3.0)));
        CHECK(close(c.p_value, 0.56370286165077299)); // R: 2 * pnorm(-1 / sqrt(3))
    }
}

TEST_CASE("compare_paired_scores refuses what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [](const nps::compare_paired_scores_options& options) {
        CHECK_THROWS_AS((void)nps::compare_paired_scores(panel, options), nps::invalid_input);
    };
    CHECK_THROWS_WITH_AS((void)nps::compare_paired_scores({}),
                         "nps::compare_paired_scores: nobody answered twice",
                         nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_paired_scores({{-1, 0, 3}, {}, {}}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_paired_scores(
                        {{INT64_MAX, INT64_MAX, 3}, {INT64_MAX, 0, 0}, {0, 0, INT64_MAX}}),
                    nps::invalid_input);
    refuses({.level = nan});
    refuses({.null_difference = nan});
    refuses({.null_difference = 2});
    refuses({.method = static_cast<paired_method>(9)});
    refuses({.equivalence_margin = .05});
    refuses({.claim = claim::equivalence});
    refuses({.claim = claim::equivalence, .equivalence_margin = nan});
}

namespace {

// A panel of n people by its changes -2, ..., 2, and what the two-sided 5 % tests of no change say.
struct judged_panel {
    std::array<int, 5> people{};
    bool score = false;
    bool wald = false;
};

std::vector<judged_panel> every_panel(int n) {
    std::vector<judged_panel> result;
    for (int a = 0; a <= n; ++a) {
        for (int b = 0; a + b <= n; ++b) {
            for (int d = 0; a + b + d <= n; ++d) {
                for (int e = 0; a + b + d + e <= n; ++e) {
                    const int none = n - a - b - d - e;
                    const transition_counts t{{0, d, e}, {0, none, 0}, {a, b, 0}};
                    const auto rejects = [&](paired_method method) {
                        return nps::compare_paired_scores(t, {.method = method}).p_value <= .05;
                    };
                    // Without any variance wald has no answer, and its statistic is infinite.
                    const bool alike = a == n || b == n || d == n || e == n;
                    result.push_back({{a, b, none, d, e},
                                      rejects(paired_method::score),
                                      alike || rejects(paired_method::wald)});
                }
            }
        }
    }
    return result;
}

double probability(const judged_panel& judged, const std::array<double, 5>& shares) {
    double log_probability = 0;
    int n = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        const int k = judged.people[i];
        if (k > 0 && shares[i] == 0) {
            return 0;
        }
        for (int j = 1; j <= k; ++j) {
            ++n;
            log_probability += std::log(shares[i] * n / j);
        }
    }
    return std::exp(log_probability);
}

} // namespace

TEST_CASE("size of the paired tests, enumerated apart from this library") {
    int n = 0;
    std::vector<judged_panel> all;
    double largest_score = 0;
    for (const auto& row : nps_test::reference_table("paired_size.csv")) {
        if (row.integer("n") != n) {
            n = static_cast<int>(row.integer("n"));
            all = every_panel(n);
        }
        const std::array<double, 5> shares{row.number("down_2"), row.number("down_1"),
                                           row.number("none"), row.number("up_1"),
                                           row.number("up_2")};
        double score = 0;
        double wald = 0;
        for (const judged_panel& judged : all) {
            const double p = judged.score || judged.wald ? probability(judged, shares) : 0;
            score += judged.score ? p : 0;
            wald += judged.wald ? p : 0;
        }
        CAPTURE(n);
        CHECK(close(score, row.number("score"),
                    {.relative = 1e-9, .reason = "shares of the table are rounded doubles"}));
        CHECK(close(wald, row.number("wald"),
                    {.relative = 1e-9, .reason = "shares of the table are rounded doubles"}));
        largest_score = std::fmax(largest_score, score);
    }
    CHECK(std::abs(largest_score - .078) < 5e-4); // as the doc comment says
}

// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/compare_shares.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using nps::claim;
using nps::share_comparison_method;
using nps::share_counts;
using nps_test::close;

constexpr std::array methods{share_comparison_method::wald, share_comparison_method::wald_pooled,
                             share_comparison_method::newcombe,
                             share_comparison_method::miettinen_nurminen,
                             share_comparison_method::fisher};
constexpr std::array with_hypothesis{share_comparison_method::wald,
                                     share_comparison_method::newcombe,
                                     share_comparison_method::miettinen_nurminen};
constexpr share_counts ahead{56, 70};
constexpr share_counts behind{48, 80};

share_comparison_method method_of(const std::string& name) {
    for (const auto method : methods) {
        if (nps::detail::method_name(method) == name) {
            return method;
        }
    }
    throw nps::invalid_input("unknown method " + name);
}

alternative alternative_of(const std::string& name) {
    return name == "two_sided" ? alternative::two_sided
           : name == "less"    ? alternative::less
                               : alternative::greater;
}

bool near_published(double actual, double expected) {
    return std::abs(actual - expected) <= 5e-5;
}

} // namespace

TEST_CASE("compare_shares equals mpmath, from one answer to 10^12") {
    for (const auto& row : nps_test::reference_table("compare_shares.csv")) {
        const share_counts a{row.integer("k_a"), row.integer("n_a")};
        const share_counts b{row.integer("k_b"), row.integer("n_b")};
        const auto c = nps::compare_shares(a, b,
                                           {.method = method_of(row.text("method")),
                                            .alternative = alternative_of(row.text("alternative")),
                                            .null_difference = row.number("null_difference"),
                                            .level = row.number("level")});
        INFO(row.text("method"), " ", a.successes, "/", a.trials, " ", b.successes, "/", b.trials,
             " ", row.text("null_difference"), " ", row.text("alternative"));
        CHECK(c.method == row.text("method"));
        CHECK(c.n_a == a.n());
        CHECK(c.n_b == b.n());
        CHECK_FALSE(c.degrees_of_freedom.has_value());
        CHECK(close(c.difference, row.number("difference")));
        CHECK(close(c.standard_error, row.number("standard_error")));
        // Beyond a million answers z has the 16 digits of the shares divided by their error; the
        // tail is steeper by z^2.
        const bool huge = (std::max)(a.n(), b.n()) > 1'000'000;
        const double z = row.number("statistic");
        CHECK(close(c.statistic, z,
                    {.relative = huge ? 1e-9 : 1e-12, .reason = "digits of shares at n = 10^12"}));
        if (row.text("method") == "fisher") {
            const double p = row.number("p_value");
            CHECK(std::abs(c.p_value - p) <= 1e-12 * p);
        } else if (std::abs(z) < 25) {
            CHECK(close(c.p_value, row.number("p_value"),
                        {.relative = (huge ? 1e-9 : 1e-12) * (1 + z * z),
                         .reason = "the tail turns an error of z into one z^2 times as large"}));
        }
        CHECK(close(c.interval.lower, row.number("lower")));
        CHECK(close(c.interval.upper, row.number("upper")));
        CHECK(c.interval.level == row.number("level"));
    }
}

TEST_CASE("compare_shares equals R's prop.test and fisher.test") {
    for (const auto& row : nps_test::reference_table("compare_shares_r.csv")) {
        INFO(row.text("method"), " ", row.text("k_a"), " ", row.text("k_b"), " ",
             row.text("alternative"));
        const auto c = nps::compare_shares(
            {row.integer("k_a"), row.integer("n_a")}, {row.integer("k_b"), row.integer("n_b")},
            {.method = method_of(row.text("method")),
             .alternative = alternative_of(row.text("alternative"))});
        const bool fisher = row.text("method") == "fisher";
        CHECK(close(c.p_value, row.number("p_value")));
        if (!fisher) {
            CHECK(close(c.interval.lower, row.number("lower")));
            CHECK(close(c.interval.upper, row.number("upper")));
        }
    }
}

TEST_CASE("compare_shares: published intervals of Newcombe (1998), methods 10 and 5") {
    struct example {
        share_counts a;
        share_counts b;
        double newcombe[2];
        double miettinen_nurminen[2];
    };
    for (const example& e :
         std::vector<example>{{{56, 70}, {48, 80}, {.0524, .3339}, {.0528, .3382}},
                              {{9, 10}, {3, 10}, {.1705, .8090}, {.1700, .8406}},
                              {{6, 7}, {2, 7}, {.0582, .8062}, {.0342, .8534}},
                              {{5, 56}, {0, 29}, {-.0381, .1926}, {-.0326, .1933}},
                              {{0, 10}, {0, 20}, {-.1611, .2775}, {-.1658, .2844}},
                              {{0, 10}, {0, 10}, {-.2775, .2775}, {-.2879, .2879}},
                              {{10, 10}, {0, 20}, {.6791, 1}, {.7156, 1}},
                              {{10, 10}, {0, 10}, {.6075, 1}, {.6636, 1}}}) {
        CAPTURE(e.a.successes);
        const auto n =
            nps::compare_shares(e.a, e.b, {.method = share_comparison_method::newcombe}).interval;
        CHECK(near_published(n.lower, e.newcombe[0]));
        CHECK(near_published(n.upper, e.newcombe[1]));
        const auto m = nps::compare_shares(e.a, e.b).interval;
        CHECK(m.method == "miettinen_nurminen");
        CHECK(near_published(m.lower, e.miettinen_nurminen[0]));
        CHECK(near_published(m.upper, e.miettinen_nurminen[1]));
    }
    // Promoters of (20,30,50) and (40,30,30): pooled z, uncorrected.
    const auto pooled =
        nps::compare_shares({50, 100}, {30, 100}, {.method = share_comparison_method::wald_pooled});
    CHECK(std::abs(pooled.p_value - .00389241712) < 5e-12);
    CHECK(pooled.interval.method == "wald");
}

TEST_CASE("compare_shares: changing places or successes and failures flips the sign") {
    const std::vector<share_counts> groups{{0, 1},  {1, 1},   {0, 7},    {9, 9},
                                           {3, 10}, {50, 80}, {1, 1000}, {999, 1001}};
    for (const auto method : methods) {
        for (const auto& a : groups) {
            for (const auto& b : groups) {
                const auto compare = [&](const share_counts& x, const share_counts& y) {
                    return nps::compare_shares(x, y, {.method = method});
                };
                nps::comparison c;
                try {
                    c = compare(a, b);
                } catch (const nps::undefined_result&) {
                    CHECK(method == share_comparison_method::wald);
                    continue;
                }
                CAPTURE(c.method);
                const auto failures = [](const share_counts& s) {
                    return share_counts{s.trials - s.successes, s.trials};
                };
                for (const auto& other : {compare(b, a), compare(failures(a), failures(b))}) {
                    CHECK(close(other.difference, -c.difference));
                    CHECK(close(other.statistic, -c.statistic));
                    CHECK(close(other.p_value, c.p_value));
                    CHECK(close(other.interval.lower, -c.interval.upper));
                    CHECK(close(other.interval.upper, -c.interval.lower));
                }
                CHECK(std::isfinite(c.statistic));
                CHECK(c.p_value >= 0);
                CHECK(c.p_value <= 1);
                CHECK(c.interval.lower >= -1);
                CHECK(c.interval.upper <= 1);
                CHECK(c.interval.lower <= c.interval.upper);
            }
        }
    }
}

TEST_CASE("compare_shares: a method rejects just where its own interval excludes") {
    for (const auto method : with_hypothesis) {
        CAPTURE(nps::detail::method_name(method));
        const auto c = nps::compare_shares(ahead, behind, {.method = method, .level = .9});
        for (const double limit : {c.interval.lower, c.interval.upper}) {
            CHECK(close(
                nps::compare_shares(ahead, behind, {.method = method, .null_difference = limit})
                    .p_value,
                .1));
        }
        const auto less = nps::compare_shares(
            ahead, behind, {.method = method, .alternative = alternative::less, .level = .3});
        CHECK(less.interval.lower == -1);
        CHECK(less.interval.upper < less.difference);
        CHECK(close(nps::compare_shares(ahead, behind,
                                        {.method = method,
                                         .alternative = alternative::less,
                                         .null_difference = less.interval.upper})
                        .p_value,
                    .7));
    }
}

TEST_CASE("compare_shares: claims are one-sided tests against their margin") {
    const share_counts last{46, 80};
    for (const auto method : with_hypothesis) {
        const auto with = [&](alternative side, double null) {
            return nps::compare_shares(
                behind, last, {.method = method, .alternative = side, .null_difference = null});
        };
        const auto claimed = [&](claim what, double margin) {
            return nps::compare_shares(
                behind, last, {.method = method, .claim = what, .equivalence_margin = margin});
        };
        CHECK(claimed(claim::non_inferiority, .1).p_value ==
              with(alternative::greater, -.1).p_value);
        CHECK(claimed(claim::superiority, .1).p_value == with(alternative::greater, .1).p_value);
        const auto same = claimed(claim::equivalence, .25);
        CHECK(same.p_value == with(alternative::less, .25).p_value);
        CHECK(same.p_value < .05);
        CHECK(same.interval.upper < .25);
        CHECK(close(same.interval.level, .9));
    }
    for (const auto method :
         {share_comparison_method::wald_pooled, share_comparison_method::fisher}) {
        CHECK_THROWS_AS(
            (void)nps::compare_shares(
                ahead, behind,
                {.method = method, .claim = claim::equivalence, .equivalence_margin = .1}),
            nps::invalid_input);
        CHECK_THROWS_AS(
            (void)nps::compare_shares(ahead, behind, {.method = method, .null_difference = .1}),
            nps::invalid_input);
    }
}

TEST_CASE("compare_shares: size of each test, against an enumeration in NumPy") {
    for (const auto& row : nps_test::reference_table("compare_shares_size.csv")) {
        const std::int64_t n_a = row.integer("n_a");
        const std::int64_t n_b = row.integer("n_b");
        const auto method = method_of(row.text("method"));
        if (n_a * n_b > 1'000) {
            continue; // time
        }
        const double p = row.number("at");
        const auto probability = [&](std::int64_t k, std::int64_t n) {
            return std::exp(
                nps::detail::log_binomial_pmf(static_cast<double>(k), static_cast<double>(n), p));
        };
        double size = 0;
        for (std::int64_t i = 0; i <= n_a; ++i) {
            for (std::int64_t j = 0; j <= n_b; ++j) {
                double p_value = 0; // of wald, where the standard error is 0: certainly apart
                try {
                    p_value = nps::compare_shares({i, n_a}, {j, n_b}, {.method = method}).p_value;
                } catch (const nps::undefined_result&) {
                }
                if (p_value <= .05) {
                    size += probability(i, n_a) * probability(j, n_b);
                }
            }
        }
        INFO(row.text("method"), " ", n_a, " ", n_b);
        CHECK(close(size, row.number("size")));
    }
}

TEST_CASE("compare_shares: no success at all, the ends, what newcombe cannot reach") {
    for (const auto method : methods) {
        const auto none = nps::compare_shares({0, 10}, {0, 20}, {.method = method});
        CHECK(none.statistic == 0);
        CHECK(none.p_value == 1);
    }
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_shares({0, 5}, {5, 5}, {.method = share_comparison_method::wald}),
        "nps::compare_shares: the standard error is 0 and the difference is not the hypothesised "
        "one; method miettinen_nurminen has an answer",
        nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::compare_shares(
            {5, 10}, {5, 10}, {.method = share_comparison_method::newcombe, .null_difference = .9}),
        "nps::compare_shares: no level has a Newcombe interval that reaches the hypothesised "
        "difference; method miettinen_nurminen has an answer",
        nps::undefined_result);
    // Beyond the normal tail a p value is 0, not an error.
    const auto far = nps::compare_shares({0, 1'000'000}, {1'000'000, 1'000'000});
    CHECK(far.p_value == 0);
    CHECK(far.interval.lower == -1);
}

TEST_CASE("compare_shares: 2^53 answers") {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    for (const auto method : methods) {
        if (method == share_comparison_method::fisher) {
            CHECK_THROWS_AS((void)nps::compare_shares({1, most}, {1, most}, {.method = method}),
                            nps::invalid_input);
            const auto few = nps::compare_shares({2, most / 2}, {0, most / 2}, {.method = method});
            CHECK(close(few.p_value, .5)); // nearly binomial (2, 1/2)
            continue;
        }
        const auto same =
            nps::compare_shares({most / 2, most}, {most / 4, most / 2}, {.method = method});
        CHECK(same.statistic == 0);
        CHECK(same.p_value == 1);
        CHECK(same.interval.upper > 0);
        CHECK(same.interval.upper < 1e-7);
    }
}

TEST_CASE("compare_shares refuses what has no answer") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refuses = [](const nps::compare_shares_options& options) {
        CHECK_THROWS_AS((void)nps::compare_shares(ahead, behind, options), nps::invalid_input);
    };
    CHECK_THROWS_WITH_AS((void)nps::compare_shares(ahead, {}),
                         "nps::compare_shares: no valid answers", nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_shares({}, behind), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::compare_shares({-1, 3}, behind), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::compare_shares({4, 3}, behind), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::compare_shares(ahead, behind, {.level = nan}),
                         "nps::compare_shares: level = nan, must be in (0, 1)", nps::invalid_input);
    refuses({.null_difference = nan});
    refuses({.null_difference = 1});
    refuses({.null_difference = -1});
    refuses({.method = static_cast<share_comparison_method>(99)});
    refuses({.alternative = static_cast<alternative>(99)});
    refuses({.equivalence_margin = .05});
    refuses({.claim = claim::equivalence});
    refuses({.claim = claim::superiority, .equivalence_margin = nan});
    refuses({.claim = claim::superiority, .equivalence_margin = 1});
}

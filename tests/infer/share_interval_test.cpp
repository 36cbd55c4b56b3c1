// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/share_interval.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace {

using nps::share_counts;
using nps::share_method;

constexpr std::array methods{share_method::wilson, share_method::jeffreys,
                             share_method::clopper_pearson, share_method::agresti_coull};

share_method method_of(const std::string& name) {
    for (const share_method method : methods) {
        if (nps::detail::method_name(method, "share_interval") == name) {
            return method;
        }
    }
    throw nps::invalid_input("unknown method " + name);
}

TEST_CASE("share_interval equals mpmath from n = 1 to 10^12") {
    for (const auto& row : nps_test::reference_table("share_interval.csv")) {
        const share_counts counts{.successes = row.integer("successes"),
                                  .trials = row.integer("trials")};
        const nps::interval found = nps::share_interval(
            counts, {.method = method_of(row.text("method")), .level = row.number("level")});
        CAPTURE(row.text("method"));
        CAPTURE(counts.successes);
        CAPTURE(counts.trials);
        CAPTURE(found.level);
        CHECK(found.method == row.text("method"));

        CHECK(nps_test::close(found.lower, row.number("lower")));
        CHECK(nps_test::close(found.upper, row.number("upper")));
        if (counts.trials > 1000 && found.lower > 0) { // relative where close() allows 1e-14
            CHECK(std::abs(found.lower / row.number("lower") - 1) <
                  (found.method == "agresti_coull" ? 1e-9 : 1e-12));
        }
    }
}

TEST_CASE("share_interval: few successes in billions, against R's qbeta") {
    // R 4.2 qbeta; general inverses are wrong by 10^-10 to as much as the limit itself here.
    const auto exact = [](std::int64_t k, std::int64_t n, double level) {
        return nps::share_interval({k, n},
                                   {.method = nps::share_method::clopper_pearson, .level = level});
    };
    const auto ratio = [](double actual, double expected) {
        return nps_test::close(actual / expected, 1);
    };
    CHECK(ratio(exact(2150, 7'764'309'870'401, .95).lower, 2.653257111900613e-10));
    CHECK(ratio(exact(2139, 14'125'375'446, .8).lower, 1.4724899630426163e-7));
    CHECK(ratio(exact(2139, 14'125'375'446, .8).upper, 1.5571230306436185e-7));
    CHECK(ratio(exact(715'707'639'471, 715'707'641'623, .99).upper, 0.99999999715751686));
    CHECK(ratio(exact(6, 823'130'835, .95).upper, 1.5865611408564522e-8));
    CHECK(ratio(exact(1, 99'000'637, .95).upper, 5.6278862754140154e-8));
}

TEST_CASE("share_interval equals R's prop.test and binom.test") {
    // R 4.2.2: prop.test(50, 100, correct = FALSE), prop.test(1, 10, correct = FALSE),
    // binom.test(1, 10), binom.test(50, 100).
    const auto wilson = nps::share_interval({.successes = 50, .trials = 100});
    CHECK(wilson.n == 100);
    CHECK(nps_test::close(wilson.lower, 0.40383153036599567));
    CHECK(nps_test::close(wilson.upper, 0.59616846963400427));
    const auto exact = nps::share_interval({.successes = 1, .trials = 10},
                                           {.method = share_method::clopper_pearson});
    CHECK(nps_test::close(exact.lower, 0.0025285785444617869));
    CHECK(nps_test::close(exact.upper, 0.44501611702819538));
}

TEST_CASE("a share's interval is symmetric, nested in level, and never outside [0, 1]") {
    for (const share_method method : methods) {
        for (const std::int64_t n : {std::int64_t{1}, std::int64_t{7}, std::int64_t{1000},
                                     std::int64_t{1'000'000'000'000}, std::int64_t{1} << 53}) {
            for (const std::int64_t k : {std::int64_t{0}, std::int64_t{1}, n / 3, n - 1, n}) {
                CAPTURE(n);
                CAPTURE(k);
                const auto one = nps::share_interval({k, n}, {.method = method});
                const auto other = nps::share_interval({n - k, n}, {.method = method});
                CHECK(nps_test::close(one.lower, 1 - other.upper));
                CHECK(nps_test::close(one.upper, 1 - other.lower));
                CHECK(one.lower >= 0);
                CHECK(one.upper <= 1);
                const double share = static_cast<double>(k) / static_cast<double>(n);
                CHECK(one.lower <= share + 1e-15); // rounding at n = 2^53
                CHECK(one.upper >= share - 1e-15);
                const auto wider = nps::share_interval({k, n}, {.method = method, .level = 0.999});
                CHECK(wider.lower <= one.lower);
                CHECK(wider.upper >= one.upper);
                CHECK((k > 0 || one.lower == 0));
                CHECK((k < n || one.upper == 1));
            }
        }
    }
}

TEST_CASE("a one-sided limit at 97.5 % is the two-sided one at 95 %") {
    for (const share_method method : methods) {
        const auto both = nps::share_interval({3, 20}, {.method = method, .level = 0.95});
        const auto low = nps::share_interval(
            {3, 20}, {.method = method, .level = 0.975, .sides = nps::bounds::lower});
        const auto high = nps::share_interval(
            {3, 20}, {.method = method, .level = 0.975, .sides = nps::bounds::upper});
        CHECK(nps_test::close(low.lower, both.lower));
        CHECK(low.upper == 1);
        CHECK(high.lower == 0);
        CHECK(nps_test::close(high.upper, both.upper));
        // Below level 1/2 the limit passes to the other side of the share.
        const auto below = nps::share_interval(
            {3, 20}, {.method = method, .level = 0.3, .sides = nps::bounds::lower});
        CHECK(below.lower > 0.15);
        CHECK(below.lower < 0.25);
    }
}

TEST_CASE("clipped says that a formula's limit lay outside") {
    CHECK(nps::share_interval({0, 10}, {.method = share_method::agresti_coull}).clipped);
    CHECK(nps::share_interval({10, 10}, {.method = share_method::agresti_coull}).clipped);
    CHECK_FALSE(nps::share_interval({5, 10}, {.method = share_method::agresti_coull}).clipped);
    // The limit that was cut is not asked for.
    CHECK_FALSE(nps::share_interval(
                    {10, 10}, {.method = share_method::agresti_coull, .sides = nps::bounds::lower})
                    .clipped);
    CHECK_FALSE(nps::share_interval({0, 10}).clipped);
    // At a level next to nothing an upper limit passes below the share, but not below 0.
    const auto tiny = nps::share_interval(
        {3, std::int64_t{1} << 53},
        {.method = share_method::agresti_coull, .level = 1e-16, .sides = nps::bounds::upper});
    CHECK(tiny.upper == 0);
    CHECK(tiny.clipped);
}

TEST_CASE("coverage of a share's intervals, by enumeration") {
    // Binomial probabilities by their recursion; shares 0.05, 0.06, ..., 0.95.
    for (const int n : {10, 25, 50}) {
        for (const share_method method : methods) {
            double mean = 0;
            double minimum = 1;
            for (int step = 5; step <= 95; ++step) {
                const double share = step / 100.0;
                double probability = std::pow(1 - share, n);
                double covered = 0;
                for (int k = 0; k <= n; ++k) {
                    const auto i = nps::share_interval({k, n}, {.method = method});
                    covered += i.lower <= share && share <= i.upper ? probability : 0;
                    probability *= (n - k) * share / ((k + 1) * (1 - share));
                }
                mean += covered / 91;
                minimum = (std::min)(minimum, covered);
            }
            CAPTURE(n);
            CAPTURE(nps::detail::method_name(method, "share_interval"));
            if (method == share_method::clopper_pearson) {
                CHECK(minimum >= 0.95);
                CHECK(mean > 0.96);
            } else if (method == share_method::agresti_coull) {
                CHECK(minimum > 0.92);
                CHECK(mean < 0.97);
            } else {
                CHECK(minimum > 0.82);
                CHECK(std::abs(mean - 0.95) < 0.006);
            }
        }
    }
}

TEST_CASE("share_interval refuses what has no answer") {
    CHECK_THROWS_WITH_AS((void)nps::share_interval({0, 0}), "nps::share_interval: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::share_interval({1, 2}, {.level = std::numeric_limits<double>::quiet_NaN()}),
        "nps::share_interval: level = nan, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_interval({1, 2}, {.level = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_interval({1, 2}, {.level = 95}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_interval({3, 2}), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::share_interval({1, 2}, {.sides = static_cast<nps::bounds>(7)}),
                         "nps::share_interval: sides = 7, must be two_sided, lower or upper",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)nps::share_interval({-1, 2}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(
        (void)nps::share_interval({1, 2}, {.method = static_cast<share_method>(9)}),
        "nps::share_interval: method = 9, must be a named method", nps::invalid_input);
}

TEST_CASE("Goodman's intervals equal statsmodels") {
    for (const auto& row : nps_test::reference_table("goodman.csv")) {
        const nps::category_counts counts{.detractors = row.integer("detractors"),
                                          .passives = row.integer("passives"),
                                          .promoters = row.integer("promoters")};
        const auto found =
            nps::simultaneous_share_intervals(counts, {.level = row.number("level")});
        CHECK(nps_test::close(found.detractors.lower, row.number("d_lower")));
        CHECK(nps_test::close(found.detractors.upper, row.number("d_upper")));
        CHECK(nps_test::close(found.passives.lower, row.number("q_lower")));
        CHECK(nps_test::close(found.passives.upper, row.number("q_upper")));
        CHECK(nps_test::close(found.promoters.lower, row.number("p_lower")));
        CHECK(nps_test::close(found.promoters.upper, row.number("p_upper")));
        CHECK(found.method == "goodman");
        CHECK(found.level == row.number("level"));
    }
}

TEST_CASE("Goodman's intervals hold together at their level, by enumeration") {
    // P(all three contain their share), n = 60, over every table.
    constexpr int n = 60;
    for (const auto& truth : {std::array{0.2, 0.3, 0.5}, std::array{0.1, 0.45, 0.45}}) {
        double together = 0;
        for (int d = 0; d <= n; ++d) {
            for (int p = 0; d + p <= n; ++p) {
                const int q = n - d - p;
                const auto all = nps::simultaneous_share_intervals({d, q, p});
                const auto holds = [](const nps::interval& i, double share) {
                    return i.lower <= share && share <= i.upper;
                };
                if (holds(all.detractors, truth[0]) && holds(all.passives, truth[1]) &&
                    holds(all.promoters, truth[2])) {
                    together += std::exp(std::lgamma(n + 1.0) - std::lgamma(d + 1.0) -
                                         std::lgamma(q + 1.0) - std::lgamma(p + 1.0) +
                                         d * std::log(truth[0]) + q * std::log(truth[1]) +
                                         p * std::log(truth[2]));
                }
            }
        }
        CHECK(together > 0.945);
        CHECK(together < 0.98);
    }
}

TEST_CASE("Goodman's intervals at the ends") {
    const auto all = nps::simultaneous_share_intervals({0, 0, 20});
    CHECK(all.detractors.n == 20);
    CHECK(all.passives.n == 20);
    CHECK(all.promoters.n == 20);
    CHECK(all.detractors.lower == 0);
    CHECK(all.promoters.upper == 1);
    CHECK(nps_test::close(all.promoters.lower, 1 - all.passives.upper));
    CHECK_THROWS_AS((void)nps::simultaneous_share_intervals({0, 0, 0}), nps::undefined_result);
    CHECK_THROWS_AS((void)nps::simultaneous_share_intervals({0, -1, 3}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::simultaneous_share_intervals({1, 1, 3}, {.level = 0}),
                    nps::invalid_input);
}

} // namespace

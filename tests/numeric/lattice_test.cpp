// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/numeric/lattice.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

// P(S = k - n) for k = 0 ... 2n, by adding one answer at a time.
std::vector<long double> convolution(int n, const nps::answer_weights& w) {
    const long double total = static_cast<long double>(w.minus) + w.zero + w.plus;
    std::vector<long double> sum{1};
    for (int i = 0; i < n; ++i) {
        std::vector<long double> next(sum.size() + 2, 0);
        for (std::size_t j = 0; j < sum.size(); ++j) {
            next[j] += sum[j] * w.minus / total;
            next[j + 1] += sum[j] * w.zero / total;
            next[j + 2] += sum[j] * w.plus / total;
        }
        sum = std::move(next);
    }
    return sum;
}

constexpr double absolute_bound = 1e-14;
constexpr double small_tail = 0.01;

// Relative error of a small probability: the documented bound.
bool relatively_close(double actual, double expected) {
    const double log_p = -std::log(expected);
    return std::abs(actual / expected - 1) <= 2e-14 + 4e-15 * log_p;
}

bool tail_close(double actual, double expected) {
    if (expected < 1e-300) {
        return actual < 1.01e-300;
    }
    return expected < small_tail ? relatively_close(actual, expected)
                                 : std::abs(actual - expected) <= absolute_bound;
}

const std::vector<nps::answer_weights> shapes = {{3, 7, 10},         {20, 30, 50},
                                                 {1, 1, 1},          {0, 1, 1},
                                                 {1, 1, 0},          {1, 0, 1},
                                                 {1, 0, 3},          {0.45, 0.1, 0.45},
                                                 {0.3, 0.4, 0.3},    {0.25, 0.45, 0.3},
                                                 {0.5, 0.001, 0.5},  {1, 1, 998},
                                                 {1, 998, 1},        {0.01, 1e-4, 0.9899},
                                                 {1, 98, 1},         {1e-6, 1, 1},
                                                 {2, 0.2, 97.8},     {1, 8, 1},
                                                 {1, 0, 19},         {98, 1, 1},
                                                 {0.97, 0.001, 0.03}};

} // namespace

TEST_CASE("distribution of a sum of answers: mpmath") {
    double worst = 0;
    double worst_tail = 0;
    for (const auto& row : nps_test::reference_table("lattice.csv")) {
        const std::int64_t n = row.integer("n");
        const nps::lattice_sum s(n, {row.number("minus"), row.number("zero"), row.number("plus")});
        const std::int64_t k = row.integer("k");
        CAPTURE(n);
        CAPTURE(row.text("minus"));
        CAPTURE(row.text("zero"));
        CAPTURE(k);
        const double cdf = row.number("cdf");
        const double upper = row.number("upper_tail");
        CHECK(tail_close(s.cdf(k), cdf));
        CHECK(tail_close(s.upper_tail(k), upper));
        const double pmf = row.number("pmf");
        if (pmf > 1e-300) {
            CHECK(relatively_close(s.pmf(k), pmf));
        }
        worst = (std::max)({worst, std::abs(s.cdf(k) - cdf), std::abs(s.upper_tail(k) - upper)});
        for (const auto& [actual, expected] :
             {std::pair{s.cdf(k), cdf}, {s.upper_tail(k), upper}}) {
            if (expected < small_tail && expected > 1e-300) {
                worst_tail = (std::max)(worst_tail, std::abs(actual / expected - 1));
            }
        }
    }
    CHECK(worst < absolute_bound);
    CHECK(worst_tail < 1e-12);
}

TEST_CASE("distribution of a sum of answers: convolution") {
    for (const int n : {1, 2, 3, 4, 5, 10, 33, 63, 64, 65, 66, 100, 200}) {
        for (const auto& w : shapes) {
            const nps::lattice_sum s(n, w);
            const std::vector<long double> pmf = convolution(n, w);
            std::vector<long double> upper(pmf.size() + 1, 0);
            for (std::size_t i = pmf.size(); i-- > 0;) {
                upper[i] = upper[i + 1] + pmf[i];
            }
            long double below = 0;
            bool ok = true;
            for (std::size_t i = 0; i < pmf.size(); ++i) {
                below += pmf[i];
                const std::int64_t k = static_cast<std::int64_t>(i) - n;
                ok = ok && tail_close(s.cdf(k), static_cast<double>(below)) &&
                     tail_close(s.upper_tail(k), static_cast<double>(upper[i + 1]));
                if (pmf[i] > 1e-300L && i % 8 == 0) {
                    ok = ok && relatively_close(s.pmf(k), static_cast<double>(pmf[i]));
                } else if (pmf[i] == 0) {
                    ok = ok && s.pmf(k) == 0;
                }
            }
            CAPTURE(n);
            CAPTURE(w.minus);
            CAPTURE(w.zero);
            CAPTURE(w.plus);
            CHECK(ok);
        }
    }
}

TEST_CASE("quantiles of a sum of answers are the first points that reach p") {
    const std::vector<double> levels = {1e-200, 1e-20, 1e-6, 0.005, 0.025, 0.1,    0.25,
                                        0.5,    0.75,  0.9,  0.975, 0.995, 0.99999};
    for (const int n : {1, 2, 3, 10, 40, 66, 150}) {
        for (const auto& w : shapes) {
            const nps::lattice_sum s(n, w);
            const std::vector<long double> pmf = convolution(n, w);
            for (const double p : levels) {
                CAPTURE(n);
                CAPTURE(w.minus);
                CAPTURE(w.zero);
                CAPTURE(p);
                const long double enough = p * (1 - 1e-12L);
                std::int64_t lowest = -n;
                for (long double sum = pmf[0]; sum < enough; ++lowest) {
                    sum += pmf[static_cast<std::size_t>(lowest + 1 + n)];
                }
                CHECK(s.quantile(p) == lowest);
                std::int64_t highest = n;
                for (long double sum = pmf.back(); sum < enough; --highest) {
                    sum += pmf[static_cast<std::size_t>(highest - 1 + n)];
                }
                CHECK(s.upper_quantile(p) == highest);
            }
        }
    }
}

TEST_CASE("ties of the quantile are not decided by rounding") {
    // n = 2, no zeros: probabilities 1/4, 1/2, 1/4 at -2, 0, 2.
    const nps::lattice_sum s(2, {1, 0, 1});
    CHECK(s.quantile(0.25) == -2);
    CHECK(s.quantile(0.25 * (1 + 1e-9)) == 0);
    CHECK(s.quantile(0.75) == 0);
    CHECK(s.upper_quantile(0.25) == 2);
    CHECK(s.upper_quantile(0.75) == 0);
    // Thirds and their powers do not come out exactly.
    const nps::lattice_sum t(3, {1, 1, 1});
    CHECK(t.quantile(1.0 / 27) == -3);
    CHECK(t.quantile(4.0 / 27) == -2);
    CHECK(t.quantile(10.0 / 27) == -1);
    CHECK(t.quantile(17.0 / 27) == 0);
    CHECK(t.upper_quantile(10.0 / 27) == 1);
}

TEST_CASE("swapping the ends mirrors the distribution") {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{7}, std::int64_t{500},
                                 std::int64_t{1'000'003}, std::int64_t{1'000'000'000'000}}) {
        for (const auto& w : shapes) {
            const nps::lattice_sum s(n, w);
            const nps::lattice_sum m(n, {w.plus, w.zero, w.minus});
            for (const double p : {1e-9, 0.025, 0.3, 0.5, 0.9}) {
                const std::int64_t k = s.quantile(p);
                CHECK(k == -m.upper_quantile(p));
                CHECK(std::abs(s.cdf(k) - m.upper_tail(-k - 1)) <= absolute_bound);
                CHECK(nps_test::close(s.pmf(k), m.pmf(-k)));
            }
            CHECK(s.mean() == -m.mean());
            CHECK(nps_test::close(s.variance(), m.variance()));
        }
    }
}

TEST_CASE("both tails add to one and the distribution function rises") {
    for (const std::int64_t n : {std::int64_t{3}, std::int64_t{80}, std::int64_t{2000},
                                 std::int64_t{1'000'000}, std::int64_t{1} << 53}) {
        for (const auto& w : shapes) {
            const nps::lattice_sum s(n, w);
            const double sd = std::sqrt(s.variance());
            double last = 0;
            for (double z = -9; z <= 9; z += 0.5) {
                const auto k = static_cast<std::int64_t>(std::floor(s.mean() + z * sd));
                const double below = s.cdf(k);
                CHECK(std::abs(below + s.upper_tail(k) - 1) <= absolute_bound);
                CHECK(below >= last - absolute_bound);
                CHECK(below >= 0);
                CHECK(below <= 1);
                last = below;
            }
        }
    }
}

TEST_CASE("moments of the sum") {
    const nps::lattice_sum s(20, {3, 7, 10});
    CHECK(s.n() == 20);
    CHECK(s.mean() == 7);
    // 20 (p + d - (p - d)^2)
    CHECK(nps_test::close(s.variance(), 20 * (0.65 - 0.35 * 0.35)));
    const nps::lattice_sum two(1000, {1, 0, 3});
    CHECK(two.mean() == 500);
    CHECK(nps_test::close(two.variance(), 1000 * 0.75));
    // A mean that is not whole, far beyond 2^53 in its products.
    const nps::lattice_sum large(1'000'000'000'001, {1, 1, 5});
    CHECK(nps_test::close(large.mean(), 4.0 * 1'000'000'000'001 / 7));
}

TEST_CASE("one certain answer") {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{20}, std::int64_t{1} << 53}) {
        for (const int answer : {-1, 0, 1}) {
            const nps::lattice_sum s(
                n, {answer == -1 ? 2.0 : 0, answer == 0 ? 2.0 : 0, answer == 1 ? 2.0 : 0});
            const std::int64_t k = answer * n;
            CHECK(s.mean() == static_cast<double>(k));
            CHECK(s.variance() == 0);
            CHECK(s.cdf(k - 1) == 0);
            CHECK(s.cdf(k) == 1);
            CHECK(s.upper_tail(k - 1) == 1);
            CHECK(s.upper_tail(k) == 0);
            CHECK(s.pmf(k) == 1);
            CHECK(s.pmf(k + 1) == 0);
            CHECK(s.quantile(0.025) == k);
            CHECK(s.upper_quantile(0.025) == k);
        }
    }
}

TEST_CASE("points outside the range and off the lattice") {
    constexpr std::int64_t lowest = (std::numeric_limits<std::int64_t>::min)();
    constexpr std::int64_t highest = (std::numeric_limits<std::int64_t>::max)();
    for (const auto& w : shapes) {
        const nps::lattice_sum s(5, w);
        CHECK(s.cdf(lowest) == 0);
        CHECK(s.cdf(-6) == 0);
        CHECK(s.cdf(5) == 1);
        CHECK(s.cdf(highest) == 1);
        CHECK(s.upper_tail(lowest) == 1);
        CHECK(s.upper_tail(highest) == 0);
        CHECK(s.pmf(lowest) == 0);
        CHECK(s.pmf(highest) == 0);
    }
    // Without zeros 5 answers give odd sums.
    const nps::lattice_sum s(5, {1, 0, 2});
    CHECK(s.pmf(2) == 0);
    CHECK(s.cdf(2) == s.cdf(1));
    CHECK(s.cdf(-4) == s.cdf(-5));
}

TEST_CASE("an even sum and an odd one when zeros are rare") {
    // One zero in 10^6 expected: sums of the parity of n come with probability (1 + (1 - 2 q)^n)
    // / 2.
    const std::int64_t n = 1'000'000;
    const nps::lattice_sum s(n, {4e5, 1, 599'999});
    const std::int64_t centre = 200'000;
    const double even = (1 + std::pow(1 - 2e-6, 1e6)) / 2;
    CHECK(nps_test::close(s.pmf(centre) /
                              (s.pmf(centre) + (s.pmf(centre - 1) + s.pmf(centre + 1)) / 2),
                          even, {.relative = 1e-6, .reason = "the density is not flat"}));
}

TEST_CASE("wrong weights, sizes and probabilities are refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double inf = std::numeric_limits<double>::infinity();
    const auto make = [](std::int64_t n, nps::answer_weights w) { return nps::lattice_sum(n, w); };
    CHECK_THROWS_WITH_AS(make(0, {1, 1, 1}), "nps::lattice_sum: n = 0, must be above 0",
                         nps::invalid_input);
    CHECK_THROWS_WITH_AS(make(-1, {1, 1, 1}), "nps::lattice_sum: n = -1, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_AS(make((std::int64_t{1} << 53) + 1, {1, 1, 1}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(make(3, {nan, 1, 1}),
                         "nps::lattice_sum: minus = nan, must be in [0, 2^53]", nps::invalid_input);
    CHECK_THROWS_WITH_AS(make(3, {1, -1, 1}), "nps::lattice_sum: zero = -1, must be in [0, 2^53]",
                         nps::invalid_input);
    CHECK_THROWS_AS(make(3, {1, 1, inf}), nps::invalid_input);
    CHECK_THROWS_WITH_AS(make(3, {0, 0, 0}),
                         "nps::lattice_sum: minus + zero + plus = 0, must be above 0",
                         nps::invalid_input);
    CHECK_THROWS_AS(make(3, {1, 1e16, 1}), nps::invalid_input);
    const nps::lattice_sum s(3, {1, 1, 1});
    for (const double p : {0.0, 1.0, -0.5, 2.0, nan, inf}) {
        CHECK_THROWS_AS((void)s.quantile(p), nps::invalid_input);
        CHECK_THROWS_AS((void)s.upper_quantile(p), nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)s.quantile(nan),
                         "nps::lattice_sum::quantile: p = nan, must be in (0, 1)",
                         nps::invalid_input);
}

TEST_CASE("weights at the edge of the range of doubles") {
    // Shares below the smallest double vanish; what is left is a plain binomial.
    const nps::lattice_sum s(4, {1e-320, 1, 1});
    CHECK(nps_test::close(s.cdf(0), 1.0 / 16));
    CHECK(nps_test::close(s.cdf(2), 11.0 / 16));
    const nps::lattice_sum tiny(4, {0, 1e-310, 1e-310});
    CHECK(nps_test::close(tiny.cdf(0), 1.0 / 16));
    const nps::lattice_sum huge(4, {0, 9007199254740992.0, 9007199254740992.0});
    CHECK(nps_test::close(huge.cdf(0), 1.0 / 16));
}

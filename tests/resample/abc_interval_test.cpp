// SPDX-License-Identifier: Apache-2.0
#include "support/close.hpp"
#include "support/reference.hpp"

#include <nps/resample/abc_interval.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

nps::interval at(const nps::category_counts& counts, double level = 0.95,
                 nps::bounds sides = nps::bounds::two_sided) {
    return nps::abc_interval(counts, {.level = level, .sides = sides});
}

} // namespace

TEST_CASE("ABC interval: R boot") {
    for (const auto& row : nps_test::reference_table("abc_interval.csv")) {
        const nps::category_counts counts{row.integer("detractors"), row.integer("passives"),
                                          row.integer("promoters")};
        const nps::interval ci = at(counts, row.number("level"));
        const double lower = row.number("lower");
        const double upper = row.number("upper");
        CAPTURE(counts.detractors);
        CAPTURE(counts.passives);
        CAPTURE(counts.promoters);
        CAPTURE(ci.level);
        // abc.ci does not clip.
        CHECK(nps_test::close(ci.lower, std::clamp(lower, -1.0, 1.0)));
        CHECK(nps_test::close(ci.upper, std::clamp(upper, -1.0, 1.0)));
        CHECK(ci.clipped == (lower < -1 || upper > 1));
        CHECK(ci.method == "abc");
        CHECK(ci.n == counts.n());
    }
}

TEST_CASE("ABC interval: published values") {
    // Made with abc.ci's default step, whose rounding shows.
    const nps_test::tolerance noise{
        .relative = 0, .absolute = 5e-9, .reason = "finite differences with a step of 0.001 / n"};
    const nps::interval a = at({20, 30, 50});
    CHECK(nps_test::close(a.lower, 0.140145684919, noise));
    CHECK(nps_test::close(a.upper, 0.446745311954, noise));
    const nps::interval b = at({3, 7, 10});
    CHECK(nps_test::close(b.lower, -0.00523050834266, noise));
    CHECK(nps_test::close(b.upper, 0.63710518675867, noise));
}

TEST_CASE("ABC interval: one side is the end of a wider interval") {
    const nps::interval both = at({20, 30, 50}, 0.9);
    const nps::interval lower = at({20, 30, 50}, 0.95, nps::bounds::lower);
    const nps::interval upper = at({20, 30, 50}, 0.95, nps::bounds::upper);
    CHECK(nps_test::close(lower.lower, both.lower));
    CHECK(lower.upper == 1);
    CHECK(!lower.clipped);
    CHECK(lower.sides == nps::bounds::lower);
    CHECK(nps_test::close(upper.upper, both.upper));
    CHECK(upper.lower == -1);
    CHECK(upper.level == 0.95);
}

TEST_CASE("ABC interval: swapping promoters and detractors mirrors it; levels nest") {
    for (const nps::category_counts c : {nps::category_counts{3, 7, 10},
                                         {0, 1, 19},
                                         {1, 0, 2},
                                         {362, 176, 462},
                                         {1, 1, 999'999'999'998}}) {
        nps::interval inner = at(c, 0.1);
        for (const double level : {0.5, 0.8, 0.95, 0.999, 0.9999999, 1 - 1e-15}) {
            const nps::interval ci = at(c, level);
            const nps::interval mirror = at({c.promoters, c.passives, c.detractors}, level);
            CHECK(ci.lower == -mirror.upper);
            CHECK(ci.upper == -mirror.lower);
            CHECK(ci.lower <= inner.lower);
            CHECK(ci.upper >= inner.upper);
            CHECK(ci.lower >= -1);
            CHECK(ci.upper <= 1);
            inner = ci;
        }
    }
}

TEST_CASE("ABC interval: beyond the pole the limit is the end of the range") {
    // a = -0.17 for (0, 1, 19) and z = -8 put w beyond 1 / a.
    const nps::interval ci = at({0, 1, 19}, 1 - 1e-15);
    CHECK(ci.lower == -1);
    CHECK(ci.clipped);
}

TEST_CASE("ABC interval: held where the formula turns back") {
    // a w = -1 at z = 7.2 below; there w / (1 - a w)^2 = -1 / (4 a).
    nps::interval inner = at({0, 50, 1}, 0.5);
    for (const double level : {1 - 1e-9, 1 - 1e-12, 1 - 1e-14, 1 - 1e-15}) {
        const nps::interval ci = at({0, 50, 1}, level);
        CHECK(ci.lower <= inner.lower);
        CHECK(ci.upper >= inner.upper);
        CHECK(ci.clipped);
        inner = ci;
    }
    const nps::interval one_side = at({50, 0, 1}, 1 - 1e-15, nps::bounds::lower);
    CHECK(one_side.lower <= at({50, 0, 1}, 1 - 1e-12, nps::bounds::lower).lower);
}

TEST_CASE("ABC interval: large surveys come close to Wald") {
    const std::int64_t n = 1'000'000'000'000;
    const nps::interval ci = at({n / 5, 3 * (n / 10), n / 2});
    const double se = std::sqrt((0.7 - 0.09) / static_cast<double>(n));
    CHECK(nps_test::close(
        ci.lower, 0.3 - 1.959963984540054 * se,
        {.relative = 1e-10, .reason = "the skewness correction is of order 1 / n"}));
    CHECK(nps_test::close(
        ci.upper, 0.3 + 1.959963984540054 * se,
        {.relative = 1e-10, .reason = "the skewness correction is of order 1 / n"}));
}

TEST_CASE("ABC interval: everybody in one category") {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{20}, std::int64_t{1} << 53}) {
        const nps::interval promoters = at({0, 0, n});
        CHECK(promoters.lower == 1);
        CHECK(promoters.upper == 1);
        CHECK(!promoters.clipped);
        CHECK(at({n, 0, 0}).lower == -1);
        CHECK(at({n, 0, 0}).upper == -1);
        CHECK(at({0, n, 0}).lower == 0);
        CHECK(at({0, n, 0}).upper == 0);
    }
}

TEST_CASE("ABC interval: wrong input is refused") {
    CHECK_THROWS_WITH_AS((void)at({0, 0, 0}), "nps::abc_interval: no valid answers",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS((void)at({-1, 0, 5}),
                         "nps::abc_interval: detractors = -1, must be in [0, 2^53]",
                         nps::invalid_input);
    for (const double level : {0.0, 1.0, 95.0, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS((void)at({1, 2, 3}, level), nps::invalid_input);
    }
    CHECK_THROWS_WITH_AS((void)at({1, 2, 3}, 95),
                         "nps::abc_interval: level = 95, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)at({1, 2, 3}, 0.95, static_cast<nps::bounds>(7)),
                         "nps::abc_interval: sides = 7, must be two_sided, lower or upper",
                         nps::invalid_input);
}

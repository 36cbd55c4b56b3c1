// SPDX-License-Identifier: Apache-2.0
#include <nps/monitor/confidence_boundary.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <string>

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool same_log(double actual, double expected, double v) {
    return nps_test::close(actual, expected,
                           {.relative = 1e-12,
                            .absolute = 1e-12 + 2e-14 * v,
                            .reason = "the other tool subtracts log gammas of about 6 v log v"});
}

bool same_boundary(double actual, double expected) {
    return nps_test::close(actual, expected,
                           {.relative = 6e-12, .reason = "the other tool bisects to 40 bits"});
}

// Published to seven digits.
bool published(double actual, double expected) {
    return nps_test::close(actual, expected,
                           {.relative = 5e-7, .reason = "published to seven digits"});
}

} // namespace

TEST_CASE("Boundaries equal confseq's") {
    std::set<std::string> kinds;
    for (const auto& row : nps_test::reference_table("confidence_boundary.csv")) {
        const std::string& kind = row.text("kind");
        kinds.insert(kind);
        const double v = row.number("v");
        const double alpha = row.number("alpha");
        const double best_at = row.number("best_at");
        const double scale = row.number("scale");
        const auto check = [&](const auto& mixture) {
            INFO(kind, " v ", v, " alpha ", alpha, " best_at ", best_at, " scale ", scale);
            CHECK(same_log(mixture.log_e({.s = row.number("s"), .v = v}), row.number("log_e"), v));
            CHECK(same_boundary(mixture.boundary(v), row.number("boundary")));
        };
        const nps::bounds sides =
            kind.ends_with("_one") ? nps::bounds::lower : nps::bounds::two_sided;
        if (kind.starts_with("normal")) {
            check(nps::normal_mixture({.best_at = best_at, .alpha = alpha, .sides = sides}));
        } else if (kind == "gamma_exponential") {
            check(nps::gamma_exponential_mixture(
                {.best_at = best_at, .scale = scale, .alpha = alpha}));
        } else if (kind == "gamma_poisson") {
            check(nps::gamma_poisson_mixture({.best_at = best_at, .scale = scale, .alpha = alpha}));
        } else if (kind.starts_with("beta")) {
            check(nps::beta_binomial_mixture({.best_at = best_at,
                                              .below = row.number("below"),
                                              .above = row.number("above"),
                                              .alpha = alpha,
                                              .sides = sides}));
        } else {
            CHECK(nps_test::close(
                nps::stitched_boundary(v, {.from = best_at, .alpha = alpha, .scale = scale}),
                row.number("boundary"),
                {.relative = 2e-12, .reason = "log log v, not written for digits there"}));
        }
    }
    CHECK(kinds.size() == 7);
}

TEST_CASE("Published values of confseq's own tests") {
    const nps::normal_mixture two({.best_at = 100});
    CHECK(published(two.rho(), 12.60056));
    CHECK(published(two.log_e({.s = 10, .v = 100}), -.6510052));
    CHECK(published(two.boundary(100), 30.35209));
    const nps::normal_mixture one({.best_at = 100, .sides = nps::bounds::lower});
    CHECK(published(one.rho(), 15.80063));
    CHECK(published(one.log_e({.s = 10, .v = 100}), -.06502391));
    CHECK(published(one.boundary(100), 27.66071));
    // With the rho of the two-sided one.
    CHECK(published(
        nps::normal_mixture({.best_at = 100 * two.rho() / one.rho(), .sides = nps::bounds::lower})
            .boundary(100),
        27.67992));
    CHECK(published(nps::gamma_exponential_mixture({.best_at = 100, .scale = 2}).boundary(100),
                    33.02017));
    CHECK(
        published(nps::gamma_poisson_mixture({.best_at = 100, .scale = 2}).boundary(100), 30.1949));
    CHECK(published(
        nps::beta_binomial_mixture({.best_at = 100, .below = 0.2, .above = 0.8}).boundary(100),
        31.4308));
    const nps::beta_binomial_mixture share(
        {.best_at = 100, .below = 0.2, .above = 0.8, .sides = nps::bounds::lower});
    CHECK(published(share.boundary(100), 28.41238));
    // Two answers: no sum of them is evidence enough.
    CHECK(nps_test::close(share.boundary(2 * 0.2 * 0.8), 1.6));
    CHECK(published(nps::stitched_boundary(100, {.from = 10, .scale = 3}), 64.48755));
    CHECK(published(nps::stitched_boundary(100, {.from = 10, .scale = -1}), 28.99389));
}

TEST_CASE("Boundaries at the ends of what can be asked") {
    const nps::normal_mixture normal({.best_at = 1000, .sides = nps::bounds::upper});
    const nps::gamma_exponential_mixture exponential({.best_at = 500, .scale = 2});
    const nps::gamma_poisson_mixture poisson({.best_at = 500, .scale = 2});
    const nps::beta_binomial_mixture share({.best_at = 1000, .below = 0.5, .above = 0.5});
    double before[4] = {};
    for (const double v : {1e-6, 1.0, 1e3, 1.59e6, 1.61e6, 1e9, 1e12}) {
        const double now[4] = {normal.boundary(v), exponential.boundary(v), poisson.boundary(v),
                               share.boundary(v)};
        for (int i = 0; i < 4; ++i) {
            CHECK(std::isfinite(now[i]));
            CHECK(now[i] > before[i]);
            before[i] = now[i];
        }
        if (v > 1e6) {
            // Far out the tails are all normal.
            CHECK(now[1] / now[0] == doctest::Approx(1).epsilon(0.02));
            CHECK(now[2] / now[0] == doctest::Approx(1).epsilon(0.02));
        }
    }
    CHECK(share.boundary(0) == 0);
    CHECK(std::isfinite(normal.log_e({.s = -1e6, .v = 1})));
    CHECK(nps_test::close(normal.log_e({.s = 0, .v = 0}), 0));
    CHECK(nps_test::close(exponential.log_e({.s = 0, .v = 0}), 0));
    CHECK(nps_test::close(poisson.log_e({.s = 0, .v = 0}), 0));
    CHECK(nps_test::close(share.log_e({.s = 0, .v = 0}), 0));
}

TEST_CASE("A sum on the wrong side is no evidence, however far it goes") {
    // Each exp(x s - psi(x) v) with x >= 0 is at most 1 there, and falls with s: so does their mean.
    const double v = 10'000;
    const nps::normal_mixture normal({.best_at = 500, .sides = nps::bounds::lower});
    const nps::gamma_exponential_mixture exponential({.best_at = 500, .scale = 2});
    const nps::gamma_poisson_mixture poisson({.best_at = 500, .scale = 2});
    const nps::beta_binomial_mixture share(
        {.best_at = 500, .below = 0.5, .above = 0.5, .sides = nps::bounds::lower});
    double before[4] = {};
    for (double s = 0; s >= -4900; s -= 50) {
        const double now[4] = {normal.log_e({.s = s, .v = v}), exponential.log_e({.s = s, .v = v}),
                               poisson.log_e({.s = s, .v = v}), share.log_e({.s = s, .v = v})};
        for (int i = 0; i < 4; ++i) {
            CHECK(std::isfinite(now[i]));
            CHECK(now[i] < before[i]);
            CHECK(now[i] > -12); // it falls like 1 / |s|, not like a tail
            before[i] = now[i];
        }
    }
}

TEST_CASE("Bad options of boundaries are named") {
    CHECK_THROWS_AS((void)nps::stitched_boundary(1e300, {.from = 1e-300, .scale = -5}),
                    nps::invalid_input);
    CHECK_THROWS_AS(nps::beta_binomial_mixture({.best_at = 1, .below = 1e-200, .above = 1e-200}),
                    nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::normal_mixture({.best_at = 0}),
                         "nps::normal_mixture: best_at = 0, must be positive and finite",
                         nps::invalid_input);
    CHECK_THROWS_AS(nps::normal_mixture({.best_at = 1, .alpha = not_a_number}), nps::invalid_input);
    CHECK_THROWS_AS(nps::gamma_exponential_mixture({.best_at = 1, .scale = -1}),
                    nps::invalid_input);
    CHECK_THROWS_AS(nps::gamma_poisson_mixture({.best_at = 1, .scale = not_a_number}),
                    nps::invalid_input);
    CHECK_THROWS_AS(nps::beta_binomial_mixture({.best_at = 1, .below = 0, .above = 1}),
                    nps::invalid_input);
    const nps::normal_mixture normal({.best_at = 10});
    CHECK_THROWS_AS((void)normal.boundary(-1), nps::invalid_input);
    CHECK_THROWS_AS((void)normal.log_e({.s = not_a_number, .v = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::beta_binomial_mixture({.best_at = 1, .below = 1, .above = 1})
                        .log_e({.s = 3, .v = 1}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::stitched_boundary(1, {.from = 0}), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::stitched_boundary(1, {.from = 1, .ratio = 1}), nps::invalid_input);
}

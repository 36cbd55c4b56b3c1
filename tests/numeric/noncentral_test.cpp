// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/noncentral.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <limits>

namespace {

using nps_test::close;

TEST_CASE("noncentral tails equal mpmath") {
    for (const auto& row : nps_test::reference_table("noncentral.csv")) {
        const double x = row.number("x");
        const double df = row.number("df");
        const double ncp = row.number("ncp");
        const double value = row.number("value");
        INFO(row.text("function"), " ", x, " ", df, " ", ncp);
        if (row.text("function") == "t") {
            CHECK(std::abs(nps::noncentral_t_upper_tail(x, df, ncp) / value - 1) < 1e-12);
        } else if (row.text("function") == "chi_squared_upper") {
            CHECK(std::abs(nps::noncentral_chi_squared_upper_tail(x, df, ncp) / value - 1) < 1e-12);
        } else {
            CHECK(std::abs(nps::noncentral_chi_squared_cdf(x, df, ncp) / value - 1) < 1e-12);
        }
    }
}

TEST_CASE("both tails of the noncentral distributions add up to 1") {
    for (const double df : {1.0, 2.5, 17.0, 400.0, 1e5}) {
        for (const double ncp : {0.0, 0.3, 2.0, 9.0, 40.0}) {
            for (const double t : {-6.0, -1.0, 0.0, 0.4, 2.0, 11.0, 45.0}) {
                INFO(df, " ", ncp, " ", t);
                CHECK(close(nps::noncentral_t_upper_tail(t, df, ncp) +
                                nps::noncentral_t_upper_tail(-t, df, -ncp),
                            1));
                const double x = t * t;
                CHECK(close(nps::noncentral_chi_squared_upper_tail(x, df, ncp) +
                                nps::noncentral_chi_squared_cdf(x, df, ncp),
                            1));
            }
        }
    }
}

TEST_CASE("without noncentrality, and with one degree of freedom, the known distributions") {
    for (const double df : {1.0, 3.0, 29.0, 1e4, 1e9, 1e14}) {
        for (const double t : {-3.0, 0.0, 0.7, 2.2, 6.0}) {
            INFO(df, " ", t);
            CHECK(close(nps::noncentral_t_upper_tail(t, df, 0), nps::student_t_upper_tail(t, df)));
        }
    }
    for (const double ncp : {0.5, 4.0, 100.0}) {
        for (const double x : {0.3, 3.84, 60.0}) {
            const double root = std::sqrt(x);
            const double mean = std::sqrt(ncp);
            CHECK(close(nps::noncentral_chi_squared_upper_tail(x, 1, ncp),
                        nps::normal_upper_tail(root - mean) + nps::normal_upper_tail(root + mean)));
        }
    }
}

TEST_CASE("t and noncentrality both large") {
    // mpmath: the integral of phi(z) P(chi / sqrt(df) < (z + ncp) / t) over z.
    CHECK(close(nps::noncentral_t_upper_tail(1e3, 1, 1e3), 0.68268925016648236));
    CHECK(close(nps::noncentral_t_upper_tail(1e4, 1, 1e4), 0.68268948971737866,
                {.relative = 1e-11, .reason = "t s - ncp cancels four digits"}));
    CHECK(close(nps::noncentral_t_upper_tail(6.3e9, 1, 5), 6.3324172169373907e-10));
    CHECK_THROWS_WITH_AS((void)nps::noncentral_t_upper_tail(1e6, 1, 1e6),
                         "nps::noncentral_t_upper_tail: ncp is above 1e4 and t as large",
                         nps::undefined_result);
}

TEST_CASE("extreme noncentralities end, and nonsense is refused") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(nps::noncentral_t_upper_tail(2, 5, 1e100) == 1);
    CHECK(nps::noncentral_t_upper_tail(2, 5, -1e100) == 0);
    CHECK(nps::noncentral_t_upper_tail(0, 1e15, 1e8) == 1);
    CHECK(nps::noncentral_t_upper_tail(1e100, 400, 3) == 0);
    CHECK(nps::noncentral_chi_squared_upper_tail(5, 2, 1e200) == 1);
    CHECK(nps::noncentral_chi_squared_cdf(5, 2, 1e200) == 0);
    CHECK(nps::noncentral_chi_squared_upper_tail(0, 2, 3) == 1);
    CHECK(nps::noncentral_chi_squared_cdf(0, 2, 3) == 0);
    CHECK(close(nps::noncentral_chi_squared_cdf(4e5, 100, 3e5), 1));
    for (const double bad : {nan, std::numeric_limits<double>::infinity()}) {
        CHECK_THROWS_AS((void)nps::noncentral_t_upper_tail(bad, 5, 1), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::noncentral_t_upper_tail(2, bad, 1), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::noncentral_t_upper_tail(2, 5, bad), nps::invalid_input);
        CHECK_THROWS_AS((void)nps::noncentral_chi_squared_upper_tail(bad, 5, 1),
                        nps::invalid_input);
        CHECK_THROWS_AS((void)nps::noncentral_chi_squared_upper_tail(2, bad, 1),
                        nps::invalid_input);
        CHECK_THROWS_AS((void)nps::noncentral_chi_squared_cdf(2, 5, bad), nps::invalid_input);
    }
    CHECK_THROWS_AS((void)nps::noncentral_t_upper_tail(2, 0.5, 1), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::noncentral_chi_squared_cdf(-1, 5, 1), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::noncentral_chi_squared_upper_tail(2, 5, -1),
                         "nps::noncentral_chi_squared_upper_tail: ncp = -1, must be finite and not "
                         "negative",
                         nps::invalid_input);
}

TEST_CASE("chi_squared_cdf is the other tail") {
    // mpmath: gammainc(df / 2, 0, x / 2, regularized).
    CHECK(close(nps::chi_squared_cdf(0.1, 10), 2.4979513360065105e-9));
    CHECK(close(nps::chi_squared_cdf(3.84, 1), 0.9499564787512949));
    CHECK(nps::chi_squared_cdf(0, 2) == 0);
    CHECK(std::abs(nps::chi_squared_cdf(1e-200, 2) / 5e-201 - 1) < 1e-12);
    CHECK(nps::chi_squared_cdf(1e-10, 1000) == 0);
    CHECK(nps::chi_squared_upper_tail(1e-10, 1000) == 1);
    CHECK(nps::chi_squared_cdf(std::numeric_limits<double>::infinity(), 2) == 1);
    CHECK_THROWS_AS((void)nps::chi_squared_cdf(-1, 2), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::chi_squared_cdf(1, 0), nps::invalid_input);
}

} // namespace

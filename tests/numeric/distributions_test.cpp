// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/distributions.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

using nps_test::close;

namespace {

using function = std::function<double(double, double, double)>;

const std::map<std::string, function>& functions() {
    static const std::map<std::string, function> all = {
        {"normal_cdf", [](double x, double, double) { return nps::normal_cdf(x); }},
        {"normal_upper_tail", [](double x, double, double) { return nps::normal_upper_tail(x); }},
        {"normal_quantile", [](double x, double, double) { return nps::normal_quantile(x); }},
        {"normal_upper_quantile",
         [](double x, double, double) { return nps::normal_upper_quantile(x); }},
        {"beta_cdf", nps::beta_cdf},
        {"beta_upper_tail", nps::beta_upper_tail},
        {"beta_quantile", nps::beta_quantile},
        {"beta_upper_quantile", nps::beta_upper_quantile},
        {"beta_density", nps::beta_density},
        {"chi_squared_upper_tail",
         [](double x, double a, double) { return nps::chi_squared_upper_tail(x, a); }},
        {"chi_squared_upper_quantile",
         [](double x, double a, double) { return nps::chi_squared_upper_quantile(x, a); }},
        {"student_t_upper_quantile",
         [](double x, double a, double) { return nps::student_t_upper_quantile(x, a); }},
    };
    return all;
}

// Whether the call throws invalid_input, and nothing else.
bool refuses(const std::function<double()>& call) {
    try {
        (void)call();
    } catch (const nps::invalid_input&) {
        return true;
    }
    return false;
}

// Whether the call gives a number, or says that no double holds it.
bool answers(const function& call, double x, double a, double b) {
    try {
        return std::isfinite(call(x, a, b));
    } catch (const nps::undefined_result&) {
        return true;
    }
}

} // namespace

TEST_CASE("distributions: every function against mpmath, far tails included") {
    std::map<std::string, int> rows;
    for (const auto& row : nps_test::reference_table("distributions.csv")) {
        const std::string& name = row.text("function");
        const double argument = row.number("argument");
        const double a = row.number("a");
        const double b = row.number("b");
        const double expected = row.number("value");
        const double actual = functions().at(name)(argument, a, b);
        INFO(name, " ", argument, " ", a, " ", b);
        // Far tails are compared relatively, so `close` sees their ratio.
        CHECK(close(actual / expected, 1));
        ++rows[name];
    }
    for (const auto& [name, call] : functions()) {
        INFO(name);
        CHECK(rows[name] >= 5);
    }
}

TEST_CASE("distributions: the two tails add to one, quantiles invert the tails") {
    for (const double z : {-30.0, -2.0, 0.0, 0.7, 9.0}) {
        CHECK(close(nps::normal_cdf(z) + nps::normal_upper_tail(z), 1));
        CHECK(nps::normal_cdf(z) == nps::normal_upper_tail(-z));
    }
    for (const double a : {0.5, 3.0, 120.0, 5e4, 1e7, 4e11}) {
        for (const double b : {0.5, 7.0, 99.0, 2e5, 6e11}) {
            for (const double p : {1e-6, .025, .3, .5, .8, .999}) {
                const double x = nps::beta_quantile(p, a, b);
                INFO(a, " ", b, " ", p);
                // p lies between the cdf two digits below and two above in the last place.
                const double ulp = 2 * std::numeric_limits<double>::epsilon();
                CHECK(nps::beta_cdf((std::max)(x * (1 - ulp), 0.0), a, b) <= p * (1 + 1e-11));
                CHECK(nps::beta_cdf((std::min)(x * (1 + ulp), 1.0), a, b) >= p * (1 - 1e-11));
                CHECK(close(nps::beta_cdf(x, a, b) + nps::beta_upper_tail(x, a, b), 1));
            }
        }
    }
    for (const double df : {1.0, 2.5, 40.0, 1e5}) {
        for (const double p : {1e-6, .05, .5, .99}) {
            CHECK(close(nps::chi_squared_upper_tail(nps::chi_squared_upper_quantile(p, df), df), p,
                        {.relative = 1e-11, .reason = "the tail is steep at 1e5 df"}));
        }
    }
}

TEST_CASE("distributions: ends of the range") {
    const double inf = std::numeric_limits<double>::infinity();
    CHECK(nps::normal_cdf(inf) == 1);
    CHECK(nps::normal_cdf(-inf) == 0);
    CHECK(nps::normal_upper_tail(inf) == 0);
    CHECK(nps::normal_quantile(.5) == 0);
    for (const double a : {0.5, 2.0, 1e6}) {
        for (const double b : {0.5, 3.0, 1e6}) {
            CHECK(nps::beta_cdf(0, a, b) == 0);
            CHECK(nps::beta_cdf(1, a, b) == 1);
            CHECK(nps::beta_upper_tail(0, a, b) == 1);
            CHECK(nps::beta_upper_tail(1, a, b) == 0);
        }
    }
    CHECK(nps::chi_squared_upper_tail(0, 3) == 1);
    CHECK(nps::chi_squared_upper_tail(inf, 3) == 0);
    CHECK(nps::student_t_upper_quantile(.5, 7) == 0);
}

TEST_CASE("distributions: the critical value of an interval") {
    // mpmath: sqrt(2) erfinv(0.95), sqrt(2) erfinv(0.9).
    CHECK(close(nps::normal_critical_value(.95), 1.9599639845400542));
    CHECK(close(nps::normal_critical_value(.95, nps::bounds::lower), 1.6448536269514727));
    CHECK(nps::normal_critical_value(.95, nps::bounds::lower) ==
          nps::normal_critical_value(.95, nps::bounds::upper));
    // Small levels keep their digits: mpmath, sqrt(2) erfinv(level); where the normal cdf is it.
    CHECK(close(nps::normal_critical_value(1e-6) / 1.2533141373158283e-6, 1));
    CHECK(close(nps::normal_critical_value(1e-300) / 1.2533141373155003e-300, 1));
    CHECK(close(nps::normal_critical_value(.3), 0.38532046640756761));
    CHECK(close(nps::normal_critical_value(1 - 1e-9), 6.1094102093834491));
    CHECK(close(nps::normal_critical_value(1e-6, nps::bounds::lower), -4.753424308822899));
    CHECK(close(nps::normal_critical_value(1e-300, nps::bounds::upper), -37.047096299361199));
    CHECK(nps::tail_probability(.5, nps::bounds::two_sided) == .25);
    CHECK(nps::tail_probability(.5, nps::bounds::upper) == .5);
}

TEST_CASE("distributions: log(1 + u) - u against mpmath") {
    // mpmath 1.2.1 at 40 digits.
    const double cases[][2] = {{-0.999, -5.9087552789821362},    {-0.5, -0.19314718055994531},
                               {-0.301, -0.057104536748326791},  {-0.29, -0.052490308946775939},
                               {-0.01, -5.0335853501441186e-5},  {-1e-09, -5.000000003333334e-19},
                               {1e-15, -4.9999999999999974e-31}, {1e-06, -4.9999966666691662e-13},
                               {0.2, -0.017678443206045376},     {0.499, -0.094201780879539348},
                               {0.51, -0.097890349173167042},    {3.0, -1.6137056388801094},
                               {1000000.0, -999986.18448844204}};
    for (const auto& c : cases) {
        INFO(c[0]);
        CHECK(close(nps::detail::log1p_minus(c[0]) / c[1], 1));
    }
    CHECK(nps::detail::log1p_minus(0) == 0);
}

TEST_CASE("distributions: the central probability against mpmath") {
    // mpmath 1.2.1 at 40 digits: erf(z / sqrt(2)).
    CHECK(nps::normal_central(0) == 0);
    CHECK(close(nps::normal_central(1e-12) / 7.9788456080286534e-13, 1));
    CHECK(close(nps::normal_central(1), .68268949213708590));
    CHECK(nps::normal_central(std::numeric_limits<double>::infinity()) == 1);
}

TEST_CASE("distributions: far below the mean of a large beta distribution") {
    for (const double x : {1e-300, 1e-100, 1e-20}) {
        CHECK(nps::beta_cdf(x, 334, 1000335) == 0);
        CHECK(nps::beta_upper_tail(x, 334, 1000335) == 1);
        CHECK(nps::beta_density(x, 334, 1000335) == 0);
    }
}

TEST_CASE("distributions: quantiles rise with p and with a, whatever the size") {
    // Between a few thousand and millions general routines return wrong numbers without a word.
    for (const double n : {1e4, 1.4e10, 7.7e12}) {
        for (const double p : {1e-9, .025, .45, .9}) {
            double last = 0;
            double last_upper = 0;
            for (double k = 1; k < 4000; k = std::floor(k * 1.3) + 1) {
                const double lower = nps::beta_quantile(p, k, n - k);
                const double upper = nps::beta_upper_quantile(p, k, n - k);
                INFO(n, " ", p, " ", k);
                CHECK(lower > last);
                CHECK(upper > last_upper);
                CHECK((lower < upper) == (p < .5));
                last = lower;
                last_upper = upper;
            }
        }
    }
}

TEST_CASE("distributions: refuse what they are not defined for, with invalid_input alone") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    const double tiny = std::numeric_limits<double>::denorm_min();
    for (const double p : {0.0, 1.0, -0.1, 1.1, nan, inf, -inf}) {
        INFO(p);
        CHECK(refuses([&] { return nps::normal_quantile(p); }));
        CHECK(refuses([&] { return nps::normal_upper_quantile(p); }));
        CHECK(refuses([&] { return nps::beta_quantile(p, 2, 3); }));
        CHECK(refuses([&] { return nps::beta_upper_quantile(p, 2, 3); }));
        CHECK(refuses([&] { return nps::chi_squared_upper_quantile(p, 2); }));
        CHECK(refuses([&] { return nps::student_t_upper_quantile(p, 2); }));
        CHECK(refuses([&] { return nps::normal_critical_value(p); }));
        CHECK(refuses([&] { return nps::beta_density(p, 2, 3); }));
    }
    for (const double parameter : {0.0, -1.0, nan, inf}) {
        INFO(parameter);
        CHECK(refuses([&] { return nps::beta_cdf(.5, parameter, 3); }));
        CHECK(refuses([&] { return nps::beta_cdf(.5, 3, parameter); }));
        CHECK(refuses([&] { return nps::beta_upper_tail(.5, parameter, 3); }));
        CHECK(refuses([&] { return nps::beta_upper_tail(.5, 3, parameter); }));
        CHECK(refuses([&] { return nps::beta_quantile(.5, parameter, 3); }));
        CHECK(refuses([&] { return nps::beta_quantile(.5, 3, parameter); }));
        CHECK(refuses([&] { return nps::beta_upper_quantile(.5, parameter, 3); }));
        CHECK(refuses([&] { return nps::beta_upper_quantile(.5, 3, parameter); }));
        CHECK(refuses([&] { return nps::beta_density(.5, parameter, 3); }));
        CHECK(refuses([&] { return nps::beta_density(.5, 3, parameter); }));
        CHECK(refuses([&] { return nps::chi_squared_upper_tail(1, parameter); }));
        CHECK(refuses([&] { return nps::chi_squared_upper_quantile(.5, parameter); }));
        CHECK(refuses([&] { return nps::student_t_upper_quantile(.4, parameter); }));
    }
    for (const double x : {-0.1, 1.1, nan, inf}) {
        CHECK(refuses([&] { return nps::beta_cdf(x, 2, 3); }));
        CHECK(refuses([&] { return nps::beta_upper_tail(x, 2, 3); }));
    }
    CHECK(refuses([&] { return nps::normal_cdf(nan); }));
    CHECK(refuses([&] { return nps::normal_upper_tail(nan); }));
    CHECK(refuses([&] { return nps::normal_central(nan); }));
    CHECK(refuses([&] { return nps::normal_central(-1e-9); }));
    CHECK_THROWS_WITH_AS((void)nps::chi_squared_upper_quantile(.5, 1e9),
                         "nps::chi_squared_upper_quantile: df = 1e+09, must be in (0, 1e6]",
                         nps::invalid_input);
    CHECK(refuses([&] { return nps::chi_squared_upper_tail(.5, 1e7); }));
    CHECK(refuses([&] { return nps::chi_squared_upper_tail(-1, 3); }));
    CHECK(refuses([&] { return nps::chi_squared_upper_tail(nan, 3); }));
    CHECK_THROWS_WITH_AS((void)nps::beta_cdf(nan, 2, 3),
                         "nps::beta_cdf: x = nan, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)nps::beta_quantile(.5, -1, 3),
                         "nps::beta_quantile: a = -1, must be positive and finite",
                         nps::invalid_input);
    // About 1e-602.
    CHECK_THROWS_AS((void)nps::chi_squared_upper_quantile(.5, 1e-3), nps::undefined_result);
    // Extreme but legitimate arguments give numbers, or say that they cannot; no other exception.
    const std::vector<function> calls = {nps::beta_cdf, nps::beta_upper_tail, nps::beta_quantile,
                                         nps::beta_upper_quantile, nps::beta_density};
    for (const function& call : calls) {
        for (const double x : {tiny, 1e-300, .5, 1 - 1e-16}) {
            for (const double a : {1e-3, 1.0, 1e3, 1e15}) {
                for (const double b : {1e-3, 1.0, 1e3, 1e15}) {
                    INFO(x, " ", a, " ", b);
                    CHECK(answers(call, x, a, b));
                }
            }
        }
    }
    for (const double df : {1e-3, 1.0, 1e3, 1e6}) {
        for (const double p : {tiny, 1e-300, .5, 1 - 1e-16}) {
            INFO(p, " ", df);
            for (const char* name : {"chi_squared_upper_quantile", "chi_squared_upper_tail",
                                     "student_t_upper_quantile"}) {
                CHECK(answers(functions().at(name), p, df, 0));
            }
        }
    }
}

TEST_CASE("student_t_upper_tail equals mpmath in both tails") {
    // The beta integral at 50 digits; quadrature of the density for df above 10^4.
    struct row {
        double t;
        double df;
        double tail;
    };
    for (const row& r : {
             row{1e-09, 0.1, 0.49999999985190788},
             {0.5, 0.1, 0.44326011332299353},
             {2.5, 0.1, 0.38067738554439648},
             {6.0, 0.1, 0.34888739114715729},
             {1e-09, 1, 0.49999999968169011},
             {0.5, 1, 0.35241638234956673},
             {2.5, 1, 0.1211189415908434},
             {6.0, 1, 0.05256845671125343},
             {1e-09, 1.5, 0.49999999965926502},
             {0.5, 1.5, 0.34028355533497},
             {2.5, 1.5, 0.084903251307348032},
             {6.0, 1.5, 0.025101228388162392},
             {1e-09, 30, 0.49999999960436782},
             {0.5, 30, 0.31036150244256364},
             {2.5, 30, 0.0090578245340333471},
             {6.0, 30, 6.9713843836023714e-7},
             {1e-09, 197.25, 0.49999999960156303},
             {0.5, 197.25, 0.30881620482683941},
             {2.5, 197.25, 0.0066172568369971395},
             {6.0, 197.25, 4.645479864872187e-9},
             {1e-09, 100000.0, 0.49999999960105872},
             {0.5, 100000.0, 0.30853808882720902},
             {2.5, 100000.0, 0.0062104595962795227},
             {6.0, 100000.0, 9.8996472780088128e-10},
             {1e-09, 1000000000000.0, 0.49999999960105772},
             {0.5, 1000000000000.0, 0.30853753872604191},
             {2.5, 1000000000000.0, 0.0062096653258555603},
             {6.0, 1000000000000.0, 9.8658764537490964e-10},
         }) {
        CAPTURE(r.t);
        CAPTURE(r.df);
        CHECK(std::abs(nps::student_t_upper_tail(r.t, r.df) / r.tail - 1) < 1e-12);
        CHECK(std::abs(nps::student_t_upper_tail(-r.t, r.df) - (1 - r.tail)) < 1e-15);
        if (r.tail > 1e-5 && r.tail < 0.4) {
            CHECK(std::abs(nps::student_t_upper_quantile(r.tail, r.df) / r.t - 1) < 1e-12);
        }
    }
    CHECK(nps::student_t_upper_tail(0, 3) == 0.5);
    CHECK(nps::student_t_upper_tail(std::numeric_limits<double>::infinity(), 3) == 0);
    CHECK_THROWS_AS((void)nps::student_t_upper_tail(1, 0), nps::invalid_input);
    CHECK_THROWS_AS((void)nps::student_t_upper_tail(std::numeric_limits<double>::quiet_NaN(), 3),
                    nps::invalid_input);
}

TEST_CASE("f_upper_tail equals mpmath in both tails") {
    // The beta integral at 60 digits; quadrature of the density for df2 above 10^5.
    struct row {
        double x;
        double df1;
        double df2;
        double tail;
    };
    for (const row& r : {
             row{1.0000000000000001e-9, 1.0, 1.0, 0.99997986831516492},
             {0.5, 0.69999999999999996, 1.3, 0.51914678862916114},
             {4.0, 1.0, 4.5, 0.10825790718112503},
             {50.0, 5.0, 3.0, 0.0043374073850190327},
             {0.001, 39.0, 15.0, 1.0},
             {6.0999999999999996, 2.0, 197.25, 0.0026884491624262783},
             {320.0, 2.0, 1094.5, 3.7384358220144956e-110},
             {0.20000000000000001, 39.0, 243.90000000000001, 0.99999996252991255},
             {5.9699999999999998, 39.0, 9640.0, 5.2434797734957947e-29},
             {3.0, 4.0, 200000.0, 0.017353496162701196},
             {9.0, 39.0, 1000000000000.0, 8.0471184400934421e-52},
             {0.5, 1.0, 1000000000000.0, 0.47950012218711823},
             {1000000.0, 3.0, 20.0, 6.4161583407028875e-52},
         }) {
        CAPTURE(r.x);
        CAPTURE(r.df1);
        CAPTURE(r.df2);
        CHECK(std::abs(nps::f_upper_tail(r.x, r.df1, r.df2) / r.tail - 1) < 1e-12);
        // 1 / F has the degrees of freedom the other way round.
        CHECK(std::abs(nps::f_upper_tail(1 / r.x, r.df2, r.df1) + r.tail - 1) < 1e-13);
    }
    CHECK(nps::f_upper_tail(0, 3, 4) == 1);
    CHECK(nps::f_upper_tail(std::numeric_limits<double>::infinity(), 3, 4) == 0);
    CHECK(refuses([] { return nps::f_upper_tail(-1, 3, 4); }));
    CHECK(refuses([] { return nps::f_upper_tail(std::nan(""), 3, 4); }));
    CHECK(refuses([] { return nps::f_upper_tail(1, 0, 4); }));
    CHECK(refuses([] { return nps::f_upper_tail(1, 3, std::nan("")); }));
}

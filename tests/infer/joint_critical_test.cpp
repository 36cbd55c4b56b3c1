// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/detail/joint_critical.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::bounds;
using nps_test::close;

std::vector<double> numbers(const std::string& text) {
    std::vector<double> values;
    std::istringstream in(text);
    for (double value = 0; in >> value;) {
        values.push_back(value);
    }
    return values;
}

std::vector<double> rests_of(const std::vector<double>& loadings) {
    std::vector<double> rests;
    for (const double loading : loadings) {
        rests.push_back(std::sqrt((1 - loading) * (1 + loading)));
    }
    return rests;
}

bool near_r(double actual, double expected, double digits) {
    return std::abs(actual - expected) <= digits;
}

} // namespace

TEST_CASE("the farthest of several normal numbers equals mpmath") {
    for (const auto& row : nps_test::reference_table("joint_critical.csv")) {
        const std::string kind = row.text("kind");
        const double c = row.number("c");
        const auto loadings = numbers(row.text("loadings"));
        INFO(kind, " ", c, " ", row.text("loadings"));
        const double expected = row.number("tail");
        double tail = 0;
        if (kind == "range") {
            tail = nps::detail::normal_range_upper_tail(c, static_cast<std::size_t>(loadings[0]));
        } else {
            const auto rests = rests_of(loadings);
            tail = nps::detail::product_correlation(
                       loadings, rests, kind == "two_sided" ? bounds::two_sided : bounds::lower)
                       .upper_tail(c);
        }
        CHECK(std::abs(tail - expected) <= 1e-12 * expected);
    }
}

TEST_CASE("joint critical values equal R's qtukey and mvtnorm ") {
    for (const auto& row : nps_test::reference_table("joint_critical_r.csv")) {
        const std::string kind = row.text("kind");
        const double level = row.number("level");
        const double critical = row.number("critical");
        const auto loadings = numbers(row.text("loadings"));
        INFO(kind, " ", level, " ", row.text("loadings"));
        if (kind == "tukey") {
            const double tail =
                nps::detail::tukey_kramer_tail(level, static_cast<std::size_t>(loadings[0]));
            // qtukey iterates to 1e-4 of its answer.
            CHECK(near_r(nps::normal_upper_quantile(tail), critical, 2e-5));
        } else {
            const auto rests = rests_of(loadings);
            const bounds sides = kind == "two_sided" ? bounds::two_sided : bounds::lower;
            const double tail = nps::detail::dunnett_tail(level, sides, loadings, rests);
            // qmvnorm searches by a random rule and is right to 1e-3; the tails themselves are
            // checked against mpmath above.
            CHECK(near_r(nps::normal_upper_quantile(tail), critical, 1e-3));
        }
    }
}

TEST_CASE("joint critical values at their ends") {
    for (const double level : {.01, .5, .9, .95, 1 - 1e-9, 1 - 1e-12}) {
        CAPTURE(level);
        for (const bounds sides : {bounds::two_sided, bounds::lower, bounds::upper}) {
            const double one = nps::tail_probability(level, sides);
            const std::vector<double> none(4, 0.0);
            const std::vector<double> whole(4, 1.0);
            // Without correlation: Sidak's; with one that is nearly whole: that of one statistic.
            const double apart = nps::detail::dunnett_tail(level, sides, none, whole);
            const double sidak = sides == bounds::two_sided ? nps::detail::sidak_tail(level, 4)
                                                            : -std::expm1(std::log(level) / 4);
            CHECK(close(apart, sidak, {.relative = 1e-11, .reason = "level near 1 or 0"}));
            const std::vector<double> near(4, 1 - 1e-12);
            const std::vector<double> little(4, std::sqrt(2e-12));
            CHECK(close(nps::detail::dunnett_tail(level, sides, near, little), one,
                        {.relative = 2e-5, .reason = "the loadings are not quite 1"}));
            CHECK(nps::detail::dunnett_tail(level, sides, {none.data(), 1}, {whole.data(), 1}) ==
                  doctest::Approx(one).epsilon(1e-12));
        }
        const double two = nps::detail::tukey_kramer_tail(level, 2);
        CHECK(close(two, (1 - level) / 2));
        double before = two;
        for (const std::size_t k : {3U, 4U, 10U, 100U, 2000U}) {
            const double tail = nps::detail::tukey_kramer_tail(level, k);
            CHECK(tail < before);
            CHECK(tail >= nps::detail::bonferroni_tail(level, bounds::two_sided, k * (k - 1) / 2));
            CHECK(tail >= nps::detail::sidak_tail(level, k * (k - 1) / 2) * (1 - 1e-9));
            before = tail;
        }
    }
}

TEST_CASE("joint critical values at levels that 1 - level cannot hold") {
    const std::vector<double> loadings{.5, .8};
    const auto rests = rests_of(loadings);
    for (const double level : {1e-300, 1e-17, 1e-15, 1e-10, 1 - 1e-15, 1 - 1.2e-16}) {
        CAPTURE(level);
        for (const double tail :
             {nps::detail::tukey_kramer_tail(level, 5),
              nps::detail::dunnett_tail(level, bounds::two_sided, loadings, rests)}) {
            CHECK(tail > 0);
            CHECK(tail <= .5);
            CHECK(tail <= (1 - level) / 2 + 1e-16);
        }
        if (level < 1e-16) {
            continue; // one-sided, the quantile of 1 is refused
        }
        const double one = nps::detail::dunnett_tail(level, bounds::lower, loadings, rests);
        CHECK(one > 0);
        CHECK(one <= 1);
    }
}

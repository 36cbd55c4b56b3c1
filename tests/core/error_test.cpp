// SPDX-License-Identifier: Apache-2.0
#include <nps/core/error.hpp>

#include <doctest/doctest.h>

#include <limits>

TEST_CASE("an error names the function, the argument, the value and what is allowed") {
    CHECK_THROWS_WITH_AS(
        nps::detail::require_level(std::numeric_limits<double>::quiet_NaN(), "score_interval"),
        "nps::score_interval: level = nan, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::detail::require_level(95, "score_interval"),
                         "nps::score_interval: level = 95, must be in (0, 1)", nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::detail::require_count(-1, "f", "promoters"),
                         "nps::f: promoters = -1, must be in [0, 2^53]", nps::invalid_input);
    CHECK_THROWS_WITH_AS(nps::detail::throw_undefined("f", "no valid answers"),
                         "nps::f: no valid answers", nps::undefined_result);
}

TEST_CASE("level: the ends and what lies outside are refused, the inside is not") {
    for (const double level : {0.0, 1.0, -0.1, 1.1, std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS(nps::detail::require_level(level, "f"), nps::invalid_input);
    }
    for (const double level : {1e-300, 0.5, 0.95, 1 - 1e-16}) {
        CHECK_NOTHROW(nps::detail::require_level(level, "f"));
    }
}

TEST_CASE("values print shortest and exact, numbers as numbers") {
    CHECK(nps::detail::to_text(0.1) == "0.1");
    CHECK(nps::detail::to_text(-std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(nps::detail::to_text(-std::numeric_limits<double>::infinity()) == "-inf");
    CHECK(nps::detail::to_text(static_cast<unsigned char>(11)) == "11");
    CHECK(nps::detail::to_text(std::numeric_limits<std::uint64_t>::max()) ==
          "18446744073709551615");
    CHECK(nps::detail::to_text(true) == "true");
}

TEST_CASE("the library's errors are standard errors of their kind") {
    CHECK(std::is_base_of_v<std::invalid_argument, nps::invalid_input>);
    CHECK(std::is_base_of_v<std::domain_error, nps::undefined_result>);
}

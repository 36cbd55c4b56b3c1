// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/detail/fixed_math.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

namespace {

namespace detail = nps::detail;

TEST_CASE("fixed logarithms, exponentials and binomial probabilities agree with mpmath") {
    for (const nps_test::reference_row& row : nps_test::reference_table("fixed_math.csv")) {
        const std::string& function = row.text("function");
        const double x = row.number("x");
        const double value = row.number("value");
        CAPTURE(function);
        CAPTURE(x);
        if (function == "log") {
            CHECK(std::abs(detail::fixed_log(x) - value) <= 4.5e-16 * std::abs(value));
        } else if (function == "exp") {
            CHECK(std::abs(detail::fixed_exp(x) - value) <= 4.5e-16 * value);
        } else if (function == "stirling") {
            CHECK(std::abs(detail::fixed_stirling_error(x) - value) <= 3e-14 * value);
        } else {
            CAPTURE(row.number("n"));
            CAPTURE(row.number("p"));
            REQUIRE(function == "binomial");
            CHECK(std::abs(detail::log_binomial_pmf(x, row.number("n"), row.number("p")) - value) <=
                  1e-14 * (1 + std::abs(value)));
        }
    }
}

TEST_CASE("the last bit is the same everywhere: a committed hash of the bits") {
    std::uint64_t hash = 14695981039346656037U;
    const auto add = [&](double value) {
        hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211U;
    };
    for (int i = 1; i <= 5000; ++i) {
        add(detail::fixed_log(i * 0.013671875));
        add(detail::fixed_exp(i * -0.001953125));
        add(detail::log_binomial_pmf(i, 10'000, 0.21875));
        add(detail::log_binomial_pmf(i * 1e8, 1e12, 0.25));
    }
    CHECK(hash == 3709913224459663976U);
}

} // namespace

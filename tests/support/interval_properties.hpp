// SPDX-License-Identifier: Apache-2.0
// What every interval has to be, whatever the survey.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/philox.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

namespace nps_test {

// From 0 to most, every size as likely as another; a tenth are 0.
inline std::int64_t any_count(nps::random_stream& random, double most = 1e12) {
    return random.uniform() < 0.1
               ? 0
               : static_cast<std::int64_t>(std::pow(most, random.uniform()) + 0.5);
}

// Every sixth survey has as many promoters as detractors; never an empty one.
inline nps::category_counts any_survey(nps::random_stream& random, int number, double most = 1e12) {
    nps::category_counts c{any_count(random, most), any_count(random, most),
                           any_count(random, most)};
    if (number % 6 == 0) {
        c.promoters = c.detractors;
    }
    if (c.n() == 0) {
        c.passives = 1;
    }
    return c;
}

struct parameter_range {
    double lowest;
    double highest;
};

// `centred`: whether the interval is made to hold the estimate, and not a shrunken one.
inline void check_interval(const nps::interval& ci, parameter_range range, double estimate,
                           bool centred) {
    CHECK(ci.lower >= range.lowest);
    CHECK(ci.upper <= range.highest);
    CHECK(ci.lower <= ci.upper);
    CHECK(std::isfinite(ci.lower));
    CHECK(std::isfinite(ci.upper));
    CHECK_FALSE(ci.method.empty());
    if (ci.sides == nps::bounds::lower) {
        CHECK(ci.upper == range.highest);
    }
    if (ci.sides == nps::bounds::upper) {
        CHECK(ci.lower == range.lowest);
    }
    // A one-sided limit at a level below 1/2 lies on the other side of the estimate.
    if (centred && (ci.sides == nps::bounds::two_sided || ci.level > 0.5)) {
        const double rounding = 1e-15 * std::abs(estimate);
        CHECK(ci.lower <= estimate + rounding);
        CHECK(ci.upper >= estimate - rounding);
    }
}

// call(level, sides) for every pair; gives an interval.
template <class Call>
void check_at_all_levels(Call call, parameter_range range, double estimate, double centred_from,
                         double highest_level = 1 - 1e-12) {
    for (const double level : {0.01, 0.5, 0.95, 1 - 1e-9, 1 - 1e-12}) {
        if (level > highest_level) {
            continue;
        }
        for (const nps::bounds sides :
             {nps::bounds::two_sided, nps::bounds::lower, nps::bounds::upper}) {
            CAPTURE(level);
            CAPTURE(static_cast<int>(sides));
            const nps::interval ci = call(level, sides);
            CHECK(ci.level == level);
            CHECK(ci.sides == sides);
            check_interval(ci, range, estimate, level >= centred_from);
        }
    }
}

} // namespace nps_test

// SPDX-License-Identifier: Apache-2.0
// What drives the score: the model, what each driver is worth, and where to act.
#pragma once

#include "options.hpp"
#include "ratings.hpp"

#include <nps/core.hpp>
#include <nps/model/coefficient.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_report {

struct driver_importance {
    std::string name;
    // The part of R^2, and the same as a share of all drivers' parts with its interval.
    double value = 0;
    double share = 0;
    nps::interval interval{};
    // In how many of the replicates no other driver was worth more.
    double first = 0;
    double mean_rating = 0;
    nps::interval mean_interval{};
    // "concentrate_here" and so on, as the library names it; and whether both intervals say so.
    std::string quadrant{};
    bool certain = false;
};

struct driver_figures {
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    // Nothing where no model can be fitted; a warning says why.
    std::optional<double> r_squared{};
    std::optional<double> adjusted_r_squared{};
    // Of the score on [-1, 1], for one more point of the rating.
    std::vector<nps::coefficient> coefficients{};
    // Of the importance, a static name of the library.
    std::string method{};
    // In the order of their worth.
    std::vector<driver_importance> importance{};
    // Where the quadrants meet.
    double middle_share = 0;
    double middle_rating = 0;
    std::vector<std::string> warnings{};
};

// `responses` is all rows of the survey: those not used are dropped.
[[nodiscard]] driver_figures compute_drivers(const driver_rows& rows, std::int64_t responses,
                                             const options& o);

// The section of the text report.
[[nodiscard]] std::string drivers_text(const driver_figures& f, const options& o);

} // namespace nps_report

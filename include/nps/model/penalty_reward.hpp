// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which drivers make detractors when they are bad, and which make promoters when they are good.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/detail/finish_linear.hpp>
#include <nps/model/detail/linear_row_errors.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/linear_fit.hpp>
#include <nps/model/low_high_coding.hpp>
#include <nps/numeric/distributions.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// How a driver works on the score, as its two effects and their test say.
enum class driver_kind : std::uint8_t {
    indifferent, ///< neither effect is shown
    must_be,     ///< it costs when bad: penalty only, or by far the larger of the two
    attractive,  ///< it pays when good: reward only, or by far the larger of the two
    performance, ///< both, and no difference between them is shown
    reverse,     ///< low ratings go with a higher score, or high ones with a lower
    undetermined ///< one of the effects cannot be estimated
};

/// The name of a kind, the same word as in JSON.
///
/// Throws:     invalid_input.
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
[[nodiscard]] constexpr std::string_view driver_kind_name(driver_kind kind) {
    switch (kind) {
    case driver_kind::indifferent:
        return "indifferent";
    case driver_kind::must_be:
        return "must_be";
    case driver_kind::attractive:
        return "attractive";
    case driver_kind::performance:
        return "performance";
    case driver_kind::reverse:
        return "reverse";
    case driver_kind::undetermined:
        return "undetermined";
    }
    detail::throw_invalid("driver_kind_name", "kind", static_cast<int>(kind),
                          "must be a named kind");
}

/// Options of penalty_reward from cross-products.
///
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
struct penalty_reward_options {
    /// Of the intervals, each for itself; 1 - level is the error allowed to each family of tests.
    double level = 0.95;
    /// Over all penalties and rewards together, and over all tests of asymmetry.
    multiplicity adjustment = multiplicity::holm;
    /// Fewer people than this with low, middle or high ratings of a driver are called few.
    std::int64_t few_cases = 30;
};

/// Options of penalty_reward from rows.
///
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
struct penalty_reward_row_options {
    /// Ratings up to this one are low: one number for all items, or one for each. Needed.
    std::vector<double> low = {};
    /// Ratings from this one on are high; above `low`. Needed.
    std::vector<double> high = {};
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row, for errors = standard_errors::clustered and for them alone.
    std::vector<std::int64_t> clusters = {};
    standard_errors errors = standard_errors::hc3;
    double level = 0.95;
    multiplicity adjustment = multiplicity::holm;
    std::int64_t few_cases = 30;
};

/// What a driver does when it is bad, and when it is good.
///
/// Scale:      effects are changes of the score, on [-2, 2] in a model that fits.
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
struct driver_asymmetry {
    std::string name = {};
    /// People with low, middle and high ratings.
    std::int64_t n_low = 0;
    std::int64_t n_middle = 0;
    std::int64_t n_high = 0;
    /// One of the three is below options.few_cases.
    bool few_cases = false;
    /// Low against middle: below 0 where bad ratings cost. Nothing where it cannot be estimated.
    std::optional<coefficient> penalty = {};
    double penalty_adjusted_p_value = 1;
    /// High against middle.
    std::optional<coefficient> reward = {};
    double reward_adjusted_p_value = 1;
    /// reward + penalty: 0 where they are of one size, below 0 where the penalty is larger.
    std::optional<coefficient> asymmetry = {};
    double asymmetry_adjusted_p_value = 1;
    /// Range of impact, high against low: reward - penalty. There without a middle, too.
    std::optional<coefficient> range = {};
    driver_kind kind = driver_kind::undetermined;
    /// The test of asymmetry holds. A driver may be must_be or attractive without: then one effect is
    /// shown and the other is not, which does not show that they differ.
    bool asymmetric = false;
};

/// All drivers, in their order.
///
/// Checked:    tests/model/penalty_reward_test.cpp
/// Example:    examples/drivers_action.cpp
struct penalty_reward_result {
    std::vector<driver_asymmetry> drivers = {};
    /// The model behind it: columns "X low" and "X high" of each driver X.
    linear_fit fit = {};
    std::int64_t n = 0;
    std::int64_t dropped = 0;
    /// How the standard errors were made.
    std::string_view method = {};
    std::string_view adjustment = {};
};

namespace detail {

/// The coefficient of a fit by its name, -1 where the item was excluded.
[[nodiscard]] inline Eigen::Index penalty_place(const linear_fit& fit, const std::string& name) {
    for (std::size_t j = 1; j < fit.coefficients.size(); ++j) {
        if (fit.coefficients[j].name == name) {
            return static_cast<Eigen::Index>(j);
        }
    }
    return -1;
}

/// The effects of one driver from the coefficients of its two columns.
inline void add_effects(driver_asymmetry& driver, const linear_fit& fit, double level) {
    const double t = student_t_upper_quantile((1 - level) / 2, fit.degrees_of_freedom);
    const Eigen::Index low = penalty_place(fit, driver.name + " low");
    const Eigen::Index high = penalty_place(fit, driver.name + " high");
    const auto combined = [&](double of_low, double of_high) {
        double estimate = 0;
        double variance = 0;
        if (low >= 0) {
            estimate += of_low * fit.coefficients[static_cast<std::size_t>(low)].estimate;
            variance += of_low * of_low * fit.covariance(low, low);
        }
        if (high >= 0) {
            estimate += of_high * fit.coefficients[static_cast<std::size_t>(high)].estimate;
            variance += of_high * of_high * fit.covariance(high, high);
        }
        if (low >= 0 && high >= 0) {
            variance += 2 * of_low * of_high * fit.covariance(low, high);
        }
        return t_coefficient(driver.name, estimate, variance, fit, t, level);
    };
    if (driver.n_middle == 0) {
        // The columns are one: low against high.
        if (low >= 0 && driver.n_low > 0 && driver.n_high > 0) {
            driver.range = combined(-1, 0);
        }
        return;
    }
    if (low >= 0) {
        driver.penalty = combined(1, 0);
    }
    if (high >= 0) {
        driver.reward = combined(0, 1);
    }
    if (low >= 0 && high >= 0) {
        driver.asymmetry = combined(1, 1);
        driver.range = combined(-1, 1);
    }
}

[[nodiscard]] inline driver_kind kind_of(const driver_asymmetry& driver, double allowed) {
    if (!driver.penalty || !driver.reward) {
        return driver_kind::undetermined;
    }
    const bool low = driver.penalty_adjusted_p_value <= allowed;
    const bool high = driver.reward_adjusted_p_value <= allowed;
    if ((low && driver.penalty->estimate > 0) || (high && driver.reward->estimate < 0)) {
        return driver_kind::reverse;
    }
    if (low && high) {
        return !driver.asymmetric               ? driver_kind::performance
               : driver.asymmetry->estimate < 0 ? driver_kind::must_be
                                                : driver_kind::attractive;
    }
    return low ? driver_kind::must_be : high ? driver_kind::attractive : driver_kind::indifferent;
}

/// Tests, adjusts and names; the counts of the drivers are there already.
inline void judge_drivers(penalty_reward_result& result, double level, multiplicity adjustment,
                          std::int64_t few_cases) {
    std::vector<double> effects;
    std::vector<double> asymmetries;
    for (driver_asymmetry& driver : result.drivers) {
        driver.few_cases = (std::min)({driver.n_low, driver.n_middle, driver.n_high}) < few_cases;
        add_effects(driver, result.fit, level);
        for (const auto* effect : {&driver.penalty, &driver.reward}) {
            if (*effect) {
                effects.push_back((*effect)->p_value);
            }
        }
        if (driver.asymmetry) {
            asymmetries.push_back(driver.asymmetry->p_value);
        }
    }
    effects = adjust_p_values(effects, adjustment);
    asymmetries = adjust_p_values(asymmetries, adjustment);
    std::size_t effect = 0;
    std::size_t asymmetry = 0;
    for (driver_asymmetry& driver : result.drivers) {
        if (driver.penalty) {
            driver.penalty_adjusted_p_value = effects[effect++];
        }
        if (driver.reward) {
            driver.reward_adjusted_p_value = effects[effect++];
        }
        if (driver.asymmetry) {
            driver.asymmetry_adjusted_p_value = asymmetries[asymmetry++];
            driver.asymmetric = driver.asymmetry_adjusted_p_value <= 1 - level;
        }
        driver.kind = kind_of(driver, 1 - level);
    }
}

inline void require_penalty_options(double level, std::int64_t few_cases,
                                    std::string_view function) {
    require_level(level, function);
    require(few_cases >= 0, function, "few_cases", few_cases, "must not be negative");
}

} // namespace detail

/// Penalty-reward contrasts: the score regressed on low and high ratings of each driver, the middle
/// being the reference.
///
/// Formula:    score = a + sum_j (penalty_j [x_j <= low] + reward_j [x_j >= high]) + e by least
///             squares; asymmetry = reward + penalty and range = reward - penalty with the variance
///             of the sum and of the difference; t tests. Kinds, by adjusted p values at 1 - level:
///             reverse where an effect of the wrong sign is shown; with both effects must_be or
///             attractive where the asymmetry is shown, by its sign, else performance; with one
///             effect must_be (penalty) or attractive (reward); else indifferent.
/// Scale:      effects are differences of the score: 0.2 are 20 points.
/// Assumes:    what is low and what is high was decided before the data were seen: the kinds depend
///             on it. Low and high as far from the middle: where the low ratings are further away
///             than the high ones, a straight line has the larger penalty. Robust errors, as answers
///             of -1, 0, 1 are not equally spread.
/// Not for:    cause; small samples: of 30 people with low ratings a penalty has an error near 0.15.
/// Degenerate: without low or high ratings (or where they are collinear with other drivers', see
///             fit.excluded) that effect is left out; without middle ratings only the range is
///             there. Such drivers are undetermined.
/// Throws:     invalid_input; undefined_result as least_squares, thus with hc2 to hc4 also where one
///             person alone has low, middle or high ratings of a driver: hc1 has an answer there.
/// Cost:       O(rows items^2).
/// Source:     Albayrak, Caber (2013), doi:10.1080/14783363.2013.776757
/// Checked:    tests/reference/penalty_reward.csv (R lm, sandwich)
/// Example:    examples/drivers_action.cpp
template <class Items, class Outcome>
[[nodiscard]] penalty_reward_result penalty_reward(const Eigen::DenseBase<Items>& items,
                                                   const Eigen::DenseBase<Outcome>& outcome,
                                                   const penalty_reward_row_options& options) {
    constexpr std::string_view self = "penalty_reward";
    detail::require_penalty_options(options.level, options.few_cases, self);
    const low_high_items coded = detail::code_low_high(items, options, self);
    const detail::linear_row_fit parts = detail::fit_linear_rows(
        coded.items, outcome,
        least_squares_row_options{.names = coded.names,
                                  .frequency_weights = options.frequency_weights,
                                  .sampling_weights = options.sampling_weights,
                                  .clusters = options.clusters,
                                  .errors = options.errors,
                                  .level = options.level},
        self);
    penalty_reward_result result{
        .fit = detail::finish_linear(parts.fit.factor, parts.rows.names, parts.errors, self),
        .adjustment = detail::method_name(options.adjustment, self)};
    result.n = result.fit.n;
    result.dropped = parts.rows.dropped;
    result.method = result.fit.method;
    for (Eigen::Index j = 0; j < items.cols(); ++j) {
        driver_asymmetry driver{.name = coded.drivers[static_cast<std::size_t>(j)]};
        for (Eigen::Index i = 0; i < parts.rows.items.rows(); ++i) {
            const auto times = static_cast<std::int64_t>(parts.rows.frequencies[i]);
            driver.n_low += parts.rows.items(i, 2 * j) > 0 ? times : 0;
            driver.n_high += parts.rows.items(i, 2 * j + 1) > 0 ? times : 0;
        }
        driver.n_middle = result.n - driver.n_low - driver.n_high;
        result.drivers.push_back(driver);
    }
    detail::judge_drivers(result, options.level, options.adjustment, options.few_cases);
    return result;
}

/// The same from cross-products of columns made by low_high_coding, with classical errors: summaries
/// of months or shops merge, and no row is needed.
///
/// Not for:    sampling weights: cross-products do not keep what their errors need.
/// Throws:     invalid_input, also for columns that are not coded so; undefined_result.
/// Cost:       O(items^3), whatever n is.
/// Checked:    tests/reference/penalty_reward.csv (R lm)
/// Example:    examples/drivers_action.cpp
[[nodiscard]] inline penalty_reward_result
penalty_reward(const cross_products& coded, const penalty_reward_options& options = {}) {
    constexpr std::string_view self = "penalty_reward";
    detail::require_penalty_options(options.level, options.few_cases, self);
    const auto n = static_cast<double>(coded.n());
    detail::require(std::abs(coded.weight() - n) <= 1e-12 * n, self, "weight()", coded.weight(),
                    "must be n: sampling weights are not supported");
    penalty_reward_result result{.fit = least_squares(coded, {.level = options.level}),
                                 .adjustment = detail::method_name(options.adjustment, self)};
    result.n = result.fit.n;
    result.dropped = result.fit.dropped;
    result.method = result.fit.method;
    for (const detail::low_high_counts& counts : detail::count_low_high(coded, self)) {
        result.drivers.push_back({.name = counts.name,
                                  .n_low = counts.low,
                                  .n_middle = coded.n() - counts.low - counts.high,
                                  .n_high = counts.high});
    }
    detail::judge_drivers(result, options.level, options.adjustment, options.few_cases);
    return result;
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// The test that a plan is made for: its power, and what it needs for a wanted one.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/infer/planned_group.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace nps::inline v0::detail {

/// 1 - level, which a double must be able to tell from 1.
inline void require_planned_level(double level, std::string_view function) {
    require_level(level, function);
    require(1 - level < 1, function, "level", level, "must be above 1e-16, for 1 - level is 1");
}

/// alpha of one of `comparisons` tests that together err with probability 1 - level.
[[nodiscard]] inline double planned_alpha(double level, std::int64_t comparisons,
                                          planned_correction correction,
                                          std::string_view function) {
    require_planned_level(level, function);
    require(comparisons >= 1 && comparisons <= 1'000'000, function, "comparisons", comparisons,
            "must be in [1, 10^6]");
    const double m = static_cast<double>(comparisons);
    switch (correction) {
    case planned_correction::bonferroni:
        return (1 - level) / m;
    case planned_correction::sidak:
        return comparisons == 1 ? 1 - level : -std::expm1(std::log(level) / m);
    }
    throw_invalid(function, "correction", static_cast<int>(correction),
                  "must be bonferroni or sidak");
}

/// Power has to be more than a test without any answers has, and not certain.
inline void require_power(double power, double level, std::string_view function) {
    require(power > 1 - level && power < 1, function, "power", power, "must be in (1 - level, 1)");
}

/// A test of a difference whose estimate is normal with a known standard error.
///
/// Everything is told by the excess of the true difference over the hypothesis, towards the claim:
/// in standard errors, x. One side: Phi(x - Z). Two sides: Phi(x - Z) + Phi(-x - Z). Equivalence:
/// both one-sided tests reject, Phi(u) + Phi(v) - 1 with u and v the excess over each margin less
/// Z, or 0.
struct planned_test {
    nps::alternative alternative = alternative::two_sided;
    nps::claim claim = claim::difference;
    double equivalence_margin = 0;
    /// alpha of this test, after correction.
    double alpha = 0.05;
    double critical = 0;

    [[nodiscard]] bool has_two_sides() const {
        return claim == claim::difference && alternative == alternative::two_sided;
    }
    /// alpha, or half of it for two sides.
    [[nodiscard]] double tail() const { return has_two_sides() ? alpha / 2 : alpha; }

    /// Towards the claim; for equivalence over the nearer margin.
    [[nodiscard]] double excess(double difference) const {
        switch (claim) {
        case claim::equivalence:
            return equivalence_margin - std::abs(difference);
        case claim::non_inferiority:
            return difference + equivalence_margin;
        case claim::superiority:
            return difference - equivalence_margin;
        case claim::difference:
            break;
        }
        return alternative == alternative::two_sided ? std::abs(difference)
               : alternative == alternative::less    ? -difference
                                                     : difference;
    }
    /// The difference that has this excess; positive for two sides and equivalence.
    [[nodiscard]] double difference_of(double excess) const {
        switch (claim) {
        case claim::equivalence:
        case claim::superiority:
            return claim == claim::superiority ? excess + equivalence_margin
                                               : equivalence_margin - excess;
        case claim::non_inferiority:
            return excess - equivalence_margin;
        case claim::difference:
            break;
        }
        return alternative == alternative::less ? -excess : excess;
    }

    [[nodiscard]] double power(double difference, double standard_error) const {
        const double near = excess(difference);
        if (standard_error == 0) {
            return near > 0 ? 1 : 0;
        }
        const double x = near / standard_error;
        if (claim == claim::equivalence) {
            const double far = (2 * equivalence_margin - near) / standard_error;
            return equivalence_power(x - critical, far - critical);
        }
        const double one = normal_cdf(x - critical);
        return has_two_sides() ? one + normal_cdf(-x - critical) : one;
    }

    /// Where no sample finds the difference.
    void require_findable(double difference, std::string_view function,
                          std::string_view argument) const {
        require(excess(difference) > 0, function, argument, difference,
                claim == claim::difference ? "must be on the side of the alternative, and not 0"
                                           : "must be inside the claim, apart from its margin");
    }

    /// The standard error at which `difference` is found with this power.
    [[nodiscard]] double wanted_error(double difference, double power, std::string_view function,
                                      std::string_view argument) const {
        require_findable(difference, function, argument);
        const double near = excess(difference);
        if (claim != claim::equivalence) {
            return near / wanted_excess(power);
        }
        // x standard errors from the nearer margin, x far / near from the other.
        const double miss = 1 - power;
        const double ratio = (2 * equivalence_margin - near) / near;
        const double z = critical + normal_quantile(power);
        const double most = critical + normal_upper_quantile(miss / 2);
        const auto missed = [&](double x) {
            return normal_upper_tail(x - critical) + normal_upper_tail(ratio * x - critical) - miss;
        };
        return near / (missed(z) <= 0 ? z : find_root(missed, z, most * (1 + 1e-12)));
    }

    /// The difference closest to the hypothesis (equivalence: farthest from 0) that is found with
    /// this power.
    [[nodiscard]] double detectable(double standard_error, double power,
                                    std::string_view function) const {
        if (claim != claim::equivalence) {
            return difference_of(wanted_excess(power) * standard_error);
        }
        if (!(this->power(0, standard_error) >= power)) {
            throw_undefined(function, "not even groups without any difference are shown to be "
                                      "equivalent with this power");
        }
        if (standard_error == 0) {
            return equivalence_margin;
        }
        const double miss = 1 - power;
        const auto missed = [&](double difference) {
            return normal_upper_tail((equivalence_margin - difference) / standard_error -
                                     critical) +
                   normal_upper_tail((equivalence_margin + difference) / standard_error -
                                     critical) -
                   miss;
        };
        return missed(0) >= 0 ? 0 : find_root(missed, 0, equivalence_margin);
    }

    /// The excess, in standard errors, that is found with this power: Z_alpha + Z_beta, and for two
    /// sides a little less, since the other tail helps.
    [[nodiscard]] double wanted_excess(double power) const {
        const double z = (std::max)(critical + normal_quantile(power), 0.0);
        if (!has_two_sides()) {
            return z;
        }
        const double miss = 1 - power;
        const auto gained = [&](double x) { // from the end that has the digits
            return power > 0.5 ? miss - normal_upper_tail(x - critical) + normal_cdf(-x - critical)
                               : normal_cdf(x - critical) + normal_cdf(-x - critical) - power;
        };
        // A power a rounding above alpha is there at 0.
        return gained(z) <= 0 ? z : gained(0) >= 0 ? 0 : find_root(gained, 0, z);
    }

private:
    /// P(-v < Z < u) where that is not empty.
    [[nodiscard]] static double equivalence_power(double u, double v) {
        if (!(u + v > 0)) {
            return 0;
        }
        return u < 0 ? normal_cdf(u) - normal_upper_tail(v)
                     : 1 - normal_upper_tail(u) - normal_upper_tail(v);
    }
};

/// From the options of a plan, checked as those of a comparison are.
template <class Options>
[[nodiscard]] planned_test planned_test_of(const Options& options, double widest,
                                           std::string_view function) {
    require_question(
        {options.alternative, options.claim, 0, options.equivalence_margin, options.level},
        {-widest, widest}, function);
    planned_test test{
        .alternative = options.alternative,
        .claim = options.claim,
        .equivalence_margin = options.equivalence_margin,
        .alpha = planned_alpha(options.level, options.comparisons, options.correction, function)};
    test.critical = normal_upper_quantile(test.tail());
    return test;
}

} // namespace nps::inline v0::detail

// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many must be asked to find a difference of two shares (promoters, a top box), the power of
/// given sizes, and the difference that they find.
#pragma once

#include <nps/core/comparison.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/comparison_plan.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/planned_group.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string_view>

namespace nps::inline v0 {

/// Whose power a plan for two shares has.
enum class share_planning_method : std::uint8_t {
    wald,   ///< difference of the shares over its unpooled standard error
    arcsine ///< difference of 2 asin(sqrt(share)), whose variance is 1 / n
};

/// What is assumed of the answers of one group.
///
/// Checked:    tests/infer/share_comparison_sample_size_test.cpp
/// Example:    examples/power.cpp
struct planned_share {
    /// The true share, in [0, 1].
    required<double> share;
    double design_effect = 1;
    double response_rate = 1;
};

/// Options of share_comparison_sample_size.
struct share_comparison_sample_size_options {
    planned_share a;
    planned_share b;
    /// Chance of finding the difference, in (1 - level, 1).
    double power = 0.8;
    /// 1 - alpha of the test; with several comparisons of all of them together.
    double level = 0.95;
    share_planning_method method = share_planning_method::wald;
    /// Answers of b for each of a.
    double allocation = 1;
    nps::alternative alternative = nps::alternative::two_sided;
    /// A claim goes with wald alone.
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    /// Tests among which alpha is shared.
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of share_comparison_power; those of share_comparison_sample_size, with sizes for power.
struct share_comparison_power_options {
    /// Valid answers.
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    planned_share a;
    planned_share b;
    double level = 0.95;
    share_planning_method method = share_planning_method::wald;
    nps::alternative alternative = nps::alternative::two_sided;
    nps::claim claim = nps::claim::difference;
    double equivalence_margin = 0;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

/// Options of share_comparison_detectable_difference.
struct share_comparison_detectable_difference_options {
    required<std::int64_t> completes_a;
    required<std::int64_t> completes_b;
    /// The true share of b.
    required<double> share_b;
    double power = 0.8;
    double level = 0.95;
    share_planning_method method = share_planning_method::wald;
    double design_effect_a = 1;
    double design_effect_b = 1;
    /// two_sided and greater: upwards from b; less: downwards.
    nps::alternative alternative = nps::alternative::two_sided;
    std::int64_t comparisons = 1;
    planned_correction correction = planned_correction::bonferroni;
};

namespace detail {

/// Two shares as the method compares them.
struct planned_shares {
    double share_a;
    double share_b;
    settled_group a; // S on the scale of the shares
    settled_group b;
    bool arcsine;

    template <class Options>
    planned_shares(const Options& options, const planned_share& one, const planned_share& two,
                   std::string_view function)
        : share_a(one.share),
          share_b(two.share), a{sd_of(one.share, function), one.design_effect, one.response_rate},
          b{sd_of(two.share, function), two.design_effect, two.response_rate},
          arcsine(options.method == share_planning_method::arcsine) {
        a.check(function);
        b.check(function);
        require(arcsine || options.method == share_planning_method::wald, function, "method",
                static_cast<int>(options.method), "must be wald or arcsine");
    }
    [[nodiscard]] double difference() const {
        if (!arcsine) {
            return share_a - share_b;
        }
        // asin(x) - asin(y) for x^2 = p, y^2 = q, without cancellation.
        const double x = std::sqrt(share_a);
        const double y = std::sqrt(share_b);
        const double below = x * std::sqrt(1 - share_b) + y * std::sqrt(1 - share_a);
        const double sine = below > 0 ? (share_a - share_b) / below : 0;
        const double cosine = std::sqrt((1 - share_a) * (1 - share_b)) + x * y;
        return 2 * std::atan2(sine, cosine);
    }
    [[nodiscard]] settled_group tested(const settled_group& group) const {
        settled_group result = group;
        result.respondent_sd = arcsine ? 1 : group.respondent_sd;
        return result;
    }
    [[nodiscard]] double error(double n_a, double n_b) const {
        return separate_error(tested(a), n_a, tested(b), n_b);
    }

private:
    [[nodiscard]] static double sd_of(double share, std::string_view function) {
        require(share >= 0 && share <= 1, function, "share", share, "must be in [0, 1]");
        return std::sqrt(share * (1 - share));
    }
};

template <class Options>
void require_share_claim(const Options& options, std::string_view function) {
    require(options.method != share_planning_method::arcsine || options.claim == claim::difference,
            function, "claim", static_cast<int>(options.claim),
            "must be difference for method arcsine");
}

} // namespace detail

/// The answers that two groups need for a wanted chance of finding that their shares differ.
///
/// Formula:    as comparison_sample_size, with S^2 = p (1 - p) of each share; arcsine: with
///             h = 2 asin(sqrt(p_a)) - 2 asin(sqrt(p_b)) as the difference and S = 1
/// Scale:      shares on [0, 1].
/// Assumes:    simple random samples of large populations; the power of the test named by method.
/// Not for:    a dozen answers: for .9 against .3 wald plans 7 a group, whose power is .75 for .80.
///             From 70 a group what is found is within .01, or more: .02 against .1, 135 a group,
///             .84 (docs/power). Exact tests have less.
/// Degenerate: shares of 0 and 1 have no spread and need one answer a group by wald.
/// Throws:     invalid_input, also where no sample finds the difference or more than 2^53 people
///             would be needed.
/// Cost:       O(1).
/// Source:     Fleiss, Levin, Paik (2003), Statistical Methods for Rates and Proportions,
///             ISBN 0-471-52629-0, chapter 4; Cohen (1988), Statistical Power Analysis,
///             ISBN 0-8058-0283-5, chapter 6 (arcsine)
/// Checked:    tests/infer/share_comparison_sample_size_test.cpp (R pwr, samplics)
/// Example:    examples/power.cpp
[[nodiscard]] inline comparison_plan
share_comparison_sample_size(const share_comparison_sample_size_options& options) {
    constexpr std::string_view self = "share_comparison_sample_size";
    const detail::planned_test test = detail::planned_test_of(options, 1, self);
    detail::require_share_claim(options, self);
    const detail::planned_shares shares(options, options.a, options.b, self);
    test.require_findable(shares.share_a - shares.share_b, self, "share_a - share_b");
    comparison_plan plan =
        detail::plan_normal(options, test, shares.tested(shares.a), shares.tested(shares.b),
                            shares.difference(), "share_a - share_b", self);
    plan.difference = shares.share_a - shares.share_b;
    plan.a.respondent_sd = shares.a.respondent_sd;
    plan.b.respondent_sd = shares.b.respondent_sd;
    plan.standard_error = detail::separate_error(shares.a, static_cast<double>(plan.a.completes),
                                                 shares.b, static_cast<double>(plan.b.completes));
    plan.method = shares.arcsine ? "arcsine" : "wald";
    return plan;
}

/// The chance that two groups of given sizes show that their shares differ, or support a claim.
///
/// Formula:    as comparison_power, with S as in share_comparison_sample_size
/// Scale:      [0, 1].
/// Assumes:    as share_comparison_sample_size.
/// Degenerate: shares of 0 and 1 give 1 where the claim is true, else 0, by wald.
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     as share_comparison_sample_size: Fleiss, Levin, Paik (2003), ISBN 0-471-52629-0
/// Checked:    tests/infer/share_comparison_sample_size_test.cpp (R pwr)
/// Example:    examples/power.cpp
[[nodiscard]] inline double share_comparison_power(const share_comparison_power_options& options) {
    constexpr std::string_view self = "share_comparison_power";
    const detail::planned_test test = detail::planned_test_of(options, 1, self);
    detail::require_share_claim(options, self);
    detail::require_completes(options.completes_a, self, "completes_a");
    detail::require_completes(options.completes_b, self, "completes_b");
    const detail::planned_shares shares(options, options.a, options.b, self);
    return test.power(shares.difference(), shares.error(static_cast<double>(options.completes_a),
                                                        static_cast<double>(options.completes_b)));
}

/// The smallest a - b of two shares that given sizes find with a wanted chance, b given.
///
/// Formula:    the inverse of share_comparison_power in the share of a, with z the excess that
///             comparison_sample_size wants. wald: the root of d^2 = z^2 (p (1 - p) deff_a / n_a +
///             q (1 - q) deff_b / n_b), q the share of b, p = q + d. arcsine: p lies
///             z sqrt(deff_a / n_a + deff_b / n_b) from q on the scale 2 asin(sqrt(p))
/// Scale:      [-1, 1]; its sign is that of the alternative, positive for two sides.
/// Assumes:    as share_comparison_sample_size.
/// Degenerate: by wald from b = 0 it is k / (1 + k), k = z^2 deff_a / n_a: there the spread of a
///             alone counts; see Not for there.
/// Throws:     invalid_input; undefined_result where no share on that side of b is found.
/// Cost:       O(1).
/// Source:     as share_comparison_sample_size: Fleiss, Levin, Paik (2003), ISBN 0-471-52629-0
/// Checked:    tests/infer/share_comparison_sample_size_test.cpp (R pwr)
/// Example:    examples/power.cpp
[[nodiscard]] inline double share_comparison_detectable_difference(
    const share_comparison_detectable_difference_options& options) {
    constexpr std::string_view self = "share_comparison_detectable_difference";
    const double q = options.share_b;
    detail::require(q >= 0 && q <= 1, self, "share_b", q, "must be in [0, 1]");
    // The share of a is what is looked for: that of b stands in.
    const share_comparison_power_options plan{
        .completes_a = options.completes_a,
        .completes_b = options.completes_b,
        .a = {.share = q, .design_effect = options.design_effect_a},
        .b = {.share = q, .design_effect = options.design_effect_b},
        .level = options.level,
        .method = options.method,
        .alternative = options.alternative,
        .comparisons = options.comparisons,
        .correction = options.correction};
    const detail::planned_test test = detail::planned_test_of(plan, 1, self);
    detail::require_power(options.power, options.level, self);
    detail::require_completes(options.completes_a, self, "completes_a");
    detail::require_completes(options.completes_b, self, "completes_b");
    const detail::planned_shares equal(plan, plan.a, plan.b, self);
    const double n_a = static_cast<double>(options.completes_a);
    const double n_b = static_cast<double>(options.completes_b);
    const double z = test.wanted_excess(options.power);
    const double sign = options.alternative == alternative::less ? -1 : 1;
    const double farthest = sign < 0 ? q : 1 - q;
    double distance = std::numeric_limits<double>::infinity();
    if (equal.arcsine) {
        const double x = std::atan2(std::sqrt(sign < 0 ? 1 - q : q), std::sqrt(farthest));
        const double reach = z * equal.error(n_a, n_b) / 2;
        if (x + reach <= std::numbers::pi / 2) { // sin^2(x + reach) - sin^2(x)
            distance = std::sin(reach) * std::sin(2 * x + reach);
        }
    } else {
        // (1 + k) d^2 - k (1 - 2 q) d - z^2 variance = 0, its positive root
        const double k = z * z * options.design_effect_a / n_a;
        const double linear = k * sign * (1 - 2 * q);
        const double constant = z * equal.error(n_a, n_b) * (z * equal.error(n_a, n_b));
        const double root = std::hypot(linear, 2 * std::sqrt(1 + k) * std::sqrt(constant));
        distance = linear >= 0 ? (linear + root) / (2 * (1 + k)) : 2 * constant / (root - linear);
    }
    if (!(farthest > 0 && distance <= farthest)) {
        detail::throw_undefined(self, "no share on this side of b is found with this power");
    }
    return sign * distance;
}

} // namespace nps::inline v0

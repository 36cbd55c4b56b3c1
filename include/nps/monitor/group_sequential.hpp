// SPDX-License-Identifier: Apache-2.0
/// @file
/// A few planned looks at a growing comparison: boundaries that keep the error over all of them.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// How the error is shared out over the looks.
enum class group_boundary : std::uint8_t {
    obrien_fleming, ///< z falls as 1 / sqrt(information): hard early, hardly dearer at the end
    pocock,         ///< the same z at every look
    spending_obrien_fleming, ///< error spent as a function of information, like obrien_fleming
    spending_pocock,         ///< the same, like pocock
    spending_power           ///< the same, alpha t^power
};

/// Options of group_sequential_design.
///
/// Checked:    tests/monitor/group_sequential_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct group_sequential_options {
    group_boundary boundary = group_boundary::spending_obrien_fleming;
    /// Error over all looks, of both sides together, in [1e-6, 0.5).
    double alpha = 0.05;
    /// two_sided: |z| is compared; else z, or -z, alone.
    bounds sides = bounds::two_sided;
    /// Read by spending_power alone, in [0.1, 20].
    double power = 1;
};

/// Looks and their boundaries.
///
/// Checked:    tests/monitor/group_sequential_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct group_sequential_design_result {
    /// Information at each look, as a fraction of the planned total.
    std::vector<double> information = {};
    /// The result is significant at a look where |z|, or z, is at or above it.
    std::vector<double> critical_value = {};
    /// The p value that belongs to it, of both sides for a two-sided design.
    std::vector<double> nominal_p = {};
    /// Error spent up to each look.
    std::vector<double> spent = {};
    double alpha = 0;
    bounds sides = bounds::two_sided;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

/// What a design does under a drift.
///
/// Checked:    tests/monitor/group_sequential_test.cpp
/// Example:    examples/monitor_sequential.cpp
struct group_sequential_power_result {
    /// Probability of stopping at each look for a result above, and below.
    std::vector<double> above = {};
    std::vector<double> below = {};
    /// Of any significant result.
    double power = 0;
    /// Mean information at the stop, as a fraction of the planned total.
    double expected_information = 0;
};

namespace detail {

/// Brownian motion with drift, watched at growing times, that has not left its bounds so far: its
/// density at Gauss-Legendre nodes (Armitage, McPherson, Rowe).
class group_walk {
public:
    explicit group_walk(double drift) : drift_(drift) {}

    /// P(still inside at the last look, and above `bound` on the scale of the walk at the next time).
    [[nodiscard]] double above(double bound, double time) const {
        return beyond(
            time, [&](double mean, double sd) { return normal_upper_tail((bound - mean) / sd); });
    }
    [[nodiscard]] double below(double bound, double time) const {
        return beyond(time,
                      [&](double mean, double sd) { return normal_cdf((bound - mean) / sd); });
    }

    /// Goes on to the next time, staying between the bounds; `next_step` is the time to the look
    /// after, for whose kernel the nodes have to be dense enough.
    void advance(double lower, double upper, double time, double next_step) {
        constexpr double nodes[5] = {0.14887433898163121, 0.43339539412924719, 0.67940956829902441,
                                     0.86506336668898451, 0.97390652851717172};
        constexpr double weights[5] = {0.29552422471475287, 0.26926671930999636,
                                       0.21908636251598204, 0.14945134915058059,
                                       0.06667134430868814};
        // Beyond 9 standard deviations lies less than 1e-18.
        const double reach = 9 * std::sqrt(time);
        const double low = (std::max)(lower, drift_ * time - reach);
        const double high = (std::min)(upper, drift_ * time + reach);
        std::vector<node> next;
        if (low < high) {
            const double scale = std::sqrt((std::min)(time - time_, next_step));
            const auto panels = static_cast<int>(std::ceil((high - low) / (1.5 * scale)));
            const double half = (high - low) / (2 * panels);
            for (int panel = 0; panel < panels; ++panel) {
                const double centre = low + (2 * panel + 1) * half;
                for (int k = 0; k < 5; ++k) {
                    for (const double side : {-1.0, 1.0}) {
                        const double x = centre + side * half * nodes[k];
                        const double density = beyond(time, [&](double mean, double sd) {
                            const double z = (x - mean) / sd;
                            return std::exp(-z * z / 2) / (sd * std::sqrt(2 * std::numbers::pi));
                        });
                        next.push_back({x, density * half * weights[k]});
                    }
                }
            }
        }
        nodes_ = std::move(next);
        time_ = time;
    }

private:
    struct node {
        double x;
        double mass;
    };

    template <class Part>
    [[nodiscard]] double beyond(double time, Part part) const {
        const double sd = std::sqrt(time - time_);
        const double shift = drift_ * (time - time_);
        if (time_ == 0) {
            return part(shift, sd);
        }
        double sum = 0;
        for (const node& one : nodes_) {
            sum += one.mass * part(one.x + shift, sd);
        }
        return sum;
    }

    double drift_;
    double time_ = 0;
    std::vector<node> nodes_{};
};

inline void require_information(std::span<const double> information, std::string_view function) {
    require(!information.empty() && information.size() <= 100, function, "information.size()",
            static_cast<std::int64_t>(information.size()), "must be in [1, 100]");
    double before = 0;
    for (std::size_t k = 0; k < information.size(); ++k) {
        if (!(information[k] - before >= 1e-4 && information[k] <= 1 + 1e-12)) {
            throw_invalid(function, "information[" + to_text(k) + "]", information[k],
                          "must be at most 1 and at least 1e-4 above the one before");
        }
        before = information[k];
    }
}

/// Error spent at information t, of one side whose error in all is alpha.
[[nodiscard]] inline double group_spending(double t, double alpha,
                                           const group_sequential_options& options) {
    const double time = (std::min)(t, 1.0);
    switch (options.boundary) {
    case group_boundary::spending_obrien_fleming:
        return 2 * normal_upper_tail(normal_upper_quantile(alpha / 2) / std::sqrt(time));
    case group_boundary::spending_pocock:
        return alpha * std::log1p((std::numbers::e - 1) * time);
    default:
        return alpha * std::pow(time, options.power);
    }
}

[[nodiscard]] constexpr std::string_view method_name(group_boundary boundary) {
    switch (boundary) {
    case group_boundary::obrien_fleming:
        return "obrien_fleming";
    case group_boundary::pocock:
        return "pocock";
    case group_boundary::spending_obrien_fleming:
        return "spending_obrien_fleming";
    case group_boundary::spending_pocock:
        return "spending_pocock";
    case group_boundary::spending_power:
        return "spending_power";
    }
    throw_invalid("group_sequential_design", "boundary", static_cast<int>(boundary),
                  "must be a named boundary");
}

inline constexpr double group_no_bound = 1e3; // in standard deviations

/// P(stop at each look) above and below, under a drift.
[[nodiscard]] inline group_sequential_power_result
group_crossing(std::span<const double> information, std::span<const double> critical,
               bool two_sided, double drift) {
    group_sequential_power_result result;
    group_walk walk(drift);
    double inside = 1;
    for (std::size_t k = 0; k < information.size(); ++k) {
        const double t = information[k];
        const double root = std::sqrt(t);
        const double upper = critical[k] * root;
        const double lower = two_sided ? -upper : -group_no_bound;
        result.above.push_back(walk.above(upper, t));
        result.below.push_back(two_sided ? walk.below(lower, t) : 0);
        const double stopped = result.above.back() + result.below.back();
        result.power += stopped;
        inside -= stopped;
        const bool last = k + 1 == information.size();
        result.expected_information += t * (last ? inside + stopped : stopped);
        if (!last) {
            walk.advance(lower, upper, t, information[k + 1] - t);
        }
    }
    result.power = (std::min)(result.power, 1.0);
    return result;
}

} // namespace detail

/// Boundaries for planned looks at a statistic z that is normal with information growing from look
/// to look: of a comparison of two scores, of a score against a target.
///
/// Formula:    obrien_fleming: z = C / sqrt(t), pocock: z = C, t the information, C such that the
///             error over all looks is alpha. spending_*: each z such that the error up to the look is
///             a(t): 4 (1 - Phi(z_(alpha / 4) / sqrt t)) (2 (1 - Phi(z_(alpha / 2) / sqrt t)) one-sided),
///             alpha log(1 + (e - 1) t), or alpha t^power. Crossing probabilities by the recursion of
///             Armitage, McPherson and Rowe, with Gauss-Legendre panels.
/// Assumes:    increments of z sqrt(information) are independent and normal: information is in
///             proportion to the answers, or 1 / standard_error^2, and there are enough of them. Looks
///             do not depend on results; with spending their number and times need not be planned:
///             give the information as it was, the boundaries of earlier looks do not change.
/// Not for:    looks whenever one likes; see score_confidence_sequence.
/// Degenerate: one look at 1 gives the critical value of a test. Where nothing is spent (t^20 early)
///             the critical value is 30 at most.
/// Throws:     invalid_input, which names the place: information that does not grow by 1e-4 or goes
///             beyond 1, none or over 100 looks, alpha or power outside.
/// Cost:       2 ms for 5 looks, 20 ms for 20; more for looks close to each other.
/// Source:     Jennison, Turnbull (2000), ISBN 978-0-8493-0316-6;
///             Armitage, McPherson, Rowe (1969), doi:10.2307/2343787;
///             Lan, DeMets (1983), doi:10.1093/biomet/70.3.659
/// Checked:    tests/reference/group_sequential.csv (R rpact), group_crossing.csv (mpmath);
///             published constants
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline group_sequential_design_result
group_sequential_design(std::span<const double> information,
                        const group_sequential_options& options = {}) {
    constexpr std::string_view self = "group_sequential_design";
    detail::require_information(information, self);
    detail::require_sides(options.sides, self);
    detail::require(options.alpha >= 1e-6 && options.alpha < 0.5, self, "alpha", options.alpha,
                    "must be in [1e-6, 0.5)");
    detail::require(options.power >= 0.1 && options.power <= 20, self, "power", options.power,
                    "must be in [0.1, 20]");
    const bool two_sided = options.sides == bounds::two_sided;
    const double both = two_sided ? 2 : 1;
    const double one_side = options.alpha / both;
    group_sequential_design_result result{.information = {information.begin(), information.end()},
                                          .alpha = options.alpha,
                                          .sides = options.sides,
                                          .method = detail::method_name(options.boundary)};
    std::vector<double>& critical = result.critical_value;
    if (options.boundary == group_boundary::obrien_fleming ||
        options.boundary == group_boundary::pocock) {
        const auto values = [&](double constant) {
            std::vector<double> z;
            for (const double t : information) {
                z.push_back(options.boundary == group_boundary::pocock ? constant
                                                                       : constant / std::sqrt(t));
            }
            return z;
        };
        const auto excess = [&](double constant) {
            return detail::group_crossing(information, values(constant), two_sided, 0).power -
                   options.alpha;
        };
        const double lowest =
            normal_upper_quantile(one_side) *
            (options.boundary == group_boundary::pocock ? 1 : std::sqrt(information.back()));
        const double highest =
            1e-6 + normal_upper_quantile(one_side / static_cast<double>(information.size()));
        critical = values(information.size() == 1
                              ? lowest
                              : find_root(excess, lowest - 1e-9, highest, {.relative = 1e-14}));
        double spent = 0;
        const auto looks = detail::group_crossing(information, critical, two_sided, 0);
        for (std::size_t k = 0; k < information.size(); ++k) {
            spent += looks.above[k] + looks.below[k];
            result.spent.push_back(spent);
        }
    } else {
        detail::group_walk walk(0);
        double spent = 0;
        for (std::size_t k = 0; k < information.size(); ++k) {
            const double t = information[k];
            const double root = std::sqrt(t);
            const double goal = detail::group_spending(t, one_side, options) - spent;
            constexpr double highest = 30;
            const auto excess = [&](double z) { return walk.above(z * root, t) - goal; };
            // With nothing left to spend the boundary is out of reach.
            const double z =
                k == 0 ? (std::min)(goal > 1e-190 ? normal_upper_quantile(goal) : highest, highest)
                : excess(highest) >= 0 ? highest
                                       : find_root(excess, -5.0, highest, {.relative = 1e-14});
            critical.push_back(z);
            spent += goal;
            result.spent.push_back(both * spent);
            if (k + 1 < information.size()) {
                walk.advance(two_sided ? -z * root : -detail::group_no_bound, z * root, t,
                             information[k + 1] - t);
            }
        }
    }
    for (const double z : critical) {
        result.nominal_p.push_back((std::min)(1.0, both * normal_upper_tail(z)));
    }
    return result;
}

/// What the design does where the expected z is drift sqrt(t) at information t.
///
/// Formula:    drift = difference / standard error at the planned end; P(stop) at each look by the
///             recursion of group_sequential_design.
/// Assumes:    as group_sequential_design. A one-sided design is one for z; for `upper` give the drift
///             of -z.
/// Degenerate: drift 0 gives the error.
/// Throws:     invalid_input: a drift that is not in [-20, 20], a design that was not made by
///             group_sequential_design.
/// Cost:       as group_sequential_design.
/// Source:     Jennison, Turnbull (2000), ISBN 978-0-8493-0316-6
/// Checked:    tests/reference/group_sequential.csv (R rpact)
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline group_sequential_power_result
group_sequential_power(const group_sequential_design_result& design, double drift) {
    constexpr std::string_view self = "group_sequential_power";
    detail::require_information(design.information, self);
    detail::require(
        design.critical_value.size() == design.information.size(), self, "critical_value.size()",
        static_cast<std::int64_t>(design.critical_value.size()), "must be the number of looks");
    for (const double z : design.critical_value) {
        detail::require(z >= -5 && z <= 100, self, "critical_value", z, "must be in [-5, 100]");
    }
    detail::require(drift >= -20 && drift <= 20, self, "drift", drift, "must be in [-20, 20]");
    return detail::group_crossing(design.information, design.critical_value,
                                  design.sides == bounds::two_sided, drift);
}

/// The drift, above 0, at which the design finds it, on its own side, with this power; its square
/// over that of one look is what the looks cost in answers.
///
/// Throws:     invalid_input: a power that is not between alpha and 1 - 1e-9, or that a drift of 20
///             does not reach, as a last look at little information; as for group_sequential_power.
/// Cost:       10 times group_sequential_power.
/// Source:     Jennison, Turnbull (2000), ISBN 978-0-8493-0316-6
/// Checked:    tests/monitor/group_sequential_test.cpp (published inflation factors)
/// Example:    examples/monitor_sequential.cpp
[[nodiscard]] inline double group_sequential_drift(const group_sequential_design_result& design,
                                                   double power) {
    constexpr std::string_view self = "group_sequential_drift";
    const auto found = [&](double drift) {
        double sum = 0;
        for (const double one : group_sequential_power(design, drift).above) {
            sum += one;
        }
        return sum;
    };
    detail::require(power > found(0) && power <= 1 - 1e-9, self, "power", power,
                    "must be above the error of the design, and at most 1 - 1e-9");
    constexpr double highest = 20;
    detail::require(power <= found(highest), self, "power", power,
                    "must be within reach of a drift of 20 at the information of the design");
    return find_root([&](double drift) { return found(drift) - power; }, 0.0, highest,
                     {.relative = 1e-12});
}

} // namespace nps::inline v0

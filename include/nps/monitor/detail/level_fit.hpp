// SPDX-License-Identifier: Apache-2.0
/// @file
/// Maximum likelihood for the variances of a local level, at zero or above it, and the likelihood
/// interval of the level's.
#pragma once

#include <nps/monitor/detail/gauss_legendre.hpp>
#include <nps/monitor/detail/level_filter.hpp>
#include <nps/monitor/detail/level_prediction.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nps::inline v0::detail {

/// Where a function of x >= 0 is largest. `f` gives value and slope.
struct level_maximum {
    double at = 0;
    double value = 0;
};

/// A search over all scales: steps of a factor 4 from `least`, where the function is still almost
/// straight, until it falls beyond `most`; then the root of the slope in each step that holds a
/// maximum.
template <class F>
[[nodiscard]] level_maximum maximum_from_zero(F&& f, double least, double most) {
    level_likelihood before = f(0.0);
    level_maximum best{.at = 0, .value = before.value};
    double from = 0;
    for (double to = least;; to *= 4) {
        const level_likelihood here = f(to);
        if (before.slope > 0 && here.slope <= 0) {
            const double top = find_root([&](double x) { return f(x).slope; }, from, to);
            const double value = f(top).value;
            if (value > best.value) {
                best = {.at = top, .value = value};
            }
        }
        if (to >= most && here.slope <= 0) {
            return best;
        }
        from = to;
        before = here;
    }
}

class level_fit {
public:
    level_fit(const level_filter& filter, bool with_extra)
        : filter_(filter), with_extra_(with_extra) {
        double lowest = 0;
        double highest = 0;
        bool started = false;
        for (std::size_t t = 0; t < filter.size(); ++t) {
            if (filter[t].value) {
                const double y = *filter[t].value;
                least_ = started ? (std::min)(least_, filter[t].variance) : filter[t].variance;
                lowest = started ? (std::min)(lowest, y) : y;
                highest = started ? (std::max)(highest, y) : y;
                started = true;
            }
        }
        const double periods = static_cast<double>(filter.size());
        most_ = (highest - lowest) * (highest - lowest);
        least_level_ = 0.01 * least_ / (periods * periods);
    }

    /// The extra variance that goes with a variance of the level, and the likelihood there.
    [[nodiscard]] level_maximum extra_at(double level) const {
        if (!with_extra_) {
            return {.at = 0, .value = filter_.likelihood({.level = level}, {}).value};
        }
        return maximum_from_zero(
            [&](double extra) {
                return filter_.likelihood({.level = level, .extra = extra}, {.extra = 1});
            },
            0.01 * least_, most_);
    }

    /// The level's variance of the largest likelihood.
    [[nodiscard]] level_maximum best_level() const {
        return maximum_from_zero(
            [&](double level) {
                // At the best extra variance the slope of the profile is the partial one.
                const double extra = with_extra_ ? extra_at(level).at : 0;
                return filter_.likelihood({.level = level, .extra = extra}, {.level = 1});
            },
            least_level_, most_);
    }

    /// The variances whose likelihood is less than `drop` below the largest; from 0 where it is.
    struct limits {
        double lower = 0;
        double upper = 0;
    };
    [[nodiscard]] limits level_limits(const level_maximum& best, double drop) const {
        const auto beyond = [&](double level) { return best.value - extra_at(level).value - drop; };
        limits found;
        if (best.at > 0 && beyond(0) > 0) {
            found.lower = find_root(beyond, 0, best.at);
        }
        double above = (std::max)(2 * best.at, least_level_);
        while (!(beyond(above) > 0)) {
            above *= 4;
        }
        found.upper = find_root(beyond, best.at, above);
        return found;
    }

    /// Standard deviations of the level that the likelihood allows, weighted by it: what is left
    /// out is less likely than the best by e^-15. In u = s / (c + s), which also takes in the long
    /// tail that a few periods have.
    [[nodiscard]] std::vector<weighted_variances> likely_levels(const level_maximum& best) const {
        constexpr std::size_t count = 16;
        const limits wide = level_limits(best, 15);
        const double scale = std::sqrt(level_limits(best, 0.5).upper);
        const double from = std::sqrt(wide.lower) / (scale + std::sqrt(wide.lower));
        const double to = std::sqrt(wide.upper) / (scale + std::sqrt(wide.upper));
        std::vector<weighted_variances> nodes;
        double sum = 0;
        const legendre_rule rule = gauss_legendre(count, from, to);
        for (std::size_t i = 0; i < rule.points.size(); ++i) {
            const double u = rule.points[i];
            const double sd = scale * u / (1 - u);
            const level_maximum extra = extra_at(sd * sd);
            const double weight =
                rule.weights[i] * std::exp(extra.value - best.value) / ((1 - u) * (1 - u));
            nodes.push_back({{.level = sd * sd, .extra = extra.at}, weight});
            sum += weight;
        }
        for (weighted_variances& node : nodes) {
            node.weight /= sum;
        }
        return nodes;
    }

private:
    const level_filter& filter_;
    bool with_extra_;
    double least_ = 0;
    double least_level_ = 0;
    double most_ = 0;
};

} // namespace nps::inline v0::detail

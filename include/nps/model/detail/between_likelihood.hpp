// SPDX-License-Identifier: Apache-2.0
/// @file
/// The restricted likelihood of the variance between units whose sampling variances are known.
#pragma once

#include <nps/infer/known_estimate.hpp>
#include <nps/model/pooling_result.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// What the estimates say where the variance between units is given.
struct between_point {
    double mean = 0;
    double mean_variance = 0;
    double log_likelihood = 0;
    double slope = 0; ///< of the log likelihood
};

class between_likelihood {
public:
    /// At least one, with variances above 0.
    explicit between_likelihood(std::vector<known_estimate> estimates)
        : estimates_(std::move(estimates)) {
        std::vector<double> values;
        least_ = estimates_.front().variance;
        for (const known_estimate& one : estimates_) {
            least_ = (std::min)(least_, one.variance);
            most_ = (std::max)(most_, one.variance);
            values.push_back(one.value);
        }
        centre_ = mean_of(values);
        squares_ = squared_deviations_of(values);
    }

    [[nodiscard]] between_point at(double t) const {
        running_sum weights; // relative to the largest
        running_sum weighted;
        running_sum logs;
        for (const known_estimate& one : estimates_) {
            const double weight = (least_ + t) / (one.variance + t);
            weights.add(weight);
            weighted.add(weight * (one.value - centre_));
            logs.add(std::log(one.variance + t));
        }
        const double sum = weights.value();
        const double apart = weighted.value() / sum;
        running_sum q;
        running_sum slope;
        for (const known_estimate& one : estimates_) {
            const double root = std::sqrt(one.variance + t);
            const double z = (one.value - centre_ - apart) / root;
            const double weight = (least_ + t) / (one.variance + t);
            q.add(z * z);
            slope.add((z / root) * (z / root));
            slope.add(-(1 - weight / sum) / (one.variance + t));
        }
        const double k = count();
        return {.mean = centre_ + apart,
                .mean_variance = (least_ + t) / sum,
                .log_likelihood =
                    -((k - 1) * std::log(2 * std::numbers::pi) - std::log(k) + logs.value() +
                      std::log(sum) - std::log(least_ + t) + q.value()) /
                    2,
                .slope = slope.value() / 2};
    }

    /// Where the likelihood is largest, at least 0: the best of all its peaks.
    [[nodiscard]] double most_likely() const {
        if (estimates_.size() < 2) {
            return 0;
        }
        // Beyond `end` the slope is negative: its first part is at most S / t^2, its second at
        // least (k - 1) / (2 t).
        const double end = (std::max)(most_, 2 * squares_ / (count() - 1));
        const between_point none = at(0);
        double best = 0;
        double best_likelihood = none.log_likelihood;
        double slope = none.slope;
        for (double t = 0; t < end;) {
            const double next = t == 0 ? least_ / 16 : 2 * t;
            const double next_slope = at(next).slope;
            if (slope > 0 && next_slope <= 0) {
                const double peak = find_root([&](double x) { return at(x).slope; }, t, next);
                const double likelihood = at(peak).log_likelihood;
                if (likelihood > best_likelihood) {
                    best = peak;
                    best_likelihood = likelihood;
                }
            }
            t = next;
            slope = next_slope;
        }
        return best;
    }

    /// The posterior distribution of the variance under a uniform prior on it, as points: the
    /// trapezoidal rule over its logarithm, whose error falls exponentially as the integrand
    /// fades at both ends. For at least 6 estimates.
    [[nodiscard]] std::vector<likely_between_variance> posterior() const {
        const auto slope = [&](double x) {
            const double t = std::exp(x);
            return t * at(t).slope + 1;
        };
        const auto height = [&](double x) { return at(std::exp(x)).log_likelihood + x; };
        double mode = 0;
        double highest = 0;
        bool found = false;
        const double end = std::log((std::max)(most_, 2 * squares_ / (count() - 3))) + 3;
        double x = std::log(least_ / count()) - 3;
        while (slope(x) <= 0) {
            x -= 4; // towards 0 the slope is 1
        }
        bool rising = true;
        while (x < end || !found) {
            const double next = x + 0.7;
            const bool next_rising = slope(next) > 0;
            if (rising && !next_rising) {
                const double peak = find_root(slope, x, next);
                const double there = height(peak);
                if (!found || there > highest) {
                    mode = peak;
                    highest = there;
                }
                found = true;
            }
            x = next;
            rising = next_rising;
        }
        constexpr double near = 1e-4;
        const double bend = (slope(mode - near) - slope(mode + near)) / (2 * near);
        const double step = bend > 0 ? (std::min)(0.4, 0.8 / std::sqrt(bend)) : 0.4;
        constexpr double negligible = 40; // of the logarithm
        std::vector<likely_between_variance> nodes;
        running_sum total;
        const auto walk = [&](double from, double by) {
            for (double place = from;; place += by) {
                const double drop = height(place) - highest;
                if (drop < -negligible) {
                    return;
                }
                nodes.push_back({std::exp(place), std::exp(drop)});
                total.add(nodes.back().probability);
            }
        };
        walk(mode, step);
        walk(mode - step, -step);
        std::sort(nodes.begin(), nodes.end(),
                  [](const likely_between_variance& a, const likely_between_variance& b) {
                      return a.variance < b.variance;
                  });
        for (likely_between_variance& node : nodes) {
            node.probability /= total.value();
        }
        return nodes;
    }

private:
    [[nodiscard]] double count() const { return static_cast<double>(estimates_.size()); }

    std::vector<known_estimate> estimates_;
    double least_ = 0;
    double most_ = 0;
    double centre_ = 0;
    double squares_ = 0;
};

} // namespace nps::inline v0::detail

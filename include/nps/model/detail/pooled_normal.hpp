// SPDX-License-Identifier: Apache-2.0
/// @file
/// The distribution of a unit's true value: normal where the variance between units is known, a
/// mixture of such where it is not.
#pragma once

#include <nps/core/result.hpp>
#include <nps/infer/known_estimate.hpp>
#include <nps/model/detail/between_likelihood.hpp>
#include <nps/model/pooling_result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nps::inline v0::detail {

/// A unit given its variance between and the mean of all: own * value + (1 - own) * mean, with a
/// variance of its own beside that of the mean.
struct conditional_unit {
    double own = 0;
    double value = 0; ///< of the unit itself
    double variance = 0;
};

[[nodiscard]] inline conditional_unit conditional(const std::optional<known_estimate>& observed,
                                                  double between) {
    if (!observed) {
        return {.own = 0, .value = 0, .variance = between};
    }
    const double own = between / (observed->variance + between);
    return {.own = own, .value = observed->value, .variance = own * observed->variance};
}

struct normal_part {
    double probability = 0;
    double mean = 0;
    double variance = 0;
};

/// P(the mixture <= x), or above it.
[[nodiscard]] inline double mixture_tail(std::span<const normal_part> parts, double x, bool upper) {
    running_sum sum;
    for (const normal_part& part : parts) {
        const double z = (x - part.mean) / std::sqrt(part.variance);
        sum.add(part.probability * (upper ? normal_upper_tail(z) : normal_cdf(z)));
    }
    return sum.value();
}

/// The point with `tail` of the mixture below it, or above it.
[[nodiscard]] inline double mixture_quantile(std::span<const normal_part> parts, double tail,
                                             bool upper) {
    // The quantiles of the parts enclose that of the mixture.
    const double z = normal_upper_quantile(tail);
    double least = 0;
    double most = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const double reach = z * std::sqrt(parts[i].variance);
        const double at = upper ? parts[i].mean + reach : parts[i].mean - reach;
        least = i == 0 ? at : (std::min)(least, at);
        most = i == 0 ? at : (std::max)(most, at);
    }
    const auto excess = [&](double x) { return mixture_tail(parts, x, upper) / tail - 1; };
    if ((excess(least) < 0) == (excess(most) < 0)) {
        return least; // one part, or parts that agree to rounding
    }
    return find_root(excess, least, most, {.relative = 1e-14, .absolute = 1e-16 * (most - least)});
}

[[nodiscard]] inline pooled_value pooled_value_of(std::span<const normal_part> parts, double level,
                                                  std::int64_t n) {
    pooled_value result;
    running_sum mean;
    running_sum variance;
    for (const normal_part& part : parts) {
        mean.add(part.probability * part.mean);
    }
    result.value = mean.value();
    for (const normal_part& part : parts) {
        const double apart = part.mean - result.value;
        variance.add(part.probability * (part.variance + apart * apart));
    }
    result.standard_error = std::sqrt(variance.value());
    const double tail = tail_probability(level, bounds::two_sided);
    result.interval = {.lower = mixture_quantile(parts, tail, false),
                       .upper = mixture_quantile(parts, tail, true),
                       .level = level,
                       .n = n,
                       .method = "pooled"};
    return result;
}

/// How the variance between units is to be treated.
struct between_choice {
    std::optional<double> sd = {};
    bool as_known = false;
};

/// Units whose estimates are valid, at least one of them there.
[[nodiscard]] inline pooling_result pool(const std::vector<std::optional<known_estimate>>& units,
                                         const std::vector<std::int64_t>& sizes,
                                         const between_choice& choice, double level,
                                         std::string_view self) {
    std::vector<known_estimate> estimates;
    std::int64_t n = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i]) {
            estimates.push_back(*units[i]);
        }
        n += sizes[i];
    }
    const std::size_t informative = estimates.size();
    if (informative == 0) {
        throw_undefined(self, "no unit with an estimate");
    }
    if (!choice.sd && informative < 6) {
        throw_undefined(self, "fewer than 6 units tell no variance between them: give between_sd");
    }
    const between_likelihood likelihood(std::move(estimates));
    pooling_result result;
    result.between_variance = choice.sd ? *choice.sd * *choice.sd : likelihood.most_likely();
    result.between_sd = choice.sd ? *choice.sd : std::sqrt(result.between_variance);
    result.log_likelihood = likelihood.at(result.between_variance).log_likelihood;
    result.method = choice.sd ? "given" : choice.as_known ? "as_known" : "averaged";
    if (choice.sd || choice.as_known) {
        result.likely = {{.variance = result.between_variance, .probability = 1}};
    } else {
        result.likely = likelihood.posterior();
    }
    std::vector<normal_part> mean;
    for (const likely_between_variance& one : result.likely) {
        const between_point point = likelihood.at(one.variance);
        mean.push_back({one.probability, point.mean, point.mean_variance});
    }
    result.mean = pooled_value_of(mean, level, n);
    std::vector<normal_part> parts(mean.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        pooled_unit unit{.n = sizes[i], .observed = units[i]};
        running_sum own;
        for (std::size_t j = 0; j < parts.size(); ++j) {
            const conditional_unit given = conditional(units[i], result.likely[j].variance);
            const double rest = 1 - given.own;
            parts[j] = {mean[j].probability, given.own * given.value + rest * mean[j].mean,
                        given.variance + rest * rest * mean[j].variance};
            own.add(mean[j].probability * given.own);
        }
        unit.own_weight = (std::min)(own.value(), 1.0);
        unit.shrunken = pooled_value_of(parts, level, sizes[i]);
        result.units.push_back(unit);
    }
    return result;
}

} // namespace nps::inline v0::detail

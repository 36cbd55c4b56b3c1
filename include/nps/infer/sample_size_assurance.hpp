// SPDX-License-Identifier: Apache-2.0
/// @file
/// How sure a plan is: the chance that invitations give a wanted margin of error, where neither the
/// spread of the answers nor the response rate is known but from a pilot.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/core/share_counts.hpp>
#include <nps/infer/detail/variance_posterior.hpp>
#include <nps/infer/margin_of_error.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// Options of assurance.
struct assurance_options {
    required<std::int64_t> invitations;
    /// Half the width of the interval, in (0, 1): 5 points are 0.05.
    required<double> margin;
    /// Answers of a pilot or of the last wave; none: the prior alone.
    category_counts pilot{};
    /// Valid answers of people invited, then; none: any response rate is as likely as another.
    share_counts response{};
    double level = 0.95;
    dirichlet_prior prior{};
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    double design_effect = 1;
};

/// Options of assured_sample_size: those of assurance, but for the assurance wanted in place of the
/// invitations.
struct assured_sample_size_options {
    required<double> margin;
    /// Chance that the margin is met, in [1e-9, 1 - 1e-9].
    double assurance = 0.8;
    category_counts pilot{};
    share_counts response{};
    double level = 0.95;
    dirichlet_prior prior{};
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    double design_effect = 1;
};

/// The fewest invitations for a wanted assurance.
///
/// Checked:    tests/infer/sample_size_assurance_test.cpp
/// Example:    examples/sample_plan.cpp
struct assured_plan {
    std::int64_t invitations = 0;
    /// The chance of meeting the margin with so many: at least what was asked for.
    double assurance = 0;
    /// Mean of the answers to expect.
    double expected_completes = 0;
    double margin = 0;
    double level = 0;
    std::string_view method;
};

namespace detail {

/// Beta posterior of the response rate, from a uniform prior.
struct response_posterior {
    double alpha = 1;
    double beta = 1;

    /// P(C = c) for c = 0 .. last of the beta-binomial number of answers C to m invitations.
    [[nodiscard]] std::vector<double> completes(std::int64_t m, std::int64_t last) const {
        const double size = static_cast<double>(m);
        const double mode = alpha + beta > 2 ? (alpha - 1) / (alpha + beta - 2) * size : 0;
        const auto anchor = (std::min)(static_cast<std::int64_t>(mode), last);
        const double c = static_cast<double>(anchor);
        // Bayes at any x gives the probability as a ratio of densities; x is the posterior mean, or
        // 1 minus it, the smaller.
        const double total = size + alpha + beta;
        const double x = (c + alpha) / total;
        const double complement = (size - c + beta) / total;
        const auto density = [&](double a, double b) {
            return x <= complement ? beta_density(x, a, b) : beta_density(complement, b, a);
        };
        const double at_anchor = density(c + 1, size - c + 1) / (size + 1) *
                                 (density(alpha, beta) / density(c + alpha, size - c + beta));
        const auto ratio = [&](std::int64_t from) { // P(from + 1) / P(from)
            const double k = static_cast<double>(from);
            return (size - k) / (k + 1) * ((k + alpha) / (size - k - 1 + beta));
        };
        std::vector<double> weights(static_cast<std::size_t>(last) + 1);
        weights[static_cast<std::size_t>(anchor)] = at_anchor;
        for (std::int64_t k = anchor; k > 0; --k) {
            weights[static_cast<std::size_t>(k) - 1] =
                weights[static_cast<std::size_t>(k)] / ratio(k - 1);
        }
        for (std::int64_t k = anchor; k < last; ++k) {
            weights[static_cast<std::size_t>(k) + 1] =
                weights[static_cast<std::size_t>(k)] * ratio(k);
        }
        return weights;
    }
};

/// Given c answers, the chance that the margin is met, for each c up to where it is certain.
class margin_chances {
public:
    /// Answers beyond which no plan is looked at one by one.
    static constexpr double most = 1 << 20;

    margin_chances(const variance_posterior& variance, const sampling_frame& frame,
                   double margin_over_z, double certain)
        : variance_(variance), frame_(frame), scale_(margin_over_z * margin_over_z),
          chances_(static_cast<std::size_t>(certain)) {
        // Cut where S^2 = 1/4, where its distribution function has a kink.
        const auto last = static_cast<std::int64_t>(chances_.size()) - 1;
        const auto kink = (std::min)(static_cast<std::int64_t>(frame.actual(0.25 / scale_)), last);
        fill(1, kink);
        fill(kink + 1, last);
    }

    /// Answers that are enough for every S.
    [[nodiscard]] std::int64_t certain() const {
        return static_cast<std::int64_t>(chances_.size());
    }

    /// The chance for m invitations.
    [[nodiscard]] double operator()(std::int64_t m, const response_posterior& response) const {
        const std::int64_t last = (std::min)(m, certain() - 1);
        const std::vector<double> weights = response.completes(m, last);
        double met = 0;
        double total = 0;
        for (std::size_t c = 0; c < weights.size(); ++c) {
            met += weights[c] * chances_[c];
            total += weights[c];
        }
        return std::clamp(m < certain() ? met : met + (1 - total), 0.0, 1.0);
    }

private:
    [[nodiscard]] double chance(double completes) const {
        return variance_.cdf(frame_.effective(completes) * scale_);
    }
    double& at(std::int64_t c) { return chances_[static_cast<std::size_t>(c)]; }

    /// Chebyshev interpolation of the chances on pieces, halved until they are right.
    void fill(std::int64_t from, std::int64_t to) {
        constexpr int degree = 16;
        if (to - from <= degree) {
            for (std::int64_t c = from; c <= to; ++c) {
                at(c) = chance(static_cast<double>(c));
            }
            return;
        }
        const double low = static_cast<double>(from);
        const double high = static_cast<double>(to);
        const double at_low = chance(low);
        if (chance(high) - at_low < 1e-14) {
            std::fill(chances_.begin() + from, chances_.begin() + to + 1, at_low);
            return;
        }
        double nodes[degree + 1];
        double values[degree + 1];
        double weights[degree + 1];
        for (int j = 0; j <= degree; ++j) {
            const double angle = (2 * j + 1) * std::numbers::pi / (2 * degree + 2);
            nodes[j] = (low + high) / 2 + (high - low) / 2 * std::cos(angle);
            values[j] = chance(nodes[j]);
            weights[j] = (j % 2 == 0 ? 1 : -1) * std::sin(angle);
        }
        const auto interpolated = [&](double x) {
            double above = 0;
            double below = 0;
            for (int j = 0; j <= degree; ++j) {
                if (x == nodes[j]) {
                    return values[j];
                }
                const double w = weights[j] / (x - nodes[j]);
                above += w * values[j];
                below += w;
            }
            return above / below;
        };
        for (const double fraction : {0.02, 0.3, 0.77}) {
            const double x = low + fraction * (high - low);
            if (std::abs(interpolated(x) - chance(x)) > 1e-12) {
                const std::int64_t middle = from + (to - from) / 2;
                fill(from, middle);
                fill(middle + 1, to);
                return;
            }
        }
        for (std::int64_t c = from; c <= to; ++c) {
            at(c) = std::clamp(interpolated(static_cast<double>(c)), 0.0, 1.0);
        }
    }

    variance_posterior variance_;
    sampling_frame frame_;
    double scale_;
    std::vector<double> chances_;
};

/// What both functions need, checked.
template <class Options>
[[nodiscard]] margin_chances chances_of(const Options& options, std::string_view function) {
    require_margin(options.margin, function);
    require_level(options.level, function);
    require_counts(options.pilot, function);
    require(options.pilot.n() <= 100'000'000, function, "pilot.n()", options.pilot.n(),
            "must be at most 10^8");
    require_counts(options.response, function);
    // The upper bound is that of the pilot, in kind: a weight is a number of answers.
    require_prior(options.prior, 1e8, "must be in [0.05, 10^8]", function);
    const sampling_frame frame{options.population, options.population_form, options.design_effect};
    frame.check(function);
    const double margin_over_z = options.margin / normal_critical_value(options.level);
    const double certain = std::ceil(frame.actual(1 / margin_over_z / margin_over_z));
    require(certain <= margin_chances::most, function, "margin",
            static_cast<double>(options.margin),
            "can need more than 2^20 answers, the bound of this function");
    return {variance_posterior(
                {static_cast<double>(options.pilot.detractors) + options.prior.detractors,
                 static_cast<double>(options.pilot.passives) + options.prior.passives,
                 static_cast<double>(options.pilot.promoters) + options.prior.promoters}),
            frame, margin_over_z, certain};
}

[[nodiscard]] inline response_posterior response_of(const share_counts& response) {
    return {.alpha = static_cast<double>(response.successes) + 1,
            .beta = static_cast<double>(response.trials - response.successes) + 1};
}

} // namespace detail

/// The chance that a number of invitations gives a wanted margin of error.
///
/// The shares have their Dirichlet posterior from the pilot, and S follows from them; the response
/// rate has its beta posterior, and the answers C to m invitations are beta-binomial. The margin is
/// met when Z S / sqrt(C) <= d for the true S: the precision that the survey will have. The margin
/// reported afterwards is made with the S that is seen, and scatters about this one to both sides.
///
/// Formula:    sum over c of P(C = c) P(S^2 <= c d^2 / Z^2), with c's effective size (see
///             margin_of_error) in place of c; P(S^2 <= v) by quadrature
/// Scale:      [0, 1].
/// Assumes:    the survey asks people like those of the pilot, in the same way.
/// Not for:    margins that the worst case S = 1 needs more than 2^20 answers for (0.0019 at level
///             0.95), a pilot of more than 10^8 answers, or prior weights outside [0.05, 10^8]
///             (score_posterior goes to 2^53: it has no second integral to resolve).
/// Degenerate: without a pilot, the priors alone. No answers at all never meet the margin.
/// Throws:     invalid_input.
/// Cost:       10-100 ms for the posterior of S, then O(Z^2 / d^2).
/// Source:     O'Hagan, Stevens, Campbell (2005), doi:10.1002/pst.175
/// Checked:    tests/reference/assurance.csv (SciPy: sums and adaptive quadrature; Monte Carlo)
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline double assurance(const assurance_options& options) {
    constexpr std::string_view function = "assurance";
    detail::require(options.invitations >= 1 && options.invitations <= detail::largest_count,
                    function, "invitations", static_cast<std::int64_t>(options.invitations),
                    "must be in [1, 2^53]");
    const std::optional<std::int64_t>& population = options.population;
    detail::require(!population || options.invitations <= *population, function, "invitations",
                    static_cast<std::int64_t>(options.invitations),
                    "must not be above the population");
    return detail::chances_of(options, function)(options.invitations,
                                                 detail::response_of(options.response));
}

/// The fewest invitations that give a wanted margin of error with a wanted chance.
///
/// Formula:    the smallest m with assurance(m) >= assurance, by bisection: it rises with m
/// Assumes:    as assurance.
/// Throws:     invalid_input; undefined_result where inviting the whole population, or 2^53 people,
///             does not reach the assurance.
/// Cost:       that of assurance, then O(Z^2 / d^2) some 20-50 times.
/// Source:     O'Hagan, Stevens, Campbell (2005), doi:10.1002/pst.175
/// Checked:    tests/reference/assurance.csv (SciPy)
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline assured_plan assured_sample_size(const assured_sample_size_options& options) {
    constexpr std::string_view function = "assured_sample_size";
    // Chances are right to about 1e-12, not relatively.
    detail::require(options.assurance >= 1e-9 && options.assurance <= 1 - 1e-9, function,
                    "assurance", options.assurance, "must be in [1e-9, 1 - 1e-9]");
    const detail::margin_chances chances = detail::chances_of(options, function);
    const detail::response_posterior response = detail::response_of(options.response);
    const std::optional<std::int64_t>& population = options.population;
    const std::int64_t most = population.value_or(detail::largest_count);
    std::int64_t too_few = 0;
    std::int64_t enough = (std::min)(chances.certain(), most);
    double reached = chances(enough, response);
    while (reached < options.assurance) {
        if (enough == most) {
            detail::throw_undefined(function, "inviting everybody does not reach the assurance");
        }
        too_few = enough;
        enough = enough > most / 2 ? most : 2 * enough;
        reached = chances(enough, response);
    }
    while (enough - too_few > 1) {
        const std::int64_t middle = too_few + (enough - too_few) / 2;
        const double chance = chances(middle, response);
        if (chance >= options.assurance) {
            enough = middle;
            reached = chance;
        } else {
            too_few = middle;
        }
    }
    return {.invitations = enough,
            .assurance = reached,
            .expected_completes =
                static_cast<double>(enough) * (response.alpha / (response.alpha + response.beta)),
            .margin = options.margin,
            .level = options.level,
            .method = "wald"};
}

} // namespace nps::inline v0

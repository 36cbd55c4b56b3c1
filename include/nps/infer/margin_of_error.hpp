// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a number of answers gives: the margin of error of a score, or the level of a wanted margin.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/numeric/distributions.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace nps::inline v0 {

/// Whose margin a plan is made for.
enum class planning_method : std::uint8_t {
    wald,         ///< Z S / sqrt(n)
    adjusted_wald ///< that of the adjusted Wald interval at the expected counts
};

/// The divisor of the variance S^2 of a finite population of N customers.
enum class population_variance : std::uint8_t {
    divisor_n,        ///< N, as in p + d - (p - d)^2, which this library reports
    divisor_n_minus_1 ///< N - 1
};

/// Customers that the answers stand for: a whole number, or nothing where they are endless. A
/// fraction, such as 2000.9, does not compile.
///
/// Throws:     invalid_input, for a whole number that 64 bits do not hold.
/// Checked:    tests/infer/margin_of_error_test.cpp, tests/compile_fail
/// Example:    examples/sample_plan.cpp
class population_size {
public:
    constexpr population_size() = default;
    constexpr population_size(std::nullopt_t) {} // NOLINT(google-explicit-constructor)
    template <std::integral T>
    requires(!std::same_as<T, bool>) constexpr population_size(
        T customers) // NOLINT(google-explicit-constructor): .population = 80'000
        : customers_(static_cast<std::int64_t>(customers)) {
        detail::require(std::in_range<std::int64_t>(customers), "population_size", "customers",
                        customers, "must be in [1, 2^53]");
    }
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr population_size(const std::optional<std::int64_t>& customers)
        : customers_(customers) {}

    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr operator const std::optional<std::int64_t>&() const { return customers_; }

private:
    std::optional<std::int64_t> customers_;
};

/// Options of margin_of_error. S comes from `respondent_sd` or from `shares`, not from both; from
/// neither it is the worst case, S = 1.
struct margin_of_error_options {
    /// Valid answers.
    required<std::int64_t> completes;
    double level = 0.95;
    std::optional<double> respondent_sd{};
    std::optional<category_shares> shares{};
    planning_method method = planning_method::wald;
    /// Customers that the answers stand for, where they are not very many more than the answers.
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    /// Variance under the design over that of a simple random sample of the same size, both without
    /// replacement.
    double design_effect = 1;
};

/// Options of confidence_level; those of margin_of_error but for the margin in place of the level.
struct confidence_level_options {
    required<std::int64_t> completes;
    /// Half the width of the interval, in (0, 1): 5 points are 0.05.
    required<double> margin;
    std::optional<double> respondent_sd{};
    std::optional<category_shares> shares{};
    planning_method method = planning_method::wald;
    population_size population{};
    population_variance population_form = population_variance::divisor_n;
    double design_effect = 1;
};

namespace detail {

[[nodiscard]] constexpr std::string_view method_name(planning_method method,
                                                     std::string_view function) {
    switch (method) {
    case planning_method::wald:
        return "wald";
    case planning_method::adjusted_wald:
        return "adjusted_wald";
    }
    throw_invalid(function, "method", static_cast<int>(method), "must be a named method");
}

constexpr void require_margin(double margin, std::string_view function) {
    require(margin > 0 && margin < 1, function, "margin", margin,
            "must be in (0, 1): scores are on [-1, 1], 5 points are 0.05");
}

/// What is assumed of one answer, and the variance of the score that follows.
struct answer_spread {
    planning_method method = planning_method::wald;
    double respondent_variance = 1;
    /// Share of promoters and detractors together. Read by adjusted_wald alone.
    double extremes = 1;

    /// Variance of the score from n answers of a simple random sample, n any real number.
    [[nodiscard]] double score_variance(double n) const {
        if (method == planning_method::wald) {
            return respondent_variance / n;
        }
        // The expected counts and 3/4, 3/2, 3/4 in n + 3, with e = extremes and s the score:
        // [(e n + 3/2)(n + 3) - s^2 n^2] / (n + 3)^3, sorted by powers of n, so that nothing
        // cancels.
        const double m = n + 3;
        return ((respondent_variance * (n / m) + (3 * extremes + 1.5) / m) * (n / m) +
                4.5 / m / m) /
               m;
    }
};

[[nodiscard]] inline answer_spread spread_of(planning_method method,
                                             const std::optional<double>& respondent_sd,
                                             const std::optional<category_shares>& shares,
                                             std::string_view function) {
    (void)method_name(method, function);
    if (respondent_sd) {
        const double sd = *respondent_sd;
        require(sd >= 0 && sd <= 1, function, "respondent_sd", sd,
                "must be in [0, 1]: it is the standard deviation of one answer coded -1, 0, 1");
        require(!shares, function, "respondent_sd", sd, "must not be given together with shares");
        require(method == planning_method::wald, function, "respondent_sd", sd,
                "is not enough for adjusted_wald, which needs shares");
        return {.method = method, .respondent_variance = sd * sd};
    }
    if (!shares) {
        return {.method = method};
    }
    require_shares(*shares, function);
    const category_weights weights(shares->detractors, shares->passives, shares->promoters);
    return {.method = method,
            .respondent_variance = weights.variance(),
            .extremes = shares->promoters + shares->detractors};
}

/// How a design and a finite population change what an answer is worth: n answers are worth as
/// much as `effective(n)` of a simple random sample from an endless population.
struct sampling_frame {
    std::optional<std::int64_t> population;
    population_variance form = population_variance::divisor_n;
    double design_effect = 1;

    void check(std::string_view function) const {
        require(design_effect >= 1e-6 && design_effect <= 1e6, function, "design_effect",
                design_effect, "must be in [1e-6, 1e6]");
        if (population) {
            require(*population > 0 && *population <= largest_count, function, "population",
                    *population, "must be in [1, 2^53]");
        }
        switch (form) {
        case population_variance::divisor_n:
        case population_variance::divisor_n_minus_1:
            return;
        }
        throw_invalid(function, "population_form", static_cast<int>(form), "must be a named form");
    }

    /// N - 1 or N: what the variance of a mean without replacement, S^2 (N - n) / (n M), divides
    /// by.
    [[nodiscard]] double divisor() const {
        const double size = static_cast<double>(*population);
        return form == population_variance::divisor_n ? size - 1 : size;
    }

    /// Infinite for everybody asked: a census has no sampling error.
    [[nodiscard]] double effective(double n) const {
        if (!population) {
            return n / design_effect;
        }
        const double left = static_cast<double>(*population) - n;
        return left == 0 ? std::numeric_limits<double>::infinity()
                         : n / design_effect * (divisor() / left);
    }

    /// The n whose effective size is `size`.
    [[nodiscard]] double actual(double size) const {
        const double wanted = size * design_effect;
        if (!population || wanted == 0) {
            return wanted;
        }
        return static_cast<double>(*population) / (1 + divisor() / wanted);
    }

    void check_completes(std::int64_t completes, std::string_view function) const {
        require(completes > 0 && completes <= largest_count, function, "completes", completes,
                "must be in [1, 2^53]");
        require(!population || completes <= *population, function, "completes", completes,
                "must not be above the population");
    }
};

/// Standard error of the score; 0 for a census.
[[nodiscard]] inline double planned_standard_error(const answer_spread& spread, double effective) {
    return std::isinf(effective) ? 0 : std::sqrt(spread.score_variance(effective));
}

} // namespace detail

/// The margin of error of a score: half the width of its two-sided interval.
///
/// Formula:    Z S / sqrt(m), m = (n / deff) (N - 1) / (N - n), or n / deff for an endless
///             population; adjusted_wald: Z times the adjusted standard error at the counts
///             expected of m answers. With N in place of N - 1 for divisor_n_minus_1.
/// Scale:      that of the score. Before clipping: a few answers can give a margin above 1.
/// Assumes:    the shares that will be found are those assumed.
/// Degenerate: S = 0 and a census give 0.
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, chapter 4
/// Checked:    tests/reference/margin_of_error.csv (mpmath)
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline double margin_of_error(const margin_of_error_options& options) {
    constexpr std::string_view function = "margin_of_error";
    detail::require_level(options.level, function);
    const auto spread =
        detail::spread_of(options.method, options.respondent_sd, options.shares, function);
    const detail::sampling_frame frame{options.population, options.population_form,
                                       options.design_effect};
    frame.check(function);
    frame.check_completes(options.completes, function);
    const double effective = frame.effective(static_cast<double>(options.completes));
    return normal_critical_value(options.level) * detail::planned_standard_error(spread, effective);
}

/// The confidence at which a number of answers gives a wanted margin of error.
///
/// Formula:    P(|Z| <= d / se), se the standard error in margin_of_error
/// Scale:      [0, 1].
/// Degenerate: S = 0 and a census give 1.
/// Throws:     invalid_input.
/// Cost:       O(1).
/// Source:     Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, chapter 4
/// Checked:    tests/reference/margin_of_error.csv (mpmath)
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline double confidence_level(const confidence_level_options& options) {
    constexpr std::string_view function = "confidence_level";
    detail::require_margin(options.margin, function);
    const auto spread =
        detail::spread_of(options.method, options.respondent_sd, options.shares, function);
    const detail::sampling_frame frame{options.population, options.population_form,
                                       options.design_effect};
    frame.check(function);
    frame.check_completes(options.completes, function);
    const double error = detail::planned_standard_error(
        spread, frame.effective(static_cast<double>(options.completes)));
    return error == 0 ? 1 : normal_central(options.margin / error);
}

} // namespace nps::inline v0

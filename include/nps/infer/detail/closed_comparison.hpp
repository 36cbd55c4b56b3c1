// SPDX-License-Identifier: Apache-2.0
/// @file
/// Comparisons that need only a difference and its standard error.
#pragma once

#include <nps/infer/detail/answer_comparison.hpp>
#include <nps/numeric/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace nps::inline v0::detail {

/// a / n_a - b / n_b without cancellation: to the last digits, and 0 where they are equal.
[[nodiscard]] inline double ratio_difference(double a, double n_a, double b, double n_b) {
    const double left = a * n_b;
    const double right = b * n_a;
    const double rest = std::fma(a, n_b, -left) - std::fma(b, n_a, -right);
    return ((left - right) + rest) / n_a / n_b;
}

/// Both tails of a statistic that is symmetric about 0, from its upper tail.
template <class UpperTail>
[[nodiscard]] comparison_test symmetric_test(double statistic, double standard_error,
                                             UpperTail upper_tail) {
    const double outer = upper_tail(std::abs(statistic));
    const double inner = 1 - outer;
    return {.statistic = statistic,
            .standard_error = standard_error,
            .below = statistic < 0 ? outer : inner,
            .above = statistic < 0 ? inner : outer,
            .two_sided = (std::min)(2 * outer, 1.0)};
}

[[nodiscard]] inline comparison_test normal_test(double statistic, double standard_error) {
    return symmetric_test(statistic, standard_error, [](double z) { return normal_upper_tail(z); });
}

/// Excess over the hypothesis in standard errors; a standard error of 0 answers only for no excess.
/// `advice` says what else has an answer.
[[nodiscard]] inline double standardised(double excess, double standard_error,
                                         std::string_view function, std::string_view advice = {}) {
    if (standard_error > 0) {
        return excess / standard_error;
    }
    if (excess != 0) {
        throw_undefined(function, "the standard error is 0 and the difference is not the "
                                  "hypothesised one" +
                                      std::string(advice));
    }
    return 0;
}

/// The normal distribution around the difference; `null_error` is the standard error of the test
/// where that is another than the interval's.
struct normal_comparison {
    std::string_view function;
    double difference;
    double standard_error;
    double null_error;
    std::string_view advice{};

    [[nodiscard]] comparison_test test(double delta) const {
        return normal_test(standardised(difference - delta, null_error, function, advice),
                           null_error);
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        const double reach = normal_upper_quantile(tail) * standard_error;
        return upper ? difference + reach : difference - reach;
    }
};

/// Student's t distribution around the difference.
struct student_comparison {
    std::string_view function;
    double difference;
    double standard_error;
    double degrees_of_freedom;
    std::string_view advice{};

    /// From the variances of two means, by Welch and Satterthwaite; without any variance there is
    /// one point, and the degrees of freedom do not matter.
    [[nodiscard]] static student_comparison welch(std::string_view function, double difference,
                                                  double variance_a, double n_a, double variance_b,
                                                  double n_b, std::string_view advice = {}) {
        const double sum = variance_a + variance_b;
        const double part = sum > 0 ? variance_a / sum : 0.5;
        const double rest = sum > 0 ? variance_b / sum : 0.5;
        return {function, difference, std::sqrt(sum),
                1 / (part * part / (n_a - 1) + rest * rest / (n_b - 1)), advice};
    }

    [[nodiscard]] comparison_test test(double delta) const {
        return symmetric_test(
            standardised(difference - delta, standard_error, function, advice), standard_error,
            [this](double t) { return student_t_upper_tail(t, degrees_of_freedom); });
    }
    [[nodiscard]] double limit(double tail, bool upper) const {
        const double reach = student_t_upper_quantile(tail, degrees_of_freedom) * standard_error;
        return upper ? difference + reach : difference - reach;
    }
};

} // namespace nps::inline v0::detail

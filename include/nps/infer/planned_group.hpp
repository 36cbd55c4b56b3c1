// SPDX-License-Identifier: Apache-2.0
/// @file
/// One group of a planned comparison: what is assumed of its answers, and how many it needs.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/category_shares.hpp>
#include <nps/infer/sample_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// How alpha is shared among the comparisons of a plan: what each of m is tested at.
enum class planned_correction : std::uint8_t {
    bonferroni, ///< alpha / m
    sidak       ///< 1 - (1 - alpha)^(1 / m), for independent comparisons
};

/// What is assumed of the answers of one group. S comes from `respondent_sd` or from `shares`
/// (assumed, or of a pilot: `.shares = shares_of(pilot)`), not from both; from neither it is the
/// worst case, S = 1. Shares tell S alone: the difference that is planned for is said beside them.
///
/// Checked:    tests/infer/comparison_sample_size_test.cpp
/// Example:    examples/power.cpp
struct planned_group {
    std::optional<double> respondent_sd{};
    std::optional<category_shares> shares{};
    /// Variance under the design over that of a simple random sample of the same size.
    double design_effect = 1;
    /// Share of those invited who give a valid answer.
    double response_rate = 1;
};

/// The size of one group of a plan, with what it rests on.
///
/// Checked:    tests/infer/comparison_sample_size_test.cpp
/// Example:    examples/power.cpp
struct planned_size {
    /// Answers needed, before rounding.
    double unrounded = 0;
    /// Rounded up, at least 1.
    std::int64_t completes = 0;
    /// People to invite: `unrounded` (at least 1) / response_rate, rounded up.
    std::int64_t invitations = 0;
    /// Standard deviation of one answer.
    double respondent_sd = 0;
    double design_effect = 1;
    double response_rate = 1;
};

namespace detail {

/// A group with its S settled: a score's, a share's or a mean's.
struct settled_group {
    double respondent_sd = 1;
    double design_effect = 1;
    double response_rate = 1;

    void check(std::string_view function) const {
        require(design_effect >= 1e-6 && design_effect <= 1e6, function, "design_effect",
                design_effect, "must be in [1e-6, 1e6]");
        require(response_rate > 0 && response_rate <= 1, function, "response_rate", response_rate,
                "must be in (0, 1]");
    }
    /// Variance that one answer brings, under the design.
    [[nodiscard]] double unit_variance() const {
        return respondent_sd * respondent_sd * design_effect;
    }
    [[nodiscard]] planned_size size(double n, std::string_view function, std::string_view argument,
                                    double value) const {
        return {.unrounded = n,
                .completes = round_up(n, function, argument, value),
                .invitations = round_up((std::max)(n, 1.0) / response_rate, function,
                                        "response_rate", response_rate),
                .respondent_sd = respondent_sd,
                .design_effect = design_effect,
                .response_rate = response_rate};
    }
};

[[nodiscard]] inline settled_group settle_group(const planned_group& group,
                                                std::string_view function) {
    const auto spread =
        spread_of(planning_method::wald, group.respondent_sd, group.shares, function);
    const settled_group result{.respondent_sd = std::sqrt(spread.respondent_variance),
                               .design_effect = group.design_effect,
                               .response_rate = group.response_rate};
    result.check(function);
    return result;
}

inline void require_completes(std::int64_t completes, std::string_view function,
                              std::string_view argument) {
    require(completes >= 1 && completes <= largest_count, function, argument, completes,
            "must be in [1, 2^53]");
}

} // namespace detail
} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// The result of every test that asks whether several groups are alike.
#pragma once

#include <nps/version.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace nps::inline v0 {

/// One question to all groups at once: how far they are apart, and how surprising that would be by
/// chance. Which groups differ is another question.
///
/// Checked:    tests/infer/equal_scores_test_test.cpp
/// Example:    examples/groups.cpp
struct omnibus_result {
    /// Chi-squared, or F where there are denominator degrees of freedom; never negative.
    double statistic = 0;
    double degrees_of_freedom = 0;
    /// Of an F statistic.
    std::optional<double> denominator_degrees_of_freedom{};
    /// P(a statistic at least as large), where the groups are alike.
    double p_value = 1;
    /// How far apart the groups are, from 0 to 1 whatever n is: Cramer's V, or epsilon squared of
    /// ranks.
    std::optional<double> effect_size{};
    /// Valid answers of all groups.
    std::int64_t n = 0;
    std::int64_t groups = 0;
    /// A static name, the same word as in JSON.
    std::string_view method{};
};

} // namespace nps::inline v0

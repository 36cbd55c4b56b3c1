// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sample sizes for several subgroups, each at its own margin of error.
#pragma once

#include <nps/core/error.hpp>
#include <nps/infer/sample_size.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps::inline v0 {

/// One subgroup of a survey: a segment, a channel, a country.
struct subgroup {
    std::string name;
    /// Its own margin, S, population, response rate and so on.
    sample_size_options options;
    /// Its share of the people on the list that is invited, where the list does not say who belongs
    /// to it.
    std::optional<double> incidence{};
};

/// The plan of one subgroup.
struct subgroup_sample {
    std::string name;
    sample_plan plan;
};

/// Plans of several subgroups and what they need together.
///
/// Checked:    tests/infer/sample_size_subgroups_test.cpp
/// Example:    examples/sample_plan.cpp
struct subgroup_plan {
    /// In the order given.
    std::vector<subgroup_sample> subgroups;
    /// Sums over subgroups, each invited from a list of its own.
    std::int64_t completes = 0;
    std::int64_t invitations = 0;
    /// Invitations to one list, blind to subgroups, for each subgroup to be expected to reach its
    /// size. Only where every subgroup gives its incidence.
    std::optional<std::int64_t> blind_invitations;
};

/// Sample sizes for several subgroups, each at its own margin of error.
///
/// Formula:    sample_size for each; blind invitations: the largest of
///             after_design_effect / (response_rate incidence), rounded up
/// Assumes:    subgroups do not overlap where their sums are used.
/// Throws:     invalid_input, whose text names the subgroup: also for no subgroups, equal names and
///             an incidence outside (0, 1].
/// Cost:       O(subgroups log subgroups).
/// Source:     Cochran (1977), Sampling Techniques, ISBN 0-471-16240-X, chapter 4
/// Checked:    tests/infer/sample_size_subgroups_test.cpp
/// Example:    examples/sample_plan.cpp
[[nodiscard]] inline subgroup_plan
sample_size_for_subgroups(const std::vector<subgroup>& subgroups) {
    constexpr std::string_view function = "sample_size_for_subgroups";
    detail::require(!subgroups.empty(), function, "subgroups.size()", subgroups.size(),
                    "must be at least 1");
    std::vector<std::string_view> names;
    for (const subgroup& one : subgroups) {
        names.push_back(one.name);
    }
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
        detail::throw_invalid(function, "name", *twice, "must differ between subgroups");
    }

    subgroup_plan result;
    std::int64_t blind = 0;
    bool blind_known = true;
    for (const subgroup& one : subgroups) {
        try {
            const sample_plan plan = sample_size(one.options);
            result.completes += plan.completes;
            result.invitations += plan.invitations;
            detail::require_count(result.invitations, function, "invitations in all");
            if (one.incidence) {
                detail::require(*one.incidence > 0 && *one.incidence <= 1, function, "incidence",
                                *one.incidence, "must be in (0, 1]");
                const double wanted = (std::max)(plan.after_design_effect, 1.0) /
                                      (one.options.response_rate * *one.incidence);
                blind = (std::max)(blind,
                                   detail::round_up(wanted, function, "incidence", *one.incidence));
            }
            blind_known = blind_known && one.incidence;
            result.subgroups.push_back({.name = one.name, .plan = plan});
        } catch (const invalid_input& error) {
            throw invalid_input(std::string(error.what()) + " (subgroup \"" + one.name + "\")");
        }
    }
    if (blind_known) {
        result.blind_invitations = blind;
    }
    return result;
}

} // namespace nps::inline v0

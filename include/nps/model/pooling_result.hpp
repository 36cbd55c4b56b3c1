// SPDX-License-Identifier: Apache-2.0
/// @file
/// What partial pooling says of many units: teams, touchpoints, hospitals.
#pragma once

#include <nps/core/result.hpp>
#include <nps/infer/known_estimate.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// A true value as all units together tell it.
///
/// Scale:      that of the values; a net score is on [-1, 1].
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooled_value {
    double value = 0;
    /// With what is not known of the mean of the units and of the variance between them.
    double standard_error = 0;
    nps::interval interval = {};
};

/// One unit.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooled_unit {
    /// Valid answers; 0 for estimates that came without counts.
    std::int64_t n = 0;
    /// Its own estimate with the sampling variance that was used; none of a unit without answers.
    std::optional<known_estimate> observed = {};
    /// How much of the shrunken value is the unit's own, in [0, 1]; the rest is that of all.
    double own_weight = 0;
    pooled_value shrunken = {};
};

/// A variance between units and how probable it is.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct likely_between_variance {
    double variance = 0;
    double probability = 0;
};

/// Units drawn towards their mean, each the more the less it says itself.
///
/// Checked:    tests/model/pooling_test.cpp
/// Example:    examples/model_pooling.cpp
struct pooling_result {
    /// Of the true values of the units, and its square root: by restricted maximum likelihood, or
    /// as given; 0 where the units differ no more than sampling would have it.
    double between_variance = 0;
    double between_sd = 0;
    /// Restricted log likelihood there.
    double log_likelihood = 0;
    /// Of the units, each counted once.
    pooled_value mean = {};
    /// In the order given.
    std::vector<pooled_unit> units = {};
    /// What the results are averaged over: one point where between_sd is given or taken as known.
    std::vector<likely_between_variance> likely = {};
    /// How the variance between was treated: averaged, as_known or given.
    std::string_view method = {};
};

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many must be asked to find that the scores of several groups are not all equal, the power of
/// given sizes, and the difference that they find.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/comparison_plan.hpp>
#include <nps/infer/comparison_sample_size.hpp>
#include <nps/infer/detail/planned_test.hpp>
#include <nps/infer/planned_group.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/noncentral.hpp>
#include <nps/numeric/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// One of several groups: what is assumed of its answers.
///
/// Checked:    tests/infer/omnibus_sample_size_test.cpp
/// Example:    examples/power.cpp
struct omnibus_group {
    /// The true score; that of `shares` where it is left out. omnibus_detectable_difference reads
    /// neither.
    std::optional<double> score{};
    /// S as in planned_group.
    std::optional<double> respondent_sd{};
    std::optional<category_shares> shares{};
    double design_effect = 1;
    double response_rate = 1;
    /// Size beside those of the others. Read by omnibus_sample_size alone.
    double allocation = 1;
};

/// Options of omnibus_sample_size.
struct omnibus_sample_size_options {
    /// At least two, whose scores are not all equal.
    std::vector<omnibus_group> groups;
    /// Chance of finding it, in (1 - level, 1).
    double power = 0.8;
    double level = 0.95;
};

/// Options of omnibus_power.
struct omnibus_power_options {
    std::vector<omnibus_group> groups;
    /// Valid answers of each group.
    std::vector<std::int64_t> completes;
    double level = 0.95;
};

/// Options of omnibus_detectable_difference.
struct omnibus_detectable_difference_options {
    std::vector<omnibus_group> groups;
    /// Valid answers of each group.
    std::vector<std::int64_t> completes;
    double power = 0.8;
    double level = 0.95;
};

/// The sizes of several groups, with what they rest on.
///
/// Checked:    tests/infer/omnibus_sample_size_test.cpp
/// Example:    examples/power.cpp
struct omnibus_plan {
    std::vector<planned_size> groups{};
    std::int64_t completes = 0;
    std::int64_t invitations = 0;
    double degrees_of_freedom = 0;
    /// Noncentrality that the power needs.
    double noncentrality = 0;
    /// The power asked for, and the one that so many completes give.
    double power = 0;
    double achieved_power = 0;
    double level = 0;
    std::string_view method{};
};

namespace detail {

/// The Wald test of equal scores in k groups, its answers' variances settled.
class omnibus_test {
public:
    omnibus_test(const std::vector<omnibus_group>& groups, double level, std::string_view function)
        : function_(function) {
        require_planned_level(level, function);
        require(groups.size() >= 2 && groups.size() <= 100'000, function, "groups.size()",
                groups.size(), "must be in [2, 10^5]");
        for (const omnibus_group& group : groups) {
            groups_.push_back(settle_group({.respondent_sd = group.respondent_sd,
                                            .shares = group.shares,
                                            .design_effect = group.design_effect,
                                            .response_rate = group.response_rate},
                                           function));
            if (!(groups_.back().respondent_sd > 0)) {
                throw_undefined(function, "the weight of a group whose answers are all equal");
            }
        }
        df_ = static_cast<double>(groups.size() - 1);
        critical_ = chi_squared_upper_quantile(1 - level, df_);
    }

    [[nodiscard]] const std::vector<settled_group>& groups() const { return groups_; }
    [[nodiscard]] double df() const { return df_; }
    [[nodiscard]] double power(double noncentrality) const {
        return noncentral_chi_squared_upper_tail(critical_, df_, noncentrality);
    }
    /// Noncentrality of such sizes with such true scores.
    [[nodiscard]] double noncentrality(const std::vector<double>& scores,
                                       const std::vector<double>& sizes) const {
        double weights = 0;
        double mean = 0; // from the first score, so that equal ones give 0
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const double weight = sizes[i] / groups_[i].unit_variance();
            weights += weight;
            mean += (scores[i] - scores[0]) * (weight / weights) - mean * (weight / weights);
        }
        double sum = 0;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const double apart = scores[i] - scores[0] - mean;
            sum += sizes[i] / groups_[i].unit_variance() * apart * apart;
        }
        return sum;
    }
    [[nodiscard]] double wanted_noncentrality(double power) const {
        const double miss = 1 - power;
        const auto gained = [&](double x) { // from the end that has the digits
            return power > 0.5 ? miss - noncentral_chi_squared_cdf(critical_, df_, x)
                               : this->power(x) - power;
        };
        double high = critical_ + 1;
        while (gained(high) < 0) {
            high *= 2;
        }
        return find_root(gained, 0, high);
    }
    [[nodiscard]] std::vector<double>
    checked_sizes(const std::vector<std::int64_t>& completes) const {
        require(completes.size() == groups_.size(), function_, "completes.size()", completes.size(),
                "must be the number of groups");
        std::vector<double> sizes;
        for (const std::int64_t n : completes) {
            require_completes(n, function_, "completes");
            sizes.push_back(static_cast<double>(n));
        }
        return sizes;
    }

private:
    std::string_view function_;
    std::vector<settled_group> groups_;
    double df_ = 1;
    double critical_ = 0;
};

[[nodiscard]] inline std::vector<double> true_scores(const std::vector<omnibus_group>& groups,
                                                     std::string_view function) {
    std::vector<double> scores;
    for (const omnibus_group& group : groups) {
        require(group.score || group.shares, function, "score", "none",
                "must be given where shares are not");
        scores.push_back(group.score ? *group.score
                                     : group.shares->promoters - group.shares->detractors);
        require(scores.back() >= -1 && scores.back() <= 1, function, "score", scores.back(),
                "must be in [-1, 1]");
    }
    return scores;
}

} // namespace detail

/// The answers that several groups need for a wanted chance of finding that their scores differ.
///
/// Formula:    Wald's statistic sum n_i (s_i - s)^2 / v_i, v_i = S_i^2 deff_i, s the mean weighted
///             by n_i / v_i, is noncentral chi-squared with k - 1 degrees of freedom and the same
///             sum over the true scores as noncentrality; that grows in proportion to n
/// Scale:      that of the scores.
/// Assumes:    S as given, large populations. Power of the test where .80 is asked for
///             (docs/power): .81 with 240 a group, .80 with 20; .85 where two groups of 92 are
///             concentrated (.02, .08, .9).
/// Not for:    saying which groups differ: for all pairs use comparison_sample_size with
///             comparisons = k (k - 1) / 2.
/// Degenerate: two groups are comparison_sample_size with two sides.
/// Throws:     invalid_input, also for scores that are all equal or more than 2^53 people;
///             undefined_result for S = 0 in a group.
/// Cost:       O(k), and 10-20 tails of the noncentral distribution.
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/infer/omnibus_sample_size_test.cpp (SciPy), docs/power/power.csv
/// Example:    examples/power.cpp
[[nodiscard]] inline omnibus_plan omnibus_sample_size(const omnibus_sample_size_options& options) {
    constexpr std::string_view self = "omnibus_sample_size";
    const detail::omnibus_test test(options.groups, options.level, self);
    detail::require_power(options.power, options.level, self);
    std::vector<double> shares;
    for (const omnibus_group& group : options.groups) {
        detail::require_allocation(group.allocation, self);
        shares.push_back(group.allocation);
    }
    const std::vector<double> scores = detail::true_scores(options.groups, self);
    const double of_one = test.noncentrality(scores, shares);
    detail::require(of_one > 0, self, "score", scores[0], "must not be the score of every group");
    omnibus_plan plan{.degrees_of_freedom = test.df(),
                      .noncentrality = test.wanted_noncentrality(options.power),
                      .power = options.power,
                      .level = options.level,
                      .method = "wald"};
    const double n = plan.noncentrality / of_one;
    std::vector<double> whole;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const planned_size size =
            test.groups()[i].size(n * shares[i], self, "power", options.power);
        plan.completes += size.completes;
        plan.invitations += size.invitations;
        detail::require(plan.invitations <= detail::largest_count, self, "power", options.power,
                        "would need more than 2^53 people");
        whole.push_back(static_cast<double>(size.completes));
        plan.groups.push_back(size);
    }
    plan.achieved_power = test.power(test.noncentrality(scores, whole));
    return plan;
}

/// The chance that several groups of given sizes show that their scores are not all equal.
///
/// Formula:    P(X > c), X the statistic of omnibus_sample_size, c its critical value
/// Scale:      [0, 1].
/// Assumes:    as omnibus_sample_size.
/// Degenerate: equal scores give alpha.
/// Throws:     invalid_input; undefined_result for S = 0 in a group.
/// Cost:       O(k), and one tail of the noncentral distribution.
/// Source:     Chow, Shao, Wang, Lokhnygina (2017), Sample Size Calculations in Clinical Research,
///             ISBN 978-1-138-74098-3, chapter 3
/// Checked:    tests/infer/omnibus_sample_size_test.cpp (SciPy)
/// Example:    examples/power.cpp
[[nodiscard]] inline double omnibus_power(const omnibus_power_options& options) {
    constexpr std::string_view self = "omnibus_power";
    const detail::omnibus_test test(options.groups, options.level, self);
    return test.power(test.noncentrality(detail::true_scores(options.groups, self),
                                         test.checked_sizes(options.completes)));
}

/// The difference of the highest and the lowest score that given sizes find with a wanted chance,
/// however the other groups lie.
///
/// Formula:    sqrt(noncentrality (v_i / n_i + v_j / n_j)), i and j the two groups with the largest
///             v / n: the least favourable case, where all others lie at the weighted mean of these
///             two
/// Scale:      [0, 2].
/// Assumes:    as omnibus_sample_size.
/// Throws:     invalid_input; undefined_result where no difference on the scale is found with this
///             power, and for S = 0 in a group.
/// Cost:       O(k), and 10-20 tails of the noncentral distribution.
/// Source:     Cohen (1988), Statistical Power Analysis, ISBN 0-8058-0283-5, section 8.2 (pattern 1)
/// Checked:    tests/infer/omnibus_sample_size_test.cpp (SciPy)
/// Example:    examples/power.cpp
[[nodiscard]] inline double
omnibus_detectable_difference(const omnibus_detectable_difference_options& options) {
    constexpr std::string_view self = "omnibus_detectable_difference";
    const detail::omnibus_test test(options.groups, options.level, self);
    detail::require_power(options.power, options.level, self);
    std::vector<double> variances = test.checked_sizes(options.completes);
    for (std::size_t i = 0; i < variances.size(); ++i) {
        variances[i] = test.groups()[i].unit_variance() / variances[i];
    }
    std::partial_sort(variances.begin(), variances.begin() + 2, variances.end(), std::greater<>());
    const double difference =
        std::sqrt(test.wanted_noncentrality(options.power) * (variances[0] + variances[1]));
    if (!(difference <= detail::widest_score_difference)) {
        detail::throw_undefined(self, "no difference on the scale is found with this power");
    }
    return difference;
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which attribute's change of mix moved the score, where several changed at once: Shapley values.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/monitor/detail/mix_cells.hpp>
#include <nps/monitor/score_decomposition.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/sums.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// One combination of attributes in two periods: {"app", "north"}.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct attribute_cell {
    std::vector<std::string> values = {};
    category_counts before = {};
    category_counts after = {};
};

/// What the mix of one attribute did.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct attribute_mix {
    std::string name = {};
    /// Its Shapley value.
    change_part mix = {};
    /// The mix effect of this attribute by itself, as score_decomposition has it.
    double alone = 0;
};

/// The change of a score as the mix of each attribute, and the answers.
///
/// Checked:    tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
struct mix_attribution_result {
    double before = 0;
    double after = 0;
    /// after - before = sum of the attributes + rate
    change_part change = {};
    /// In the order given.
    std::vector<attribute_mix> attributes = {};
    /// Of the full table: the sum of the attributes, and what the answers did within its cells.
    change_part mix = {};
    change_part rate = {};
    /// Different cells.
    std::size_t cells = 0;
    std::int64_t n_before = 0;
    std::int64_t n_after = 0;
    double level = 0;
    /// "sample_weights" or "population_weights"
    std::string_view method = {};
};

namespace detail {

inline constexpr std::size_t most_mix_attributes = 12;

/// The mix effect of the table folded onto the attributes of a set: `group[j]` is the place of cell
/// j there. Adds `times` its derivatives.
class folded_mix {
public:
    folded_mix(const mix_pair& cells, const std::vector<std::size_t>& group, std::size_t groups)
        : cells_(cells), group_(group), x_(groups), y_(groups) {
        for (std::size_t j = 0; j < group.size(); ++j) {
            x_[group[j]].add(cells.before, j);
            y_[group[j]].add(cells.after, j);
        }
        running_sum sum;
        for (std::size_t g = 0; g < groups; ++g) {
            sum.add((y_[g].weight - x_[g].weight) * middle(g));
        }
        value = sum.value();
    }

    double value = 0;

    void differentiate(double times, mix_derivatives& before, mix_derivatives& after) const {
        for (std::size_t j = 0; j < group_.size(); ++j) {
            const std::size_t g = group_[j];
            const double moved = y_[g].weight - x_[g].weight;
            add(x_[g], cells_.before, j, -times * middle(g), times * moved * part(x_[g], y_[g]),
                before);
            add(y_[g], cells_.after, j, times * middle(g), times * moved * part(y_[g], x_[g]),
                after);
        }
    }

private:
    struct fold {
        double weight = 0;
        double sum = 0;

        void add(const mix_period& period, std::size_t j) {
            weight += period.weight[j];
            sum += period.weight[j] * period.mean[j];
        }
        [[nodiscard]] double mean() const { return weight > 0 ? sum / weight : 0; }
    };

    [[nodiscard]] static double part(const fold& own, const fold& other) {
        return !(own.weight > 0) ? 0 : other.weight > 0 ? 0.5 : 1;
    }
    [[nodiscard]] double middle(std::size_t g) const {
        return part(x_[g], y_[g]) * x_[g].mean() + part(y_[g], x_[g]) * y_[g].mean();
    }
    /// By the weight of a cell: through that of its group, and through the mean of the group.
    static void add(const fold& own, const mix_period& period, std::size_t j, double by_weight,
                    double by_mean, mix_derivatives& into) {
        if (!(own.weight > 0)) {
            return;
        }
        into.weight[j] += by_weight + by_mean * (period.mean[j] - own.mean()) / own.weight;
        into.mean[j] += by_mean * period.weight[j] / own.weight;
    }

    const mix_pair& cells_;
    const std::vector<std::size_t>& group_;
    std::vector<fold> x_;
    std::vector<fold> y_;
};

} // namespace detail

/// Splits the mix effect of a table of several attributes (channel, region, ...) over the attributes.
///
/// Formula:    v(A) = the total mix effect of score_decomposition on the table folded onto the
///             attributes A: the sum over its cells of (w_1 - w_0) (s_0 + s_1) / 2; v of none is 0.
///             The part of attribute i is its Shapley value, the mean over all orders of
///             v(A and i) - v(A), A those before i. They sum to v of all; rate is the rest of the
///             change. Standard errors: delta method, as score_decomposition.
/// Scale:      [-2, 2].
/// Assumes:    as score_decomposition. Cells may be sparse, but where many are empty in one period
///             what looks like mix is chance: fold the attributes that matter least.
/// Not for:    the rate part of an attribute: answers change within cells, in no attribute's name.
/// Degenerate: one attribute has the mix of score_decomposition; an attribute with one value has 0.
///             Cells of equal values are one.
/// Throws:     invalid_input: as score_decomposition, no attributes or more than 12, cells with
///             another number of values; undefined_result: no answers in a period.
/// Cost:       O(2^attributes attributes cells); 5 attributes, 1,000 cells: 30 ms.
/// Source:     Shorrocks (2013), doi:10.1007/s10888-011-9214-z;
///             Kitagawa (1955), doi:10.1080/01621459.1955.10501299
/// Checked:    tests/reference/mix_attribution.csv (fractions, all orders); bootstrap in
///             tests/monitor/score_decomposition_test.cpp
/// Example:    examples/monitor_why.cpp
[[nodiscard]] inline mix_attribution_result
mix_attribution(const std::vector<std::string>& attributes,
                const std::vector<attribute_cell>& cells,
                const score_decomposition_options& options = {}) {
    constexpr std::string_view self = "mix_attribution";
    detail::require_level(options.level, self);
    const std::size_t d = attributes.size();
    detail::require(d >= 1 && d <= detail::most_mix_attributes, self, "attributes.size()", d,
                    "must be in [1, 12]");
    std::vector<category_counts> before;
    std::vector<category_counts> after;
    for (std::size_t j = 0; j < cells.size(); ++j) {
        detail::require(cells[j].values.size() == d, self,
                        "cells[" + detail::to_text(j) + "].values.size()", cells[j].values.size(),
                        "must be the number of attributes");
        before.push_back(cells[j].before);
        after.push_back(cells[j].after);
    }
    mix_attribution_result result{.n_before = detail::mix_answers(before, "cells", "before", self),
                                  .n_after = detail::mix_answers(after, "cells", "after", self),
                                  .level = options.level,
                                  .method = options.weights_before.empty() ? "sample_weights"
                                                                           : "population_weights"};
    detail::require(options.weights_before.empty() == options.weights_after.empty(), self,
                    "weights_after.size()", options.weights_after.size(),
                    "must be given where weights_before is, and only there");
    auto known_before = detail::mix_weights(options.weights_before, before, "weights_before", self);
    auto known_after = detail::mix_weights(options.weights_after, after, "weights_after", self);

    // Cells of equal values are one.
    std::map<std::vector<std::string>, std::size_t> places;
    std::vector<std::size_t> first;
    for (std::size_t j = 0; j < cells.size(); ++j) {
        const auto [at, is_new] = places.emplace(cells[j].values, first.size());
        const std::size_t to = at->second;
        const auto merge = [&](auto& values) {
            if (values.empty()) {
                return;
            }
            if (is_new) {
                values[to] = values[j];
            } else {
                values[to] += values[j];
            }
        };
        merge(before);
        merge(after);
        merge(known_before);
        merge(known_after);
        if (is_new) {
            first.push_back(j);
        }
    }
    const std::size_t size = first.size();
    before.resize(size);
    after.resize(size);
    known_before.resize(known_before.empty() ? 0 : size);
    known_after.resize(known_after.empty() ? 0 : size);
    result.cells = size;
    const detail::mix_pair pair{
        detail::mix_period(before, known_before, detail::mix_score, result.n_before),
        detail::mix_period(after, known_after, detail::mix_score, result.n_after)};
    const detail::mix_limits limits{options.level, normal_critical_value(options.level), 2,
                                    result.n_before + result.n_after};
    const decomposed_change whole = detail::decompose_change(pair, limits);
    result.before = whole.before;
    result.after = whole.after;
    result.change = whole.change;
    result.mix = whole.mix;
    result.rate = whole.rate;

    // (|A| - 1)! (d - |A|)! / d! of a set that holds the attribute: 1 / (d binomial(d-1, |A|-1)).
    std::vector<double> share(d + 1);
    double binomial = 1;
    for (std::size_t k = 1; k <= d; ++k) {
        share[k] = 1 / (static_cast<double>(d) * binomial);
        binomial = binomial * static_cast<double>(d - k) / static_cast<double>(k);
    }
    std::vector<running_sum> values(d);
    const detail::mix_derivatives none{std::vector<double>(size), std::vector<double>(size)};
    std::vector<detail::mix_derivatives> by_x(d, none);
    std::vector<detail::mix_derivatives> by_y(d, none);
    result.attributes.resize(d);
    std::vector<std::size_t> group(size);
    for (std::size_t set = 1; set < std::size_t{1} << d; ++set) {
        std::map<std::vector<std::string>, std::size_t> groups;
        for (std::size_t j = 0; j < size; ++j) {
            std::vector<std::string> key;
            for (std::size_t i = 0; i < d; ++i) {
                if (set >> i & 1) {
                    key.push_back(cells[first[j]].values[i]);
                }
            }
            group[j] = groups.emplace(std::move(key), groups.size()).first->second;
        }
        const detail::folded_mix folded(pair, group, groups.size());
        const auto members = static_cast<std::size_t>(std::popcount(set));
        for (std::size_t i = 0; i < d; ++i) {
            const bool in = (set >> i & 1) != 0;
            const double times = in ? share[members] : -share[members + 1];
            values[i].add(times * folded.value);
            folded.differentiate(times, by_x[i], by_y[i]);
            if (in && members == 1) {
                result.attributes[i].alone = folded.value;
            }
        }
    }
    for (std::size_t i = 0; i < d; ++i) {
        result.attributes[i].name = attributes[i];
        result.attributes[i].mix =
            detail::mix_part(values[i].value(),
                             pair.before.variance(by_x[i].weight, by_x[i].mean) +
                                 pair.after.variance(by_y[i].weight, by_y[i].mean),
                             limits);
    }
    return result;
}

} // namespace nps::inline v0

// SPDX-License-Identifier: Apache-2.0
/// @file
/// How sure is the importance of a driver, its lead over another, and its rank: by the bootstrap.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/result.hpp>
#include <nps/count/cross_products.hpp>
#include <nps/model/detail/importance_statistic.hpp>
#include <nps/model/detail/product_replicates.hpp>
#include <nps/model/importance.hpp>
#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/bootstrap_result.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

/// Options of importance_bootstrap.
///
/// Checked:    tests/model/importance_bootstrap_test.cpp
/// Example:    examples/drivers.cpp
struct importance_bootstrap_options {
    /// Which measure, groups and controls. Drawn orders of entry are the same in each replicate.
    importance_options importance = {};
    /// From 2 to 2^32 - 1.
    std::int64_t replicates = 1'000;
    std::uint64_t seed = 1;
    /// 0: all that the machine has. The replicates do not depend on it.
    unsigned threads = 1;
    /// A name for each item; empty: "item 1", "item 2" and so on.
    std::vector<std::string> names = {};
    /// How often each row was seen: equals repeating the row. Empty: once.
    std::vector<std::int64_t> frequency_weights = {};
    /// How many people of the population each row stands for; drawn with its row. Empty: all alike.
    std::vector<double> sampling_weights = {};
    /// A label for each row: whole clusters are drawn. Empty: single rows are.
    std::vector<std::int64_t> clusters = {};
    /// A label for each row: rows (or clusters) are drawn within their stratum. Empty: one stratum.
    std::vector<std::int64_t> strata = {};
    /// What bca needs; `automatic` where rows or clusters are at most as many as replicates.
    nps::jackknife jackknife = nps::jackknife::automatic;
    /// Called by the calling thread, between rounds, with how many replicates and units of the
    /// jackknife are done and how many there will be; `false` ends the work. At most 50 times during
    /// the replicates, and at most 50 times during the jackknife.
    std::function<bool(std::int64_t done, std::int64_t total)> progress = {};
};

/// The ranks that a driver may have, 1 being the most important.
///
/// Checked:    tests/model/importance_bootstrap_test.cpp
/// Example:    examples/drivers.cpp
struct rank_interval {
    /// In the data; drivers of equal value share the mean of their ranks.
    double estimated = 0;
    std::int64_t best = 0;
    std::int64_t worst = 0;
    double level = 0;
    std::string_view method = {};
};

/// Replicates of the importance of each driver, with what can be asked of them.
///
/// Each bootstrap_result has the replicates, their standard error and bias, and the intervals: its
/// `interval()` is the percentile interval, `interval({.method = bootstrap_method::bca})` needs the
/// jackknife.
///
/// Checked:    tests/model/importance_bootstrap_test.cpp
/// Example:    examples/drivers.cpp
struct importance_bootstrap_result {
    /// Of the data themselves.
    nps::importance estimate = {};
    /// The value of each driver (column) in each replicate used (row), in the order of the streams.
    Eigen::MatrixXd replicates = {};
    /// R^2 of each replicate used.
    std::vector<double> r_squared_replicates = {};
    /// The part of the replicates in which driver i (row) had rank r + 1 (column r); a replicate in
    /// which drivers tie counts for each of their ranks in equal parts.
    Eigen::MatrixXd rank_probability = {};
    /// Rows left out because an item or the outcome was missing.
    std::int64_t dropped = 0;
    /// Replicates without an answer, left out: the outcome did not vary, or nothing explained it.
    std::int64_t degenerate = 0;
    /// Replicates used in which an item did not vary that does so in the data: its value is 0 there.
    std::int64_t with_constant_item = 0;
    /// Whether the progress callback stopped the work; the replicates are then the first of those
    /// asked for.
    bool cancelled = false;
    /// Which function made the replicates.
    std::string_view method = {};
    /// The pseudo R^2 of a logistic or ordinal model; empty for a linear one.
    std::string_view measure = {};
    /// Of a logistic or ordinal model: replicates used in which items of some subset separate the
    /// classes, and in which some fit did not converge.
    std::int64_t with_separation = 0;
    std::int64_t with_iteration_limit = 0;

    /// What bca needs of each quantity, where a jackknife was made.
    struct accelerations {
        std::vector<double> value = {};
        std::vector<double> share = {};
        Eigen::MatrixXd difference = {};
        double r_squared = 0;
    };
    std::optional<accelerations> acceleration = {};
    std::string_view why_no_acceleration = {};

    /// The part of R^2 that belongs to a driver.
    ///
    /// Throws:     invalid_input for a driver that there is not.
    [[nodiscard]] bootstrap_result value(std::size_t driver) const;
    /// The same divided by the sum of all drivers.
    [[nodiscard]] bootstrap_result share(std::size_t driver) const;
    /// The value of driver a minus that of driver b.
    [[nodiscard]] bootstrap_result difference(std::size_t a, std::size_t b) const;
    /// R^2 of the whole model.
    [[nodiscard]] bootstrap_result r_squared() const;

    /// The ranks between the (1 -+ level) / 2 quantiles of the replicates' ranks: those outside, on
    /// either side, hold at most (1 - level) / 2 of the replicates.
    ///
    /// Not for:    a joint statement about all drivers; each interval holds by itself.
    /// Throws:     invalid_input for a driver that there is not, or a level outside (0, 1).
    [[nodiscard]] nps::rank_interval rank_interval(std::size_t driver, double level = 0.95) const;

private:
    void require_driver(std::size_t driver, std::string_view argument) const {
        detail::require(
            std::cmp_less(driver, replicates.cols()), "importance_bootstrap_result", argument,
            driver, "must be below the number of drivers, " + std::to_string(replicates.cols()));
    }
    struct range {
        double lowest;
        double highest;
    };
    [[nodiscard]] bootstrap_result result_of(double of_data, std::vector<double> values,
                                             const double* its_acceleration, range limits) const;
    /// Whether values cannot be negative, and whether they are parts of R^2.
    [[nodiscard]] bool is_nonnegative() const {
        return estimate.method != "pratt" && measure != "tjur";
    }
    [[nodiscard]] bool is_part() const {
        return is_nonnegative() && estimate.method != "standardized_coefficient";
    }
};

namespace detail {

/// Which part of the replicates gives each driver (row) each rank (column); values that differ by
/// less than `tie` are equal but for rounding.
[[nodiscard]] inline Eigen::MatrixXd rank_probabilities(const Eigen::MatrixXd& values, double tie) {
    const auto drivers = static_cast<std::size_t>(values.cols());
    Eigen::MatrixXd result(values.cols(), values.cols());
    std::fill_n(result.data(), result.size(), 0.0);
    std::vector<Eigen::Index> order(drivers);
    for (Eigen::Index r = 0; r < values.rows(); ++r) {
        std::iota(order.begin(), order.end(), Eigen::Index{0});
        std::ranges::sort(order, [&](Eigen::Index a, Eigen::Index b) {
            return values(r, a) != values(r, b) ? values(r, a) > values(r, b) : a < b;
        });
        for (std::size_t first = 0, last = 0; first < drivers; first = last) {
            for (last = first + 1; last < drivers; ++last) {
                if (values(r, order[last - 1]) - values(r, order[last]) >= tie) {
                    break;
                }
            }
            for (std::size_t i = first; i < last; ++i) {
                for (std::size_t rank = first; rank < last; ++rank) {
                    result(order[i], static_cast<Eigen::Index>(rank)) +=
                        1 / static_cast<double>(last - first);
                }
            }
        }
    }
    for (double& part : std::span(result.data(), drivers * drivers)) {
        part /= static_cast<double>(values.rows());
    }
    return result;
}

/// `left_out` has the values of the drivers and R^2 with each unit left out.
[[nodiscard]] inline importance_bootstrap_result::accelerations
importance_accelerations(const product_sample& sample, const replicate_table& left_out,
                         std::size_t drivers) {
    importance_bootstrap_result::accelerations result;
    const std::size_t units = left_out.usable.size();
    std::vector<double> one(units);
    const auto of = [&](auto quantity) {
        for (std::size_t unit = 0; unit < units; ++unit) {
            one[unit] = quantity(left_out.row(unit));
        }
        return product_acceleration(sample, one);
    };
    result.difference.resize(static_cast<Eigen::Index>(drivers),
                             static_cast<Eigen::Index>(drivers));
    for (std::size_t j = 0; j < drivers; ++j) {
        result.value.push_back(of([&](auto row) { return row[j]; }));
        result.share.push_back(
            of([&](auto row) { return row[j] / sum_of_values(row.first(drivers)); }));
        const auto b = static_cast<Eigen::Index>(j);
        result.difference(b, b) = 0;
        for (std::size_t i = 0; i < j; ++i) {
            const auto a = static_cast<Eigen::Index>(i);
            result.difference(a, b) = of([&](auto row) { return row[i] - row[j]; });
            result.difference(b, a) = -result.difference(a, b);
        }
    }
    result.r_squared = of([&](auto row) { return row[drivers]; });
    return result;
}

/// Fills the parts of a result that come from the replicates: in each row of the table the values of
/// the drivers, R^2 and how many items do not vary, which in the data are `constant_items`.
inline void take_importance_replicates(const replicate_table& table, double constant_items,
                                       double tie, importance_bootstrap_result& result) {
    const std::size_t drivers = result.estimate.value.size();
    const std::string_view function = result.method;
    if (table.usable.size() < 2) {
        throw_undefined(function, "cancelled before two replicates were made");
    }
    std::vector<std::size_t> used;
    for (std::size_t r = 0; r < table.usable.size(); ++r) {
        if (table.usable[r] != 0) {
            used.push_back(r);
        }
    }
    result.degenerate = std::ssize(table.usable) - std::ssize(used);
    if (used.size() < 2) {
        throw_undefined(function, "fewer than two replicates in which anything explains the "
                                  "outcome");
    }
    result.replicates.resize(std::ssize(used), static_cast<Eigen::Index>(drivers));
    for (std::size_t r = 0; r < used.size(); ++r) {
        const std::span<const double> row = table.row(used[r]);
        for (std::size_t j = 0; j < drivers; ++j) {
            result.replicates(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(j)) = row[j];
        }
        result.r_squared_replicates.push_back(row[drivers]);
        result.with_constant_item += row[drivers + 1] > constant_items ? 1 : 0;
    }
    result.rank_probability = rank_probabilities(result.replicates, tie);
}

[[nodiscard]] inline importance_bootstrap_result
bootstrap_importance(const product_sample& sample, const cross_products& xy,
                     const importance_bootstrap_options& options, std::string_view function) {
    const importance_statistic statistic(options.importance, sample.names, function);
    const std::size_t drivers = statistic.drivers();
    const std::size_t outputs = statistic.outputs();
    std::vector<double> of_data(outputs);
    importance_statistic of_all = statistic;
    if (!of_all(sample.original_products(), of_data)) {
        throw_undefined(function, "no item explains anything of the outcome");
    }
    const bool accelerated = sample.wants_jackknife(options.jackknife, options.replicates);
    product_progress progress{.call = options.progress, .total = options.replicates};
    progress.total += accelerated ? static_cast<std::int64_t>(sample.plan.units()) : 0;
    const replicate_table table = product_replicates(sample, options.replicates, options.seed,
                                                     options.threads, outputs, statistic, progress);
    importance_bootstrap_result result{.estimate = relative_importance(xy, options.importance),
                                       .dropped = sample.dropped,
                                       .method = function};
    // The tie is the bound of relative_importance.
    take_importance_replicates(table, of_data[drivers + 1], 1e-12, result);
    result.why_no_acceleration =
        "needs the jackknife: ask for it with .jackknife = nps::jackknife::always";
    if (accelerated) {
        const replicate_table left_out =
            product_jackknife(sample, options.threads, outputs, statistic, progress);
        if (progress.cancelled()) {
            result.why_no_acceleration = "needs the jackknife, and the work was cancelled";
        } else if (std::ranges::count(left_out.usable, 0) == 0) {
            result.acceleration = importance_accelerations(sample, left_out, drivers);
        } else {
            result.why_no_acceleration = "needs the jackknife, and with some row or cluster left "
                                         "out nothing explains the outcome";
        }
    }
    result.cancelled = progress.cancelled();
    return result;
}

} // namespace detail

inline bootstrap_result importance_bootstrap_result::result_of(double of_data,
                                                               std::vector<double> values,
                                                               const double* its_acceleration,
                                                               range limits) const {
    bootstrap_result result;
    result.estimate = of_data;
    result.n = estimate.n;
    result.method = method;
    result.cancelled = cancelled;
    result.values = std::move(values);
    if (its_acceleration != nullptr) {
        result.acceleration = *its_acceleration;
    }
    result.why_no_acceleration = why_no_acceleration;
    result.lowest = limits.lowest;
    result.highest = limits.highest;
    detail::summarise(result);
    return result;
}

inline bootstrap_result importance_bootstrap_result::value(std::size_t driver) const {
    require_driver(driver, "driver");
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double* const column = &replicates(0, static_cast<Eigen::Index>(driver));
    return result_of(estimate.value[driver], {column, column + replicates.rows()},
                     acceleration ? &acceleration->value[driver] : nullptr,
                     {is_nonnegative() ? 0 : -infinity, is_part() ? 1 : infinity});
}

inline bootstrap_result importance_bootstrap_result::share(std::size_t driver) const {
    require_driver(driver, "driver");
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<double> values;
    for (Eigen::Index r = 0; r < replicates.rows(); ++r) {
        double sum = 0;
        for (Eigen::Index j = 0; j < replicates.cols(); ++j) {
            sum += replicates(r, j);
        }
        values.push_back(replicates(r, static_cast<Eigen::Index>(driver)) / sum);
    }
    return result_of(estimate.share[driver], std::move(values),
                     acceleration ? &acceleration->share[driver] : nullptr,
                     is_nonnegative() ? range{0, 1} : range{-infinity, infinity});
}

inline bootstrap_result importance_bootstrap_result::difference(std::size_t a,
                                                                std::size_t b) const {
    require_driver(a, "a");
    require_driver(b, "b");
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto i = static_cast<Eigen::Index>(a);
    const auto j = static_cast<Eigen::Index>(b);
    std::vector<double> values;
    for (Eigen::Index r = 0; r < replicates.rows(); ++r) {
        values.push_back(replicates(r, i) - replicates(r, j));
    }
    return result_of(estimate.value[a] - estimate.value[b], std::move(values),
                     acceleration ? &acceleration->difference(i, j) : nullptr,
                     is_part() ? range{-1, 1} : range{-infinity, infinity});
}

inline bootstrap_result importance_bootstrap_result::r_squared() const {
    return result_of(estimate.r_squared, r_squared_replicates,
                     acceleration ? &acceleration->r_squared : nullptr,
                     {measure == "tjur" ? -1.0 : 0.0, 1});
}

inline rank_interval importance_bootstrap_result::rank_interval(std::size_t driver,
                                                                double level) const {
    require_driver(driver, "driver");
    detail::require_level(level, "importance_bootstrap_result::rank_interval");
    const auto part_of = [&](std::int64_t rank) {
        return rank_probability(static_cast<Eigen::Index>(driver), rank - 1);
    };
    // A rounding of the probabilities, or of the level, must not decide.
    const double tail = (1 - level) / 2 + 1e-12;
    nps::rank_interval result{.estimated = estimate.rank[driver],
                              .best = 1,
                              .worst = rank_probability.cols(),
                              .level = level,
                              .method = "percentile"};
    for (double beyond = part_of(1); beyond <= tail && result.best < result.worst;
         beyond += part_of(result.best)) {
        ++result.best;
    }
    for (double beyond = part_of(result.worst); beyond <= tail && result.worst > result.best;
         beyond += part_of(result.worst)) {
        --result.worst;
    }
    return result;
}

/// Bootstrap of the importance of drivers: rows (or clusters) are drawn with replacement, within
/// strata if there are any, and the importance is computed anew.
///
/// A replicate is never a copy of the rows: they are counted, and the cross-products are summed
/// with the counts as weights; for small whole numbers (ratings) exactly.
///
/// Formula:    replicate r draws with random_stream(seed, r, random_purpose::resample), as
///             nps::bootstrap does; with frequency weights and no clusters the counts of the n
///             copies are one multinomial draw in each stratum, in the order of rows.
/// Assumes:    rows (or clusters) are independent, identically distributed within their stratum.
/// Not for:    proving that a driver matters at all: values of decompositions of R^2 are above 0 by
///             construction and biased upwards, most where the truth is near 0; an interval that
///             does not reach 0 is no test. See docs/importance_coverage for how often intervals
///             hold the truth. Not for a cause.
/// Degenerate: a replicate without an answer (the outcome does not vary, R^2 is 0) is counted in
///             `degenerate` and left out; one in which an item does not vary is used, with 0 for
///             it, and counted. Replicates that tie share their ranks. One row in every stratum:
///             all replicates equal the estimate.
/// Throws:     invalid_input; undefined_result for fewer than two complete rows, no items, an
///             outcome that does not vary or that nothing explains, fewer than two replicates with
///             an answer, or work cancelled before two were made; what `progress` throws.
/// Cost:       for ratings with a range up to 31, a replicate reads p + 2 bytes a row; see
///             docs/importance_bootstrap.md. Memory: the packed rows, replicates times drivers, and
///             with a jackknife rows times drivers.
/// Source:     Gromping (2006), doi:10.18637/jss.v017.i01; Davison and Hinkley (1997), chapters 2
///             and 5, ISBN 9780521574716
/// Checked:    each replicate against importance of the copied rows, against enumeration of all
///             resamples and R (tests/model/importance_bootstrap_test.cpp)
/// Example:    examples/drivers.cpp
template <class Items, class Outcome>
[[nodiscard]] importance_bootstrap_result
importance_bootstrap(const Eigen::DenseBase<Items>& items, const Eigen::DenseBase<Outcome>& outcome,
                     const importance_bootstrap_options& options = {}) {
    constexpr std::string_view self = "importance_bootstrap";
    const detail::product_sample sample =
        detail::make_product_sample(items, outcome, options, self);
    const cross_products xy(items, outcome,
                            {.names = options.names,
                             .frequency_weights = options.frequency_weights,
                             .sampling_weights = options.sampling_weights});
    return detail::bootstrap_importance(sample, xy, options, self);
}

} // namespace nps::inline v0

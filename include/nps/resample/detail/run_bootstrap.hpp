// SPDX-License-Identifier: Apache-2.0
/// @file
/// The work that bootstrap and bootstrap_weighted share: replicates and jackknife in blocks, the
/// progress callback, and the results of one or several outputs.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/numeric/parallel.hpp>
#include <nps/numeric/sums.hpp>
#include <nps/resample/bootstrap_options.hpp>
#include <nps/resample/bootstrap_result.hpp>
#include <nps/resample/detail/bca.hpp>
#include <nps/resample/detail/ties.hpp>
#include <nps/resample/resample_plan.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nps::inline v0::detail {

/// A number (not a character or a truth value, as for scores), or one with its standard error.
template <class T>
concept single_output = std::same_as<std::remove_cvref_t<T>, studentised_value> ||
    std::floating_point<std::remove_cvref_t<T>> || integral_score<std::remove_cvref_t<T>>;

/// A number, a studentised_value, or a range of either.
template <class T>
concept statistic_output = single_output<T> ||
    (std::ranges::input_range<T>&& single_output<std::ranges::range_value_t<T>>);

/// What a statistic gave: an entry for each of its outputs.
struct statistic_values {
    std::vector<double> values;
    std::vector<double> errors; // empty where the statistic has none

    void add(double value) { values.push_back(value); }
    void add(const studentised_value& output) {
        values.push_back(output.value);
        errors.push_back(output.standard_error);
    }

    template <statistic_output Output>
    void read(Output&& output) {
        values.clear();
        errors.clear();
        if constexpr (std::same_as<std::remove_cvref_t<Output>, studentised_value>) {
            add(output);
        } else if constexpr (single_output<Output>) {
            add(static_cast<double>(output));
        } else {
            for (auto&& one : output) {
                if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(one)>>) {
                    add(static_cast<double>(one));
                } else {
                    add(one);
                }
            }
        }
    }

    [[nodiscard]] bool usable() const {
        // The bound keeps squares and their sums finite.
        const auto fits = [](double x) { return std::abs(x) <= 1e150; };
        return std::ranges::all_of(values, fits) &&
               std::ranges::all_of(errors, [&](double error) { return error >= 0 && fits(error); });
    }

    /// Throws unless there are `outputs` of them, usable; `sample` and `index` say of which sample.
    void check(std::string_view function, std::string_view sample, std::size_t index,
               std::size_t outputs) const {
        if (values.size() == outputs && usable()) {
            return;
        }
        const std::string which = " of " + std::string(sample) + " " + std::to_string(index);
        require(values.size() == outputs, function, "outputs" + which, values.size(),
                "must be " + std::to_string(outputs) + ", as for the data");
        for (const double value : values) {
            require(std::abs(value) <= 1e150, function, "statistic" + which, value,
                    "must be finite and within 1e150 of 0");
        }
        for (const double error : errors) {
            require(error >= 0 && error <= 1e150, function, "standard error" + which, error,
                    "must be finite and not negative");
        }
    }
};

/// Runs evaluations of the statistic in blocks, counts them for the callback, and keeps the buffers
/// of each worker, which are large where there are many rows.
template <class Sample>
class bootstrap_work {
public:
    bootstrap_work(const bootstrap_options& options, std::size_t total)
        : options_(options), total_(total),
          samples_(worker_count(options.replicates, options.threads)) {}

    [[nodiscard]] const bootstrap_options& options() const { return options_; }
    /// Whether the callback ended the work while some was left.
    [[nodiscard]] bool cancelled() const { return done_ < total_; }

    /// Cuts `count` evaluations into blocks, and those into rounds with the callback between them;
    /// the cut does not depend on the threads. Calls `body(sample, first, last)`; returns how many
    /// were made.
    template <class Body>
    std::size_t run(std::size_t count, Body body) {
        const std::size_t size =
            (std::min)((std::max)(count / 1024, std::size_t{1}), std::size_t{64});
        const std::size_t blocks = (count + size - 1) / size;
        const std::size_t round = options_.progress ? (blocks + 49) / 50 : blocks;
        std::size_t made = 0;
        for (std::size_t from = 0; from < blocks && !stopped_; from += round) {
            const std::size_t to = (std::min)(from + round, blocks);
            for_each_block(
                static_cast<std::int64_t>(to - from), static_cast<unsigned>(samples_.size()),
                [&](std::int64_t block, std::size_t worker) {
                    const std::size_t first = (from + static_cast<std::size_t>(block)) * size;
                    body(samples_[worker], first, (std::min)(first + size, count));
                });
            const std::size_t now = (std::min)(to * size, count);
            done_ += now - made;
            made = now;
            stopped_ = options_.progress && !options_.progress(static_cast<std::int64_t>(done_),
                                                               static_cast<std::int64_t>(total_));
        }
        return made;
    }

private:
    const bootstrap_options& options_;
    std::size_t total_;
    std::size_t done_ = 0;
    bool stopped_ = false;
    std::vector<Sample> samples_;
};

/// The acceleration from the statistic with each unit left out, `left_out` in the order of units.
///
/// With strata, influence values are divided by the size of their stratum: the statistic's third
/// moment is sum_s n_s^-3 sum l^3, its variance sum_s n_s^-2 sum l^2.
///
/// Source:     Efron and Tibshirani (1993), equation 14.15, ISBN 9780412042317; Davison and Hinkley
///             (1997), section 5.3, ISBN 9780521574716
[[nodiscard]] inline double jackknife_acceleration(const resample_plan& plan,
                                                   std::span<const double> left_out) {
    std::vector<double> influence(left_out.size(), 0.0);
    for (std::size_t stratum = 0; stratum < plan.strata(); ++stratum) {
        const std::size_t first = plan.first_unit(stratum);
        const std::size_t units = plan.units_of(stratum);
        if (units < 2) {
            continue; // it never varies
        }
        const std::span<const double> values = left_out.subspan(first, units);
        const auto [least, largest] = std::ranges::minmax(values);
        if (are_tied(least, largest)) {
            continue; // the skewness of their rounding says nothing
        }
        const double mean = mean_of(values);
        const double factor = static_cast<double>(units - 1) / static_cast<double>(units);
        for (std::size_t unit = first; unit < first + units; ++unit) {
            influence[unit] = factor * (mean - left_out[unit]);
        }
    }
    return acceleration(influence);
}

/// Each output with each unit left out; empty where the callback stopped the work, or where an
/// automatic jackknife met a sample without a finite value.
template <class Sample, class Statistic>
[[nodiscard]] std::vector<std::vector<double>>
jackknife_values(std::string_view function, const resample_plan& plan, Statistic& statistic,
                 std::size_t outputs, bootstrap_work<Sample>& work) {
    const bool must = work.options().jackknife == jackknife::always;
    std::vector<std::vector<double>> left_out(outputs, std::vector<double>(plan.units(), 0.0));
    const std::size_t made =
        work.run(plan.units(), [&](Sample& sample, std::size_t first, std::size_t last) {
            statistic_values found;
            for (std::size_t unit = first; unit < last; ++unit) {
                if (plan.is_alone(unit)) {
                    continue;
                }
                found.read(statistic(sample.leave_out(plan, unit)));
                if (must || found.values.size() != outputs) {
                    found.check(function, "sample without unit", unit, outputs);
                }
                const bool usable = found.usable();
                for (std::size_t k = 0; k < outputs; ++k) {
                    left_out[k][unit] =
                        usable ? found.values[k] : std::numeric_limits<double>::quiet_NaN();
                }
            }
        });
    const bool complete = made == plan.units() && std::ranges::none_of(left_out, [](const auto& v) {
                              return std::ranges::any_of(v, [](double x) { return std::isnan(x); });
                          });
    return complete ? left_out : std::vector<std::vector<double>>{};
}

/// `Sample` makes what the statistic is called with: it has original(plan), resample(plan, seed,
/// replicate) and leave_out(plan, unit), each giving a span into its buffers.
template <class Sample, class Statistic>
[[nodiscard]] std::vector<bootstrap_result> run_bootstrap(std::string_view function, std::size_t n,
                                                          Statistic& statistic,
                                                          const bootstrap_options& options) {
    if (n == 0) {
        throw_undefined(function, "no rows");
    }
    require(options.replicates >= 2 && options.replicates < std::int64_t{1} << 32, function,
            "replicates", options.replicates, "must be in [2, 2^32)");
    require(!std::isnan(options.highest), function, "highest", options.highest, "must be a number");
    require(options.lowest <= options.highest, function, "lowest", options.lowest,
            "must not be above highest");
    require(options.jackknife <= jackknife::never, function, "jackknife",
            static_cast<int>(options.jackknife), "must be automatic, always or never");
    require(n <= static_cast<std::uint64_t>(largest_count), function, "n", n,
            "must be 2^53 or less");
    const resample_plan plan(function, n, options);
    const auto replicates = static_cast<std::size_t>(options.replicates);
    const bool jackknifed =
        options.jackknife == jackknife::always ||
        (options.jackknife == jackknife::automatic && plan.units() <= replicates);

    statistic_values of_data;
    of_data.read(statistic(Sample().original(plan)));
    const std::size_t outputs = of_data.values.size();
    require(outputs > 0, function, "outputs of the statistic", outputs, "must be 1 or more");
    of_data.check(function, "sample", 0, outputs);
    const bool has_errors = !of_data.errors.empty();
    for (const double estimate : of_data.values) {
        const bool within = (options.lowest <= estimate && estimate <= options.highest) ||
                            are_tied(estimate, options.lowest) ||
                            are_tied(estimate, options.highest);
        if (!within) {
            throw_invalid(function, "estimate", estimate,
                          "must be within [lowest, highest] = [" + to_text(options.lowest) + ", " +
                              to_text(options.highest) + "]");
        }
    }

    std::vector<bootstrap_result> results(outputs);
    for (std::size_t k = 0; k < outputs; ++k) {
        results[k].estimate = of_data.values[k];
        results[k].n = static_cast<std::int64_t>(n);
        results[k].method = function;
        results[k].values.resize(replicates);
        results[k].lowest = options.lowest;
        results[k].highest = options.highest;
        if (has_errors) {
            results[k].estimate_standard_error = of_data.errors[k];
            results[k].value_standard_errors.resize(replicates);
        }
    }

    bootstrap_work<Sample> work(options, replicates + (jackknifed ? plan.units() : 0));
    const std::size_t made =
        work.run(replicates, [&](Sample& sample, std::size_t first, std::size_t last) {
            statistic_values found;
            for (std::size_t r = first; r < last; ++r) {
                found.read(
                    statistic(sample.resample(plan, options.seed, static_cast<std::uint32_t>(r))));
                found.check(function, "replicate", r, outputs);
                for (std::size_t k = 0; k < outputs; ++k) {
                    results[k].values[r] = found.values[k];
                    if (has_errors) {
                        results[k].value_standard_errors[r] = found.errors[k];
                    }
                }
            }
        });
    if (made < 2) {
        throw_undefined(function, "cancelled before two replicates were made");
    }
    if (jackknifed) {
        const std::vector<std::vector<double>> left_out =
            jackknife_values<Sample>(function, plan, statistic, outputs, work);
        for (std::size_t k = 0; k < left_out.size(); ++k) {
            results[k].acceleration = jackknife_acceleration(plan, left_out[k]);
        }
    }
    const std::string_view reason =
        options.jackknife == jackknife::never
            ? "needs the jackknife, which .jackknife = nps::jackknife::never left out"
        : !jackknifed ? "needs the jackknife, made for at most as many rows or clusters as "
                        "replicates unless .jackknife = nps::jackknife::always asks for it"
        : work.cancelled()
            ? "needs the jackknife, and the callback ended the work before it was done"
            : "needs the jackknife, and the statistic has no usable value with some "
              "row or cluster left out";
    for (bootstrap_result& result : results) {
        if (!result.acceleration) {
            result.why_no_acceleration = reason;
        }
        result.values.resize(made);
        result.value_standard_errors.resize(has_errors ? made : 0);
        result.cancelled = work.cancelled();
        summarise(result);
    }
    return results;
}

} // namespace nps::inline v0::detail

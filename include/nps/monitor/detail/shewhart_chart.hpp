// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the Shewhart charts of a score, a share and a rate have in common.
#pragma once

#include <nps/core/error.hpp>
#include <nps/monitor/chart_result.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/roots.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

struct shewhart_options {
    chart_limits limits;
    double false_alarm_rate;
    chart_spread spread;
    std::size_t reference_periods;
    bool known;
};

[[nodiscard]] inline std::string chart_place(std::string_view function, std::size_t period) {
    return std::string(function) + ": period " + to_text(period);
}

/// Checks a period, and adds it where it is one of the reference.
template <class Counts>
void add_chart_period(Counts& reference, const Counts& counts, bool is_reference,
                      std::size_t period, std::string_view function) {
    const std::string place = chart_place(function, period);
    require_counts(counts, place);
    if (is_reference) {
        require_count(reference.n() + counts.n(), place, "answers up to here");
        reference += counts;
    }
}

/// As totals: counts, or a sum of answers. Inside are the totals that are no alarm.
struct exact_limits {
    double lower;
    double upper;
};

/// Limits of a count in [0, most] from P(X <= k) and P(X > k): at most `tail` outside on each side,
/// a probability within 1e-12 of it counting as equal, so that rounding decides no tie.
template <class Cdf, class UpperTail>
[[nodiscard]] exact_limits exact_count_limits(double tail, std::int64_t most, double mean,
                                              double sd, Cdf cdf, UpperTail upper_tail) {
    const double z = normal_upper_quantile(tail);
    const auto guess = [&](double at) {
        return static_cast<std::int64_t>(std::clamp(at, 0.0, static_cast<double>(most)));
    };
    const double enough = tail * (1 + 1e-12);
    const std::int64_t lower =
        find_first([&](std::int64_t k) { return cdf(static_cast<double>(k)) > enough; }, 0, most,
                   guess(mean - z * sd));
    const std::int64_t upper =
        find_first([&](std::int64_t k) { return upper_tail(static_cast<double>(k)) <= enough; }, 0,
                   most, guess(mean + z * sd));
    return {static_cast<double>(lower), static_cast<double>(upper)};
}

class shewhart_chart {
public:
    shewhart_chart(const shewhart_options& options, double least, std::optional<double> most,
                   std::size_t periods, std::string_view self)
        : options_(options), least_(least), most_(most), self_(self) {
        require(options.false_alarm_rate >= 1e-12 && options.false_alarm_rate < 1, self,
                "false_alarm_rate", options.false_alarm_rate, "must be in [1e-12, 1)");
        require(options.spread == chart_spread::moving_range ||
                    options.spread == chart_spread::standard_deviation,
                self, "spread", static_cast<int>(options.spread),
                "must be moving_range or standard_deviation");
        require(options.reference_periods <= periods, self, "reference_periods",
                options.reference_periods, "must be at most the periods of the series");
        result_.method = method_name();
        reference_ = options.reference_periods == 0 ? periods : options.reference_periods;
        result_.points.reserve(periods);
    }

    [[nodiscard]] std::size_t reference_periods() const { return reference_; }

    void set_centre(double centre, std::int64_t n, double standard_error) {
        result_.centre = centre;
        result_.estimated = !options_.known;
        if (!options_.known) {
            result_.baseline_n = n;
            result_.baseline_standard_error = standard_error;
        }
    }

    /// `size` is what the total is divided by.
    void add(std::int64_t n, double size, double total, double standard_error) {
        chart_point point{.n = n, .value = result_.centre, .missing = !(size > 0)};
        if (!point.missing) {
            point.value = total / size;
            point.standard_error = standard_error;
            point.z = (point.value - result_.centre) / standard_error;
        }
        sizes_.push_back(size);
        totals_.push_back(total);
        result_.points.push_back(point);
    }

    template <class Exact>
    [[nodiscard]] control_chart finish(Exact exact) {
        find_spread();
        const double tail = options_.false_alarm_rate / 2;
        const double z = normal_upper_quantile(tail);
        const bool laney = options_.limits == chart_limits::laney;
        const double width = z * (laney ? result_.sigma_z : 1);
        for (std::size_t t = 0; t < result_.points.size(); ++t) {
            chart_point& point = result_.points[t];
            if (point.missing) {
                ++result_.missing;
                point.lower = least_;
                point.upper = most_ ? *most_ : result_.centre;
                continue;
            }
            if (options_.limits == chart_limits::exact) {
                const exact_limits inside = exact(point, tail);
                point.lower = inside.lower / sizes_[t];
                point.upper = inside.upper / sizes_[t];
                point.alarm = totals_[t] < inside.lower || totals_[t] > inside.upper;
            } else {
                const double margin = width * point.standard_error;
                point.lower = (std::max)(result_.centre - margin, least_);
                point.upper =
                    most_ ? (std::min)(result_.centre + margin, *most_) : result_.centre + margin;
                point.alarm = point.value < point.lower || point.value > point.upper;
            }
            result_.alarms += point.alarm ? 1 : 0;
        }
        result_.run_length = 1 / options_.false_alarm_rate;
        result_.run_length_one_error_off = off_by_one_error(z);
        return std::move(result_);
    }

private:
    [[nodiscard]] std::string_view method_name() const {
        switch (options_.limits) {
        case chart_limits::normal:
            return "normal";
        case chart_limits::exact:
            return "exact";
        case chart_limits::laney:
            return options_.spread == chart_spread::moving_range ? "laney_moving_range"
                                                                 : "laney_standard_deviation";
        }
        throw_invalid(self_, "limits", static_cast<int>(options_.limits),
                      "must be normal, exact or laney");
    }

    void find_spread() {
        std::vector<double> z;
        for (std::size_t t = 0; t < reference_; ++t) {
            if (!result_.points[t].missing) {
                z.push_back(result_.points[t].z);
            }
        }
        result_.reference_periods = z.size();
        const bool laney = options_.limits == chart_limits::laney;
        if (z.size() < 2) {
            if (laney) {
                throw_undefined(self_, "laney limits of fewer than 2 reference periods");
            }
            return;
        }
        double spread = 0;
        const double steps = static_cast<double>(z.size() - 1);
        if (options_.spread == chart_spread::moving_range) {
            running_sum ranges;
            for (std::size_t t = 1; t < z.size(); ++t) {
                ranges.add(std::abs(z[t] - z[t - 1]));
            }
            // E |Z - Z'| = 2 / sqrt(pi): the 1.128 of the tables.
            spread = ranges.value() / steps / (2 * std::numbers::inv_sqrtpi);
        } else {
            spread = std::sqrt(squared_deviations_of(z) / steps);
        }
        if (laney && !(spread > 0)) {
            throw_undefined(self_, "laney limits of reference periods without any spread");
        }
        result_.sigma_z = spread;
    }

    [[nodiscard]] double off_by_one_error(double z) const {
        std::vector<double> errors;
        for (const chart_point& point : result_.points) {
            if (!point.missing) {
                errors.push_back(point.standard_error);
            }
        }
        if (errors.empty() || options_.known) {
            return result_.run_length;
        }
        const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
        std::nth_element(errors.begin(), middle, errors.end());
        const double shift = result_.baseline_standard_error / *middle;
        return 1 / (normal_upper_tail(z - shift) + normal_upper_tail(z + shift));
    }

    shewhart_options options_;
    double least_;
    std::optional<double> most_;
    std::string_view self_;
    std::size_t reference_ = 0;
    std::vector<double> sizes_ = {};
    std::vector<double> totals_ = {};
    control_chart result_ = {};
};

} // namespace nps::inline v0::detail

// SPDX-License-Identifier: Apache-2.0
#include "watch.hpp"

#include <nps/monitor/control_chart.hpp>
#include <nps/monitor/cusum.hpp>

#include <algorithm>
#include <cmath>

namespace nps_monitor {
namespace {

// The first period that is watched: so many with answers, and so many answers, come before.
std::size_t first_watched(std::span<const nps::category_counts> series) {
    std::size_t observed = 0;
    std::int64_t answers = 0;
    std::size_t t = 0;
    for (; t < series.size() && (observed < learning_periods || answers < learning_answers); ++t) {
        observed += series[t].n() > 0 ? 1 : 0;
        answers += series[t].n();
    }
    return t;
}

// Where all answers are alike nothing can be told from chance.
double spread_of_periods(std::span<const nps::category_counts> series) {
    try {
        const auto chart = nps::score_chart(series, {.limits = nps::chart_limits::laney});
        return (std::max)(chart.sigma_z, 1.0);
    } catch (const nps::undefined_result&) {
        return 1;
    }
}

} // namespace

std::string_view name_of(watch_state state) {
    switch (state) {
    case watch_state::learning:
        return "learning";
    case watch_state::quiet:
        return "quiet";
    case watch_state::fall:
        return "fall";
    case watch_state::rise:
        break;
    }
    return "rise";
}

bool can_be_watched(std::span<const nps::category_counts> series) {
    const auto rest = series.subspan(first_watched(series));
    return std::ranges::any_of(rest, [](const auto& period) { return period.n() > 0; });
}

watched watch_series(std::span<const nps::category_counts> series, double limit) {
    watched result{.limit = limit};
    if (!can_be_watched(series)) {
        return result;
    }
    result.state = watch_state::quiet;
    result.sigma_z = spread_of_periods(series);
    const std::size_t first = first_watched(series);
    nps::category_counts past;
    for (const nps::category_counts& period : series.first(first)) {
        past += period;
    }
    nps::detail::cusum_side rise;
    nps::detail::cusum_side fall;
    nps::cusum_sum up{.since = static_cast<std::int64_t>(first)};
    nps::cusum_sum down = up;
    for (std::size_t t = first; t < series.size(); ++t) {
        const nps::category_counts& period = series[t];
        const auto next = static_cast<std::int64_t>(t) + 1;
        if (period.n() == 0) {
            up = rise.skip(next);
            down = fall.skip(next);
            continue;
        }
        // Answers are added as for the interval, so that unanimous ones have a spread.
        const nps::category_counts known = past + period;
        const double sd =
            std::sqrt(nps::detail::category_weights(known).plus(0.75, 1.5, 0.75).variance());
        const double error =
            std::sqrt(1 / static_cast<double>(period.n()) + 1 / static_cast<double>(past.n()));
        result.z = (nps::net_promoter_score(period).value - nps::net_promoter_score(past).value) /
                   (sd * result.sigma_z * error);
        up = rise.add(result.z - cusum_reference, limit, period, next);
        down = fall.add(-result.z - cusum_reference, limit, period, next);
        past = known;
        ++result.periods;
    }
    const bool falls = down.value > up.value;
    const nps::cusum_sum& larger = falls ? down : up;
    result.sum = larger.value;
    if (larger.value > limit) {
        result.state = falls ? watch_state::fall : watch_state::rise;
        result.since = static_cast<std::size_t>(larger.since);
        result.now = nps::net_promoter_score(larger.answers);
        result.before = nps::net_promoter_score(past - larger.answers);
    }
    return result;
}

} // namespace nps_monitor

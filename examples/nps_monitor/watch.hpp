// SPDX-License-Identifier: Apache-2.0
// The alarm: a self-starting two-sided CUSUM of each series.
//
// Each period is compared with the mean of all answers before it, and the difference divided by its
// standard error, that of the mean before included:
//
//     z_t = (s_t - S_t) / (sd c sqrt(1 / n_t + 1 / N_t))
//
// N_t answers with score S_t before period t, sd that of one answer. Where nothing changes the z_t are
// independent and standard normal, however short the history: no baseline is taken as known, and its
// error shortens no run length. c is the spread of the periods in units of their sampling error,
// Laney's sigma_z from moving ranges, at least 1. The sums start after `learning_periods` periods with
// answers. A change that lasts becomes the usual in the end: its alarm goes then.
//
// Source: Hawkins (1987), doi:10.2307/2348827 (self-starting CUSUM); Laney (2002),
// doi:10.1081/QEN-120003555 (sigma_z).
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/infer/net_promoter_score.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace nps_monitor {

inline constexpr std::size_t learning_periods = 8;
inline constexpr std::int64_t learning_answers = 30;
// Half of the shift to be found soonest, in standard errors of a period.
inline constexpr double cusum_reference = 0.5;

enum class watch_state : std::uint8_t {
    learning, // too little history to be watched
    quiet,
    fall,
    rise
};

struct watched {
    watch_state state = watch_state::learning;
    // Observed periods that were watched.
    std::size_t periods = 0;
    // Of the latest period.
    double z = 0;
    double sigma_z = 1;
    // The larger sum, after the latest period; alarm above the limit.
    double sum = 0;
    double limit = 0;
    // With an alarm: the period (its place in the series) after the sum was last 0, the score of all
    // answers from then on, and of those before.
    std::size_t since = 0;
    std::optional<nps::estimate> now{};
    std::optional<nps::estimate> before{};
};

[[nodiscard]] std::string_view name_of(watch_state state);

// Whether a series is long enough to be watched.
[[nodiscard]] bool can_be_watched(std::span<const nps::category_counts> series);

[[nodiscard]] watched watch_series(std::span<const nps::category_counts> series, double limit);

} // namespace nps_monitor

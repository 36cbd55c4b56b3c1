// SPDX-License-Identifier: Apache-2.0
// Every number of the report, so that its text and its JSON cannot differ.
#pragma once

#include "options.hpp"
#include "watch.hpp"

#include <nps/core/category_counts.hpp>
#include <nps/core/result.hpp>
#include <nps/count/programme_tally.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/rank_confidence_set.hpp>
#include <nps/monitor/local_level.hpp>
#include <nps/monitor/potential_gain.hpp>
#include <nps/monitor/score_decomposition.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_monitor {

// The latest period of a touchpoint, or of all together.
struct line {
    // Of the touchpoint; empty for all together, where there is no touchpoint of that name.
    std::string name{};
    nps::category_counts counts{};
    // Nothing where the period has no answers.
    std::optional<nps::estimate> score{};
    std::optional<nps::interval> interval{};
    // Nothing where fewer than 2 periods have answers.
    std::optional<nps::level_estimate> smoothed{};
    watched alarm{};
};

// What a touchpoint did to the change of the whole score.
struct mover {
    nps::segment_change change{};
    // Its own score, latest less before, and its adjusted p value; nothing without answers in both.
    std::optional<nps::comparison> own{};
    double adjusted_p_value = 1;
};

// The change of the whole score, split by the values of one attribute.
struct split_change {
    std::string attribute{};
    nps::change_part mix{};
    nps::change_part rate{};
    // The largest total, up or down, first.
    std::vector<mover> movers{};
};

struct change_figures {
    nps::period before{};
    double score_before = 0;
    nps::change_part change{};
    // One for each attribute of --by.
    std::vector<split_change> splits{};
};

// A touchpoint among the others over the window.
struct ranked {
    std::string name{};
    nps::category_counts counts{};
    double score = 0;
    nps::interval interval{};
    // 1 is the lowest score.
    nps::rank_confidence_set rank{};
};

struct figures {
    nps::period latest{};
    std::size_t periods = 0;
    std::size_t cells = 0;
    // Of the charts: how many there are, and the false-alarm run length that each has.
    std::size_t watched_lines = 0;
    double line_run_length = 0;
    double limit = 0;
    line all{};
    std::vector<line> touchpoints{};
    // Nothing where no earlier period has answers.
    std::optional<change_figures> change{};
    // The lowest score first; empty where there are too many to rank.
    std::vector<ranked> ranking{};
};

// Throws program_error where there is no valid answer at all.
[[nodiscard]] figures compute_figures(const nps::programme_tally& answers, const options& o);

} // namespace nps_monitor

// SPDX-License-Identifier: Apache-2.0
#include "figures.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <nps/count/rolling_series.hpp>
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/monitor/chart_design.hpp>
#include <nps/numeric/parallel.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

namespace nps_monitor {

using namespace nps_program;

namespace {

// The ranks look at each pair.
constexpr std::size_t most_ranked = 2'000;

using counts_series = std::vector<nps::category_counts>;
using series_by_value = std::map<std::string, counts_series, std::less<>>;

struct named_series {
    std::string name;
    counts_series series;
};

std::vector<named_series> in_natural_order(series_by_value&& by) {
    std::vector<named_series> all;
    for (auto& [name, series] : by) {
        all.push_back({name, std::move(series)});
    }
    std::ranges::sort(all, natural_order(), &named_series::name);
    return all;
}

line line_of(const std::string& name, const counts_series& series, double limit, double level) {
    line l{.name = name, .counts = series.back()};
    if (l.counts.n() > 0) {
        l.score = nps::net_promoter_score(l.counts);
        l.interval = nps::score_interval(l.counts, {.level = level});
    }
    const auto answered = [](const nps::category_counts& period) { return period.n() > 0; };
    if (std::ranges::count_if(series, answered) >= 2) {
        l.smoothed = nps::local_level(series, {.level = level}).periods.back().smoothed;
    }
    l.alarm = watch_series(series, limit);
    return l;
}

// Movers of one attribute between the latest period and the place `before` of the series.
split_change split_by(const std::string& attribute, const std::vector<named_series>& by,
                      std::size_t before, double level, nps::change_part& change) {
    std::vector<nps::segment_counts> segments;
    std::vector<std::optional<nps::comparison>> own;
    std::vector<double> p;
    for (const named_series& one : by) {
        const nps::category_counts& x = one.series[before];
        const nps::category_counts& y = one.series.back();
        if (x.n() == 0 && y.n() == 0) {
            continue;
        }
        segments.push_back({.name = one.name, .before = x, .after = y});
        own.emplace_back();
        if (x.n() > 0 && y.n() > 0) {
            own.back() = nps::compare_scores(y, x, {.level = level});
            p.push_back(own.back()->p_value);
        }
    }
    const auto parts = nps::score_decomposition(segments, {.level = level});
    const auto adjusted = nps::adjust_p_values(p, nps::multiplicity::benjamini_yekutieli);
    change = parts.score.change;
    split_change split{.attribute = attribute, .mix = parts.score.mix, .rate = parts.score.rate};
    auto next = adjusted.begin();
    for (std::size_t k = 0; k < segments.size(); ++k) {
        split.movers.push_back({.change = parts.score.segments[k], .own = own[k]});
        if (own[k]) {
            split.movers.back().adjusted_p_value = *next++;
        }
    }
    std::ranges::stable_sort(split.movers, [](const mover& a, const mover& b) {
        return std::abs(a.change.total) > std::abs(b.change.total);
    });
    return split;
}

// By potential_gain with one volume for each and all promoters as the target: its gains are then in
// the order of the scores, the lowest first.
std::vector<ranked> rank(const std::vector<named_series>& touchpoints, const options& o) {
    std::vector<nps::touchpoint_counts> counted;
    for (const named_series& one : touchpoints) {
        const auto counts =
            nps::rolling_series(one.series, static_cast<std::size_t>(o.window)).back();
        if (counts.n() > 0) {
            counted.push_back({.name = one.name, .counts = counts, .volume = 1.0});
        }
    }
    std::vector<ranked> all;
    if (counted.empty() || counted.size() > most_ranked) {
        return all;
    }
    std::map<std::string, nps::category_counts> counts_of;
    for (const nps::touchpoint_counts& one : counted) {
        counts_of[one.name] = one.counts;
    }
    const auto gains = nps::potential_gain(
        counted, {.target = nps::gain_target::given, .target_score = 1, .level = o.level});
    for (const nps::touchpoint_gain& one : gains.touchpoints) {
        const nps::category_counts& counts = counts_of.at(one.name);
        all.push_back({.name = one.name,
                       .counts = counts,
                       .score = one.score,
                       .interval = nps::score_interval(counts, {.level = o.level}),
                       .rank = one.rank});
    }
    return all;
}

// The limit that gives each of so many charts its share of the false alarms of the table: their
// rates add up, however the charts hang together.
void design_charts(const counts_series& all, const std::vector<named_series>& touchpoints,
                   const options& o, figures& f) {
    f.watched_lines = can_be_watched(all) ? 1 : 0;
    for (const named_series& one : touchpoints) {
        f.watched_lines += can_be_watched(one.series) ? 1 : 0;
    }
    const auto charts = static_cast<double>((std::max)(f.watched_lines, std::size_t{1}));
    f.line_run_length = o.run_length * charts;
    f.limit =
        nps::cusum_limit({.run_length = f.line_run_length, .reference = cusum_reference}).limit;
}

} // namespace

figures compute_figures(const nps::programme_tally& answers, const options& o) {
    const counts_series all = answers.series();
    const auto answered = [](const nps::category_counts& period) { return period.n() > 0; };
    if (std::ranges::none_of(all, answered)) {
        throw program_error("there is no valid answer at a time that can be read");
    }
    figures f{.latest = answers.periods().back(), .periods = all.size(), .cells = answers.size()};
    std::vector<std::vector<named_series>> attributes;
    for (const std::string& name : answers.attributes()) {
        attributes.push_back(in_natural_order(answers.series_by(name)));
    }
    const std::vector<named_series>& touchpoints = attributes.front();
    design_charts(all, touchpoints, o, f);
    f.all = line_of("", all, f.limit, o.level);
    f.touchpoints.resize(touchpoints.size());
    nps::for_each_block(static_cast<std::int64_t>(touchpoints.size()), 0, [&](std::int64_t i) {
        const auto place = static_cast<std::size_t>(i);
        f.touchpoints[place] =
            line_of(touchpoints[place].name, touchpoints[place].series, f.limit, o.level);
    });

    std::size_t before = all.size() - 1;
    while (before > 0 && (before == all.size() - 1 || all[before].n() == 0)) {
        --before;
    }
    if (before + 1 < all.size() && all[before].n() > 0 && all.back().n() > 0) {
        change_figures& change = f.change.emplace();
        change.before = answers.periods()[before];
        change.score_before = nps::net_promoter_score(all[before]).value;
        for (std::size_t a = 0; a < attributes.size(); ++a) {
            change.splits.push_back(
                split_by(answers.attributes()[a], attributes[a], before, o.level, change.change));
        }
    }
    f.ranking = rank(touchpoints, o);
    return f;
}

} // namespace nps_monitor

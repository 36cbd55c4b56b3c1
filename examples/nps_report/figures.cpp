// SPDX-License-Identifier: Apache-2.0
#include "figures.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <nps/resample.hpp>

#include <algorithm>
#include <utility>

namespace nps_report {

using namespace nps_program;

namespace {

group_figures figures_of(const nps::dynamic_tally& tally, const options& o) {
    group_figures f{.responses = tally.responses(),
                    .missing = tally.missing(),
                    .invalid = tally.invalid(),
                    .counts = tally};
    if (tally.n() > 0) {
        f.score = nps::net_promoter_score(f.counts);
        f.interval = nps::score_interval(f.counts, {.method = o.method, .level = o.level});
        f.ideal_bootstrap = nps::ideal_bootstrap(f.counts).interval({.level = o.level});
    }
    return f;
}

std::vector<group_figures> figures_of(const grouping& by, const options& o) {
    std::vector<group_figures> all;
    for (const auto& [value, tally] : by.groups) {
        all.push_back(figures_of(tally, o));
        all.back().column = by.column;
        all.back().value = value;
    }
    std::ranges::sort(all, natural_order(), &group_figures::value);
    return all;
}

} // namespace

figures compute_figures(const survey& s, const options& o) {
    figures f{.total = figures_of(s.total, o)};
    for (const grouping& by : s.segments) {
        for (group_figures& group : figures_of(by, o)) {
            f.segments.push_back(std::move(group));
        }
    }
    if (s.waves) {
        f.waves = figures_of(*s.waves, o);
    }
    f.comparisons = compute_comparisons(s, o);
    if (s.drivers) {
        f.drivers = compute_drivers(*s.drivers, s.total.responses(), o);
    }
    if (o.population && *o.population < s.total.n()) {
        throw program_error("--population: " + std::to_string(*o.population) + " is below the " +
                            std::to_string(s.total.n()) + " valid answers");
    }
    nps::sample_size_options plan{.margin = o.margin,
                                  .level = o.level,
                                  .population = o.population,
                                  .response_rate = o.response_rate};
    f.worst_case = nps::sample_size(plan);
    plan.shares = nps::shares_of(s.total);
    f.plan = nps::sample_size(plan);
    plan.method = nps::planning_method::adjusted_wald;
    f.careful = nps::sample_size(plan);
    nps::margin_of_error_options given{.completes = s.total.n(),
                                       .level = o.level,
                                       .shares = plan.shares,
                                       .population = o.population};
    f.margin_of_error = nps::margin_of_error(given);
    given.method = nps::planning_method::adjusted_wald;
    f.careful_margin = nps::margin_of_error(given);
    return f;
}

} // namespace nps_report

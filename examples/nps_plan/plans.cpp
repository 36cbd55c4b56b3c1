// SPDX-License-Identifier: Apache-2.0
#include "plans.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nps_plan {

using namespace nps_program;

namespace {

// S of each row: its own, or by its pilot and those of all.
std::vector<double> respondent_sds(const programme& p, nps::pilot_spread spread) {
    std::vector<nps::category_counts> pilots;
    for (const touchpoint_row& row : p.rows) {
        pilots.push_back(row.pilot);
    }
    const nps::shrunken_sds shrunken = nps::shrunken_sd(pilots);
    std::vector<double> sds;
    for (std::size_t i = 0; i < pilots.size(); ++i) {
        const double of_pilot =
            spread == nps::pilot_spread::shrunken ? shrunken.groups[i].respondent_sd
            : pilots[i].n() == 0                  ? 1
                                 : nps::net_promoter_score(pilots[i]).respondent_sd;
        sds.push_back(p.rows[i].respondent_sd.value_or(of_pilot));
    }
    return sds;
}

// The library's errors about one row end in its name, and no name stands twice.
template <class Work>
auto naming_the_line(const programme& p, const Work& work) {
    try {
        return work();
    } catch (const nps::invalid_input& error) {
        const std::string_view text = error.what();
        for (const touchpoint_row& row : p.rows) {
            if (text.ends_with(", \"" + row.name + "\")")) {
                throw program_error("line " + std::to_string(row.line) + ": " + std::string(text));
            }
        }
        throw;
    }
}

} // namespace

nps::planned_programme plan(const programme& p, const options& o) {
    std::vector<nps::touchpoint> touchpoints;
    for (const touchpoint_row& row : p.rows) {
        touchpoints.push_back({.name = row.name,
                               .margin = row.margin.value_or(o.margin),
                               .population = row.population,
                               .response_rate = row.response_rate.value_or(o.response_rate),
                               .pilot = row.pilot,
                               .respondent_sd = row.respondent_sd,
                               .design_effect = row.design_effect.value_or(1),
                               .cost = row.cost.value_or(1)});
    }
    return naming_the_line(p, [&] {
        return nps::programme_plan(
            touchpoints, {.contact_budget = o.budget, .level = o.level, .spread = o.spread});
    });
}

std::vector<std::string> unused_columns(const programme& p, const options& o) {
    static const std::vector<std::string> always{
        "touchpoint", "population", "detractors", "passives", "promoters", "respondent_sd", "cost"};
    static const std::vector<std::string> planning{"margin", "response_rate", "design_effect"};
    static const std::vector<std::string> allocating{"minimum", "maximum"};
    const auto among = [](const std::vector<std::string>& names, const std::string& name) {
        return std::ranges::find(names, name) != names.end();
    };
    std::vector<std::string> unused;
    for (const std::string& name : p.columns) {
        if (!among(always, name) && !among(o.allocates() ? allocating : planning, name)) {
            unused.push_back(name);
        }
    }
    return unused;
}

nps::allocation allocate(const programme& p, const options& o) {
    const std::vector<double> sds = respondent_sds(p, o.spread);
    std::vector<nps::stratum> strata;
    for (std::size_t i = 0; i < p.rows.size(); ++i) {
        const touchpoint_row& row = p.rows[i];
        if (!row.population) {
            throw program_error("line " + std::to_string(row.line) + ": touchpoint " +
                                in_quotes(row.name) +
                                " has no population, which an allocation needs");
        }
        strata.push_back({.name = row.name,
                          .population = *row.population,
                          .respondent_sd = sds[i],
                          .cost = row.cost.value_or(1),
                          .minimum = row.minimum.value_or(1),
                          .maximum = row.maximum});
    }
    return naming_the_line(p, [&] {
        return o.total ? nps::allocate(strata, {.total = *o.total,
                                                .method = o.method,
                                                .exponent = o.exponent,
                                                .level = o.level})
               : o.total_budget
                   ? nps::allocate_budget(strata, {.budget = *o.total_budget, .level = o.level})
                   : nps::allocate_margin(strata, {.margin = *o.total_margin, .level = o.level});
    });
}

} // namespace nps_plan

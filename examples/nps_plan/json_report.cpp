// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace nps_plan {
namespace {

using json = nlohmann::ordered_json;

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

std::string_view name_of(nps::plan_limit limit) {
    switch (limit) {
    case nps::plan_limit::population:
        return "population";
    case nps::plan_limit::budget:
        return "budget";
    case nps::plan_limit::none:
        break;
    }
    return "none";
}

std::string dump(const json& j) {
    // Names may come in another encoding; JSON is UTF-8.
    return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace

std::string json_report(const nps::planned_programme& plan, const options& o,
                        const std::vector<std::string>& unused) {
    json rows = json::array();
    for (const nps::planned_touchpoint& one : plan.touchpoints) {
        rows.push_back({{"name", one.name},
                        {"population", or_null(one.wanted.population)},
                        {"response_rate", one.wanted.response_rate},
                        {"design_effect", one.wanted.design_effect},
                        {"respondent_sd", one.wanted.respondent_sd},
                        {"wanted_margin", one.wanted.margin},
                        {"wanted_completes", one.wanted.completes},
                        {"wanted_invitations", one.wanted.invitations},
                        {"invitations", one.invitations},
                        {"expected_completes", one.expected_completes},
                        {"achieved_margin", one.achieved_margin},
                        {"cost", one.cost},
                        {"limit", name_of(one.limit)}});
    }
    return dump({{"level", plan.level},
                 {"budget", or_null(o.budget)},
                 {"wanted_cost", plan.wanted_cost},
                 {"invitations", plan.invitations},
                 {"expected_completes", plan.expected_completes},
                 {"cost", plan.cost},
                 {"left_over", or_null(plan.left_over)},
                 {"met", plan.met},
                 {"limited_by_population", plan.limited_by_population},
                 {"limited_by_budget", plan.limited_by_budget},
                 {"largest_ratio", plan.largest_ratio},
                 {"pooled_sd", or_null(plan.pooled_sd)},
                 {"unused_columns", unused},
                 {"touchpoints", rows}});
}

std::string json_report(const nps::allocation& made, const std::vector<std::string>& unused) {
    json rows = json::array();
    for (const nps::allocated_stratum& one : made.strata) {
        rows.push_back({{"name", one.name},
                        {"population", one.population},
                        {"weight", one.weight},
                        {"respondent_sd", one.respondent_sd},
                        {"completes", one.completes},
                        {"standard_error", one.standard_error},
                        {"margin", one.margin},
                        {"cost", one.cost}});
    }
    return dump({{"method", made.method},
                 {"level", made.level},
                 {"completes", made.completes},
                 {"cost", made.cost},
                 {"standard_error", made.standard_error},
                 {"margin", made.margin},
                 {"least_margin", or_null(made.least_margin)},
                 {"least_cost", or_null(made.least_cost)},
                 {"unused_columns", unused},
                 {"strata", rows}});
}

} // namespace nps_plan

// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace nps_report {
namespace {

using json = nlohmann::ordered_json;

json to_json(const group_figures& g) {
    json j;
    if (!g.column.empty()) {
        j["name"] = g.column;
        j["value"] = g.value;
    }
    j["responses"] = g.responses;
    j["missing"] = g.missing;
    j["invalid"] = g.invalid;
    j["counts"] = {{"detractors", g.counts.detractors},
                   {"passives", g.counts.passives},
                   {"promoters", g.counts.promoters}};
    // The keys are there also where an empty group has nothing to say.
    for (const char* key :
         {"score", "standard_error", "respondent_sd", "interval", "ideal_bootstrap"}) {
        j[key] = nullptr;
    }
    if (g.score && g.interval && g.ideal_bootstrap) {
        j["score"] = g.score->value;
        j["standard_error"] = g.score->standard_error;
        j["respondent_sd"] = g.score->respondent_sd;
        j["interval"] = {{"lower", g.interval->lower},
                         {"upper", g.interval->upper},
                         {"level", g.interval->level},
                         {"method", g.interval->method}};
        j["ideal_bootstrap"] = {{"lower", g.ideal_bootstrap->lower},
                                {"upper", g.ideal_bootstrap->upper},
                                {"kind", g.ideal_bootstrap->method}};
    }
    return j;
}

json to_json(const std::vector<group_figures>& groups) {
    json all = json::array();
    for (const group_figures& g : groups) {
        all.push_back(to_json(g));
    }
    return all;
}

std::string_view name_of(compared_with kind) {
    switch (kind) {
    case compared_with::rest:
        return "rest";
    case compared_with::before:
        return "before";
    case compared_with::other:
        break;
    }
    return "other";
}

json to_json(const std::vector<named_comparison>& comparisons, const options& o) {
    json all = json::array();
    for (const named_comparison& c : comparisons) {
        const nps::comparison& one = c.figures.comparison;
        all.push_back({{"name", c.column},
                       {"with", name_of(c.with)},
                       {"a", c.a},
                       {"b", c.with == compared_with::rest ? "rest" : c.b},
                       {"difference", one.difference},
                       {"standard_error", one.standard_error},
                       {"lower", one.interval.lower},
                       {"upper", one.interval.upper},
                       {"simultaneous_lower", c.figures.simultaneous_interval.lower},
                       {"simultaneous_upper", c.figures.simultaneous_interval.upper},
                       {"level", one.interval.level},
                       {"p_value", one.p_value},
                       {"adjusted_p_value", c.figures.adjusted_p_value},
                       {"adjustment", nps::detail::method_name(o.adjust, "nps_report")},
                       {"method", one.method}});
    }
    return all;
}

json to_json(const driver_figures& f) {
    json coefficients = json::array();
    for (const nps::coefficient& c : f.coefficients) {
        coefficients.push_back({{"name", c.name},
                                {"estimate", c.estimate},
                                {"standard_error", c.standard_error},
                                {"p_value", c.p_value},
                                {"lower", c.interval.lower},
                                {"upper", c.interval.upper}});
    }
    json importance = json::array();
    for (const driver_importance& d : f.importance) {
        importance.push_back({{"name", d.name},
                              {"share", d.share},
                              {"lower", d.interval.lower},
                              {"upper", d.interval.upper},
                              {"value", d.value},
                              {"first", d.first},
                              {"mean_rating", d.mean_rating},
                              {"mean_lower", d.mean_interval.lower},
                              {"mean_upper", d.mean_interval.upper},
                              {"quadrant", nullptr},
                              {"certain", d.certain}});
        if (!d.quadrant.empty()) {
            importance.back()["quadrant"] = d.quadrant;
        }
    }
    json j{{"n", f.n}, {"dropped", f.dropped}, {"r_squared", nullptr}};
    if (f.r_squared) {
        j["r_squared"] = *f.r_squared;
    }
    j["coefficients"] = coefficients;
    j["importance"] = importance;
    j["method"] = f.method;
    j["warnings"] = f.warnings;
    return j;
}

json to_json(const std::vector<invalid_example>& examples) {
    json all = json::array();
    for (const invalid_example& e : examples) {
        all.push_back({{"line", e.line}, {"text", e.text}, {"reason", e.reason}});
    }
    return all;
}

} // namespace

std::string json_report(const survey& s, const figures& f, const options& o) {
    json j = to_json(f.total);
    j["malformed"] = s.malformed;
    j["invalid_examples"] = to_json(s.examples);
    j["segments"] = to_json(f.segments);
    j["waves"] = to_json(f.waves);
    j["comparisons"] = to_json(f.comparisons, o);
    if (f.drivers) {
        j["drivers"] = to_json(*f.drivers);
    }
    j["sample_size"] = {{"margin", o.margin},
                        {"completes", f.plan.completes},
                        {"invitations", f.plan.invitations},
                        {"worst_case_completes", f.worst_case.completes},
                        {"adjusted_wald_completes", f.careful.completes}};
    j["margin_of_error"] = f.margin_of_error;
    j["adjusted_wald_margin"] = f.careful_margin;
    // Names may come in another encoding; JSON is UTF-8.
    return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace nps_report

// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <nlohmann/json.hpp>

namespace nps_monitor {
namespace {

using json = nlohmann::ordered_json;

json to_json(const nps::interval& i) {
    return {{"lower", i.lower}, {"upper", i.upper}, {"level", i.level}, {"method", i.method}};
}

json to_json(const nps::category_counts& c) {
    return {{"detractors", c.detractors}, {"passives", c.passives}, {"promoters", c.promoters}};
}

json to_json(const watched& w, const figures& f) {
    const bool alarm = w.now.has_value();
    json j{{"state", name_of(w.state)},
           {"alarm", alarm},
           {"rule", "self_starting_cusum"},
           {"sum", w.sum},
           {"limit", w.limit},
           {"z", w.z},
           {"sigma_z", w.sigma_z},
           {"periods", w.periods},
           {"since", nullptr},
           {"score_since", nullptr},
           {"score_before", nullptr}};
    if (w.now && w.before) {
        j["since"] = nps::to_text(since_of(w, f));
        j["score_since"] = w.now->value;
        j["score_before"] = w.before->value;
    }
    return j;
}

json to_json(const line& l, const figures& f) {
    json j{{"name", l.name},   {"n", l.counts.n()},   {"counts", to_json(l.counts)},
           {"score", nullptr}, {"interval", nullptr}, {"smoothed", nullptr},
           {"alarm", nullptr}};
    if (l.score && l.interval) {
        j["score"] = l.score->value;
        j["interval"] = to_json(*l.interval);
    }
    if (l.smoothed) {
        j["smoothed"] = {{"value", l.smoothed->value},
                         {"standard_error", l.smoothed->standard_error},
                         {"interval", to_json(l.smoothed->interval)}};
    }
    j["alarm"] = to_json(l.alarm, f);
    return j;
}

json to_json(const nps::change_part& part) {
    return {{"value", part.value},
            {"standard_error", part.standard_error},
            {"lower", part.interval.lower},
            {"upper", part.interval.upper}};
}

json to_json(const mover& m) {
    const auto score = [](const std::optional<double>& s) { return s ? json(*s) : json(nullptr); };
    json j{{"name", m.change.name},
           {"weight_before", m.change.weight_before},
           {"weight_after", m.change.weight_after},
           {"score_before", score(m.change.before)},
           {"score_after", score(m.change.after)},
           {"mix", to_json(m.change.mix)},
           {"rate", to_json(m.change.rate)},
           {"total", m.change.total},
           {"own_change", nullptr}};
    if (m.own) {
        j["own_change"] = {{"difference", m.own->difference},
                           {"lower", m.own->interval.lower},
                           {"upper", m.own->interval.upper},
                           {"p_value", m.own->p_value},
                           {"adjusted_p_value", m.adjusted_p_value},
                           {"adjustment", "benjamini_yekutieli"},
                           {"method", m.own->method}};
    }
    return j;
}

json to_json(const change_figures& c) {
    json splits = json::array();
    for (const split_change& s : c.splits) {
        json movers = json::array();
        for (const mover& m : s.movers) {
            movers.push_back(to_json(m));
        }
        splits.push_back({{"attribute", s.attribute},
                          {"mix", to_json(s.mix)},
                          {"rate", to_json(s.rate)},
                          {"movers", movers}});
    }
    return {{"before", nps::to_text(c.before)},
            {"score_before", c.score_before},
            {"change", to_json(c.change)},
            {"splits", splits}};
}

json to_json(const ranked& r) {
    return {{"name", r.name},
            {"n", r.counts.n()},
            {"score", r.score},
            {"interval", to_json(r.interval)},
            {"rank",
             {{"estimated", r.rank.estimated}, {"best", r.rank.best}, {"worst", r.rank.worst}}}};
}

json to_json(const std::vector<unread_example>& examples) {
    json all = json::array();
    for (const unread_example& e : examples) {
        all.push_back({{"line", e.line}, {"text", e.text}, {"reason", e.reason}});
    }
    return all;
}

} // namespace

std::string json_report(const programme& p, const figures& f, const options& o) {
    json touchpoints = json::array();
    for (const line& l : f.touchpoints) {
        touchpoints.push_back(to_json(l, f));
    }
    json ranking = json::array();
    for (const ranked& r : f.ranking) {
        ranking.push_back(to_json(r));
    }
    json j{{"rows", p.rows},
           {"valid", p.valid},
           {"missing", p.missing},
           {"invalid_scores", p.invalid_scores},
           {"invalid_times", p.invalid_times},
           {"malformed", p.malformed},
           {"closed", p.closed},
           {"unread_examples", to_json(p.examples)},
           {"attributes", p.answers.attributes()},
           {"closed_before", nullptr},
           {"latest", nps::to_text(f.latest)},
           {"periods", f.periods},
           {"cells", f.cells},
           {"all", to_json(f.all, f)},
           {"touchpoints", touchpoints},
           {"charts",
            {{"run_length", o.run_length},
             {"lines", f.watched_lines},
             {"line_run_length", f.line_run_length},
             {"limit", f.limit}}},
           {"change", f.change ? to_json(*f.change) : json(nullptr)},
           {"window", o.window},
           {"ranking", ranking}};
    if (const auto open = p.answers.closed_before()) {
        j["closed_before"] = nps::to_text(*open);
    }
    // Names may come in another encoding; JSON is UTF-8.
    return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace nps_monitor

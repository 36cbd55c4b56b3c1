// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include "program/number_text.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nps_plan {

using namespace nps_program;

namespace {

// A longer plan is read by a program, from the JSON.
constexpr std::size_t most_rows = 40;
constexpr std::size_t rows_of_long_plan = 20;
constexpr std::size_t widest_name = 40;

std::string margin(double value) {
    return format("%.1f", 100 * value);
}

std::string amount(double value) {
    return std::abs(value) < 1e15 && value == std::trunc(value)
               ? grouped(static_cast<std::int64_t>(value))
               : format("%.2f", value);
}

std::string whole(double value) {
    return value < 1e15 ? grouped(std::llround(value)) : format("%.3g", value);
}

std::string count(std::size_t n, const char* one, const char* many) {
    return grouped(static_cast<std::int64_t>(n)) + " " + (n == 1 ? one : many);
}

class lines {
public:
    void add(const std::string& label, const std::string& value) {
        text_ += pad_right(label, 20) + value + "\n";
    }
    void add(const std::string& line) { text_ += line + "\n"; }
    void add_unused(const std::vector<std::string>& unused) {
        std::string names;
        for (const std::string& name : unused) {
            names += (names.empty() ? "" : ", ") + (name.empty() ? "(no name)" : printable(name));
        }
        if (!names.empty()) {
            add("Columns not used", names);
        }
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

template <class Row>
std::size_t name_width(const std::vector<const Row*>& rows) {
    std::size_t width = 12;
    for (const Row* row : rows) {
        width = (std::max)(width, display_width(printable(row->name)) + 1);
    }
    return (std::min)(width, widest_name);
}

double ratio(const nps::planned_touchpoint& one) {
    return one.achieved_margin / one.wanted.margin;
}

template <class Row, class Order>
std::vector<const Row*> rows_to_show(const std::vector<Row>& all, Order first) {
    std::vector<const Row*> rows;
    for (const Row& one : all) {
        rows.push_back(&one);
    }
    if (rows.size() > most_rows) {
        std::ranges::stable_sort(rows, first);
        rows.resize(rows_of_long_plan);
    }
    return rows;
}

std::string and_more(std::size_t all, std::size_t shown) {
    return "... and " + grouped(static_cast<std::int64_t>(all - shown)) + " more; --json has all";
}

} // namespace

std::string text_report(const nps::planned_programme& plan, const options& o,
                        const std::string& source, const std::vector<std::string>& unused) {
    const std::size_t k = plan.touchpoints.size();
    lines text;
    text.add("Plan of " + count(k, "touchpoint", "touchpoints") + " of " + printable(source) +
             ", margins at " + level_name(o.level) + "\n");
    text.add("Wanted margins", "need a budget of " + amount(plan.wanted_cost));
    text.add("Budget", o.budget ? amount(*o.budget) : "not limited");
    text.add("Planned", grouped(plan.invitations) + " invitations, " +
                            whole(plan.expected_completes) + " answers to expect, cost " +
                            amount(plan.cost) +
                            (plan.left_over ? ", left over " + amount(*plan.left_over) : ""));
    text.add("Margins met", grouped(static_cast<std::int64_t>(plan.met)) + " of " +
                                grouped(static_cast<std::int64_t>(k)));
    if (plan.limited_by_population > 0) {
        text.add("  too few customers",
                 count(plan.limited_by_population, "touchpoint", "touchpoints") +
                     ", where all are invited");
    }
    if (plan.limited_by_budget > 0) {
        text.add("  budget too small",
                 count(plan.limited_by_budget, "touchpoint", "touchpoints") +
                     format(", with at most %.2f times the wanted margin", plan.largest_ratio));
    }
    if (plan.pooled_sd) {
        text.add("S without a pilot", format("%.3f", *plan.pooled_sd));
    }
    text.add_unused(unused);
    text.add("");

    const auto rows = rows_to_show(
        plan.touchpoints, [](const auto* a, const auto* b) { return ratio(*a) > ratio(*b); });
    const std::size_t width = name_width(rows);
    text.add(pad_right(rows.size() < k ? "The furthest" : "", width) + pad_left("customers", 11) +
             pad_left("rate", 7) + pad_left("S", 7) + pad_left("wanted", 8) +
             pad_left("needs", 11) + pad_left("invited", 11) + pad_left("answers", 9) +
             pad_left("margin", 8));
    for (const nps::planned_touchpoint* one : rows) {
        const nps::sample_plan& wanted = one->wanted;
        text.add(pad_right(one->name, width) +
                 pad_left(wanted.population ? grouped(*wanted.population) : "", 11) +
                 pad_left(format("%.3g", wanted.response_rate), 7) +
                 pad_left(format("%.3f", wanted.respondent_sd), 7) +
                 pad_left(margin(wanted.margin), 8) + pad_left(grouped(wanted.invitations), 11) +
                 pad_left(grouped(one->invitations), 11) +
                 pad_left(whole(one->expected_completes), 9) +
                 pad_left(margin(one->achieved_margin), 8) +
                 (one->limit == nps::plan_limit::population ? "  too few customers"
                  : one->limit == nps::plan_limit::budget   ? "  budget"
                                                            : ""));
    }
    if (rows.size() < k) {
        text.add(and_more(k, rows.size()));
    }
    return text.take();
}

std::string text_report(const nps::allocation& made, const options& o, const std::string& source,
                        const std::vector<std::string>& unused) {
    const std::size_t k = made.strata.size();
    lines text;
    text.add("Allocation over " + count(k, "stratum", "strata") + " of " + printable(source) +
             ", margins at " + level_name(o.level) + "\n");
    text.add("Method", std::string(made.method));
    text.add("Answers", grouped(made.completes) + ", cost " + amount(made.cost));
    text.add("Margin of the whole", margin(made.margin) + " points");
    if (made.least_margin) {
        text.add("  no less than", format("%.3f", 100 * *made.least_margin) +
                                       " points within this budget, whatever the allocation");
    }
    if (made.least_cost) {
        text.add("  no less than",
                 "a cost of " + amount(*made.least_cost) + " for it, whatever the allocation");
    }
    text.add_unused(unused);
    text.add("");

    const auto rows = rows_to_show(
        made.strata, [](const auto* a, const auto* b) { return a->completes > b->completes; });
    const std::size_t width = name_width(rows);
    text.add(pad_right(rows.size() < k ? "The largest" : "", width) + pad_left("customers", 14) +
             pad_left("share", 9) + pad_left("S", 7) + pad_left("answers", 11) +
             pad_left("margin", 8));
    for (const nps::allocated_stratum* one : rows) {
        text.add(pad_right(one->name, width) + pad_left(grouped(one->population), 14) +
                 pad_left(percent(one->weight), 9) +
                 pad_left(format("%.3f", one->respondent_sd), 7) +
                 pad_left(grouped(one->completes), 11) + pad_left(margin(one->margin), 8));
    }
    if (rows.size() < k) {
        text.add(and_more(k, rows.size()));
    }
    return text.take();
}

} // namespace nps_plan

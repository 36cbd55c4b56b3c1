// SPDX-License-Identifier: Apache-2.0
#include "comparisons.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace nps_report {

using namespace nps_program;

namespace {

// Each with each: 1,225 comparisons, more than anybody reads.
constexpr std::size_t most_compared = 50;

// Those with valid answers, in natural order. An empty cell is part of the rest, but it names no
// wave, and nothing that could be compared each with each.
struct answered_groups {
    std::vector<std::string> names;
    std::vector<nps::category_counts> counts;

    answered_groups(const grouping& by, compared_with with) {
        for (const auto& [name, tally] : by.groups) {
            if (tally.n() > 0 && (!name.empty() || with == compared_with::rest)) {
                names.push_back(name);
            }
        }
        std::ranges::sort(names, natural_order());
        for (const std::string& name : names) {
            counts.push_back(by.groups.at(name));
        }
    }
};

std::vector<named_comparison> compare(const grouping& by, compared_with with, const options& o) {
    const answered_groups groups(by, with);
    const std::size_t k = groups.names.size();
    if (k < 2) {
        return {};
    }
    if (with == compared_with::other && k > most_compared) {
        throw program_error("--compare: " + by.column + " has " + std::to_string(k) +
                            " groups, more than the " + std::to_string(most_compared) +
                            " that can be compared each with each; --segment compares each with "
                            "the rest");
    }
    const nps::multiple_comparisons_options options{.comparison = {.level = o.level},
                                                    .adjustment = o.adjust};
    const auto family = with == compared_with::rest ? nps::compare_with_rest(groups.counts, options)
                        : with == compared_with::before
                            ? nps::compare_waves(groups.counts, options)
                            : nps::compare_all_pairs(groups.counts, options);
    std::vector<named_comparison> named;
    for (const nps::group_comparison& one : family.comparisons) {
        named.push_back({.column = by.column,
                         .with = with,
                         .a = groups.names[one.a],
                         .b = one.b ? groups.names[*one.b] : "",
                         .figures = one});
    }
    return named;
}

} // namespace

std::vector<named_comparison> compute_comparisons(const survey& s, const options& o) {
    std::vector<named_comparison> all;
    const auto add = [&](const grouping& by, compared_with with) {
        std::ranges::move(compare(by, with, o), std::back_inserter(all));
    };
    for (const grouping& by : s.segments) {
        add(by, compared_with::rest);
    }
    if (s.waves) {
        add(*s.waves, compared_with::before);
    }
    if (s.compared) {
        add(*s.compared, compared_with::other);
    }
    return all;
}

} // namespace nps_report

// SPDX-License-Identifier: Apache-2.0
#include "comparisons.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace nps_report {

using namespace nps_program;

namespace {

// Each with each: 1,225 comparisons, more than anybody reads.
constexpr std::size_t most_compared = 50;

struct group {
    std::string_view name;
    nps::category_counts counts;
};

// Those with valid answers, in natural order.
std::vector<group> answered(const grouping& by) {
    std::vector<group> groups;
    for (const auto& [name, tally] : by.groups) {
        if (tally.n() > 0) {
            groups.push_back({name, tally});
        }
    }
    std::ranges::sort(groups, natural_order(), &group::name);
    return groups;
}

class comparing {
public:
    explicit comparing(const options& o) : o_(o) {}

    void with_rest(const grouping& by) {
        const auto groups = answered(by);
        if (groups.size() < 2) {
            return;
        }
        nps::category_counts all;
        for (const group& g : groups) {
            all += g.counts;
        }
        begin(by, compared_with::rest);
        for (const group& g : groups) {
            nps::category_counts rest = all;
            rest -= g.counts;
            add(g, {"", rest});
        }
        adjust();
    }

    void with_wave_before(const grouping& by) {
        const auto waves = answered(by);
        begin(by, compared_with::before);
        for (std::size_t i = 1; i < waves.size(); ++i) {
            add(waves[i], waves[i - 1]);
        }
        adjust();
    }

    void all_pairs(const grouping& by) {
        const auto groups = answered(by);
        if (groups.size() > most_compared) {
            throw program_error("--compare: " + by.column + " has " +
                                std::to_string(groups.size()) + " groups, more than the " +
                                std::to_string(most_compared) +
                                " that can be compared each with each; --segment compares each "
                                "with the rest");
        }
        begin(by, compared_with::other);
        for (auto a = groups.begin(); a != groups.end(); ++a) {
            for (auto b = a + 1; b != groups.end(); ++b) {
                add(*a, *b);
            }
        }
        adjust();
    }

    [[nodiscard]] std::vector<group_comparison> take() { return std::move(all_); }

private:
    void begin(const grouping& by, compared_with kind) {
        column_ = by.column;
        kind_ = kind;
        first_ = all_.size();
    }

    void add(const group& a, const group& b) {
        all_.push_back({.column = column_,
                        .a = std::string(a.name),
                        .b = std::string(b.name),
                        .kind = kind_,
                        .result = nps::compare_scores(a.counts, b.counts, {.level = o_.level})});
    }

    void adjust() {
        std::vector<double> p;
        for (std::size_t i = first_; i < all_.size(); ++i) {
            p.push_back(all_[i].result.p_value);
        }
        p = nps::adjust_p_values(p, o_.adjust);
        for (std::size_t i = first_; i < all_.size(); ++i) {
            all_[i].adjusted_p_value = p[i - first_];
        }
    }

    const options& o_;
    std::string column_;
    compared_with kind_ = compared_with::rest;
    std::size_t first_ = 0;
    std::vector<group_comparison> all_;
};

} // namespace

std::vector<group_comparison> compute_comparisons(const survey& s, const options& o) {
    comparing work(o);
    for (const grouping& by : s.segments) {
        work.with_rest(by);
    }
    if (s.waves) {
        work.with_wave_before(*s.waves);
    }
    if (s.compared) {
        work.all_pairs(*s.compared);
    }
    return work.take();
}

} // namespace nps_report

// SPDX-License-Identifier: Apache-2.0
#include "program/number_text.hpp"
#include "program/text.hpp"
#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace nps_report {

using namespace nps_program;

namespace {

// Below this the normal approximations behind a score are poor, and one answer moves it visibly.
constexpr std::int64_t small_group = 30;
// A scale with more answers is shown by category alone.
constexpr std::size_t most_bars = 21;
constexpr std::size_t bar_width = 40;
constexpr std::size_t answer_label = 26;
constexpr std::size_t widest_name = 28;
constexpr std::size_t widest_names = 44;   // of two groups
constexpr std::size_t interval_width = 18; // "+100.0 to +100.0" and a gap

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

// A bar in eighths of a column.
std::string bar(double fraction) {
    constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const auto length =
        static_cast<std::size_t>(8.0 * static_cast<double>(bar_width) * fraction + 0.5);
    std::string text;
    for (std::size_t i = 0; i < length / 8; ++i) {
        text += "█";
    }
    return text += eighths[length % 8];
}

class writer {
public:
    writer(const survey& s, const figures& f, const options& o) : s_(s), f_(f), o_(o) {}

    std::string write(const std::string& source) {
        text_ = "Net Promoter Score of " + printable(source) + "\n\n";
        responses();
        answers();
        score();
        for (const grouping& by : s_.segments) {
            groups(by.column, f_.segments);
            comparisons(by.column, compared_with::rest);
        }
        if (s_.waves) {
            groups(s_.waves->column, f_.waves);
            comparisons(s_.waves->column, compared_with::before);
        }
        if (s_.compared) {
            comparisons(s_.compared->column, compared_with::other);
        }
        if (f_.drivers) {
            text_ += drivers_text(*f_.drivers, o_);
        }
        sample();
        return std::move(text_);
    }

private:
    void line(std::string_view label, const std::string& value) {
        text_ += pad_right(label, 22) + value + "\n";
    }

    void responses() {
        const auto count = [&](std::string_view label, std::int64_t value) {
            text_ += pad_right(label, answer_label) + pad_left(grouped(value), 9) + "\n";
        };
        count("Responses", f_.total.responses);
        count("  valid answers", s_.total.n());
        count("  missing", f_.total.missing);
        count("  invalid", f_.total.invalid);
        for (const invalid_example& e : s_.examples) {
            text_ += "      line " + std::to_string(e.line) + ": " +
                     (e.text.empty() ? "" : in_quotes(e.text, 40) + " is ") + e.reason + "\n";
        }
        const auto shown = static_cast<std::int64_t>(s_.examples.size());
        if (f_.total.invalid > shown) {
            text_ += "      and " + grouped(f_.total.invalid - shown) + " more\n";
        }
        text_ += "\n";
    }

    void answer_line(const std::string& label, std::int64_t count, double longest) {
        const double part = share(count, s_.total.n());
        text_ += pad_right(label, answer_label) + pad_left(grouped(count), 9) +
                 pad_left(percent(part), 9) + (part > 0 ? "  " + bar(part / longest) : "") + "\n";
    }

    void answers() {
        const nps::scale& scale = o_.scale;
        const auto counts = s_.total.counts();
        text_ += "Answers\n";
        if (counts.size() <= most_bars) {
            const double longest = share(*std::ranges::max_element(counts), s_.total.n());
            for (int score = scale.lowest; score <= scale.highest; ++score) {
                answer_line(format("%6d", score), s_.total.count(score), longest);
            }
            text_ += "\n";
        }
        const auto span = [](int first, int last) {
            return first == last ? std::to_string(first)
                                 : std::to_string(first) + " to " + std::to_string(last);
        };
        const nps::category_counts& c = f_.total.counts;
        answer_line("  detractors " + span(scale.lowest, scale.last_detractor), c.detractors, 1);
        if (scale.first_promoter - scale.last_detractor > 1) {
            answer_line("  passives " + span(scale.last_detractor + 1, scale.first_promoter - 1),
                        c.passives, 1);
        }
        answer_line("  promoters " + span(scale.first_promoter, scale.highest), c.promoters, 1);
        text_ += "\n";
    }

    void score() {
        const group_figures& t = f_.total;
        line("Score", points(t.score->value) + " points, standard error " +
                          format("%.1f", 100 * t.score->standard_error));
        line("  " + level_name(o_.level) + " interval",
             range(*t.interval) + " (method " + std::string(t.interval->method) + ")");
        line("  ideal bootstrap",
             range(*t.ideal_bootstrap) + " (" + std::string(t.ideal_bootstrap->method) + ")");
        text_ += "\n";
    }

    void groups(const std::string& column, const std::vector<group_figures>& all) {
        std::vector<const group_figures*> rows;
        std::size_t width = display_width(printable(column)) + 3;
        for (const group_figures& g : all) {
            if (g.column == column) {
                rows.push_back(&g);
                width = (std::max)(width, display_width(printable(name_of(g))) + 4);
            }
        }
        width = (std::min)(width, widest_name);
        text_ += pad_right("By " + column, width) +
                 "   valid missing invalid  det%  pas%  pro%  score  " +
                 pad_right(level_name(o_.level) + " interval", interval_width) +
                 "ideal bootstrap\n";
        bool any_small = false;
        for (const group_figures* g : rows) {
            any_small = group_row(*g, width) || any_small;
        }
        if (any_small) {
            text_ += "  * fewer than " + std::to_string(small_group) + " valid answers\n";
        }
        text_ += "\n";
    }

    static std::string shown(const std::string& value) { return value.empty() ? "(empty)" : value; }
    static std::string name_of(const group_figures& g) { return shown(g.value); }

    static std::string compared_names(const named_comparison& c) {
        switch (c.with) {
        case compared_with::rest:
            return shown(c.a);
        case compared_with::before:
            return shown(c.a) + " after " + shown(c.b);
        case compared_with::other:
            break;
        }
        return shown(c.a) + " and " + shown(c.b);
    }

    // "up 4.1 points, more than chance would show"
    [[nodiscard]] std::string in_words(const named_comparison& c) const {
        const std::string size = format("%.1f", 100 * std::abs(c.figures.comparison.difference));
        const bool up = c.figures.comparison.difference > 0;
        std::string words;
        if (size == "0.0") {
            words = c.with == compared_with::before ? "no change" : "no difference";
        } else if (c.with == compared_with::before) {
            words = (up ? "up " : "down ") + size + " points";
        } else if (c.with == compared_with::rest) {
            words = size + " points " + (up ? "above" : "below") + " the rest";
        } else {
            words = size + " points " + (up ? "ahead" : "behind");
        }
        return words + (c.figures.adjusted_p_value < 1 - o_.level
                            ? ", more than chance would show"
                            : ", within what chance would show");
    }

    void comparisons(const std::string& column, compared_with kind) {
        std::vector<const named_comparison*> rows;
        std::size_t width = 0;
        for (const named_comparison& c : f_.comparisons) {
            if (c.column == column && c.with == kind) {
                rows.push_back(&c);
                width = (std::max)(width, display_width(printable(compared_names(c))) + 4);
            }
        }
        const std::string title = kind == compared_with::rest ? column + " against the rest"
                                  : kind == compared_with::before
                                      ? column + " against the one before"
                                      : column + ", each with each";
        if (rows.empty()) {
            text_ += printable(title) + ": fewer than two groups with valid answers\n\n";
            return;
        }
        width = (std::min)((std::max)(width, display_width(printable(title)) + 2), widest_names);
        text_ += pad_right(title, width) + "difference  " +
                 pad_right(level_name(o_.level) + " interval", interval_width) +
                 "      p  adjusted\n";
        for (const named_comparison* c : rows) {
            text_ += pad_right("  " + compared_names(*c), width) +
                     pad_left(points(c->figures.comparison.difference), 10) + "  " +
                     pad_right(range(c->figures.comparison.interval), interval_width) +
                     pad_left(p_value(c->figures.comparison.p_value), 7) +
                     pad_left(p_value(c->figures.adjusted_p_value), 10) + "  " + in_words(*c) +
                     "\n";
        }
        // Of two groups each is the other's rest.
        const std::size_t count = kind == compared_with::rest && rows.size() == 2 ? 1 : rows.size();
        const std::string of =
            std::to_string(count) + (count == 1 ? " comparison" : " comparisons");
        text_ += "  each interval by itself; " +
                 (o_.adjust == nps::multiplicity::none
                      ? "p values not adjusted for " + of
                      : "adjusted for " + of + " by " +
                            std::string(nps::detail::method_name(o_.adjust, "nps_report"))) +
                 "\n\n";
    }

    // Whether the group is small.
    bool group_row(const group_figures& g, std::size_t width) {
        const std::int64_t n = g.counts.n();
        const bool small = n < small_group;
        text_ += pad_right((small ? "* " : "  ") + name_of(g), width) + pad_left(grouped(n), 8) +
                 pad_left(grouped(g.missing), 8) + pad_left(grouped(g.invalid), 8);
        if (!g.score) {
            text_ += "  no valid answers\n";
            return small;
        }
        for (const std::int64_t part :
             {g.counts.detractors, g.counts.passives, g.counts.promoters}) {
            text_ += pad_left(format("%.1f", 100 * share(part, n)), 6);
        }
        text_ += pad_left(points(g.score->value), 7) + "  " +
                 pad_right(range(*g.interval), interval_width) + range(*g.ideal_bootstrap) + "\n";
        return small;
    }

    static std::string answers_of(const nps::sample_plan& plan) {
        return grouped(plan.completes) + (plan.completes == 1 ? " answer" : " answers");
    }

    void sample() {
        const std::string level = level_name(o_.level);
        text_ += "Sample size at " + level + "\n";
        line("  these data have",
             format("a margin of error of %.1f points", 100 * f_.margin_of_error) +
                 format(" (%.1f by adjusted Wald)", 100 * f_.careful_margin));
        line(format("  a margin of %.3g", 100 * o_.margin),
             "needs " + answers_of(f_.plan) + " with the spread of these data (S " +
                 format("%.3f", f_.total.score->respondent_sd) + ")");
        line("", "      " + answers_of(f_.careful) + " by adjusted Wald, for concentrated answers");
        line("", "      " + answers_of(f_.worst_case) + " in the worst case (S 1)");
        if (o_.response_rate < 1) {
            line("  to be invited",
                 grouped(f_.plan.invitations) + " people, " + grouped(f_.worst_case.invitations) +
                     " in the worst case, where " + percent(o_.response_rate) + " answer");
        }
    }

    const survey& s_;
    const figures& f_;
    const options& o_;
    std::string text_;
};

} // namespace

std::string text_report(const survey& s, const figures& f, const options& o,
                        const std::string& source) {
    return writer(s, f, o).write(source);
}

} // namespace nps_report

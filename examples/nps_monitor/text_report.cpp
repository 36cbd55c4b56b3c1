// SPDX-License-Identifier: Apache-2.0
#include "program/number_text.hpp"
#include "program/text.hpp"
#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace nps_monitor {

using namespace nps_program;

namespace {

constexpr std::size_t widest_name = 28;
constexpr std::size_t interval_width = 18; // "-100.0 to +100.0" and a gap
constexpr std::size_t most_movers = 10;
constexpr std::size_t most_ranks = 5;

std::string shown(const std::string& name) {
    return name.empty() ? "(empty)" : name;
}

class writer {
public:
    writer(const programme& p, const figures& f, const options& o) : p_(p), f_(f), o_(o) {
        for (const line& l : f.touchpoints) {
            width_ = (std::max)(width_, display_width(printable(shown(l.name))) + 2);
        }
        width_ = (std::min)(width_, widest_name);
    }

    std::string write(const std::string& source) {
        text_ = "Programme of " + printable(source) + "\n\n";
        rows();
        table();
        change();
        ranking();
        return std::move(text_);
    }

private:
    void rows() {
        const auto count = [&](std::string_view label, std::int64_t value) {
            if (value > 0 || label[0] != ' ') {
                text_ += pad_right(label, 44) + pad_left(grouped(value), 11) + "\n";
            }
        };
        count("Rows", p_.rows);
        count("  valid answers", p_.valid);
        count("  missing", p_.missing);
        count("  scores that are none", p_.invalid_scores);
        count("  times that are none", p_.invalid_times);
        count("  malformed", p_.malformed);
        count("  of closed periods, in the state or too late", p_.closed);
        for (const unread_example& e : p_.examples) {
            text_ += "      line " + std::to_string(e.line) + ": " +
                     (e.text.empty() ? "" : in_quotes(e.text, 40) + " is ") + e.reason + "\n";
        }
        count("Periods", static_cast<std::int64_t>(f_.periods));
        count("Touchpoints", static_cast<std::int64_t>(f_.touchpoints.size()));
        text_ += "\n";
    }

    [[nodiscard]] std::string reason(const watched& w) const {
        if (w.now && w.before) {
            return std::string(name_of(w.state)) + " since " + nps::to_text(since_of(w, f_)) +
                   ": " + points(w.now->value) + " since then, " + points(w.before->value) +
                   " before" + format(" (sum %.1f, limit %.1f)", w.sum, w.limit);
        }
        return w.state == watch_state::learning ? "too short a history" : "";
    }

    void row(const std::string& name, const line& l) {
        text_ += pad_right(name, width_) + pad_left(grouped(l.counts.n()), 10) +
                 pad_left(l.score ? points(l.score->value) : "-", 8) + "  " +
                 pad_right(l.interval ? range(*l.interval) : "", interval_width) +
                 pad_left(l.smoothed ? points(l.smoothed->value) : "-", 9) + "  " +
                 pad_right(l.smoothed ? range(l.smoothed->interval) : "", interval_width) +
                 reason(l.alarm) + "\n";
    }

    void table() {
        text_ += pad_right("Period " + nps::to_text(f_.latest), width_) + "         n   score  " +
                 pad_right(level_name(o_.level) + " interval", interval_width) + " smoothed  " +
                 pad_right(level_name(o_.level) + " interval", interval_width) + "alarm\n";
        row("all", f_.all);
        std::size_t alarms = 0;
        for (const line& l : f_.touchpoints) {
            row(shown(l.name), l);
            alarms += l.alarm.now ? 1 : 0;
        }
        text_ += "  " + std::to_string(alarms) + " of " + std::to_string(f_.touchpoints.size()) +
                 " touchpoints with an alarm: self-starting CUSUM, " +
                 format("one false alarm of all lines in %.0f periods\n\n", o_.run_length);
    }

    void movers(const split_change& s) {
        text_ += "By " + printable(s.attribute) + ": mix " + points(s.mix.value) + " (" +
                 range(s.mix.interval) + "), rate " + points(s.rate.value) + " (" +
                 range(s.rate.interval) + ")\n";
        text_ += pad_right("", width_) + "   total     mix    rate   share before, after" +
                 "    own score before, after   adjusted p\n";
        const auto score = [](const std::optional<double>& x) { return x ? points(*x) : "-"; };
        for (std::size_t k = 0; k < (std::min)(s.movers.size(), most_movers); ++k) {
            const mover& m = s.movers[k];
            text_ += pad_right(shown(m.change.name), width_) +
                     pad_left(format("%+.2f", 100 * m.change.total), 8) +
                     pad_left(format("%+.2f", 100 * m.change.mix.value), 8) +
                     pad_left(format("%+.2f", 100 * m.change.rate.value), 8) +
                     pad_left(percent(m.change.weight_before), 11) +
                     pad_left(percent(m.change.weight_after), 9) +
                     pad_left(score(m.change.before), 14) + pad_left(score(m.change.after), 9) +
                     pad_left(m.own ? p_value(m.adjusted_p_value) : "-", 14) + "\n";
        }
        if (s.movers.size() > most_movers) {
            text_ += "  and " + std::to_string(s.movers.size() - most_movers) + " more\n";
        }
        text_ += "\n";
    }

    void change() {
        if (!f_.change) {
            text_ += "No earlier period to compare with.\n\n";
            return;
        }
        const change_figures& c = *f_.change;
        text_ += "Change since " + nps::to_text(c.before) + ": " + points(c.change.value) + " (" +
                 range(c.change.interval) + "), from " + points(c.score_before) +
                 "; what each did to it, in points\n\n";
        for (const split_change& s : c.splits) {
            movers(s);
        }
    }

    void ranks(const std::string& title, std::size_t first, std::size_t last) {
        text_ += pad_right(title, width_) + "         n   score  " +
                 pad_right(level_name(o_.level) + " interval", interval_width) +
                 "rank from the lowest, as far as it is sure\n";
        for (std::size_t k = first; k < last; ++k) {
            const ranked& r = f_.ranking[k];
            text_ += pad_right(shown(r.name), width_) + pad_left(grouped(r.counts.n()), 10) +
                     pad_left(points(r.score), 8) + "  " +
                     pad_right(range(r.interval), interval_width) + std::to_string(r.rank.best) +
                     " to " + std::to_string(r.rank.worst) + " of " +
                     std::to_string(f_.ranking.size()) + "\n";
        }
        text_ += "\n";
    }

    void ranking() {
        const std::size_t m = f_.ranking.size();
        if (m < 2) {
            return;
        }
        text_ += "The last " +
                 std::to_string((std::min)(f_.periods, static_cast<std::size_t>(o_.window))) +
                 " periods\n";
        const std::size_t shown_ranks = (std::min)(most_ranks, m / 2);
        ranks("Worst", 0, shown_ranks);
        ranks("Best", m - shown_ranks, m);
    }

    const programme& p_;
    const figures& f_;
    const options& o_;
    std::size_t width_ = 18;
    std::string text_{};
};

} // namespace

nps::period since_of(const watched& w, const figures& f) {
    const auto back = static_cast<std::int32_t>(f.periods - 1 - w.since);
    return {f.latest.unit(), f.latest.index() - back};
}

std::string text_report(const programme& p, const figures& f, const options& o,
                        const std::string& source) {
    return writer(p, f, o).write(source);
}

} // namespace nps_monitor

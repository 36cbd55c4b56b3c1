// SPDX-License-Identifier: Apache-2.0
#include "drivers.hpp"
#include "program/number_text.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace nps_report {

using namespace nps_program;

namespace {

constexpr std::size_t map_width = 51;
constexpr std::size_t map_height = 13;
// A letter for each driver on the map; later ones are dots.
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string letter_of(std::size_t place) {
    return place < letters.size() ? std::string(1, letters[place]) : ".";
}

std::size_t name_width(const driver_figures& f) {
    std::size_t width = 22;
    for (const driver_importance& d : f.importance) {
        width = (std::max)(width, display_width(printable(d.name)) + 6);
    }
    return (std::min)(width, std::size_t{36});
}

std::string coefficient_table(const driver_figures& f, const options& o) {
    const std::size_t width = name_width(f);
    std::string text = pad_right("  one more point of", width + 10) + "moves the score by  " +
                       pad_right(level_name(o.level) + " interval", 18) + "      p\n";
    for (const nps::coefficient& c : f.coefficients) {
        if (c.name == "(intercept)") {
            continue;
        }
        text += pad_right("    " + c.name, width + 10) + pad_left(points(c.estimate), 12) +
                pad_right(" points", 8) + pad_right(range(c.interval), 18) +
                pad_left(p_value(c.p_value), 7) + "\n";
    }
    return text + "\n";
}

std::string quadrant_words(const driver_importance& d) {
    std::string words = d.quadrant;
    std::ranges::replace(words, '_', ' ');
    return words + (d.certain ? "" : " (not certain)");
}

std::string importance_table(const driver_figures& f, const options& o) {
    const std::size_t width = name_width(f);
    std::string text = pad_right("  importance (" + f.method + ")", width + 4) + "  share  " +
                       pad_right(level_name(o.level) + " interval", 18) +
                       " first  mean rating  where to act\n";
    std::size_t place = 0;
    for (const driver_importance& d : f.importance) {
        text += pad_right("  " + letter_of(place++) + " " + d.name, width + 4) +
                pad_left(percent(d.share), 7) + "  " +
                pad_right(percent(d.interval.lower) + " to " + percent(d.interval.upper), 18) +
                pad_left(format("%.0f %%", 100 * d.first), 6) +
                pad_left(format("%.2f", d.mean_rating), 13) + "  " + quadrant_words(d) + "\n";
    }
    return text + "  first: in how many of the resamples it was worth most\n\n";
}

// Where a value lies between two ends, as one of `cells`.
std::size_t cell_of(double value, double lowest, double highest, std::size_t cells) {
    if (!(highest > lowest)) {
        return cells / 2;
    }
    const double part = std::clamp((value - lowest) / (highest - lowest), 0.0, 1.0);
    return static_cast<std::size_t>(std::lround(part * static_cast<double>(cells - 1)));
}

std::string map(const driver_figures& f) {
    double left = f.middle_rating;
    double right = f.middle_rating;
    double bottom = f.middle_share;
    double top = f.middle_share;
    for (const driver_importance& d : f.importance) {
        left = (std::min)(left, d.mean_rating);
        right = (std::max)(right, d.mean_rating);
        bottom = (std::min)(bottom, d.share);
        top = (std::max)(top, d.share);
    }
    std::array<std::string, map_height> rows;
    rows.fill(std::string(map_width, ' '));
    const std::size_t middle = cell_of(f.middle_rating, left, right, map_width);
    const std::size_t level = map_height - 1 - cell_of(f.middle_share, bottom, top, map_height);
    for (std::string& row : rows) {
        row[middle] = '|';
    }
    rows[level] = std::string(map_width, '-');
    rows[level][middle] = '+';
    // The most important one is drawn last, so that it is always seen.
    for (std::size_t i = f.importance.size(); i-- > 0;) {
        const driver_importance& d = f.importance[i];
        rows[map_height - 1 - cell_of(d.share, bottom, top, map_height)]
            [cell_of(d.mean_rating, left, right, map_width)] = letter_of(i).front();
    }
    std::string text =
        "  importance   " + pad_right("concentrate here", map_width - 8) + "keep up\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string label = i == 0                ? percent(top)
                                  : i + 1 == map_height ? percent(bottom)
                                                        : std::string();
        text += pad_left(label, 11) + "  | " + rows[i] + "\n";
    }
    text += "               " + pad_right("low priority", map_width - 17) + "possible overkill\n";
    return text + "               " + pad_right(format("%.2f", left), map_width - 18) +
           pad_left(format("%.2f mean rating", right), 18) + "\n\n";
}

} // namespace

std::string drivers_text(const driver_figures& f, const options& o) {
    std::string text = "What drives the score: least squares on -1, 0, 1; " + grouped(f.n) +
                       " rows, " + grouped(f.dropped) + " left out\n";
    for (const std::string& warning : f.warnings) {
        text += "  ! " + printable(warning) + "\n";
    }
    if (!f.r_squared) {
        return text + "\n";
    }
    text += "  the ratings explain " + percent(*f.r_squared) + " of the variance (R^2; adjusted " +
            percent(*f.adjusted_r_squared) + ")\n\n" + coefficient_table(f, o);
    if (!f.importance.empty()) {
        text += importance_table(f, o) + map(f);
    }
    return text + "  Importance is association in these answers, not proof of cause.\n\n";
}

} // namespace nps_report

// SPDX-License-Identifier: Apache-2.0
#include "programme.hpp"

#include "program/columns.hpp"
#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <string_view>
#include <system_error>

namespace nps_plan {

using namespace nps_program;

namespace {

// A number in a cell, or nothing where the cell is empty.
class cell_reader {
public:
    cell_reader(const std::string& file, const csv_row& row,
                const std::map<std::string, std::size_t>& places)
        : file_(file), row_(row), places_(places) {}

    [[nodiscard]] std::string_view text(const std::string& column) const {
        const auto place = places_.find(column);
        return place == places_.end() ? std::string_view() : trim(row_.cell(place->second));
    }

    [[nodiscard]] std::optional<double> number(const std::string& column) const {
        const std::string_view cell = text(column);
        if (cell.empty()) {
            return std::nullopt;
        }
        double value = 0;
        const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
        if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
            refuse(column, "is not a number");
        }
        return value;
    }

    // Also 1e6, and 20.0 as spreadsheets write it.
    [[nodiscard]] std::optional<std::int64_t> whole(const std::string& column) const {
        const auto value = number(column);
        if (!value) {
            return std::nullopt;
        }
        if (!(*value == std::trunc(*value) && std::abs(*value) <= 0x1p53)) {
            refuse(column, "is not a whole number up to 2^53");
        }
        return static_cast<std::int64_t>(*value);
    }

    [[noreturn]] void refuse(const std::string& column, const std::string& why) const {
        throw program_error(file_ + ": line " + std::to_string(row_.line()) + ", column " + column +
                            ": " + in_quotes(text(column)) + " " + why);
    }

private:
    const std::string& file_;
    const csv_row& row_;
    const std::map<std::string, std::size_t>& places_;
};

const std::vector<std::string>& known_columns() {
    static const std::vector<std::string> names{
        "touchpoint", "population",    "margin",        "response_rate", "detractors", "passives",
        "promoters",  "respondent_sd", "design_effect", "cost",          "minimum",    "maximum"};
    return names;
}

nps::category_counts pilot_of(const cell_reader& cells) {
    nps::category_counts pilot;
    const auto count = [&](const std::string& column) {
        const std::int64_t value = cells.whole(column).value_or(0);
        if (value < 0) {
            cells.refuse(column, "must not be negative");
        }
        return value;
    };
    pilot.detractors = count("detractors");
    pilot.passives = count("passives");
    pilot.promoters = count("promoters");
    return pilot;
}

} // namespace

programme read_programme(csv_reader& reader) {
    const csv_row* header = reader.next();
    if (header == nullptr || header->broken()) {
        throw program_error(reader.name() + (header == nullptr
                                                 ? ": is empty, there is no header line"
                                                 : ": the header line has a quote inside a cell"));
    }
    programme result;
    std::map<std::string, std::size_t> places;
    const column_names columns(*header, reader.name());
    for (std::size_t i = 0; i < header->size(); ++i) {
        const std::string name(trim(header->cell(i)));
        if (std::ranges::find(known_columns(), name) != known_columns().end()) {
            places[name] = columns.find(name);
        }
        result.columns.push_back(name);
    }
    static_cast<void>(columns.find("touchpoint"));

    std::map<std::string, std::int64_t> lines;
    while (const csv_row* row = reader.next()) {
        const std::string line = reader.name() + ": line " + std::to_string(row->line());
        if (row->broken()) {
            throw program_error(line + ": a quote inside a cell");
        }
        if (!fits(*row, columns.size())) {
            throw program_error(line + ": " + std::to_string(row->size()) +
                                " cells where the header has " + std::to_string(columns.size()));
        }
        const cell_reader cells(reader.name(), *row, places);
        touchpoint_row one{.line = row->line(),
                           .name = std::string(cells.text("touchpoint")),
                           .population = cells.whole("population"),
                           .margin = cells.number("margin"),
                           .response_rate = cells.number("response_rate"),
                           .pilot = pilot_of(cells),
                           .respondent_sd = cells.number("respondent_sd"),
                           .design_effect = cells.number("design_effect"),
                           .cost = cells.number("cost"),
                           .minimum = cells.whole("minimum"),
                           .maximum = cells.whole("maximum")};
        if (one.name.empty()) {
            throw program_error(line + ": the touchpoint has no name");
        }
        const auto [known, is_new] = lines.emplace(one.name, one.line);
        if (!is_new) {
            throw program_error(line + ": touchpoint " + in_quotes(one.name) + " stands in line " +
                                std::to_string(known->second) + " already");
        }
        result.rows.push_back(std::move(one));
    }
    if (result.rows.empty()) {
        throw program_error(reader.name() + ": has no touchpoints, only a header");
    }
    return result;
}

} // namespace nps_plan

// SPDX-License-Identifier: Apache-2.0
#include "ratings.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <bitset>
#include <string_view>
#include <utility>

namespace nps_report {

using namespace nps_program;

namespace {

constexpr nps::scale any_rating{
    .lowest = 0, .highest = 100, .last_detractor = 0, .first_promoter = 100};
// With --drivers all a column of more is an age, a number of years, an identifier.
constexpr std::size_t most_ratings = 11;

bool mostly_text(const driver_column& column) {
    const auto rows = static_cast<std::int64_t>(column.ratings.size());
    return 2 * column.invalid > rows - column.missing;
}

std::size_t different(const driver_column& column) {
    std::bitset<256> seen;
    for (const std::uint8_t rating : column.ratings) {
        seen.set(rating);
    }
    seen.reset(driver_column::none);
    return seen.count();
}

} // namespace

rating_reader::rating_reader(const column_names& columns, const options& o)
    : scale_(o.scale), read_(any_rating, o.missing_codes, code_on_scale::missing),
      all_(o.drivers.size() == 1 && o.drivers.front() == "all") {
    const auto add_column = [this](std::string name, std::size_t place) {
        sources_.push_back({.place = place});
        rows_.columns.push_back({.name = std::move(name), .ratings = {}});
    };
    if (!all_) {
        for (const std::string& name : o.drivers) {
            add_column(name, columns.find(name));
        }
        return;
    }
    std::vector<std::size_t> used{columns.find(o.score)};
    for (const std::string& name : o.segments) {
        used.push_back(columns.find(name));
    }
    for (const std::string& name : {o.wave, o.compare}) {
        if (!name.empty()) {
            used.push_back(columns.find(name));
        }
    }
    for (std::size_t place = 0; place < columns.size(); ++place) {
        if (std::ranges::find(used, place) == used.end()) {
            add_column(columns.name(place), place);
        }
    }
}

void rating_reader::add(const csv_row& row, const answer& a) {
    rows_.outcome.push_back(
        a.kind == answer_kind::valid
            ? static_cast<std::int8_t>(static_cast<int>(nps::classify(a.score, scale_)) - 1)
            : driver_rows::no_answer);
    for (std::size_t j = 0; j < sources_.size(); ++j) {
        if (sources_[j].given_up) {
            continue;
        }
        driver_column& column = rows_.columns[j];
        const answer rating = read_(row.cell(sources_[j].place));
        column.missing += rating.kind == answer_kind::missing ? 1 : 0;
        if (rating.kind == answer_kind::invalid) {
            ++column.invalid;
            if (all_ && column.invalid > 100 && mostly_text(column)) {
                // Not a column of ratings: its memory is given back.
                sources_[j].given_up = true;
                column.ratings = {};
                continue;
            }
        }
        column.ratings.push_back(rating.kind == answer_kind::valid
                                     ? static_cast<std::uint8_t>(rating.score)
                                     : driver_column::none);
    }
}

driver_rows rating_reader::take() {
    if (!all_) {
        for (const driver_column& column : rows_.columns) {
            if (different(column) == 0) {
                throw program_error("--drivers: column " + in_quotes(column.name) +
                                    " has no rating (whole numbers from 0 to 100): " +
                                    std::to_string(column.missing) + " missing, " +
                                    std::to_string(column.invalid) + " invalid");
            }
        }
        return std::move(rows_);
    }
    driver_rows found{.columns = {}, .outcome = std::move(rows_.outcome), .others = {}};
    for (std::size_t j = 0; j < sources_.size(); ++j) {
        driver_column& column = rows_.columns[j];
        if (sources_[j].given_up || mostly_text(column)) {
            continue;
        }
        const std::size_t values = different(column);
        if (values < 2 || values > most_ratings) {
            found.others.push_back({.name = column.name,
                                    .reason = values == 0 ? "empty"
                                              : values == 1
                                                  ? "always the same"
                                                  : std::to_string(values) + " different numbers"});
            continue;
        }
        found.columns.push_back(std::move(column));
    }
    if (found.columns.empty()) {
        throw program_error("--drivers all: no column holds ratings: whole numbers from 0 to 100, "
                            "at most 11 different ones");
    }
    return found;
}

} // namespace nps_report

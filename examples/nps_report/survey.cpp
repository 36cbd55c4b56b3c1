// SPDX-License-Identifier: Apache-2.0
#include "survey.hpp"

#include "program/answer.hpp"
#include "program/columns.hpp"
#include "program/error.hpp"
#include "program/text.hpp"

#include <string_view>
#include <utility>

namespace nps_report {

using namespace nps_program;

namespace {

constexpr std::size_t most_examples = 5;
// More are identifiers or free text, which would fill the memory and nobody's report.
constexpr std::size_t most_groups = 10'000;
constexpr std::size_t longest_group_name = 200;

class accumulator {
public:
    accumulator(const column_names& columns, const options& o, std::string file)
        : file_(std::move(file)), width_(columns.size()), answers_(o.scale, o.missing_codes),
          score_(columns.find(o.score)) {
        result_.total = nps::dynamic_tally(o.scale);
        const auto by = [&](const std::string& column) {
            return grouping{column, nps::dynamic_grouped_tally<std::string>(o.scale)};
        };
        result_.segments.reserve(o.segments.size()); // addresses are kept below
        for (const std::string& segment : o.segments) {
            result_.segments.push_back(by(segment));
            group_by(columns, result_.segments.back());
        }
        if (!o.wave.empty()) {
            group_by(columns, result_.waves.emplace(by(o.wave)));
        }
        if (!o.compare.empty()) {
            group_by(columns, result_.compared.emplace(by(o.compare)));
        }
        if (!o.drivers.empty()) {
            ratings_.emplace(columns, o);
        }
    }

    void add(const csv_row& row) {
        if (row.broken()) {
            add_malformed(row, "a quote inside a cell");
        } else if (!fits(row, width_)) {
            add_malformed(row, std::to_string(row.size()) + " cells where the header has " +
                                   std::to_string(width_));
        } else {
            add_answer(row);
        }
    }

    accumulator(const accumulator&) = delete;
    accumulator& operator=(const accumulator&) = delete;

    [[nodiscard]] survey take() {
        if (ratings_) {
            result_.drivers = ratings_->take();
        }
        return std::move(result_);
    }

private:
    void group_by(const column_names& columns, grouping& by) {
        grouped_.emplace_back(columns.find(by.column), &by);
    }

    void add_malformed(const csv_row& row, std::string reason) {
        result_.total.add_invalid();
        ++result_.malformed;
        remember(row.line(), "", std::move(reason));
    }

    void add_answer(const csv_row& row) {
        const std::string_view cell = row.cell(score_);
        const answer a = answers_(cell);
        if (a.kind == answer_kind::invalid) {
            remember(row.line(), printable(cell.substr(0, 200)), std::string(a.reason));
        }
        count(result_.total, a);
        if (ratings_) {
            ratings_->add(row, a);
        }
        for (const auto& [place, by] : grouped_) {
            const std::string_view name = trim(row.cell(place));
            const std::size_t known = by->groups.size();
            count(by->groups, a, name);
            if (by->groups.size() > known) {
                check_new_group(*by, name, row.line());
            }
        }
    }

    // `group` is nothing for the whole survey.
    template <class Tally, class... Group>
    static void count(Tally& tally, const answer& a, const Group&... group) {
        switch (a.kind) {
        case answer_kind::valid:
            tally.add(group..., a.score);
            break;
        case answer_kind::missing:
            tally.add_missing(group...);
            break;
        case answer_kind::invalid:
            tally.add_invalid(group...);
            break;
        }
    }

    void check_new_group(const grouping& by, std::string_view name, std::int64_t line) const {
        if (name.size() > longest_group_name) {
            throw program_error(file_ + ": line " + std::to_string(line) + ": column " +
                                in_quotes(by.column) + " holds a text of " +
                                std::to_string(name.size()) + " bytes, too long for a group");
        }
        if (by.groups.size() > most_groups) {
            throw program_error(file_ + ": column " + in_quotes(by.column) + " has more than " +
                                std::to_string(most_groups) + " different values: not groups");
        }
    }

    void remember(std::int64_t line, std::string text, std::string reason) {
        if (result_.examples.size() < most_examples) {
            result_.examples.push_back(
                {.line = line, .text = std::move(text), .reason = std::move(reason)});
        }
    }

    std::string file_;
    std::size_t width_;
    answer_reader answers_;
    std::size_t score_;
    survey result_;
    std::optional<rating_reader> ratings_;
    // Place of the column, and the groups in result_.
    std::vector<std::pair<std::size_t, grouping*>> grouped_;
};

} // namespace

survey read_survey(csv_reader& reader, const options& o) {
    const csv_row* header = reader.next();
    if (header == nullptr || header->broken()) {
        throw program_error(reader.name() + (header == nullptr
                                                 ? ": is empty, there is no header line"
                                                 : ": the header line has a quote inside a cell"));
    }
    accumulator rows(column_names(*header, reader.name()), o, reader.name());
    while (const csv_row* row = reader.next()) {
        rows.add(*row);
    }
    survey result = rows.take();
    if (result.total.n() == 0) {
        std::string why = reader.name() + ": column " + in_quotes(o.score) +
                          " has no valid answer: " + std::to_string(result.total.missing()) +
                          " missing, " + std::to_string(result.total.invalid()) + " invalid";
        if (!result.examples.empty()) {
            const invalid_example& first = result.examples.front();
            why += "; line " + std::to_string(first.line) + ": " +
                   (first.text.empty() ? "" : in_quotes(first.text) + " is ") + first.reason;
        }
        throw program_error(why);
    }
    return result;
}

} // namespace nps_report

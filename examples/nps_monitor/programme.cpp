// SPDX-License-Identifier: Apache-2.0
#include "programme.hpp"

#include "program/answer.hpp"
#include "program/columns.hpp"
#include "program/error.hpp"
#include "program/text.hpp"

#include <string_view>
#include <utility>

namespace nps_monitor {

using namespace nps_program;

namespace {

constexpr std::size_t most_examples = 5;
// More are identifiers or free text, which would fill the memory and nobody's report.
constexpr std::size_t most_values = 10'000;
constexpr std::size_t longest_value = 200;
// Values are counted each time so many cells have come: a cell is 150 bytes.
constexpr std::size_t cells_between_checks = 50'000;

class accumulator {
public:
    accumulator(const column_names& columns, const options& o, std::string file, programme& p)
        : file_(std::move(file)), width_(columns.size()), read_(nps::zero_to_ten, o.missing_codes),
          time_(columns.find(o.time)), score_(columns.find(o.score)), p_(p) {
        for (const std::string& name : o.by) {
            places_.push_back(columns.find(name));
        }
        values_.resize(places_.size());
    }

    void add(const csv_row& row) {
        ++p_.rows;
        if (row.broken()) {
            add_malformed(row, "a quote inside a cell");
        } else if (!fits(row, width_)) {
            add_malformed(row, std::to_string(row.size()) + " cells where the header has " +
                                   std::to_string(width_));
        } else {
            add_answer(row);
        }
    }

    void check_values() const {
        for (const std::string& name : p_.answers.attributes()) {
            if (p_.answers.values(name).size() > most_values) {
                throw program_error(file_ + ": column " + in_quotes(name) + " has more than " +
                                    std::to_string(most_values) +
                                    " different values: not touchpoints or segments");
            }
        }
    }

private:
    void add_malformed(const csv_row& row, std::string reason) {
        ++p_.malformed;
        remember(row.line(), "", std::move(reason));
    }

    void add_answer(const csv_row& row) {
        for (std::size_t a = 0; a < places_.size(); ++a) {
            values_[a] = trim(row.cell(places_[a]));
            if (values_[a].size() > longest_value) {
                throw program_error(file_ + ": line " + std::to_string(row.line()) + ": column " +
                                    in_quotes(p_.answers.attributes()[a]) + " holds a text of " +
                                    std::to_string(values_[a].size()) +
                                    " bytes, too long for a touchpoint or segment");
            }
        }
        const std::string_view cell = row.cell(score_);
        const answer a = read_(cell);
        std::optional<std::int64_t> score;
        if (a.kind == answer_kind::valid) {
            score = a.score;
        } else if (a.kind == answer_kind::invalid) {
            score = -1; // off the scale: counted in its cell
        }
        const std::string_view time = trim(row.cell(time_));
        const std::size_t known = p_.answers.size();
        switch (p_.answers.take(values_, time, score)) {
        case nps::answer_outcome::counted:
            ++p_.valid;
            break;
        case nps::answer_outcome::missing:
            ++p_.missing;
            break;
        case nps::answer_outcome::invalid_score:
            ++p_.invalid_scores;
            remember(row.line(), printable(cell.substr(0, longest_value)), std::string(a.reason));
            break;
        case nps::answer_outcome::invalid_time:
            ++p_.invalid_times;
            remember(row.line(), printable(time.substr(0, longest_value)), "no time");
            break;
        case nps::answer_outcome::late:
        case nps::answer_outcome::duplicate:
            ++p_.closed;
            break;
        }
        if (p_.answers.size() > known && p_.answers.size() % cells_between_checks == 0) {
            check_values();
        }
    }

    void remember(std::int64_t line, std::string text, std::string reason) {
        if (p_.examples.size() < most_examples) {
            p_.examples.push_back(
                {.line = line, .text = std::move(text), .reason = std::move(reason)});
        }
    }

    std::string file_;
    std::size_t width_;
    answer_reader read_;
    std::size_t time_;
    std::size_t score_;
    std::vector<std::size_t> places_;
    std::vector<std::string_view> values_;
    programme& p_;
};

} // namespace

nps::programme_tally_options tally_options(const options& o) {
    return {.attributes = o.by, .unit = o.unit, .utc_offset = o.utc_offset};
}

void read_programme(csv_reader& reader, const options& o, programme& p) {
    const csv_row* header = reader.next();
    if (header == nullptr || header->broken()) {
        throw program_error(reader.name() + (header == nullptr
                                                 ? ": is empty, there is no header line"
                                                 : ": the header line has a quote inside a cell"));
    }
    accumulator rows(column_names(*header, reader.name()), o, reader.name(), p);
    while (const csv_row* row = reader.next()) {
        rows.add(*row);
    }
    rows.check_values();
}

} // namespace nps_monitor

// SPDX-License-Identifier: Apache-2.0
// The ratings that may drive the score: a byte for each row and column, kept for the resampling.
#pragma once

#include "options.hpp"
#include "program/answer.hpp"
#include "program/columns.hpp"
#include "program/csv.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nps_report {

// The ratings of one column, in the order of the rows.
struct driver_column {
    static constexpr std::uint8_t none = 255;
    std::string name;
    std::vector<std::uint8_t> ratings;
    std::int64_t missing = 0;
    std::int64_t invalid = 0;
};

struct driver_rows {
    std::vector<driver_column> columns;
    // -1, 0 or 1, and `no_answer` where there is none.
    static constexpr std::int8_t no_answer = 2;
    std::vector<std::int8_t> outcome;
    // With --drivers all: columns of numbers that are not ratings, and why.
    struct passed_over {
        std::string name;
        std::string reason;
    };
    std::vector<passed_over> others;
};

// Collects the columns of --drivers.
class rating_reader {
public:
    // Throws program_error where a column is not there.
    rating_reader(const nps_program::column_names& columns, const options& o);

    // A row that fits the header, with what its answer says.
    void add(const nps_program::csv_row& row, const nps_program::answer& a);

    // Throws program_error where a named column holds no rating at all.
    [[nodiscard]] driver_rows take();

private:
    struct source {
        std::size_t place = 0;
        bool given_up = false;
    };

    nps::scale scale_;
    nps_program::answer_reader read_;
    bool all_;
    std::vector<source> sources_;
    driver_rows rows_;
};

} // namespace nps_report

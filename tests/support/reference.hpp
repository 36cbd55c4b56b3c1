// SPDX-License-Identifier: Apache-2.0
// Reads a reference table: a first line "# tool, version, script, date", a header row, rows of
// plain cells without quotes.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace nps_test {

class reference_row {
public:
    explicit reference_row(std::map<std::string, std::string> cells) : cells_(std::move(cells)) {}

    [[nodiscard]] const std::string& text(const std::string& column) const {
        return cells_.at(column);
    }
    [[nodiscard]] double number(const std::string& column) const { return std::stod(text(column)); }
    [[nodiscard]] std::int64_t integer(const std::string& column) const {
        return std::stoll(text(column));
    }

private:
    std::map<std::string, std::string> cells_;
};

// The rows of tests/reference/<name>; fails the test when there are none.
[[nodiscard]] inline std::vector<reference_row> reference_table(const std::string& name) {
    std::ifstream file(std::string(NPS_TEST_REFERENCE_DIR) + "/" + name);
    REQUIRE_MESSAGE(file.good(), "missing reference table ", name);
    std::string line;
    std::getline(file, line);
    REQUIRE_MESSAGE(line.starts_with("# "), name, " does not say which tool made it");
    const auto split = [](const std::string& text) {
        std::vector<std::string> cells;
        std::istringstream in(text);
        for (std::string cell; std::getline(in, cell, ',');) {
            cells.push_back(cell);
        }
        return cells;
    };
    std::getline(file, line);
    const std::vector<std::string> columns = split(line);
    std::vector<reference_row> rows;
    while (std::getline(file, line)) {
        const std::vector<std::string> cells = split(line);
        REQUIRE(cells.size() == columns.size());
        std::map<std::string, std::string> row;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            row[columns[i]] = cells[i];
        }
        rows.emplace_back(std::move(row));
    }
    REQUIRE(!rows.empty());
    return rows;
}

} // namespace nps_test

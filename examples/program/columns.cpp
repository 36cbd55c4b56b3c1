// SPDX-License-Identifier: Apache-2.0
#include "program/columns.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace nps_program {
namespace {

// Names longer than this are compared by their beginning.
constexpr std::size_t compared = 64;

std::string folded(std::string_view name) {
    std::string result(name.substr(0, compared));
    for (char& c : result) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return result;
}

// How many bytes to insert, delete or change to make one name of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = (std::min)({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace

column_names::column_names(const csv_row& header, std::string file) : file_(std::move(file)) {
    for (std::size_t i = 0; i < header.size(); ++i) {
        names_.emplace_back(trim(header.cell(i)));
    }
}

std::size_t column_names::find(const std::string& name) const {
    const auto first = std::ranges::find(names_, name);
    if (first == names_.end()) {
        throw program_error(file_ + ": there is no column " + in_quotes(name) + "; " +
                            suggestions(name));
    }
    const auto place = [&](auto found) { return static_cast<std::size_t>(found - names_.begin()); };
    const auto second = std::find(first + 1, names_.end(), name);
    if (second != names_.end()) {
        throw program_error(file_ + ": the header names column " + in_quotes(name) +
                            " twice, in cells " + std::to_string(place(first) + 1) + " and " +
                            std::to_string(place(second) + 1));
    }
    return place(first);
}

std::string column_names::suggestions(const std::string& name) const {
    constexpr std::size_t most_near = 3;
    constexpr std::size_t most_listed = 12;
    const std::string wanted = folded(name);
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const std::string& candidate : names_) {
        const std::string other = folded(candidate);
        const std::size_t longer = (std::max)(wanted.size(), other.size());
        const bool part =
            wanted.size() > 2 && other.size() > 2 &&
            (other.find(wanted) != std::string::npos || wanted.find(other) != std::string::npos);
        const std::size_t distance = edit_distance(wanted, other);
        if (part || 3 * distance <= longer) {
            near.emplace_back(distance, candidate);
        }
    }
    std::ranges::stable_sort(near, {}, &std::pair<std::size_t, std::string>::first);
    near.resize((std::min)(near.size(), most_near));

    std::string text;
    if (!near.empty()) {
        for (const auto& [distance, candidate] : near) {
            text += (text.empty() ? "did you mean " : " or ") + in_quotes(candidate);
        }
        return text + "?";
    }
    for (std::size_t i = 0; i < (std::min)(names_.size(), most_listed); ++i) {
        text += (i == 0 ? "the columns are " : ", ") + in_quotes(names_[i], 30);
    }
    return text + (names_.size() > most_listed ? ", ..." : "");
}

bool fits(const csv_row& row, std::size_t columns) {
    for (std::size_t i = columns; i < row.size(); ++i) {
        if (!trim(row.cell(i)).empty()) {
            return false;
        }
    }
    return row.size() >= columns;
}

} // namespace nps_program

// SPDX-License-Identifier: Apache-2.0
/// @file
/// The cells of a programme tally: texts become numbers once, and a cell is found by two probes, one
/// for its row of values and one for row and period.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/detail/group_index.hpp>
#include <nps/count/detail/programme_index.hpp>
#include <nps/count/tally.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

template <scale S>
class programme_cells {
public:
    using tally_type = basic_tally<S>;
    struct cell {
        std::uint32_t row;
        std::int32_t period;
        tally_type tally;
    };

    programme_cells() = default;
    explicit programme_cells(std::size_t width) : names_(width), found_names_(width) {}

    [[nodiscard]] std::size_t width() const { return names_.size(); }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] const std::vector<cell>& cells() const { return cells_; }
    /// The values of an attribute, in the order in which they came.
    [[nodiscard]] const std::vector<std::string>& names(std::size_t attribute) const {
        return names_[attribute];
    }
    /// Which of them a row has.
    [[nodiscard]] std::uint32_t code(std::size_t row, std::size_t attribute) const {
        return codes_[row * width() + attribute];
    }
    [[nodiscard]] std::vector<std::string_view> row_values(std::size_t row) const {
        std::vector<std::string_view> values;
        values.reserve(width());
        for (std::size_t a = 0; a < width(); ++a) {
            values.push_back(names_[a][code(row, a)]);
        }
        return values;
    }

    /// The tally of a cell, or null; `values` has one for each attribute.
    [[nodiscard]] const tally_type* find(std::span<const std::string_view> values,
                                         std::int32_t period) const {
        const std::uint32_t row = find_row(values, hash_of(values));
        const std::uint32_t at = row == none ? none : find_cell(row, period);
        return at == none ? nullptr : &cells_[at].tally;
    }

    /// Changes the tally of a cell, which is made when there is something to put into it.
    template <class Change>
    void change(std::span<const std::string_view> values, std::int32_t period,
                const Change& apply) {
        const std::uint64_t hash = hash_of(values);
        std::uint32_t row = find_row(values, hash);
        if (row != none) {
            if (const std::uint32_t at = find_cell(row, period); at != none) {
                apply(cells_[at].tally);
                return;
            }
        }
        tally_type t;
        apply(t);
        if (t.responses() == 0) {
            return;
        }
        require(cells_.size() < none, "programme_tally", "cells", cells_.size(),
                "must be fewer than 2^32 - 1");
        if (row == none) {
            row = add_row(values, hash);
        }
        cells_.push_back({row, period, t});
        found_cells_.insert(
            hash_keys(row, period), static_cast<std::uint32_t>(cells_.size() - 1),
            [this](std::uint32_t c) { return hash_keys(cells_[c].row, cells_[c].period); });
    }

    /// `visit(cell of this, its tally in other or null)`; a row is looked up once.
    template <class Visit>
    void each_with(const programme_cells& other, const Visit& visit) const {
        std::vector<std::uint32_t> theirs(rows_);
        for (std::size_t row = 0; row < rows_; ++row) {
            const auto values = row_values(row);
            theirs[row] = other.find_row(values, hash_of(values));
        }
        for (const cell& one : cells_) {
            const std::uint32_t row = theirs[one.row];
            const std::uint32_t at = row == none ? none : other.find_cell(row, one.period);
            visit(one, at == none ? nullptr : &other.cells_[at].tally);
        }
    }

    /// The first and the last period; there is a cell.
    [[nodiscard]] std::pair<std::int32_t, std::int32_t> reach() const {
        const auto [low, high] = std::ranges::minmax(cells_, {}, &cell::period);
        return {low.period, high.period};
    }

    /// The place of each value of an attribute in ascending order.
    [[nodiscard]] std::vector<std::uint32_t> ranks(std::size_t attribute) const {
        const std::vector<std::string>& names = names_[attribute];
        std::vector<std::uint32_t> order(names.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = static_cast<std::uint32_t>(i);
        }
        std::ranges::sort(order, {},
                          [&](std::uint32_t i) -> const std::string& { return names[i]; });
        std::vector<std::uint32_t> rank(names.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            rank[order[i]] = static_cast<std::uint32_t>(i);
        }
        return rank;
    }
    /// Cells in ascending order of their values, then of their periods.
    [[nodiscard]] std::vector<std::uint32_t> sorted() const {
        std::vector<std::vector<std::uint32_t>> rank;
        for (std::size_t a = 0; a < width(); ++a) {
            rank.push_back(ranks(a));
        }
        std::vector<std::uint32_t> order(rows_);
        for (std::size_t row = 0; row < rows_; ++row) {
            order[row] = static_cast<std::uint32_t>(row);
        }
        std::ranges::sort(order, [&](std::uint32_t x, std::uint32_t y) {
            for (std::size_t a = 0; a < width(); ++a) {
                if (code(x, a) != code(y, a)) {
                    return rank[a][code(x, a)] < rank[a][code(y, a)];
                }
            }
            return false;
        });
        std::vector<std::uint32_t> place(rows_);
        for (std::size_t i = 0; i < order.size(); ++i) {
            place[order[i]] = static_cast<std::uint32_t>(i);
        }
        std::vector<std::uint32_t> all(cells_.size());
        for (std::size_t c = 0; c < all.size(); ++c) {
            all[c] = static_cast<std::uint32_t>(c);
        }
        std::ranges::sort(all, {}, [&](std::uint32_t c) {
            return std::tuple(place[cells_[c].row], cells_[c].period);
        });
        return all;
    }

private:
    static constexpr std::uint32_t none = programme_places::none;

    [[nodiscard]] static std::uint64_t hash_of(std::span<const std::string_view> values) {
        std::uint64_t hash = 0;
        for (const std::string_view value : values) {
            hash = hash_keys(hash, value);
        }
        return hash;
    }
    [[nodiscard]] std::uint32_t find_row(std::span<const std::string_view> values,
                                         std::uint64_t hash) const {
        return found_rows_.find(hash, [&](std::uint32_t row) {
            for (std::size_t a = 0; a < values.size(); ++a) {
                if (names_[a][code(row, a)] != values[a]) {
                    return false;
                }
            }
            return true;
        });
    }
    [[nodiscard]] std::uint32_t find_cell(std::uint32_t row, std::int32_t period) const {
        return found_cells_.find(hash_keys(row, period), [&](std::uint32_t c) {
            return cells_[c].row == row && cells_[c].period == period;
        });
    }
    std::uint32_t add_row(std::span<const std::string_view> values, std::uint64_t hash) {
        std::vector<std::uint32_t> mine;
        for (std::size_t a = 0; a < values.size(); ++a) {
            std::vector<std::string>& names = names_[a];
            const std::uint64_t name_hash = hash_keys(values[a]);
            std::uint32_t found = found_names_[a].find(
                name_hash, [&](std::uint32_t place) { return names[place] == values[a]; });
            if (found == none) {
                found = static_cast<std::uint32_t>(names.size());
                names.emplace_back(values[a]);
                found_names_[a].insert(name_hash, found, [&](std::uint32_t place) {
                    return hash_keys(std::string_view(names[place]));
                });
            }
            mine.push_back(found);
        }
        codes_.insert(codes_.end(), mine.begin(), mine.end());
        const auto row = static_cast<std::uint32_t>(rows_++);
        found_rows_.insert(hash, row, [this](std::uint32_t r) { return hash_of(row_values(r)); });
        return row;
    }

    std::vector<std::vector<std::string>> names_;
    std::vector<programme_places> found_names_;
    std::vector<std::uint32_t> codes_;
    std::size_t rows_ = 0;
    programme_places found_rows_;
    std::vector<cell> cells_;
    programme_places found_cells_;
};

} // namespace nps::inline v0::detail

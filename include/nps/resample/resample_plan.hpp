// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which rows are drawn together and within which stratum: shared by every bootstrap over rows.
#pragma once

#include <nps/core/error.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/numeric/row_draws.hpp>
#include <nps/resample/bootstrap_options.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// The units of resampling (rows, or whole clusters) in the order of their strata.
class resample_plan {
public:
    resample_plan(std::string_view function, std::size_t n, const bootstrap_options& options);

    [[nodiscard]] std::size_t rows() const { return n_; }
    [[nodiscard]] std::size_t units() const { return simple_ ? n_ : first_row_.size() - 1; }
    [[nodiscard]] std::size_t strata() const { return simple_ ? 1 : first_unit_.size() - 1; }
    [[nodiscard]] std::size_t first_unit(std::size_t stratum) const {
        return simple_ ? stratum * n_ : first_unit_[stratum];
    }
    [[nodiscard]] std::size_t units_of(std::size_t stratum) const {
        return first_unit(stratum + 1) - first_unit(stratum);
    }

    /// The row at a place in the order of strata and clusters; the place of a unit where each row is
    /// a unit.
    [[nodiscard]] std::size_t row(std::size_t place) const {
        return simple_ ? place : rows_[place];
    }
    /// The places of the rows of a unit, and the end.
    [[nodiscard]] std::size_t first_place(std::size_t unit) const {
        return simple_ ? unit : first_row_[unit];
    }

    /// Whether the unit is the only one of its stratum, and so in every resample.
    [[nodiscard]] bool is_alone(std::size_t unit) const {
        if (simple_) {
            return n_ == 1;
        }
        const auto next = std::ranges::upper_bound(first_unit_, unit);
        return *next - *(next - 1) == 1;
    }

    /// Resample `replicate` under `seed`.
    void draw(std::uint64_t seed, std::uint32_t replicate, std::vector<std::size_t>& rows) const;

    /// The rows in a random order, each place keeping its stratum. Of units that are single rows.
    void permute(std::uint64_t seed, std::uint32_t replicate, std::vector<std::size_t>& rows) const;

    /// All rows but those of one unit, ascending unless there are strata or clusters.
    void leave_out(std::size_t unit, std::vector<std::size_t>& rows) const;

private:
    void append(std::size_t first_unit, std::size_t last_unit,
                std::vector<std::size_t>& rows) const {
        rows.insert(rows.end(), rows_.begin() + static_cast<std::ptrdiff_t>(first_row_[first_unit]),
                    rows_.begin() + static_cast<std::ptrdiff_t>(first_row_[last_unit]));
    }

    std::size_t n_;
    bool simple_;  // one stratum, each row a unit: no tables
    bool by_rows_; // each row a unit, few enough to be drawn in bulk
    std::vector<std::size_t> rows_;
    std::vector<std::size_t> first_row_;  // of each unit, and the end
    std::vector<std::size_t> first_unit_; // of each stratum, and the end
};

inline resample_plan::resample_plan(std::string_view function, std::size_t n,
                                    const bootstrap_options& options)
    : n_(n), simple_(options.strata.empty() && options.clusters.empty()),
      by_rows_(options.clusters.empty() && n < std::size_t{1} << 32) {
    const auto check = [&](std::span<const std::int64_t> labels, std::string_view name) {
        require(labels.empty() || labels.size() == n, function, name, labels.size(),
                "must be one label for each row, or none");
    };
    check(options.strata, "labels of strata");
    check(options.clusters, "labels of clusters");
    if (simple_) {
        return;
    }
    const auto label = [](std::span<const std::int64_t> labels, std::size_t row) {
        return labels.empty() ? std::int64_t{0} : labels[row];
    };
    rows_.resize(n);
    std::iota(rows_.begin(), rows_.end(), std::size_t{0});
    std::ranges::stable_sort(rows_, [&](std::size_t a, std::size_t b) {
        const std::int64_t stratum_a = label(options.strata, a);
        const std::int64_t stratum_b = label(options.strata, b);
        return stratum_a != stratum_b ? stratum_a < stratum_b
                                      : label(options.clusters, a) < label(options.clusters, b);
    });
    std::vector<std::int64_t> clusters;
    for (std::size_t i = 0; i < n; ++i) {
        const bool new_stratum =
            i == 0 || label(options.strata, rows_[i]) != label(options.strata, rows_[i - 1]);
        if (new_stratum) {
            first_unit_.push_back(first_row_.size());
        }
        if (options.clusters.empty() || new_stratum ||
            options.clusters[rows_[i]] != options.clusters[rows_[i - 1]]) {
            first_row_.push_back(i);
            clusters.push_back(label(options.clusters, rows_[i]));
        }
    }
    first_unit_.push_back(first_row_.size());
    first_row_.push_back(n);
    if (!options.clusters.empty()) {
        std::ranges::sort(clusters);
        const auto twice = std::ranges::adjacent_find(clusters);
        require(twice == clusters.end(), function, "cluster",
                twice == clusters.end() ? std::int64_t{0} : *twice, "must lie within one stratum");
    }
}

inline void resample_plan::draw(std::uint64_t seed, std::uint32_t replicate,
                                std::vector<std::size_t>& rows) const {
    if (simple_) {
        rows.resize(n_);
        draw_rows(seed, replicate, random_purpose::resample, n_, rows);
        return;
    }
    if (by_rows_) {
        rows.resize(n_);
        std::uint64_t block = 0;
        for (std::size_t stratum = 0; stratum < strata(); ++stratum) {
            const std::size_t first = first_unit_[stratum];
            const std::span<std::size_t> drawn = std::span(rows).subspan(first, units_of(stratum));
            block = draw_rows_from(block, seed, replicate, random_purpose::resample, drawn.size(),
                                   drawn);
            for (std::size_t& row : drawn) {
                row = rows_[first + row];
            }
        }
        return;
    }
    random_stream stream(seed, replicate, random_purpose::resample);
    rows.clear();
    for (std::size_t stratum = 0; stratum < strata(); ++stratum) {
        const std::size_t first = first_unit_[stratum];
        const std::size_t units = units_of(stratum);
        for (std::size_t i = 0; i < units; ++i) {
            const std::size_t unit = first + static_cast<std::size_t>(stream.below(units));
            append(unit, unit + 1, rows);
        }
    }
}

inline void resample_plan::permute(std::uint64_t seed, std::uint32_t replicate,
                                   std::vector<std::size_t>& rows) const {
    rows.resize(n_);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    random_stream stream(seed, replicate, random_purpose::permutation);
    for (std::size_t stratum = 0; stratum < strata(); ++stratum) {
        const std::size_t first = first_unit(stratum);
        for (std::size_t left = units_of(stratum); left > 1; --left) {
            const std::size_t chosen = static_cast<std::size_t>(stream.below(left));
            std::swap(rows[row(first + left - 1)], rows[row(first + chosen)]);
        }
    }
}

inline void resample_plan::leave_out(std::size_t unit, std::vector<std::size_t>& rows) const {
    if (simple_) {
        rows.resize(n_ - 1);
        const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(unit);
        std::iota(rows.begin(), middle, std::size_t{0});
        std::iota(middle, rows.end(), unit + 1);
        return;
    }
    rows.clear();
    append(0, unit, rows);
    append(unit + 1, units(), rows);
}

} // namespace nps::inline v0::detail

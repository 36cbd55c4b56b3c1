// SPDX-License-Identifier: Apache-2.0
#include "drivers.hpp"

#include "program/number_text.hpp"
#include "program/output.hpp"
#include "program/text.hpp"

#include <nps/model/driver_map.hpp>
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/logistic_regression.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace nps_report {

using namespace nps_program;

namespace {

// Above it a coefficient has less than a tenth of the information that its driver alone would give.
constexpr double large_inflation = 10;
constexpr std::int64_t rows_for_a_driver = 10;

using byte_matrix = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic>;
using answer_vector = Eigen::Matrix<std::int8_t, Eigen::Dynamic, 1>;

// Rows with a valid answer and every rating.
struct complete_answers {
    byte_matrix items;
    answer_vector outcome;
    std::vector<std::string> names{};
};

std::string rows_text(std::int64_t count) {
    return grouped(count) + (count == 1 ? " row" : " rows");
}

class analysis {
public:
    analysis(const driver_rows& rows, std::int64_t responses, const options& o)
        : rows_(rows), o_(o) {
        for (const driver_column& column : rows.columns) {
            data_.names.push_back(column.name);
        }
        keep_complete(responses);
    }

    driver_figures run() {
        warn_of_dropped();
        try {
            if (can_be_fitted()) {
                fit();
                if (*f_.r_squared > 0) {
                    importance();
                }
            }
        } catch (const nps::undefined_result& error) {
            warn(error.what()); // what was found before it stays
        }
        return std::move(f_);
    }

private:
    void keep_complete(std::int64_t responses) {
        const std::size_t count = rows_.outcome.size();
        std::vector<std::size_t> complete;
        for (std::size_t row = 0; row < count; ++row) {
            if (rows_.outcome[row] != driver_rows::no_answer &&
                std::ranges::all_of(rows_.columns, [row](const driver_column& column) {
                    return column.ratings[row] != driver_column::none;
                })) {
                complete.push_back(row);
            }
        }
        const auto used = static_cast<Eigen::Index>(complete.size());
        data_.items.resize(used, std::ssize(rows_.columns));
        data_.outcome.resize(used);
        for (Eigen::Index i = 0; i < used; ++i) {
            const std::size_t row = complete[static_cast<std::size_t>(i)];
            data_.outcome[i] = rows_.outcome[row];
            for (Eigen::Index j = 0; j < data_.items.cols(); ++j) {
                data_.items(i, j) = rows_.columns[static_cast<std::size_t>(j)].ratings[row];
            }
        }
        f_.n = used;
        f_.dropped = responses - used;
    }

    void warn(std::string text) { f_.warnings.push_back(std::move(text)); }

    void warn_of_dropped() {
        for (const auto& other : rows_.others) {
            warn("column " + other.name + " was not taken as a rating: " + other.reason);
        }
        if (f_.dropped == 0) {
            return;
        }
        std::string text =
            rows_text(f_.dropped) + " left out, for want of a valid answer or rating";
        std::string places;
        for (const driver_column& column : rows_.columns) {
            if (column.missing + column.invalid > 0) {
                places += (places.empty() ? ": " : "; ") + column.name + " has " +
                          grouped(column.missing) + " missing and " + grouped(column.invalid) +
                          " invalid";
            }
        }
        warn(text + places);
    }

    bool can_be_fitted() {
        const auto drivers = std::ssize(data_.names);
        if (f_.n < drivers + 2) {
            warn("no model: " + rows_text(f_.n) + " for " + std::to_string(drivers) +
                 (drivers == 1 ? " driver" : " drivers") + " and an intercept");
            return false;
        }
        if (data_.outcome.minCoeff() == data_.outcome.maxCoeff()) {
            warn("no model: all the rows used are of one category");
            return false;
        }
        if (f_.n < rows_for_a_driver * drivers) {
            warn("only " + rows_text(f_.n) + " for " + std::to_string(drivers) +
                 " drivers, fewer than " + std::to_string(rows_for_a_driver) +
                 " for each: the figures are mostly chance");
        }
        return true;
    }

    void fit() {
        const nps::linear_fit fit =
            nps::least_squares(data_.items, data_.outcome,
                               {.names = data_.names, .errors = o_.errors, .level = o_.level});
        for (const nps::excluded_item& item : fit.excluded) {
            std::string reason = "all its ratings are the same";
            if (item.reason == nps::exclusion::collinear) {
                reason = "it follows from";
                for (const std::string& other : item.with) {
                    reason += (&other == item.with.data() ? " " : ", ") + other;
                }
            }
            warn(item.name + " is left out: " + reason);
        }
        f_.coefficients = fit.coefficients;
        f_.r_squared = fit.r_squared;
        f_.adjusted_r_squared = fit.adjusted_r_squared;
        std::string together;
        for (std::size_t j = 0; j < fit.variance_inflation.size(); ++j) {
            if (fit.variance_inflation[j] > large_inflation) {
                together += (together.empty() ? "" : ", ") + fit.coefficients[j + 1].name +
                            format(" (VIF %.0f)", fit.variance_inflation[j]);
            }
        }
        if (!together.empty()) {
            warn("nearly collinear: " + together + ": their single coefficients are uncertain");
        }
        warn_of_separation();
    }

    void warn_of_separation() {
        for (const auto& [category, name] : {std::pair{1, "promoters"}, {-1, "detractors"}}) {
            const Eigen::VectorXd is_one =
                (data_.outcome.array() == static_cast<std::int8_t>(category)).cast<double>();
            if (is_one.minCoeff() == is_one.maxCoeff()) {
                continue;
            }
            if (nps::logistic_regression(data_.items, is_one).status ==
                nps::fit_status::separated) {
                warn(std::string("separation: for some ratings all or none are ") + name +
                     "; chances of 0 and 1 are not to be trusted");
            }
        }
    }

    void importance() {
        const nps::importance_bootstrap_result boot =
            nps::importance_bootstrap(data_.items, data_.outcome,
                                      {.importance = {.method = o_.importance},
                                       .replicates = o_.replicates,
                                       .threads = 0,
                                       .names = data_.names,
                                       .jackknife = nps::jackknife::never,
                                       .progress = [](std::int64_t done, std::int64_t total) {
                                           show_progress("resampling", done, total);
                                           return true;
                                       }});
        const std::vector<nps::rated_driver> ratings = nps::driver_ratings(
            nps::cross_products(data_.items, data_.outcome, {.names = data_.names}),
            {.level = o_.level});
        std::vector<nps::driver_position> positions;
        for (std::size_t j = 0; j < ratings.size(); ++j) {
            const nps::interval share = boot.share(j).interval({.level = o_.level});
            f_.importance.push_back(
                {.name = data_.names[j],
                 .value = boot.estimate.value[j],
                 .share = boot.estimate.share[j],
                 .interval = share,
                 .first = boot.rank_probability(static_cast<Eigen::Index>(j), 0),
                 .mean_rating = ratings[j].mean,
                 .mean_interval = ratings[j].interval});
            // Shares have a known mean, so that their interval is that of the distance as well.
            positions.push_back({.name = data_.names[j],
                                 .importance = boot.estimate.share[j],
                                 .importance_interval = share,
                                 .performance = ratings[j].mean,
                                 .performance_distance = ratings[j].distance_interval});
        }
        f_.method = std::string(boot.estimate.method);
        if (boot.degenerate > 0) {
            warn(grouped(boot.degenerate) + " of " + grouped(o_.replicates) +
                 " resamples had no answer and are left out of the intervals");
        }
        place_on_map(positions);
        std::ranges::stable_sort(f_.importance, std::ranges::greater(), &driver_importance::share);
    }

    void place_on_map(const std::vector<nps::driver_position>& positions) {
        if (positions.size() < 2) {
            return; // nothing to be compared with
        }
        const nps::driver_map_result map = nps::driver_map(positions);
        f_.middle_share = map.importance_cross;
        f_.middle_rating = map.performance_cross;
        for (std::size_t j = 0; j < positions.size(); ++j) {
            f_.importance[j].quadrant = std::string(nps::quadrant_name(map.drivers[j].quadrant));
            f_.importance[j].certain = map.drivers[j].significant;
        }
    }

    const driver_rows& rows_;
    const options& o_;
    complete_answers data_;
    driver_figures f_;
};

} // namespace

driver_figures compute_drivers(const driver_rows& rows, std::int64_t responses, const options& o) {
    return analysis(rows, responses, o).run();
}

} // namespace nps_report

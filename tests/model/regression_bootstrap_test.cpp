// SPDX-License-Identifier: Apache-2.0
#include <nps/model/regression_bootstrap.hpp>
#include <nps/resample/bootstrap.hpp>

#include "support/close.hpp"
#include "support/model_data.hpp"
#include "support/reference.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::copied_rows;
using nps_test::made_up_data;
using nps_test::model_data;
using rows_span = std::span<const std::size_t>;

const nps_test::tolerance accurate{.relative = 1e-10,
                                   .absolute = 1e-11,
                                   .reason = "few rows: near-collinear resamples lose digits"};

std::vector<double> coefficients_of(const nps::linear_fit& fit) {
    std::vector<double> values;
    for (const nps::coefficient& c : fit.coefficients) {
        values.push_back(c.estimate);
    }
    return values;
}

void check_equal(const nps::regression_bootstrap_result& found,
                 const std::vector<nps::bootstrap_result>& copied) {
    REQUIRE(found.coefficients.size() == copied.size());
    REQUIRE(found.degenerate == 0);
    for (std::size_t j = 0; j < copied.size(); ++j) {
        const nps::bootstrap_result& one = found.coefficients[j];
        REQUIRE(one.values.size() == copied[j].values.size());
        CHECK(one.estimate == found.fit.coefficients[j].estimate);
        CHECK(close(one.estimate, copied[j].estimate, accurate));
        for (std::size_t r = 0; r < one.values.size(); ++r) {
            CHECK(close(one.values[r], copied[j].values[r], accurate));
        }
        CHECK(close(one.standard_error, copied[j].standard_error, accurate));
        REQUIRE(one.acceleration.has_value());
        CHECK(close(*one.acceleration, *copied[j].acceleration,
                    {.relative = 1e-8,
                     .absolute = 1e-10,
                     .reason = "left-out values differ in their fourth digit"}));
    }
}

TEST_CASE("replicates are least_squares of the copied rows that nps::bootstrap draws") {
    for (const bool ratings : {true, false}) {
        CAPTURE(ratings);
        const model_data data = made_up_data(60, 3, ratings);
        std::vector<std::int64_t> clusters;
        std::vector<std::int64_t> strata;
        std::vector<double> weights;
        for (std::int64_t i = 0; i < 60; ++i) {
            clusters.push_back(i * 7 % 60 / 4);
            strata.push_back(clusters.back() % 3);
            weights.push_back(0.5 + static_cast<double>(i * 11 % 13));
        }
        const auto compare = [&](const nps::regression_bootstrap_options& options) {
            const auto statistic = [&](rows_span rows) {
                const model_data copy = copied_rows(data, rows);
                std::vector<double> drawn;
                for (const std::size_t row : rows) {
                    if (!options.sampling_weights.empty()) {
                        drawn.push_back(weights[row]);
                    }
                }
                return coefficients_of(nps::least_squares(
                    nps::cross_products(copy.items, copy.outcome, {.sampling_weights = drawn})));
            };
            check_equal(nps::regression_bootstrap(data.items, data.outcome, options),
                        nps::bootstrap(60, statistic,
                                       {.replicates = options.replicates,
                                        .seed = options.seed,
                                        .strata = options.strata,
                                        .clusters = options.clusters}));
        };
        compare({.replicates = 60, .seed = 9});
        compare({.replicates = 60, .seed = 9, .strata = strata});
        compare({.replicates = 60, .seed = 9, .clusters = clusters, .strata = strata});
        compare({.replicates = 60, .seed = 9, .sampling_weights = weights});
    }
}

TEST_CASE("four rows: all 256 resamples of a slope") {
    const std::array<double, 4> x{1, 4, 6, 9};
    const std::array<double, 4> y{2, 3, 7, 6};
    std::vector<double> slopes;
    for (int code = 0; code < 256; ++code) {
        double sums[4] = {0, 0, 0, 0}; // x, y, x x, x y
        for (int rest = code, i = 0; i < 4; ++i, rest /= 4) {
            const auto row = static_cast<std::size_t>(rest % 4);
            sums[0] += x[row];
            sums[1] += y[row];
            sums[2] += x[row] * x[row];
            sums[3] += x[row] * y[row];
        }
        const double spread = 4 * sums[2] - sums[0] * sums[0];
        if (spread > 0) {
            slopes.push_back((4 * sums[3] - sums[0] * sums[1]) / spread);
        }
    }
    CHECK(slopes.size() == 252); // four resamples repeat one row
    double mean = 0;
    double variance = 0;
    double fourth = 0;
    for (const double slope : slopes) {
        mean += slope / 252;
    }
    for (const double slope : slopes) {
        const double square = (slope - mean) * (slope - mean);
        variance += square / 252;
        fourth += square * square / 252;
    }
    constexpr double replicates = 20'000;
    const auto found = nps::regression_bootstrap(Eigen::Map<const Eigen::VectorXd>(x.data(), 4),
                                                 Eigen::Map<const Eigen::VectorXd>(y.data(), 4),
                                                 {.replicates = 20'000, .seed = 3});
    const nps::bootstrap_result& slope = found.coefficients[1];
    // Four Monte Carlo standard errors.
    CHECK(std::abs(static_cast<double>(found.degenerate) / replicates - 1.0 / 64) <
          4 * std::sqrt(1.0 / 64 / replicates));
    CHECK(std::abs(slope.estimate + slope.bias - mean) < 4 * std::sqrt(variance / replicates));
    CHECK(std::abs(slope.standard_error * slope.standard_error - variance) <
          4 * std::sqrt((fourth - variance * variance) / replicates));
}

TEST_CASE("R: estimates and accelerations of lm; standard errors and limits of its bootstrap") {
    std::map<std::string, std::vector<double>> columns;
    std::vector<nps_test::reference_row> quantities;
    for (const auto& row : nps_test::reference_table("importance_bootstrap.csv")) {
        if (row.text("name").starts_with("beta")) {
            quantities.push_back(row);
        }
        std::istringstream in(row.text("numbers"));
        for (double value = 0; row.text("kind") == "data" && in >> value;) {
            columns[row.text("name")].push_back(value);
        }
    }
    REQUIRE(quantities.size() == 4);
    model_data data{Eigen::MatrixXd(60, 3), Eigen::VectorXd(60)};
    std::vector<std::int64_t> clusters;
    std::vector<std::int64_t> strata;
    for (std::size_t i = 0; i < 60; ++i) {
        const auto to = static_cast<Eigen::Index>(i);
        data.items.row(to) << columns["a"][i], columns["b"][i], columns["c"][i];
        data.outcome[to] = columns["y"][i];
        clusters.push_back(static_cast<std::int64_t>(i / 5));
        strata.push_back(i < 15 ? 1 : i < 35 ? 2 : 3);
    }
    const auto run = [&](nps::regression_bootstrap_options options) {
        options.replicates = 10'000;
        return nps::regression_bootstrap(data.items, data.outcome, options);
    };
    const auto rows = run({});
    const auto in_strata = run({.strata = strata});
    const auto of_clusters = run({.clusters = clusters});
    const nps_test::tolerance of_jackknife{
        .relative = 1e-9, .reason = "R's lm leaves ten digits in differences of left-out values"};
    // Four standard errors of the difference of two simulations, as in the test of importance.
    const auto error = [](double r) { return std::sqrt(1 / r + 1.0 / 10'000); };
    for (std::size_t j = 0; j < 4; ++j) {
        const auto& row = quantities[j];
        const nps::bootstrap_result& found = rows.coefficients[j];
        CHECK(close(found.estimate, row.number("estimate")));
        CHECK(close(*found.acceleration, row.number("a_rows"), of_jackknife));
        CHECK(close(*in_strata.coefficients[j].acceleration, row.number("a_strata"), of_jackknife));
        CHECK(close(*of_clusters.coefficients[j].acceleration, row.number("a_clusters"),
                    of_jackknife));
        const double s = row.number("se_rows");
        CHECK(std::abs(found.standard_error / s - 1) < 4 * error(4000));
        CHECK(std::abs(in_strata.coefficients[j].standard_error / row.number("se_strata") - 1) <
              4 * error(2000));
        CHECK(std::abs(of_clusters.coefficients[j].standard_error / row.number("se_clusters") - 1) <
              4 * error(2000));
        const nps::interval limits = found.interval();
        CHECK(std::abs(limits.lower - row.number("lower_rows")) < 4 * 2.7 * s * error(4000));
        CHECK(std::abs(limits.upper - row.number("upper_rows")) < 4 * 2.7 * s * error(4000));
    }
}

TEST_CASE("constant and collinear items are left out; replicates without them are counted") {
    model_data data = made_up_data(40, 4, true);
    data.items.col(1).setConstant(3);
    data.items.col(2) = 2 * data.items.col(0).array() + 1;
    const auto found = nps::regression_bootstrap(data.items, data.outcome, {.replicates = 100});
    CHECK(found.fit.excluded.size() == 2);
    CHECK(found.coefficients.size() == 3);
    Eigen::MatrixXd kept(40, 2);
    kept << data.items.col(0), data.items.col(3);
    const auto alone = nps::regression_bootstrap(kept, data.outcome, {.replicates = 100});
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(found.coefficients[j].values == alone.coefficients[j].values);
    }

    // One row of thirty says yes: a third of the replicates miss it.
    Eigen::MatrixXd rare = made_up_data(30, 2, true).items;
    rare.col(1).setZero();
    rare(7, 1) = 1;
    const auto lone = nps::regression_bootstrap(rare, data.outcome.head(30), {.replicates = 1000});
    CHECK(lone.degenerate > 280);
    CHECK(lone.degenerate < 450);
    CHECK(std::ssize(lone.coefficients[2].values) == 1000 - lone.degenerate);
    CHECK_THROWS_WITH_AS(
        (void)lone.coefficients[1].interval({.method = nps::bootstrap_method::bca}),
        doctest::Contains("with some row or cluster left out the coefficients are not determined"),
        nps::invalid_input);
    const auto real =
        nps::regression_bootstrap(rare / 3.0, data.outcome.head(30) / 7.0, {.replicates = 1000});
    CHECK(real.degenerate == lone.degenerate);
}

TEST_CASE("whole clusters of huge frequencies, drawn again and again, pass no integer's end") {
    // Cluster 0 of eight has nearly all of nearly 2^48 people, and ratings close to 127, the largest:
    // drawn three times, its squares sum to 2^63.3.
    constexpr Eigen::Index rows = 24;
    Eigen::MatrixXd items(rows, 2);
    Eigen::VectorXd outcome(rows);
    std::vector<std::int64_t> clusters;
    std::vector<std::int64_t> huge;
    std::vector<double> scaled;
    for (Eigen::Index i = 0; i < rows; ++i) {
        items(i, 0) = i < 3 ? static_cast<double>(127 - 4 * i)
                            : static_cast<double>((37 * i * i + 11 * i) % 128);
        items(i, 1) = static_cast<double>((53 * i + 127) % 128);
        outcome[i] = static_cast<double>((29 * i * i + 3) % 128);
        clusters.push_back(i / 3);
        huge.push_back(i < 3 ? (std::int64_t{20} << 42) : (std::int64_t{1} << 39));
        scaled.push_back(i < 3 ? 160 : 1); // huge / 2^39
    }
    items(3, 0) = 0;
    const auto found = nps::regression_bootstrap(
        items, outcome, {.replicates = 400, .frequency_weights = huge, .clusters = clusters});
    // Only ratios of weights matter.
    const auto expected = nps::regression_bootstrap(
        items, outcome, {.replicates = 400, .sampling_weights = scaled, .clusters = clusters});
    CHECK(found.degenerate == 0);
    for (std::size_t j = 0; j < 3; ++j) {
        REQUIRE(found.coefficients[j].values.size() == expected.coefficients[j].values.size());
        for (std::size_t r = 0; r < 400; ++r) {
            CHECK(close(found.coefficients[j].values[r], expected.coefficients[j].values[r],
                        accurate));
        }
    }

    // 1,024 clusters, one of them with 2^52 people: a resample of it alone has 2^62.
    std::vector<std::int64_t> labels;
    std::vector<std::int64_t> times;
    for (std::int64_t i = 0; i < 1024; ++i) {
        labels.push_back(i);
        times.push_back(i == 0 ? std::int64_t{1} << 52 : 1);
    }
    const model_data many = made_up_data(1024, 1, true);
    CHECK_THROWS_WITH_AS(
        (void)nps::regression_bootstrap(
            many.items, many.outcome,
            {.replicates = 2, .frequency_weights = times, .clusters = labels}),
        "nps::regression_bootstrap: frequency weights of the largest cluster times clusters = "
        "4611686018427387904, must be below 2^62",
        nps::invalid_input);
}

TEST_CASE("threads, no items, a constant outcome, and what is wrong") {
    const model_data data = made_up_data(30, 2, false);
    const auto one = nps::regression_bootstrap(data.items, data.outcome, {.replicates = 100});
    const auto many =
        nps::regression_bootstrap(data.items, data.outcome, {.replicates = 100, .threads = 3});
    CHECK(many.coefficients[2].values == one.coefficients[2].values);
    CHECK(one.method == "regression_bootstrap");
    CHECK(one.fit.n == 30);

    const auto mean =
        nps::regression_bootstrap(Eigen::MatrixXd(30, 0), data.outcome, {.replicates = 4000});
    REQUIRE(mean.coefficients.size() == 1);
    const double error =
        std::sqrt((data.outcome.array() - data.outcome.mean()).square().sum()) / 30;
    CHECK(std::abs(mean.coefficients[0].standard_error / error - 1) < 4 / std::sqrt(8000.0));

    const auto flat = nps::regression_bootstrap(
        made_up_data(30, 2, true).items, Eigen::VectorXd::Constant(30, 7), {.replicates = 50});
    CHECK(flat.coefficients[0].standard_error == 0);
    CHECK(flat.coefficients[1].interval().upper == 0);

    CHECK_THROWS_AS((void)nps::regression_bootstrap(data.items.topRows(3), data.outcome.head(3)),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::regression_bootstrap(Eigen::MatrixXd(0, 2), Eigen::VectorXd(0)),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::regression_bootstrap(data.items, data.outcome, {.replicates = 1}),
                    nps::invalid_input);
    CHECK_THROWS_AS((void)nps::regression_bootstrap(data.items, data.outcome.head(3)),
                    nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::regression_bootstrap(
            data.items, data.outcome, {.sampling_weights = std::vector<double>(30, std::nan(""))}),
        nps::invalid_input);
}

} // namespace

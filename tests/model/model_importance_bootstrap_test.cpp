// SPDX-License-Identifier: Apache-2.0
#include <nps/model/model_importance_bootstrap.hpp>
#include <nps/resample/bootstrap.hpp>

#include "support/close.hpp"
#include "support/model_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using nps::importance_method;
using nps::pseudo_r_squared;
using nps_test::close;
using nps_test::copied_rows;
using nps_test::model_data;
using rows_span = std::span<const std::size_t>;
using options_type = nps::model_importance_bootstrap_options;

const nps_test::tolerance accurate{
    .absolute = 1e-11, .reason = "differences of pseudo R^2, each from a fit that ends at 1e-13"};

model_data promoters() {
    model_data data = nps_test::made_up_data(60, 3, true);
    for (double& y : std::span(data.outcome.data(), 60)) {
        y = y >= 7 ? 1 : 0;
    }
    return data;
}

model_data categories() {
    model_data data = nps_test::made_up_data(60, 3, true);
    for (double& y : std::span(data.outcome.data(), 60)) {
        y = y >= 7 ? 2 : y >= 5 ? 1 : 0;
    }
    return data;
}

std::vector<double> values_of(const nps::model_importance& found) {
    std::vector<double> values = found.value;
    values.push_back(found.r_squared);
    return values;
}

void check_equal(const nps::importance_bootstrap_result& found,
                 const std::vector<nps::bootstrap_result>& copied) {
    const auto drivers = static_cast<std::size_t>(found.replicates.cols());
    REQUIRE(copied.size() == drivers + 1);
    REQUIRE(found.degenerate == 0);
    for (std::size_t j = 0; j < drivers; ++j) {
        const nps::bootstrap_result value = found.value(j);
        REQUIRE(value.values.size() == copied[j].values.size());
        CHECK(close(value.estimate, copied[j].estimate, accurate));
        for (std::size_t r = 0; r < value.values.size(); ++r) {
            CHECK(close(value.values[r], copied[j].values[r], accurate));
        }
    }
    for (std::size_t r = 0; r < copied[drivers].values.size(); ++r) {
        CHECK(close(found.r_squared_replicates[r], copied[drivers].values[r], accurate));
    }
}

TEST_CASE("replicates are the importance of the copied rows that nps::bootstrap draws") {
    std::vector<std::int64_t> clusters;
    std::vector<std::int64_t> strata;
    for (std::int64_t i = 0; i < 60; ++i) {
        clusters.push_back(i * 7 % 60 / 4);
        strata.push_back(clusters.back() % 3);
    }
    for (const bool binary : {true, false}) {
        CAPTURE(binary);
        const model_data data = binary ? promoters() : categories();
        const auto statistic = [&](rows_span rows) {
            const model_data copy = copied_rows(data, rows);
            return values_of(binary ? nps::logistic_importance(copy.items, copy.outcome)
                                    : nps::ordinal_importance(copy.items, copy.outcome));
        };
        const auto compare = [&](const std::vector<std::int64_t>& of_clusters,
                                 const std::vector<std::int64_t>& of_strata) {
            const options_type options{
                .replicates = 12, .seed = 9, .clusters = of_clusters, .strata = of_strata};
            check_equal(binary
                            ? nps::logistic_importance_bootstrap(data.items, data.outcome, options)
                            : nps::ordinal_importance_bootstrap(data.items, data.outcome, options),
                        nps::bootstrap(60, statistic,
                                       {.replicates = 12,
                                        .seed = 9,
                                        .strata = of_strata,
                                        .clusters = of_clusters,
                                        .jackknife = nps::jackknife::never}));
        };
        compare({}, {});
        compare({}, strata);
        compare(clusters, {});
        compare(clusters, strata);
    }
}

TEST_CASE("every measure and method, groups and controls: as logistic_importance has them") {
    const model_data data = promoters();
    const auto compare = [&](const nps::model_importance_options& importance) {
        const auto statistic = [&](rows_span rows) {
            const model_data copy = copied_rows(data, rows);
            return values_of(nps::logistic_importance(copy.items, copy.outcome, importance));
        };
        const auto found = nps::logistic_importance_bootstrap(
            data.items, data.outcome, {.importance = importance, .replicates = 8});
        check_equal(found, nps::bootstrap(60, statistic,
                                          {.replicates = 8, .jackknife = nps::jackknife::never}));
        const auto estimate = nps::logistic_importance(data.items, data.outcome, importance);
        CHECK(found.measure == estimate.measure);
        CHECK(found.estimate.method == estimate.method);
        CHECK(found.estimate.names == estimate.names);
        CHECK(found.estimate.value == estimate.value);
        CHECK(found.method == "logistic_importance_bootstrap");
    };
    compare({.measure = pseudo_r_squared::nagelkerke});
    compare({.measure = pseudo_r_squared::tjur});
    compare({.method = importance_method::first});
    compare({.method = importance_method::last});
    compare({.method = importance_method::johnson});
    compare({.names = {"a", "b", "c"}, .groups = {{.name = "both", .items = {"c", "a"}}}});
    compare({.names = {"a", "b", "c"}, .controls = {"b"}});
    compare({.permutations = 4, .seed = 5});
}

TEST_CASE("sampling weights are drawn with their rows; rows that are missing are left out") {
    model_data data = promoters();
    data.items(4, 1) = std::numeric_limits<double>::quiet_NaN();
    nps::model_importance_options importance;
    for (int i = 0; i < 60; ++i) {
        importance.sampling_weights.push_back(i == 7 ? 0 : 0.5 + i % 4);
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < 60; ++i) {
        if (i != 4 && i != 7) {
            kept.push_back(i);
        }
    }
    const auto statistic = [&](rows_span rows) {
        std::vector<std::size_t> given;
        nps::model_importance_options of_copy;
        for (const std::size_t row : rows) {
            given.push_back(kept[row]);
            of_copy.sampling_weights.push_back(importance.sampling_weights[kept[row]]);
        }
        const model_data copy = copied_rows(data, given);
        return values_of(nps::logistic_importance(copy.items, copy.outcome, of_copy));
    };
    const auto found = nps::logistic_importance_bootstrap(
        data.items, data.outcome, {.importance = importance, .replicates = 10});
    check_equal(found, nps::bootstrap(58, statistic,
                                      {.replicates = 10, .jackknife = nps::jackknife::never}));
    CHECK(found.dropped == 1);
    CHECK(found.estimate.n == 58);
}

TEST_CASE("frequency weights are copies of rows, each of which may be drawn") {
    const model_data data = promoters();
    // All copies in one row of its stratum: every resample has each row as often as the data.
    nps::model_importance_options importance;
    std::vector<std::int64_t> strata;
    std::vector<std::int64_t> clusters;
    for (std::int64_t i = 0; i < 60; ++i) {
        importance.frequency_weights.push_back(1 + i % 3);
        strata.push_back(i);
        clusters.push_back(i / 5);
    }
    const auto same = nps::logistic_importance_bootstrap(
        data.items, data.outcome, {.importance = importance, .replicates = 3, .strata = strata});
    for (std::size_t j = 0; j < 3; ++j) {
        for (const double value : same.value(j).values) {
            CHECK(close(value, same.estimate.value[j], accurate));
        }
    }
    // Whole clusters are drawn with all their copies.
    std::vector<std::size_t> copies;
    std::vector<std::int64_t> of_copies;
    for (std::size_t i = 0; i < 60; ++i) {
        for (std::int64_t c = 0; c < importance.frequency_weights[i]; ++c) {
            copies.push_back(i);
            of_copies.push_back(clusters[i]);
        }
    }
    const model_data copied = copied_rows(data, copies);
    const auto weighted = nps::logistic_importance_bootstrap(
        data.items, data.outcome,
        {.importance = importance, .replicates = 10, .clusters = clusters});
    const auto by_copies = nps::logistic_importance_bootstrap(
        copied.items, copied.outcome, {.replicates = 10, .clusters = of_copies});
    CHECK(weighted.estimate.n == by_copies.estimate.n);
    for (Eigen::Index r = 0; r < 10; ++r) {
        for (Eigen::Index j = 0; j < 3; ++j) {
            CHECK(close(weighted.replicates(r, j), by_copies.replicates(r, j), accurate));
        }
    }
    // Single copies, by a multinomial draw: the variance is that of the copied rows.
    const auto drawn = nps::logistic_importance_bootstrap(
        data.items, data.outcome, {.importance = importance, .replicates = 200});
    const auto plain =
        nps::logistic_importance_bootstrap(copied.items, copied.outcome, {.replicates = 200});
    const double ratio = drawn.value(2).standard_error / plain.value(2).standard_error;
    CHECK(ratio > 0.7); // the two differ by chance, of some 0.07
    CHECK(ratio < 1.4);
}

TEST_CASE("the number of threads makes no difference, and progress may end the work") {
    const model_data data = promoters();
    options_type options{.replicates = 40, .seed = 3};
    const auto one = nps::logistic_importance_bootstrap(data.items, data.outcome, options);
    options.threads = 2;
    const auto two = nps::logistic_importance_bootstrap(data.items, data.outcome, options);
    CHECK(one.replicates == two.replicates);
    CHECK(one.r_squared_replicates == two.r_squared_replicates);
    CHECK(one.rank_probability == two.rank_probability);
    CHECK_FALSE(one.cancelled);
    std::int64_t last = 0;
    options.progress = [&](std::int64_t done, std::int64_t total) {
        CHECK(total == 40);
        CHECK(done > last);
        last = done;
        return done < 10;
    };
    const auto some = nps::logistic_importance_bootstrap(data.items, data.outcome, options);
    CHECK(some.cancelled);
    REQUIRE(some.replicates.rows() == last);
    CHECK(last == 10);
    CHECK(some.replicates == one.replicates.topRows(10));
    options.progress = [](std::int64_t, std::int64_t) { return false; };
    CHECK_THROWS_WITH_AS(
        static_cast<void>(nps::logistic_importance_bootstrap(data.items, data.outcome, options)),
        "nps::logistic_importance_bootstrap: cancelled before two replicates were made",
        nps::undefined_result);
    options.progress = [](std::int64_t, std::int64_t) -> bool { throw std::runtime_error("no"); };
    CHECK_THROWS_AS(
        static_cast<void>(nps::logistic_importance_bootstrap(data.items, data.outcome, options)),
        std::runtime_error);
}

TEST_CASE("intervals, differences, shares and ranks come from the replicates") {
    model_data data = promoters();
    Eigen::MatrixXd items(60, 4);
    items << data.items, data.items.col(2);
    const auto found = nps::logistic_importance_bootstrap(items, data.outcome, {.replicates = 50});
    // The last two items are equal: they tie in every replicate.
    const nps::bootstrap_result lead = found.difference(2, 3);
    for (const double value : lead.values) {
        CHECK(close(value, 0, accurate));
    }
    for (Eigen::Index rank = 0; rank < 4; ++rank) {
        CHECK(close(found.rank_probability(2, rank), found.rank_probability(3, rank)));
        CHECK(close(found.rank_probability.col(rank).sum(), 1));
    }
    const nps::rank_interval rank = found.rank_interval(2);
    CHECK(rank.estimated == found.estimate.rank[2]);
    CHECK(rank.best >= 1);
    CHECK(rank.best < rank.worst);
    const nps::interval value = found.value(0).interval();
    CHECK(value.lower >= 0);
    CHECK(value.lower < value.upper);
    for (std::size_t r = 0; r < 50; ++r) {
        double sum = 0;
        double shares = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            sum += found.value(j).values[r];
            shares += found.share(j).values[r];
        }
        CHECK(close(sum, found.r_squared_replicates[r], accurate));
        CHECK(close(shares, 1));
    }
    CHECK_THROWS_WITH(
        static_cast<void>(found.value(0).interval({.method = nps::bootstrap_method::bca})),
        doctest::Contains("needs the jackknife, which is not made of these models"));
    CHECK_THROWS_AS(static_cast<void>(found.value(4)), nps::invalid_input);
}

TEST_CASE("Tjur's measure may be negative, and so may its intervals") {
    // Items of no worth: what the third adds is now above, now below 0.
    Eigen::MatrixXd items(40, 3);
    Eigen::VectorXd y(40);
    for (int i = 0; i < 40; ++i) {
        items(i, 0) = i * 7 % 11;
        items(i, 1) = i * i % 13;
        items(i, 2) = i * 5 % 7;
        y[i] = i % 2;
    }
    const auto found = nps::logistic_importance_bootstrap(
        items, y,
        {.importance = {.method = importance_method::last, .measure = pseudo_r_squared::tjur},
         .replicates = 100});
    CHECK(found.measure == "tjur");
    CHECK(found.value(0).lowest == -std::numeric_limits<double>::infinity());
    CHECK(found.replicates.minCoeff() < 0);
    const auto other = nps::logistic_importance_bootstrap(items, y, {.replicates = 2});
    CHECK(other.value(0).lowest == 0);
    CHECK(other.value(0).highest == 1);
}

TEST_CASE("replicates without an answer, with a constant item, with separated classes") {
    // By the draws that nps::bootstrap makes: 8 rows, one of them of class 1.
    Eigen::MatrixXd items(8, 2);
    Eigen::VectorXd y = Eigen::VectorXd::Zero(8);
    for (int i = 0; i < 8; ++i) {
        items(i, 0) = i * 3 % 8;
        items(i, 1) = i < 2 ? 1 : 0;
    }
    items(7, 0) = 4; // among the others
    y[7] = 1;
    const auto count = [&](rows_span rows) {
        double ones = 0;
        double seconds = 0;
        for (const std::size_t row : rows) {
            ones += y[static_cast<Eigen::Index>(row)];
            seconds += row < 2 ? 1 : 0;
        }
        const auto all = static_cast<double>(rows.size());
        const bool usable = ones > 0 && ones < all;
        const bool constant = seconds == 0 || seconds == all;
        return std::vector<double>{usable ? 0.0 : 1.0, usable && constant ? 1.0 : 0.0};
    };
    const auto drawn =
        nps::bootstrap(8, count, {.replicates = 60, .seed = 4, .jackknife = nps::jackknife::never});
    std::int64_t degenerate = 0;
    std::int64_t constant = 0;
    for (std::size_t r = 0; r < 60; ++r) {
        degenerate += drawn[0].values[r] > 0 ? 1 : 0;
        constant += drawn[1].values[r] > 0 ? 1 : 0;
    }
    REQUIRE(degenerate > 0);
    REQUIRE(constant > 0);
    const auto found = nps::logistic_importance_bootstrap(items, y, {.replicates = 60, .seed = 4});
    CHECK(found.degenerate == degenerate);
    CHECK(found.replicates.rows() == 60 - degenerate);
    CHECK(found.with_constant_item == constant);
    CHECK(found.with_separation > 0);
    CHECK(found.with_separation <= 60 - degenerate);
    CHECK(found.with_iteration_limit == 0);
    CHECK(found.replicates.allFinite());
    for (const double r_squared : found.r_squared_replicates) {
        CHECK(r_squared >= 0);
        CHECK(r_squared <= 1);
    }
    CHECK(nps::logistic_importance_bootstrap(promoters().items, promoters().outcome,
                                             {.replicates = 10})
              .with_separation == 0);
}

TEST_CASE("errors") {
    const model_data data = promoters();
    const auto fails = [&](const options_type& options) {
        CHECK_THROWS_AS(static_cast<void>(
                            nps::logistic_importance_bootstrap(data.items, data.outcome, options)),
                        nps::invalid_input);
    };
    fails({.replicates = 1});
    fails({.replicates = std::int64_t{1} << 32});
    fails({.clusters = {1, 2}});
    fails({.strata = {1, 2}});
    fails({.importance = {.names = {"a"}}});
    fails({.importance = {.method = importance_method::pratt}});
    fails({.importance = {.frequency_weights = {1, 2}}});
    fails({.importance = {.sampling_weights = std::vector<double>(60, -1.0)}});
    std::vector<std::int64_t> labels(60, 1);
    fails({.importance = {.clusters = labels}});
    labels[0] = 2; // a cluster in two strata
    fails({.clusters = std::vector<std::int64_t>(60, 1), .strata = labels});
    CHECK_THROWS_WITH(static_cast<void>(nps::logistic_importance_bootstrap(
                          data.items, (data.outcome.array() + 1).matrix())),
                      doctest::Contains("nps::logistic_importance_bootstrap: outcome of row"));
    CHECK_THROWS_WITH(
        static_cast<void>(nps::ordinal_importance_bootstrap(
            data.items, data.outcome, {.importance = {.method = importance_method::johnson}})),
        "nps::ordinal_importance_bootstrap: method = johnson, must be shapley, first or last");
    const auto undefined = [](const Eigen::MatrixXd& items, const Eigen::VectorXd& y) {
        CHECK_THROWS_AS(static_cast<void>(nps::logistic_importance_bootstrap(items, y)),
                        nps::undefined_result);
    };
    undefined(data.items, Eigen::VectorXd::Ones(60));
    undefined(Eigen::MatrixXd(60, 0), data.outcome);
    undefined(Eigen::MatrixXd::Ones(60, 2), data.outcome);
    undefined(data.items.topRows(1), data.outcome.head(1));
}

} // namespace

// SPDX-License-Identifier: Apache-2.0
#include <nps/model/importance_bootstrap.hpp>
#include <nps/resample/bootstrap.hpp>

#include "support/close.hpp"
#include "support/model_data.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using nps_test::close;
using nps_test::copied_rows;
using nps_test::made_up_data;
using nps_test::model_data;
using rows_span = std::span<const std::size_t>;

const nps_test::tolerance accurate{.relative = 1e-11,
                                   .absolute = 1e-13,
                                   .reason = "values near 0 are differences of parts of R^2"};

std::vector<double> importance_of(const model_data& data) {
    const nps::importance found =
        nps::relative_importance(nps::cross_products(data.items, data.outcome));
    std::vector<double> values = found.value;
    values.push_back(found.r_squared);
    return values;
}

// Every value of every replicate.
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
        CHECK(value.acceleration.has_value() == copied[j].acceleration.has_value());
        if (value.acceleration) {
            CHECK(close(*value.acceleration, *copied[j].acceleration,
                        {.relative = 1e-8,
                         .absolute = 1e-12,
                         .reason = "left-out values differ in their fourth digit"}));
        }
    }
    for (std::size_t r = 0; r < copied[drivers].values.size(); ++r) {
        CHECK(close(found.r_squared_replicates[r], copied[drivers].values[r], accurate));
    }
}

TEST_CASE("replicates are the importance of the copied rows that nps::bootstrap draws") {
    for (const bool ratings : {true, false}) {
        CAPTURE(ratings);
        const model_data data = made_up_data(60, 4, ratings);
        std::vector<std::int64_t> clusters;
        std::vector<std::int64_t> strata;
        for (std::int64_t i = 0; i < 60; ++i) {
            clusters.push_back(i * 7 % 60 / 4);
            strata.push_back(clusters.back() % 3);
        }
        const auto statistic = [&](rows_span rows) {
            return importance_of(copied_rows(data, rows));
        };
        const auto compare = [&](const std::vector<std::int64_t>& of_clusters,
                                 const std::vector<std::int64_t>& of_strata) {
            check_equal(
                nps::importance_bootstrap(
                    data.items, data.outcome,
                    {.replicates = 60, .seed = 9, .clusters = of_clusters, .strata = of_strata}),
                nps::bootstrap(
                    60, statistic,
                    {.replicates = 60, .seed = 9, .strata = of_strata, .clusters = of_clusters}));
        };
        compare({}, {});
        compare({}, strata);
        compare(clusters, {});
        compare(clusters, strata);
    }
}

TEST_CASE("every measure, groups and controls: as relative_importance has them") {
    const model_data data = made_up_data(50, 5, true);
    const std::vector<std::string> names{"a", "b", "c", "d", "e"};
    using nps::importance_method;
    for (const auto method :
         {importance_method::shapley, importance_method::johnson, importance_method::first,
          importance_method::last, importance_method::pratt,
          importance_method::standardized_coefficient, importance_method::car}) {
        CAPTURE(static_cast<int>(method));
        for (const bool grouped : {false, true}) {
            nps::importance_options importance{.method = method};
            if (grouped) {
                importance.controls = {"b"};
                if (method != importance_method::standardized_coefficient) {
                    importance.groups = {{.name = "both", .items = {"d", "a"}}};
                }
            }
            const auto statistic = [&](rows_span rows) {
                const model_data copy = copied_rows(data, rows);
                const nps::importance found = nps::relative_importance(
                    nps::cross_products(copy.items, copy.outcome, {.names = names}), importance);
                std::vector<double> values = found.value;
                values.push_back(found.r_squared);
                return values;
            };
            const auto found = nps::importance_bootstrap(
                data.items, data.outcome,
                {.importance = importance, .replicates = 50, .seed = 8, .names = names});
            check_equal(found, nps::bootstrap(50, statistic, {.replicates = 50, .seed = 8}));
            CHECK(found.estimate.names ==
                  nps::relative_importance(
                      nps::cross_products(data.items, data.outcome, {.names = names}), importance)
                      .names);
            CHECK(found.value(0).lowest == (method == importance_method::pratt
                                                ? -std::numeric_limits<double>::infinity()
                                                : 0));
        }
    }
    SUBCASE("drawn orders") {
        const nps::importance_options drawn{.permutations = 100};
        const auto found = nps::importance_bootstrap(data.items, data.outcome,
                                                     {.importance = drawn, .replicates = 20});
        const auto all = nps::importance_bootstrap(data.items, data.outcome, {.replicates = 20});
        CHECK(found.estimate.permutations == 100);
        CHECK((found.replicates - all.replicates).cwiseAbs().maxCoeff() < 0.1);
        CHECK(close(found.r_squared_replicates[3], all.r_squared_replicates[3], accurate));
    }
    CHECK_THROWS_AS((void)nps::importance_bootstrap(data.items, data.outcome,
                                                    {.importance = {.controls = {"price"}}}),
                    nps::invalid_input);
}

TEST_CASE("sampling weights go with their rows, frequency weights with whole clusters") {
    const model_data data = made_up_data(50, 3, true);
    std::vector<double> weights;
    std::vector<std::int64_t> frequencies;
    std::vector<std::int64_t> clusters;
    std::vector<std::size_t> expanded; // the row of each copy
    std::vector<std::int64_t> cluster_of_copy;
    for (std::size_t i = 0; i < 50; ++i) {
        weights.push_back(0.25 * static_cast<double>(1 + i * 13 % 11));
        frequencies.push_back(static_cast<std::int64_t>(i * 5 % 4));
        clusters.push_back(static_cast<std::int64_t>(i / 5));
        for (std::int64_t c = 0; c < frequencies[i]; ++c) {
            expanded.push_back(i);
            cluster_of_copy.push_back(clusters[i]);
        }
    }
    const auto weighted = [&](rows_span rows) {
        const model_data copy = copied_rows(data, rows);
        std::vector<double> drawn;
        for (const std::size_t row : rows) {
            drawn.push_back(weights[row]);
        }
        const nps::importance found = nps::relative_importance(
            nps::cross_products(copy.items, copy.outcome, {.sampling_weights = drawn}));
        std::vector<double> values = found.value;
        values.push_back(found.r_squared);
        return values;
    };
    check_equal(nps::importance_bootstrap(data.items, data.outcome,
                                          {.replicates = 80, .sampling_weights = weights}),
                nps::bootstrap(50, weighted, {.replicates = 80}));

    const auto of_copies = [&](rows_span rows) {
        std::vector<std::size_t> originals;
        for (const std::size_t row : rows) {
            originals.push_back(expanded[row]);
        }
        return importance_of(copied_rows(data, originals));
    };
    check_equal(nps::importance_bootstrap(
                    data.items, data.outcome,
                    {.replicates = 80, .frequency_weights = frequencies, .clusters = clusters}),
                nps::bootstrap(expanded.size(), of_copies,
                               {.replicates = 80, .clusters = cluster_of_copy}));
}

// All 5^5 resamples of five rows, each with its importance: what infinitely many replicates give.
struct enumeration {
    double mean = 0;
    double variance = 0;
    double fourth = 0;     // central moment
    double degenerate = 0; // their part
};

enumeration enumerate(const model_data& data, std::size_t driver) {
    std::vector<double> values;
    int degenerate = 0;
    for (int code = 0; code < 3125; ++code) {
        std::array<std::size_t, 5> rows{};
        for (int rest = code, i = 0; i < 5; ++i, rest /= 5) {
            rows[static_cast<std::size_t>(i)] = static_cast<std::size_t>(rest % 5);
        }
        // Two items by their closed form.
        const model_data copy = copied_rows(data, rows);
        const auto moment = [&](auto a, auto b) {
            return (a.array() - a.mean()).matrix().dot((b.array() - b.mean()).matrix());
        };
        const Eigen::VectorXd u = copy.items.col(static_cast<Eigen::Index>(driver));
        const Eigen::VectorXd v = copy.items.col(static_cast<Eigen::Index>(1 - driver));
        const Eigen::VectorXd& y = copy.outcome;
        const double uu = moment(u, u);
        const double vv = moment(v, v);
        const double yy = moment(y, y);
        const double alone_u = uu > 1e-9 && yy > 1e-9 ? moment(u, y) * moment(u, y) / uu / yy : 0;
        const double alone_v = vv > 1e-9 && yy > 1e-9 ? moment(v, y) * moment(v, y) / vv / yy : 0;
        double both = alone_u > alone_v ? alone_u : alone_v;
        const double determinant = uu * vv - moment(u, v) * moment(u, v);
        if (determinant > 1e-9 * uu * vv && yy > 1e-9) {
            both = (moment(u, y) * moment(u, y) * vv + moment(v, y) * moment(v, y) * uu -
                    2 * moment(u, v) * moment(u, y) * moment(v, y)) /
                   determinant / yy;
        }
        if (both > 1e-12) {
            values.push_back((alone_u + both - alone_v) / 2);
        } else {
            ++degenerate;
        }
    }
    enumeration result{.degenerate = degenerate / 3125.0};
    const auto count = static_cast<double>(values.size());
    for (const double value : values) {
        result.mean += value / count;
    }
    for (const double value : values) {
        const double square = (value - result.mean) * (value - result.mean);
        result.variance += square / count;
        result.fourth += square * square / count;
    }
    return result;
}

const model_data five_rows{(Eigen::MatrixXd(5, 2) << 1, 7, 4, 2, 5, 5, 9, 8, 5, 1).finished(),
                           (Eigen::VectorXd(5) << 2, 3, 6, 9, 3).finished()};

// With Monte Carlo errors: four standard errors of a mean, of a variance, of a share.
void check_against(const nps::importance_bootstrap_result& found, double asked) {
    for (const std::size_t driver : {0U, 1U}) {
        const enumeration exact = enumerate(five_rows, driver);
        const nps::bootstrap_result value = found.value(driver);
        const auto used = static_cast<double>(value.values.size());
        const double variance = value.standard_error * value.standard_error;
        CHECK(exact.degenerate > 0);
        CHECK(std::abs(static_cast<double>(found.degenerate) / asked - exact.degenerate) <
              4 * std::sqrt(exact.degenerate / asked));
        CHECK(std::abs(value.bias + value.estimate - exact.mean) <
              4 * std::sqrt(exact.variance / used));
        CHECK(std::abs(variance - exact.variance) <
              4 * std::sqrt((exact.fourth - exact.variance * exact.variance) / used));
    }
}

TEST_CASE("five rows: mean, variance and degenerate part of all 3125 resamples") {
    constexpr std::int64_t replicates = 20'000;
    check_against(nps::importance_bootstrap(five_rows.items, five_rows.outcome,
                                            {.replicates = replicates, .seed = 3}),
                  replicates);
    SUBCASE("rows that repeat, counted once") {
        // Rows 2 and 4 and their frequencies in one: four rows for five.
        Eigen::MatrixXd items(4, 2);
        items << 1, 7, 4, 2, 5, 5, 9, 8;
        Eigen::VectorXd outcome(4);
        outcome << 2, 3, 6, 9;
        const std::vector<std::int64_t> frequencies{1, 2, 1, 1};
        const model_data whole{(Eigen::MatrixXd(5, 2) << 1, 7, 4, 2, 4, 2, 5, 5, 9, 8).finished(),
                               (Eigen::VectorXd(5) << 2, 3, 3, 6, 9).finished()};
        const auto found = nps::importance_bootstrap(
            items, outcome,
            {.replicates = replicates, .seed = 4, .frequency_weights = frequencies});
        const auto copied =
            nps::importance_bootstrap(whole.items, whole.outcome, {.replicates = 100, .seed = 4});
        const enumeration exact = enumerate(whole, 0);
        const nps::bootstrap_result value = found.value(0);
        CHECK(value.n == 5);
        CHECK(close(value.estimate, copied.value(0).estimate));
        CHECK(std::abs(value.bias + value.estimate - exact.mean) <
              4 * std::sqrt(exact.variance / replicates));
        CHECK(std::abs(value.standard_error * value.standard_error - exact.variance) <
              4 * std::sqrt((exact.fourth - exact.variance * exact.variance) / replicates));
        // The jackknife leaves out single copies.
        REQUIRE(value.acceleration.has_value());
        CHECK(close(*value.acceleration, *copied.value(0).acceleration, accurate));
    }
}

TEST_CASE("relaimpo: estimates and accelerations; standard errors and limits of its bootstrap") {
    std::map<std::string, std::vector<double>> columns;
    std::vector<nps_test::reference_row> quantities;
    for (const auto& row : nps_test::reference_table("importance_bootstrap.csv")) {
        if (row.text("kind") == "quantity") {
            quantities.push_back(row);
            continue;
        }
        std::istringstream in(row.text("numbers"));
        for (double value = 0; in >> value;) {
            columns[row.text("name")].push_back(value);
        }
    }
    REQUIRE(columns["y"].size() == 60);
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
    constexpr std::int64_t replicates = 10'000;
    const auto run = [&](nps::importance_bootstrap_options options) {
        options.replicates = replicates;
        options.seed = 5;
        return nps::importance_bootstrap(data.items, data.outcome, options);
    };
    const auto rows = run({});
    const auto in_strata = run({.strata = strata});
    const auto of_clusters = run({.clusters = clusters});
    const auto quantity = [](const nps::importance_bootstrap_result& of, const std::string& name) {
        const auto number = [&](std::size_t from_end) {
            return static_cast<std::size_t>(name[name.size() - from_end] - '1');
        };
        return name.starts_with("value")        ? of.value(number(1))
               : name.starts_with("share")      ? of.share(number(1))
               : name.starts_with("difference") ? of.difference(number(2), number(1))
                                                : of.r_squared();
    };
    int compared = 0;
    for (const auto& row : quantities) {
        const std::string name = row.text("name");
        if (name.starts_with("beta")) {
            continue; // regression_bootstrap_test.cpp
        }
        CAPTURE(name);
        ++compared;
        const nps_test::tolerance of_jackknife{
            .relative = 1e-9,
            .reason = "R's lm leaves ten digits in differences of left-out values"};
        const nps::bootstrap_result found = quantity(rows, name);
        CHECK(close(found.estimate, row.number("estimate"),
                    {.absolute = 1e-13, .reason = "difference of values"}));
        CHECK(close(*found.acceleration, row.number("a_rows"), of_jackknife));
        CHECK(close(*quantity(in_strata, name).acceleration, row.number("a_strata"), of_jackknife));
        CHECK(close(*quantity(of_clusters, name).acceleration, row.number("a_clusters"),
                    of_jackknife));

        // Monte Carlo: four standard errors of the difference of two simulations. That of a
        // standard error is sqrt(1 / (2 R)) of it (here doubled, for tails heavier than the normal
        // distribution's), that of a 2.5 % quantile 2.7 standard errors / sqrt(R).
        const auto error = [](double r) { return std::sqrt(1 / r + 1.0 / replicates); };
        const double s = row.number("se_rows");
        CHECK(std::abs(found.standard_error / s - 1) < 4 * error(4000) * 1.0);
        CHECK(std::abs(quantity(in_strata, name).standard_error / row.number("se_strata") - 1) <
              4 * error(2000));
        CHECK(std::abs(quantity(of_clusters, name).standard_error / row.number("se_clusters") - 1) <
              4 * error(2000));
        const nps::interval limits = found.interval();
        CHECK(std::abs(limits.lower - row.number("lower_rows")) < 4 * 2.7 * s * error(4000));
        CHECK(std::abs(limits.upper - row.number("upper_rows")) < 4 * 2.7 * s * error(4000));
    }
    CHECK(compared == 10);
}

TEST_CASE("the same replicates for any number of threads; more continue those before") {
    for (const bool ratings : {true, false}) {
        const model_data data = made_up_data(70, 3, ratings);
        const auto run = [&](std::int64_t replicates, unsigned threads) {
            return nps::importance_bootstrap(
                data.items, data.outcome,
                {.replicates = replicates, .seed = 2, .threads = threads});
        };
        const auto one = run(200, 1);
        for (const unsigned threads : {0U, 2U, 5U}) {
            const auto many = run(200, threads);
            CHECK(many.replicates == one.replicates);
            CHECK(many.acceleration->share == one.acceleration->share);
        }
        CHECK(run(90, 1).replicates == one.replicates.topRows(90));
    }
}

TEST_CASE("a replicate is the importance of rows drawn by hand") {
    const model_data data = made_up_data(100, 3, true);
    const auto found =
        nps::importance_bootstrap(data.items, data.outcome, {.replicates = 3, .seed = 11});
    // Rows drawn and counted are whole numbers: the sums of this resample by hand.
    std::vector<std::size_t> rows;
    nps::random_stream stream(11, 2, nps::random_purpose::resample);
    for (int i = 0; i < 100; ++i) {
        rows.push_back(stream.below(100));
    }
    const auto by_hand = importance_of(copied_rows(data, rows));
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(close(found.replicates(2, static_cast<Eigen::Index>(j)), by_hand[j], accurate));
    }
}

TEST_CASE("shares, differences and ranks follow from the values of each replicate") {
    const model_data data = made_up_data(80, 4, true);
    const auto found = nps::importance_bootstrap(data.items, data.outcome, {.replicates = 500});
    for (std::size_t a = 0; a < 4; ++a) {
        double first = 0;
        std::vector<int> with_rank(5, 0);
        for (std::size_t r = 0; r < 500; ++r) {
            std::size_t rank = 1;
            double sum = 0;
            for (std::size_t b = 0; b < 4; ++b) {
                rank += found.value(b).values[r] > found.value(a).values[r] ? 1 : 0;
                sum += found.value(b).values[r];
            }
            CHECK(close(found.share(a).values[r] * sum, found.value(a).values[r]));
            ++with_rank[rank];
            first += rank == 1 ? 1 : 0;
            if (r % 100 == 0) {
                CHECK(found.difference(a, 3).values[r] ==
                      found.value(a).values[r] - found.value(3).values[r]);
            }
        }
        const auto row = static_cast<Eigen::Index>(a);
        CHECK(close(found.rank_probability(row, 0), first / 500));
        CHECK(close(found.rank_probability.row(row).sum(), 1));
        CHECK(close(found.rank_probability.col(row).sum(), 1));
        // At most 2.5 % of the replicates, 12, on either side; one rank more would be too many.
        const nps::rank_interval ranks = found.rank_interval(a);
        int above = 0;
        for (int rank = 1; rank < ranks.best; ++rank) {
            above += with_rank[static_cast<std::size_t>(rank)];
        }
        int below = 0;
        for (auto rank = static_cast<std::size_t>(ranks.worst) + 1; rank <= 4; ++rank) {
            below += with_rank[rank];
        }
        CHECK(above <= 12);
        CHECK(below <= 12);
        CHECK(above + with_rank[static_cast<std::size_t>(ranks.best)] > 12);
        CHECK(below + with_rank[static_cast<std::size_t>(ranks.worst)] > 12);
        CHECK(ranks.estimated >= 1);
        CHECK(ranks.level == 0.95);
    }
    const auto wide = found.rank_interval(0, 1 - 1e-9);
    const auto narrow = found.rank_interval(0, 0.5);
    CHECK(wide.best <= narrow.best);
    CHECK(narrow.worst <= wide.worst);
    for (const auto method : {nps::bootstrap_method::percentile, nps::bootstrap_method::bca,
                              nps::bootstrap_method::normal, nps::bootstrap_method::basic}) {
        const nps::interval ci = found.share(1).interval({.method = method});
        CHECK(ci.lower >= 0);
        CHECK(ci.upper <= 1);
        CHECK(ci.lower < ci.upper);
        CHECK(ci.n == 80);
    }
}

TEST_CASE("two equal items share their value and their ranks in every replicate") {
    model_data data = made_up_data(60, 3, true);
    data.items.col(2) = data.items.col(0);
    const auto found = nps::importance_bootstrap(data.items, data.outcome, {.replicates = 200});
    for (Eigen::Index r = 0; r < 200; ++r) {
        CHECK(close(found.replicates(r, 2), found.replicates(r, 0), accurate));
    }
    CHECK(found.rank_probability.row(0) == found.rank_probability.row(2));
    CHECK(close(found.rank_probability(0, 1), 0.5)); // second whether they lead or trail
    CHECK(found.rank_interval(0).best == found.rank_interval(2).best);
}

TEST_CASE("replicates without an answer and items that do not vary in one are counted") {
    // The outcome varies in one row of six: a third of the replicates miss it.
    Eigen::MatrixXd items(6, 2);
    items << 1, 5, 2, 5, 3, 5, 4, 5, 5, 5, 6, 9;
    Eigen::VectorXd outcome(6);
    outcome << 3, 3, 3, 8, 3, 3;
    const auto found = nps::importance_bootstrap(items, outcome, {.replicates = 1000});
    CHECK(found.replicates.rows() == 1000 - found.degenerate);
    CHECK(std::ssize(found.r_squared_replicates) == found.replicates.rows());
    CHECK(found.degenerate > 300);
    CHECK(found.degenerate < 450);
    CHECK(found.with_constant_item > 100);
    CHECK(found.replicates.allFinite());
    CHECK(!found.acceleration.has_value()); // without row 3 there is nothing to explain
    CHECK_THROWS_WITH_AS(
        (void)found.value(0).interval({.method = nps::bootstrap_method::bca}),
        doctest::Contains("with some row or cluster left out nothing explains the outcome"),
        nps::invalid_input);

    SUBCASE("real numbers as whole ones") {
        const auto real =
            nps::importance_bootstrap(items / 3.0, outcome / 7.0, {.replicates = 1000});
        CHECK(real.degenerate == found.degenerate);
        CHECK(real.with_constant_item == found.with_constant_item);
    }
}

TEST_CASE("missing rows, types and layouts") {
    const model_data data = made_up_data(40, 3, true);
    const auto whole = nps::importance_bootstrap(data.items, data.outcome, {.replicates = 50});
    model_data holed{Eigen::MatrixXd(43, 3), Eigen::VectorXd(43)};
    holed.items << data.items.topRows(10), Eigen::MatrixXd::Constant(3, 3, 4),
        data.items.bottomRows(30);
    holed.outcome << data.outcome.head(10), Eigen::VectorXd::Constant(3, 4), data.outcome.tail(30);
    holed.items(10, 1) = std::nan("");
    holed.outcome[11] = std::nan("");
    holed.items(12, 0) = std::nan("");
    std::vector<std::int64_t> strata(43, 5);
    strata[11] = 6; // of a row that is left out
    const auto some =
        nps::importance_bootstrap(holed.items, holed.outcome, {.replicates = 50, .strata = strata});
    CHECK(some.dropped == 3);
    CHECK(some.estimate.n == 40);
    CHECK(some.replicates == whole.replicates);

    using bytes = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const bytes packed = data.items.cast<std::uint8_t>();
    const Eigen::VectorXi answers = data.outcome.cast<int>();
    CHECK(nps::importance_bootstrap(packed, answers, {.replicates = 50}).replicates ==
          whole.replicates);
    // A shift changes nothing, whole numbers or not.
    CHECK(nps::importance_bootstrap(data.items.array() - 1000, data.outcome, {.replicates = 50})
              .replicates == whole.replicates);
}

TEST_CASE("frequencies of a million, and weights from 1e-6 to 1e6") {
    const model_data data = made_up_data(30, 3, true);
    const auto many = nps::importance_bootstrap(
        data.items, data.outcome,
        {.replicates = 200, .frequency_weights = std::vector<std::int64_t>(30, 1'000'000)});
    CHECK(many.estimate.n == 30'000'000);
    const auto once = nps::importance_bootstrap(data.items, data.outcome, {.replicates = 2000});
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(close(many.value(j).estimate, once.value(j).estimate, accurate));
        // The square root of a million; Monte Carlo error and the curvature of 30 rows.
        const double ratio = once.value(j).standard_error / many.value(j).standard_error / 1000;
        CHECK(ratio > 0.6);
        CHECK(ratio < 1.6);
    }
    std::vector<double> weights;
    for (int i = 0; i < 30; ++i) {
        weights.push_back(std::pow(10.0, i % 13 - 6));
    }
    const auto uneven = nps::importance_bootstrap(data.items, data.outcome,
                                                  {.replicates = 200, .sampling_weights = weights});
    CHECK(uneven.replicates.allFinite());
    // Two heavy rows alone explain everything, up to rounding.
    CHECK((uneven.replicates.rowwise().sum().array() <= 1 + 1e-9).all());
    const auto largest = nps::importance_bootstrap(
        data.items, data.outcome,
        {.replicates = 20,
         .frequency_weights = std::vector<std::int64_t>(30, std::int64_t{1} << 48)});
    CHECK(largest.replicates.allFinite());
    CHECK(close(largest.value(0).values[7], once.value(0).estimate,
                {.relative = 1e-5, .reason = "2^52 answers leave a standard error of 1e-8"}));
}

TEST_CASE("what has no answer, and what is wrong") {
    const model_data data = made_up_data(20, 2, true);
    const auto run = [&](const nps::importance_bootstrap_options& options) {
        return nps::importance_bootstrap(data.items, data.outcome, options);
    };
    const Eigen::MatrixXd none(0, 2);
    CHECK_THROWS_AS((void)nps::importance_bootstrap(none, Eigen::VectorXd(0)),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::importance_bootstrap(data.items.topRows(1), data.outcome.head(1)),
                    nps::undefined_result);
    CHECK_THROWS_AS((void)nps::importance_bootstrap(Eigen::MatrixXd(20, 0), data.outcome),
                    nps::undefined_result);
    CHECK_THROWS_WITH_AS(
        (void)nps::importance_bootstrap(data.items, Eigen::VectorXd::Constant(20, 7)),
        "nps::importance_bootstrap: no item explains anything of the outcome",
        nps::undefined_result);
    CHECK_THROWS_AS(
        (void)nps::importance_bootstrap(Eigen::MatrixXd::Constant(20, 2, 3), data.outcome),
        nps::undefined_result);
    Eigen::MatrixXd infinite = data.items;
    infinite(3, 1) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH_AS((void)nps::importance_bootstrap(infinite, data.outcome),
                         doctest::Contains("item 1 of row 3 = inf"), nps::invalid_input);
    CHECK_THROWS_AS((void)run({.replicates = 1}), nps::invalid_input);
    CHECK_THROWS_AS((void)run({.replicates = std::int64_t{1} << 32}), nps::invalid_input);
    CHECK_THROWS_AS((void)run({.names = {"price"}}), nps::invalid_input);
    CHECK_THROWS_AS((void)run({.frequency_weights = {1, 2}}), nps::invalid_input);
    CHECK_THROWS_AS((void)run({.sampling_weights = {1, 2}}), nps::invalid_input);
    CHECK_THROWS_AS((void)run({.clusters = {1, 2}}), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)run({.strata = {1, 2}}),
                         "nps::importance_bootstrap: strata.size() = 2, must be the number of "
                         "rows, 20, or 0",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)run({.jackknife = static_cast<nps::jackknife>(9)}), nps::invalid_input);
    const auto found = run({.replicates = 30, .jackknife = nps::jackknife::never});
    CHECK_THROWS_WITH_AS((void)found.value(2),
                         "nps::importance_bootstrap_result: driver = 2, must be below the number "
                         "of drivers, 2",
                         nps::invalid_input);
    CHECK_THROWS_AS((void)found.rank_interval(0, 1), nps::invalid_input);
    CHECK_THROWS_AS((void)found.rank_interval(0, std::nan("")), nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)found.share(0).interval({.method = nps::bootstrap_method::bca}),
                         doctest::Contains("ask for it with .jackknife"), nps::invalid_input);
}

} // namespace

TEST_CASE("progress is told, and can end the work with the replicates made so far") {
    const model_data data = made_up_data(40, 3, true);
    std::vector<std::int64_t> done;
    nps::importance_bootstrap_options options{
        .replicates = 2000, .seed = 6, .progress = [&](std::int64_t d, std::int64_t total) {
            CHECK(total == 2040);
            done.push_back(d);
            return true;
        }};
    const auto whole = nps::importance_bootstrap(data.items, data.outcome, options);
    CHECK(std::ranges::is_sorted(done));
    CHECK(done.back() == 2040);
    CHECK(done.size() > 26);
    CHECK(done.size() <= 100);
    CHECK_FALSE(whole.cancelled);
    CHECK(whole.acceleration.has_value());

    SUBCASE("ended half-way, the same for any number of threads") {
        for (const unsigned threads : {1U, 3U}) {
            options.threads = threads;
            options.progress = [](std::int64_t d, std::int64_t) { return d < 1000; };
            const auto half = nps::importance_bootstrap(data.items, data.outcome, options);
            CHECK(half.cancelled);
            CHECK(half.value(0).cancelled);
            CHECK(half.degenerate == 0);
            CHECK_FALSE(half.acceleration.has_value());
            REQUIRE(half.replicates.rows() >= 1000);
            REQUIRE(half.replicates.rows() < 1100);
            for (Eigen::Index r = 0; r < half.replicates.rows(); ++r) {
                CHECK(half.replicates(r, 1) == whole.replicates(r, 1));
            }
            CHECK_THROWS_WITH(
                static_cast<void>(half.value(0).interval({.method = nps::bootstrap_method::bca})),
                doctest::Contains("the work was cancelled"));
        }
    }
    SUBCASE("ended during the jackknife") {
        options.progress = [](std::int64_t d, std::int64_t) { return d <= 2000; };
        const auto result = nps::importance_bootstrap(data.items, data.outcome, options);
        CHECK(result.replicates.rows() == 2000);
        CHECK(result.cancelled);
        CHECK_FALSE(result.acceleration.has_value());
    }
    SUBCASE("ended when all is done is not cancelled") {
        options.progress = [](std::int64_t d, std::int64_t total) { return d < total; };
        CHECK_FALSE(nps::importance_bootstrap(data.items, data.outcome, options).cancelled);
    }
    SUBCASE("its exception reaches the caller") {
        options.progress = [](std::int64_t, std::int64_t) -> bool {
            throw std::runtime_error("stop");
        };
        CHECK_THROWS_WITH_AS(
            static_cast<void>(nps::importance_bootstrap(data.items, data.outcome, options)), "stop",
            std::runtime_error);
    }
}

// SPDX-License-Identifier: Apache-2.0
#include <nps/model/importance.hpp>

#include <nps/model/detail/shapley_sampler.hpp>
#include <nps/model/detail/shapley_workspace.hpp>
#include <nps/model/detail/subset_r_squared.hpp>
#include <nps/numeric/philox.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nps::importance_method;

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, at);) {
        parts.push_back(part);
    }
    return parts;
}

std::vector<double> numbers(const std::string& text) {
    std::vector<double> result;
    for (const std::string& part : split(text, ' ')) {
        result.push_back(std::stod(part));
    }
    return result;
}

importance_method method_of(const std::string& name) {
    for (const auto method :
         {importance_method::shapley, importance_method::johnson, importance_method::first,
          importance_method::last, importance_method::pratt,
          importance_method::standardized_coefficient, importance_method::car}) {
        if (nps::detail::method_name(method) == name) {
            return method;
        }
    }
    FAIL("no method ", name);
    return importance_method::shapley;
}

// One type of matrix, so that the template is compiled once.
nps::cross_products products(const Eigen::MatrixXd& items, const Eigen::VectorXd& outcome,
                             const nps::cross_product_options& options = {}) {
    return {items, outcome, options};
}

// The outcome is the first column of the rows.
nps::cross_products products_of(const std::string& rows, const std::vector<std::string>& names) {
    const std::vector<std::string> lines = split(rows, ';');
    Eigen::MatrixXd items(lines.size(), names.size());
    Eigen::VectorXd outcome(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::vector<double> row = numbers(lines[i]);
        const auto at = static_cast<Eigen::Index>(i);
        outcome[at] = row[0];
        for (std::size_t j = 1; j < row.size(); ++j) {
            items(at, static_cast<Eigen::Index>(j - 1)) = row[j];
        }
    }
    nps::cross_product_options options;
    options.names = names;
    return products(items, outcome, options);
}

// The rows of one data set of a reference table, by its name.
nps::cross_products products_named(const std::string& table, const std::string& data) {
    for (const auto& row : nps_test::reference_table(table)) {
        if (row.text("data") == data) {
            return products_of(row.text("rows"), split(row.text("names"), ' '));
        }
    }
    FAIL("no data ", data);
    return {};
}

void check_table(const std::string& table, nps_test::tolerance t) {
    nps::cross_products xy;
    for (const auto& row : nps_test::reference_table(table)) {
        CAPTURE(row.text("data"));
        CAPTURE(row.text("method"));
        CAPTURE(row.text("groups"));
        CAPTURE(row.text("controls"));
        if (row.text("rows") != "=") {
            xy = products_of(row.text("rows"), split(row.text("names"), ' '));
        }
        nps::importance_options options;
        options.method = method_of(row.text("method"));
        for (const std::string& group : split(row.text("groups"), ';')) {
            const auto parts = split(group, '=');
            options.groups.push_back({parts[0], split(parts[1], '+')});
        }
        options.controls = split(row.text("controls"), ' ');
        const nps::importance found = nps::relative_importance(xy, options);
        const auto drivers = split(row.text("drivers"), ' ');
        const std::vector<double> values = numbers(row.text("values"));
        REQUIRE(found.names.size() == drivers.size());
        double sum = 0;
        for (std::size_t k = 0; k < drivers.size(); ++k) {
            CAPTURE(drivers[k]);
            const auto at = std::find(found.names.begin(), found.names.end(), drivers[k]);
            REQUIRE(at != found.names.end());
            const auto place = static_cast<std::size_t>(at - found.names.begin());
            CHECK(nps_test::close(found.value[place], values[k], t));
            sum += found.value[place];
        }
        CHECK(nps_test::close(found.r_squared, row.number("r_squared"), t));
        CHECK(nps_test::close(found.controls_r_squared, row.number("controls_r_squared"), t));
        CHECK(found.method == row.text("method"));
        CHECK(found.n == xy.n());
        CHECK(found.permutations == 0);
        CHECK(found.standard_error.empty());
        if (found.decomposition) {
            CHECK(nps_test::close(sum, found.r_squared - found.controls_r_squared));
        }
        CHECK(found.negative == (*std::min_element(values.begin(), values.end()) < -1e-12));
        if (sum > 0) {
            CHECK(nps_test::close(std::accumulate(found.share.begin(), found.share.end(), 0.0), 1));
        }
    }
}

// Correlated items with a rank below full where `copies` says so: a matrix of correlations.
Eigen::MatrixXd any_correlations(Eigen::Index items, std::uint32_t number, Eigen::Index copies = 0,
                                 Eigen::Index rows = 60) {
    nps::random_stream random(11, number, nps::random_purpose::simulation);
    Eigen::MatrixXd data(rows, items + 1);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const double halo = random.uniform();
        for (Eigen::Index j = 0; j <= items; ++j) {
            data(i, j) = halo + 1.5 * random.uniform();
        }
        for (Eigen::Index j = 0; j < copies; ++j) {
            data(i, items - 1 - j) = data(i, j);
        }
    }
    const nps::cross_products xy = products(data.leftCols(items), data.col(items));
    return nps::detail::correlations_of(xy.centred(), xy.means(), xy.weight());
}

std::span<const double> span_of(const Eigen::MatrixXd& matrix) {
    return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

nps::importance of_matrix(const Eigen::MatrixXd& matrix,
                          const nps::importance_options& options = {},
                          const std::vector<std::string>& names = {}) {
    return nps::relative_importance(nps::correlation_matrix{.values = matrix, .names = names},
                                    options);
}

} // namespace

TEST_CASE("every measure equals relaimpo's") {
    check_table("importance.csv",
                {.relative = 1e-11,
                 .absolute = 1e-13,
                 .reason = "relaimpo solves normal equations and subtracts R^2 of subsets"});
}

TEST_CASE("every measure equals its definition: exact fractions, and 60 digits") {
    check_table("importance_subsets.csv", {});
}

TEST_CASE("published values of three data sets") {
    const nps_test::tolerance digits{.absolute = 1e-12, .reason = "published with 12 digits"};
    const auto check = [&](const std::string& data, importance_method method,
                           const std::vector<double>& values, double r_squared,
                           nps_test::tolerance t) {
        CAPTURE(data);
        const auto found =
            nps::relative_importance(products_named("importance.csv", data), {.method = method});
        REQUIRE(found.value.size() == values.size());
        for (std::size_t k = 0; k < values.size(); ++k) {
            CHECK(nps_test::close(found.value[k], values[k], t));
        }
        CHECK(nps_test::close(found.r_squared, r_squared, t));
        return found;
    };
    check("attitude", importance_method::lmg,
          {0.370816194319, 0.050903792972, 0.155765990169, 0.120345079404, 0.006588722546,
           0.028182213122},
          0.732601992531, digits);
    check("swiss", importance_method::lmg,
          {0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265},
          0.706735001593, digits);
    check("swiss", importance_method::genizi,
          {0.0484168958, 0.1547082498, 0.2719641046, 0.1146800299, 0.1169657214}, 0.706735001593,
          {.absolute = 5.1e-11, .reason = "published with 10 digits"});
    const nps_test::tolerance ten{.absolute = 5.1e-11, .reason = "published with 10 digits"};
    const auto cars = products_named("importance.csv", "mtcars");
    const auto lmg = nps::shapley_importance(cars);
    const std::vector<double> expected{0.2470520332, 0.2434995948, 0.2109128995, 0.0777251114};
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(nps_test::close(lmg.value[k], expected[k], ten));
    }
    const nps_test::tolerance seven{.absolute = 5.1e-8, .reason = "published with 7 digits"};
    const auto johnson = check("mtcars", importance_method::johnson,
                               {0.2284797, 0.2221469, 0.2321744, 0.0963886}, 0.7791896, seven);
    const std::vector<double> percent{29.32274, 28.50999, 29.79691, 12.37037};
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(nps_test::close(johnson.share[k], percent[k] / 100, seven));
    }
    CHECK(johnson.rank == std::vector<double>{2, 3, 1, 4});
    CHECK(johnson.names == std::vector<std::string>{"cyl", "disp", "hp", "gear"});
}

TEST_CASE("one item, two items, none") {
    Eigen::Matrix2d one;
    one << 1, -0.6, -0.6, 1;
    for (const auto method :
         {importance_method::shapley, importance_method::johnson, importance_method::first,
          importance_method::last, importance_method::pratt,
          importance_method::standardized_coefficient, importance_method::car}) {
        const auto found = of_matrix(one, {.method = method});
        CHECK(nps_test::close(found.value[0], 0.36));
        CHECK(nps_test::close(found.r_squared, 0.36));
        CHECK(nps_test::close(found.share[0], 1));
        CHECK(found.rank[0] == 1);
        CHECK(found.names[0] == "item 1");
        const auto none = of_matrix(Eigen::MatrixXd::Ones(1, 1), {.method = method});
        CHECK(none.value.empty());
        CHECK(none.r_squared == 0);
    }
    // r1 = 0.5, r2 = 0.3, r12 = 0.4: R^2 = (0.25 + 0.09 - 0.12) / 0.84.
    Eigen::Matrix3d two;
    two << 1, 0.4, 0.5, 0.4, 1, 0.3, 0.5, 0.3, 1;
    const double all = 0.22 / 0.84;
    const auto found = of_matrix(two);
    CHECK(nps_test::close(found.value[0], (0.25 + all - 0.09) / 2));
    CHECK(nps_test::close(found.value[1], (0.09 + all - 0.25) / 2));
}

TEST_CASE(
    "the vector path gives the bits of the plain one, and the table of subsets the same values") {
    for (Eigen::Index items = 1; items <= 12; ++items) {
        for (const Eigen::Index copies : {Eigen::Index{0}, items / 3}) {
            CAPTURE(items);
            CAPTURE(copies);
            const Eigen::MatrixXd r =
                any_correlations(items, static_cast<std::uint32_t>(items), copies);
            const auto p = static_cast<std::size_t>(items);
            const nps::detail::shapley_players players = nps::detail::single_items(p);
            std::vector<double> plain(p);
            std::vector<double> best(p);
            nps::detail::shapley_workspace(players, nps::instruction_set::plain)
                .exact(span_of(r), plain);
            const auto totals = nps::detail::shapley_workspace(players).exact(span_of(r), best);
            CHECK(plain == best);
            const std::vector<double> subsets = nps::detail::all_subset_r_squared(span_of(r), p);
            CHECK(nps_test::close(subsets.back(), totals.all));
            for (std::size_t j = 0; j < p; ++j) {
                double value = 0;
                for (std::size_t set = 0; set < subsets.size(); ++set) {
                    if ((set >> j & 1U) == 0) {
                        const int size = std::popcount(set);
                        value += std::exp(std::lgamma(size + 1.0) +
                                          std::lgamma(static_cast<double>(p) - size) -
                                          std::lgamma(static_cast<double>(p) + 1)) *
                                 (subsets[set | std::size_t{1} << j] - subsets[set]);
                    }
                }
                CHECK(nps_test::close(best[j], value,
                                      {.absolute = 1e-13, .reason = "weights from lgamma"}));
            }
        }
    }
}

TEST_CASE("R^2 of each subset is that of two items by hand, and a copy adds nothing") {
    const Eigen::MatrixXd r = any_correlations(5, 3, 1);
    const std::vector<double> subsets = nps::detail::all_subset_r_squared(span_of(r), 5);
    REQUIRE(subsets.size() == 32);
    CHECK(subsets[0] == 0);
    for (Eigen::Index i = 0; i < 5; ++i) {
        CHECK(nps_test::close(subsets[std::size_t{1} << i], r(i, 5) * r(i, 5)));
        for (Eigen::Index j = 0; j < i; ++j) {
            const double c = r(i, j);
            const bool copy = i == 4 && j == 0;
            const double both =
                (r(i, 5) * r(i, 5) + r(j, 5) * r(j, 5) - 2 * c * r(i, 5) * r(j, 5)) / (1 - c * c);
            CHECK(nps_test::close(subsets[std::size_t{1} << i | std::size_t{1} << j],
                                  copy ? r(i, 5) * r(i, 5) : both));
        }
    }
    // Item 4 is a copy of item 0.
    for (std::size_t set = 0; set < 16; ++set) {
        CHECK(nps_test::close(subsets[set | 16], subsets[set | 1]));
    }
}

TEST_CASE("threads change no bit") {
    const Eigen::MatrixXd r = any_correlations(20, 20, 2);
    const auto one = of_matrix(r);
    CHECK(of_matrix(r, {.threads = 3}).value == one.value);
    const auto drawn = of_matrix(r, {.permutations = 1000, .seed = 5});
    const auto again = of_matrix(r, {.permutations = 1000, .seed = 5, .threads = 3});
    CHECK(drawn.value == again.value);
    CHECK(drawn.standard_error == again.standard_error);
    CHECK(of_matrix(r, {.permutations = 1000, .seed = 6}).value != drawn.value);
    // The plain path draws the same orders.
    std::vector<double> value(20);
    std::vector<double> error(20);
    nps::detail::shapley_sampler(nps::detail::single_items(20), nps::instruction_set::plain)
        .sampled(span_of(r), value, error, 500, 5);
    double largest = 0;
    for (std::size_t k = 0; k < 20; ++k) {
        largest = (std::max)(largest, std::abs(value[k] - drawn.value[k]));
    }
    CHECK(largest <= 1e-15);
}

TEST_CASE("equally correlated items: known values, for many items") {
    for (const Eigen::Index p : {3, 7, 19, 21}) {
        CAPTURE(p);
        Eigen::MatrixXd r = Eigen::MatrixXd::Constant(p + 1, p + 1, 0.5);
        r.col(p).setConstant(0.4);
        r.row(p).setConstant(0.4);
        r.diagonal().setOnes();
        const auto n = static_cast<double>(p);
        const double all = n * 0.16 / (1 + (n - 1) * 0.5);
        for (const auto method : {importance_method::shapley, importance_method::johnson,
                                  importance_method::car, importance_method::pratt}) {
            const auto found = of_matrix(r, {.method = method});
            CHECK(nps_test::close(found.r_squared, all));
            for (std::size_t k = 0; k < found.value.size(); ++k) {
                CHECK(nps_test::close(found.value[k], all / n));
                CHECK(found.rank[k] == (n + 1) / 2);
            }
        }
    }
}

TEST_CASE("drawn orders lie within their stated error of the exact values") {
    const Eigen::MatrixXd r = any_correlations(9, 9, 2);
    const nps::importance_options groups{
        .groups = {{"a", {"item 2", "item 7", "item 3"}}, {"b", {"item 1", "item 9"}}},
        .controls = {"item 5"}};
    for (const bool grouped : {false, true}) {
        nps::importance_options options = grouped ? groups : nps::importance_options{};
        const auto exact = of_matrix(r, options);
        double squares = 0;
        double largest = 0;
        const int seeds = 60;
        for (int seed = 0; seed < seeds; ++seed) {
            options.permutations = 400;
            options.seed = static_cast<std::uint64_t>(seed);
            const auto drawn = of_matrix(r, options);
            REQUIRE(drawn.names == exact.names);
            CHECK(drawn.permutations == 400);
            CHECK(nps_test::close(std::accumulate(drawn.value.begin(), drawn.value.end(), 0.0),
                                  exact.r_squared - exact.controls_r_squared));
            CHECK(nps_test::close(drawn.controls_r_squared, exact.controls_r_squared));
            for (std::size_t k = 0; k < exact.value.size(); ++k) {
                REQUIRE(drawn.standard_error[k] > 0);
                const double z = (drawn.value[k] - exact.value[k]) / drawn.standard_error[k];
                squares += z * z / static_cast<double>(exact.value.size());
                largest = (std::max)(largest, std::abs(z));
            }
        }
        // Mean squares of 60 seeds: standard error 0.18 if the values of one seed were one.
        CHECK(squares / seeds > 0.5);
        CHECK(squares / seeds < 1.7);
        CHECK(largest < 5);
    }
}

TEST_CASE("more than 30 items are drawn, and named so") {
    const auto exact = of_matrix(any_correlations(12, 12));
    CHECK(exact.permutations == 0);
    const Eigen::MatrixXd r = any_correlations(33, 33, 0, 200);
    const auto found = of_matrix(r);
    CHECK(found.permutations == 10'000);
    REQUIRE(found.standard_error.size() == 33);
    CHECK(*std::max_element(found.standard_error.begin(), found.standard_error.end()) < 0.001);
    CHECK(nps_test::close(std::accumulate(found.value.begin(), found.value.end(), 0.0),
                          found.r_squared));
    // Thirty-three items in four groups are four drivers: exact.
    nps::importance_options options;
    for (int g = 0; g < 4; ++g) {
        options.groups.push_back({"group " + std::to_string(g)});
        for (int j = g; j < 33; j += 4) {
            options.groups.back().items.push_back("item " + std::to_string(j + 1));
        }
    }
    const auto grouped = of_matrix(r, options);
    CHECK(grouped.permutations == 0);
    CHECK(grouped.value.size() == 4);
    CHECK(nps_test::close(grouped.r_squared, found.r_squared));
    options.permutations = 4000;
    const auto drawn = of_matrix(r, options);
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(std::abs(drawn.value[k] - grouped.value[k]) < 5 * drawn.standard_error[k]);
    }
    // Uncorrelated items: each order gives the same.
    Eigen::MatrixXd apart = Eigen::MatrixXd::Identity(41, 41);
    for (Eigen::Index j = 0; j < 40; ++j) {
        apart(j, 40) = apart(40, j) = 0.003 * static_cast<double>(j);
    }
    const auto sure = of_matrix(apart);
    for (std::size_t j = 0; j < 40; ++j) {
        CHECK(nps_test::close(sure.value[j], 9e-6 * static_cast<double>(j * j)));
        CHECK(sure.standard_error[j] < 1e-17);
    }
}

TEST_CASE("the order of items does not matter, nor their direction") {
    const Eigen::MatrixXd r = any_correlations(9, 4, 1);
    const std::vector<Eigen::Index> order{6, 2, 8, 0, 4, 1, 3, 7, 5, 9};
    Eigen::MatrixXd moved = r(order, order);
    moved.row(3) *= -1;
    moved.col(3) *= -1;
    for (const auto method :
         {importance_method::shapley, importance_method::johnson, importance_method::first,
          importance_method::last, importance_method::pratt, importance_method::car}) {
        const auto a = of_matrix(r, {.method = method});
        const auto b = of_matrix(moved, {.method = method});
        for (std::size_t k = 0; k < 9; ++k) {
            const auto from = static_cast<std::size_t>(order[k]);
            CHECK(nps_test::close(b.value[k], a.value[from],
                                  {.absolute = 1e-13, .reason = "another order of elimination"}));
            CHECK(b.rank[k] == a.rank[from]);
        }
        // Item 8 is a copy of item 0.
        CHECK(nps_test::close(a.value[0], a.value[8],
                              {.absolute = 1e-14, .reason = "another order of elimination"}));
        CHECK(a.rank[0] == a.rank[8]);
    }
}

TEST_CASE("items that nearly copy one another") {
    // x2 = x1 + e, the part e of variance v uncorrelated with the outcome: R^2 stays r^2, and by
    // symmetry of the limit both have half of it.
    for (const double v : {1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 0.0}) {
        CAPTURE(v);
        const double c = 1 / std::sqrt(1 + v);
        Eigen::Matrix3d r;
        r << 1, c, 0.6, c, 1, 0.6 * c, 0.6, 0.6 * c, 1;
        const auto found = of_matrix(r);
        CHECK(nps_test::close(found.r_squared, 0.36,
                              {.absolute = 1e-10, .reason = "the condition number is 4 / v"}));
        const double second = 0.36 / (1 + v);
        CHECK(nps_test::close(found.value[1], second / 2,
                              {.absolute = 1e-10, .reason = "the condition number is 4 / v"}));
        CHECK(nps_test::close(found.value[0], 0.36 - second / 2,
                              {.absolute = 1e-10, .reason = "the condition number is 4 / v"}));
    }
}

TEST_CASE("constant items, and items in the span of the controls, are worth nothing and named") {
    Eigen::MatrixXd items(8, 5);
    items << 1, 5, 3, 0.1, 1, 2, 5, 1, 0.1, 2, 3, 5, 4, 0.1, 3, 4, 5, 1, 0.1, 4, 5, 5, 5, 0.1, 5, 6,
        5, 9, 0.1, 6, 7, 5, 2, 0.1, 7, 8, 5, 6, 0.1, 8;
    Eigen::VectorXd outcome(8);
    outcome << 2, 3, 5, 4, 5, 9, 6, 8;
    nps::cross_product_options names;
    names.names = {"a", "five", "c", "tenth", "a again"};
    const nps::cross_products xy = products(items, outcome, names);
    for (const auto method : {importance_method::shapley, importance_method::johnson,
                              importance_method::last, importance_method::car}) {
        const auto found = nps::relative_importance(xy, {.method = method});
        CHECK(found.value[1] == 0);
        CHECK(found.value[3] == 0);
        CHECK(found.share[1] == 0);
        CHECK(found.excluded ==
              std::vector<nps::excluded_item>{{"five", nps::exclusion::constant},
                                              {"tenth", nps::exclusion::constant}});
        const auto given = nps::relative_importance(xy, {.method = method, .controls = {"a"}});
        CHECK(given.names == std::vector<std::string>{"five", "c", "tenth", "a again"});
        CHECK(given.value[3] == 0);
        CHECK(given.value[1] > 0.01);
        CHECK(given.excluded ==
              std::vector<nps::excluded_item>{{"five", nps::exclusion::constant},
                                              {"tenth", nps::exclusion::constant},
                                              {"a again", nps::exclusion::collinear}});
    }
}

TEST_CASE("weights of rows, and rows with missing answers") {
    nps::random_stream random(3, 0, nps::random_purpose::simulation);
    Eigen::MatrixXd items(40, 4);
    Eigen::VectorXd outcome(40);
    nps::cross_product_options weighted;
    for (Eigen::Index i = 0; i < 40; ++i) {
        for (Eigen::Index j = 0; j < 4; ++j) {
            items(i, j) = static_cast<double>(random.below(11));
        }
        outcome[i] = items(i, 0) + static_cast<double>(random.below(8));
        weighted.sampling_weights.push_back(std::pow(10, -6 + 12 * random.uniform()));
    }
    const auto base = nps::relative_importance(products(items, outcome, weighted));
    nps::cross_product_options scaled = weighted;
    for (double& weight : scaled.sampling_weights) {
        weight *= 1e6;
    }
    const auto same = nps::relative_importance(products(items, outcome, scaled));
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(nps_test::close(same.value[k], base.value[k],
                              {.relative = 1e-10, .reason = "weights of twelve powers of ten"}));
    }
    const auto plain = nps::relative_importance(products(items, outcome));
    Eigen::MatrixXd more(41, 4);
    more << items, Eigen::RowVector4d(1, std::numeric_limits<double>::quiet_NaN(), 2, 3);
    Eigen::VectorXd longer(41);
    longer << outcome, 5;
    const auto dropped = nps::relative_importance(products(more, longer));
    CHECK(dropped.value == plain.value);
    CHECK(dropped.n == 40);
    CHECK(dropped.dropped == 1);
    // Scales from 1e-6 to 1e6 change nothing.
    Eigen::MatrixXd units = items;
    units.col(0) *= 1e6;
    units.col(1) *= 1e-6;
    const auto rescaled = nps::relative_importance(products(units, outcome));
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(nps_test::close(rescaled.value[k], plain.value[k]));
    }
}

TEST_CASE("a table of correlations is as good as the rows") {
    const auto xy = products_named("importance.csv", "swiss");
    const Eigen::MatrixXd r = nps::detail::correlations_of(xy.centred(), xy.means(), xy.weight());
    const nps::importance_options options{.method = importance_method::johnson,
                                          .groups = {{"school", {"Examination", "Education"}}},
                                          .controls = {"Catholic"}};
    const auto rows = nps::relative_importance(xy, options);
    const auto table = nps::relative_importance(
        nps::correlation_matrix{.values = r, .names = xy.names(), .n = 47}, options);
    CHECK(table.value == rows.value);
    CHECK(table.names == rows.names);
    CHECK(table.n == 47);
    CHECK(rows.n == 47);
}

TEST_CASE("no answer, and bad input") {
    Eigen::MatrixXd items(4, 2);
    items << 1, 2, 3, 1, 2, 5, 4, 4;
    const Eigen::VectorXd same = Eigen::VectorXd::Constant(4, 9);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::relative_importance(products(items, same))),
                         "nps::relative_importance: the outcome does not vary",
                         nps::undefined_result);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::relative_importance(nps::cross_products())),
                         "nps::relative_importance: fewer than two rows", nps::undefined_result);
    CHECK_THROWS_AS(
        static_cast<void>(nps::relative_importance(products(items.topRows(1), same.head(1)))),
        nps::undefined_result);
    // As many coefficients as rows: R^2 = 1, shared.
    const auto full =
        nps::relative_importance(products(items.topRows(3), Eigen::Vector3d(1, 2, 4)));
    CHECK(nps_test::close(full.r_squared, 1));
    CHECK(nps_test::close(full.value[0] + full.value[1], 1));

    Eigen::Matrix3d r;
    r << 1, 0.4, 0.5, 0.4, 1, 0.3, 0.5, 0.3, 1;
    const auto refused = [](const Eigen::MatrixXd& matrix, const nps::importance_options& options,
                            const char* text, const std::vector<std::string>& names = {}) {
        CHECK_THROWS_WITH_AS(of_matrix(matrix, options, names), text, nps::invalid_input);
    };
    refused(r, {.controls = {"price"}},
            "nps::relative_importance: controls[0] = price, must be the name of an item");
    refused(r, {.groups = {{"g", {"item 1"}}}, .controls = {"item 1"}},
            "nps::relative_importance: groups[0].items[0] = item 1, must be in one group or in the "
            "controls, once");
    refused(r, {.groups = {{"g", {}}}},
            "nps::relative_importance: groups[0].items.size() = 0, must be above 0");
    refused(r,
            {.method = importance_method::standardized_coefficient,
             .groups = {{"g", {"item 1", "item 2"}}}},
            "nps::relative_importance: groups[0].items.size() = 2, must be 1 for "
            "standardized_coefficient: coefficients of a group do not add up");
    refused(r, {.controls = {"x"}},
            "nps::relative_importance: controls[0] = x, must be the name of one item alone",
            {"x", "x"});
    refused(r, {.permutations = 3},
            "nps::relative_importance: permutations = 3, must be 0, or in [4, 2^33)");
    refused(r, {.permutations = -1},
            "nps::relative_importance: permutations = -1, must be 0, or in [4, 2^33)");
    refused(
        r, {.method = importance_method::car, .permutations = 10},
        "nps::relative_importance: permutations = 10, must be 0 for a method other than shapley");
    refused(r, {.method = static_cast<importance_method>(77)},
            "nps::relative_importance: method = 77, must be one of importance_method");
    refused(r, {}, "nps::relative_importance: names.size() = 1, must be the number of items, or 0",
            {"x"});
    refused(r.topRows(2), {},
            "nps::relative_importance: values.cols() = 3, must be the number of rows, 2");
    refused(Eigen::MatrixXd(0, 0), {},
            "nps::relative_importance: values.rows() = 0, must be above 0");
    Eigen::Matrix3d bad = r;
    bad(1, 0) = 0.41;
    refused(bad, {},
            "nps::relative_importance: values(1, 0) = 0.41, must equal its mirror image, 0.4");
    bad = r;
    bad(2, 2) = std::numeric_limits<double>::quiet_NaN();
    refused(bad, {}, "nps::relative_importance: values(2, 2) = nan, must be 1");
    bad = r;
    bad(2, 0) = std::numeric_limits<double>::infinity();
    refused(bad, {}, "nps::relative_importance: values(2, 0) = inf, must be in [-1, 1]");
    bad << 1, 0.9, 0.9, 0.9, 1, -0.9, 0.9, -0.9, 1;
    CHECK_THROWS_AS(static_cast<void>(of_matrix(bad)), nps::invalid_input);
    CHECK_THROWS_WITH_AS(static_cast<void>(nps::shapley_importance(
                             products(items, same), {.method = importance_method::car})),
                         "nps::shapley_importance: method = car, must be shapley; for others see "
                         "relative_importance",
                         nps::invalid_input);
    CHECK_THROWS_AS(
        static_cast<void>(nps::relative_importance(nps::correlation_matrix{.values = r, .n = -1})),
        nps::invalid_input);
}

TEST_CASE("no share of nothing") {
    const auto found = of_matrix(Eigen::MatrixXd::Identity(4, 4));
    CHECK(found.r_squared == 0);
    CHECK(found.value == std::vector<double>(3, 0));
    CHECK(found.share == std::vector<double>(3, 0));
    CHECK(found.rank == std::vector<double>(3, 2));
    CHECK_FALSE(found.negative);
}

TEST_CASE("Pratt's measure of a suppressor is negative, and says so") {
    Eigen::Matrix3d r;
    r << 1, 0.6, 0.5, 0.6, 1, 0.1, 0.5, 0.1, 1;
    const auto found = of_matrix(r, {.method = importance_method::pratt});
    CHECK(nps_test::close(found.value[1], 0.1 * (0.1 - 0.3) / 0.64));
    CHECK(found.negative);
    CHECK(found.decomposition);
    CHECK(found.rank == std::vector<double>{1, 2});
    CHECK_FALSE(of_matrix(r, {.method = importance_method::last}).decomposition);
}

TEST_CASE("nothing but controls") {
    Eigen::Matrix3d r;
    r << 1, 0.4, 0.5, 0.4, 1, 0.3, 0.5, 0.3, 1;
    for (const std::int64_t permutations : {0, 10}) {
        const auto found =
            of_matrix(r, {.controls = {"item 2", "item 1"}, .permutations = permutations});
        CHECK(found.value.empty());
        CHECK(nps_test::close(found.r_squared, 0.22 / 0.84));
        CHECK(nps_test::close(found.controls_r_squared, 0.22 / 0.84));
        const auto one = of_matrix(r, {.controls = {"item 2"}, .permutations = permutations});
        CHECK(nps_test::close(one.value.at(0), 0.22 / 0.84 - 0.09));
        CHECK(one.names == std::vector<std::string>{"item 1"});
    }
}

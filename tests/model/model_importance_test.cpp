// SPDX-License-Identifier: Apache-2.0
#include <nps/model/model_importance.hpp>
#include <nps/resample/bootstrap.hpp>

#include "model/subset_survey.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

using nps::importance_method;
using nps::pseudo_r_squared;
using nps_test::close;
using nps_test::subset_reference;
using nps_test::the_survey;

namespace {

constexpr nps_test::tolerance of_shares{.absolute = 1e-12, .reason = "of values on [0, 1]"};

struct measured {
    pseudo_r_squared measure;
    const char* name;
};
constexpr measured likelihood_measures[] = {{pseudo_r_squared::mcfadden, "mcfadden"},
                                            {pseudo_r_squared::nagelkerke, "nagelkerke"}};
constexpr measured all_measures[] = {{pseudo_r_squared::mcfadden, "mcfadden"},
                                     {pseudo_r_squared::nagelkerke, "nagelkerke"},
                                     {pseudo_r_squared::tjur, "tjur"}};

// General dominance by domir; first and last from R's table.
template <class Call>
void check_case(const std::string& name, measured m, Call&& importance) {
    CAPTURE(name);
    CAPTURE(m.name);
    const std::vector<double> table = subset_reference(name, m.name);
    nps::model_importance_options options{.measure = m.measure, .names = the_survey().names};
    const nps::model_importance shapley = importance(options);
    CHECK(shapley.method == "shapley");
    CHECK(shapley.measure == m.name);
    CHECK(shapley.subsets == 32);
    CHECK(shapley.separated == 0);
    CHECK(shapley.iteration_limit == 0);
    CHECK(close(shapley.controls_r_squared, 0));
    CHECK(close(shapley.r_squared, table[31], of_shares));
    CHECK(shapley.standard_error.empty());
    for (const auto& [cell, value] : nps_test::domir_reference(name, m.name, "general")) {
        CHECK(close(shapley.value[static_cast<std::size_t>(cell.first)], value, of_shares));
    }
    options.method = importance_method::first;
    const nps::model_importance first = importance(options);
    options.method = importance_method::last;
    const nps::model_importance last = importance(options);
    CHECK(first.method == "first");
    CHECK(last.method == "last");
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(close(first.value[i], table[1U << i], of_shares));
        CHECK(close(last.value[i], table[31] - table[31U ^ 1U << i], of_shares));
        CHECK(close(last.r_squared, table[31], of_shares));
    }
}

template <class Vector>
nps::model_importance logistic(const Vector& y, nps::model_importance_options options) {
    return nps::logistic_importance(the_survey().items, y, options);
}

} // namespace

TEST_CASE("logistic importance: R glm and domir") {
    const auto& s = the_survey();
    for (const measured m : all_measures) {
        check_case("logistic", m, [&](const auto& options) {
            return nps::logistic_importance(s.items, s.promoter, options);
        });
        check_case("logistic_times", m, [&](auto options) {
            options.frequency_weights = s.times;
            return nps::logistic_importance(s.items, s.promoter, options);
        });
        check_case("logistic_weight", m, [&](auto options) {
            options.sampling_weights = s.weight;
            return nps::logistic_importance(s.items, s.promoter, options);
        });
    }
}

TEST_CASE("ordinal importance: R ordinal and domir, three classes and eleven") {
    const auto& s = the_survey();
    for (const measured m : likelihood_measures) {
        check_case("ordinal3", m, [&](const auto& options) {
            return nps::ordinal_importance(s.items, s.class3, options);
        });
        check_case("ordinal11", m, [&](const auto& options) {
            return nps::ordinal_importance(s.items, s.answer, options);
        });
        check_case("ordinal3_times", m, [&](auto options) {
            options.frequency_weights = s.times;
            return nps::ordinal_importance(s.items, s.class3, options);
        });
    }
}

TEST_CASE("Tonidandel and LeBreton's weights: their steps in R") {
    const auto& s = the_survey();
    const auto reference = nps_test::reference_table("subset_johnson.csv");
    for (const bool times : {false, true}) {
        nps::model_importance_options options{.method = importance_method::johnson,
                                              .names = s.names};
        if (times) {
            options.frequency_weights = s.times;
        }
        const nps::model_importance w = nps::logistic_importance(s.items, s.promoter, options);
        CHECK(w.method == "tonidandel_lebreton");
        CHECK(w.measure == "squared_correlation");
        double sum = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            const auto& row = reference[i + (times ? 5 : 0)];
            REQUIRE(row.text("item") == w.names[i]);
            CHECK(close(w.value[i], row.number("value"), of_shares));
            sum += w.value[i];
        }
        CHECK(close(w.r_squared, sum));
        options.groups = {{"both", {"a", "d"}}};
        const nps::model_importance grouped =
            nps::logistic_importance(s.items, s.promoter, options);
        CHECK(close(grouped.value[0], w.value[0] + w.value[2]));
    }
    // Two equal items share equally; with no relation there is no weight.
    Eigen::MatrixXd items(150, 3);
    items << s.items.col(0), s.items.col(1), s.items.col(0);
    const auto twins =
        nps::logistic_importance(items, s.promoter, {.method = importance_method::johnson});
    CHECK(close(twins.value[0], twins.value[2],
                {.relative = 1e-10, .reason = "roots of an eigenvalue that is 0 to rounding"}));
}

TEST_CASE("groups and controls") {
    const auto& s = the_survey();
    const std::vector<double> table = subset_reference("logistic", "mcfadden");
    const nps::model_importance g = nps::logistic_importance(
        s.items, s.promoter,
        {.names = s.names, .groups = {{"comfort", {"e", "a"}}}, .controls = {"b"}});
    CHECK(g.names == std::vector<std::string>{"comfort", "d", "f"});
    const auto v = [&](unsigned ae, unsigned d, unsigned f) {
        return table[2U + 9U * ae + 4U * d + 16U * f];
    };
    CHECK(close(g.controls_r_squared, v(0, 0, 0), of_shares));
    CHECK(close(g.r_squared, v(1, 1, 1), of_shares));
    CHECK(close(g.value[1],
                (v(0, 1, 0) - v(0, 0, 0)) / 3 + (v(1, 1, 0) - v(1, 0, 0)) / 6 +
                    (v(0, 1, 1) - v(0, 0, 1)) / 6 + (v(1, 1, 1) - v(1, 0, 1)) / 3,
                of_shares));
    const nps::model_importance first =
        nps::logistic_importance(s.items, s.promoter,
                                 {.method = importance_method::first,
                                  .names = s.names,
                                  .groups = {{"comfort", {"e", "a"}}},
                                  .controls = {"b"}});
    CHECK(close(first.value[0], v(1, 0, 0) - v(0, 0, 0), of_shares));
}

TEST_CASE("two ways to the same number") {
    const auto& s = the_survey();
    const nps::model_importance plain = logistic(s.promoter, {});
    const auto same = [&](const nps::model_importance& other) {
        for (std::size_t i = 0; i < 5; ++i) {
            CHECK(close(other.value[i], plain.value[i], of_shares));
        }
        CHECK(close(other.r_squared, plain.r_squared, of_shares));
    };
    SUBCASE("an ordinal model of two classes is a logistic one") {
        same(nps::ordinal_importance(s.items, s.promoter));
    }
    SUBCASE("detractors for promoters") {
        same(logistic(Eigen::VectorXd(1 - s.promoter.array()), {}));
    }
    SUBCASE("items on other scales, in other types") {
        Eigen::MatrixXd items = s.items;
        items.col(0) = items.col(0) * 1e8 - Eigen::VectorXd::Constant(150, 3e8);
        items.col(3) *= -1e-9;
        same(nps::logistic_importance(items, s.promoter));
        const Eigen::Matrix<int, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> whole =
            s.items.cast<int>();
        same(nps::logistic_importance(whole, s.promoter.cast<int>()));
    }
    SUBCASE("equal weights, tiny and huge") {
        same(logistic(s.promoter, {.sampling_weights = std::vector<double>(150, 1e-6)}));
        same(logistic(s.promoter, {.sampling_weights = std::vector<double>(150, 1e6)}));
        same(logistic(s.promoter, {.frequency_weights = std::vector<std::int64_t>(150, 1000)}));
    }
    SUBCASE("rows in another order, on three threads") {
        same(nps::logistic_importance(s.items.colwise().reverse(), s.promoter.reverse()));
        CHECK(logistic(s.promoter, {.threads = 3}).value == plain.value);
    }
    SUBCASE("rows with a missing item are left out") {
        Eigen::MatrixXd items(152, 5);
        items << s.items, s.items.topRows(2);
        items(150, 3) = std::numeric_limits<double>::quiet_NaN();
        Eigen::VectorXd y(152);
        y << s.promoter, 1, std::numeric_limits<double>::quiet_NaN();
        const auto other = nps::logistic_importance(items, y);
        CHECK(other.dropped == 2);
        CHECK(other.n == 150);
        same(other);
    }
}

TEST_CASE("sampled orders of entry lie within their stated error") {
    const auto& s = the_survey();
    const nps::model_importance exact = logistic(s.promoter, {});
    double chi = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const nps::model_importance sampled =
            logistic(s.promoter, {.permutations = 40, .seed = seed});
        CHECK(sampled.method == "shapley");
        CHECK(sampled.permutations == 40);
        CHECK(close(sampled.r_squared, exact.r_squared, of_shares));
        for (std::size_t i = 0; i < 5; ++i) {
            const double z = (sampled.value[i] - exact.value[i]) / sampled.standard_error[i];
            CHECK(std::abs(z) < 4.5);
            chi += z * z;
        }
    }
    CHECK(chi / 50 > 0.5);
    CHECK(chi / 50 < 2);
}

TEST_CASE("more than twelve drivers are sampled by themselves") {
    const auto& s = the_survey();
    Eigen::MatrixXd items(150, 13);
    for (Eigen::Index j = 0; j < 13; ++j) {
        items.col(j) = s.items.col(j % 5);
        for (Eigen::Index i = 0; i < 150; ++i) {
            items(i, j) += static_cast<double>((i * (j + 3) * (j + 7)) % 11);
        }
    }
    const nps::model_importance many =
        nps::logistic_importance(items, s.promoter, {.permutations = 20});
    CHECK(many.method == "shapley");
    CHECK(many.subsets <= 20 * 12 + 2);
    double sum = 0;
    for (const double v : many.value) {
        sum += v;
    }
    CHECK(close(sum, many.r_squared));
    CHECK(many.rank.size() == 13);
}

TEST_CASE("separation: the limit of the likelihood") {
    // One item splits the classes, the other does not.
    Eigen::MatrixXd items(8, 2);
    items << 1, 3, 2, 5, 3, 1, 4, 4, 5, 2, 6, 5, 7, 1, 8, 3;
    Eigen::VectorXd y(8);
    y << 0, 0, 0, 0, 1, 1, 1, 1;
    const auto full = nps::logistic_importance(items, y, {.method = importance_method::first});
    CHECK(
        close(full.value[0], 1, {.absolute = 1e-12, .reason = "the limit is reached from below"}));
    CHECK(full.separated == 2); // the first item, and both
    CHECK(full.iteration_limit == 0);
    for (const measured m : all_measures) {
        const auto imp = nps::logistic_importance(items, y, {.measure = m.measure});
        CHECK(imp.separated == 2);
        CHECK(close(imp.r_squared, 1, {.absolute = 1e-12, .reason = "reached from below"}));
        CHECK(close(imp.value[0] + imp.value[1], 1,
                    {.absolute = 1e-12, .reason = "reached from below"}));
    }
    // Quasi-separation by one dummy: all who have it are promoters, of the others 3 of 9.
    Eigen::MatrixXd dummy = Eigen::MatrixXd::Zero(13, 1);
    Eigen::VectorXd promoter = Eigen::VectorXd::Zero(13);
    dummy.bottomRows(4).setOnes();
    promoter.tail(7).setOnes();
    const auto quasi = nps::logistic_importance(dummy, promoter);
    CHECK(quasi.separated == 1);
    const double limit = 3 * std::log(3.0 / 9) + 6 * std::log(6.0 / 9);
    const double null = 7 * std::log(7.0 / 13) + 6 * std::log(6.0 / 13);
    CHECK(close(quasi.value[0], 1 - limit / null,
                {.absolute = 1e-12, .reason = "the limit is reached from below"}));
    const auto tjur =
        nps::logistic_importance(dummy, promoter, {.measure = pseudo_r_squared::tjur});
    CHECK(close(tjur.value[0], (4 + 3 * 3.0 / 9) / 7 - 3.0 / 9,
                {.absolute = 1e-11, .reason = "the limit is reached from below"}));
    // Ordered classes, split by the item: all of them, and one of them.
    Eigen::VectorXd three(8);
    three << 0, 0, 0, 1, 1, 1, 2, 2;
    CHECK(close(nps::ordinal_importance(items, three).r_squared, 1,
                {.absolute = 1e-12, .reason = "the limit is reached from below"}));
    // As many items as rows.
    const Eigen::MatrixXd square = Eigen::MatrixXd::Identity(8, 8);
    const auto saturated = nps::logistic_importance(square, y, {.method = importance_method::last});
    CHECK(close(saturated.r_squared, 1, {.absolute = 1e-12, .reason = "reached from below"}));
}

TEST_CASE("constant and equal items") {
    const auto& s = the_survey();
    const std::vector<double> table = subset_reference("logistic", "mcfadden");
    Eigen::MatrixXd items(150, 4);
    items << s.items.col(0), Eigen::VectorXd::Constant(150, 0.1), s.items.col(0),
        s.items.col(0) * 2 + s.items.col(0);
    const auto imp = nps::logistic_importance(items, s.promoter);
    CHECK(imp.excluded == std::vector<nps::excluded_item>{{"item 2", nps::exclusion::constant}});
    CHECK(close(imp.value[1], 0));
    CHECK(close(imp.value[0], table[1] / 3, of_shares));
    CHECK(close(imp.value[2], table[1] / 3, of_shares));
    CHECK(close(imp.value[3], table[1] / 3, of_shares));
    CHECK(imp.rank == std::vector<double>{2, 4, 2, 2});
    CHECK_FALSE(imp.negative);
    const auto nothing = nps::logistic_importance(items.col(1), s.promoter);
    CHECK(nothing.value == std::vector<double>{0});
    CHECK(nothing.share == std::vector<double>{0});
    CHECK(nps::logistic_importance(Eigen::MatrixXd(150, 0), s.promoter).names.empty());
}

TEST_CASE("weights from 1e-6 to 1e6: only the heavy rows matter") {
    const auto& s = the_survey();
    Eigen::MatrixXd items(300, 5);
    items << s.items, s.items.colwise().reverse();
    Eigen::VectorXd y(300);
    y << s.promoter, s.promoter;
    std::vector<double> weights(300, 1e6);
    std::fill(weights.begin() + 150, weights.end(), 1e-6);
    const auto heavy = nps::logistic_importance(items, y, {.sampling_weights = weights});
    const auto alone = logistic(s.promoter, {});
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(close(heavy.value[i], alone.value[i],
                    {.absolute = 1e-11, .reason = "the light rows weigh 1e-12 of the others"}));
    }
}

TEST_CASE("in the bootstrap: counts of rows and copied rows give the same replicates") {
    const auto& s = the_survey();
    const auto by_counts = [&](std::span<const std::size_t> rows) {
        nps::model_importance_options options;
        options.frequency_weights.assign(150, 0);
        for (const std::size_t row : rows) {
            ++options.frequency_weights[row];
        }
        return nps::logistic_importance(s.items, s.promoter, options).value;
    };
    const auto by_copies = [&](std::span<const std::size_t> rows) {
        Eigen::MatrixXd items(150, 5);
        Eigen::VectorXd y(150);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto from = static_cast<Eigen::Index>(rows[i]);
            items.row(static_cast<Eigen::Index>(i)) = s.items.row(from);
            y[static_cast<Eigen::Index>(i)] = s.promoter[from];
        }
        return nps::logistic_importance(items, y).value;
    };
    const nps::bootstrap_options options{.replicates = 10, .jackknife = nps::jackknife::never};
    const auto counts = nps::bootstrap(150, by_counts, options);
    const auto copies = nps::bootstrap(150, by_copies, options);
    REQUIRE(counts.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t r = 0; r < 10; ++r) {
            CHECK(close(counts[i].values[r], copies[i].values[r], of_shares));
        }
    }
}

TEST_CASE("errors") {
    const auto& s = the_survey();
    const auto fails = [&](const nps::model_importance_options& options) {
        CHECK_THROWS_AS(static_cast<void>(logistic(s.promoter, options)), nps::invalid_input);
    };
    CHECK_THROWS_WITH(static_cast<void>(logistic(s.answer, {})),
                      "nps::logistic_importance: outcome of row 0 = 8, must be 0 or 1");
    CHECK_THROWS_AS(static_cast<void>(nps::ordinal_importance(s.items, s.answer.array() + 0.5)),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::ordinal_importance(s.items, s.class3,
                                                              {.measure = pseudo_r_squared::tjur})),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::ordinal_importance(
                        s.items, s.class3, {.method = importance_method::johnson})),
                    nps::invalid_input);
    fails({.method = static_cast<importance_method>(9)});
    fails({.method = importance_method::pratt});
    fails({.method = importance_method::car});
    fails({.measure = static_cast<pseudo_r_squared>(9)});
    fails({.names = {"a"}});
    fails({.frequency_weights = {1, 2}});
    fails({.sampling_weights = std::vector<double>(150, -1)});
    fails({.groups = {{"g", {"item 1", "item 9"}}}});
    fails({.method = importance_method::johnson, .controls = {"item 1"}});
    fails({.permutations = 3});
    Eigen::MatrixXd items = s.items;
    items(3, 2) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_importance(items, s.promoter)),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(nps::logistic_importance(s.items, s.promoter.head(5))),
                    nps::invalid_input);
    CHECK_THROWS_AS(static_cast<void>(logistic(Eigen::VectorXd::Ones(150).eval(), {})),
                    nps::undefined_result);
    CHECK_THROWS_AS(
        static_cast<void>(nps::logistic_importance(Eigen::MatrixXd(0, 3), Eigen::VectorXd(0))),
        nps::undefined_result);
}

TEST_CASE("logistic importance in any unit, and with weights from 1e-6 to 1e6") {
    Eigen::MatrixXd x(8, 3);
    Eigen::VectorXd y(8);
    for (int i = 0; i < 8; ++i) {
        for (int j = 0; j < 3; ++j) {
            x(i, j) = (i * 7 + j * 5 * i + j * j * i * i) % 11;
        }
        y[i] = i % 2;
    }
    const nps::model_importance plain = nps::logistic_importance(x, y);
    for (const double unit : {1e-160, 1e160}) {
        Eigen::MatrixXd other = x;
        for (Eigen::Index i = 0; i < x.size(); ++i) {
            other.data()[i] *= unit;
        }
        const nps::model_importance found = nps::logistic_importance(other, y);
        CHECK(found.excluded.empty());
        for (std::size_t j = 0; j < 3; ++j) {
            CHECK(nps_test::close(found.value[j], plain.value[j]));
        }
    }
    // mpmath at 60 digits: the first item alone, the second alone; the third separates the classes.
    nps::model_importance_options options{.sampling_weights = {1e-6, 1e6, 1, 1, 1e-6, 1, 1e6, 1}};
    const nps::model_importance weighted = nps::logistic_importance(x, y, options);
    CHECK(nps_test::close(weighted.r_squared, 1));
    CHECK_FALSE(weighted.negative);
    CHECK(weighted.iteration_limit == 0);
    // The first two alone 0.99993151587477519613, 0.99999220485136353829, together
    // 0.99999486923345188232; the third separates in all four subsets that have it. The fit of the
    // first and the third starts where a row of weight 1 lies 46 on the wrong side.
    CHECK(weighted.separated == 4);
    const double shapley[] = {0.33331094935527312, 0.33334129384356729, 0.33334775680115958};
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(nps_test::close(weighted.value[j], shapley[j]));
    }
    options.method = nps::importance_method::first;
    const nps::model_importance alone = nps::logistic_importance(x, y, options);
    const double expected[] = {0.99993151587477520, 0.99999220485136354, 1};
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(nps_test::close(alone.value[j], expected[j]));
    }
}

// mpmath at 150 digits, linear programming for what is separated.
TEST_CASE("logistic importance where weights of 10^9 to one leave next to nothing to explain") {
    const auto importance_of = [](const std::vector<double>& rows, const std::vector<double>& y,
                                  const std::vector<double>& weights) {
        using by_rows = Eigen::Matrix<double, Eigen::Dynamic, 3, Eigen::RowMajor>;
        const auto n = std::ssize(y);
        const Eigen::MatrixXd x = Eigen::Map<const by_rows>(rows.data(), n, 3);
        return nps::logistic_importance(x, Eigen::Map<const Eigen::VectorXd>(y.data(), n),
                                        {.sampling_weights = weights});
    };
    // All but 5e-10 of the weight has one outcome: the likelihood without items is 1e-8 a row.
    const auto rare = importance_of({3, 0, 1, 1, 4, 4, 4, 3, 5, 1, 3, 3, 2, 2, 4, 5, 5, 1},
                                    {1, 1, 1, 1, 0, 1}, {1e-6, 1e-3, 1, 1e3, 1e-6, 1e3});
    const double of_rare[] = {0.028045201054233494, 0.5368201732487584, 0.4351346256970081};
    CHECK(rare.separated == 2);
    CHECK(rare.iteration_limit == 0);
    CHECK(close(rare.r_squared, 1));
    CHECK(close(rare.controls_r_squared, 0));
    const auto half = importance_of({4, 1, 0, 3, 5, 1, 1, 4, 1, 4, 1, 1, 5, 3, 1, 2, 3, 0, 5, 2, 5},
                                    {1, 0, 1, 1, 1, 1, 0}, {1e3, 1e-3, 1e-3, 1, 1e-3, 1e6, 1e-6});
    const double of_half[] = {0.055882049873943967, 0.63330113353357459, 0.31081681659248145};
    CHECK(half.separated == 4);
    CHECK(half.iteration_limit == 0);
    CHECK(close(half.r_squared, 1));
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(close(rare.value[j], of_rare[j]));
        CHECK(close(half.value[j], of_half[j]));
    }
    // Where the search gets stuck (all items together: 0.908 for 0.99487303404625603) it says so.
    const auto stuck = importance_of(
        {4, 3, 4, 1, 5, 2, 1, 2, 5, 0, 2, 5, 2, 1, 1, 5, 4, 4, 2, 0, 4, 5, 1, 0, 2, 1, 2},
        {0, 0, 1, 0, 1, 1, 0, 1, 1}, {1e-3, 1e-6, 1e-6, 1e-6, 1e-3, 1e-3, 1e-6, 1, 1e3});
    CHECK(stuck.separated == 0);
    CHECK(stuck.iteration_limit == 1);
}

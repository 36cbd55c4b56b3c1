// SPDX-License-Identifier: Apache-2.0
#include <nps/model/proportional_odds.hpp>

#include "support/category_data.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using nps_test::category_data;
using nps_test::category_data_of;
using nps_test::category_reference;
using nps_test::close;

namespace {

constexpr nps_test::tolerance of_newton{
    .relative = 1e-11, .absolute = 1e-13, .reason = "sums of some hundred terms, solved"};
constexpr nps_test::tolerance of_r{.relative = 1e-8,
                                   .absolute = 1e-10,
                                   .reason = "clm stops at a gradient of 1e-13, and its "
                                             "derivatives cancel"};

nps::proportional_odds_options options_of(const category_data& d) {
    return {
        .frequency_weights = d.frequency, .sampling_weights = d.sampling, .clusters = d.clusters};
}

// Cut-points, then coefficients.
std::vector<nps::coefficient> terms(const nps::ordinal_fit& fit) {
    std::vector<nps::coefficient> all = fit.cut_points;
    all.insert(all.end(), fit.coefficients.begin(), fit.coefficients.end());
    return all;
}

void check_all_finite(const nps::ordinal_fit& fit) {
    for (const nps::coefficient& c : terms(fit)) {
        CAPTURE(c.name);
        CHECK(std::isfinite(c.estimate));
        CHECK(std::isfinite(c.standard_error));
        CHECK(std::isfinite(c.statistic));
        CHECK(std::isfinite(c.p_value));
        CHECK(std::isfinite(c.interval.lower));
        CHECK(std::isfinite(c.interval.upper));
    }
    CHECK(fit.covariance.allFinite());
    for (const double x :
         {fit.log_likelihood, fit.null_log_likelihood, fit.deviance, fit.aic, fit.bic,
          fit.mcfadden_r_squared, fit.nagelkerke_r_squared, fit.p_value}) {
        CHECK(std::isfinite(x));
    }
}

} // namespace

TEST_CASE("proportional odds: mpmath and R on five data sets, with all errors") {
    for (const std::string table : {"ordinal_models.csv", "ordinal_models_r.csv"}) {
        for (const std::string name : {"housing", "wine", "ratings", "categories", "extreme"}) {
            CAPTURE(table);
            CAPTURE(name);
            const auto expected = [&](const std::string& quantity) {
                return category_reference(table, name, "ordinal", quantity);
            };
            const std::vector<double> parameters = expected("parameter");
            if (parameters.empty()) {
                CHECK(name == "extreme"); // R has it not
                continue;
            }
            const nps_test::tolerance t = table == "ordinal_models.csv" ? of_newton : of_r;
            const category_data d = category_data_of(name);
            nps::proportional_odds_options options = options_of(d);
            for (const std::string errors : {"classical", "hc0", "clustered"}) {
                const std::vector<double> of_errors = expected(errors);
                if (of_errors.empty()) {
                    continue;
                }
                options.errors = errors == "classical" ? nps::standard_errors::classical
                                 : errors == "hc0"     ? nps::standard_errors::hc0
                                                       : nps::standard_errors::clustered;
                const nps::ordinal_fit fit = nps::proportional_odds(d.items, d.answers, options);
                CHECK(fit.status == nps::fit_status::converged);
                CHECK(fit.method == errors);
                const std::vector<nps::coefficient> found = terms(fit);
                REQUIRE(found.size() == parameters.size());
                REQUIRE(found.size() == of_errors.size());
                for (std::size_t i = 0; i < found.size(); ++i) {
                    CAPTURE(i);
                    CHECK(close(found[i].estimate, parameters[i], t));
                    CHECK(close(found[i].standard_error, of_errors[i], t));
                }
                CHECK(close(fit.log_likelihood, expected("likelihood")[0], t));
            }
        }
    }
}

TEST_CASE("proportional odds: conformance values of MASS housing and ordinal wine") {
    const category_data housing = category_data_of("housing");
    const nps::ordinal_fit fit =
        nps::proportional_odds(housing.items, housing.answers,
                               {.names = {"InflMedium", "InflHigh", "TypeApartment", "TypeAtrium",
                                          "TypeTerrace", "ContHigh"},
                                .frequency_weights = housing.frequency});
    const nps_test::tolerance printed{.absolute = 6e-11, .reason = "published with 10 decimals"};
    CHECK(close(fit.coefficients[0].estimate, 0.5663937379, printed));
    CHECK(close(fit.coefficients[1].estimate, 1.2888191104, printed));
    CHECK(close(fit.coefficients[2].estimate, -0.5723500020, printed));
    CHECK(close(fit.coefficients[5].estimate, 0.3602840046, printed));
    CHECK(close(fit.cut_points[0].estimate, -0.4961351382, printed));
    CHECK(close(fit.cut_points[1].estimate, 0.6907082593, printed));
    CHECK(close(fit.deviance, 3479.14929906,
                {.absolute = 6e-9, .reason = "published with 8 decimals"}));
    CHECK(fit.coefficients[1].name == "InflHigh");
    CHECK(fit.cut_points[0].name == "1|2");
    CHECK(fit.n == 1681);
    CHECK(fit.class_counts == std::vector<std::int64_t>{567, 446, 668});
    // By their definitions.
    CHECK(close(fit.aic, fit.deviance + 16));
    CHECK(close(fit.bic, fit.deviance + 8 * std::log(1681.0)));
    const double null =
        567 * std::log(567.0 / 1681) + 446 * std::log(446.0 / 1681) + 668 * std::log(668.0 / 1681);
    CHECK(close(fit.null_log_likelihood, null));
    CHECK(close(fit.mcfadden_r_squared, 1 - fit.log_likelihood / null));
    CHECK(close(fit.nagelkerke_r_squared, (1 - std::exp(2 * (null - fit.log_likelihood) / 1681)) /
                                              (1 - std::exp(2 * null / 1681))));
    CHECK(fit.degrees_of_freedom == 6);

    const category_data wine = category_data_of("wine");
    const nps::ordinal_fit other = nps::proportional_odds(wine.items, wine.answers);
    CHECK(close(other.coefficients[0].estimate, 2.5031020079, printed));
    CHECK(close(other.coefficients[0].standard_error, 0.5286801008, printed));
    CHECK(close(other.coefficients[1].estimate, 1.5277976581, printed));
    CHECK(close(other.log_likelihood, -86.4919233656, printed));
}

TEST_CASE("proportional odds: frequency weights are rows, sampling weights have no unit") {
    const category_data d = category_data_of("categories");
    std::vector<Eigen::Index> rows;
    for (Eigen::Index i = 0; i < d.answers.size(); ++i) {
        for (std::int64_t t = 0; t < d.frequency[static_cast<std::size_t>(i)]; ++t) {
            rows.push_back(i);
        }
    }
    const nps_test::tolerance orders{.relative = 1e-10, .reason = "two orders of sums"};
    for (const nps::standard_errors errors :
         {nps::standard_errors::classical, nps::standard_errors::hc0}) {
        const nps::ordinal_fit weighted = nps::proportional_odds(
            d.items, d.answers, {.frequency_weights = d.frequency, .errors = errors});
        const Eigen::MatrixXd items = d.items(rows, Eigen::all);
        const Eigen::VectorXd answers = d.answers(rows);
        const nps::ordinal_fit repeated =
            nps::proportional_odds(items, answers, {.errors = errors});
        CHECK(weighted.n == repeated.n);
        CHECK(weighted.class_counts == repeated.class_counts);
        CHECK(close(weighted.log_likelihood, repeated.log_likelihood));
        for (std::size_t j = 0; j < 4; ++j) {
            CHECK(close(weighted.coefficients[j].estimate, repeated.coefficients[j].estimate,
                        orders));
            CHECK(close(weighted.coefficients[j].standard_error,
                        repeated.coefficients[j].standard_error, orders));
        }
    }
    const nps::ordinal_fit one =
        nps::proportional_odds(d.items, d.answers, {.sampling_weights = d.sampling});
    for (const double unit : {1e-6, 1e6, 1e-200}) {
        std::vector<double> scaled = d.sampling;
        for (double& w : scaled) {
            w *= unit;
        }
        const nps::ordinal_fit other =
            nps::proportional_odds(d.items, d.answers, {.sampling_weights = scaled});
        CHECK(other.status == nps::fit_status::converged);
        CHECK(close(other.log_likelihood, one.log_likelihood));
        CHECK(close(other.coefficients[0].standard_error, one.coefficients[0].standard_error,
                    orders));
    }
}

TEST_CASE("proportional odds: turned answers, moved items and two classes") {
    const category_data d = category_data_of("ratings");
    const nps::ordinal_fit fit = nps::proportional_odds(d.items, d.answers);
    const nps_test::tolerance two_fits{.relative = 1e-10, .absolute = 1e-11, .reason = "two fits"};
    const Eigen::VectorXd turned = (10 - d.answers.array()).matrix();
    const nps::ordinal_fit back = nps::proportional_odds(d.items, turned);
    Eigen::MatrixXd moved = d.items;
    moved.col(0) = 1000 * moved.col(0).array() - 50;
    const nps::ordinal_fit other = nps::proportional_odds(moved, d.answers);
    for (std::size_t j = 0; j < 3; ++j) {
        CHECK(close(back.coefficients[j].estimate, -fit.coefficients[j].estimate, two_fits));
        CHECK(close(other.coefficients[j].estimate * (j == 0 ? 1000 : 1),
                    fit.coefficients[j].estimate, two_fits));
    }
    const std::size_t cuts = fit.cut_points.size();
    for (std::size_t k = 0; k < cuts; ++k) {
        CHECK(close(back.cut_points[k].estimate, -fit.cut_points[cuts - 1 - k].estimate, two_fits));
    }
    // No items: the logits of the shares below each cut-point.
    const nps::ordinal_fit empty =
        nps::proportional_odds(Eigen::MatrixXd(d.answers.size(), 0), d.answers);
    double below = 0;
    for (std::size_t k = 0; k < cuts; ++k) {
        below += static_cast<double>(empty.class_counts[k]);
        CHECK(close(empty.cut_points[k].estimate, std::log(below / (90 - below)),
                    {.absolute = 1e-13, .reason = "a logit near 0"}));
    }
    CHECK(close(empty.log_likelihood, empty.null_log_likelihood));
    CHECK(empty.mcfadden_r_squared < 1e-12);
    CHECK(empty.coefficients.empty());
    CHECK(empty.p_value == 1);
}

TEST_CASE("proportional odds: classes of the scale that are empty, excluded items, missing rows") {
    category_data d = category_data_of("ratings");
    const nps::ordinal_fit fit =
        nps::proportional_odds(d.items, d.answers, {.scale = nps::zero_to_ten});
    CHECK(fit.classes == std::vector<int>{0, 3, 4, 5, 7, 8, 9, 10});
    CHECK(fit.empty_classes == std::vector<int>{1, 2, 6});
    CHECK(fit.cut_points[3].name == "5|7");
    CHECK(nps::proportional_odds(d.items, d.answers).empty_classes.empty());

    Eigen::MatrixXd more(d.items.rows(), 6);
    more << d.items.col(0), Eigen::MatrixXd::Constant(d.items.rows(), 1, 0.1), d.items.col(1),
        2 * d.items.col(0) - d.items.col(1), d.items.col(2), d.items.col(2);
    more(4, 0) = std::numeric_limits<double>::quiet_NaN();
    d.answers[7] = std::numeric_limits<double>::quiet_NaN();
    const nps::ordinal_fit less = nps::proportional_odds(more, d.answers);
    CHECK(less.n == 88);
    CHECK(less.dropped == 2);
    CHECK(less.excluded == std::vector<nps::excluded_item>{
                               {"item 2", nps::exclusion::constant},
                               {"item 4", nps::exclusion::collinear, {"item 1", "item 3"}},
                               {"item 6", nps::exclusion::collinear, {"item 5"}}});
    REQUIRE(less.coefficients.size() == 3);
    CHECK(less.coefficients[2].name == "item 5");
    check_all_finite(less);
    // The same as without them and their rows.
    Eigen::MatrixXd kept(88, 3);
    Eigen::VectorXd answers(88);
    for (Eigen::Index i = 0, at = 0; i < 90; ++i) {
        if (i != 4 && i != 7) {
            kept.row(at) << more(i, 0), more(i, 2), more(i, 4);
            answers[at++] = d.answers[i];
        }
    }
    const nps::ordinal_fit same = nps::proportional_odds(kept, answers);
    CHECK(close(less.log_likelihood, same.log_likelihood));
    CHECK(close(less.coefficients[1].estimate, same.coefficients[1].estimate,
                {.relative = 1e-10, .reason = "two fits"}));
    // Bytes in rows, as read from a file.
    Eigen::Matrix<std::int8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> bytes =
        d.items.cast<std::int8_t>();
    const nps::ordinal_fit of_bytes = nps::proportional_odds(bytes, d.answers);
    CHECK(of_bytes.n == 89);
}

TEST_CASE("proportional odds: separation is told from a maximum that is far away") {
    const auto fit_of = [](const std::vector<double>& x, const std::vector<double>& y) {
        const auto n = static_cast<Eigen::Index>(x.size());
        return nps::proportional_odds(Eigen::Map<const Eigen::MatrixXd>(x.data(), n, 1),
                                      Eigen::Map<const Eigen::VectorXd>(y.data(), n));
    };
    // Complete, with two and with three classes.
    for (const nps::ordinal_fit& fit :
         {fit_of({1, 2, 3, 4, 5, 6}, {0, 0, 0, 1, 1, 1}),
          fit_of({1, 2, 3, 4, 5, 6}, {-1, -1, 0, 0, 1, 1}),
          // Touching at one value: quasi-complete.
          fit_of({1, 2, 3, 3, 4, 5}, {0, 0, 0, 1, 1, 1}),
          // A yes or no item that only promoters have.
          fit_of({0, 0, 0, 0, 0, 0, 1, 1}, {-1, 0, 1, -1, 0, 1, 1, 1})}) {
        CHECK(fit.status == nps::fit_status::separated);
        check_all_finite(fit);
    }
    // Overlap by one answer, or by a thousandth: a maximum, however steep.
    CHECK(fit_of({1, 2, 3, 4, 5, 6}, {0, 0, 1, 0, 1, 1}).status == nps::fit_status::converged);
    const nps::ordinal_fit steep = fit_of({1, 2, 3.001, 3, 4, 5}, {0, 0, 0, 1, 1, 1});
    CHECK(steep.status == nps::fit_status::converged);
    CHECK(close(steep.coefficients[0].estimate, 8.29223571670983, // R glm, epsilon 1e-16
                {.relative = 1e-11, .reason = "printed with 15 digits, and nearly separated"}));
    // One in many thousands: 0 successes would separate, 1 does not.
    Eigen::MatrixXd x(4, 1);
    x << 0, 0, 1, 1;
    Eigen::VectorXd y(4);
    y << 0, 1, 0, 1;
    for (const std::int64_t few : {0, 1}) {
        const nps::ordinal_fit rare =
            nps::proportional_odds(x, y, {.frequency_weights = {500'000, 500'000, few, 1'000'000}});
        CHECK((rare.status == nps::fit_status::separated) == (few == 0));
        if (few == 1) {
            CHECK(rare.status == nps::fit_status::converged);
            CHECK(close(rare.coefficients[0].estimate, std::log(1e6),
                        {.relative = 1e-10, .reason = "a sum over two million"}));
        }
    }
    // As many items as rows.
    const category_data d = category_data_of("categories");
    Eigen::MatrixXd many(6, 4);
    many << d.items.topRows(6);
    Eigen::VectorXd six(6);
    six << -1, 0, 1, -1, 0, 1;
    const nps::ordinal_fit full = nps::proportional_odds(many, six);
    CHECK(full.status == nps::fit_status::separated);
    check_all_finite(full);
    // Stopped on the way.
    const nps::ordinal_fit stopped =
        nps::proportional_odds(d.items, d.answers, {.iteration_limit = 1});
    CHECK(stopped.status == nps::fit_status::iteration_limit);
    CHECK(stopped.iterations == 1);
    check_all_finite(stopped);
}

TEST_CASE("proportional odds: threads do not change a bit") {
    const category_data d = category_data_of("categories");
    const Eigen::MatrixXd items = d.items.replicate(100, 1);
    Eigen::VectorXd answers = d.answers.replicate(100, 1);
    for (Eigen::Index i = 0; i < answers.size(); i += 7) {
        answers[i] = static_cast<double>(i % 3) - 1;
    }
    const nps::ordinal_fit one = nps::proportional_odds(items, answers);
    const nps::ordinal_fit two = nps::proportional_odds(items, answers, {.threads = 3});
    CHECK(one.log_likelihood == two.log_likelihood);
    CHECK(one.covariance == two.covariance);
    CHECK(one.centred_parameters == two.centred_parameters);
}

TEST_CASE("proportional odds: what is refused") {
    const Eigen::MatrixXd x = Eigen::MatrixXd::Random(5, 1);
    Eigen::VectorXd y(5);
    y << 0, 1, 2, 0, 1;
    const auto undefined = [](const Eigen::MatrixXd& items, const Eigen::VectorXd& answers) {
        CHECK_THROWS_AS((void)nps::proportional_odds(items, answers), nps::undefined_result);
    };
    undefined(Eigen::MatrixXd(0, 2), Eigen::VectorXd(0));
    undefined(x, Eigen::VectorXd::Constant(5, 3));
    undefined(x.topRows(1), y.head(1));
    y[2] = 6.5;
    CHECK_THROWS_WITH_AS((void)nps::proportional_odds(x, y),
                         "nps::proportional_odds: category of row 2 = 6.5, must be a whole number "
                         "in [-1000, 1000]",
                         nps::invalid_input);
    y[2] = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS((void)nps::proportional_odds(x, y), nps::invalid_input);
    y[2] = 11;
    CHECK_THROWS_WITH_AS((void)nps::proportional_odds(x, y, {.scale = nps::zero_to_ten}),
                         "nps::proportional_odds: category of row 2 = 11, must be a whole number "
                         "on the scale 0 to 10",
                         nps::invalid_input);
    y[2] = 2;
    const auto invalid = [&](const nps::proportional_odds_options& options) {
        CHECK_THROWS_AS((void)nps::proportional_odds(x, y, options), nps::invalid_input);
    };
    invalid({.level = 0});
    invalid({.level = std::numeric_limits<double>::quiet_NaN()});
    invalid({.iteration_limit = 0});
    invalid({.errors = nps::standard_errors::hc1});
    invalid({.errors = nps::standard_errors::clustered});
    invalid({.names = {"a", "b"}});
    invalid({.frequency_weights = {1, 2}});
    invalid({.frequency_weights = {1, 1, -1, 1, 1}});
    invalid({.sampling_weights = {1, 1, std::numeric_limits<double>::quiet_NaN(), 1, 1}});
    invalid({.clusters = {1}});
    CHECK_THROWS_AS((void)nps::proportional_odds(x.topRows(3), y), nps::invalid_input);
    Eigen::MatrixXd infinite = x;
    infinite(1, 0) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS((void)nps::proportional_odds(infinite, y), nps::invalid_input);
    CHECK_THROWS_AS(
        (void)nps::proportional_odds(
            x, y, {.clusters = {1, 1, 1, 1, 1}, .errors = nps::standard_errors::clustered}),
        nps::undefined_result);
}

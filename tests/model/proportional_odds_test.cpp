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

[[maybe_unused]] void check_all_finite(const nps::ordinal_fit& fit) {
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

// SPDX-License-Identifier: Apache-2.0
#include <nps/model/multinomial_regression.hpp>

#include "support/category_data.hpp"
#include "support/close.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using nps_test::category_data;
using nps_test::category_data_of;
using nps_test::category_reference;
using nps_test::close;

namespace {

constexpr nps_test::tolerance of_newton{
    .relative = 1e-11, .absolute = 1e-13, .reason = "sums of some hundred terms, solved"};
constexpr nps_test::tolerance of_r{
    .relative = 1e-6, .absolute = 1e-6, .reason = "multinom is BFGS, and stops by its function"};

nps::multinomial_regression_options options_of(const category_data& d) {
    return {
        .frequency_weights = d.frequency, .sampling_weights = d.sampling, .clusters = d.clusters};
}

std::vector<nps::coefficient> terms(const nps::multinomial_fit& fit) {
    std::vector<nps::coefficient> all;
    for (const std::vector<nps::coefficient>& of_class : fit.coefficients) {
        all.insert(all.end(), of_class.begin(), of_class.end());
    }
    return all;
}

} // namespace

TEST_CASE("multinomial regression: mpmath and R nnet, with all errors") {
    for (const std::string table : {"ordinal_models.csv", "ordinal_models_r.csv"}) {
        for (const std::string name : {"housing", "categories", "extreme"}) {
            CAPTURE(table);
            CAPTURE(name);
            const auto expected = [&](const std::string& quantity) {
                return category_reference(table, name, "multinomial", quantity);
            };
            const std::vector<double> parameters = expected("parameter");
            if (parameters.empty()) {
                CHECK(name == "extreme"); // R has it not
                continue;
            }
            const bool exact = table == "ordinal_models.csv";
            const nps_test::tolerance t = exact ? of_newton : of_r;
            const category_data d = category_data_of(name);
            nps::multinomial_regression_options options = options_of(d);
            for (const std::string errors : {"classical", "hc0", "clustered"}) {
                options.errors = errors == "classical" ? nps::standard_errors::classical
                                 : errors == "hc0"     ? nps::standard_errors::hc0
                                                       : nps::standard_errors::clustered;
                const nps::multinomial_fit fit =
                    nps::multinomial_regression(d.items, d.answers, options);
                CHECK(fit.status == nps::fit_status::converged);
                const std::vector<nps::coefficient> found = terms(fit);
                REQUIRE(found.size() == parameters.size());
                for (std::size_t i = 0; i < found.size(); ++i) {
                    CAPTURE(i);
                    CHECK(close(found[i].estimate, parameters[i], t));
                    if (exact) {
                        CHECK(close(found[i].standard_error, expected(errors)[i], t));
                    }
                }
                CHECK(close(fit.log_likelihood, expected("likelihood")[0],
                            {.relative = 1e-11, .reason = "multinom, too, is this near"}));
            }
        }
    }
}

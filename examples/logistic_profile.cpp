// SPDX-License-Identifier: Apache-2.0
// Twelve business customers, and a complaint that only detractors had: no maximum of the likelihood,
// but penalised estimates, whose intervals are far from symmetric.
#include <nps/model.hpp>

#include <Eigen/Core>

#include <cstdio>

int main() {
    Eigen::MatrixXd items(12, 2); // complaint, rating of the service
    items << 0, 9, 0, 8, 0, 7, 0, 9, 0, 6, 0, 8, 0, 5, 0, 4, 1, 6, 1, 3, 1, 8, 1, 5;
    Eigen::VectorXd detractor(12);
    detractor << 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1;

    const nps::logistic_profile_intervals_result result =
        nps::logistic_profile_intervals(items, detractor,
                                        {.names = {"complaint", "service"},
                                         .penalty = nps::logistic_penalty::firth,
                                         .coefficients = {"complaint", "service"}});
    for (const nps::profiled_coefficient& c : result.coefficients) {
        std::printf("%-10s %6.2f  %.2f to %.2f  p = %.4f\n", c.name.c_str(), c.estimate,
                    c.interval.lower, c.interval.upper, c.p_value);
    }
    const nps::profiled_coefficient& complaint = result.coefficients[0];
    return complaint.interval.upper - complaint.estimate >
                   complaint.estimate - complaint.interval.lower
               ? 0
               : 1;
}

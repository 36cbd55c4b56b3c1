// SPDX-License-Identifier: Apache-2.0
// What drives the score: a mobile operator asks 1,600 customers for the score and four ratings, in
// two months. From the rows to the cross-products, and from these to the model, the shares, their
// uncertainty and the map.
#include "check.hpp"

#include <nps/core.hpp>
#include <nps/model.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

constexpr Eigen::Index asked = 800;
const std::vector<std::string> drivers{"network", "price", "service", "app"};

struct month {
    Eigen::Matrix<std::uint8_t, asked, 4> ratings;
    Eigen::Matrix<std::int8_t, asked, 1> score; // -1, 0, 1
};

// One mood moves all ratings of a customer, so that they go together. The network matters most and
// does badly; the app does well and does not matter.
month simulate(std::uint32_t number) {
    constexpr double level[] = {6.0, 6.5, 7.5, 8.0};
    constexpr double effect[] = {0.55, 0.3, 0.3, 0.0};
    month result;
    for (Eigen::Index i = 0; i < asked; ++i) {
        nps::random_stream draw(2026, number * 100'000 + static_cast<std::uint32_t>(i),
                                nps::random_purpose::simulation);
        const auto chance = [&draw] { return draw.uniform() + draw.uniform() - 1; };
        const double mood = 3 * chance();
        double answer = 0.3 + 2 * chance();
        for (Eigen::Index j = 0; j < 4; ++j) {
            const double rating = std::clamp(std::round(level[j] + mood + 4 * chance()), 0.0, 10.0);
            result.ratings(i, j) = static_cast<std::uint8_t>(rating);
            answer += effect[j] * rating;
        }
        const int recommend = static_cast<int>(std::clamp(std::round(answer), 0.0, 10.0));
        result.score[i] = static_cast<std::int8_t>(static_cast<int>(nps::classify(recommend)) - 1);
    }
    return result;
}

} // namespace

int main() {
    const month march = simulate(3);
    const month april = simulate(4);

    // The rows are read once; whole numbers are summed exactly, so months may be added and taken
    // away again like tallies.
    nps::cross_products xy(march.ratings, march.score, {.names = drivers});
    const nps::cross_products second(april.ratings, april.score, {.names = drivers});
    xy += second;
    check(xy.n() == 2 * asked && xy.exact());

    // One more point of a rating moves the score by so much, the others held fixed.
    const nps::linear_fit fit = nps::least_squares(xy);
    std::printf("R^2 %.3f\n", fit.r_squared);
    for (const nps::coefficient& c : fit.coefficients) {
        std::printf("%-12s %7.4f (%.4f to %.4f)  p = %.2g\n", c.name.c_str(), c.estimate,
                    c.interval.lower, c.interval.upper, c.p_value);
    }
    check(fit.excluded.empty() && fit.coefficients[1].name == "network");
    check(fit.coefficients[1].interval.lower > 0);
    check(fit.coefficients[4].interval.lower < 0 && fit.coefficients[4].interval.upper > 0);

    // The score is not equally uncertain everywhere: errors that allow for it need the rows.
    const nps::linear_fit robust = nps::least_squares(
        march.ratings, march.score, {.names = drivers, .errors = nps::standard_errors::hc3});
    check(robust.method == "hc3" && robust.n == asked);

    // Which part of what the ratings explain belongs to each of them.
    const nps::importance imp = nps::shapley_importance(xy);
    double sum = 0;
    for (std::size_t j = 0; j < imp.names.size(); ++j) {
        std::printf("%-12s %.3f of R^2, %4.1f %%\n", imp.names[j].c_str(), imp.value[j],
                    100 * imp.share[j]);
        sum += imp.value[j];
    }
    check(about(sum, imp.r_squared, 1e-12) && imp.rank[0] == 1);

    // How sure is that? Resampling needs the rows again, but sums them as whole numbers.
    const nps::importance_bootstrap_result boot =
        nps::importance_bootstrap(march.ratings, march.score, {.seed = 7, .names = drivers});
    const nps::interval network = boot.share(0).interval();
    std::printf("network, March alone: %.0f to %.0f %%, first in %.0f %% of the replicates\n",
                100 * network.lower, 100 * network.upper, 100 * boot.rank_probability(0, 0));
    check(network.lower < boot.estimate.share[0] && boot.estimate.share[0] < network.upper);
    check(boot.difference(0, 3).interval().lower > 0);

    // The same of a proportional-odds model of the three categories, and of a logistic one of being
    // a promoter: each replicate fits all subsets of the ratings anew.
    const nps::importance_bootstrap_result ordinal = nps::ordinal_importance_bootstrap(
        march.ratings, march.score, {.importance = {.names = drivers}, .replicates = 100});
    const nps::importance_bootstrap_result promoters =
        nps::logistic_importance_bootstrap(march.ratings, (march.score.array() == 1).cast<int>(),
                                           {.importance = {.names = drivers}, .replicates = 100});
    for (const auto* model : {&ordinal, &promoters}) {
        const nps::interval share = model->share(0).interval();
        std::printf("network, %s: %.0f to %.0f %%\n", std::string(model->method).c_str(),
                    100 * share.lower, 100 * share.upper);
        check(model->rank_interval(0).best == 1 && model->difference(0, 3).interval().lower > 0);
    }

    // Matters more and does worse: here to act first.
    const auto ratings =
        nps::driver_ratings(nps::cross_products(march.ratings, march.score, {.names = drivers}));
    std::vector<nps::driver_position> positions;
    for (std::size_t j = 0; j < drivers.size(); ++j) {
        positions.push_back({.name = drivers[j],
                             .importance = boot.estimate.share[j],
                             .importance_interval = boot.share(j).interval(),
                             .performance = ratings[j].mean,
                             .performance_distance = ratings[j].distance_interval});
    }
    for (const nps::mapped_driver& driver : nps::driver_map(positions).drivers) {
        std::printf("%-12s %s%s\n", driver.name.c_str(),
                    std::string(nps::quadrant_name(driver.quadrant)).c_str(),
                    driver.significant ? "" : " (not certain)");
    }
    const nps::mapped_driver first = nps::driver_map(positions).drivers[0];
    check(first.quadrant == nps::map_quadrant::concentrate_here && first.significant);
}

// SPDX-License-Identifier: Apache-2.0
// From numbers to action: where drivers stand, which cost and which pay, what a better rating would
// bring, where to begin, and whether segments differ. An artificial survey of 600 customers.
#include "check.hpp"

#include <nps/model/category_score_model.hpp>
#include <nps/model/driver_map.hpp>
#include <nps/model/driver_priorities.hpp>
#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/penalty_reward.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/score_simulation.hpp>
#include <nps/model/segment_differences.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

// Service costs when it is bad and pays little when it is good; price does both; the app nothing.
struct survey {
    Eigen::MatrixXi items{600, 3};
    Eigen::VectorXi score{600};
    std::vector<std::string> names{"price", "service", "app"};
};

survey answers() {
    survey s;
    std::uint64_t state = 2026;
    const auto draw = [&state](int below) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<int>((state >> 33U) % static_cast<std::uint64_t>(below));
    };
    for (Eigen::Index i = 0; i < 600; ++i) {
        const int mood = draw(3);
        s.items(i, 0) = 1 + mood + draw(7);
        s.items(i, 1) = 2 + mood + draw(7);
        s.items(i, 2) = 1 + mood + draw(8);
        const int bad_service = s.items(i, 1) < 6 ? 6 - s.items(i, 1) : 0;
        const int feeling = 5 * s.items(i, 0) - 12 * bad_service + draw(50);
        s.score[i] = feeling > 45 ? 1 : feeling < 25 ? -1 : 0;
    }
    return s;
}

} // namespace

int main() {
    const survey s = answers();
    const nps::linear_fit fit = nps::least_squares(
        s.items, s.score, {.names = s.names, .errors = nps::standard_errors::hc3});

    // The map: shares of importance against mean ratings, both with intervals. Shares sum to 1, so
    // their mean is known; that of the ratings is estimated, which the distances allow for.
    const auto bootstrap = nps::importance_bootstrap(s.items, s.score, {.names = s.names});
    const auto ratings =
        nps::driver_ratings(nps::cross_products(s.items, s.score, {.names = s.names}));
    std::vector<nps::driver_position> positions;
    for (std::size_t j = 0; j < ratings.size(); ++j) {
        positions.push_back({.name = ratings[j].name,
                             .importance = bootstrap.estimate.share[j],
                             .importance_interval = bootstrap.share(j).interval(),
                             .performance = ratings[j].mean,
                             .performance_distance = ratings[j].distance_interval});
    }
    const nps::driver_map_result map = nps::driver_map(positions);
    for (const nps::mapped_driver& driver : map.drivers) {
        std::printf("%-8s share %.2f rating %.2f %s%s\n", driver.name.c_str(), driver.importance,
                    driver.performance, nps::quadrant_name(driver.quadrant).data(),
                    driver.significant ? "" : " (not sure)");
    }
    check(map.drivers[2].importance_side == nps::map_side::below);

    // What costs when bad, what pays when good.
    const auto effects =
        nps::penalty_reward(s.items, s.score, {.low = {4}, .high = {7}, .names = s.names});
    for (const nps::driver_asymmetry& driver : effects.drivers) {
        std::printf("%-8s penalty %+.2f reward %+.2f %s\n", driver.name.c_str(),
                    driver.penalty->estimate, driver.reward->estimate,
                    nps::driver_kind_name(driver.kind).data());
    }
    check(effects.drivers[0].kind == nps::driver_kind::performance);
    check(effects.drivers[1].kind == nps::driver_kind::must_be);
    check(effects.drivers[1].asymmetric);
    check(effects.drivers[2].kind == nps::driver_kind::indifferent);

    // What would the score be, had nobody rated service 4 or worse?
    const nps::rating_change mended{
        .driver = "service", .rule = nps::rating_rule::set_to, .value = 5, .up_to = 4};
    const auto linear = nps::score_simulation(fit, s.items, {mended});
    const auto ordinal = nps::score_simulation(
        nps::category_score_model(nps::proportional_odds(s.items, s.score, {.names = s.names})),
        s.items, {mended});
    std::printf("score %.3f to %.3f (change %.3f to %.3f); by proportional odds to %.3f\n",
                linear.before, linear.after, linear.change_interval.lower,
                linear.change_interval.upper, ordinal.after);
    check(linear.change_interval.lower > 0 && ordinal.change_interval.lower > 0);

    // Where to begin: a point more for each driver.
    const auto priorities =
        nps::driver_priorities(fit, s.items, nps::rating_change{.value = 1, .highest = 10});
    for (const nps::driver_priority& driver : priorities.drivers) {
        std::printf("%-8s gain %+.3f, rank %zu to %zu\n", driver.name.c_str(),
                    driver.simulated.change, driver.rank.best, driver.rank.worst);
    }
    check(priorities.drivers[2].name == "app" && priorities.drivers[2].rank.best == 3);

    // Two segments, here the two halves of one sample: no driver differs.
    const std::vector<nps::cross_products> halves{
        {s.items.topRows(300).eval(), s.score.head(300).eval(), {.names = s.names}},
        {s.items.bottomRows(300).eval(), s.score.tail(300).eval(), {.names = s.names}}};
    const auto segments = nps::segment_differences(halves, {.segments = {"first", "second"}});
    for (const nps::driver_difference& driver : segments.drivers) {
        std::printf("%-8s differs by %+.3f, adjusted p = %.2f\n", driver.name.c_str(),
                    driver.pairs[0].comparison.difference, driver.adjusted_p_value);
        check(driver.adjusted_p_value > 0.05);
    }
}

// SPDX-License-Identifier: Apache-2.0
// What drives the score of business customers: a software house asks several contacts at each of 60
// accounts how likely they are to recommend it, and for five ratings from 1 to 5, some left empty.
// Contacts of one account answer alike, so that the errors must count accounts, not contacts.
#include "check.hpp"

#include <nps/core/scale.hpp>
#include <nps/model/category_prediction.hpp>
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/penalty_reward.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/proportional_odds_test.hpp>
#include <nps/model/score_effects.hpp>
#include <nps/model/segment_differences.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace {

const std::vector<std::string> drivers{"product", "support", "onboarding", "price", "account team"};

struct survey {
    std::vector<double> ratings = {}; // five for each contact; NaN where there is none
    std::vector<int> recommend = {};  // 0 to 10
    std::vector<std::int64_t> accounts = {};

    [[nodiscard]] Eigen::MatrixXd items() const {
        return Eigen::MatrixXd::Map(ratings.data(), 5, std::ssize(recommend)).transpose();
    }
    [[nodiscard]] Eigen::VectorXi answers() const {
        return Eigen::VectorXi::Map(recommend.data(), std::ssize(recommend));
    }
    // The three categories as -1, 0, 1.
    [[nodiscard]] Eigen::VectorXi score() const {
        Eigen::VectorXi result = answers();
        for (int& answer : result) {
            answer = static_cast<int>(nps::classify(answer)) - 1;
        }
        return result;
    }
};

// Accounts 1 to 30 are small, 31 to 60 large. Bad support costs, good support pays little; price
// matters to small accounts only; onboarding does not matter.
survey simulate(std::int64_t first, std::int64_t last) {
    constexpr double level[] = {3.8, 3.4, 3.6, 3.1, 3.9};
    survey result;
    for (std::int64_t account = first; account <= last; ++account) {
        nps::random_stream draw(60, static_cast<std::uint32_t>(account),
                                nps::random_purpose::simulation);
        const auto chance = [&draw] { return draw.uniform() + draw.uniform() - 1; };
        const double of_account = chance();
        const double effect[] = {0.9, 0, 0, account > 30 ? 0 : 1.1, 0.5};
        for (std::uint64_t contacts = 8 + draw.below(9); contacts > 0; --contacts) {
            const double mood = 0.7 * of_account + chance();
            double answer = -4.6 + 1.3 * of_account + 2.5 * chance() + (account > 30 ? 3.4 : 0);
            for (std::size_t j = 0; j < 5; ++j) {
                const double rating =
                    std::clamp(std::round(level[j] + mood + 2.2 * chance()), 1.0, 5.0);
                answer += effect[j] * rating + (j == 1 ? 1.6 * std::min(rating, 3.0) : 0);
                result.ratings.push_back(
                    draw.below(25) == 0 ? std::numeric_limits<double>::quiet_NaN() : rating);
            }
            result.recommend.push_back(static_cast<int>(std::clamp(std::round(answer), 0.0, 10.0)));
            result.accounts.push_back(account);
        }
    }
    return result;
}

void print(const nps::coefficient& c) {
    std::printf("  %-13s %+.3f (%+.3f to %+.3f)  p = %.2g\n", c.name.c_str(), c.estimate,
                c.interval.lower, c.interval.upper, c.p_value);
}

} // namespace

int main() {
    const survey all = simulate(1, 60);
    const Eigen::MatrixXd items = all.items();

    // The answers 0 to 10 as ordered classes: nothing is said about distances between them.
    const nps::proportional_odds_options options{
        .names = drivers, .clusters = all.accounts, .errors = nps::standard_errors::clustered};
    const nps::ordinal_fit fit = nps::proportional_odds(items, all.answers(), options);
    std::printf("%lld contacts, %lld left out for an empty rating; log odds of a higher answer:\n",
                static_cast<long long>(fit.n), static_cast<long long>(fit.dropped));
    for (const nps::coefficient& c : fit.coefficients) {
        print(c);
    }
    check(fit.status == nps::fit_status::converged && fit.excluded.empty() && fit.dropped > 0);
    check(fit.n + fit.dropped == std::ssize(all.recommend) && fit.method == "clustered");
    check(fit.coefficients[0].interval.lower > 0 && fit.coefficients[2].p_value > 0.05);

    // As if each contact stood for itself, the error of support comes out too small.
    const nps::ordinal_fit naive = nps::proportional_odds(items, all.answers(), {.names = drivers});
    check(naive.coefficients[1].standard_error < 0.8 * fit.coefficients[1].standard_error);

    // Has a driver one effect at each cut-point? Rare answers are joined to the three categories.
    const nps::odds_test_result odds = nps::proportional_odds_test(items, all.score(), options);
    std::printf("proportional odds: chi-squared %.1f, df %.0f, p = %.2g\n", odds.statistic,
                odds.degrees_of_freedom, odds.p_value);
    check(odds.status == nps::fit_status::converged && odds.p_value > 0.05);

    // One more point of a rating moves the score by so much.
    const nps::score_effects effects = nps::average_marginal_effects(fit, items);
    std::printf("score %.1f; one more point of\n", 100 * effects.mean_score);
    for (const nps::coefficient& c : effects.changes) {
        print(c);
    }
    check(effects.changes[1].interval.lower > 0.1);

    // What contacts will answer who rate everything 4 but support 2, and who rate support 4 as well.
    Eigen::VectorXd contact = Eigen::VectorXd::Constant(5, 4);
    const nps::predicted_mean good = nps::predict(fit, contact).score.value();
    contact[1] = 2;
    const nps::predicted_mean bad = nps::predict(fit, contact).score.value();
    std::printf("all 4: score %.0f (%.0f to %.0f); support 2: %.0f (%.0f to %.0f)\n",
                100 * good.value, 100 * good.interval.lower, 100 * good.interval.upper,
                100 * bad.value, 100 * bad.interval.lower, 100 * bad.interval.upper);
    check(bad.interval.upper < good.interval.lower);

    // What costs when bad, what pays when good: 1 and 2 against 3, and 4 and 5 against 3.
    const nps::penalty_reward_result kinds =
        nps::penalty_reward(items, all.score(),
                            {.low = {2},
                             .high = {4},
                             .names = drivers,
                             .clusters = all.accounts,
                             .errors = nps::standard_errors::clustered});
    for (const nps::driver_asymmetry& d : kinds.drivers) {
        std::printf("  %-13s penalty %+.2f reward %+.2f %s\n", d.name.c_str(), d.penalty->estimate,
                    d.reward->estimate, nps::driver_kind_name(d.kind).data());
    }
    check(kinds.drivers[0].kind == nps::driver_kind::performance);
    check(kinds.drivers[1].kind == nps::driver_kind::must_be && kinds.drivers[1].asymmetric);
    check(kinds.drivers[2].kind == nps::driver_kind::indifferent);

    // Is a driver stronger at small accounts than at large ones?
    std::vector<nps::linear_fit> fits;
    for (const survey& s : {simulate(1, 30), simulate(31, 60)}) {
        fits.push_back(nps::least_squares(
            s.items(), s.score(),
            {.names = drivers, .clusters = s.accounts, .errors = nps::standard_errors::clustered}));
    }
    const nps::segment_differences_result segments =
        nps::segment_differences(fits, {.segments = {"small", "large"}});
    for (const nps::driver_difference& d : segments.drivers) {
        std::printf("  %-13s small - large %+.3f, adjusted p = %.2g\n", d.name.c_str(),
                    d.pairs[0].comparison.difference, d.adjusted_p_value);
        check((d.adjusted_p_value < 0.05) == (d.name == "price"));
    }
    check(segments.drivers[3].pairs[0].comparison.interval.lower > 0);
}

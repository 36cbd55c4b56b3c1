// SPDX-License-Identifier: Apache-2.0
// How the library reads, from answers to a plan. Every line is compiled and checked.
#include "check.hpp"

#include <nps/nps.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace {

std::vector<std::uint8_t> load() {
    return {10, 9, 9, 7, 8, 3, 10, 0, 6, 10, 9, 8, 10, 7, 9, 10, 5, 9, 10, 8};
}

// R's data set mtcars: cyl, disp, hp, gear by row, and mpg.
constexpr double car_items[] = {
    6, 160,   110, 4, 6, 160,   110, 4, 4, 108,   93,  4, 6, 258,   110, 3, 8, 360,   175, 3,
    6, 225,   105, 3, 8, 360,   245, 3, 4, 146.7, 62,  4, 4, 140.8, 95,  4, 6, 167.6, 123, 4,
    6, 167.6, 123, 4, 8, 275.8, 180, 3, 8, 275.8, 180, 3, 8, 275.8, 180, 3, 8, 472,   205, 3,
    8, 460,   215, 3, 8, 440,   230, 3, 4, 78.7,  66,  4, 4, 75.7,  52,  4, 4, 71.1,  65,  4,
    4, 120.1, 97,  3, 8, 318,   150, 3, 8, 304,   150, 3, 8, 350,   245, 3, 8, 400,   175, 3,
    4, 79,    66,  4, 4, 120.3, 91,  5, 4, 95.1,  113, 5, 8, 351,   264, 5, 6, 145,   175, 5,
    8, 301,   335, 5, 4, 121,   109, 4};
constexpr double miles_per_gallon[] = {
    21,   21,   22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4,
    14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26,   30.4, 15.8, 19.7, 15,   21.4};

} // namespace

int main() {
    // From answers to a score. Any range of whole or floating scores; bytes are fastest.
    const std::vector<std::uint8_t> answers = load();
    nps::tally t = nps::count_scores(answers);
    check(t.n() == 20 && t.missing() == 0 && t.invalid() == 0);
    const std::vector<int> raw{10, 99, 7, 11, 8};
    const nps::tally u =
        nps::count_scores(raw, {.invalid = nps::on_invalid::set_aside, .missing_codes = {99}});
    check(u.n() == 3 && u.missing() == 1 && u.invalid() == 1); // nothing is lost silently

    const nps::estimate s = nps::net_promoter_score(t);
    const nps::interval ci = nps::score_interval(t);
    const nps::interval w =
        nps::score_interval(t, {.method = nps::score_method::adjusted_wald, .level = 0.90});
    const nps::interval b = nps::ideal_bootstrap(t).interval();
    check(about(s.value, 7.0 / 20));
    check(ci.lower < s.value && s.value < ci.upper);
    check(ci.lower < w.lower && w.upper < ci.upper);
    check(b.lower < s.value && s.value < b.upper);

    // A published table is as good as raw data; another scale is another type.
    const nps::category_counts rival{.detractors = 342, .passives = 968, .promoters = 1436};
    check(about(nps::net_promoter_score(rival).value, 0.3984));
    constexpr nps::scale five_stars{
        .lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5};
    nps::basic_tally<five_stars> stars;
    stars.add(4);
    nps::basic_tally<nps::one_to_ten> survey_1_to_10;
    survey_1_to_10.add(10);
    static_assert(nps::classify(9) == nps::category::promoter);

    // Summaries merge, over threads, files, machines; windows slide.
    const std::vector<nps::tally> months{t, nps::count_scores(std::vector{10, 7, 2})};
    nps::tally year;
    for (const nps::tally& month : months) {
        year += month;
    }
    year -= months.front();
    check(year == months.back());
    const std::vector<std::byte> bytes = nps::to_bytes(year);
    check(nps::from_bytes<nps::tally>(bytes) == year);

    // How many to ask, and what n gives.
    const nps::sample_plan plan = nps::sample_size({.margin = 0.03,
                                                    .respondent_sd = s.respondent_sd,
                                                    .population = 80'000,
                                                    .response_rate = 0.20});
    check(plan.completes > 0 && plan.invitations >= 5 * (plan.completes - 1));
    const double d = nps::margin_of_error({.completes = 2'000});
    check(about(d, 0.0438));

    // Did it move?
    const nps::category_counts this_month{.detractors = 20, .passives = 30, .promoters = 50};
    const nps::category_counts last_month{.detractors = 40, .passives = 30, .promoters = 30};
    const nps::comparison c = nps::compare_scores(this_month, last_month);
    check(about(c.difference, 0.4) && c.interval.lower > 0 && c.p_value < 0.001);
    check(c.method == "score");
    const nps::comparison e = nps::compare_scores(
        this_month, last_month, {.claim = nps::claim::equivalence, .equivalence_margin = 0.05});
    check(e.p_value > 0.99);
    const double p = nps::score_permutation_test(this_month, last_month).p_value; // exact
    check(std::abs(p - 8.61078379e-4) < 1e-11);                                   // R coin

    // Any statistic of your own, over rows; the same numbers for any number of threads.
    const std::vector<double> revenue{20, 35, 15, 90, 40, 60, 25, 30, 45, 80};
    const auto mean = [&](std::span<const std::size_t> rows) {
        double sum = 0;
        for (const std::size_t row : rows) {
            sum += revenue[row];
        }
        return sum / static_cast<double>(rows.size());
    };
    const nps::bootstrap_result r =
        nps::bootstrap(revenue.size(), mean, {.replicates = 1'000, .seed = 7});
    const nps::interval bca = r.interval({.method = nps::bootstrap_method::bca, .level = 0.95});
    check(about(r.estimate, 44));
    check(bca.lower < r.estimate && r.estimate < bca.upper);

    // What drives it? Rows touched once; the rest from the cross-products.
    const Eigen::Map<const Eigen::Matrix<double, 32, 4, Eigen::RowMajor>> items(car_items);
    const Eigen::Map<const Eigen::Matrix<double, 32, 1>> outcome(miles_per_gallon);
    const nps::cross_products xy(items, outcome, {.names = {"cyl", "disp", "hp", "gear"}});
    const nps::linear_fit fit = nps::least_squares(xy);
    const nps::importance imp = nps::shapley_importance(xy);
    check(about(fit.r_squared, 0.7791896) && about(imp.r_squared, fit.r_squared, 1e-12));
    check(about(imp.value[0], 0.2470520332, 1e-10)); // R relaimpo
    check(imp.rank[0] == 1 && imp.rank[3] == 4);
    Eigen::Matrix<int, 32, 1> categories; // below 17, below 22, the rest
    for (Eigen::Index i = 0; i < 32; ++i) {
        categories[i] = outcome[i] < 17 ? -1 : outcome[i] < 22 ? 0 : 1;
    }
    const nps::ordinal_fit pol =
        nps::proportional_odds(items.col(2), categories, {.names = {"hp"}});
    check(pol.status == nps::fit_status::converged);
    check(about(pol.coefficients[0].estimate, -0.07651910472, 1e-10)); // R ordinal

    // By segment and wave.
    nps::grouped_tally<std::string> by_channel;
    by_channel.add("app", 9);
    by_channel.add("shop", 6);
    for (const auto& [channel, tally] : by_channel) {
        check(tally.n() == 1 && !channel.empty());
    }
}

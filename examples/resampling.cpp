// SPDX-License-Identifier: Apache-2.0
// The same questions by resampling: ideal, simulated, and for a statistic of your own.
#include "check.hpp"

#include <nps/resample.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

namespace {

// The mean without the lowest and the highest tenth.
double trimmed_mean(std::span<const double> values, std::span<const std::size_t> rows) {
    std::vector<double> drawn;
    drawn.reserve(rows.size());
    for (const std::size_t row : rows) {
        drawn.push_back(values[row]);
    }
    std::ranges::sort(drawn);
    const std::size_t cut = drawn.size() / 10;
    double sum = 0;
    for (std::size_t i = cut; i < drawn.size() - cut; ++i) {
        sum += drawn[i];
    }
    return sum / static_cast<double>(drawn.size() - 2 * cut);
}

} // namespace

int main() {
    const nps::category_counts survey{.detractors = 20, .passives = 30, .promoters = 50};

    // Infinitely many replicates: no simulation, no seed, the same cost for a trillion answers.
    const auto ideal = nps::ideal_bootstrap(survey);
    const nps::interval percentile = ideal.interval();
    check(percentile.lower == 0.14 && percentile.upper == 0.45);
    const nps::interval bca = ideal.interval({.method = nps::bootstrap_method::bca});
    std::printf("ideal bootstrap: %.2f to %.2f, bca %.2f to %.2f, P(score* <= 0.3) = %.4f\n",
                percentile.lower, percentile.upper, bca.lower, bca.upper, ideal.cdf(0.3));
    const nps::interval abc = nps::abc_interval(survey);
    check(about(abc.lower, 0.1401) && about(abc.upper, 0.4467));

    // The same by simulation, where the replicates themselves are wanted.
    const nps::bootstrap_result simulated =
        nps::score_bootstrap(survey, {.replicates = 10'000, .seed = 7, .threads = 2});
    check(simulated.values ==
          nps::score_bootstrap(survey, {.replicates = 10'000, .seed = 7}).values);
    check(about(simulated.standard_error, 0.0781, 0.003));

    // Any statistic of rows.
    std::vector<double> revenue;
    for (int i = 0; i < 200; ++i) {
        revenue.push_back(20.0 + std::exp(0.02 * i));
    }
    const auto trimmed = [&](std::span<const std::size_t> rows) {
        return trimmed_mean(revenue, rows);
    };
    const nps::bootstrap_result r =
        nps::bootstrap(revenue.size(), trimmed, {.replicates = 2'000, .seed = 7});
    const nps::interval ci = r.interval({.method = nps::bootstrap_method::bca, .level = 0.95});
    std::printf("trimmed mean %.2f, bca %.2f to %.2f\n", r.estimate, ci.lower, ci.upper);
    check(ci.lower < r.estimate && r.estimate < ci.upper);

    // Whole clusters: the shops that the customers came from.
    std::vector<std::int64_t> shop;
    for (std::int64_t i = 0; i < 200; ++i) {
        shop.push_back(i / 10);
    }
    const nps::bootstrap_result by_shop =
        nps::bootstrap(revenue.size(), trimmed, {.replicates = 2'000, .seed = 7, .clusters = shop});
    check(by_shop.standard_error > r.standard_error);

    // Two samples: one statistic of the rows of both, each drawn within its own stratum. Resampled
    // apart they would need two seeds.
    std::vector<double> spent = revenue;
    std::vector<std::int64_t> survey_of_row(spent.size(), 1);
    for (int i = 0; i < 150; ++i) {
        spent.push_back(15.0 + std::exp(0.025 * i));
        survey_of_row.push_back(2);
    }
    const auto difference = [&](std::span<const std::size_t> rows) {
        std::array<double, 2> sum{};
        std::array<double, 2> count{};
        for (const std::size_t row : rows) {
            const std::size_t second = survey_of_row[row] == 2 ? 1 : 0;
            sum[second] += spent[row];
            ++count[second];
        }
        return sum[1] / count[1] - sum[0] / count[0];
    };
    const nps::bootstrap_result change = nps::bootstrap(
        spent.size(), difference, {.replicates = 2'000, .seed = 7, .strata = survey_of_row});
    const nps::interval change_ci = change.interval({.method = nps::bootstrap_method::bca});
    std::printf("difference of means %.2f, bca %.2f to %.2f\n", change.estimate, change_ci.lower,
                change_ci.upper);
    // The variances of two independent means add.
    const auto variance_of_mean = [](std::span<const double> values) {
        return nps::squared_deviations_of(values) /
               (static_cast<double>(values.size()) * static_cast<double>(values.size()));
    };
    check(about(change.standard_error,
                std::sqrt(variance_of_mean(std::span(spent).first(revenue.size())) +
                          variance_of_mean(std::span(spent).subspan(revenue.size()))),
                0.2));

    // Two scores: what shuffling the answers over the groups tends to, exactly. By default a test of
    // equal scores, studentised; the plain form tests that all three shares are equal.
    const nps::category_counts before{.detractors = 40, .passives = 30, .promoters = 30};
    const nps::comparison moved = nps::score_permutation_test(survey, before);
    const nps::comparison plain = nps::score_permutation_test(
        survey, before, {.hypothesis = nps::permutation_hypothesis::equal_distributions});
    check(about(moved.difference, 0.4) && moved.method == "studentised_permutation");
    check(about(plain.p_value, 8.61078e-4, 5e-10) && plain.method == "permutation");
    std::printf("difference %.2f, exact p %.5f (equal scores), %.5f (equal distributions)\n",
                moved.difference, moved.p_value, plain.p_value);
    // Millions of answers, in a millisecond.
    const nps::category_counts this_year{1'000'000, 1'400'000, 1'600'000};
    const nps::category_counts last_year{1'004'000, 1'400'000, 1'596'000};
    check(nps::score_permutation_test(this_year, last_year).p_value < 0.002);
    // How far apart: the bootstrap of the difference, each group resampled on its own. Ideal, and by
    // simulation, which also has studentised.
    const auto apart = nps::ideal_difference_bootstrap(survey, before);
    const nps::interval apart_bca = apart.interval({.method = nps::bootstrap_method::bca});
    check(about(apart.interval().lower, 0.18) && about(apart.interval().upper, 0.62));
    check(about(apart_bca.lower, 0.17) && about(apart_bca.upper, 0.62));
    std::printf("difference %.2f, ideal bootstrap %.2f to %.2f\n", apart.estimate,
                apart.interval().lower, apart.interval().upper);
    const nps::bootstrap_result differences =
        nps::score_difference_bootstrap(survey, before, {.replicates = 10'000, .seed = 7});
    check(about(differences.standard_error, apart.standard_error, 0.003));
    const nps::interval studentised =
        differences.interval({.method = nps::bootstrap_method::studentised});
    check(about(studentised.lower, 0.17, 0.01) && about(studentised.upper, 0.62, 0.02));

    // The replicates themselves, two draws each.
    const nps::permutation_result dealt =
        nps::score_permutation_replicates(survey, before, {.replicates = 10'000, .seed = 7});
    check(std::abs(dealt.p_value - moved.p_value) < 4 * dealt.p_value_error);
    // The chance that ten of these 200 people, called back at random, include no passive.
    check(about(std::exp(nps::log_hypergeometric(0, 60, 140, 10)), 0.02555));

    // Any statistic of rows in a random order, within strata: does spending rise with the row,
    // within each shop? rows[i] is the row whose revenue is put at place i.
    const auto trend = [&](std::span<const std::size_t> rows) {
        double sum = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            sum += static_cast<double>(i) * revenue[rows[i]];
        }
        return sum;
    };
    const nps::permutation_result rising = nps::permutation_test(
        revenue.size(), trend,
        {.alternative = nps::alternative::greater, .replicates = 1'999, .seed = 7, .strata = shop});
    check(about(rising.p_value, 1.0 / 2000));

    // Random numbers of your own: the same on every platform.
    nps::random_stream stream(7, 0, nps::random_purpose::simulation);
    const nps::binomial_draw promoters(1'000'000'000'000, 0.5);
    const std::int64_t draw = promoters(stream);
    check(std::abs(static_cast<double>(draw) - 5e11) < 5e6);
}

// SPDX-License-Identifier: Apache-2.0
// How often the intervals of pool_scores hold the true scores, over all units and for each alone.
// The true scores stay as they are from survey to survey. Writes pooling.csv:
//   g++ -std=c++20 -O2 -DNDEBUG -I include -pthread
//     docs/pooling_study/pooling_study.cpp -o pooling_study
//   ./pooling_study > docs/pooling_study/pooling.csv
// Half a minute.
#include <nps/model/pooling.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr std::array<std::int64_t, 4> sizes{20, 20, 100, 500};

struct population {
    double mean;
    double passives;
};

// Normal scores in an order that has nothing to do with the sizes.
std::vector<double> true_scores(std::size_t units, double sd, const population& p) {
    std::vector<double> result;
    const double most = 1 - p.passives;
    for (std::size_t i = 0; i < units; ++i) {
        const double rank = static_cast<double>((7 * i + 3) % units) + 0.5;
        const double z = nps::normal_quantile(rank / static_cast<double>(units));
        result.push_back(std::clamp(p.mean + sd * z, -most, most));
    }
    return result;
}

std::vector<nps::category_counts> survey(const std::vector<double>& truth, const population& p,
                                         nps::random_stream& random) {
    std::vector<nps::category_counts> units;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const std::int64_t n = sizes[i % sizes.size()];
        nps::category_counts c{};
        c.passives = nps::binomial_draw(n, p.passives)(random);
        c.promoters =
            nps::binomial_draw(n - c.passives, (1 + truth[i] / (1 - p.passives)) / 2)(random);
        c.detractors = n - c.passives - c.promoters;
        units.push_back(c);
    }
    return units;
}

struct method {
    std::string_view name;
    nps::pool_scores_options options;
};

} // namespace

int main() {
    std::printf("# nps, program docs/pooling_study/pooling_study.cpp, seed %llu, date 2026-11-25\n",
                static_cast<unsigned long long>(seed));
    std::printf(
        "mean,passives,units,between_sd,surveys,method,average,units_of_20,units_of_500,far_units,"
        "worst_unit,worst_n,worst_from_mean,bias,rmse,rmse_alone,width,between_zero\n");
    const std::array<method, 3> methods{
        method{"pooled_averaged", {.variance = nps::unit_variance::pooled}},
        method{"shrunken_averaged", {.variance = nps::unit_variance::shrunken}},
        method{"pooled_as_known",
               {.variance = nps::unit_variance::pooled, .between_sd_as_known = true}}};
    std::uint32_t number = 0;
    for (const population& p : {population{0.3, 0.3}, population{0.6, 0.2}}) {
        for (const std::size_t count : {10, 50, 200}) {
            const std::uint32_t surveys = count == 10 ? 600 : count == 50 ? 150 : 40;
            for (const double sd : {0.0, 0.05, 0.15}) {
                const std::vector<double> truth = true_scores(count, sd, p);
                for (const method& m : methods) {
                    std::vector<double> held(count);
                    double bias = 0;
                    double squares = 0;
                    double squares_alone = 0;
                    double width = 0;
                    double zero = 0;
                    for (std::uint32_t r = 0; r < surveys; ++r) {
                        // The same surveys for each method.
                        nps::random_stream random(seed, number * 1000 + r,
                                                  nps::random_purpose::simulation);
                        const auto units = survey(truth, p, random);
                        const auto made = nps::pool_scores(units, m.options);
                        zero += made.between_variance == 0;
                        for (std::size_t i = 0; i < count; ++i) {
                            const auto& unit = made.units[i];
                            const auto& ci = unit.shrunken.interval;
                            held[i] += ci.lower - 1e-12 <= truth[i] && truth[i] <= ci.upper + 1e-12;
                            const double error = unit.shrunken.value - truth[i];
                            const double alone = unit.observed->value - truth[i];
                            bias += error;
                            squares += error * error;
                            squares_alone += alone * alone;
                            width += ci.upper - ci.lower;
                        }
                    }
                    double all = 0;
                    double small = 0;
                    double large = 0;
                    // True scores more than 1.25 standard deviations from the mean.
                    double far = 0;
                    double far_count = 0;
                    std::size_t worst = 0;
                    for (std::size_t i = 0; i < count; ++i) {
                        held[i] /= surveys;
                        all += held[i];
                        small += i % 4 < 2 ? held[i] : 0;
                        large += i % 4 == 3 ? held[i] : 0;
                        if (sd > 0 && std::abs(truth[i] - p.mean) > 1.25 * sd) {
                            far += held[i];
                            ++far_count;
                        }
                        worst = held[i] < held[worst] ? i : worst;
                    }
                    const auto k = static_cast<double>(count);
                    const double answers = k * surveys;
                    const auto of_20 =
                        static_cast<double>(2 * (count / 4) + (count % 4 > 1 ? 2 : 0));
                    std::printf(
                        "%g,%g,%zu,%g,%u,%s,%.4f,%.4f,%.4f,%.4f,%.3f,%lld,%+.3f,%+.4f,%.4f,%.4f,"
                        "%.4f,%.3f\n",
                        p.mean, p.passives, count, sd, surveys, m.name.data(), all / k,
                        small / of_20, large / static_cast<double>(count / 4),
                        far_count > 0 ? far / far_count : all / k, held[worst],
                        static_cast<long long>(sizes[worst % 4]), truth[worst] - p.mean,
                        bias / answers, std::sqrt(squares / answers),
                        std::sqrt(squares_alone / answers), width / answers, zero / surveys);
                }
                ++number;
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// How often the intervals of variance_components hold the known parts. Writes parts.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -I include -pthread
//     docs/series_study/parts_study.cpp -o parts_study
//   ./parts_study > docs/series_study/parts.csv
// Some minutes.
#include <nps/monitor/variance_components.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/numeric/sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr std::size_t segments = 4;
constexpr double base[segments] = {0.55, 0.35, 0.15, -0.1};

struct truth {
    std::vector<double> mix;
    std::vector<double> rate;
};

// Shares are equal but for independent log-normal changes, scores move normally in all segments
// together and in each alone; 20 % passives.
std::vector<std::vector<nps::category_counts>> draw(std::size_t periods, double mean_n,
                                                    double mix_sd, double real_sd,
                                                    nps::random_stream& random, truth& known) {
    const auto normal = [&] { return nps::normal_quantile(random.uniform()); };
    std::vector<std::vector<nps::category_counts>> result(segments);
    std::vector<std::vector<double>> shares(periods, std::vector<double>(segments));
    std::vector<std::vector<double>> scores = shares;
    for (std::size_t t = 0; t < periods; ++t) {
        const auto n = static_cast<std::int64_t>(1 + mean_n * (0.3 + 1.4 * random.uniform()));
        double sum = 0;
        for (double& share : shares[t]) {
            share = std::exp(mix_sd * normal());
            sum += share;
        }
        const double together = real_sd * normal();
        std::int64_t left = n;
        double rest = 1;
        for (std::size_t s = 0; s < segments; ++s) {
            shares[t][s] /= sum;
            const double score =
                std::clamp(base[s] + together + real_sd * normal() / 2, -0.79, 0.79);
            scores[t][s] = score;
            const std::int64_t size =
                s + 1 == segments
                    ? left
                    : nps::binomial_draw(left, (std::min)(shares[t][s] / rest, 1.0))(random);
            nps::category_counts c{};
            c.passives = nps::binomial_draw(size, 0.2)(random);
            c.promoters = nps::binomial_draw(size - c.passives, (1 + score / 0.8) / 2)(random);
            c.detractors = size - c.passives - c.promoters;
            result[s].push_back(c);
            left -= size;
            rest -= shares[t][s];
        }
    }
    known.mix.assign(periods, 0);
    known.rate.assign(periods, 0);
    for (std::size_t s = 0; s < segments; ++s) {
        double mean = 0;
        double weight = 0;
        for (std::size_t t = 0; t < periods; ++t) {
            mean += shares[t][s] * scores[t][s];
            weight += shares[t][s];
        }
        mean /= weight;
        for (std::size_t t = 0; t < periods; ++t) {
            known.mix[t] += shares[t][s] * mean;
            known.rate[t] += shares[t][s] * (scores[t][s] - mean);
        }
    }
    return result;
}

double variance_of(const std::vector<double>& values) {
    return nps::squared_deviations_of(values) / static_cast<double>(values.size() - 1);
}

struct tally {
    double truth = 0;
    double mean = 0;
    double low = 0; // the interval lies wholly above the truth, or below it
    double high = 0;

    void add(double known, double estimate, const nps::interval& i) {
        truth += known;
        mean += estimate;
        low += known < i.lower - 1e-15 ? 1 : 0;
        high += known > i.upper + 1e-15 ? 1 : 0;
    }
    void print(const char* name, std::size_t periods, double mean_n, double mix_sd, double real_sd,
               double surveys) const {
        std::printf("%zu,%g,%g,%g,%s,%.4g,%.4g,%.4f,%.4f\n", periods, mean_n, mix_sd, real_sd, name,
                    truth / surveys, mean / surveys, low / surveys, high / surveys);
        std::fflush(stdout);
    }
};

} // namespace

int main() {
    constexpr std::uint32_t surveys = 300;
    std::printf(
        "# nps, program docs/series_study/parts_study.cpp, %u series a row, 200 replicates, "
        "seed %llu, date 2026-11-25\n",
        surveys, static_cast<unsigned long long>(seed));
    std::printf("periods,mean_n,mix_sd,real_sd,part,truth,mean,low,high\n");
    std::uint32_t number = 0;
    for (const std::size_t periods : {12, 40}) {
        for (const double mean_n : {30.0, 300.0}) {
            for (const double mix_sd : {0.0, 0.5}) {
                for (const double real_sd : {0.0, 0.03, 0.1}) {
                    ++number;
                    tally mix;
                    tally real;
                    tally process;
                    for (std::uint32_t s = 0; s < surveys; ++s) {
                        nps::random_stream random(seed, number * surveys + s,
                                                  nps::random_purpose::simulation);
                        truth known;
                        const auto series = draw(periods, mean_n, mix_sd, real_sd, random, known);
                        const auto made =
                            nps::variance_components(series, {.replicates = 200, .seed = s});
                        mix.add(variance_of(known.mix), made.mix.variance, *made.mix.interval);
                        real.add(variance_of(known.rate), made.real.variance, *made.real.interval);
                        // Of the process: common and own movements, with equal shares.
                        process.add(real_sd * real_sd * (1 + 0.25 / segments),
                                    made.between.paule_mandel, made.between.interval);
                    }
                    mix.print("mix", periods, mean_n, mix_sd, real_sd, surveys);
                    real.print("real", periods, mean_n, mix_sd, real_sd, surveys);
                    process.print("between", periods, mean_n, mix_sd, real_sd, surveys);
                }
            }
        }
    }
}

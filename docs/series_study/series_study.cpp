// SPDX-License-Identifier: Apache-2.0
// How often the intervals of local_level hold the truth. Writes series.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -I include -pthread
//     docs/series_study/series_study.cpp -o series_study
//   ./series_study > docs/series_study/series.csv
// A minute or two.
#include <nps/monitor/local_level.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;

// A random walk of the score, turned back at the ends of what the passives leave.
struct walk {
    double start;
    double passives;
};

struct made_up {
    std::vector<double> truth;
    std::vector<nps::category_counts> series;
};

made_up draw(std::size_t periods, double mean_n, double sd, const walk& w,
             nps::random_stream& random) {
    made_up result;
    const double most = 1 - w.passives;
    double score = w.start;
    for (std::size_t t = 0; t <= periods; ++t) { // the last one is to be forecast
        result.truth.push_back(score);
        // From a fifth to nearly twice the mean.
        const auto n =
            static_cast<std::int64_t>(1 + (mean_n - 1) * (0.2 + 1.6 * random.uniform()) + 0.5);
        nps::category_counts c{};
        c.passives = nps::binomial_draw(n, w.passives)(random);
        c.promoters = nps::binomial_draw(n - c.passives, (1 + score / most) / 2)(random);
        c.detractors = n - c.passives - c.promoters;
        result.series.push_back(c);
        score += sd * nps::normal_quantile(random.uniform());
        score = score > most ? 2 * most - score : score < -most ? -2 * most - score : score;
    }
    return result;
}

bool holds(const nps::interval& i, double truth) {
    return i.lower - 1e-12 <= truth && truth <= i.upper + 1e-12;
}

} // namespace

int main() {
    constexpr std::uint32_t surveys = 1000;
    std::printf("# nps, program docs/series_study/series_study.cpp, %u series a row, seed %llu, "
                "date 2026-11-25\n",
                surveys, static_cast<unsigned long long>(seed));
    std::printf("start,passives,periods,mean_n,level_sd,variance,as_known,smoothed,last,forecast,"
                "observed_forecast,level_sd_interval,bias,rmse,rmse_alone,width,level_sd_zero\n");
    std::uint32_t number = 0;
    for (const walk& w : {walk{0.3, 0.3}, walk{0.6, 0.2}, walk{0.85, 0.1}}) {
        for (const std::size_t periods : {12, 30, 90}) {
            for (const double mean_n : {5.0, 30.0, 200.0}) {
                for (const double sd : {0.0, 0.01, 0.04}) {
                    ++number;
                    for (const auto& [variance, known] :
                         {std::pair(nps::series_variance::pooled, false),
                          std::pair(nps::series_variance::adjusted, false),
                          std::pair(nps::series_variance::pooled, true),
                          std::pair(nps::series_variance::adjusted, true)}) {
                        double smoothed = 0;
                        double last = 0;
                        double forecast = 0;
                        double observed = 0;
                        double sd_holds = 0;
                        double bias = 0;
                        double squares = 0;
                        double alone = 0;
                        double width = 0;
                        double zero = 0;
                        for (std::uint32_t s = 0; s < surveys; ++s) {
                            nps::random_stream random(seed, number * surveys + s,
                                                      nps::random_purpose::simulation);
                            made_up m = draw(periods, mean_n, sd, w, random);
                            const nps::category_counts next = m.series.back();
                            m.series.pop_back();
                            const auto fit = nps::local_level(m.series, {.variance = variance,
                                                                         .level_sd_as_known = known,
                                                                         .next_n = next.n()});
                            const double size = static_cast<double>(periods);
                            for (std::size_t t = 0; t < periods; ++t) {
                                const auto& one = fit.periods[t];
                                const double error = one.smoothed.value - m.truth[t];
                                smoothed += holds(one.smoothed.interval, m.truth[t]) / size;
                                bias += error / size;
                                squares += error * error / size;
                                alone += std::pow(*one.observed - m.truth[t], 2) / size;
                                width +=
                                    (one.smoothed.interval.upper - one.smoothed.interval.lower) /
                                    size;
                            }
                            last +=
                                holds(fit.periods.back().smoothed.interval, m.truth[periods - 1]);
                            forecast += holds(fit.forecast.interval, m.truth[periods]);
                            observed +=
                                holds(fit.observed_forecast->interval,
                                      static_cast<double>(next.promoters - next.detractors) /
                                          static_cast<double>(next.n()));
                            sd_holds += holds(*fit.level_sd_interval, sd);
                            zero += fit.level_sd == 0;
                        }
                        std::printf(
                            "%g,%g,%zu,%g,%g,%s,%d,%.4f,%.4f,%.4f,%.4f,%.4f,%.5f,%.5f,%.5f,%."
                            "4f,%.3f\n",
                            w.start, w.passives, periods, mean_n, sd,
                            variance == nps::series_variance::pooled ? "pooled" : "adjusted",
                            known ? 1 : 0, smoothed / surveys, last / surveys, forecast / surveys,
                            observed / surveys, sd_holds / surveys, bias / surveys,
                            std::sqrt(squares / surveys), std::sqrt(alone / surveys),
                            width / surveys, zero / surveys);
                        std::fflush(stdout);
                    }
                }
            }
        }
    }
}

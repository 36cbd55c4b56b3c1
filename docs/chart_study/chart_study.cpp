// SPDX-License-Identifier: Apache-2.0
// False alarms and delay of each chart of the score, with and without day-to-day variation beyond
// sampling. Writes charts.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -I include -pthread docs/chart_study/chart_study.cpp -o chart_study
//   ./chart_study > docs/chart_study/charts.csv
#include <nps/monitor/chart_design.hpp>
#include <nps/monitor/control_chart.hpp>
#include <nps/monitor/ewma.hpp>
#include <nps/monitor/run_rules.hpp>
#include <nps/monitor/shifted_shares.hpp>
#include <nps/monitor/simulated_run_length.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr double wanted = 370.4;
constexpr nps::category_shares baseline{.detractors = 0.2, .passives = 0.3, .promoters = 0.5};

struct said {
    bool alarm = false;
};

// score_chart with a known baseline and a constant n, a period at a time.
class shewhart {
public:
    shewhart(std::int64_t n, nps::chart_limits limits, double overdispersion) {
        // Inner limits of one quiet period; laney's are the normal ones times the spread.
        const std::vector<nps::category_counts> one{{0, n, 0}};
        const auto chart = nps::score_chart(one, {.baseline = baseline, .limits = limits});
        const double centre = baseline.promoters - baseline.detractors;
        lower_ = centre + (chart.points[0].lower - centre) * overdispersion;
        upper_ = centre + (chart.points[0].upper - centre) * overdispersion;
    }
    said add(const nps::category_counts& period) const {
        const double score = static_cast<double>(period.promoters - period.detractors) /
                             static_cast<double>(period.n());
        return {score < lower_ || score > upper_};
    }

private:
    double lower_ = 0;
    double upper_ = 0;
};

class western_electric {
public:
    explicit western_electric(double overdispersion)
        : sd_(nps::respondent_sd(baseline) * overdispersion) {}
    said add(const nps::category_counts& period) {
        const double n = static_cast<double>(period.n());
        const double score = static_cast<double>(period.promoters - period.detractors) / n;
        window_.add((score - (baseline.promoters - baseline.detractors)) * std::sqrt(n) / sd_);
        for (const nps::run_rule rule : rules_) {
            if (window_.holds(rule).holds) {
                return {true};
            }
        }
        return {};
    }

private:
    double sd_;
    nps::detail::run_rule_window window_ = {};
    std::vector<nps::run_rule> rules_ = nps::western_electric_rules();
};

template <class Chart>
void row(const char* name, std::int64_t n, double between, bool widened, const Chart& chart) {
    const std::vector<std::int64_t> sizes{n};
    const nps::run_length quiet = nps::simulated_run_length(chart, sizes,
                                                            {.baseline = baseline,
                                                             .between_sd = between,
                                                             .replicates = 4'000,
                                                             .longest = 20'000,
                                                             .seed = seed});
    std::printf("%s,%lld,%g,%s,%.1f,%.1f", name, static_cast<long long>(n), between,
                widened ? "yes" : "no", quiet.average, quiet.standard_error);
    // Where alarms come every few days few runs reach the change: 20 quiet periods before it.
    const nps::run_length fall =
        nps::simulated_run_length(chart, sizes,
                                  {.baseline = baseline,
                                   .changed = nps::shifted_shares(baseline, 0.25),
                                   .periods_before = 20,
                                   .between_sd = between,
                                   .replicates = 20'000,
                                   .longest = 20'000,
                                   .seed = seed + 1});
    std::printf(",%.2f,%.2f,%lld,%lld\n", fall.average, fall.standard_error,
                static_cast<long long>(fall.quantiles[1]),
                static_cast<long long>(fall.quantiles[2]));
    std::fflush(stdout);
}

} // namespace

int main() {
    std::puts("# nps, script docs/chart_study/chart_study.cpp, date 2026-11-25");
    std::puts("chart,n,between_sd,widened,run_length,run_length_error,delay,delay_error,"
              "delay_median,delay_95");
    const double h = nps::cusum_limit({.run_length = wanted}).limit;
    const double ewma = nps::ewma_limit({.run_length = wanted}).limit;
    const nps::category_shares fallen = nps::shifted_shares(baseline, 0.25);
    for (const std::int64_t n : {20, 200, 10'000}) {
        for (const double between : {0.0, 0.02}) {
            const double spread = between / nps::respondent_sd(baseline);
            const double sigma_z = std::sqrt(1 + spread * spread * static_cast<double>(n));
            for (const bool widened : {false, true}) {
                if (widened && between == 0) {
                    continue;
                }
                const double c = widened ? sigma_z : 1;
                // A log ratio over c^2 is about that of n / c^2 answers.
                const auto effective =
                    static_cast<std::int64_t>(std::round(static_cast<double>(n) / (c * c)));
                const double likelihood = nps::likelihood_cusum_limit({.run_length = wanted,
                                                                       .n = effective,
                                                                       .baseline = baseline,
                                                                       .alternative = fallen})
                                              .limit;
                row("shewhart", n, between, widened, shewhart(n, nps::chart_limits::normal, c));
                if (!widened) {
                    row("shewhart exact", n, between, widened,
                        shewhart(n, nps::chart_limits::exact, 1));
                }
                row("western electric", n, between, widened, western_electric(c));
                row("ewma 0.1", n, between, widened,
                    nps::score_ewma({.baseline = baseline, .limit = ewma, .overdispersion = c}));
                row("cusum 0.5", n, between, widened,
                    nps::score_cusum({.baseline = baseline, .limit = h, .overdispersion = c}));
                row("likelihood", n, between, widened,
                    nps::likelihood_cusum({.baseline = baseline,
                                           .alternative = fallen,
                                           .limit = likelihood,
                                           .overdispersion = c}));
            }
        }
    }
}

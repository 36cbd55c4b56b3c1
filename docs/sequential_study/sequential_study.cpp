// SPDX-License-Identifier: Apache-2.0
// How often does any look go wrong? Writes peeking.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -I include -pthread docs/sequential_study/sequential_study.cpp -o study
//   ./study > docs/sequential_study/peeking.csv
// A minute.
#include <nps/infer/multiplicity.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/e_value.hpp>
#include <nps/monitor/false_discovery.hpp>
#include <nps/numeric/philox.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr std::uint32_t paths = 1000;
constexpr std::int64_t answers = 1000;

using nps::category_counts;

struct shares {
    double detractors;
    double promoters;
};

category_counts draw(nps::random_stream& random, const shares& of) {
    const double u = random.uniform();
    return u < of.detractors      ? category_counts{1, 0, 0}
           : u < 1 - of.promoters ? category_counts{0, 1, 0}
                                  : category_counts{0, 0, 1};
}

// The shares at answer i: constant, moving at one score, or a score that moves.
shares at(int kind, std::int64_t i, std::int64_t n) {
    const double phase =
        std::sin(6.283185307179586 * static_cast<double>(i) / static_cast<double>(n) * 3);
    switch (kind) {
    case 0:
        return {0.2, 0.5};
    case 1:
        return {0.02, 0.9};
    case 2:
        return {0.2 + 0.15 * phase, 0.5 + 0.15 * phase};
    default:
        return {0.2 - 0.1 * phase, 0.5 + 0.2 * phase};
    }
}

void coverage() {
    constexpr std::array names{"constant", "high", "constant_score_moving_shares", "moving"};
    constexpr std::array methods{
        nps::sequence_method::betting, nps::sequence_method::empirical_bernstein,
        nps::sequence_method::empirical_bernstein_mixture, nps::sequence_method::normal_mixture,
        nps::sequence_method::asymptotic};
    for (int kind = 0; kind < 4; ++kind) {
        std::array<std::int64_t, 7> missed{};
        std::array<double, 7> width{};
        for (std::uint32_t path = 0; path < paths; ++path) {
            nps::random_stream random(seed + static_cast<std::uint64_t>(kind), path,
                                      nps::random_purpose::simulation);
            std::vector<nps::score_confidence_sequence> sequences;
            for (const auto method : methods) {
                sequences.emplace_back(nps::score_confidence_sequence_options{.method = method});
            }
            std::array<bool, 7> miss{};
            category_counts sum;
            double target = 0;
            for (std::int64_t i = 1; i <= answers; ++i) {
                const shares now = at(kind, i, answers);
                target += (now.promoters - now.detractors - target) / static_cast<double>(i);
                const category_counts one = draw(random, now);
                sum += one;
                for (std::size_t m = 0; m < methods.size(); ++m) {
                    if (m == 0 && i < answers) {
                        // The same as its interval, without the search for limits.
                        sequences[0].add_without_interval(one);
                        miss[0] =
                            miss[0] || nps::score_e_value(sum, {.score = target}).p_value <= 0.05;
                        continue;
                    }
                    const nps::interval interval = sequences[m].add(one);
                    miss[m] = miss[m] || target < interval.lower || target > interval.upper;
                    width[m] += i == answers ? interval.upper - interval.lower : 0;
                }
                // From 30 answers on; 95 % for one look.
                const nps::interval fixed = nps::score_interval(sum);
                miss[5] = miss[5] || (i >= 30 && (target < fixed.lower || target > fixed.upper));
                width[5] += i == answers ? fixed.upper - fixed.lower : 0;
            }
            for (std::size_t m = 0; m < 6; ++m) {
                missed[m] += miss[m] ? 1 : 0;
            }
        }
        for (std::size_t m = 0; m < 6; ++m) {
            std::printf("%s,%s,%.4f,%.4f\n", names[static_cast<std::size_t>(kind)],
                        m < 5 ? nps::detail::method_name(methods[m]).data()
                              : "score_interval_each_look",
                        static_cast<double>(missed[m]) / paths, width[m] / paths);
        }
        std::fflush(stdout);
    }
}

// 1,150 touchpoints of 40 answers a day, each answer with probability 1/2 that of one common person:
// dependent from touchpoint to touchpoint. One in ten has fallen from 0.3 to -0.3.
void discoveries() {
    constexpr std::size_t touchpoints = 1150;
    constexpr int days = 10;
    constexpr int years = 20;
    constexpr std::array names{
        "e_bh", "benjamini_yekutieli", "benjamini_hochberg", "e_lond", "lond", "lord", "saffron"};
    std::array<double, 7> false_share{};
    std::array<double, 7> found{};
    for (int year = 0; year < years; ++year) {
        nps::random_stream random(seed, static_cast<std::uint32_t>(year),
                                  nps::random_purpose::simulation);
        nps::online_false_discovery e_lond;
        nps::online_false_discovery lond({.method = nps::online_method::lond});
        nps::online_false_discovery lord({.method = nps::online_method::lord});
        nps::online_false_discovery saffron({.method = nps::online_method::saffron});
        std::array<double, 7> wrong{};
        std::array<double, 7> right{};
        for (int day = 0; day < days; ++day) {
            std::vector<double> common(40);
            for (double& u : common) {
                u = random.uniform();
            }
            std::vector<double> log_e(touchpoints);
            std::vector<double> p(touchpoints);
            const auto fallen = [](std::size_t i) { return i % 10 == 0; };
            for (std::size_t i = 0; i < touchpoints; ++i) {
                category_counts counts;
                for (const double shared : common) {
                    const double u = random.uniform() < 0.5 ? shared : random.uniform();
                    counts += u < (fallen(i) ? 0.5 : 0.2)   ? category_counts{1, 0, 0}
                              : u < (fallen(i) ? 0.8 : 0.5) ? category_counts{0, 1, 0}
                                                            : category_counts{0, 0, 1};
                }
                log_e[i] = nps::score_e_value(counts,
                                              {.score = 0.3, .alternative = nps::alternative::less})
                               .log_e;
                // The normal test of the same, with the variance under the hypothesis.
                const nps::estimate estimate = nps::net_promoter_score(counts);
                p[i] = nps::normal_cdf((estimate.value - 0.3) / std::sqrt((0.7 - 0.09) / 40));
            }
            const auto count = [&](std::size_t method, std::size_t i, bool rejected) {
                if (rejected) {
                    (fallen(i) ? right : wrong)[method] += 1;
                }
            };
            const auto share_of_day = [&](std::size_t method, auto rejected) {
                double day_wrong = 0;
                double day_all = 0;
                for (std::size_t i = 0; i < touchpoints; ++i) {
                    if (rejected(i)) {
                        ++day_all;
                        day_wrong += fallen(i) ? 0 : 1;
                        right[method] += fallen(i) ? 1 : 0;
                    }
                }
                false_share[method] += day_all > 0 ? day_wrong / day_all / days / years : 0;
            };
            const auto e = nps::e_bh(log_e);
            const auto by = nps::adjust_p_values(p, nps::multiplicity::benjamini_yekutieli);
            const auto bh = nps::adjust_p_values(p, nps::multiplicity::benjamini_hochberg);
            share_of_day(0, [&](std::size_t i) { return e.adjusted[i] <= 0.05; });
            share_of_day(1, [&](std::size_t i) { return by[i] <= 0.05; });
            share_of_day(2, [&](std::size_t i) { return bh[i] <= 0.05; });
            for (std::size_t i = 0; i < touchpoints; ++i) {
                count(3, i, e_lond.test_log_e(log_e[i]).rejected);
                count(4, i, lond.test_p_value(p[i]).rejected);
                count(5, i, lord.test_p_value(p[i]).rejected);
                count(6, i, saffron.test_p_value(p[i]).rejected);
            }
        }
        for (std::size_t method = 0; method < 7; ++method) {
            if (method >= 3) {
                false_share[method] +=
                    wrong[method] / std::fmax(wrong[method] + right[method], 1) / years;
            }
            found[method] += right[method] / (115.0 * days * years);
        }
    }
    for (std::size_t method = 0; method < 7; ++method) {
        std::printf("touchpoints,%s,%.4f,%.4f\n", names[method], false_share[method],
                    found[method]);
    }
}

} // namespace

int main() {
    std::printf(
        "# nps, program docs/sequential_study/sequential_study.cpp, %u paths of %lld answers, "
        "seed %llu, date 2026-11-25\n",
        paths, static_cast<long long>(answers), static_cast<unsigned long long>(seed));
    // wrong: paths with any look at which the interval missed, or the mean share of false discoveries;
    // size: mean width at the end, or the share of the fallen that were found.
    std::printf("scores,method,wrong,size\n");
    coverage();
    discoveries();
}

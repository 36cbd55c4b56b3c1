// SPDX-License-Identifier: Apache-2.0
// Measures how often the tests of several groups reject at 5 % where their hypothesis holds, and how
// often the 95 % intervals contain the chance that one group answers higher. docs/groups.md speaks
// of it.
// Usage: size_study > size.csv   (half a minute on one core)
#include <nps/infer/category_homogeneity_test.hpp>
#include <nps/infer/equal_scores_test.hpp>
#include <nps/infer/kruskal_wallis_test.hpp>
#include <nps/infer/mann_whitney_test.hpp>
#include <nps/infer/score_contrast.hpp>
#include <nps/infer/share_trend_test.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr std::uint32_t replicates = 50'000;

struct scenario {
    const char* name;
    std::vector<std::vector<double>> shares; // of each group, by class
};

const std::vector<scenario> scenarios{
    {"ordinary", {{.2, .3, .5}, {.2, .3, .5}, {.2, .3, .5}}},
    {"concentrated", {{.02, .05, .93}, {.02, .05, .93}, {.02, .05, .93}}},
    {"passive", {{.05, .9, .05}, {.05, .9, .05}, {.05, .9, .05}}},
    {"spread", {{.5, 0, .5}, {.25, .5, .25}, {.05, .9, .05}}}, // equal scores only
    {"apart", {{.05, .25, .7}, {.2, .4, .4}, {.5, .3, .2}}},   // for coverage
    {"eleven",
     {{.07, .01, .02, .04, .04, .14, .04, .06, .12, .23, .23},
      {.07, .01, .02, .04, .04, .14, .04, .06, .12, .23, .23},
      {.02, 0, .01, .01, .01, .05, .03, .07, .2, .3, .3}}}};

const std::vector<std::vector<std::int64_t>> sizes{
    {10, 10, 10}, {30, 30, 30}, {100, 100, 100}, {400, 50, 20}, {20, 50, 400}};

std::vector<std::int64_t> draw(const std::vector<double>& shares, std::int64_t n,
                               nps::random_stream& stream) {
    std::vector<std::int64_t> counts;
    double rest = 1;
    for (const double share : shares) {
        const double p = rest > 0 ? share / rest : 0;
        counts.push_back(
            counts.size() + 1 == shares.size() ? n : nps::binomial_draw(n, p < 1 ? p : 1)(stream));
        n -= counts.back();
        rest -= share;
    }
    return counts;
}

// P(a > b) + P(a = b) / 2
double superiority(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    double below = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        sum += a[k] * (below + b[k] / 2);
        below += b[k];
    }
    return sum;
}

struct tally_of_outcomes {
    std::int64_t yes = 0;
    std::int64_t undefined = 0;
};

} // namespace

int main() {
    std::printf("# nps, docs/groups/size_study.cpp, seed %llu, %u replicates, date 2026-11-25\n",
                static_cast<unsigned long long>(seed), replicates);
    std::printf("what,scenario,sizes,rate,undefined\n");
    std::uint32_t run = 0;
    for (const scenario& s : scenarios) {
        for (const auto& n : sizes) {
            std::map<std::string, tally_of_outcomes> outcomes;
            const auto count = [&](const char* what, auto outcome) {
                try {
                    outcomes[what].yes += outcome();
                } catch (const nps::undefined_result&) {
                    ++outcomes[what].undefined;
                }
            };
            const double truth = superiority(s.shares[0], s.shares[2]);
            const bool three = s.shares[0].size() == 3;
            for (std::uint32_t r = 0; r < replicates; ++r) {
                nps::random_stream stream(seed + run, r, nps::random_purpose::simulation);
                std::vector<std::vector<std::int64_t>> counts;
                std::vector<nps::category_counts> groups;
                std::vector<nps::share_counts> promoters;
                for (std::size_t g = 0; g < n.size(); ++g) {
                    counts.push_back(draw(s.shares[g], n[g], stream));
                    if (three) {
                        groups.push_back({counts[g][0], counts[g][1], counts[g][2]});
                        promoters.push_back({counts[g][2], n[g]});
                    }
                }
                if (three) {
                    count("welch", [&] {
                        return nps::equal_scores_test(groups,
                                                      {.method = nps::equal_scores_method::welch})
                                   .p_value <= .05;
                    });
                    count("wald", [&] {
                        return nps::equal_scores_test(groups,
                                                      {.method = nps::equal_scores_method::wald})
                                   .p_value <= .05;
                    });
                    count("adjusted_wald",
                          [&] { return nps::equal_scores_test(groups).p_value <= .05; });
                    count("pearson",
                          [&] { return nps::category_homogeneity_test(groups).p_value <= .05; });
                    count("likelihood_ratio", [&] {
                        return nps::category_homogeneity_test(
                                   groups, {.method = nps::homogeneity_method::likelihood_ratio})
                                   .p_value <= .05;
                    });
                    count("score_trend",
                          [&] { return nps::score_trend_test(groups).p_value <= .05; });
                    count("share_trend",
                          [&] { return nps::share_trend_test(promoters).p_value <= .05; });
                }
                count("kruskal_wallis",
                      [&] { return nps::kruskal_wallis_test(counts).p_value <= .05; });
                const auto compare = [&](nps::rank_method method) {
                    return nps::mann_whitney_test(counts[0], counts[2], {.method = method});
                };
                const auto rejects = [&](nps::rank_method method) {
                    return compare(method).p_value <= .05;
                };
                const auto covers = [&](nps::rank_method method) {
                    const nps::interval ci = compare(method).interval;
                    return ci.lower <= truth + 1e-12 && ci.upper >= truth - 1e-12;
                };
                using nps::rank_method;
                count("mann_whitney", [&] { return rejects(rank_method::mann_whitney); });
                count("brunner_munzel", [&] { return rejects(rank_method::brunner_munzel); });
                count("newcombe_coverage", [&] { return covers(rank_method::mann_whitney); });
                count("brunner_munzel_coverage",
                      [&] { return covers(rank_method::brunner_munzel); });
            }
            ++run;
            for (const auto& [what, o] : outcomes) {
                std::printf("%s,%s,%lld/%lld/%lld,%.5f,%.5f\n", what.c_str(), s.name,
                            static_cast<long long>(n[0]), static_cast<long long>(n[1]),
                            static_cast<long long>(n[2]), static_cast<double>(o.yes) / replicates,
                            static_cast<double>(o.undefined) / replicates);
            }
        }
    }
}

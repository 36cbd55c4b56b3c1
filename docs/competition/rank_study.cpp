// SPDX-License-Identifier: Apache-2.0
// How often the intervals and the ranks of compare_brands hold together. Writes rank_coverage.csv:
//   g++ -std=c++20 -O2 -DNDEBUG -I include -pthread docs/competition/rank_study.cpp -o rank_study
//   ./rank_study > docs/competition/rank_coverage.csv
// A quarter of an hour; `./rank_study ties` writes the rows of one truth alone.
#include <nps/count/brand_ratings.hpp>
#include <nps/infer/compare_brands.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace {

struct shares {
    double d, q, p;
    [[nodiscard]] double score() const { return p - d; }
};

// Every brand has the passives of its truth; scores are equal, in steps, in ties of two, or near 1.
std::vector<shares> truth_of(const std::string& name, std::size_t brands) {
    std::vector<shares> all;
    for (std::size_t i = 0; i < brands; ++i) {
        const auto place = static_cast<double>(i);
        if (name == "equal") {
            all.push_back({.2, .3, .5});
        } else if (name == "steps") {
            all.push_back({.2 + .02 * place, .3, .5 - .02 * place});
        } else if (name == "ties") {
            all.push_back({.2 + .1 * std::floor(place / 2), .2, .6 - .1 * std::floor(place / 2)});
        } else { // high
            all.push_back({.02, .05, .93});
        }
    }
    return all;
}

struct held {
    bool pairs = true;
    bool ranks = true;
    bool leaders = true;
    bool averages = true;
};

// apart: `size` people for each brand, doubled for the second. same: `size` people rate all brands.
// part: 2 `size` people, each rating a brand with probability 1/2. With probability 1/2 a person's
// answer to a brand comes from a number that is theirs, else from a new one.
nps::brand_ratings survey(const std::vector<shares>& truth, const std::string& who,
                          std::int64_t size, nps::random_stream& random) {
    const auto answer = [](const shares& s, double u) {
        return u < s.d         ? nps::category::detractor
               : u < s.d + s.q ? nps::category::passive
                               : nps::category::promoter;
    };
    nps::brand_ratings ratings(truth.size());
    if (who == "apart") {
        for (std::size_t i = 0; i < truth.size(); ++i) {
            nps::category_counts counts;
            for (std::int64_t person = 0; person < (i == 1 ? 2 * size : size); ++person) {
                const auto c = answer(truth[i], random.uniform());
                counts.detractors += c == nps::category::detractor ? 1 : 0;
                counts.passives += c == nps::category::passive ? 1 : 0;
                counts.promoters += c == nps::category::promoter ? 1 : 0;
            }
            ratings.add_separate(i, counts);
        }
        return ratings;
    }
    std::vector<std::optional<nps::category>> answers(truth.size());
    for (std::int64_t person = 0; person < (who == "part" ? 2 * size : size); ++person) {
        const double own = random.uniform();
        for (std::size_t i = 0; i < truth.size(); ++i) {
            answers[i].reset();
            if (who == "part" && random.uniform() < .5) {
                continue;
            }
            answers[i] = answer(truth[i], random.uniform() < .5 ? own : random.uniform());
        }
        ratings.add(answers);
    }
    return ratings;
}

bool holds(const nps::interval& interval, double value) {
    // True scores are differences of decimal shares: equal ones differ by rounding.
    return interval.lower <= value + 1e-12 && interval.upper >= value - 1e-12;
}

held check(const std::vector<shares>& truth, const nps::brand_comparison& found) {
    held result;
    const std::size_t k = truth.size();
    double average = 0;
    for (const shares& s : truth) {
        average += s.score() / static_cast<double>(k);
    }
    for (const auto& pair : found.pairs) {
        result.pairs = result.pairs && holds(pair.simultaneous_interval,
                                             truth[pair.a].score() - truth[*pair.b].score());
    }
    for (std::size_t i = 0; i < k; ++i) {
        std::size_t best = 1;
        std::size_t worst = k;
        double rival = -2;
        for (std::size_t j = 0; j < k; ++j) {
            if (j != i) {
                best += truth[j].score() > truth[i].score() + 1e-9 ? 1 : 0;
                worst -= truth[j].score() < truth[i].score() - 1e-9 ? 1 : 0;
                rival = (std::max)(rival, truth[j].score());
            }
        }
        const auto& one = found.brands[i];
        result.ranks = result.ranks && one.rank.best <= best && one.rank.worst >= worst;
        result.leaders = result.leaders && holds(one.to_leader.interval, truth[i].score() - rival);
        result.averages = result.averages &&
                          holds(one.to_average.simultaneous_interval, truth[i].score() - average);
    }
    return result;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> asked(argv + 1, argv + argc); // truths; none: all
    constexpr std::uint32_t replicates = 10'000;
    constexpr std::uint64_t seed = 20261125;
    std::printf("# nps, program docs/competition/rank_study.cpp, %u surveys a row, seed %llu, date "
                "2026-11-25\n",
                replicates, static_cast<unsigned long long>(seed));
    std::printf("truth,brands,who,size,method,surveys,pairs,ranks,leaders,averages\n");
    std::uint64_t row = 0;
    for (const std::string truth_name : {"equal", "steps", "ties", "high"}) {
        for (const std::size_t brands : {2U, 4U, 10U}) {
            for (const std::string who : {"apart", "same", "part"}) {
                for (const std::int64_t size : {30, 100, 300}) {
                    const auto truth = truth_of(truth_name, brands);
                    const std::uint64_t row_seed = seed + row++;
                    const bool wanted =
                        asked.empty() || std::count(asked.begin(), asked.end(), truth_name) > 0;
                    // Ten brands only where it is hardest: all scores equal.
                    if (!wanted || (brands == 10 && truth_name != "equal")) {
                        continue;
                    }
                    const std::array methods{nps::comparison_method::adjusted_wald,
                                             nps::comparison_method::wald};
                    std::array<std::array<int, 4>, 2> sums{};
                    for (std::uint32_t r = 0; r < replicates; ++r) {
                        nps::random_stream random(row_seed, r, nps::random_purpose::simulation);
                        const auto ratings = survey(truth, who, size, random);
                        for (std::size_t m = 0; m < methods.size(); ++m) {
                            try {
                                const auto one = check(
                                    truth, nps::compare_brands(ratings, {.method = methods[m]}));
                                sums[m][0] += one.pairs ? 1 : 0;
                                sums[m][1] += one.ranks ? 1 : 0;
                                sums[m][2] += one.leaders ? 1 : 0;
                                sums[m][3] += one.averages ? 1 : 0;
                            } catch (const nps::undefined_result&) {
                                // wald without variance: no answer, no cover
                            }
                        }
                    }
                    for (std::size_t m = 0; m < methods.size(); ++m) {
                        const auto rate = [&](std::size_t i) {
                            return static_cast<double>(sums[m][i]) / replicates;
                        };
                        std::printf("%s,%zu,%s,%lld,%s,%u,%.4f,%.4f,%.4f,%.4f\n",
                                    truth_name.c_str(), brands, who.c_str(),
                                    static_cast<long long>(size), m == 0 ? "adjusted_wald" : "wald",
                                    replicates, rate(0), rate(1), rate(2), rate(3));
                    }
                    std::fflush(stdout);
                }
            }
        }
    }
}

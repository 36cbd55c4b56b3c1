// SPDX-License-Identifier: Apache-2.0
// How often the intervals of standardised_score hold the truth. Writes coverage.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -isystem /usr/include/eigen3 -I include -pthread
//     docs/programme_study/programme_study.cpp -o programme_study
//   ./programme_study > docs/programme_study/coverage.csv
// About a minute. Segments all of one size; their shares of detractors and passives are
//   same      0.2 and 0.3 in each
//   top       0.02 and 0.08 in each
//   polar     0.48 and 0.04 in each
//   apart     detractors from 0.5 in the first to 0.02 in the last, passives 0.2
// and their weights equal, or 1, 2, 3, ... (steep).
#include <nps/core/category_counts.hpp>
#include <nps/monitor/standardised_score.hpp>
#include <nps/numeric/philox.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr int draws = 4'000;

struct shares {
    double detractors;
    double passives;
};

shares truth_of(const std::string& kind, std::size_t segment, std::size_t segments) {
    if (kind == "same") {
        return {0.2, 0.3};
    }
    if (kind == "top") {
        return {0.02, 0.08};
    }
    if (kind == "polar") {
        return {0.48, 0.04};
    }
    const double at =
        segments == 1 ? 0 : static_cast<double>(segment) / static_cast<double>(segments - 1);
    return {0.5 + at * (0.02 - 0.5), 0.2};
}

nps::category_counts draw(nps::random_stream& random, int n, const shares& truth) {
    nps::category_counts counts;
    for (int i = 0; i < n; ++i) {
        const double u = random.uniform();
        ++(u < truth.detractors                    ? counts.detractors
           : u < truth.detractors + truth.passives ? counts.passives
                                                   : counts.promoters);
    }
    return counts;
}

} // namespace

int main() {
    using enum nps::standardised_method;
    constexpr std::array methods{envelope, mover, wald};
    std::printf("segments,n,truth,weights,envelope,mover,wald,envelope_width,mover_width,"
                "wald_width\n");
    std::uint32_t setting = 0;
    for (const std::size_t segments : {1U, 2U, 5U, 20U, 100U}) {
        for (const int n : {2, 5, 20, 100}) {
            for (const std::string kind : {"same", "top", "polar", "apart"}) {
                for (const bool steep : {false, true}) {
                    if (segments == 1 && steep) {
                        continue;
                    }
                    std::vector<double> weights;
                    double sum = 0;
                    double truth = 0;
                    for (std::size_t k = 0; k < segments; ++k) {
                        weights.push_back(steep ? static_cast<double>(k + 1) : 1);
                        const shares one = truth_of(kind, k, segments);
                        sum += weights[k];
                        truth += weights[k] * (1 - one.passives - 2 * one.detractors);
                    }
                    truth /= sum;
                    nps::random_stream random(seed, setting++, nps::random_purpose::simulation);
                    std::array<int, methods.size()> held{};
                    std::array<double, methods.size()> width{};
                    std::vector<nps::category_counts> counts(segments);
                    for (int i = 0; i < draws; ++i) {
                        for (std::size_t k = 0; k < segments; ++k) {
                            counts[k] = draw(random, n, truth_of(kind, k, segments));
                        }
                        for (std::size_t m = 0; m < methods.size(); ++m) {
                            const auto limits =
                                nps::standardised_score(counts, weights, {.method = methods[m]})
                                    .interval;
                            // Truths are sums up to rounding.
                            held[m] +=
                                limits.lower <= truth + 1e-12 && truth - 1e-12 <= limits.upper ? 1
                                                                                               : 0;
                            width[m] += limits.upper - limits.lower;
                        }
                    }
                    std::printf("%zu,%d,%s,%s,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f\n", segments, n,
                                kind.c_str(), steep ? "steep" : "equal", held[0] / double{draws},
                                held[1] / double{draws}, held[2] / double{draws}, width[0] / draws,
                                width[1] / draws, width[2] / draws);
                    std::fflush(stdout);
                }
            }
        }
    }
}

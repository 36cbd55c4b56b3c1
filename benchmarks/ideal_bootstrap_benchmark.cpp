// SPDX-License-Identifier: Apache-2.0
// The ideal bootstrap of the score: time against n, beside the direct way in the same process, which
// is to add one answer at a time. The counter max_error is the largest difference of the two
// distribution functions, where the direct way is feasible.
#include <benchmark/benchmark.h>

#include <nps/resample/ideal_bootstrap.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

nps::category_counts survey(std::int64_t n) {
    return {.detractors = n / 5, .passives = n - n / 5 - n / 2, .promoters = n / 2};
}

// P(S = k - n), k = 0 ... 2n.
std::vector<double> convolution(const nps::category_counts& counts) {
    const auto n = static_cast<std::size_t>(counts.n());
    const double size = static_cast<double>(counts.n());
    const double d = static_cast<double>(counts.detractors) / size;
    const double q = static_cast<double>(counts.passives) / size;
    const double p = static_cast<double>(counts.promoters) / size;
    std::vector<double> pmf(2 * n + 1, 0.0);
    pmf[0] = 1;
    for (std::size_t added = 0; added < n; ++added) {
        // In place, from the top: the sum of `added` answers has 2 added + 1 points.
        for (std::size_t k = 2 * added + 2; k >= 2; --k) {
            pmf[k] = p * pmf[k - 2] + q * pmf[k - 1] + d * pmf[k];
        }
        pmf[1] = q * pmf[0] + d * pmf[1];
        pmf[0] *= d;
    }
    return pmf;
}

double largest_error(const nps::category_counts& counts) {
    const nps::ideal_bootstrap_result ideal = nps::ideal_bootstrap(counts);
    const std::vector<double> pmf = convolution(counts);
    const double n = static_cast<double>(counts.n());
    double below = 0;
    double worst = 0;
    for (std::size_t i = 0; i < pmf.size(); ++i) {
        below += pmf[i];
        const double score = (static_cast<double>(i) - n) / n;
        worst = (std::max)(worst, std::abs(ideal.cdf(score) - below));
    }
    return worst;
}

void ideal(benchmark::State& state, nps::bootstrap_method method) {
    const nps::category_counts counts = survey(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(counts);
        const nps::interval ci = nps::ideal_bootstrap(counts).interval({.method = method});
        benchmark::DoNotOptimize(ci);
    }
    if (counts.n() <= 1000) {
        state.counters["max_error"] = largest_error(counts);
    }
}

void direct_percentile(benchmark::State& state) {
    const nps::category_counts counts = survey(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(counts);
        const std::vector<double> pmf = convolution(counts);
        std::size_t lower = 0;
        for (double below = pmf[0]; below < 0.025; below += pmf[lower]) {
            ++lower;
        }
        std::size_t upper = pmf.size() - 1;
        for (double above = pmf[upper]; above < 0.025; above += pmf[upper]) {
            --upper;
        }
        benchmark::DoNotOptimize(lower);
        benchmark::DoNotOptimize(upper);
    }
}

void sizes(benchmark::internal::Benchmark* b) {
    for (const std::int64_t n : {10LL, 100LL, 1'000LL, 10'000LL, 1'000'000LL, 100'000'000LL,
                                 10'000'000'000LL, 1'000'000'000'000LL}) {
        b->Arg(n);
    }
}

BENCHMARK_CAPTURE(ideal, percentile, nps::bootstrap_method::percentile)->Apply(sizes);
BENCHMARK_CAPTURE(ideal, bca, nps::bootstrap_method::bca)->Apply(sizes);
BENCHMARK_CAPTURE(ideal, studentised, nps::bootstrap_method::studentised)
    ->Arg(100)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(direct_percentile)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

} // namespace

int main(int argc, char** argv) {
#ifndef NDEBUG
    std::fputs("a benchmark without NDEBUG says nothing: build in Release\n", stderr);
    return 1;
#endif
    benchmark::AddCustomContext("compiler", __VERSION__);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 1;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Score intervals: the time of each method, and how it grows with the number of answers.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/infer/net_promoter_score.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/score_posterior.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>

namespace {

using nps::score_method;

// Detractors 20 %, passives 30 %, promoters 50 %.
nps::category_counts survey(std::int64_t n) {
    return {.detractors = n / 5, .passives = n - n / 5 - n / 2, .promoters = n / 2};
}

void bm_net_promoter_score(benchmark::State& state) {
    nps::category_counts counts = survey(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(counts);
        benchmark::DoNotOptimize(nps::net_promoter_score(counts));
    }
}

void bm_score_interval(benchmark::State& state, score_method method) {
    nps::category_counts counts = survey(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(counts);
        benchmark::DoNotOptimize(nps::score_interval(counts, {.method = method}));
    }
}

void bm_score_posterior_cdf(benchmark::State& state) {
    const nps::score_posterior posterior(survey(state.range(0)));
    double x = posterior.mean();
    for (auto _ : state) {
        benchmark::DoNotOptimize(x);
        benchmark::DoNotOptimize(posterior.cdf(x));
    }
}

} // namespace

BENCHMARK(bm_net_promoter_score)->Arg(100)->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, wald, score_method::wald)->Arg(100)->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, adjusted_wald, score_method::adjusted_wald)
    ->Arg(100)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, score, score_method::score)->Arg(100)->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, bonett_price, score_method::bonett_price)
    ->Arg(100)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, newcombe, score_method::newcombe)->Arg(100)->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, likelihood_ratio, score_method::likelihood_ratio)
    ->Arg(100)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(bm_score_interval, bayesian, score_method::bayesian)
    ->Unit(benchmark::kMicrosecond)
    ->Arg(100)
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->Arg(1'000'000'000'000);
BENCHMARK_CAPTURE(bm_score_interval, exact, score_method::exact)
    ->Unit(benchmark::kMillisecond)
    ->Arg(20)
    ->Arg(50)
    ->Arg(100)
    ->Arg(300)
    ->Arg(1'000);
BENCHMARK(bm_score_posterior_cdf)
    ->Unit(benchmark::kMicrosecond)
    ->Arg(100)
    ->Arg(1'000'000)
    ->Arg(1'000'000'000'000);

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
// Proportional odds of scores 0 to 10 on ten ratings 1 to 5, as peers/ordinal.R and peers/ordinal.py
// fit data drawn by the same rule.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/model/multinomial_regression.hpp>
#include <nps/model/proportional_odds.hpp>
#include <nps/model/proportional_odds_test.hpp>
#include <nps/numeric/philox.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace {

struct answers {
    Eigen::MatrixXd items;
    Eigen::VectorXd scores;
};

answers draw(std::int64_t n) {
    nps::random_stream stream(1, 0, nps::random_purpose::simulation);
    answers a{.items = Eigen::MatrixXd(n, 10), .scores = Eigen::VectorXd(n)};
    for (Eigen::Index i = 0; i < n; ++i) {
        double latent = -3;
        for (Eigen::Index j = 0; j < 10; ++j) {
            a.items(i, j) = 1 + std::floor(5 * stream.uniform());
            latent += 0.1 * static_cast<double>(j % 4) * a.items(i, j);
        }
        const double u = stream.uniform();
        latent += std::log(u / (1 - u));
        a.scores[i] = std::clamp(std::floor(1.3 * latent + 5), 0.0, 10.0);
    }
    return a;
}

void proportional_odds(benchmark::State& state) {
    const answers a = draw(state.range(0));
    const auto threads = static_cast<unsigned>(state.range(1));
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::proportional_odds(a.items, a.scores, {.threads = threads}).log_likelihood);
    }
}

void proportional_odds_test(benchmark::State& state) {
    const answers a = draw(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::proportional_odds_test(a.items, a.scores).statistic);
    }
}

void multinomial_regression(benchmark::State& state) {
    answers a = draw(state.range(0));
    for (double& score : a.scores) {
        score = score >= 9 ? 1 : score >= 7 ? 0 : -1;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::multinomial_regression(a.items, a.scores).log_likelihood);
    }
}

BENCHMARK(proportional_odds)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct({{1'000, 10'000, 100'000}, {1, 2}})
    ->UseRealTime();
BENCHMARK(proportional_odds_test)->ArgName("n")->Arg(10'000);
BENCHMARK(multinomial_regression)->ArgName("n")->Arg(10'000)->Arg(100'000);

} // namespace

BENCHMARK_MAIN();

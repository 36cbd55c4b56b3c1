// SPDX-License-Identifier: Apache-2.0
// Logistic regression on ten ratings of 0-10, as bytes and as float64, and on ten real-valued items.
// The counter likelihood is what a peer has to reach on the same rows.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/model/logistic_regression.hpp>
#include <nps/numeric/philox.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>

namespace {

constexpr Eigen::Index items = 10;

struct survey {
    Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic> ratings;
    Eigen::MatrixXd numbers;
    Eigen::Matrix<std::uint8_t, Eigen::Dynamic, 1> outcome;
};

survey make(Eigen::Index n, double fraction) {
    nps::random_stream random(1, 0, nps::random_purpose::simulation);
    survey s{.ratings = {}, .numbers = Eigen::MatrixXd(n, items), .outcome = {}};
    s.ratings.resize(n, items);
    s.outcome.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        double eta = -4;
        for (Eigen::Index j = 0; j < items; ++j) {
            const std::uint64_t rating = random.below(11);
            s.ratings(i, j) = static_cast<std::uint8_t>(rating);
            s.numbers(i, j) = static_cast<double>(rating) + fraction * random.uniform();
            eta += 0.014 * static_cast<double>(j + 1) * static_cast<double>(rating);
        }
        s.outcome[i] = random.uniform() < 1 / (1 + std::exp(-eta)) ? 1 : 0;
    }
    return s;
}

void report(benchmark::State& state, const nps::logistic_fit& fit) {
    state.counters["likelihood"] = fit.log_likelihood;
    state.counters["iterations"] = fit.iterations;
    if (fit.status != nps::fit_status::converged) {
        state.SkipWithError("not converged");
    }
}

void ratings_as_bytes(benchmark::State& state) {
    const survey s = make(state.range(0), 0);
    nps::logistic_fit fit;
    for (auto _ : state) {
        fit = nps::logistic_regression(s.ratings, s.outcome,
                                       {.threads = static_cast<unsigned>(state.range(1))});
    }
    report(state, fit);
}

void float64_columns(benchmark::State& state, double fraction) {
    const survey s = make(state.range(0), fraction);
    nps::logistic_fit fit;
    for (auto _ : state) {
        fit = nps::logistic_regression(s.numbers, s.outcome);
    }
    report(state, fit);
}

void firth(benchmark::State& state) {
    const survey s = make(state.range(0), 0);
    nps::logistic_fit fit;
    for (auto _ : state) {
        fit = nps::logistic_regression(s.ratings, s.outcome,
                                       {.penalty = nps::logistic_penalty::firth});
    }
    report(state, fit);
}

} // namespace

BENCHMARK(ratings_as_bytes)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct({{1000, 10000, 100000, 1000000}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(float64_columns, ratings, 0.0)
    ->Arg(1000000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(float64_columns, numbers, 1.0)
    ->Arg(1000000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(firth)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond)->UseRealTime();

BENCHMARK_MAIN();

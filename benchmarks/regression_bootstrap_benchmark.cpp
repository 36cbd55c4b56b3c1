// SPDX-License-Identifier: Apache-2.0
// The bootstrap of least squares and of importance beside the loop over copied rows in the same
// process: nps::bootstrap with cross-products of the rows drawn.
//
// Ratings on 0-10 and real numbers, ten items. Times are of all replicates.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/model/importance_bootstrap.hpp>
#include <nps/model/least_squares.hpp>
#include <nps/model/regression_bootstrap.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/resample/bootstrap.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace {

constexpr std::int64_t replicates = 1'000;

struct survey {
    Eigen::MatrixXd items;
    Eigen::VectorXd outcome;
};

survey answers(std::int64_t n, std::int64_t p, bool ratings) {
    nps::random_stream random(1, 0, nps::random_purpose::simulation);
    const auto normal = [&] { return nps::normal_quantile(random.uniform()); };
    const auto rated = [&](double x) { return ratings ? std::clamp(std::round(x), 0.0, 10.0) : x; };
    survey s{Eigen::MatrixXd(n, p), Eigen::VectorXd(n)};
    for (std::int64_t i = 0; i < n; ++i) {
        const double common = normal();
        double sum = 0;
        double weights = 0;
        for (std::int64_t j = 0; j < p; ++j) {
            s.items(i, j) = rated(6 + 1.2 * common + 1.6 * normal());
            sum += static_cast<double>(j + 1) * s.items(i, j);
            weights += static_cast<double>(j + 1);
        }
        s.outcome[i] = rated(sum / weights + normal());
    }
    return s;
}

void importance(benchmark::State& state, nps::importance_method method, bool ratings) {
    const survey s = answers(state.range(0), 10, ratings);
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::importance_bootstrap(s.items, s.outcome,
                                      {.importance = {.method = method},
                                       .replicates = replicates,
                                       .threads = static_cast<unsigned>(state.range(1)),
                                       .jackknife = nps::jackknife::never})
                .replicates.data());
    }
}

void regression(benchmark::State& state, bool ratings) {
    const survey s = answers(state.range(0), 10, ratings);
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::regression_bootstrap(s.items, s.outcome,
                                      {.replicates = replicates,
                                       .threads = static_cast<unsigned>(state.range(1)),
                                       .jackknife = nps::jackknife::never})
                .coefficients.data());
    }
}

void regression_of_copied_rows(benchmark::State& state) {
    const survey s = answers(state.range(0), 10, true);
    Eigen::MatrixXd items(s.items.rows(), 10);
    Eigen::VectorXd outcome(s.items.rows());
    const auto slope = [&](std::span<const std::size_t> rows) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto to = static_cast<Eigen::Index>(i);
            items.row(to) = s.items.row(static_cast<Eigen::Index>(rows[i]));
            outcome[to] = s.outcome[static_cast<Eigen::Index>(rows[i])];
        }
        return nps::least_squares(nps::cross_products(items, outcome)).coefficients[1].estimate;
    };
    constexpr std::int64_t few = 20;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::bootstrap(static_cast<std::size_t>(state.range(0)), slope,
                           {.replicates = few, .jackknife = nps::jackknife::never})
                .standard_error);
    }
    state.SetItemsProcessed(state.iterations() * few);
}

const std::vector<std::vector<std::int64_t>> sizes{{1'000, 10'000, 100'000}, {1, 2}};

BENCHMARK_CAPTURE(importance, shapley, nps::importance_method::shapley, true)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct(sizes)
    ->UseRealTime();
BENCHMARK_CAPTURE(importance, shapley_real, nps::importance_method::shapley, false)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct(sizes)
    ->UseRealTime();
BENCHMARK_CAPTURE(importance, johnson, nps::importance_method::johnson, true)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct(sizes)
    ->UseRealTime();
BENCHMARK_CAPTURE(regression, ratings, true)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct(sizes)
    ->UseRealTime();
BENCHMARK_CAPTURE(regression, real, false)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct(sizes)
    ->UseRealTime();
BENCHMARK(regression_of_copied_rows)->ArgName("n")->Arg(1'000)->Arg(10'000);

} // namespace

BENCHMARK_MAIN();

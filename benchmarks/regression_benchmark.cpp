// SPDX-License-Identifier: Apache-2.0
// From rows to a finished regression: cross-products, then least squares from them. 20 items and an
// outcome of -1, 0, 1, beside a plain loop over rows in the same process; numpy and R are timed by
// peers/regression.py and peers/regression.R on rows of the same kind.
//
// The counter worst is the largest difference of a coefficient from that of the plain loop.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/count/cross_products.hpp>
#include <nps/model/least_squares.hpp>

#include <benchmark/benchmark.h>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>

namespace {

constexpr Eigen::Index items = 20;

struct rows {
    Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic> ratings;
    Eigen::Matrix<std::int8_t, Eigen::Dynamic, 1> outcome;
};

rows made_rows(Eigen::Index n) {
    std::mt19937 generator(1);
    rows r{{n, items}, Eigen::Matrix<std::int8_t, Eigen::Dynamic, 1>(n)};
    for (Eigen::Index i = 0; i < n; ++i) {
        unsigned sum = 0;
        for (Eigen::Index j = 0; j < items; ++j) {
            const auto rating = static_cast<unsigned>(generator() % 11);
            r.ratings(i, j) = static_cast<std::uint8_t>(rating);
            sum += rating;
        }
        const auto level = sum + static_cast<unsigned>(generator() % 60);
        r.outcome[i] = static_cast<std::int8_t>(level > 140 ? 1 : level > 110 ? 0 : -1);
    }
    return r;
}

// One row after the other, in doubles, about no mean: what a program would do by hand.
Eigen::VectorXd plain_loop(const rows& r) {
    Eigen::MatrixXd xx = Eigen::MatrixXd::Zero(items + 1, items + 1);
    Eigen::VectorXd xy = Eigen::VectorXd::Zero(items + 1);
    Eigen::VectorXd row(items + 1);
    row[0] = 1;
    for (Eigen::Index i = 0; i < r.ratings.rows(); ++i) {
        for (Eigen::Index j = 0; j < items; ++j) {
            row[j + 1] = r.ratings(i, j);
        }
        xx += row * row.transpose();
        xy += row * r.outcome[i];
    }
    return xx.ldlt().solve(xy);
}

template <class Items, class Outcome>
void fit(benchmark::State& state, const rows& r, const Items& x, const Outcome& y,
         bool same_model) {
    const auto threads = static_cast<unsigned>(state.range(1));
    nps::linear_fit last;
    for (auto _ : state) {
        last = nps::least_squares(nps::cross_products(x, y, {.threads = threads}));
        benchmark::ClobberMemory();
    }
    if (same_model) {
        const Eigen::VectorXd by_hand = plain_loop(r);
        double worst = 0;
        for (std::size_t j = 0; j < last.coefficients.size(); ++j) {
            worst = (std::max)(worst, std::abs(last.coefficients[j].estimate -
                                               by_hand[static_cast<Eigen::Index>(j)]));
        }
        state.counters["worst"] = worst;
    }
    state.SetItemsProcessed(state.iterations() * x.rows());
}

void bytes(benchmark::State& state) {
    const rows r = made_rows(state.range(0));
    fit(state, r, r.ratings, r.outcome, true);
}

void bytes_by_row(benchmark::State& state) {
    const rows r = made_rows(state.range(0));
    const Eigen::Matrix<std::uint8_t, -1, -1, Eigen::RowMajor> by_row = r.ratings;
    fit(state, r, by_row, r.outcome, true);
}

void whole_doubles(benchmark::State& state) {
    const rows r = made_rows(state.range(0));
    const Eigen::MatrixXd x = r.ratings.cast<double>();
    const Eigen::VectorXd y = r.outcome.cast<double>();
    fit(state, r, x, y, true);
}

// Not whole: centred, in blocks.
void doubles(benchmark::State& state) {
    const rows r = made_rows(state.range(0));
    Eigen::MatrixXd x = r.ratings.cast<double>();
    std::mt19937 generator(2);
    for (double& one : x.reshaped()) {
        one += static_cast<double>(generator() % 1000) / 1000;
    }
    const Eigen::VectorXd y = r.outcome.cast<double>();
    fit(state, r, x, y, false);
}

void by_hand(benchmark::State& state) {
    const rows r = made_rows(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(plain_loop(r));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void grow(benchmark::internal::Benchmark* one) {
    one->ArgNames({"n", "threads"})->UseRealTime();
    for (const std::int64_t n : {1'000, 10'000, 100'000, 1'000'000}) {
        one->Args({n, 1});
    }
    one->Args({1'000'000, 2});
}

BENCHMARK(bytes)->Apply(grow);
BENCHMARK(bytes_by_row)->Apply(grow);
BENCHMARK(whole_doubles)->Apply(grow);
BENCHMARK(doubles)->Apply(grow);
BENCHMARK(by_hand)
    ->ArgName("n")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->UseRealTime();

} // namespace

BENCHMARK_MAIN();

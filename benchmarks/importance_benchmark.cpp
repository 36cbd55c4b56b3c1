// SPDX-License-Identifier: Apache-2.0
// Relative importance: a whole call from cross-products and the kernel that a bootstrap calls, how
// they grow with the number of items, and how far two ways to the Shapley values differ.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/model/importance.hpp>

#include <nps/model/detail/subset_r_squared.hpp>
#include <nps/numeric/philox.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace {

// 1,000 rows of ratings 0-10 with a common halo; the outcome depends more on the later items.
const nps::cross_products& ratings(std::int64_t items) {
    static std::vector<nps::cross_products> made(64);
    nps::cross_products& xy = made.at(static_cast<std::size_t>(items));
    if (xy.n() == 0) {
        nps::random_stream random(1, 0, nps::random_purpose::simulation);
        const auto rating = [](double x) { return std::clamp(std::round(x), 0.0, 10.0); };
        // Near enough to normal.
        const auto normal = [&random] {
            double sum = -6;
            for (int k = 0; k < 12; ++k) {
                sum += random.uniform();
            }
            return sum;
        };
        Eigen::MatrixXd x(1000, items);
        Eigen::VectorXd y(1000);
        for (Eigen::Index i = 0; i < 1000; ++i) {
            const double halo = normal();
            double sum = 1 + normal();
            for (Eigen::Index j = 0; j < items; ++j) {
                x(i, j) = rating(6 + 1.2 * halo + 1.6 * normal());
                sum += x(i, j) * 2.1 * static_cast<double>(j + 1) /
                       static_cast<double>(items * (items + 1));
            }
            y[i] = rating(sum);
        }
        xy = nps::cross_products(x, y);
    }
    return xy;
}

Eigen::MatrixXd correlations(std::int64_t items) {
    const nps::cross_products& xy = ratings(items);
    return nps::detail::correlations_of(xy.centred(), xy.means(), xy.weight());
}

void bm_importance(benchmark::State& state, nps::importance_method method) {
    const nps::cross_products& xy = ratings(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::relative_importance(
            xy, {.method = method, .threads = static_cast<unsigned>(state.range(1))}));
    }
}

// What is done for each replicate of a bootstrap.
void bm_kernel(benchmark::State& state, nps::importance_method method) {
    const Eigen::MatrixXd r = correlations(state.range(0));
    const std::span<const double> matrix(r.data(), static_cast<std::size_t>(r.size()));
    const auto items = static_cast<std::size_t>(state.range(0));
    nps::detail::linear_importance measure(method, nps::detail::single_items(items));
    std::vector<double> value(items);
    for (auto _ : state) {
        benchmark::DoNotOptimize(measure.evaluate(matrix, value));
    }
}

void bm_path(benchmark::State& state, nps::instruction_set instructions) {
    if (instructions > nps::best_instruction_set()) {
        state.SkipWithError("not on this processor");
        return;
    }
    const Eigen::MatrixXd r = correlations(state.range(0));
    const std::span<const double> matrix(r.data(), static_cast<std::size_t>(r.size()));
    const auto items = static_cast<std::size_t>(state.range(0));
    nps::detail::shapley_workspace workspace(nps::detail::single_items(items), instructions);
    std::vector<double> value(items);
    for (auto _ : state) {
        benchmark::DoNotOptimize(workspace.exact(matrix, value));
    }
}

// R^2 of all subsets in a table, and the values by their definition: the plain exact way.
void bm_table(benchmark::State& state) {
    const Eigen::MatrixXd r = correlations(state.range(0));
    const std::span<const double> matrix(r.data(), static_cast<std::size_t>(r.size()));
    const auto items = static_cast<std::size_t>(state.range(0));
    std::vector<double> value(items);
    for (auto _ : state) {
        const auto table = nps::detail::all_subset_r_squared(matrix, items);
        std::vector<double> weight(items, 1 / static_cast<double>(items));
        for (std::size_t size = 1; size < items; ++size) {
            weight[size] =
                weight[size - 1] * static_cast<double>(size) / static_cast<double>(items - size);
        }
        for (std::size_t j = 0; j < items; ++j) {
            value[j] = 0;
            for (std::size_t set = 0; set < table.size(); ++set) {
                if ((set >> j & 1U) == 0) {
                    value[j] += weight[static_cast<std::size_t>(std::popcount(set))] *
                                (table[set | std::size_t{1} << j] - table[set]);
                }
            }
        }
        benchmark::DoNotOptimize(value.data());
    }
    const auto walked = nps::shapley_importance(ratings(state.range(0)));
    double error = 0;
    for (std::size_t j = 0; j < items; ++j) {
        error = (std::max)(error, std::abs(value[j] - walked.value[j]));
    }
    state.counters["max_error"] = error;
}

void bm_drawn(benchmark::State& state) {
    const nps::cross_products& xy = ratings(state.range(0));
    double error = 0;
    for (auto _ : state) {
        const auto found = nps::relative_importance(xy, {.permutations = 10'000});
        error = *std::max_element(found.standard_error.begin(), found.standard_error.end());
    }
    state.counters["standard_error"] = error;
}

} // namespace

BENCHMARK_CAPTURE(bm_importance, shapley, nps::importance_method::shapley)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime()
    ->ArgsProduct({{6, 8, 10, 12, 14, 16, 20, 26, 30}, {1}})
    ->Args({26, 2});
BENCHMARK_CAPTURE(bm_importance, johnson, nps::importance_method::johnson)
    ->UseRealTime()
    ->ArgsProduct({{6, 10, 16, 30}, {1}});
BENCHMARK_CAPTURE(bm_importance, last, nps::importance_method::last)
    ->UseRealTime()
    ->ArgsProduct({{10, 30}, {1}});
BENCHMARK_CAPTURE(bm_kernel, shapley, nps::importance_method::shapley)->Arg(6)->Arg(10)->Arg(14);
BENCHMARK_CAPTURE(bm_kernel, johnson, nps::importance_method::johnson)->Arg(6)->Arg(10)->Arg(16);
BENCHMARK_CAPTURE(bm_path, plain, nps::instruction_set::plain)->Arg(14)->Arg(20);
BENCHMARK_CAPTURE(bm_path, avx2, nps::instruction_set::avx2)->Arg(14)->Arg(20);
BENCHMARK(bm_table)->Unit(benchmark::kMicrosecond)->Arg(10)->Arg(14)->Arg(20);
BENCHMARK(bm_drawn)->Unit(benchmark::kMillisecond)->Arg(10)->Arg(20)->Arg(40);

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
// Permutation tests of two scores: exact from the counts, by hypergeometric draws, and beside them
// in the same process the textbook loop, which shuffles all answers and counts the first group.
//
// shuffle_loop makes one replicate an iteration: 10,000 take 10,000 times as long, and leave a p
// value near 0.05 with a standard error of 0.0022. The exact tests have none. Two groups of n each,
// equal but for a difference of about one standard error; the counter p_value is what was found.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/resample/permutation_test.hpp>
#include <nps/resample/score_permutation_replicates.hpp>
#include <nps/resample/score_permutation_test.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace {

struct two_groups {
    nps::category_counts a;
    nps::category_counts b;
};

// Shares .30, .38, .32 in both but for the shift.
two_groups groups(std::int64_t n) {
    const std::int64_t d = 3 * n / 10;
    const std::int64_t p = 32 * n / 100;
    const auto shift = static_cast<std::int64_t>(std::sqrt(static_cast<double>(n)) / 2);
    return {{d, n - d - p - shift, p + shift}, {d + shift, n - d - p - shift, p}};
}

std::vector<std::int8_t> answers(const two_groups& g) {
    std::vector<std::int8_t> all;
    for (const nps::category_counts& c : {g.a, g.b}) {
        all.insert(all.end(), static_cast<std::size_t>(c.detractors), std::int8_t{-1});
        all.insert(all.end(), static_cast<std::size_t>(c.passives), std::int8_t{0});
        all.insert(all.end(), static_cast<std::size_t>(c.promoters), std::int8_t{1});
    }
    return all;
}

template <class Generator>
void shuffle_loop(benchmark::State& state) {
    std::vector<std::int8_t> all = answers(groups(state.range(0)));
    const auto first = static_cast<std::size_t>(state.range(0));
    Generator generator(3);
    for (auto _ : state) {
        std::shuffle(all.begin(), all.end(), generator);
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < first; ++i) {
            sum += all[i];
        }
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(state.iterations());
}

void exact(benchmark::State& state, nps::permutation_hypothesis hypothesis) {
    const two_groups g = groups(state.range(0));
    double p = 0;
    for (auto _ : state) {
        p = nps::score_permutation_test(g.a, g.b, {.hypothesis = hypothesis}).p_value;
        benchmark::ClobberMemory();
    }
    state.counters["p_value"] = p;
}

void exact_in_a_far_tail(benchmark::State& state) {
    // 20 standard errors apart.
    two_groups g = groups(state.range(0));
    const auto more =
        static_cast<std::int64_t>(10 * std::sqrt(1.24 * static_cast<double>(state.range(0))));
    g.a.promoters += more;
    g.a.detractors -= more;
    double p = 0;
    for (auto _ : state) {
        p = nps::score_permutation_test(g.a, g.b).p_value;
        benchmark::ClobberMemory();
    }
    state.counters["p_value"] = p;
}

void replicates(benchmark::State& state, nps::permutation_hypothesis hypothesis) {
    const two_groups g = groups(state.range(0));
    double p = 0;
    for (auto _ : state) {
        p = nps::score_permutation_replicates(
                g.a, g.b, {.hypothesis = hypothesis, .replicates = 10'000, .seed = 7})
                .p_value;
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * 10'000);
    state.counters["p_value"] = p;
}

void rows(benchmark::State& state) {
    const std::vector<std::int8_t> all = answers(groups(state.range(0)));
    const auto first = static_cast<std::size_t>(state.range(0));
    const std::int64_t count = 10'000'000 / state.range(0);
    const auto sum_of_first = [&](std::span<const std::size_t> order) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < first; ++i) {
            sum += all[order[i]];
        }
        return sum;
    };
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::permutation_test(
                all.size(), sum_of_first,
                {.replicates = count, .seed = 7, .threads = static_cast<unsigned>(state.range(1))})
                .p_value);
    }
    state.SetItemsProcessed(state.iterations() * count);
}

const std::vector<std::int64_t> sizes{1'000, 10'000, 100'000, 1'000'000};
const std::vector<std::int64_t> any_size{100,       1'000,       10'000,        100'000,
                                         1'000'000, 100'000'000, 10'000'000'000};
constexpr auto plain = nps::permutation_hypothesis::equal_distributions;
constexpr auto studentised = nps::permutation_hypothesis::equal_scores;

BENCHMARK(shuffle_loop<std::mt19937>)
    ->Name("shuffle_loop/mt19937")
    ->ArgName("n")
    ->ArgsProduct({sizes});
BENCHMARK(shuffle_loop<std::mt19937_64>)
    ->Name("shuffle_loop/mt19937_64")
    ->ArgName("n")
    ->ArgsProduct({sizes});
BENCHMARK_CAPTURE(exact, plain, plain)->ArgName("n")->ArgsProduct({any_size});
BENCHMARK_CAPTURE(exact, studentised, studentised)->ArgName("n")->ArgsProduct({any_size});
BENCHMARK(exact_in_a_far_tail)
    ->ArgName("n")
    ->ArgsProduct({{10'000, 100'000, 1'000'000, 100'000'000, 10'000'000'000}});
BENCHMARK_CAPTURE(replicates, plain, plain)->ArgName("n")->ArgsProduct({any_size});
BENCHMARK_CAPTURE(replicates, studentised, studentised)->ArgName("n")->ArgsProduct({any_size});
BENCHMARK(rows)->ArgNames({"n", "threads"})->ArgsProduct({{1'000, 100'000}, {1, 2}})->UseRealTime();

} // namespace

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
// Plans: the time of an allocation and of a programme, how it grows with the number of strata, and
// that it does not with the number of answers; beside Wright's algorithm one answer at a time.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/infer/allocation.hpp>
#include <nps/infer/allocation_cost.hpp>
#include <nps/infer/programme_plan.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

std::vector<nps::stratum> strata_of(std::int64_t size) {
    std::vector<nps::stratum> strata;
    for (std::int64_t h = 0; h < size; ++h) {
        strata.push_back({.population = 2'000'000 + 7'919 * (h % 1'009),
                          .respondent_sd = 0.4 + 0.0005 * static_cast<double>(h % 997),
                          .cost = 1 + 0.05 * static_cast<double>(h % 60)});
    }
    return strata;
}

// Pilots of 5 to 45 answers, margins of 3 to 6 points, response rates of 5 to 25 %.
std::vector<nps::touchpoint> touchpoints_of(std::int64_t size) {
    std::vector<nps::touchpoint> touchpoints;
    for (std::int64_t h = 0; h < size; ++h) {
        touchpoints.push_back({.name = "touchpoint " + std::to_string(h),
                               .margin = 0.03 + 0.0001 * static_cast<double>(h % 300),
                               .population = 500 + 37 * (h % 2'003),
                               .response_rate = 0.05 + 0.002 * static_cast<double>(h % 100),
                               .pilot = {h % 7, h % 11, 5 + h % 23}});
    }
    return touchpoints;
}

// Wright's algorithm with a heap, one answer after the other.
void bm_wright_one_by_one(benchmark::State& state) {
    const auto strata = strata_of(state.range(0));
    for (auto _ : state) {
        std::vector<std::int64_t> n(strata.size(), 1);
        std::priority_queue<std::pair<double, std::size_t>> next;
        const auto push = [&](std::size_t h) {
            const double k = static_cast<double>(n[h]);
            next.emplace(static_cast<double>(std::int64_t{strata[h].population}) *
                             *strata[h].respondent_sd / std::sqrt(k * (k + 1)),
                         h);
        };
        for (std::size_t h = 0; h < n.size(); ++h) {
            push(h);
        }
        for (std::int64_t left = state.range(1) - state.range(0); left > 0; --left) {
            const std::size_t h = next.top().second;
            next.pop();
            ++n[h];
            push(h);
        }
        benchmark::DoNotOptimize(n.data());
    }
}

void bm_allocate(benchmark::State& state) {
    const auto strata = strata_of(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::allocate(strata, {.total = state.range(1)}));
    }
}

void bm_allocate_proportional(benchmark::State& state) {
    const auto strata = strata_of(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::allocate(
            strata, {.total = state.range(1), .method = nps::allocation_method::proportional}));
    }
}

void bm_allocate_budget(benchmark::State& state) {
    const auto strata = strata_of(state.range(0));
    const double budget = 1000 * static_cast<double>(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::allocate_budget(strata, {.budget = budget}));
    }
}

void bm_allocate_margin(benchmark::State& state) {
    const auto strata = strata_of(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::allocate_margin(strata, {.margin = 0.001}));
    }
}

void bm_programme_plan(benchmark::State& state) {
    const auto touchpoints = touchpoints_of(state.range(0));
    const double budget = nps::programme_plan(touchpoints).wanted_cost / 2;
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::programme_plan(touchpoints, {.contact_budget = budget}));
    }
}

} // namespace

BENCHMARK(bm_wright_one_by_one)
    ->Unit(benchmark::kMillisecond)
    ->Args({1'000, 10'000})
    ->Args({1'000, 1'000'000})
    ->Args({1'000, 10'000'000});
BENCHMARK(bm_allocate)
    ->Unit(benchmark::kMillisecond)
    ->Args({1'000, 10'000})
    ->Args({1'000, 1'000'000})
    ->Args({1'000, 10'000'000})
    ->Args({1'000, 1'000'000'000})
    ->Args({10, 1'000'000})
    ->Args({100, 1'000'000})
    ->Args({10'000, 1'000'000});
BENCHMARK(bm_allocate_proportional)->Unit(benchmark::kMillisecond)->Args({1'000, 1'000'000});
BENCHMARK(bm_allocate_budget)->Unit(benchmark::kMillisecond)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK(bm_allocate_margin)->Unit(benchmark::kMillisecond)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK(bm_programme_plan)
    ->Unit(benchmark::kMillisecond)
    ->Arg(10)
    ->Arg(115)
    ->Arg(1'150)
    ->Arg(11'500);

BENCHMARK_MAIN();

// SPDX-License-Identifier: Apache-2.0
// The bootstrap by simulation beside the textbook loop in the same process: mt19937 and one row
// number for each respondent.
//
// Items are replicates. The counter se_error is how far the standard error of the replicates is
// from the exact one, relatively (its own Monte Carlo error is 0.7 % at 10,000 replicates). Times are
// of all threads together in the column CPU; compare the real time of threads:1 and threads:2.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/hypergeometric_draw.hpp>
#include <nps/numeric/row_draws.hpp>
#include <nps/resample/bootstrap.hpp>
#include <nps/resample/bootstrap_weighted.hpp>
#include <nps/resample/score_bootstrap.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace {

constexpr std::int64_t score_replicates = 10'000;

nps::category_counts survey(std::int64_t n) {
    return {.detractors = n / 5, .passives = n - n / 5 - n / 2, .promoters = n / 2};
}

// -1, 0, 1 in the shares of survey(n).
template <class T>
std::vector<T> answers(std::int64_t n) {
    const nps::category_counts counts = survey(n);
    std::vector<T> all;
    all.insert(all.end(), static_cast<std::size_t>(counts.detractors), T(-1));
    all.insert(all.end(), static_cast<std::size_t>(counts.passives), T(0));
    all.insert(all.end(), static_cast<std::size_t>(counts.promoters), T(1));
    return all;
}

// sqrt((p + d - (p - d)^2) / n) for the shares .2, .3, .5
double exact_error(std::int64_t n) {
    return std::sqrt(0.61 / static_cast<double>(n));
}

void report(benchmark::State& state, std::int64_t replicates, double standard_error) {
    state.SetItemsProcessed(state.iterations() * replicates);
    if (standard_error > 0) {
        state.counters["se_error"] = std::abs(standard_error / exact_error(state.range(0)) - 1);
    }
}

// --- the score -----------------------------------------------------------------------------------

void score_textbook(benchmark::State& state) {
    const auto x = answers<std::int8_t>(state.range(0));
    std::mt19937 generator(5);
    std::uniform_int_distribution<std::size_t> row(0, x.size() - 1);
    for (auto _ : state) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            sum += x[row(generator)];
        }
        benchmark::DoNotOptimize(sum);
    }
    report(state, 1, 0);
}

void score_nps(benchmark::State& state) {
    const nps::category_counts counts = survey(state.range(0));
    double error = 0;
    for (auto _ : state) {
        const auto result =
            nps::score_bootstrap(counts, {.replicates = score_replicates,
                                          .seed = 7,
                                          .threads = static_cast<unsigned>(state.range(1))});
        benchmark::DoNotOptimize(error = result.standard_error);
    }
    report(state, score_replicates, error);
}

void score_interval_of_replicates(benchmark::State& state) {
    const auto result = nps::score_bootstrap(survey(1000), {.replicates = score_replicates});
    for (auto _ : state) {
        benchmark::DoNotOptimize(result.interval({.method = nps::bootstrap_method::bca}).lower);
    }
}

// --- a mean over rows ----------------------------------------------------------------------------

template <class T>
void mean_textbook(benchmark::State& state) {
    const auto x = answers<T>(state.range(0));
    std::mt19937 generator(5);
    std::uniform_int_distribution<std::size_t> row(0, x.size() - 1);
    for (auto _ : state) {
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            sum += static_cast<double>(x[row(generator)]);
        }
        benchmark::DoNotOptimize(sum);
    }
    report(state, 1, 0);
}

template <class T>
void mean_nps(benchmark::State& state) {
    const auto x = answers<T>(state.range(0));
    const std::int64_t replicates = 50'000'000 / state.range(0);
    const auto mean = [&x](std::span<const std::size_t> rows) {
        double sum = 0;
        for (const std::size_t row : rows) {
            sum += static_cast<double>(x[row]);
        }
        return sum / static_cast<double>(rows.size());
    };
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::bootstrap(x.size(), mean,
                                                {.replicates = replicates,
                                                 .seed = 7,
                                                 .threads = static_cast<unsigned>(state.range(1)),
                                                 .jackknife = nps::jackknife::never})
                                     .standard_error);
    }
    report(state, replicates, 0);
}

void mean_nps_weighted(benchmark::State& state) {
    const auto x = answers<double>(state.range(0));
    const std::int64_t replicates = 50'000'000 / state.range(0);
    const auto mean = [&x](std::span<const double> weights) {
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            sum += weights[i] * x[i];
        }
        return sum / static_cast<double>(weights.size());
    };
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::bootstrap_weighted(
                x.size(), mean,
                {.replicates = replicates, .seed = 7, .jackknife = nps::jackknife::never})
                .standard_error);
    }
    report(state, replicates, 0);
}

// --- draws ---------------------------------------------------------------------------------------

void row_draws(benchmark::State& state, nps::instruction_set instructions) {
    std::vector<std::size_t> rows(100'000);
    std::uint32_t replicate = 0;
    for (auto _ : state) {
        nps::draw_rows(7, replicate++, nps::random_purpose::simulation, rows.size(), rows,
                       instructions);
        benchmark::DoNotOptimize(rows.data());
    }
    state.SetItemsProcessed(state.iterations() * 100'000);
}

void binomial(benchmark::State& state) {
    const nps::binomial_draw draw(state.range(0), 0.3);
    nps::random_stream stream(7, 0, nps::random_purpose::simulation);
    for (auto _ : state) {
        benchmark::DoNotOptimize(draw(stream));
    }
}

void binomial_of_std(benchmark::State& state) {
    std::mt19937_64 generator(7);
    std::binomial_distribution<std::int64_t> draw(state.range(0), 0.3);
    for (auto _ : state) {
        benchmark::DoNotOptimize(draw(generator));
    }
}

void hypergeometric(benchmark::State& state) {
    const std::int64_t n = state.range(0);
    const nps::hypergeometric_draw draw(n / 3, n - n / 3, n / 2);
    nps::random_stream stream(7, 0, nps::random_purpose::simulation);
    for (auto _ : state) {
        benchmark::DoNotOptimize(draw(stream));
    }
}

const std::vector<std::int64_t> sizes{1'000, 10'000, 100'000, 1'000'000};

BENCHMARK(score_textbook)->ArgName("n")->ArgsProduct({sizes});
BENCHMARK(score_nps)
    ->ArgNames({"n", "threads"})
    ->ArgsProduct({{1'000, 10'000, 100'000, 1'000'000, 1'000'000'000'000}, {1, 2}})
    ->UseRealTime();
BENCHMARK(score_interval_of_replicates);
BENCHMARK(mean_textbook<std::int8_t>)
    ->Name("mean_textbook/bytes")
    ->ArgName("n")
    ->ArgsProduct({sizes});
BENCHMARK(mean_nps<std::int8_t>)
    ->Name("mean_nps/bytes")
    ->ArgNames({"n", "threads"})
    ->ArgsProduct({sizes, {1, 2}})
    ->UseRealTime();
BENCHMARK(mean_textbook<double>)->Name("mean_textbook/doubles")->ArgName("n")->ArgsProduct({sizes});
BENCHMARK(mean_nps<double>)
    ->Name("mean_nps/doubles")
    ->ArgNames({"n", "threads"})
    ->ArgsProduct({sizes, {1, 2}})
    ->UseRealTime();
BENCHMARK(mean_nps_weighted)->ArgName("n")->ArgsProduct({sizes});
BENCHMARK_CAPTURE(row_draws, plain, nps::instruction_set::plain);
BENCHMARK_CAPTURE(row_draws, best, nps::best_instruction_set());
BENCHMARK(binomial)->ArgName("n")->Arg(20)->Arg(100)->Arg(1'000)->Arg(1'000'000)->Arg(
    1'000'000'000'000);
BENCHMARK(binomial_of_std)->ArgName("n")->Arg(20)->Arg(100)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(hypergeometric)
    ->ArgName("n")
    ->Arg(30)
    ->Arg(200)
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->Arg(1'000'000'000);

} // namespace

BENCHMARK_MAIN();

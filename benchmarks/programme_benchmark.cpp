// SPDX-License-Identifier: Apache-2.0
// A programme of 1,150 touchpoints over 365 days: the time of an answer and the memory at 3.5 and 35
// million answers, in the order of time and in no order; beside benchmarks/peers/programme.py.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/count/programme_tally.hpp>
#include <nps/count/programme_tally_bytes.hpp>
#include <nps/numeric/philox.hpp>

#include <benchmark/benchmark.h>

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint32_t touchpoints = 1'150;
constexpr std::uint32_t days = 365;
constexpr std::int32_t first_day = 20'454; // 2026-01-01

struct answer {
    std::uint16_t touchpoint;
    std::uint16_t day;
    std::uint8_t channel;
    std::uint8_t score;
};

std::vector<answer> answers_of(std::size_t size, bool in_order) {
    nps::random_stream random(1, 0, nps::random_purpose::simulation);
    std::vector<answer> all(size);
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint64_t bits = random.bits64();
        all[i] = {
            static_cast<std::uint16_t>((bits & 0xFFFFF) % touchpoints),
            static_cast<std::uint16_t>(in_order ? i * days / size : (bits >> 20 & 0xFFFFF) % days),
            static_cast<std::uint8_t>(bits >> 40 & 1),
            static_cast<std::uint8_t>((bits >> 44) % 11)};
    }
    return all;
}

std::vector<std::string> names(const std::string& stem, std::uint32_t count) {
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < count; ++i) {
        all.push_back(stem + std::to_string(i));
    }
    return all;
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void report(benchmark::State& state, const nps::programme_tally& t, double before) {
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["cells"] = static_cast<double>(t.size());
    state.counters["peak_MB_more"] = peak_megabytes() - before;
    state.counters["ns_an_answer"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * static_cast<double>(state.range(0)) * 1e-9,
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Texts, a period and a score.
void bm_add(benchmark::State& state) {
    const auto answers = answers_of(static_cast<std::size_t>(state.range(0)), state.range(1) == 1);
    const auto touchpoint = names("touchpoint ", touchpoints);
    const double before = peak_megabytes();
    nps::programme_tally t;
    for (auto _ : state) {
        t = nps::programme_tally({.attributes = {"touchpoint"}});
        for (const answer& a : answers) {
            t.add({touchpoint[a.touchpoint]}, {nps::period_unit::day, first_day + a.day}, a.score);
        }
        benchmark::DoNotOptimize(t);
    }
    report(state, t, before);
}
BENCHMARK(bm_add)
    ->Args({3'500'000, 1})
    ->Args({3'500'000, 0})
    ->Args({35'000'000, 1})
    ->Args({35'000'000, 0})
    ->Unit(benchmark::kMillisecond);

// Two attributes, a time as text, and the checks of a stream; with and without ids.
void bm_take(benchmark::State& state) {
    const auto answers = answers_of(static_cast<std::size_t>(state.range(0)), true);
    const auto touchpoint = names("touchpoint ", touchpoints);
    const auto channel = names("channel ", 2);
    std::vector<std::string> times;
    for (std::uint32_t d = 0; d < days; ++d) {
        times.push_back(
            to_text(nps::period(nps::period_unit::day, first_day + static_cast<std::int32_t>(d))) +
            "T10:30:00Z");
    }
    const bool ids = state.range(1) == 1;
    const double before = peak_megabytes();
    nps::programme_tally t;
    for (auto _ : state) {
        t = nps::programme_tally({.attributes = {"touchpoint", "channel"}});
        std::uint64_t id = 0;
        std::uint16_t day = 0;
        for (const answer& a : answers) {
            if (ids && a.day != day) {
                day = a.day;
                t.close_before({nps::period_unit::day, first_day + day - 1});
            }
            t.take({touchpoint[a.touchpoint], channel[a.channel]}, times[a.day], a.score,
                   ids ? std::optional(++id) : std::nullopt);
        }
        benchmark::DoNotOptimize(t);
    }
    report(state, t, before);
}
BENCHMARK(bm_take)->Args({3'500'000, 0})->Args({3'500'000, 1})->Unit(benchmark::kMillisecond);

void bm_read_time(benchmark::State& state) {
    const std::string text = state.range(0) == 0 ? "2026-11-25" : "2026-11-25T10:30:07.250+01:00";
    for (auto _ : state) {
        std::string_view view = text;
        benchmark::DoNotOptimize(view);
        benchmark::DoNotOptimize(nps::read_time(view, {.utc_offset = 60}));
    }
}
BENCHMARK(bm_read_time)->Arg(0)->Arg(1);

void bm_whole(benchmark::State& state) {
    const auto answers = answers_of(3'500'000, true);
    const auto touchpoint = names("touchpoint ", touchpoints);
    nps::programme_tally t({.attributes = {"touchpoint"}});
    for (const answer& a : answers) {
        t.add({touchpoint[a.touchpoint]}, {nps::period_unit::day, first_day + a.day}, a.score);
    }
    for (auto _ : state) {
        switch (state.range(0)) {
        case 0:
            benchmark::DoNotOptimize(t.series_by("touchpoint"));
            break;
        case 1:
            benchmark::DoNotOptimize(to_bytes(t));
            break;
        default:
            benchmark::DoNotOptimize(nps::from_bytes<nps::programme_tally>(to_bytes(t)));
        }
    }
    state.counters["bytes"] = static_cast<double>(to_bytes(t).size());
}
BENCHMARK(bm_whole)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();

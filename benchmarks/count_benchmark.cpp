// SPDX-License-Identifier: Apache-2.0
// Counting scores, beside its peers in the same process: the sum of the same bytes read from
// memory (the limit), a plain table, Boost.Histogram.
//
// Runs alternate, so that a busy machine is busy for all of them; use
// --benchmark_enable_random_interleaving=true and --benchmark_repetitions=9 and compare minima.
#ifndef NDEBUG
#error "benchmarks are compiled with NDEBUG"
#endif

#include <nps/count/count_scores.hpp>
#include <nps/count/grouped_tally.hpp>

#include <benchmark/benchmark.h>
#include <boost/histogram.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace {

// Answers with the skew that surveys have, from a small generator.
class survey {
public:
    std::uint64_t word() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_;
    }
    int score() {
        static constexpr int upto[] = {3, 5, 8, 11, 15, 22, 30, 46, 68, 82, 100};
        const int percent = static_cast<int>((word() >> 20) % 100);
        return static_cast<int>(std::ranges::upper_bound(upto, percent) - upto);
    }

private:
    std::uint64_t state_ = 88172645463325252;
};

template <class T>
std::span<const T> answers(std::int64_t n) {
    static std::vector<T> all;
    static survey people;
    while (all.size() < static_cast<std::size_t>(n)) {
        all.push_back(static_cast<T>(people.score()));
    }
    return std::span<const T>(all).first(static_cast<std::size_t>(n));
}

template <class T>
void report(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * state.range(0) *
                            static_cast<std::int64_t>(sizeof(T)));
}

// The limit: reading the bytes. Words in four sums, which compilers turn into vectors.
void memory_sum(benchmark::State& state) {
    const auto bytes = answers<std::uint8_t>(state.range(0));
    for (auto _ : state) {
        std::array<std::uint64_t, 4> sums{};
        std::size_t i = 0;
        for (; i + 32 <= bytes.size(); i += 32) {
            std::array<std::uint64_t, 4> words;
            std::memcpy(words.data(), bytes.data() + i, 32);
            for (std::size_t k = 0; k < 4; ++k) {
                sums[k] += words[k];
            }
        }
        for (; i < bytes.size(); ++i) {
            sums[0] += bytes[i];
        }
        benchmark::DoNotOptimize(sums);
    }
    report<std::uint8_t>(state);
}

template <class T>
void memory_sum_of(benchmark::State& state) {
    const auto values = answers<T>(state.range(0));
    for (auto _ : state) {
        std::array<T, 8> sums{};
        std::size_t i = 0;
        for (; i + 8 <= values.size(); i += 8) {
            for (std::size_t k = 0; k < 8; ++k) {
                sums[k] += values[i + k];
            }
        }
        benchmark::DoNotOptimize(sums);
    }
    report<T>(state);
}

template <class T>
void one_table(benchmark::State& state) {
    const auto values = answers<T>(state.range(0));
    for (auto _ : state) {
        std::array<std::uint64_t, 11> counts{};
        for (const T value : values) {
            ++counts[static_cast<unsigned>(value)];
        }
        benchmark::DoNotOptimize(counts);
    }
    report<T>(state);
}

auto dense_histogram() {
    namespace bh = boost::histogram;
    return bh::make_histogram_with(
        bh::dense_storage<std::uint64_t>(),
        bh::axis::integer<int, bh::use_default, bh::axis::option::none_t>(0, 11));
}

template <class T>
void boost_fill(benchmark::State& state) {
    const auto values = answers<T>(state.range(0));
    for (auto _ : state) {
        auto histogram = dense_histogram();
        histogram.fill(values);
        benchmark::DoNotOptimize(histogram.at(3));
    }
    report<T>(state);
}

template <class T>
void boost_call(benchmark::State& state) {
    const auto values = answers<T>(state.range(0));
    for (auto _ : state) {
        auto histogram = dense_histogram();
        for (const T value : values) {
            histogram(value);
        }
        benchmark::DoNotOptimize(histogram.at(3));
    }
    report<T>(state);
}

template <class T, nps::instruction_set Set>
void nps_path(benchmark::State& state) {
    if (Set > nps::best_instruction_set()) {
        state.SkipWithError("not on this machine");
        return;
    }
    const auto values = answers<T>(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            nps::detail::count_responses(values, nps::tally(), nps::count_options(), Set));
    }
    report<T>(state);
}

template <class T>
void nps_count_scores(benchmark::State& state) {
    const auto values = answers<T>(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::count_scores(values));
    }
    report<T>(state);
}

void nps_two_threads(benchmark::State& state) {
    const auto values = answers<std::uint8_t>(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::count_scores(values, {.threads = 2}));
    }
    report<std::uint8_t>(state);
}

// One answer in twenty is the missing code 99.
void nps_missing_codes(benchmark::State& state) {
    std::vector<std::uint8_t> values(answers<std::uint8_t>(state.range(0)).begin(),
                                     answers<std::uint8_t>(state.range(0)).end());
    survey people;
    for (auto& value : values) {
        value = people.word() % 20 == 0 ? std::uint8_t{99} : value;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(nps::count_scores(values, {.missing_codes = {99}}));
    }
    report<std::uint8_t>(state);
}

// Responses in 1,000 groups.
struct grouped_answers {
    std::vector<std::string> names;
    std::vector<std::size_t> group;
    std::vector<int> score;

    explicit grouped_answers(std::int64_t n) {
        survey people;
        for (int i = 0; i < 1000; ++i) {
            names.push_back("touchpoint " + std::to_string(i));
        }
        for (std::int64_t i = 0; i < n; ++i) {
            group.push_back((people.word() >> 20) % names.size());
            score.push_back(people.score());
        }
    }
};

void grouped_by_text(benchmark::State& state) {
    const grouped_answers a(state.range(0));
    for (auto _ : state) {
        nps::grouped_tally<std::string> by;
        for (std::size_t i = 0; i < a.score.size(); ++i) {
            by.add(a.names[a.group[i]], a.score[i]);
        }
        benchmark::DoNotOptimize(by.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void grouped_by_number(benchmark::State& state) {
    const grouped_answers a(state.range(0));
    for (auto _ : state) {
        nps::grouped_tally<std::size_t> by;
        for (std::size_t i = 0; i < a.score.size(); ++i) {
            by.add(a.group[i], a.score[i]);
        }
        benchmark::DoNotOptimize(by.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void grouped_in_std_map(benchmark::State& state) {
    const grouped_answers a(state.range(0));
    for (auto _ : state) {
        std::map<std::string, std::array<std::int64_t, 11>> by;
        for (std::size_t i = 0; i < a.score.size(); ++i) {
            ++by[a.names[a.group[i]]][static_cast<std::size_t>(a.score[i])];
        }
        benchmark::DoNotOptimize(by.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

constexpr std::int64_t full = 100'000'000;
using nps::instruction_set;

BENCHMARK(memory_sum)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(one_table<std::uint8_t>)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(boost_fill<std::uint8_t>)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(boost_call<std::uint8_t>)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_path<std::uint8_t, instruction_set::plain>)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_path<std::uint8_t, instruction_set::avx2>)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_path<std::uint8_t, instruction_set::avx512>)
    ->Arg(full)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(nps_missing_codes)->Arg(full)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_two_threads)->Arg(full)->UseRealTime()->Unit(benchmark::kMillisecond);

BENCHMARK(memory_sum_of<double>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(one_table<double>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(boost_fill<double>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(boost_call<double>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_path<double, instruction_set::plain>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_path<double, instruction_set::avx2>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_path<double, instruction_set::avx512>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_count_scores<float>)->Arg(full / 10)->Unit(benchmark::kMillisecond);
BENCHMARK(nps_count_scores<int>)->Arg(full / 10)->Unit(benchmark::kMillisecond);

// Growth with n.
BENCHMARK(memory_sum)->RangeMultiplier(10)->Range(10'000, full)->Unit(benchmark::kMicrosecond);
BENCHMARK(nps_count_scores<std::uint8_t>)
    ->RangeMultiplier(10)
    ->Range(10'000, full)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(nps_count_scores<double>)
    ->RangeMultiplier(10)
    ->Range(10'000, full / 10)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(boost_fill<double>)
    ->RangeMultiplier(10)
    ->Range(10'000, full / 100)
    ->Unit(benchmark::kMicrosecond);

BENCHMARK(grouped_by_text)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(grouped_by_number)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(grouped_in_std_map)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();

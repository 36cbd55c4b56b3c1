// SPDX-License-Identifier: Apache-2.0
// Size of change_point, coverage of its set of places, and what change_points finds, by simulation.
// Writes changes.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -I include -pthread docs/why_it_moved_study/change_study.cpp
//     -o change_study
//   ./change_study > docs/why_it_moved_study/changes.csv
// Some minutes. `./change_study times` writes the times of change_points instead.
#include <nps/monitor/change_point.hpp>
#include <nps/monitor/change_points.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

using nps::category_counts;

constexpr std::uint64_t seed = 20261125;

struct stretch {
    std::size_t periods;
    double detractors;
    double passives;
};

// n answers a period. With dispersion f the shares of each period move between two sets, so that the
// variance of a period's share of detractors is f times that of sampling.
std::vector<category_counts> make(const std::vector<stretch>& stretches, std::int64_t n, double f,
                                  std::uint32_t replicate) {
    nps::random_stream stream(seed, replicate, nps::random_purpose::simulation);
    std::vector<category_counts> series;
    for (const stretch& now : stretches) {
        for (std::size_t t = 0; t < now.periods; ++t) {
            const double apart =
                std::sqrt((f - 1) * now.detractors * (1 - now.detractors) / static_cast<double>(n));
            const double d = now.detractors + (stream.uniform() < 0.5 ? -apart : apart);
            const std::int64_t low = nps::binomial_draw(n, f > 1 ? d : now.detractors)(stream);
            const std::int64_t middle =
                nps::binomial_draw(n - low, now.passives / (1 - now.detractors))(stream);
            series.push_back({low, middle, n - low - middle});
        }
    }
    return series;
}

void single(std::string_view name, const std::vector<stretch>& stretches, std::int64_t n, double f,
            nps::change_measure measure, nps::change_null exchange) {
    const std::uint32_t studies = 1000;
    double rejected = 0;
    double held = 0;
    double places = 0;
    for (std::uint32_t r = 0; r < studies; ++r) {
        const auto result = nps::change_point(
            make(stretches, n, f, r),
            {.measure = measure, .exchange = exchange, .replicates = 199, .seed = r, .threads = 2});
        rejected += result.p_value <= 0.05;
        held += std::ranges::find(result.places, stretches[0].periods) != result.places.end();
        places += static_cast<double>(result.places.size());
    }
    const bool change = stretches.size() > 1;
    std::printf("change_point,%s,%s,%s,%lld,%g,%u,%.4f,%.4f,%.1f\n", name.data(),
                measure == nps::change_measure::score ? "score" : "categories",
                exchange == nps::change_null::answers ? "answers" : "periods",
                static_cast<long long>(n), f, studies, rejected / studies,
                change ? held / studies : 0, change ? places / studies : 0);
    std::fflush(stdout);
}

void several(std::string_view name, const std::vector<stretch>& stretches, std::int64_t n, double f,
             nps::change_points_options options) {
    const std::uint32_t studies = options.rule == nps::change_penalty::bic ? 2000 : 500;
    double any = 0;    // changes that are none: further than 3 days from each
    double found = 0;  // of the changes, within 3 days
    double number = 0; // of changes found
    for (std::uint32_t r = 0; r < studies; ++r) {
        options.seed = r;
        options.threads = 2;
        options.replicates = 199;
        const auto result = nps::change_points(make(stretches, n, f, r), options);
        std::vector<std::size_t> truth;
        std::size_t at = 0;
        for (std::size_t s = 0; s + 1 < stretches.size(); ++s) {
            truth.push_back(at += stretches[s].periods);
        }
        const auto near = [](std::size_t a, std::size_t b) { return a <= b + 3 && b <= a + 3; };
        any += std::ranges::any_of(result.places, [&](std::size_t place) {
            return std::ranges::none_of(truth, [&](std::size_t t) { return near(place, t); });
        });
        for (const std::size_t t : truth) {
            found += std::ranges::any_of(result.places,
                                         [&](std::size_t place) { return near(place, t); }) /
                     static_cast<double>(truth.size());
        }
        number += static_cast<double>(result.places.size());
    }
    std::printf("change_points,%s,%s,%s,%lld,%g,%u,%.4f,%.4f,%.2f\n", name.data(),
                options.rule == nps::change_penalty::bic ? "bic" : "null_quantile",
                options.min_length == 1 ? "min_length_1" : "min_length_7",
                static_cast<long long>(n), f, studies, any / studies, found / studies,
                number / studies);
    std::fflush(stdout);
}

void times() {
    std::puts("periods,every,changes,evaluations,milliseconds");
    for (const std::size_t periods : {365U, 10'000U, 100'000U}) {
        for (const std::size_t every : {100U, 365U, 1'000'000U}) {
            if (periods == 100'000 && every > periods) {
                continue; // 5 10^9 evaluations
            }
            std::vector<stretch> stretches;
            for (std::size_t t = 0; t < periods; t += every) {
                stretches.push_back(
                    {std::min(every, periods - t), stretches.size() % 2 == 0 ? 0.25 : 0.40, 0.30});
            }
            const auto series = make(stretches, 50, 1, 0);
            const auto start = std::chrono::steady_clock::now();
            const auto result = nps::change_points(series);
            const std::chrono::duration<double, std::milli> took =
                std::chrono::steady_clock::now() - start;
            std::printf("%zu,%zu,%zu,%lld,%.1f\n", periods, every, result.places.size(),
                        static_cast<long long>(result.evaluations), took.count());
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "times") {
        times();
        return 0;
    }
    using nps::change_measure;
    using nps::change_null;
    std::puts("# nps, program docs/why_it_moved_study/change_study.cpp, level .95, 199 replicates, "
              "seed 20261125, date 2026-11-25");
    std::puts(
        "function,series,measure_or_penalty,exchange_or_length,answers,dispersion,series_drawn,"
        "rejected_or_false,held_or_found,places");
    const std::vector<stretch> still{{60, 0.30, 0.30}};
    const std::vector<stretch> early{{8, 0.25, 0.30}, {52, 0.35, 0.30}};
    const std::vector<stretch> middle{{25, 0.25, 0.30}, {35, 0.35, 0.30}};
    const std::vector<stretch> small{{25, 0.25, 0.30}, {35, 0.30, 0.30}};
    for (const change_measure measure : {change_measure::categories, change_measure::score}) {
        for (const std::int64_t n : {5, 50}) {
            single("no change in 60", still, n, 1, measure, change_null::answers);
        }
        single("score -.20 after 25 of 60", middle, 50, 1, measure, change_null::answers);
        single("score -.20 after 8 of 60", early, 50, 1, measure, change_null::answers);
        single("score -.10 after 25 of 60", small, 50, 1, measure, change_null::answers);
        single("no change in 60", still, 50, 3, measure, change_null::answers);
        single("no change in 60", still, 50, 3, measure, change_null::periods);
        single("score -.20 after 25 of 60", middle, 50, 3, measure, change_null::periods);
    }
    const std::vector<stretch> year{{365, 0.30, 0.30}};
    const std::vector<stretch> three{
        {90, 0.25, 0.30}, {100, 0.40, 0.30}, {75, 0.30, 0.30}, {100, 0.20, 0.30}};
    for (const std::size_t length : {1U, 7U}) {
        for (const nps::change_penalty rule :
             {nps::change_penalty::bic, nps::change_penalty::null_quantile}) {
            const nps::change_points_options options{.rule = rule, .min_length = length};
            several("no change in 365", year, 50, 1, options);
            several("3 changes in 365", three, 50, 1, options);
        }
    }
    several("no change in 365", year, 50, 3, {.min_length = 7});
    several("no change in 365", year, 50, 3, {.dispersion = 3, .min_length = 7});
    several("3 changes in 365", three, 50, 3, {.dispersion = 3, .min_length = 7});
    return 0;
}

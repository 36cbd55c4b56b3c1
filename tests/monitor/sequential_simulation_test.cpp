// SPDX-License-Identifier: Apache-2.0
// Continuous peeking: a look after every answer. The large runs are in docs/sequential_study.
#include <nps/monitor/confidence_sequence.hpp>
#include <nps/monitor/e_value.hpp>
#include <nps/monitor/false_discovery.hpp>
#include <nps/numeric/philox.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using nps::category_counts;
using nps::sequence_method;

constexpr std::uint64_t seed = 1;

category_counts draw(nps::random_stream& random, double detractors, double promoters) {
    const double u = random.uniform();
    return {u < detractors, u >= detractors && u < 1 - promoters, u >= 1 - promoters};
}

} // namespace

TEST_CASE("Confidence sequences hold at every look") {
    constexpr std::array methods{sequence_method::empirical_bernstein,
                                 sequence_method::empirical_bernstein_mixture,
                                 sequence_method::normal_mixture, sequence_method::asymptotic};
    constexpr std::uint32_t paths = 150;
    for (const bool moving : {false, true}) {
        std::array<int, 4> missed{};
        int alarms = 0;
        for (std::uint32_t path = 0; path < paths; ++path) {
            nps::random_stream random(seed, path, nps::random_purpose::simulation);
            std::vector<nps::score_confidence_sequence> sequences;
            for (const sequence_method method : methods) {
                sequences.emplace_back(nps::score_confidence_sequence_options{
                    .method = method, .level = 0.9, .best_at = 100});
            }
            nps::score_e_process process({.score = 0.3});
            std::array<bool, 4> miss{};
            double target = 0;
            for (int i = 1; i <= 200; ++i) {
                const double wave = moving ? std::sin(i / 15.0) : 0;
                const double detractors = 0.2 - 0.15 * wave;
                const double promoters = 0.5 + 0.2 * wave;
                target += (promoters - detractors - target) / i;
                const category_counts one = draw(random, detractors, promoters);
                for (std::size_t m = 0; m < 4; ++m) {
                    const nps::interval interval = sequences[m].add(one);
                    miss[m] = miss[m] || target < interval.lower || target > interval.upper;
                }
                process.add(one);
            }
            for (std::size_t m = 0; m < 4; ++m) {
                missed[m] += miss[m] ? 1 : 0;
            }
            alarms += process.evidence().p_value <= 0.1 ? 1 : 0;
        }
        // 15 of 150 are allowed; 26 is three standard deviations more.
        for (std::size_t m = moving ? 1 : 0; m < 4; ++m) {
            INFO(nps::detail::method_name(methods[m]), " moving ", moving);
            CHECK(missed[m] <= 26);
        }
        if (!moving) {
            CHECK(alarms <= 26);
            CHECK(alarms > 0);
        }
    }
}

TEST_CASE("e_bh and e-LOND hold false discoveries of 1,150 dependent touchpoints") {
    nps::random_stream random(seed, 0, nps::random_purpose::simulation);
    nps::online_false_discovery online;
    double online_wrong = 0;
    double online_right = 0;
    double share = 0;
    double right = 0;
    constexpr int days = 6;
    for (int day = 0; day < days; ++day) {
        // Each answer is with probability 1/2 that of one common person.
        std::array<double, 30> common{};
        for (double& u : common) {
            u = random.uniform();
        }
        std::vector<double> log_e;
        for (int i = 0; i < 1150; ++i) {
            const bool fallen = i % 10 == 0;
            category_counts counts;
            for (const double shared : common) {
                const double u = random.uniform() < 0.5 ? shared : random.uniform();
                counts +=
                    {u < (fallen ? 0.6 : 0.2), u >= (fallen ? 0.6 : 0.2) && u < 0.8 - 0.3 * !fallen,
                     u >= 0.8 - 0.3 * !fallen};
            }
            log_e.push_back(
                nps::score_e_value(counts, {.score = 0.3, .alternative = nps::alternative::less})
                    .log_e);
            if (online.test_log_e(log_e.back()).rejected) {
                (fallen ? online_right : online_wrong) += 1;
            }
        }
        double wrong = 0;
        const auto found = nps::e_bh(log_e).rejected;
        for (const std::size_t i : found) {
            (i % 10 == 0 ? right : wrong) += 1;
        }
        share += found.empty() ? 0 : wrong / static_cast<double>(found.size()) / days;
    }
    CHECK(share <= 0.05);
    CHECK(online_wrong <= 0.05 * (online_wrong + online_right));
    CHECK(right > 100);
    CHECK(online_right > 10);
}

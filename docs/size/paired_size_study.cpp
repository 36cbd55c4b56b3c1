// SPDX-License-Identifier: Apache-2.0
// Measures how often each test of the same people asked twice sees a change of the score where there
// is none; README.md says what is measured.
// Usage: paired_size_study paired_size.csv paired_power.csv   (a minute or two on one core)

#include <nps/infer/compare_paired_scores.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include "size_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

using nps::alternative;
using size_study::outcome;
using size_study::verdict;

// How many people, or how many thousandths of them, go down by two categories, go down by one, stay,
// go up by one and by two. The tests look at nothing else.
using steps = std::array<int, 5>;

int change(const steps& s) {
    return 2 * (s[4] - s[0]) + s[3] - s[1];
}

using test = std::function<nps::comparison(const nps::transition_counts&, alternative)>;

struct method {
    std::string name;
    test compare;
};

std::vector<method> all_methods() {
    const auto scores = [](nps::paired_method which) -> test {
        return [which](const nps::transition_counts& t, alternative side) {
            return nps::compare_paired_scores(t, {.method = which, .alternative = side});
        };
    };
    using enum nps::paired_method;
    return {{.name = "wald", .compare = scores(wald)}, {.name = "score", .compare = scores(score)}};
}

verdict ask(const method& m, const steps& s, alternative side) {
    const nps::transition_counts people{
        .from_detractors = {.detractors = 0, .passives = s[3], .promoters = s[4]},
        .from_passives = {.detractors = 0, .passives = s[2], .promoters = 0},
        .from_promoters = {.detractors = s[0], .passives = s[1], .promoters = 0}};
    return size_study::ask([&](alternative a) { return m.compare(people, a); }, side,
                           change(s) > 0);
}

struct family {
    std::string name;
    std::vector<steps> truths;
    int apart = 0; // thousandths of score
};

// All ways to give out `total` in portions.
std::vector<steps> all_steps(int total, int portion) {
    std::vector<steps> all;
    for (int a = 0; a <= total; a += portion) {
        for (int b = 0; a + b <= total; b += portion) {
            for (int c = 0; a + b + c <= total; c += portion) {
                for (int d = 0; a + b + c + d <= total; d += portion) {
                    all.push_back({a, b, c, d, total - a - b - c - d});
                }
            }
        }
    }
    return all;
}

// At least 5 % go down, and at least 5 % up.
bool core(const steps& s) {
    return s[0] + s[1] >= 50 && s[3] + s[4] >= 50;
}

std::vector<family> enumerated_families(int n) {
    // About where a test of 5 % finds half of the changes.
    const int apart = 100 * static_cast<int>(std::lround(16 / std::sqrt(n)));
    std::vector<family> families{{"symmetric", {}}, {"equal_scores", {}}, {"apart", {}, apart}};
    for (const steps& s : all_steps(1'000, 25)) {
        if (change(s) == 0 && s[2] < 1'000) {
            families[s[0] == s[4] ? 0 : 1].truths.push_back(s);
        } else if (change(s) == apart && core(s) &&
                   std::ranges::all_of(s, [](int share) { return share % 50 == 0; })) {
            families[2].truths.push_back(s);
        }
    }
    return families;
}

// A few truths: many and few who change, and changes of other kinds up than down.
std::vector<family> listed_families() {
    return {{"symmetric",
             {{50, 150, 600, 150, 50},
              {10, 40, 900, 40, 10},
              {200, 0, 600, 0, 200},
              {0, 5, 990, 5, 0},
              {250, 200, 100, 200, 250}}},
            {"equal_scores",
             {{100, 0, 700, 200, 0},
              {0, 200, 700, 0, 100},
              {10, 0, 970, 20, 0},
              {0, 20, 970, 0, 10},
              {300, 0, 100, 600, 0},
              {100, 50, 600, 250, 0}}}};
}

struct study {
    std::FILE* size;
    std::FILE* power;
    int n;
    const char* source;

    void print(const method& m, alternative side, const family& f,
               const std::vector<outcome>& outcomes) const {
        const size_study::summary s(outcomes);
        std::FILE* const file = f.apart == 0 ? size : power;
        std::fprintf(file, "%s,%s,%d,%s,", m.name.c_str(), size_study::word(side), n, source);
        if (f.apart != 0) {
            std::fprintf(file, "%.3f,%zu,%.6f\n", f.apart / 1e3, outcomes.size(), s.mean);
            return;
        }
        std::fprintf(file, "%s,%zu,%.6f,", f.name.c_str(), outcomes.size(), s.largest);
        for (const int share : f.truths[s.at]) {
            std::fprintf(file, "%.3f,", share / 1e3);
        }
        s.print(file);
    }

    void enumerate(const method& m, alternative side, const std::vector<family>& families) const {
        const std::vector<steps> tables = all_steps(n, 1);
        std::vector<verdict> verdicts;
        std::vector<double> log_ways;
        for (const steps& t : tables) {
            verdicts.push_back(ask(m, t, side));
            double ways = std::lgamma(n + 1.0);
            for (const int k : t) {
                ways -= std::lgamma(k + 1.0);
            }
            log_ways.push_back(ways);
        }
        for (const family& f : families) {
            std::vector<outcome> outcomes;
            for (const steps& truth : f.truths) {
                outcome o{.core = core(truth)};
                // Finite where a share is 0, so that 0 of it adds 0.
                std::array<double, 5> log_share{};
                for (std::size_t k = 0; k < 5; ++k) {
                    log_share[k] = truth[k] > 0 ? std::log(truth[k] / 1e3) : -1e6;
                }
                for (std::size_t i = 0; i < tables.size(); ++i) {
                    if (!verdicts[i].rejects && verdicts[i].answers) {
                        continue;
                    }
                    double log_chance = log_ways[i];
                    for (std::size_t k = 0; k < 5; ++k) {
                        log_chance += tables[i][k] * log_share[k];
                    }
                    const double chance = std::exp(log_chance);
                    o.rejected += verdicts[i].rejects ? chance : 0;
                    o.unanswered += verdicts[i].answers ? 0 : chance;
                }
                outcomes.push_back(o);
            }
            print(m, side, f, outcomes);
        }
    }

    void simulate(const method& m, alternative side) const {
        constexpr int draws = 10'000; // panels a truth
        std::uint32_t at = 0;
        for (const family& f : listed_families()) {
            std::vector<outcome> outcomes;
            for (const steps& truth : f.truths) {
                // Every method sees the same panels.
                nps::random_stream stream(size_study::seed + static_cast<std::uint64_t>(n), at++,
                                          nps::random_purpose::simulation);
                outcome o{.core = core(truth)};
                for (int i = 0; i < draws; ++i) {
                    const verdict v = ask(m, draw(truth, stream), side);
                    o.rejected += v.rejects ? 1.0 / draws : 0;
                    o.unanswered += v.answers ? 0 : 1.0 / draws;
                }
                outcomes.push_back(o);
            }
            print(m, side, f, outcomes);
        }
    }

    [[nodiscard]] steps draw(const steps& truth, nps::random_stream& stream) const {
        steps result{};
        int left = n;
        int share_left = 1'000;
        for (std::size_t k = 0; k < 5; ++k) {
            const double given = share_left > 0 ? static_cast<double>(truth[k]) / share_left : 0;
            result[k] = static_cast<int>(nps::binomial_draw(left, given)(stream));
            left -= result[k];
            share_left -= truth[k];
        }
        return result;
    }
};

} // namespace

int main(int arguments, char** argument) {
    if (arguments != 3) {
        std::fprintf(stderr, "usage: paired_size_study paired_size.csv paired_power.csv\n");
        return 2;
    }
    std::FILE* const size = size_study::open_table(argument[1], "paired_size_study");
    std::FILE* const power = size_study::open_table(argument[2], "paired_size_study");
    std::fprintf(
        size, "method,alternative,n,source,family,truths,largest,down_2,down_1,same,up_1,up_2,%s\n",
        size_study::summary::columns);
    std::fprintf(power, "method,alternative,n,source,difference,truths,mean\n");
    const std::array sides{alternative::two_sided, alternative::greater};
    for (const int n : {5, 10, 20, 30, 40}) {
        for (const method& m : all_methods()) {
            for (const alternative side : sides) {
                study{size, power, n, "enumeration"}.enumerate(m, side, enumerated_families(n));
                if (n == 30) { // to check the simulation by
                    study{size, power, n, "enumeration_listed"}.enumerate(m, side,
                                                                          listed_families());
                }
            }
        }
        std::fprintf(stderr, "%d enumerated\n", n);
    }
    for (const int n : {30, 100, 1'000, 10'000}) {
        for (const method& m : all_methods()) {
            for (const alternative side : sides) {
                study{size, power, n, "simulation"}.simulate(m, side);
            }
        }
        std::fprintf(stderr, "%d simulated\n", n);
    }
    return std::fclose(size) == 0 && std::fclose(power) == 0 ? 0 : 1;
}

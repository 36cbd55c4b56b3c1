// SPDX-License-Identifier: Apache-2.0
// Measures the power that tests have at the sizes that the plans give; README.md says what comes out.
// Usage: power_study > power.csv   (a minute on one core)

#include <nps/infer/compare_scores.hpp>
#include <nps/infer/comparison_sample_size.hpp>
#include <nps/infer/mean_comparison_sample_size.hpp>
#include <nps/infer/omnibus_sample_size.hpp>
#include <nps/infer/paired_sample_size.hpp>
#include <nps/infer/score_interval.hpp>
#include <nps/infer/share_comparison_sample_size.hpp>
#include <nps/infer/target_sample_size.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace {

using nps::category_counts;
using nps::category_shares;
using nps::claim;

constexpr std::uint64_t seed = 20261125;
constexpr int draws = 20'000;
// Enumerated up to this many answers in the two groups together, simulated above.
constexpr std::int64_t enumerated = 70;

std::string text(const category_shares& s) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%g/%g/%g", s.detractors, s.passives, s.promoters);
    return buffer;
}

struct row {
    std::string design, what, a, b;
    std::int64_t n_a, n_b, both;
    double asked, planned;
};

void print(const row& r, const std::string& method, double achieved, bool exact) {
    std::printf("%s,%s,%s,%s,%lld,%lld,%lld,%g,%.6f,%s,%.6f,%.6f,%s\n", r.design.c_str(),
                r.what.c_str(), r.a.c_str(), r.b.c_str(), static_cast<long long>(r.n_a),
                static_cast<long long>(r.n_b), static_cast<long long>(r.both), r.asked, r.planned,
                method.c_str(), achieved, exact ? 0 : std::sqrt(achieved * (1 - achieved) / draws),
                exact ? "enumeration" : "simulation");
    std::fflush(stdout);
}

struct weighted_table {
    category_counts counts;
    double probability;
};

// Every table of n answers but those that are less likely than 1e-12.
std::vector<weighted_table> tables(std::int64_t n, const category_shares& s) {
    std::vector<weighted_table> result;
    const auto part = [](std::int64_t k, double share) {
        const double count = static_cast<double>(k);
        return k == 0 ? 0 : share > 0 ? count * std::log(share) - std::lgamma(count + 1) : -1e9;
    };
    for (std::int64_t d = 0; d <= n; ++d) {
        for (std::int64_t p = 0; d + p <= n; ++p) {
            const double probability =
                std::exp(std::lgamma(static_cast<double>(n) + 1) + part(d, s.detractors) +
                         part(p, s.promoters) + part(n - d - p, s.passives));
            if (probability > 1e-12) {
                result.push_back({{d, n - d - p, p}, probability});
            }
        }
    }
    return result;
}

template <std::size_t K>
std::array<std::int64_t, K> draw(nps::random_stream& stream, std::int64_t n,
                                 const std::array<double, K>& shares) {
    std::array<std::int64_t, K> counts{};
    double left = 1;
    for (std::size_t i = 0; i + 1 < K; ++i) {
        counts[i] =
            left > 0 ? nps::binomial_draw(n, std::clamp(shares[i] / left, 0.0, 1.0))(stream) : 0;
        n -= counts[i];
        left -= shares[i];
    }
    counts[K - 1] = n;
    return counts;
}

category_counts draw(nps::random_stream& stream, std::int64_t n, const category_shares& s) {
    const auto c = draw<3>(stream, n, {s.detractors, s.passives, s.promoters});
    return {c[0], c[1], c[2]};
}

nps::random_stream stream_of(const row& r) {
    return {seed + static_cast<std::uint64_t>(r.n_a), static_cast<std::uint32_t>(r.n_b),
            nps::random_purpose::simulation};
}

template <class Rejects>
double simulate(const row& r, Rejects rejects) {
    nps::random_stream stream = stream_of(r);
    int found = 0;
    for (int i = 0; i < draws; ++i) {
        found += rejects(stream) ? 1 : 0;
    }
    return static_cast<double>(found) / draws;
}

using two_sample_test = std::function<bool(const category_counts&, const category_counts&)>;

void measure(const row& r, const category_shares& a, const category_shares& b,
             const std::string& method, const two_sample_test& rejects) {
    if (r.n_a + r.n_b > enumerated) {
        print(r, method,
              simulate(r,
                       [&](nps::random_stream& stream) {
                           const category_counts one = draw(stream, r.n_a, a);
                           return rejects(one, draw(stream, r.n_b, b));
                       }),
              false);
        return;
    }
    const auto ones = tables(r.n_a, a);
    const auto twos = tables(r.n_b, b);
    double power = 0;
    for (const weighted_table& one : ones) {
        for (const weighted_table& two : twos) {
            const double probability = one.probability * two.probability;
            // At most 5e5 pairs: less than 1e-6 is left out.
            if (probability > 1e-12 && rejects(one.counts, two.counts)) {
                power += probability;
            }
        }
    }
    print(r, method, power, true);
}

const char* name(claim what) {
    switch (what) {
    case claim::equivalence:
        return "equivalence";
    case claim::non_inferiority:
        return "non_inferiority";
    case claim::superiority:
        return "superiority";
    case claim::difference:
        break;
    }
    return "difference";
}

double score_of(const category_shares& s) {
    return s.promoters - s.detractors;
}

struct two_sample_case {
    category_shares a, b;
    double power = 0.8;
    double allocation = 1;
    claim what = claim::difference;
    double margin = 0;
    std::int64_t comparisons = 1;
    int fewer = 0; // answers taken away from each group
};

void two_samples(const two_sample_case& c) {
    const double difference = c.what == claim::difference || c.what == claim::superiority
                                  ? score_of(c.a) - score_of(c.b)
                                  : 0;
    const nps::comparison_plan plan = nps::comparison_sample_size({.difference = difference,
                                                                   .power = c.power,
                                                                   .a = {.shares = c.a},
                                                                   .b = {.shares = c.b},
                                                                   .allocation = c.allocation,
                                                                   .claim = c.what,
                                                                   .equivalence_margin = c.margin,
                                                                   .comparisons = c.comparisons});
    std::string what = name(c.what);
    if (c.what != claim::difference) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "_%g", c.margin);
        what += buffer;
    } else if (c.comparisons > 1) {
        what += "_of_" + std::to_string(c.comparisons);
    }
    const row r{c.fewer == 0 ? "two" : "two_minus_" + std::to_string(c.fewer),
                what,
                text(c.a),
                text(c.b),
                plan.a.completes - c.fewer,
                plan.b.completes - c.fewer,
                0,
                c.power,
                plan.achieved_power};
    using enum nps::comparison_method;
    std::vector<std::pair<std::string, nps::comparison_method>> methods{
        {"wald", wald}, {"adjusted_wald", adjusted_wald}, {"score", score}};
    if (c.what == claim::difference && c.comparisons == 1 && c.fewer == 0) {
        methods.push_back({"likelihood_ratio", likelihood_ratio});
    }
    const double alpha = 0.05 / static_cast<double>(c.comparisons);
    for (const auto& [label, method] : methods) {
        measure(r, c.a, c.b, label, [&](const category_counts& one, const category_counts& two) {
            try {
                return nps::compare_scores(one, two,
                                           {.method = method,
                                            .claim = c.what,
                                            .equivalence_margin = c.margin,
                                            .level = 1 - alpha})
                           .p_value <= alpha;
            } catch (const nps::undefined_result&) {
                return true; // two unanimous groups that differ: nothing speaks against it
            }
        });
    }
}

void target(const category_shares& s, double difference, double power) {
    const nps::target_plan plan =
        nps::target_sample_size({.difference = difference, .power = power, .group = {.shares = s}});
    const std::int64_t n = plan.size.completes;
    const double goal = score_of(s) - difference;
    char goal_text[16];
    std::snprintf(goal_text, sizeof goal_text, "%g", goal);
    const row r{"target", "difference", text(s), goal_text, n, 0, 0, power, plan.achieved_power};
    for (const auto& [label, method] :
         {std::pair{"wald", nps::score_method::wald}, {"score", nps::score_method::score}}) {
        double found = 0;
        for (const weighted_table& t : tables(n, s)) {
            const nps::interval i = nps::score_interval(t.counts, {.method = method});
            found += goal < i.lower || goal > i.upper ? t.probability : 0;
        }
        print(r, label, found, true);
    }
}

// Answers before (rows) and after, detractor, passive, promoter.
using panel_shares = std::array<double, 9>;

struct panel {
    panel_shares shares;
    category_shares before{}, after{};
    double correlation = 0;

    explicit panel(const panel_shares& p) : shares(p) {
        double product = 0;
        std::array<double, 3> one{};
        std::array<double, 3> two{};
        for (std::size_t i = 0; i < 9; ++i) {
            one[i / 3] += p[i];
            two[i % 3] += p[i];
            product += p[i] * (static_cast<double>(i / 3) - 1) * (static_cast<double>(i % 3) - 1);
        }
        before = {one[0], one[1], one[2]};
        after = {two[0], two[1], two[2]};
        correlation = (product - score_of(before) * score_of(after)) /
                      (nps::respondent_sd(before) * nps::respondent_sd(after));
    }
};

void paired(const panel_shares& shares, double overlap, double power) {
    const panel p(shares);
    const nps::paired_plan plan =
        nps::paired_sample_size({.difference = score_of(p.before) - score_of(p.after),
                                 .correlation = p.correlation,
                                 .overlap = overlap,
                                 .power = power,
                                 .a = {.shares = p.before},
                                 .b = {.shares = p.after}});
    const row r{"paired",
                "difference",
                text(p.before),
                text(p.after),
                plan.waves.a.completes,
                plan.waves.b.completes,
                plan.completes_both,
                power,
                plan.waves.achieved_power};
    print(r, "wald",
          simulate(
              r,
              [&](nps::random_stream& stream) {
                  const auto both = draw<9>(stream, r.both, p.shares);
                  category_counts one = draw(stream, r.n_a - r.both, p.before);
                  category_counts two = draw(stream, r.n_b - r.both, p.after);
                  std::int64_t product = 0;
                  for (std::size_t i = 0; i < 9; ++i) {
                      const std::array into_one{&one.detractors, &one.passives, &one.promoters};
                      const std::array into_two{&two.detractors, &two.passives, &two.promoters};
                      *into_one[i / 3] += both[i];
                      *into_two[i % 3] += both[i];
                      product +=
                          both[i] * (static_cast<int>(i / 3) - 1) * (static_cast<int>(i % 3) - 1);
                  }
                  const nps::estimate a = nps::net_promoter_score(one);
                  const nps::estimate b = nps::net_promoter_score(two);
                  const double m = static_cast<double>(r.both);
                  // About the means of the waves.
                  std::array<std::int64_t, 2> sums{};
                  for (std::size_t i = 0; i < 9; ++i) {
                      sums[0] += both[i] * (static_cast<int>(i / 3) - 1);
                      sums[1] += both[i] * (static_cast<int>(i % 3) - 1);
                  }
                  const double covariance = m > 0 ? (static_cast<double>(product) -
                                                     static_cast<double>(sums[0]) * b.value -
                                                     static_cast<double>(sums[1]) * a.value) /
                                                            m +
                                                        a.value * b.value
                                                  : 0;
                  const double variance =
                      a.standard_error * a.standard_error + b.standard_error * b.standard_error -
                      2 * m * covariance / static_cast<double>(r.n_a) / static_cast<double>(r.n_b);
                  return std::abs(a.value - b.value) > 1.959963984540054 * std::sqrt(variance);
              }),
          false);
}

void omnibus(const std::vector<category_shares>& shares, double power) {
    std::vector<nps::omnibus_group> groups;
    std::string all;
    for (const category_shares& s : shares) {
        groups.push_back({.score = score_of(s), .shares = s});
        all += (all.empty() ? "" : " ") + text(s);
    }
    const nps::omnibus_plan plan = nps::omnibus_sample_size({.groups = groups, .power = power});
    const double critical = nps::chi_squared_upper_quantile(0.05, plan.degrees_of_freedom);
    const std::int64_t n = plan.groups[0].completes;
    const row r{"omnibus", "difference", all, "-", n, n, 0, power, plan.achieved_power};
    print(r, "wald",
          simulate(r,
                   [&](nps::random_stream& stream) {
                       double weights = 0;
                       double first = 0;
                       double second = 0;
                       for (const category_shares& s : shares) {
                           const nps::estimate e = nps::net_promoter_score(draw(stream, n, s));
                           if (!(e.standard_error > 0)) {
                               return true; // a group of one mind
                           }
                           const double w = 1 / (e.standard_error * e.standard_error);
                           weights += w;
                           first += w * e.value;
                           second += w * e.value * e.value;
                       }
                       return second - first * first / weights > critical;
                   }),
          false);
}

void shares(double a, double b, nps::share_planning_method method) {
    const bool arcsine = method == nps::share_planning_method::arcsine;
    const nps::comparison_plan plan =
        nps::share_comparison_sample_size({.a = {.share = a}, .b = {.share = b}, .method = method});
    const std::int64_t n = plan.a.completes;
    const category_shares one{1 - a, 0, a};
    const category_shares two{1 - b, 0, b};
    char texts[2][16];
    std::snprintf(texts[0], sizeof texts[0], "%g", a);
    std::snprintf(texts[1], sizeof texts[1], "%g", b);
    const row r{"share", "difference", texts[0], texts[1], n, n, 0, 0.8, plan.achieved_power};
    double power = 0;
    const auto twos = tables(n, two);
    for (const weighted_table& s : tables(n, one)) {
        for (const weighted_table& t : twos) {
            const double size = static_cast<double>(n);
            const double p = static_cast<double>(s.counts.promoters) / size;
            const double q = static_cast<double>(t.counts.promoters) / size;
            const double excess =
                arcsine ? 2 * std::abs(std::asin(std::sqrt(p)) - std::asin(std::sqrt(q)))
                        : std::abs(p - q);
            const double variance = arcsine ? 2 / size : (p * (1 - p) + q * (1 - q)) / size;
            power += excess > 1.959963984540054 * std::sqrt(variance)
                         ? s.probability * t.probability
                         : 0;
        }
    }
    print(r, arcsine ? "arcsine" : "wald", power, true);
}

// Ratings 0 to 10.
void means(const std::array<double, 11>& a, const std::array<double, 11>& b, double power) {
    const auto moments = [](const auto& weights, double total) {
        double mean = 0;
        double square = 0;
        for (std::size_t i = 0; i < 11; ++i) {
            mean += static_cast<double>(weights[i]) * static_cast<double>(i) / total;
            square += static_cast<double>(weights[i]) * static_cast<double>(i * i) / total;
        }
        return std::pair{mean, square - mean * mean};
    };
    const auto [mean_a, variance_a] = moments(a, 1);
    const auto [mean_b, variance_b] = moments(b, 1);
    const nps::comparison_plan plan =
        nps::mean_comparison_sample_size({.difference = mean_a - mean_b,
                                          .a = {.sd = std::sqrt(variance_a)},
                                          .b = {.sd = std::sqrt(variance_b)},
                                          .power = power});
    const std::int64_t n = plan.a.completes;
    char texts[2][16];
    std::snprintf(texts[0], sizeof texts[0], "%.4g", mean_a);
    std::snprintf(texts[1], sizeof texts[1], "%.4g", mean_b);
    const row r{"mean", "difference", texts[0], texts[1], n, n, 0, power, plan.achieved_power};
    print(r, "welch",
          simulate(r,
                   [&](nps::random_stream& stream) {
                       const double size = static_cast<double>(n);
                       const auto [x, v] = moments(draw<11>(stream, n, a), size);
                       const auto [y, w] = moments(draw<11>(stream, n, b), size);
                       const double t = (x - y) / std::sqrt((v + w) / (size - 1));
                       const double df = (v + w) * (v + w) / (v * v + w * w) * (size - 1);
                       return !(v + w > 0) || nps::student_t_upper_tail(std::abs(t), df) <= 0.025;
                   }),
          false);
}

} // namespace

int main() {
    std::printf("# nps, docs/power/power_study.cpp, seed %llu, date 2026-11-25\n",
                static_cast<unsigned long long>(seed));
    std::printf("design,claim,a,b,n_a,n_b,both,asked,planned,method,achieved,simulation_error,"
                "source\n");
    const category_shares usual{.2, .3, .5};
    const category_shares below{.3, .3, .4};
    const category_shares high{.1, .2, .7};
    const category_shares low{.4, .3, .3};
    const category_shares split{.5, 0, .5};
    const category_shares split_high{.25, 0, .75};
    const category_shares top{.02, .08, .9};
    const category_shares less_top{.1, .15, .75};
    const category_shares summit{0, .05, .95};
    const category_shares less_summit{.03, .07, .9};
    const category_shares passive{.02, .96, .02};
    const category_shares less_passive{.02, .83, .15};
    for (const double power : {0.5, 0.8, 0.95}) {
        two_samples({high, low, power});
        two_samples({split_high, {.6, 0, .4}, power});
        two_samples({usual, below, power});
        two_samples({split_high, split, power});
        two_samples({top, less_top, power});
        two_samples({summit, less_summit, power});
        two_samples({passive, less_passive, power});
    }
    two_samples({usual, {.225, .3, .475}});
    two_samples({summit, low});
    for (const double allocation : {0.25, 4.0}) {
        two_samples({high, low, 0.8, allocation});
        two_samples({usual, below, 0.8, allocation});
        two_samples({top, less_top, 0.8, allocation});
    }
    two_samples({.a = high, .b = low, .comparisons = 6});
    two_samples({.a = usual, .b = below, .comparisons = 6});
    for (const auto& [a, b] : {std::pair{high, low}, {usual, below}, {top, less_top}}) {
        two_samples({.a = a, .b = b, .fewer = 3});
    }
    two_samples({.a = usual, .b = usual, .what = claim::equivalence, .margin = 0.5});
    two_samples({.a = usual, .b = usual, .what = claim::equivalence, .margin = 0.1});
    two_samples({.a = top, .b = top, .what = claim::equivalence, .margin = 0.2});
    two_samples({.a = usual, .b = usual, .what = claim::non_inferiority, .margin = 0.5});
    two_samples({.a = usual, .b = usual, .what = claim::non_inferiority, .margin = 0.1});
    two_samples({.a = top, .b = top, .what = claim::non_inferiority, .margin = 0.2});
    two_samples({.a = high, .b = below, .what = claim::superiority, .margin = 0.1});
    for (const double power : {0.5, 0.8, 0.95}) {
        target(usual, 0.3, power);
        target(usual, 0.1, power);
        target(usual, -0.1, power);
        target(top, 0.1, power);
        target(top, -0.05, power);
        target(passive, 0.1, power);
    }
    const panel_shares loyal{.12, .05, .05, .02, .20, .08, .02, .05, .41};
    const panel_shares won_back{.05, .10, .15, .02, .13, .15, .01, .04, .35};
    const panel_shares concentrated{.01, .01, .08, .0, .03, .05, .0, .0, .82};
    for (const double overlap : {1.0, 0.4}) {
        paired(loyal, overlap, 0.8);
        paired(won_back, overlap, 0.8);
        paired(concentrated, overlap, 0.8);
    }
    omnibus({usual, usual, below}, 0.8);
    omnibus({high, below, low}, 0.8);
    omnibus({usual, usual, usual, usual, below}, 0.9);
    omnibus({top, top, less_top}, 0.8);
    using nps::share_planning_method;
    for (const auto method : {share_planning_method::wald, share_planning_method::arcsine}) {
        shares(.65, .85, method);
        shares(.5, .4, method);
        shares(.02, .1, method);
        shares(.9, .3, method);
    }
    constexpr std::array<double, 11> nine{.02, .01, .01, .02, .02, .07, .05, .12, .18, .20, .30};
    constexpr std::array<double, 11> eight{.05, .02, .03, .04, .04, .12, .08, .14, .16, .14, .18};
    constexpr std::array<double, 11> two_ends{.45, 0, 0, 0, 0, .05, 0, 0, 0, 0, .5};
    means(nine, eight, 0.8);
    means(nine, two_ends, 0.8);
    means(nine, two_ends, 0.95);
}

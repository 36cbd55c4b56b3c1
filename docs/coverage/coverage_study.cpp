// SPDX-License-Identifier: Apache-2.0
// Measures how often each score interval contains the true score; README.md says what is measured
// and how the default method follows from it.
// Usage: coverage_study > coverage.csv   (a few minutes on one core)

#include <nps/infer/score_interval.hpp>
#include <nps/infer/score_posterior.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/resample/ideal_bootstrap.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261122;
// A limit that equals the true score but for rounding contains it.
constexpr double rounding = 1e-9;

struct limits {
    double lower;
    double upper;
};

using interval_of = std::function<nps::interval(const nps::category_counts&)>;

struct method {
    std::string name;
    interval_of interval;
    int enumerated = 1'000; // largest n whose every table is looked at
    int simulated = 10'000; // largest n that is simulated
    int draws = 10'000;     // surveys a point
    // The posterior tells on which side the truth lies for a tenth of the cost of an interval.
    bool by_posterior = false;
};

std::vector<method> all_methods() {
    const auto of = [](nps::score_method which) -> interval_of {
        return [which](const nps::category_counts& counts) {
            return nps::score_interval(counts, {.method = which});
        };
    };
    const auto bootstrap = [](nps::bootstrap_method which) -> interval_of {
        return [which](const nps::category_counts& counts) {
            return nps::ideal_bootstrap(counts).interval({.method = which});
        };
    };
    using enum nps::score_method;
    return {
        {.name = "wald", .interval = of(wald)},
        {.name = "adjusted_wald", .interval = of(adjusted_wald)},
        {.name = "score", .interval = of(score)},
        {.name = "bonett_price", .interval = of(bonett_price)},
        {.name = "newcombe", .interval = of(newcombe)},
        {.name = "likelihood_ratio", .interval = of(likelihood_ratio)},
        {.name = "exact", .interval = of(exact), .enumerated = 100, .simulated = 100},
        {.name = "bayesian",
         .interval = of(bayesian),
         .enumerated = 200,
         .draws = 1'000,
         .by_posterior = true},
        {.name = "bootstrap_percentile", .interval = bootstrap(nps::bootstrap_method::percentile)},
        {.name = "bootstrap_basic", .interval = bootstrap(nps::bootstrap_method::basic)},
        {.name = "bootstrap_bca", .interval = bootstrap(nps::bootstrap_method::bca)}};
}

// A true (p, d) with p >= d; the mirrored point has the same coverage with left and right swapped.
struct truth {
    double p, d, q, score;
    bool core;
    int weight; // 2 where the mirrored point is another one
};

std::vector<truth> grid(int steps) {
    std::vector<truth> points;
    for (int p = 0; p <= steps; ++p) {
        for (int d = 0; d <= p && p + d <= steps; ++d) {
            const int q = steps - p - d;
            if (p == steps || q == steps) {
                continue;
            }
            const double k = steps;
            // At least 0.05 each.
            const bool core = 20 * (std::min)({p, d, q}) >= steps;
            points.push_back({p / k, d / k, q / k, (p - d) / k, core, p == d ? 1 : 2});
        }
    }
    return points;
}

// What one method did at one point.
struct outcome {
    double coverage = 0, left = 0, right = 0, width = 0, width_weight = 0;

    void add(bool above, bool below, double weight) {
        left += above ? weight : 0;
        right += below ? weight : 0;
        coverage += above || below ? 0 : weight;
    }
    void add(const limits& i, double score, double weight) {
        add(i.lower > score + rounding, i.upper < score - rounding, weight);
        width += weight * (i.upper - i.lower);
        width_weight += weight;
    }
};

struct summary {
    double mean = 0, minimum = 1, core_mean = 0, core_minimum = 1, core_left = 0, core_right = 0,
           core_imbalance = 0, core_width = 0;
};

summary summarise(const std::vector<truth>& points, const std::vector<outcome>& outcomes) {
    summary s;
    double all = 0;
    double core = 0;
    double sided = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const outcome& o = outcomes[i];
        const double w = points[i].weight;
        all += w;
        s.mean += w * o.coverage;
        s.minimum = (std::min)(s.minimum, o.coverage);
        if (!points[i].core) {
            continue;
        }
        core += w;
        s.core_mean += w * o.coverage;
        s.core_minimum = (std::min)(s.core_minimum, o.coverage);
        s.core_imbalance += w * std::abs(o.left - o.right);
        s.core_width += w * o.width / o.width_weight;
        if (w == 2) { // more promoters than detractors
            sided += 1;
            s.core_left += o.left;
            s.core_right += o.right;
        }
    }
    s.mean /= all;
    s.core_mean /= core;
    s.core_imbalance /= core;
    s.core_width /= core;
    s.core_left /= sided;
    s.core_right /= sided;
    return s;
}

void print(const std::string& name, int n, const char* source, const summary& s) {
    std::printf("%s,%d,%s,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", name.c_str(), n, source,
                s.mean, s.minimum, s.core_mean, s.core_minimum, s.core_left, s.core_right,
                s.core_imbalance, s.core_width);
}

// The intervals of every table of n answers, by promoters and then detractors.
class interval_table {
public:
    interval_table(const method& m, int n) : n_(n) {
        const auto side = static_cast<std::size_t>(n) + 1;
        cells_.resize(side * (side + 1) / 2);
        for (int p = 0; p <= n; ++p) {
            for (int d = 0; d <= p && p + d <= n; ++d) {
                const nps::interval i =
                    m.interval({.detractors = d, .passives = n - p - d, .promoters = p});
                cells_[index(p, d)] = {i.lower, i.upper};
                // Mirrored; that methods do this themselves is tested elsewhere.
                cells_[index(d, p)] = p == d ? cells_[index(p, d)] : limits{-i.upper, -i.lower};
            }
        }
    }
    [[nodiscard]] const limits& operator()(int promoters, int detractors) const {
        return cells_[index(promoters, detractors)];
    }

private:
    [[nodiscard]] std::size_t index(int p, int d) const {
        const auto row = static_cast<std::size_t>(p);
        return row * (static_cast<std::size_t>(n_) + 1) - row * (row - 1) / 2 +
               static_cast<std::size_t>(d);
    }
    int n_;
    std::vector<limits> cells_;
};

struct window {
    int first;
    int last;
};

// All but less than 1e-15 of a binomial distribution.
window likely(int n, double p) {
    const double mean = n * p;
    const double reach = 9 * std::sqrt(mean * (1 - p)) + 40;
    return {(std::max)(0, static_cast<int>(std::floor(mean - reach))),
            (std::min)(n, static_cast<int>(std::ceil(mean + reach)))};
}

void enumerate(const std::vector<const method*>& methods, const std::vector<interval_table>& tables,
               int n, int steps, const char* source) {
    const std::vector<truth> points = grid(steps);
    std::vector<double> log_factorial(static_cast<std::size_t>(n) + 1);
    for (int i = 2; i <= n; ++i) {
        log_factorial[static_cast<std::size_t>(i)] =
            log_factorial[static_cast<std::size_t>(i) - 1] + std::log(i);
    }
    const auto fact = [&](int i) { return log_factorial[static_cast<std::size_t>(i)]; };
    const auto term = [](int count, double share) {
        return count == 0 ? 0 : count * std::log(share);
    };
    std::vector<std::vector<outcome>> outcomes(methods.size(), std::vector<outcome>(points.size()));
    for (std::size_t at = 0; at < points.size(); ++at) {
        const truth& t = points[at];
        double total = 0;
        const window w = likely(n, t.p);
        for (int p = w.first; p <= w.last; ++p) {
            const window v = likely(n - p, (std::min)(1.0, t.d / (1 - t.p)));
            for (int d = v.first; d <= v.last; ++d) {
                const int q = n - p - d;
                if ((p > 0 && t.p == 0) || (d > 0 && t.d == 0) || (q > 0 && t.q == 0)) {
                    continue;
                }
                const double weight = std::exp(fact(n) - fact(p) - fact(d) - fact(q) +
                                               term(p, t.p) + term(d, t.d) + term(q, t.q));
                total += weight;
                for (std::size_t m = 0; m < methods.size(); ++m) {
                    outcomes[m][at].add(tables[m](p, d), t.score, weight);
                }
            }
        }
        if (!(std::abs(total - 1) < 1e-11)) {
            std::fprintf(stderr, "probabilities of n = %d add up to %.17g\n", n, total);
            std::exit(1);
        }
    }
    for (std::size_t m = 0; m < methods.size(); ++m) {
        print(methods[m]->name, n, source, summarise(points, outcomes[m]));
    }
}

void simulate(const method& m, int n, const interval_table* table) {
    const std::vector<truth> points = grid(10);
    std::vector<outcome> outcomes(points.size());
    for (std::size_t at = 0; at < points.size(); ++at) {
        const truth& t = points[at];
        // Every method sees the same surveys.
        nps::random_stream stream(seed + static_cast<std::uint64_t>(n),
                                  static_cast<std::uint32_t>(at), nps::random_purpose::simulation);
        const nps::binomial_draw promoters(n, t.p);
        for (int draw = 0; draw < m.draws; ++draw) {
            const std::int64_t p = promoters(stream);
            const std::int64_t d =
                nps::binomial_draw(n - p, (std::min)(1.0, t.d / (1 - t.p)))(stream);
            const nps::category_counts counts{
                .detractors = d, .passives = n - p - d, .promoters = p};
            if (table != nullptr) {
                outcomes[at].add((*table)(static_cast<int>(p), static_cast<int>(d)), t.score, 1);
            } else if (m.by_posterior && draw >= 20) {
                const double below = nps::score_posterior(counts).cdf(t.score);
                outcomes[at].add(below<0.025, below> 0.975, 1);
            } else {
                const nps::interval i = m.interval(counts);
                outcomes[at].add({i.lower, i.upper}, t.score, 1);
            }
        }
        for (double* share : {&outcomes[at].coverage, &outcomes[at].left, &outcomes[at].right}) {
            *share /= m.draws;
        }
    }
    print(m.name, n, "simulation", summarise(points, outcomes));
}

} // namespace

int main() {
    const std::vector<method> methods = all_methods();
    std::printf("# nps, docs/coverage/coverage_study.cpp, seed %llu, date 2026-11-22\n",
                static_cast<unsigned long long>(seed));
    std::printf("method,n,source,mean,minimum,core_mean,core_minimum,core_left,core_right,"
                "core_imbalance,core_width\n");
    std::vector<int> sizes;
    for (int n = 5; n <= 50; ++n) {
        sizes.push_back(n);
    }
    sizes.insert(sizes.end(), {100, 200, 500, 1'000, 2'000, 5'000, 10'000});
    for (const int n : sizes) {
        std::vector<const method*> enumerated;
        std::vector<interval_table> tables;
        for (const method& m : methods) {
            if (n <= m.enumerated) {
                enumerated.push_back(&m);
                tables.emplace_back(m, n);
            }
        }
        if (!tables.empty()) {
            enumerate(enumerated, tables, n, 40, "enumeration");
        }
        if (!tables.empty() && n >= 100) { // the points of the simulation, to check it by
            enumerate(enumerated, tables, n, 10, "enumeration_coarse");
        }
        for (const method& m : methods) {
            if (n >= 100 && n <= m.simulated) {
                const auto at = std::ranges::find(enumerated, &m);
                simulate(m, n,
                         at == enumerated.end()
                             ? nullptr
                             : &tables[static_cast<std::size_t>(at - enumerated.begin())]);
            }
        }
        std::fprintf(stderr, "n = %d done\n", n);
    }
}

// SPDX-License-Identifier: Apache-2.0
// Measures how often each test of two samples calls groups different that are not; README.md says
// what is measured and how the defaults follow from it.
// Usage: size_study size.csv power.csv   (about ten minutes on one core)

#include <nps/infer/compare_means.hpp>
#include <nps/infer/compare_scores.hpp>
#include <nps/infer/compare_shares.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>
#include <nps/resample/score_permutation_test.hpp>

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
#include <utility>
#include <vector>

namespace {

using nps::alternative;
using nps::category_counts;

using size_study::outcome;
using size_study::seed;
using size_study::verdict;

using test =
    std::function<nps::comparison(const category_counts&, const category_counts&, alternative)>;

struct method {
    std::string name;
    test compare;
    bool shares = false;             // of promoters alone: tables and truths without detractors
    std::int64_t cells = 10'000'000; // largest number of pairs of tables that is enumerated
    int draws = 10'000;              // pairs of surveys a truth; 0: not simulated
};

std::vector<method> all_methods() {
    const auto scores = [](nps::comparison_method which) -> test {
        return [which](const category_counts& a, const category_counts& b, alternative side) {
            return nps::compare_scores(a, b, {.method = which, .alternative = side});
        };
    };
    const auto permutation = [](nps::permutation_hypothesis which, bool mid_p) -> test {
        return [=](const category_counts& a, const category_counts& b, alternative side) {
            return nps::score_permutation_test(
                a, b, {.hypothesis = which, .alternative = side, .mid_p = mid_p});
        };
    };
    // Of promoters.
    const auto shares = [](nps::share_comparison_method which) -> test {
        return [which](const category_counts& a, const category_counts& b, alternative side) {
            return nps::compare_shares({a.promoters, a.n()}, {b.promoters, b.n()},
                                       {.method = which, .alternative = side});
        };
    };
    // Of the answers coded -1, 0, 1.
    const auto means = [](nps::mean_comparison_method which) -> test {
        const auto codes = [](const category_counts& c) {
            const auto n = static_cast<double>(c.n());
            const auto q = static_cast<double>(c.passives);
            const auto d = static_cast<double>(c.detractors);
            const auto p = static_cast<double>(c.promoters);
            return nps::moments{.count = c.n(),
                                .mean = (p - d) / n,
                                .squared_deviations = (q * (p + d) + 4 * p * d) / n};
        };
        return [=](const category_counts& a, const category_counts& b, alternative side) {
            return nps::compare_means(codes(a), codes(b), {.method = which, .alternative = side});
        };
    };
    using share = nps::share_comparison_method;
    using enum nps::comparison_method;
    using enum nps::permutation_hypothesis;
    return {{.name = "wald", .compare = scores(wald)},
            {.name = "wald_pooled", .compare = scores(wald_pooled)},
            {.name = "adjusted_wald", .compare = scores(adjusted_wald)},
            {.name = "score", .compare = scores(score)},
            {.name = "likelihood_ratio", .compare = scores(likelihood_ratio)},
            {.name = "welch", .compare = scores(welch)},
            {.name = "permutation", .compare = permutation(equal_distributions, false)},
            {.name = "permutation_mid_p", .compare = permutation(equal_distributions, true)},
            {.name = "studentised_permutation", .compare = permutation(equal_scores, false)},
            {.name = "studentised_permutation_mid_p", .compare = permutation(equal_scores, true)},
            // 20 to 60 ms each: 5/5 alone.
            {.name = "bayesian", .compare = scores(bayesian), .cells = 500, .draws = 0},
            {.name = "means_pooled", .compare = means(nps::mean_comparison_method::pooled)},
            {.name = "means_welch", .compare = means(nps::mean_comparison_method::welch)},
            {.name = "shares_wald", .compare = shares(share::wald), .shares = true},
            {.name = "shares_wald_pooled", .compare = shares(share::wald_pooled), .shares = true},
            {.name = "shares_newcombe", .compare = shares(share::newcombe), .shares = true},
            {.name = "shares_miettinen_nurminen",
             .compare = shares(share::miettinen_nurminen),
             .shares = true},
            {.name = "shares_fisher", .compare = shares(share::fisher), .shares = true}};
}

// Shares in thousandths, so that equal scores are equal.
struct truth {
    int promoters;
    int detractors;

    [[nodiscard]] int passives() const { return 1'000 - promoters - detractors; }
    [[nodiscard]] int score() const { return promoters - detractors; }
    [[nodiscard]] bool core(bool shares) const {
        return (std::min)(promoters, passives()) >= 50 && (shares || detractors >= 50);
    }
    friend auto operator<=>(const truth&, const truth&) = default;
};

struct truth_pair {
    truth a;
    truth b;
};

// A hypothesis, or a difference to be found, with the truths where it holds.
struct family {
    std::string name;
    std::vector<truth_pair> pairs;
    bool shares; // for the tests of shares, or for the tests of scores
    int apart = 0;
};

// All truths on a grid but for the three where all answers are equal.
std::vector<truth> grid(int step, bool shares) {
    std::vector<truth> points;
    for (int p = 0; p <= 1'000; p += step) {
        for (int d = 0; p + d <= 1'000 && (!shares || d == 0); d += step) {
            const truth t{p, d};
            if ((std::max)({t.promoters, t.detractors, t.passives()}) < 1'000) {
                points.push_back(t);
            }
        }
    }
    return points;
}

// The pairs of core truths with a difference of scores, for the power.
family core_apart(int difference, bool shares) {
    family f{.name = "apart", .pairs = {}, .shares = shares, .apart = difference};
    const std::vector<truth> points = grid(50, shares);
    for (const truth& a : points) {
        for (const truth& b : points) {
            if (a.core(shares) && b.core(shares) && a.score() - b.score() == difference) {
                f.pairs.push_back({a, b});
            }
        }
    }
    return f;
}

// About where a test of 5 % finds half of the differences.
int findable_difference(int n_a, int n_b, int step) {
    return step * static_cast<int>(std::lround(1'600 * std::sqrt(1.0 / n_a + 1.0 / n_b) / step));
}

std::vector<family> enumerated_families(int n_a, int n_b) {
    family equal_shares{.name = "equal_shares", .pairs = {}, .shares = false};
    family equal_scores{.name = "equal_scores", .pairs = {}, .shares = false};
    const std::vector<truth> points = grid(25, false);
    for (const truth& a : points) {
        for (const truth& b : points) {
            if (a == b) {
                equal_shares.pairs.push_back({a, b});
            } else if (a.score() == b.score()) {
                equal_scores.pairs.push_back({a, b});
            }
        }
    }
    family equal_share{.name = "equal_shares", .pairs = {}, .shares = true};
    for (const truth& a : grid(5, true)) {
        equal_share.pairs.push_back({a, a});
    }
    const int apart = findable_difference(n_a, n_b, 100);
    return {equal_shares, equal_scores, equal_share, core_apart(apart, false),
            core_apart(apart / 2 / 50 * 50, true)};
}

// A few truths, among them scores near 1 and groups of which only one varies much.
std::vector<family> listed_families(int n_a, int n_b) {
    family equal_shares{.name = "equal_shares", .pairs = {}, .shares = false};
    for (const truth t : {truth{500, 200}, truth{350, 350}, truth{50, 50}, truth{500, 500},
                          truth{900, 50}, truth{950, 25}, truth{950, 0}, truth{990, 5}}) {
        equal_shares.pairs.push_back({t, t});
    }
    family equal_scores{.name = "equal_scores", .pairs = {}, .shares = false};
    for (const truth_pair p : {truth_pair{{50, 50}, {500, 500}}, truth_pair{{350, 50}, {600, 300}},
                               truth_pair{{300, 0}, {650, 350}}, truth_pair{{900, 0}, {950, 50}}}) {
        equal_scores.pairs.push_back(p);
        equal_scores.pairs.push_back({p.b, p.a});
    }
    family equal_share{.name = "equal_shares", .pairs = {}, .shares = true};
    for (const int p : {5, 20, 50, 100, 200, 350, 500, 700, 900, 980}) {
        equal_share.pairs.push_back({{p, 0}, {p, 0}});
    }
    const int apart = findable_difference(n_a, n_b, 4);
    family scores_apart{.name = "apart", .pairs = {}, .shares = false, .apart = apart};
    for (const truth b : {truth{400, 300}, truth{100, 300}, truth{500, 450}}) {
        scores_apart.pairs.push_back({{b.promoters + apart / 2, b.detractors - apart / 2}, b});
    }
    family shares_apart{.name = "apart", .pairs = {}, .shares = true, .apart = apart / 2};
    for (const int b : {100, 400, 600}) {
        shares_apart.pairs.push_back({{b + apart / 2, 0}, {b, 0}});
    }
    return {equal_shares, equal_scores, equal_share, scores_apart, shares_apart};
}

// The families of a row's source.
struct source {
    const char* name;
    std::vector<family> families;
};

struct files {
    std::FILE* size;
    std::FILE* power;
};

struct run {
    const method* which;
    alternative side;
    int n_a;
    int n_b;
    const char* source;
};

void print(const files& out, const run& r, const family& f, const std::vector<outcome>& outcomes) {
    const size_study::summary s(outcomes);
    std::FILE* const file = f.apart == 0 ? out.size : out.power;
    std::fprintf(file, "%s,%s,%d,%d,%s,", r.which->name.c_str(), size_study::word(r.side), r.n_a,
                 r.n_b, r.source);
    if (f.apart != 0) {
        std::fprintf(file, "%.3f,%zu,%.6f\n", f.apart / 1e3, outcomes.size(), s.mean);
        return;
    }
    const auto [a, b] = f.pairs[s.at];
    std::fprintf(file, "%s,%zu,%.6f,%.3f,%.3f,%.3f,%.3f,", f.name.c_str(), outcomes.size(),
                 s.largest, a.promoters / 1e3, a.detractors / 1e3, b.promoters / 1e3,
                 b.detractors / 1e3);
    s.print(file);
}

verdict ask(const method& m, const category_counts& a, const category_counts& b, alternative side) {
    const std::int64_t apart =
        (a.promoters - a.detractors) * b.n() - (b.promoters - b.detractors) * a.n();
    return size_study::ask([&](alternative s) { return m.compare(a, b, s); }, side, apart > 0);
}

std::vector<category_counts> all_tables(int n, bool shares) {
    std::vector<category_counts> tables;
    for (int p = 0; p <= n; ++p) {
        for (int d = 0; p + d <= n && (!shares || d == 0); ++d) {
            tables.push_back({.detractors = d, .passives = n - p - d, .promoters = p});
        }
    }
    return tables;
}

// Probability of each table under each truth, truths side by side.
std::vector<double> probabilities(const std::vector<category_counts>& tables,
                                  const std::vector<truth>& truths) {
    const auto n = static_cast<double>(tables.front().n());
    const auto term = [](std::int64_t count, int share) {
        const auto k = static_cast<double>(count);
        return count == 0 ? 0 : k * std::log(share / 1e3) - std::lgamma(k + 1);
    };
    std::vector<double> result;
    std::vector<double> totals(truths.size());
    for (const category_counts& c : tables) {
        for (std::size_t t = 0; t < truths.size(); ++t) {
            result.push_back(std::exp(std::lgamma(n + 1) + term(c.promoters, truths[t].promoters) +
                                      term(c.detractors, truths[t].detractors) +
                                      term(c.passives, truths[t].passives())));
            totals[t] += result.back();
        }
    }
    for (const double total : totals) {
        if (!(std::abs(total - 1) < 1e-11)) {
            std::fprintf(stderr, "probabilities add up to %.17g\n", total);
            std::exit(1);
        }
    }
    return result;
}

std::size_t position(const std::vector<truth>& sorted, const truth& t) {
    return static_cast<std::size_t>(std::ranges::lower_bound(sorted, t) - sorted.begin());
}

// All pairs of tables of two sizes, for the tests of scores or for those of shares.
class enumeration {
public:
    enumeration(int n_a, int n_b, bool shares, std::vector<source> sources)
        : n_a_(n_a), n_b_(n_b), tables_a_(all_tables(n_a, shares)),
          tables_b_(all_tables(n_b, shares)), sources_(std::move(sources)) {
        for (auto& [name, families] : sources_) {
            std::erase_if(families, [&](const family& f) { return f.shares != shares; });
            for (const family& f : families) {
                for (const truth_pair& p : f.pairs) {
                    truths_.push_back(p.a);
                    truths_.push_back(p.b);
                }
            }
        }
        std::ranges::sort(truths_);
        truths_.erase(std::ranges::unique(truths_).begin(), truths_.end());
        probability_a_ = probabilities(tables_a_, truths_);
        probability_b_ = probabilities(tables_b_, truths_);
    }

    [[nodiscard]] auto cells() const {
        return static_cast<std::int64_t>(tables_a_.size() * tables_b_.size());
    }

    void study(const files& out, const method& m, alternative side) const {
        const std::size_t wide = truths_.size();
        // Of each table of a and truth of b: the chance that b's table makes the test reject.
        std::vector<double> rejected(tables_a_.size() * wide);
        std::vector<double> unanswered(rejected.size());
        for (std::size_t i = 0; i < tables_a_.size(); ++i) {
            for (std::size_t j = 0; j < tables_b_.size(); ++j) {
                const verdict v = ask(m, tables_a_[i], tables_b_[j], side);
                if (v.rejects) {
                    add(rejected, i, j);
                }
                if (!v.answers) {
                    add(unanswered, i, j);
                }
            }
        }
        for (const auto& [name, families] : sources_) {
            for (const family& f : families) {
                std::vector<outcome> outcomes;
                for (const truth_pair& p : f.pairs) {
                    const std::size_t a = position(truths_, p.a);
                    const std::size_t b = position(truths_, p.b);
                    outcome o{.core = p.a.core(f.shares) && p.b.core(f.shares)};
                    for (std::size_t i = 0; i < tables_a_.size(); ++i) {
                        o.rejected += probability_a_[i * wide + a] * rejected[i * wide + b];
                        o.unanswered += probability_a_[i * wide + a] * unanswered[i * wide + b];
                    }
                    outcomes.push_back(o);
                }
                print(out, {&m, side, n_a_, n_b_, name}, f, outcomes);
            }
        }
    }

private:
    void add(std::vector<double>& sums, std::size_t i, std::size_t j) const {
        double* const sum = &sums[i * truths_.size()];
        const double* const more = &probability_b_[j * truths_.size()];
        for (std::size_t t = 0; t < truths_.size(); ++t) {
            sum[t] += more[t];
        }
    }

    int n_a_;
    int n_b_;
    std::vector<category_counts> tables_a_;
    std::vector<category_counts> tables_b_;
    std::vector<source> sources_;
    std::vector<truth> truths_;
    std::vector<double> probability_a_;
    std::vector<double> probability_b_;
};

category_counts draw(int n, const truth& t, nps::random_stream& stream) {
    const std::int64_t p = nps::binomial_draw(n, t.promoters / 1e3)(stream);
    const double given = static_cast<double>(t.detractors) / (1'000 - t.promoters);
    const std::int64_t d = nps::binomial_draw(n - p, given)(stream);
    return {.detractors = d, .passives = n - p - d, .promoters = p};
}

void simulate(const files& out, const method& m, alternative side, int n_a, int n_b) {
    std::uint32_t at = 0;
    for (const family& f : listed_families(n_a, n_b)) {
        std::vector<outcome> outcomes;
        for (const truth_pair& p : f.pairs) {
            // Every method sees the same surveys.
            nps::random_stream stream(seed + static_cast<std::uint64_t>(100'000 * n_a + n_b), at++,
                                      nps::random_purpose::simulation);
            outcome o{.core = p.a.core(f.shares) && p.b.core(f.shares)};
            for (int k = 0; f.shares == m.shares && k < m.draws; ++k) {
                const category_counts a = draw(n_a, p.a, stream);
                const verdict v = ask(m, a, draw(n_b, p.b, stream), side);
                o.rejected += v.rejects ? 1.0 / m.draws : 0;
                o.unanswered += v.answers ? 0 : 1.0 / m.draws;
            }
            outcomes.push_back(o);
        }
        if (f.shares == m.shares) {
            print(out, {&m, side, n_a, n_b, "simulation"}, f, outcomes);
        }
    }
}

} // namespace

int main(int arguments, char** argument) {
    if (arguments != 3) {
        std::fprintf(stderr, "usage: size_study size.csv power.csv\n");
        return 2;
    }
    const files out{size_study::open_table(argument[1], "size_study"),
                    size_study::open_table(argument[2], "size_study")};
    std::fprintf(out.size,
                 "method,alternative,n_a,n_b,source,family,truths,largest,promoters_a,detractors_a,"
                 "promoters_b,detractors_b,%s\n",
                 size_study::summary::columns);
    std::fprintf(out.power, "method,alternative,n_a,n_b,source,difference,truths,mean\n");
    const std::vector<method> methods = all_methods();
    const std::array sides{alternative::two_sided, alternative::greater};
    struct sizes {
        int a, b;
    };
    for (const auto [a, b] : {sizes{5, 5},
                              {10, 10},
                              {20, 20},
                              {30, 30},
                              {40, 40},
                              {5, 10},
                              {5, 30},
                              {10, 30},
                              {10, 60},
                              {10, 100}}) {
        // Two of the simulated pairs, to check the simulation by.
        const bool listed = (a == 30 && b == 30) || (a == 10 && b == 60);
        std::vector<source> sources{{"enumeration", enumerated_families(a, b)}};
        if (listed) {
            sources.push_back({"enumeration_listed", listed_families(a, b)});
        }
        const enumeration scores(a, b, false, sources);
        const enumeration shares(a, b, true, sources);
        for (const method& m : methods) {
            const enumeration& all = m.shares ? shares : scores;
            for (const alternative side : sides) {
                if (all.cells() <= m.cells) {
                    all.study(out, m, side);
                }
            }
        }
        std::fprintf(stderr, "%d/%d enumerated\n", a, b);
    }
    for (const auto [a, b] :
         {sizes{30, 30}, {10, 60}, {100, 100}, {100, 400}, {20, 1'000}, {1'000, 1'000}}) {
        for (const method& m : methods) {
            for (const alternative side : sides) {
                if (m.draws > 0) {
                    simulate(out, m, side, a, b);
                }
            }
        }
        std::fprintf(stderr, "%d/%d simulated\n", a, b);
    }
    return std::fclose(out.size) == 0 && std::fclose(out.power) == 0 ? 0 : 1;
}

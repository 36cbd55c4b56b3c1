// SPDX-License-Identifier: Apache-2.0
// How often the intervals of importance_bootstrap hold the truth. Writes importance.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -isystem /usr/include/eigen3 -I include -pthread
//     docs/importance_coverage/importance_study.cpp -o importance_study
//   ./importance_study > docs/importance_coverage/importance.csv
// A quarter of an hour.
#include <nps/model/importance_bootstrap.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;
constexpr std::size_t drivers = 4;

struct survey {
    Eigen::MatrixXd items;
    Eigen::VectorXd outcome;
};

// Four normal items with one correlation; effects 0.5, 0.3, 0.3 and 0 and normal errors of variance
// 1. Ratings: 7 + 2 x rounded and held in 0-10, of items and of the outcome.
survey draw(std::int64_t n, double correlation, bool ratings, nps::random_stream& random) {
    const auto normal = [&] { return nps::normal_quantile(random.uniform()); };
    const auto rated = [&](double x) {
        return ratings ? std::clamp(std::round(7 + 2 * x), 0.0, 10.0) : x;
    };
    constexpr double effects[drivers] = {0.5, 0.3, 0.3, 0};
    survey result{Eigen::MatrixXd(n, static_cast<Eigen::Index>(drivers)), Eigen::VectorXd(n)};
    for (std::int64_t i = 0; i < n; ++i) {
        const double common = normal();
        double y = normal();
        for (std::size_t j = 0; j < drivers; ++j) {
            const double x =
                std::sqrt(correlation) * common + std::sqrt(1 - correlation) * normal();
            result.items(i, static_cast<Eigen::Index>(j)) = rated(x);
            y += effects[j] * x;
        }
        result.outcome[i] = rated(y);
    }
    return result;
}

struct tally {
    double sum = 0;
    std::int64_t percentile_below = 0; // the interval lies above the truth
    std::int64_t percentile_above = 0;
    std::int64_t bca_below = 0;
    std::int64_t bca_above = 0;

    void add(const nps::bootstrap_result& one, double truth) {
        // Truths are parts of R^2 up to rounding.
        const nps::interval p = one.interval();
        const nps::interval b = one.interval({.method = nps::bootstrap_method::bca});
        sum += one.estimate;
        percentile_below += truth < p.lower - 1e-12 ? 1 : 0;
        percentile_above += truth > p.upper + 1e-12 ? 1 : 0;
        bca_below += truth < b.lower - 1e-12 ? 1 : 0;
        bca_above += truth > b.upper + 1e-12 ? 1 : 0;
    }
};

} // namespace

int main() {
    constexpr std::uint32_t surveys = 1000;
    constexpr std::int64_t replicates = 1000;
    std::printf("# nps, program docs/importance_coverage/importance_study.cpp, %u surveys a row, "
                "%lld replicates, seed %llu, date 2026-11-25\n",
                surveys, static_cast<long long>(replicates), static_cast<unsigned long long>(seed));
    std::printf("answers,correlation,n,method,quantity,truth,mean,percentile_low,percentile_high,"
                "bca_low,bca_high\n");
    for (const bool ratings : {true, false}) {
        for (const double correlation : {0.0, 0.5}) {
            for (const auto method :
                 {nps::importance_method::shapley, nps::importance_method::johnson}) {
                // The truth: of the population's correlations, or of four million ratings.
                nps::importance truth;
                if (ratings) {
                    nps::random_stream random(seed, 4'000'000'000U,
                                              nps::random_purpose::simulation);
                    nps::cross_products all;
                    for (int part = 0; part < 400; ++part) {
                        const survey s = draw(10'000, correlation, true, random);
                        all += nps::cross_products(s.items, s.outcome);
                    }
                    truth = nps::relative_importance(all, {.method = method});
                } else {
                    Eigen::MatrixXd r = Eigen::MatrixXd::Constant(5, 5, correlation);
                    r.diagonal().setOnes();
                    const double effects[drivers] = {0.5, 0.3, 0.3, 0};
                    double variance = 1;
                    for (Eigen::Index j = 0; j < 4; ++j) {
                        double covariance = 0;
                        for (Eigen::Index k = 0; k < 4; ++k) {
                            covariance += r(j, k) * effects[k];
                        }
                        r(j, 4) = r(4, j) = covariance;
                        variance += effects[j] * covariance;
                    }
                    for (Eigen::Index j = 0; j < 4; ++j) {
                        r(j, 4) = r(4, j) = r(j, 4) / std::sqrt(variance);
                    }
                    truth = nps::relative_importance(nps::correlation_matrix{.values = r},
                                                     {.method = method});
                }
                for (const std::int64_t n : {50, 200, 1000}) {
                    std::vector<tally> values(drivers);
                    tally share;
                    tally difference;
                    tally equal;
                    double truly_first = 0;
                    double first = 0;
                    for (std::uint32_t k = 0; k < surveys; ++k) {
                        nps::random_stream random(seed + static_cast<std::uint64_t>(n), k,
                                                  nps::random_purpose::simulation);
                        const survey s = draw(n, correlation, ratings, random);
                        const auto found =
                            nps::importance_bootstrap(s.items, s.outcome,
                                                      {.importance = {.method = method},
                                                       .replicates = replicates,
                                                       .seed = seed + k,
                                                       .threads = 1});
                        for (std::size_t j = 0; j < drivers; ++j) {
                            values[j].add(found.value(j), truth.value[j]);
                        }
                        share.add(found.share(0), truth.share[0]);
                        difference.add(found.difference(0, 1), truth.value[0] - truth.value[1]);
                        // Ratings of equal drivers are equally distributed.
                        equal.add(found.difference(1, 2), 0);
                        truly_first += found.rank_interval(0).best == 1 ? 1 : 0;
                        first += found.rank_probability(0, 0);
                    }
                    const auto row = [&](const std::string& name, double of, const tally& t) {
                        std::printf("%s,%g,%lld,%s,%s,%.6f,%.6f,%.3f,%.3f,%.3f,%.3f\n",
                                    ratings ? "ratings" : "normal", correlation,
                                    static_cast<long long>(n), std::string(truth.method).c_str(),
                                    name.c_str(), of, t.sum / surveys,
                                    static_cast<double>(t.percentile_below) / surveys,
                                    static_cast<double>(t.percentile_above) / surveys,
                                    static_cast<double>(t.bca_below) / surveys,
                                    static_cast<double>(t.bca_above) / surveys);
                    };
                    for (std::size_t j = 0; j < drivers; ++j) {
                        row("value" + std::to_string(j + 1), truth.value[j], values[j]);
                    }
                    row("share1", truth.share[0], share);
                    row("difference12", truth.value[0] - truth.value[1], difference);
                    row("difference23", 0, equal);
                    std::printf("%s,%g,%lld,%s,rank1,1,%.6f,0,%.3f,-,-\n",
                                ratings ? "ratings" : "normal", correlation,
                                static_cast<long long>(n), std::string(truth.method).c_str(),
                                first / surveys, 1 - truly_first / surveys);
                    std::fflush(stdout);
                }
            }
        }
    }
}

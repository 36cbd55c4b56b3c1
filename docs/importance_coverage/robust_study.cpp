// SPDX-License-Identifier: Apache-2.0
// How often the intervals of least_squares hold the truth where errors are unequal or go together.
// Writes robust.csv:
//   g++ -std=c++20 -O3 -DNDEBUG -isystem /usr/include/eigen3 -I include -pthread
//     docs/importance_coverage/robust_study.cpp -o robust_study
//   ./robust_study > docs/importance_coverage/robust.csv
// Two minutes.
#include <nps/model/least_squares_rows.hpp>
#include <nps/model/regression_bootstrap.hpp>
#include <nps/numeric/distributions.hpp>
#include <nps/numeric/philox.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20261125;

struct survey {
    Eigen::MatrixXd items;
    Eigen::VectorXd outcome;
    std::vector<std::int64_t> clusters;
};

// y = 1 + x1 / 2 + x2 / 4 + error, x1 skewed (exp of a normal number, halved), x2 normal. Errors:
// equal; unequal (their spread grows as x1); clustered (five rows of a cluster share half of the
// error's variance, and half of that of x2).
survey draw(std::int64_t n, int errors, nps::random_stream& random) {
    const auto normal = [&] { return nps::normal_quantile(random.uniform()); };
    survey s{Eigen::MatrixXd(n, 2), Eigen::VectorXd(n), {}};
    double of_item = 0;
    double of_error = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        if (i % 5 == 0) {
            of_item = normal();
            of_error = normal();
        }
        s.clusters.push_back(i / 5);
        const double half = std::sqrt(0.5);
        const double x1 = std::exp(normal()) / 2;
        const double x2 = errors == 2 ? half * (of_item + normal()) : normal();
        double error = errors == 2 ? half * (of_error + normal()) : normal();
        error *= errors == 1 ? 0.5 + x1 : 1;
        s.items(i, 0) = x1;
        s.items(i, 1) = x2;
        s.outcome[i] = 1 + x1 / 2 + x2 / 4 + error;
    }
    return s;
}

} // namespace

int main() {
    constexpr std::uint32_t surveys = 4000;
    constexpr std::uint32_t bootstrapped = 1000;
    std::printf("# nps, program docs/importance_coverage/robust_study.cpp, %u surveys a row (%u of "
                "the bootstrap, 1000 replicates), seed %llu, date 2026-11-25\n",
                surveys, bootstrapped, static_cast<unsigned long long>(seed));
    std::printf("errors,n,method,surveys,miss1,miss2\n");
    const char* const names[] = {"equal", "unequal", "clustered"};
    constexpr double truth[] = {0.5, 0.25};
    for (int errors = 0; errors < 3; ++errors) {
        for (const std::int64_t n : {50, 200, 1000}) {
            using nps::standard_errors;
            for (int method = 0; method < 8; ++method) {
                // 0 to 6: standard_errors; 7: percentile interval of the bootstrap.
                const std::uint32_t count = method == 7 ? bootstrapped : surveys;
                double misses[2] = {0, 0};
                std::string name = "bootstrap";
                for (std::uint32_t k = 0; k < count; ++k) {
                    nps::random_stream random(seed + static_cast<std::uint64_t>(n), k,
                                              nps::random_purpose::simulation);
                    const survey s = draw(n, errors, random);
                    std::vector<nps::interval> found;
                    if (method < 7) {
                        nps::least_squares_row_options options;
                        options.errors = static_cast<standard_errors>(method);
                        if (options.errors == standard_errors::clustered) {
                            options.clusters = s.clusters;
                        }
                        const auto fit = nps::least_squares(s.items, s.outcome, options);
                        name = fit.method;
                        found = {fit.coefficients[1].interval, fit.coefficients[2].interval};
                    } else {
                        nps::regression_bootstrap_options options{.seed = seed + k};
                        if (errors == 2) {
                            options.clusters = s.clusters;
                        }
                        const auto fit = nps::regression_bootstrap(s.items, s.outcome, options);
                        found = {fit.coefficients[1].interval(), fit.coefficients[2].interval()};
                    }
                    for (std::size_t j = 0; j < 2; ++j) {
                        misses[j] +=
                            found[j].lower <= truth[j] && truth[j] <= found[j].upper ? 0 : 1;
                    }
                }
                std::printf("%s,%lld,%s,%u,%.4f,%.4f\n", names[errors], static_cast<long long>(n),
                            name.c_str(), count, misses[0] / count, misses[1] / count);
                std::fflush(stdout);
            }
        }
    }
}

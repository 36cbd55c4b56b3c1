// SPDX-License-Identifier: Apache-2.0
// Boundaries and mixtures by confseq (github.com/gostevehoward/confseq, commit 70b1ef3), whose
// boundaries are found by bisection to 40 bits.
//   g++ -std=c++17 -I confseq/src/confseq confidence_boundary.cpp -o confidence_boundary
//   ./confidence_boundary > ../confidence_boundary.csv
#include <cassert>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iostream>

#include "uniform_boundaries.h"

int main() {
    using namespace confseq;
    std::printf("# confseq 70b1ef3, script generate/confidence_boundary.cpp, date 2026-11-25\n");
    std::printf("kind,v,s,best_at,alpha,scale,below,above,log_e,boundary\n");
    const auto row = [](const char* kind, double v, double s, double best_at, double alpha,
                        double scale, double below, double above, double log_e, double boundary) {
        std::printf("%s,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", kind, v, s,
                    best_at, alpha, scale, below, above, log_e, boundary);
    };
    for (const double a : {0.05, 0.01}) {
        for (const double o : {10.0, 100.0, 1000.0}) {
            for (const double v : {3.0, 100.0, 2500.0}) {
                const double s = v < 50 ? 1 : std::sqrt(v);
                for (const bool one : {false, true}) {
                    row(one ? "normal_one" : "normal_two", v, s, o, a, 0, 0, 0,
                        normal_log_mixture(s, v, o, a, one), normal_mixture_bound(v, a, o, a, one));
                    row(one ? "beta_one" : "beta_two", v, s, o, a, 0, 0.2, 0.8,
                        beta_binomial_log_mixture(s, v, o, 0.2, 0.8, a, one),
                        beta_binomial_mixture_bound(v, a, o, 0.2, 0.8, a, one));
                }
                for (const double c : {0.5, 2.0}) {
                    row("gamma_exponential", v, s, o, a, c, 0, 0,
                        gamma_exponential_log_mixture(s, v, o, c, a),
                        gamma_exponential_mixture_bound(v, a, o, c, a));
                    row("gamma_poisson", v, s, o, a, c, 0, 0,
                        gamma_poisson_log_mixture(s, v, o, c, a),
                        gamma_poisson_mixture_bound(v, a, o, c, a));
                }
            }
        }
        for (const double v : {3.0, 100.0, 2500.0}) {
            for (const double c : {3.0, -1.0, 0.0}) {
                row("stitched", v, 0, 10, a, c, 0, 0, 0, poly_stitching_bound(v, a, 10, c));
            }
        }
    }
}

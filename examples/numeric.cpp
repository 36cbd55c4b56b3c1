// SPDX-License-Identifier: Apache-2.0
// What the other floors compute with, for an analysis of your own.
#include "check.hpp"

#include <nps/numeric.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

int main() {
    // A root: the share at which 7 promoters of 10 or more have probability 0.025. That is the lower
    // limit of Clopper and Pearson, and a beta quantile.
    const auto excess = [](double share) { return nps::beta_cdf(share, 7, 4) - 0.025; };
    const double limit = nps::find_root(excess, 0, 1, nps::root_tolerance{.absolute = 1e-12});
    check(about(limit, 0.3475) && about(nps::beta_quantile(0.025, 7, 4), 0.3475));

    // The first whole number: how many answers have a margin of at most 0.03 at worst.
    const auto enough = [](std::int64_t n) {
        return nps::normal_upper_quantile(0.025) / std::sqrt(static_cast<double>(n)) <= 0.03;
    };
    check(nps::find_first(enough, 1, 1'000'000, 1'000) == 4269);

    // An integral: the mean of Beta(1/2, 2), whose density is infinite at 0. Near the other end
    // only the distance from it tells the points apart.
    const nps::quadrature_result mean = nps::integrate(
        [](nps::quadrature_point at) {
            return at.x * (at.x < 0.5 ? nps::beta_density(at.from_lower, 0.5, 2)
                                      : nps::beta_density(at.to_upper, 2, 0.5));
        },
        0, 1);
    check(about(mean.value, 0.2) && mean.last_change < 1e-8);

    // Sums that do not depend on the number of threads: one for each block.
    std::vector<double> tenths(100'000, 0.1);
    const auto sum_on = [&](unsigned threads) {
        std::array<double, 10> sums{};
        nps::for_each_block(10, threads, [&](std::int64_t block) {
            nps::running_sum sum;
            for (const double value :
                 std::span(tenths).subspan(static_cast<std::size_t>(block) * 10'000, 10'000)) {
                sum.add(value);
            }
            sums[static_cast<std::size_t>(block)] = sum.value();
        });
        return nps::mean_of(sums);
    };
    check(sum_on(1) == sum_on(2) && about(sum_on(1), 1000));
    std::printf("%zu threads at most\n", nps::worker_count(10, 0));

    // The exact distribution of a sum of answers: three of -1, 0, 1 make 0 in 7 ways of 27.
    const nps::answer_weights evenly{.minus = 1, .zero = 1, .plus = 1};
    check(about(nps::lattice_sum(3, evenly).pmf(0), 7.0 / 27));

    // Random numbers by name: seed, replicate and purpose. Rows drawn at once are those of below().
    constexpr auto purpose = nps::random_purpose::simulation;
    std::vector<std::size_t> rows(1000);
    nps::draw_rows(7, 0, purpose, rows.size(), rows, nps::best_instruction_set());
    nps::random_stream stream(7, 0, purpose);
    check(rows[0] == stream.below(1000) && rows[1] == stream.below(1000));
    const nps::hypergeometric_draw promoters(400'000, 600'000, 10'000);
    check(std::abs(static_cast<double>(promoters(stream)) - 4000) < 300);
    // Underneath lies a function of a counter and a key.
    nps::random_stream first(7, 0, purpose);
    check(first.bits32() == nps::philox4x32_10({0, 0, 0, 0}, {7, 0})[0]);
}

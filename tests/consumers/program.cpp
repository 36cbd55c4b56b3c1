// SPDX-License-Identifier: Apache-2.0
// What every consumer builds and runs: a score and an interval from a published table.
#include <nps/nps.hpp>

int main() {
    const nps::category_counts counts{.detractors = 20, .passives = 30, .promoters = 50};
    const nps::interval interval = nps::score_interval(counts);
    const bool as_expected = nps::net_promoter_score(counts).value == 0.3 &&
                             interval.lower > 0.13 && interval.upper < 0.46;
    return as_expected ? 0 : 1;
}

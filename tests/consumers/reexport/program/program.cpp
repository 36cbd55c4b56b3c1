// SPDX-License-Identifier: Apache-2.0
#include <nps/count.hpp>
#include <survey_tools.hpp>

int main() {
    nps::tally tally;
    tally.add(10);
    tally.add(9);
    tally.add(3);
    const nps::interval interval = score_of_everybody(tally);
    return interval.lower < interval.upper ? 0 : 1;
}

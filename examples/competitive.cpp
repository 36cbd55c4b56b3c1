// SPDX-License-Identifier: Apache-2.0
// Who is ahead of whom, when many comparisons are made at once.
#include "check.hpp"

#include <nps/infer.hpp>

#include <vector>

int main() {
    // Four tests at once: what is left of each p value.
    const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
    const std::vector<double> holm = nps::adjust_p_values(p, nps::multiplicity::holm);
    check(about(holm[3], 0.02) && about(holm[0], 0.03) && about(holm[2], 0.06));
}

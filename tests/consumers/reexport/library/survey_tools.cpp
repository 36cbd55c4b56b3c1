// SPDX-License-Identifier: Apache-2.0
#include "survey_tools.hpp"

nps::interval score_of_everybody(const nps::category_counts& counts) {
    return nps::score_interval(counts);
}

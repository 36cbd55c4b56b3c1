// SPDX-License-Identifier: Apache-2.0
// EXPECT: (population_size|sample_size_options)
#include <nps/infer.hpp>

double answers();

double answers() {
#ifdef NPS_WRONG
    return nps::sample_size({.margin = 0.03, .population = 2000.9}).n0;
#else
    return nps::sample_size({.margin = 0.03, .population = 2000}).n0;
#endif
}

// SPDX-License-Identifier: Apache-2.0
// EXPECT: (required<|sample_size_options)
#include <nps/infer.hpp>

nps::sample_plan plan();

nps::sample_plan plan() {
#ifdef NPS_WRONG
    return nps::sample_size({.margin = 0.05, .population = 2000.9});
#else
    return nps::sample_size({.margin = 0.05, .population = 2000});
#endif
}

// SPDX-License-Identifier: Apache-2.0
// EXPECT: (required<|sample_size_options)
#include <nps/infer.hpp>

nps::sample_plan plan();

nps::sample_plan plan() {
#ifdef NPS_WRONG
    return nps::sample_size({.level = 0.95});
#else
    return nps::sample_size({.margin = 0.03, .level = 0.95});
#endif
}

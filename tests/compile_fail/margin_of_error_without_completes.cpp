// SPDX-License-Identifier: Apache-2.0
// EXPECT: (required<|margin_of_error_options)
#include <nps/infer.hpp>

double plan();

double plan() {
#ifdef NPS_WRONG
    return nps::margin_of_error({.level = 0.95});
#else
    return nps::margin_of_error({.completes = 2000, .level = 0.95});
#endif
}

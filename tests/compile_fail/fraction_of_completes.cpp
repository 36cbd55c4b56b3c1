// SPDX-License-Identifier: Apache-2.0
// EXPECT: (required<|margin_of_error_options)
#include <nps/infer.hpp>

double margin();

double margin() {
#ifdef NPS_WRONG
    return nps::margin_of_error({.completes = 2000.9});
#else
    return nps::margin_of_error({.completes = 2000});
#endif
}

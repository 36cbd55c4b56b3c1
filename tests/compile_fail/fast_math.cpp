// SPDX-License-Identifier: Apache-2.0
// FLAGS: -ffast-math
// EXPECT: compile without -ffast-math
#include <nps/version.hpp>

// SPDX-License-Identifier: Apache-2.0
// FLAGS: -std=c++17
// EXPECT: nps needs C\+\+20
#include <nps/version.hpp>

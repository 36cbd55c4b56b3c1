// SPDX-License-Identifier: Apache-2.0
// What stops the program: one clear line for the user, exit code 2.
#pragma once

#include <stdexcept>

namespace nps_program {

class program_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace nps_program

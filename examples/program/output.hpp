// SPDX-License-Identifier: Apache-2.0
// What a program writes, and how it ends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace nps_program {

// Throws program_error where not all of it is written; a reader that has gone away is content.
void write_output(const std::string& text);

// The same to a file; "-" is standard output.
void write_file(const std::string& path, const std::string& text);

// "resampling 40 %" on one line of standard error, where that is a terminal; gone when all is done.
void show_progress(const std::string& what, std::int64_t done, std::int64_t total);

// The exit code: 0, or 2 where `work` throws, with one line on standard error that begins with
// `name`.
[[nodiscard]] int exit_code_of(const std::string& name, const std::function<void()>& work);

} // namespace nps_program

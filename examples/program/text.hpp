// SPDX-License-Identifier: Apache-2.0
// Text from a file, made fit for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nps_program {

// Valid UTF-8 on one line: control characters become blanks, damaged bytes U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

// The same in double quotes, cut to `longest` characters.
[[nodiscard]] std::string in_quotes(std::string_view text, std::size_t longest = 60);

// How many columns of a terminal printable text takes.
[[nodiscard]] std::size_t display_width(std::string_view text);

// Printable text, filled up with blanks on the right to `width` columns; cut, with a mark, where it
// is longer.
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t width);

// A number, filled up with blanks on the left; never cut.
[[nodiscard]] std::string pad_left(const std::string& number, std::size_t width);

// Without the blanks around it, no-break spaces included.
[[nodiscard]] std::string_view trim(std::string_view text);

// "wave 2" before "wave 10": runs of digits compare as numbers.
struct natural_order {
    [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const;
};

} // namespace nps_program

// SPDX-License-Identifier: Apache-2.0
// What one cell of the score column says.
#pragma once

#include <nps/core.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nps_program {

enum class answer_kind : std::uint8_t { valid, missing, invalid };

struct answer {
    answer_kind kind = answer_kind::missing;
    int score = 0;
    // Why it is invalid: a static text.
    std::string_view reason = {};
};

// What becomes of a missing code that is a number on the scale.
enum class code_on_scale : std::uint8_t { refused, missing };

// Reads answers on one scale: "9", "9.0", "10 - Very likely", "0 = Not at all", "10 (very likely)".
// An empty cell is missing, as is one that equals a missing code, as text or as a number. All else
// is invalid: "8.5", "11", "9-10", "10/10", "ten".
class answer_reader {
public:
    // Throws program_error for a missing code that is an answer on the scale, unless that is allowed.
    answer_reader(const nps::scale& scale, const std::vector<std::string>& missing_codes,
                  code_on_scale rule = code_on_scale::refused);

    [[nodiscard]] answer operator()(std::string_view cell) const;

private:
    nps::scale scale_;
    std::vector<std::string> texts_;
    std::vector<double> numbers_;
};

} // namespace nps_program

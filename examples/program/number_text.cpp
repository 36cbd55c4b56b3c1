// SPDX-License-Identifier: Apache-2.0
#include "program/number_text.hpp"

#include <cstdarg>
#include <cstddef>
#include <cstdio>

namespace nps_program {

std::string format(const char* pattern, ...) {
    char text[160];
    std::va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

std::string grouped(std::int64_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t place = digits.size(); place > 3; place -= 3) {
        digits.insert(place - 3, 1, ',');
    }
    return digits;
}

std::string points(double score) {
    return format("%+.1f", 100 * score);
}

std::string percent(double share) {
    return format("%.1f %%", 100 * share);
}

std::string range(const nps::interval& i) {
    return points(i.lower) + " to " + points(i.upper);
}

std::string level_name(double level) {
    return format("%.12g %%", 100 * level);
}

std::string p_value(double p) {
    return p < 0.001 ? "< 0.001" : format("%.3f", p);
}

} // namespace nps_program

// SPDX-License-Identifier: Apache-2.0
#include "program/text.hpp"

#include <algorithm>
#include <cstdint>

namespace nps_program {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

struct decoded {
    char32_t character;
    std::size_t size; // bytes; 0 where they are not UTF-8
};

decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
        return {0, 0};
    }
    char32_t character = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {0, 0};
        }
        character = (character << 6U) | (byte(i) & 0x3FU);
    }
    const bool overlong = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    return overlong || surrogate || character > 0x10FFFF ? decoded{0, 0} : decoded{character, size};
}

// Combining marks take no column, East Asian characters and pictures two.
std::size_t columns(char32_t c) {
    const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    if (in(0x300, 0x36F) || in(0x200B, 0x200F) || in(0xFE00, 0xFE0F)) {
        return 0;
    }
    const bool wide = in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) ||
                      in(0xF900, 0xFAFF) || in(0xFE30, 0xFE6F) || in(0xFF00, 0xFF60) ||
                      in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1F64F) || in(0x1F900, 0x1F9FF) ||
                      in(0x20000, 0x3FFFD);
    return wide ? 2 : 1;
}

// As much of printable text as fits into `width` columns.
std::string_view prefix_of_width(std::string_view text, std::size_t width) {
    std::size_t taken = 0;
    for (std::size_t used = 0; taken < text.size();) {
        const decoded next = decode(text.substr(taken));
        used += columns(next.character);
        if (used > width) {
            break;
        }
        taken += next.size;
    }
    return text.substr(0, taken);
}

std::string cut(std::string_view text, std::size_t width) {
    std::string line = printable(text);
    if (display_width(line) > width) {
        line = std::string(prefix_of_width(line, width - 1)) + "\xE2\x80\xA6";
    }
    return line;
}

} // namespace

std::string printable(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    while (!text.empty()) {
        const decoded next = decode(text);
        const bool control =
            next.character < 0x20 || (next.character >= 0x7F && next.character < 0xA0);
        // Marks that reverse the direction of the line would hide what follows.
        const bool direction = (next.character >= 0x202A && next.character <= 0x202E) ||
                               (next.character >= 0x2066 && next.character <= 0x2069) ||
                               next.character == 0x2028 || next.character == 0x2029;
        if (next.size == 0) {
            line += "\xEF\xBF\xBD";
            text.remove_prefix(1);
            continue;
        }
        if (control || direction) {
            line += ' ';
        } else {
            line += text.substr(0, next.size);
        }
        text.remove_prefix(next.size);
    }
    return line;
}

std::string in_quotes(std::string_view text, std::size_t longest) {
    return '"' + cut(text.substr(0, 4 * longest + 4), longest) + '"';
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const decoded next = decode(text);
        width += columns(next.character);
        text.remove_prefix(next.size == 0 ? 1 : next.size);
    }
    return width;
}

std::string pad_right(std::string_view text, std::size_t width) {
    std::string line = cut(text, width);
    line.append(width - display_width(line), ' ');
    return line;
}

std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    for (;;) {
        if (!text.empty() && is_blank(text.front())) {
            text.remove_prefix(1);
        } else if (!text.empty() && is_blank(text.back())) {
            text.remove_suffix(1);
        } else if (text.starts_with(no_break_space)) {
            text.remove_prefix(no_break_space.size());
        } else if (text.ends_with(no_break_space)) {
            text.remove_suffix(no_break_space.size());
        } else {
            return text;
        }
    }
}

bool natural_order::operator()(std::string_view a, std::string_view b) const {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digits = [&](std::string_view text) {
        text.remove_prefix((std::min)(text.find_first_not_of('0'), text.size()));
        return text.substr(
            0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
    };
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (a[i] == b[i]) {
            continue;
        }
        std::size_t start = i;
        while (start > 0 && is_digit(a[start - 1])) {
            --start;
        }
        const std::string_view x = digits(a.substr(start));
        const std::string_view y = digits(b.substr(start));
        if (x.size() != y.size()) {
            return x.size() < y.size();
        }
        if (x != y) {
            return x < y;
        }
        break; // equal numbers, one with more leading zeros
    }
    return a < b;
}

std::string pad_left(const std::string& number, std::size_t width) {
    return std::string(width - (std::min)(number.size(), width), ' ') + number;
}

} // namespace nps_program

// SPDX-License-Identifier: Apache-2.0
#include "program/answer.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

namespace nps_program {
namespace {

constexpr std::string_view en_dash = "\xE2\x80\x93";
constexpr std::string_view em_dash = "\xE2\x80\x94";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Letters of ASCII, and every byte of a longer UTF-8 character.
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

// What may follow the number of a labelled answer: a blank or a sign, then words without digits.
// "9-10" and "2 or 3" are two numbers, "2024-05-01" is a date, "10th" is a word.
bool is_label(std::string_view rest) {
    constexpr std::string_view signs[] = {"-", "=", ":", ".", ",", "(", ")", "[", en_dash, em_dash};
    std::string_view words = trim(rest);
    for (const std::string_view sign : signs) {
        if (words.starts_with(sign)) {
            words = trim(words.substr(sign.size()));
            break;
        }
    }
    if (words.size() == rest.size() || std::ranges::any_of(words, is_digit)) {
        return false;
    }
    const std::size_t first = words.find_first_not_of("(\"'");
    return first != std::string_view::npos && is_letter(words[first]);
}

struct number_in_cell {
    double value;
    std::string_view rest;
};

std::optional<number_in_cell> leading_number(std::string_view cell) {
    std::string_view digits = cell;
    if (digits.starts_with('+')) {
        digits.remove_prefix(1);
    }
    const bool negative = digits.starts_with('-') && digits.size() == cell.size();
    if (digits.size() <= std::size_t{negative} || !(is_digit(digits[negative ? 1 : 0]))) {
        return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc()) {
        return std::nullopt; // beyond the range of double
    }
    return number_in_cell{value, digits.substr(static_cast<std::size_t>(end - digits.data()))};
}

} // namespace

answer_reader::answer_reader(const nps::scale& scale, const std::vector<std::string>& missing_codes,
                             code_on_scale rule)
    : scale_(scale) {
    for (const std::string& code : missing_codes) {
        const std::string_view text = trim(code);
        if (const auto number = leading_number(text); number && number->rest.empty()) {
            if (rule == code_on_scale::refused && number->value >= scale.lowest &&
                number->value <= scale.highest && number->value == std::trunc(number->value)) {
                throw program_error("--missing: " + code + " is an answer on the scale " +
                                    std::to_string(scale.lowest) + " to " +
                                    std::to_string(scale.highest));
            }
            numbers_.push_back(number->value);
        } else {
            texts_.emplace_back(text);
        }
    }
}

answer answer_reader::operator()(std::string_view cell) const {
    cell = trim(cell);
    if (cell.empty() || std::ranges::find(texts_, cell) != texts_.end()) {
        return {.kind = answer_kind::missing};
    }
    const auto number = leading_number(cell);
    if (!number || !(number->rest.empty() || is_label(number->rest))) {
        return {.kind = answer_kind::invalid, .reason = "not a number"};
    }
    if (std::ranges::find(numbers_, number->value) != numbers_.end()) {
        return {.kind = answer_kind::missing};
    }
    if (number->value != std::trunc(number->value)) {
        return {.kind = answer_kind::invalid, .reason = "not a whole number"};
    }
    if (!(number->value >= scale_.lowest && number->value <= scale_.highest)) {
        return {.kind = answer_kind::invalid, .reason = "off the scale"};
    }
    return {.kind = answer_kind::valid, .score = static_cast<int>(number->value)};
}

} // namespace nps_program

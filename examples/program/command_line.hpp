// SPDX-License-Identifier: Apache-2.0
// What every program here asks of its command line.
#pragma once

#include "program/error.hpp"

#include <CLI/CLI.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace nps_program {

// Refuses empty values, and zeros in front of the whole numbers of `whole_options`, which CLI11
// would read as octal. Whether to go on: not after --help or --version, which is then in `text`.
// Throws program_error.
[[nodiscard]] bool parse_arguments(CLI::App& app, int argc, const char* const* argv,
                                   std::initializer_list<const char*> whole_options,
                                   std::string& text);

// '\0' for an empty word: to be found from the header line.
[[nodiscard]] char make_separator(const std::string& word);

// "price,network" and "price" "network" are the same.
[[nodiscard]] std::vector<std::string> split_names(const std::vector<std::string>& given);

[[noreturn]] void refuse(const std::string& option, double value, const std::string& allowed);

// --level, --response-rate
void require_level(double level);
void require_response_rate(double rate);
void require_margin(const std::string& option, double margin);

// The value that `word` names. Throws a program_error with all names where it is none of them.
template <class Value>
[[nodiscard]] Value named_value(const std::string& option, const std::string& word,
                                const std::map<std::string, Value>& named) {
    const auto found = named.find(word);
    if (found == named.end()) {
        std::string names;
        for (const auto& [name, value] : named) {
            names += (names.empty() ? "" : ", ") + name;
        }
        throw program_error(option + ": " + word + " is unknown; there are " + names);
    }
    return found->second;
}

} // namespace nps_program

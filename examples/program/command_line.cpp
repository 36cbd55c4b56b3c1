// SPDX-License-Identifier: Apache-2.0
#include "program/command_line.hpp"

#include "program/text.hpp"

#include <nps/core.hpp>

#include <algorithm>
#include <string_view>

namespace nps_program {

bool parse_arguments(CLI::App& app, int argc, const char* const* argv,
                     std::initializer_list<const char*> whole_options, std::string& text) {
    // An empty word is a variable of the calling script that was never set, not a wish for the
    // default; as FILE it would read the survey that ships with the program.
    for (CLI::Option* option : app.get_options()) {
        option->check([](const std::string& value) {
            return std::string(value.empty() ? "the value is empty" : "");
        });
    }
    for (const char* name : whole_options) {
        app.get_option(name)->check([](const std::string& value) {
            const std::string_view digits = std::string_view(value).substr(
                (std::min)(value.find_first_not_of("+-"), value.size()));
            return std::string(
                digits.size() > 1 && digits.starts_with('0') ? value + " begins with a zero" : "");
        });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        text = app.help();
        return false;
    } catch (const CLI::CallForVersion& version) {
        text = std::string(version.what()) + "\n";
        return false;
    } catch (const CLI::ParseError& error) {
        throw program_error(std::string(error.what()) + " (see " + app.get_name() + " --help)");
    }
    return true;
}

char make_separator(const std::string& word) {
    if (word.empty()) {
        return '\0';
    }
    if (word == "tab" || word == "\\t") {
        return '\t';
    }
    constexpr std::string_view impossible = "\"\r\n ";
    if (word.size() != 1 || impossible.find(word[0]) != std::string_view::npos) {
        throw program_error("--separator: must be one character, such as ';', or the word tab");
    }
    return word[0];
}

std::vector<std::string> split_names(const std::vector<std::string>& given) {
    std::vector<std::string> names;
    for (const std::string& some : given) {
        for (std::size_t begin = 0; begin <= some.size();) {
            const std::size_t end = (std::min)(some.find(',', begin), some.size());
            names.emplace_back(trim(std::string_view(some).substr(begin, end - begin)));
            begin = end + 1;
        }
    }
    return names;
}

void refuse(const std::string& option, double value, const std::string& allowed) {
    throw program_error(option + ": " + nps::detail::to_text(value) + " " + allowed);
}

void require_level(double level) {
    if (!(level > 0 && level < 1)) {
        refuse("--level", level, "must be between 0 and 1, such as 0.95");
    }
}

void require_response_rate(double rate) {
    if (!(rate > 0 && rate <= 1)) {
        refuse("--response-rate", rate, "must be above 0 and at most 1");
    }
}

void require_margin(const std::string& option, double margin) {
    if (!(margin > 0 && margin < 1)) {
        refuse(option, margin, "must be between 0 and 1: 0.03 is 3 points");
    }
}

} // namespace nps_program

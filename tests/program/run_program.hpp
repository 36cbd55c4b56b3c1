// SPDX-License-Identifier: Apache-2.0
// Runs the built program as a user does, through a shell, and keeps what it wrote.
#pragma once

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace nps_program_test {

inline std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A folder of this process, removed with its files at the end.
class scratch_folder {
public:
    scratch_folder()
        : path_(std::filesystem::temp_directory_path() /
                ("nps_program_test_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~scratch_folder() { std::filesystem::remove_all(path_); }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const {
        return (path_ / name).string();
    }

    std::string write(const std::string& name, std::string_view text) const {
        std::ofstream file(path_ / name, std::ios::binary);
        file << text;
        return path(name);
    }

private:
    std::filesystem::path path_;
};

inline const scratch_folder& scratch() {
    static const scratch_folder folder;
    return folder;
}

struct outcome {
    int exit_code = -1;
    std::string out;
    std::string error;

    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out); }
};

inline std::string in_shell_quotes(const std::string& word) {
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

inline int shell(const std::string& command) {
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline std::string program() {
    return in_shell_quotes(NPS_TEST_PROGRAM);
}

// The program with these arguments, `input` on its standard input.
inline outcome run(const std::vector<std::string>& arguments, std::string_view input = {}) {
    std::string command = program();
    for (const std::string& argument : arguments) {
        command += " " + in_shell_quotes(argument);
    }
    const std::string in = scratch().write("in", input);
    const std::string out = scratch().path("out");
    const std::string error = scratch().path("error");
    const int code = shell(command + " <" + in_shell_quotes(in) + " >" + in_shell_quotes(out) +
                           " 2>" + in_shell_quotes(error));
    return {code, contents(out), contents(error)};
}

// The report on a file with this text, as JSON; fails the test where there is none.
inline nlohmann::json report_on(std::string_view text, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), scratch().write("survey.csv", text));
    arguments.emplace_back("--json");
    const outcome o = run(arguments);
    INFO(o.error);
    REQUIRE(o.exit_code == 0);
    CHECK(o.error.empty());
    return o.json();
}

// One line on standard error, nothing on standard output, exit code 2.
inline std::string refusal(const outcome& o) {
    INFO(o.error);
    CHECK(o.exit_code == 2);
    CHECK(o.out.empty());
    CHECK(o.error.starts_with(std::filesystem::path(NPS_TEST_PROGRAM).filename().string() + ": "));
    CHECK(o.error.find('\n') == o.error.size() - 1);
    return o.error;
}

inline std::string refusal_on(std::string_view text, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), scratch().write("survey.csv", text));
    return refusal(run(arguments));
}

inline bool contains(std::string_view text, std::string_view part) {
    const bool found = text.find(part) != std::string_view::npos;
    if (!found) {
        MESSAGE("not in the text: ", std::string(part), "\n", std::string(text));
    }
    return found;
}

} // namespace nps_program_test

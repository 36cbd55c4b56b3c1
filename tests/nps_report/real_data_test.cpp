// SPDX-License-Identifier: Apache-2.0
// The program on surveys of real people, against R on the same files (real_data.R) and against the
// counts published with them. The files are not part of the project: without their folder, or
// without R, this is skipped and says so.
#include "program/run_program.hpp"
#include "support/close.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace nps_program_test;
using nps_test::close;

#ifndef NPS_TEST_DATA_DIR
#define NPS_TEST_DATA_DIR ""
#endif

namespace {

const std::string data_folder = NPS_TEST_DATA_DIR;
const std::string cases_file = NPS_REPORT_TEST_DIR "/real_data_cases.txt";

constexpr nps_test::tolerance found_as_root{
    .relative = 1e-10, .absolute = 1e-12, .reason = "R finds the limits as roots of a difference"};

bool data_is_here() {
    const bool here = !data_folder.empty() && std::filesystem::is_directory(data_folder);
    if (!here) {
        MESSAGE("SKIPPED: there is no folder of survey files");
    }
    return here;
}

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
        if (c == separator) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

std::vector<std::vector<std::string>> rows_of(const std::string& path, std::size_t fields) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream text(contents(path));
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with('#')) {
            rows.push_back(split(line, '|'));
            CAPTURE(line);
            REQUIRE(rows.back().size() == fields);
        }
    }
    return rows;
}

struct survey_case {
    std::string file, score, scale, missing, segments, wave, counts;

    explicit survey_case(const std::vector<std::string>& f)
        : file(f[0]), score(f[1]), scale(f[2]), missing(f[3]), segments(f[4]), wave(f[5]),
          counts(f[6]) {}

    [[nodiscard]] nlohmann::json report(const std::string& method) const {
        std::vector<std::string> arguments{data_folder + "/" + file,
                                           "--score",
                                           score,
                                           "--scale",
                                           scale,
                                           "--method",
                                           method,
                                           "--json"};
        if (!missing.empty()) {
            arguments.insert(arguments.end(), {"--missing", missing});
        }
        for (const std::string& segment : split(segments, ',')) {
            if (!segment.empty()) {
                arguments.insert(arguments.end(), {"--segment", segment});
            }
        }
        if (!wave.empty()) {
            arguments.insert(arguments.end(), {"--wave", wave});
        }
        const outcome o = run(arguments);
        INFO(o.error);
        REQUIRE(o.exit_code == 0);
        return o.json();
    }
};

std::vector<survey_case> all_cases() {
    std::vector<survey_case> cases;
    for (const auto& row : rows_of(cases_file, 7)) {
        cases.emplace_back(row);
    }
    REQUIRE(cases.size() >= 12);
    return cases;
}

// The whole report and its groups, by "column=value"; the whole has the key "=".
std::map<std::string, nlohmann::json> groups_of(const nlohmann::json& report) {
    std::map<std::string, nlohmann::json> groups{{"=", report}};
    for (const char* list : {"segments", "waves"}) {
        for (const auto& group : report.at(list)) {
            groups[group.at("name").get<std::string>() + "=" +
                   group.at("value").get<std::string>()] = group;
        }
    }
    return groups;
}

} // namespace

TEST_CASE("counts published with the data") {
    if (!data_is_here()) {
        return;
    }
    for (const survey_case& c : all_cases()) {
        CAPTURE(c.file);
        CAPTURE(c.score);
        const auto counts = c.report("wald").at("counts");
        std::string found;
        for (const char* category : {"detractors", "passives", "promoters"}) {
            found += (found.empty() ? "" : " ") + counts.at(category).dump();
        }
        CHECK((c.counts.empty() || found == c.counts));
    }
}

TEST_CASE("R on the same files") {
    if (!data_is_here()) {
        return;
    }
    if (shell("command -v Rscript >/dev/null") != 0) {
        MESSAGE("SKIPPED: there is no Rscript");
        return;
    }
    const std::string table = scratch().path("r_table");
    REQUIRE(shell("Rscript " + in_shell_quotes(NPS_REPORT_TEST_DIR "/real_data.R") + " " +
                  in_shell_quotes(cases_file) + " " + in_shell_quotes(data_folder) + " >" +
                  in_shell_quotes(table)) == 0);
    const auto expected = rows_of(table, 20);
    const auto cases = all_cases();

    std::size_t compared = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(cases[i].file);
        CAPTURE(cases[i].score);
        const auto by_wald = groups_of(cases[i].report("wald"));
        const auto by_adjusted = groups_of(cases[i].report("adjusted_wald"));
        const auto by_score = groups_of(cases[i].report("score"));
        std::set<std::string> seen;
        for (const auto& row : expected) {
            if (row[0] != std::to_string(i + 1)) {
                continue;
            }
            const std::string group = row[1] + "=" + row[2];
            CAPTURE(group);
            seen.insert(group);
            REQUIRE(by_wald.contains(group));
            const auto& j = by_wald.at(group);
            const auto count = [&](std::size_t field) { return std::stoll(row[field]); };
            CHECK(j.at("responses") == count(3));
            CHECK(j.at("missing") == count(4));
            CHECK(j.at("invalid") == count(5));
            CHECK(j.at("counts").at("detractors") == count(6));
            CHECK(j.at("counts").at("passives") == count(7));
            CHECK(j.at("counts").at("promoters") == count(8));
            ++compared;
            if (row[9] == "NA") {
                CHECK(j.at("score").is_null());
                continue;
            }
            const auto number = [&](std::size_t field) { return std::stod(row[field]); };
            CHECK(close(j.at("score"), number(9)));
            CHECK(close(j.at("standard_error"), number(10)));
            CHECK(close(j.at("respondent_sd"), number(11)));
            CHECK(close(j.at("interval").at("lower"), number(12)));
            CHECK(close(j.at("interval").at("upper"), number(13)));
            const auto& adjusted = by_adjusted.at(group).at("interval");
            CHECK(close(adjusted.at("lower"), number(14)));
            CHECK(close(adjusted.at("upper"), number(15)));
            const auto& tango = by_score.at(group).at("interval");
            CHECK(close(tango.at("lower"), number(18), found_as_root));
            CHECK(close(tango.at("upper"), number(19), found_as_root));
            CHECK(close(j.at("ideal_bootstrap").at("lower"), number(16)));
            CHECK(close(j.at("ideal_bootstrap").at("upper"), number(17)));
        }
        CHECK(seen.size() == by_wald.size());
    }
    CHECK(compared == expected.size());
    MESSAGE("compared with R: ", compared, " surveys and groups of ", cases.size(), " cases");
}

// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "program/command_line.hpp"
#include "program/error.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace nps_monitor {

using namespace nps_program;

namespace {

constexpr std::string_view about =
    R"(Watches a Net Promoter Score programme: which touchpoint has moved by more than chance, why the
score of all moved, and where it is worst and best.

Reads one CSV file with a header line, in one pass; memory grows with touchpoints and periods, not
with answers.)";

constexpr std::string_view notes = R"text(The file
  UTF-8, separated by comma, semicolon, tab or bar (found from the header line). Times: 2026-11-25, or
  2026-11-25T10:30 with seconds and Z or +02:00 if wanted. Answers from 0 to 10: 9, 9.0, "10 - Very
  likely". An empty score is missing; so are the codes named by --missing. What cannot be read is
  counted and shown with its line.

Examples
  nps_monitor answers.csv --time answered --score q1 --by touchpoint
  nps_monitor answers.csv --time answered --score q1 --by touchpoint,channel --period week --json
  zcat answers.csv.gz | nps_monitor - --time answered --score q1 --by touchpoint

  nps_monitor answers.csv --time answered --score q1 --by touchpoint --state programme.state
  nps_monitor --merge north.state south.state --state all.state
  nps_monitor --simulate 7 --touchpoints 1150 > year.csv

With --state the tallies of all periods but the latest are kept in a file, and those periods are closed:
a later run takes from its answers only those of periods that are not, and reports on all. So the same
file may be given again as it grows, or only its new part, if that begins with the latest period.
--merge reports on the states of several machines together, up to where the first of them ends, and
keeps them in a new --state.

The first name of --by is the touchpoint: it has a line each. For every name the change of the score
against the period before is split into mix and rate. Scores are printed in points (x100); in JSON
they are on [-1, 1].

Exit code: 0 report written, 2 not (one line on standard error says why).)text";

void check_columns(const options& o) {
    if (o.file.empty()) {
        throw program_error("name a file of answers (- is standard input)");
    }
    if (o.time.empty()) {
        throw program_error("--time: name the column that holds the times");
    }
    if (o.score.empty()) {
        throw program_error("--score: name the column that holds the answers");
    }
    if (o.by.empty()) {
        throw program_error("--by: name the column of the touchpoint, and others after a comma");
    }
    for (auto name = o.by.begin(); name != o.by.end(); ++name) {
        if (name->empty()) {
            throw program_error("--by: a name is empty");
        }
        if (std::find(o.by.begin(), name, *name) != name) {
            throw program_error("--by: " + *name + " is named twice");
        }
    }
}

void check_merge(const options& o) {
    if (!(o.file.empty() && o.time.empty() && o.score.empty() && o.by.empty())) {
        throw program_error("--merge: goes without a file of answers and its columns");
    }
}

void check_range(const std::string& option, std::int64_t value, std::int64_t least,
                 std::int64_t most) {
    if (value < least || value > most) {
        refuse(option, static_cast<double>(value),
               "must be in [" + std::to_string(least) + ", " + std::to_string(most) + "]");
    }
}

void check_simulation(const options& o) {
    if (!(o.file.empty() && o.merge.empty() && o.state.empty())) {
        throw program_error("--simulate: goes without a file of answers and without states");
    }
    check_range("--touchpoints", o.simulated->touchpoints, 1, 10'000);
    check_range("--days", o.simulated->days, 1, 3'660);
    check_range("--answers", o.simulated->answers, 1, 100'000);
    check_range("--change", o.simulated->change, 0, 20);
}

void check(const options& o) {
    if (o.simulated) {
        return check_simulation(o);
    }
    require_level(o.level);
    if (!(o.run_length >= 2 && o.run_length <= 1e5)) {
        refuse("--run-length", o.run_length, "must be in [2, 100000] periods");
    }
    check_range("--window", o.window, 1, 100'000);
    check_range("--utc-offset", o.utc_offset, -1439, 1439);
    if (!o.merge.empty()) {
        return check_merge(o);
    }
    check_columns(o);
}

} // namespace

std::optional<options> parse_options(int argc, const char* const* argv, std::string& text) {
    options o;
    std::string separator;
    std::string unit = "day";
    std::optional<std::uint64_t> seed;
    simulation simulated;
    CLI::App app(std::string(about), "nps_monitor");
    app.footer(std::string(notes));
    app.set_version_flag("--version", "nps_monitor " NPS_VERSION_STRING);
    app.get_formatter()->column_width(34);

    app.add_option("file", o.file, "CSV file, or - for standard input")->type_name("FILE");
    app.add_option("--time", o.time, "Column that holds the times")->type_name("COLUMN");
    app.add_option("--score", o.score, "Column that holds the answers")->type_name("COLUMN");
    app.add_option("--by", o.by, "Columns to watch by, the touchpoint first: touchpoint,channel")
        ->type_name("COLUMNS")
        ->allow_extra_args(false);
    app.add_option("--period", unit, "day (default), week, month or quarter")->type_name("UNIT");
    app.add_option("--utc-offset", o.utc_offset,
                   "Local time in minutes east of UTC, for times with Z or an offset; default 0")
        ->type_name("MINUTES");
    app.add_option("--missing", o.missing_codes,
                   "Code that stands for no answer, such as 99; may be repeated")
        ->type_name("CODE")
        ->allow_extra_args(false);
    app.add_option("--separator", separator, "Character between cells, or the word tab")
        ->type_name("CHAR");
    app.add_option("--level", o.level, "Confidence of the intervals, default 0.95")->type_name("L");
    app.add_option("--run-length", o.run_length,
                   "Periods between false alarms of the whole table, on average; default 370")
        ->type_name("PERIODS");
    app.add_option("--window", o.window,
                   "Periods that worst and best are of, up to the latest; default 30")
        ->type_name("PERIODS");
    app.add_flag("--json", o.json, "Print one JSON object instead of the report");
    app.add_option("--state", o.state, "Keep the tallies of closed periods in this file")
        ->type_name("FILE");
    app.add_option("--merge", o.merge, "States of several machines to report on together")
        ->type_name("FILE...");
    app.add_option("--simulate", seed,
                   "Write a simulated programme with hidden changes as CSV and stop")
        ->type_name("SEED");
    app.add_option("--touchpoints", simulated.touchpoints, "Of the simulated programme, default 50")
        ->type_name("N");
    app.add_option("--days", simulated.days, "Of the simulated programme, default 365")
        ->type_name("N");
    app.add_option("--answers", simulated.answers,
                   "Of a simulated touchpoint in a day, on average; default 8")
        ->type_name("N");
    app.add_option("--change", simulated.change,
                   "Size of the hidden changes in points, 0 to 20; default 15")
        ->type_name("POINTS");
    if (!parse_arguments(app, argc, argv,
                         {"--utc-offset", "--window", "--simulate", "--touchpoints", "--days",
                          "--answers", "--change"},
                         text)) {
        return std::nullopt;
    }
    if (seed) {
        simulated.seed = *seed;
        o.simulated = simulated;
    }
    using enum nps::period_unit;
    o.unit = named_value<nps::period_unit>(
        "--period", unit, {{"day", day}, {"week", week}, {"month", month}, {"quarter", quarter}});
    o.by = split_names(o.by);
    o.separator = make_separator(separator);
    check(o);
    return o;
}

} // namespace nps_monitor

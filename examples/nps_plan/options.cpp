// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "program/command_line.hpp"
#include "program/error.hpp"

#include <nps/version.hpp>

#include <map>
#include <string_view>

namespace nps_plan {

using namespace nps_program;

namespace {

constexpr std::string_view about =
    R"(Plans how many customers to invite at each touchpoint of a survey programme.

Reads one CSV file with a header line, a row for each touchpoint. Without a file it plans a simulated
programme of a mobile operator.)";

constexpr std::string_view notes = R"text(The file
  Columns, by name and in any order; only `touchpoint` must be there, and an empty cell is as good as
  none:
    touchpoint                          its name
    population                          customers that can be contacted in the year
    margin                              margin of error that is wanted for its score: 0.05 is 5 points
    response_rate                       share of the invited who answer
    detractors, passives, promoters     answers of a pilot or of last year
    respondent_sd                       S, where it is known better than from a pilot
    design_effect
    cost                                of one invitation; of one answer in an allocation
    minimum, maximum                    answers, in an allocation
  Columns of other names are not read, and named in the output. Numbers are plain: 0.05, not 5 %.

What is planned
  Without --total...   each touchpoint has its own margin. What it needs, and, with --budget, how to
                       spend a budget that does not suffice so that no margin is missed by more than
                       it must.
  --total              so many answers, over touchpoints that are strata of one whole.
  --total-budget       the smallest margin for the whole within this cost of all answers.
  --total-margin       the cheapest answers that give the whole this margin.

Examples
  nps_plan
  nps_plan touchpoints.csv --budget 3500000
  nps_plan touchpoints.csv --margin 0.05 --response-rate 0.2 --json
  nps_plan strata.csv --total 2000 --method proportional
  nps_plan --write-simulated touchpoints.csv

Scores and margins are printed in points (x100); in JSON they are on [-1, 1]. Exit code: 0 plan
written, 2 not (one line on standard error says why).)text";

nps::allocation_method make_method(const std::string& word) {
    using enum nps::allocation_method;
    return named_value<nps::allocation_method>(
        "--method", word,
        {{"neyman", neyman}, {"power", power}, {"proportional", proportional}, {"equal", equal}});
}

nps::pilot_spread make_spread(const std::string& word) {
    using enum nps::pilot_spread;
    return named_value<nps::pilot_spread>("--pilot-spread", word,
                                          {{"shrunken", shrunken}, {"own", own}});
}

void check(const options& o, const CLI::App& app) {
    require_level(o.level);
    require_response_rate(o.response_rate);
    require_margin("--margin", o.margin);
    if (o.budget && !(*o.budget > 0)) {
        refuse("--budget", *o.budget, "must be above 0");
    }
    if (o.total_budget && !(*o.total_budget > 0)) {
        refuse("--total-budget", *o.total_budget, "must be above 0");
    }
    if (o.total_margin) {
        require_margin("--total-margin", *o.total_margin);
    }
    if (!o.file.empty() && !o.write_simulated.empty()) {
        throw program_error("--write-simulated: goes without a file to read");
    }
    const auto goes_with = [&](const char* option, bool allowed, const char* with) {
        if (app.count(option) > 0 && !allowed) {
            throw program_error(std::string(option) + ": goes with " + with);
        }
    };
    const int asked = int{o.total.has_value()} + int{o.total_budget.has_value()} +
                      int{o.total_margin.has_value()};
    if (asked > 1) {
        throw program_error("--total, --total-budget and --total-margin: give one of them");
    }
    goes_with("--budget", !o.allocates(),
              "a plan; for an allocation there are --total, --total-budget and --total-margin");
    goes_with("--margin", !o.allocates(), "a plan; for an allocation there is --total-margin");
    goes_with("--response-rate", !o.allocates(), "a plan, not with an allocation of answers");
    goes_with("--method", o.total.has_value(), "--total");
    goes_with("--exponent", o.method == nps::allocation_method::power, "--method power");
}

} // namespace

std::optional<options> parse_options(int argc, const char* const* argv, std::string& text) {
    options o;
    std::string separator;
    std::string method;
    std::string spread;
    CLI::App app(std::string(about), "nps_plan");
    app.footer(std::string(notes));
    app.set_version_flag("--version", "nps_plan " NPS_VERSION_STRING);
    app.get_formatter()->column_width(34);

    app.add_option("file", o.file, "CSV file, or - for standard input")->type_name("FILE");
    app.add_option("--separator", separator, "Character between cells, or the word tab")
        ->type_name("CHAR");
    app.add_option("--margin", o.margin,
                   "Wanted margin of touchpoints that have none, default 0.03 (3 points)")
        ->type_name("D");
    app.add_option("--response-rate", o.response_rate,
                   "Response rate of touchpoints that have none, default 1")
        ->type_name("R");
    app.add_option("--level", o.level, "Confidence of the margins, default 0.95")->type_name("L");
    app.add_option("--budget", o.budget,
                   "For all invitations of the year: their number, where each costs 1")
        ->type_name("B");
    app.add_option("--pilot-spread", spread,
                   "S from pilots: shrunken (default), each drawn towards that of all, or own")
        ->type_name("NAME");
    app.add_option("--total", o.total, "Allocate so many answers")->type_name("N");
    app.add_option("--total-budget", o.total_budget, "Allocate answers that cost so much in all")
        ->type_name("B");
    app.add_option("--total-margin", o.total_margin,
                   "Allocate the cheapest answers that give the whole this margin")
        ->type_name("D");
    app.add_option("--method", method, "Of --total: neyman (default), power, proportional, equal")
        ->type_name("NAME");
    app.add_option("--exponent", o.exponent, "Of --method power, from 0 to 1, default 0.5")
        ->type_name("Q");
    app.add_flag("--json", o.json, "Print one JSON object instead of the plan");
    app.add_option("--write-simulated", o.write_simulated,
                   "Write the simulated programme as CSV to this file (- is standard output) and "
                   "stop")
        ->type_name("FILE");

    if (!parse_arguments(app, argc, argv, {"--total"}, text)) {
        return std::nullopt;
    }
    o.separator = make_separator(separator);
    if (!method.empty()) {
        o.method = make_method(method);
    }
    if (!spread.empty()) {
        o.spread = make_spread(spread);
    }
    check(o, app);
    return o;
}

} // namespace nps_plan

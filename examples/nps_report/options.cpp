// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "program/command_line.hpp"
#include "program/error.hpp"
#include "program/text.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace nps_report {

using namespace nps_program;

namespace {

constexpr std::string_view about =
    R"(Reports a Net Promoter Score survey: the score, how sure it is, and how many people to ask.

Reads one CSV file with a header line, in one pass and constant memory. Without a file it reports a
simulated survey of a mobile operator.)";

constexpr std::string_view notes = R"text(The file
  UTF-8, separated by comma, semicolon, tab or bar (found from the header line), fields quoted where
  needed. Answers: 9, 9.0, "10 - Very likely", "0 = Not at all", "10 (very likely)". An empty cell is
  missing; so are the codes named by --missing. Anything else that is not on the scale, and a row
  with too few or too many cells, is invalid: it is counted and shown with its line.

Examples
  nps_report
  nps_report survey.csv --score q1
  nps_report survey.csv --score q1 --segment region --segment channel --wave month
  nps_report survey.csv --score q1 --compare brand
  nps_report survey.csv --score q1 --drivers price,network,service
  nps_report survey.csv --score q1 --drivers all
  nps_report survey.csv --score q1 --missing 99 --missing "N/A" --json
  nps_report answers.csv --score q7 --scale custom --lowest 0 --highest 100 --last-detractor 60
             --first-promoter 80
  zcat survey.csv.gz | nps_report - --score q1
  nps_report --write-simulated survey.csv

Scores are printed in points (x100); in JSON they are on [-1, 1], and a group without valid answers
has null. Each segment is compared with the rest, each wave with the one before, and the groups of
--compare each with each; p values are adjusted for their number within a column. Waves follow each
other by name, numbers in it as numbers: 2024-03 or Q1 to Q4, not March or 3/2024. Drivers are columns
of whole ratings from 0 to 100, higher is better; all means those with at most 11 different ratings.

Exit code: 0 report written, 2 not (one line on standard error says why).)text";

struct scale_words {
    std::string name = "0-10";
    std::optional<int> lowest;
    std::optional<int> highest;
    std::optional<int> last_detractor;
    std::optional<int> first_promoter;
};

nps::score_method make_method(const std::string& word) {
    using enum nps::score_method;
    return named_value<nps::score_method>("--method", word,
                                          {{"wald", wald},
                                           {"adjusted_wald", adjusted_wald},
                                           {"score", score},
                                           {"bonett_price", bonett_price},
                                           {"newcombe", newcombe},
                                           {"likelihood_ratio", likelihood_ratio},
                                           {"exact", exact},
                                           {"bayesian", bayesian}});
}

nps::multiplicity make_adjustment(const std::string& word) {
    using enum nps::multiplicity;
    return named_value<nps::multiplicity>("--adjust", word,
                                          {{"none", none},
                                           {"bonferroni", bonferroni},
                                           {"holm", holm},
                                           {"hochberg", hochberg},
                                           {"hommel", hommel},
                                           {"sidak", sidak},
                                           {"benjamini_hochberg", benjamini_hochberg},
                                           {"benjamini_yekutieli", benjamini_yekutieli}});
}

nps::importance_method make_importance(const std::string& word) {
    using enum nps::importance_method;
    return named_value<nps::importance_method>("--importance", word,
                                               {{"shapley", shapley},
                                                {"johnson", johnson},
                                                {"first", first},
                                                {"last", last},
                                                {"pratt", pratt},
                                                {"car", car}});
}

nps::standard_errors make_errors(const std::string& word) {
    using enum nps::standard_errors;
    return named_value<nps::standard_errors>("--errors", word,
                                             {{"classical", classical}, {"hc3", hc3}});
}

void check_drivers(const options& o) {
    for (auto driver = o.drivers.begin(); driver != o.drivers.end(); ++driver) {
        if (driver->empty()) {
            throw program_error("--drivers: a name is empty");
        }
        if (std::find(o.drivers.begin(), driver, *driver) != driver) {
            throw program_error("--drivers: " + *driver + " is named twice");
        }
        if (*driver == o.score) {
            throw program_error("--drivers: " + *driver + " is the score itself");
        }
    }
    if (o.replicates < 100 || o.replicates > 1'000'000) {
        refuse("--replicates", static_cast<double>(o.replicates), "must be in [100, 1000000]");
    }
}

nps::scale make_scale(const scale_words& words) {
    static const std::map<std::string, nps::scale> named{{"0-10", nps::zero_to_ten},
                                                         {"1-10", nps::one_to_ten},
                                                         {"1-5", nps::one_to_five},
                                                         {"1-7", nps::one_to_seven}};
    const bool any = words.lowest || words.highest || words.last_detractor || words.first_promoter;
    const bool all = words.lowest && words.highest && words.last_detractor && words.first_promoter;
    if (words.name == "custom") {
        if (!all) {
            throw program_error("--scale custom: needs --lowest, --highest, --last-detractor and "
                                "--first-promoter");
        }
        try {
            return {.lowest = *words.lowest,
                    .highest = *words.highest,
                    .last_detractor = *words.last_detractor,
                    .first_promoter = *words.first_promoter};
        } catch (const nps::invalid_input& error) {
            throw program_error(std::string("--scale custom: ") + error.what());
        }
    }
    const auto found = named.find(words.name);
    if (found == named.end()) {
        throw program_error("--scale: " + words.name +
                            " is unknown; use 0-10, 1-10, 1-5, 1-7 or custom");
    }
    if (any) {
        throw program_error("--lowest, --highest, --last-detractor and --first-promoter go with "
                            "--scale custom only");
    }
    return found->second;
}

void check(const options& o) {
    require_level(o.level);
    require_response_rate(o.response_rate);
    require_margin("--margin", o.margin);
    if (o.population && *o.population < 1) {
        refuse("--population", static_cast<double>(*o.population), "must be at least 1");
    }
    if (!o.file.empty() && o.score.empty()) {
        throw program_error("--score: name the column that holds the answers");
    }
    for (auto segment = o.segments.begin(); segment != o.segments.end(); ++segment) {
        if (std::find(o.segments.begin(), segment, *segment) != segment) {
            throw program_error("--segment: " + *segment + " is named twice");
        }
    }
    check_drivers(o);
    if (!o.file.empty() && !o.write_simulated.empty()) {
        throw program_error("--write-simulated: goes without a file to read");
    }
    if (o.file.empty() && !(o.score.empty() && o.segments.empty() && o.wave.empty() &&
                            o.compare.empty() && o.drivers.empty())) {
        throw program_error("columns are named, but no file is given (- is standard input)");
    }
}

} // namespace

std::optional<options> parse_options(int argc, const char* const* argv, std::string& text) {
    options o;
    scale_words words;
    std::string separator;
    std::string method;
    std::string adjustment;
    std::string importance;
    std::string errors;
    CLI::App app(std::string(about), "nps_report");
    app.footer(std::string(notes));
    app.set_version_flag("--version", "nps_report " NPS_VERSION_STRING);
    app.get_formatter()->column_width(34);

    app.add_option("file", o.file, "CSV file, or - for standard input")->type_name("FILE");
    app.add_option("--score", o.score, "Column that holds the answers")->type_name("COLUMN");
    app.add_option("--scale", words.name, "0-10 (default), 1-10, 1-5, 1-7, or custom")
        ->type_name("SCALE");
    app.add_option("--lowest", words.lowest, "Custom scale: the lowest answer")->type_name("N");
    app.add_option("--highest", words.highest, "Custom scale: the highest answer")->type_name("N");
    app.add_option("--last-detractor", words.last_detractor,
                   "Custom scale: detractors are up to this answer")
        ->type_name("N");
    app.add_option("--first-promoter", words.first_promoter,
                   "Custom scale: promoters are from this answer")
        ->type_name("N");
    app.add_option("--segment", o.segments, "Column to report by; may be repeated")
        ->type_name("COLUMN")
        ->allow_extra_args(false);
    app.add_option("--wave", o.wave, "Column that names the wave of the survey")
        ->type_name("COLUMN");
    app.add_option("--compare", o.compare, "Column whose groups are compared, each with each")
        ->type_name("COLUMN");
    app.add_option("--drivers", o.drivers,
                   "Columns of ratings that may drive the score: price,network,service; or all")
        ->type_name("COLUMNS")
        ->allow_extra_args(false);
    app.add_option("--missing", o.missing_codes,
                   "Code that stands for no answer, such as 99; may be repeated")
        ->type_name("CODE")
        ->allow_extra_args(false);
    app.add_option("--separator", separator, "Character between cells, or the word tab")
        ->type_name("CHAR");
    app.add_option("--method", method,
                   "Interval of the score: wald, adjusted_wald, score, bonett_price, newcombe, "
                   "likelihood_ratio, exact, bayesian; the default is the library's")
        ->type_name("NAME");
    app.add_option("--adjust", adjustment,
                   "How p values are adjusted for their number: none, bonferroni, holm (default), "
                   "hochberg, hommel, sidak, benjamini_hochberg, benjamini_yekutieli")
        ->type_name("NAME");
    app.add_option("--importance", importance,
                   "Importance of drivers: shapley (default), johnson, first, last, pratt, car")
        ->type_name("NAME");
    app.add_option("--errors", errors,
                   "Standard errors of the driver table: classical (default) or hc3")
        ->type_name("NAME");
    app.add_option("--replicates", o.replicates,
                   "Bootstrap replicates behind the intervals of importance, default 1000")
        ->type_name("N");
    app.add_option("--level", o.level, "Confidence of the intervals, default 0.95")->type_name("L");
    app.add_option("--margin", o.margin, "Margin of error that is wanted, default 0.03 (3 points)")
        ->type_name("D");
    app.add_option("--population", o.population,
                   "Customers in all, where they are few: for margin and sample size")
        ->type_name("N");
    app.add_option("--response-rate", o.response_rate, "Share of the invited who answer, default 1")
        ->type_name("R");
    app.add_flag("--json", o.json, "Print one JSON object instead of the report");
    app.add_option("--write-simulated", o.write_simulated,
                   "Write the simulated survey as CSV to this file (- is standard output) and stop")
        ->type_name("FILE");
    if (!parse_arguments(app, argc, argv,
                         {"--lowest", "--highest", "--last-detractor", "--first-promoter",
                          "--population", "--replicates"},
                         text)) {
        return std::nullopt;
    }
    o.scale = make_scale(words);
    if (!method.empty()) {
        o.method = make_method(method);
    }
    if (!adjustment.empty()) {
        o.adjust = make_adjustment(adjustment);
    }
    if (!importance.empty()) {
        o.importance = make_importance(importance);
    }
    if (!errors.empty()) {
        o.errors = make_errors(errors);
    }
    o.drivers = split_names(o.drivers);
    o.separator = make_separator(separator);
    check(o);
    return o;
}

} // namespace nps_report

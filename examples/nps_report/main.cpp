// SPDX-License-Identifier: Apache-2.0
// nps_report: from a file of survey answers to a score one can trust.
#include "figures.hpp"
#include "options.hpp"
#include "program/csv.hpp"
#include "program/output.hpp"
#include "program/text.hpp"
#include "report.hpp"
#include "simulator.hpp"
#include "survey.hpp"

#include <string>

namespace {

using namespace nps_program;
using namespace nps_report;

std::string report(options o) {
    const bool simulated = o.file.empty();
    std::string data;
    if (simulated) {
        data = simulated_survey();
        name_simulated_columns(o);
    }
    csv_reader reader(simulated ? text_source(data) : open_source(o.file),
                      simulated       ? "the simulated survey"
                      : o.file == "-" ? "standard input"
                                      : o.file,
                      o.separator);
    const survey s = read_survey(reader, o);
    const figures f = compute_figures(s, o);
    return o.json ? json_report(s, f, o)
                  : text_report(s, f, o, reader.name() + ", column " + in_quotes(o.score));
}

void run(int argc, char** argv) {
    std::string text;
    const auto o = parse_options(argc, argv, text);
    if (!o) {
        write_output(text);
    } else if (!o->write_simulated.empty()) {
        write_file(o->write_simulated, simulated_survey());
    } else {
        write_output(report(*o));
    }
}

} // namespace

int main(int argc, char** argv) {
    return exit_code_of("nps_report", [&] { run(argc, argv); });
}

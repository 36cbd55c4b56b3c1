// SPDX-License-Identifier: Apache-2.0
// nps_plan: from a table of touchpoints to how many customers to invite at each.
#include "options.hpp"
#include "plans.hpp"
#include "programme.hpp"
#include "report.hpp"
#include "simulator.hpp"

#include "program/csv.hpp"
#include "program/output.hpp"

#include <string>

namespace {

using namespace nps_plan;
using namespace nps_program;

std::string report(const options& o) {
    const bool simulated = o.file.empty();
    const std::string data = simulated ? simulated_programme() : "";
    csv_reader reader(simulated ? text_source(data) : open_source(o.file),
                      simulated       ? "the simulated programme"
                      : o.file == "-" ? "standard input"
                                      : o.file,
                      o.separator);
    const programme p = read_programme(reader);
    const std::vector<std::string> unused = unused_columns(p, o);
    if (o.allocates()) {
        const nps::allocation made = allocate(p, o);
        return o.json ? json_report(made, unused) : text_report(made, o, reader.name(), unused);
    }
    const nps::planned_programme planned = plan(p, o);
    return o.json ? json_report(planned, o, unused)
                  : text_report(planned, o, reader.name(), unused);
}

void run(int argc, char** argv) {
    std::string text;
    const auto o = parse_options(argc, argv, text);
    if (!o) {
        write_output(text);
    } else if (!o->write_simulated.empty()) {
        write_file(o->write_simulated, simulated_programme());
    } else {
        write_output(report(*o));
    }
}

} // namespace

int main(int argc, char** argv) {
    return exit_code_of("nps_plan", [&] { run(argc, argv); });
}

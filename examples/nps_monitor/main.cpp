// SPDX-License-Identifier: Apache-2.0
// nps_monitor: which touchpoint of a programme has moved, why, and where to act.
#include "figures.hpp"
#include "options.hpp"
#include "program/csv.hpp"
#include "program/error.hpp"
#include "program/output.hpp"
#include "programme.hpp"
#include "report.hpp"
#include "simulator.hpp"
#include "state.hpp"

#include <nps/count/programme_tally_bytes.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace nps_program;
using namespace nps_monitor;

std::string print(const programme& p, const options& o, const std::string& source) {
    const figures f = compute_figures(p.answers, o);
    return o.json ? json_report(p, f, o) : text_report(p, f, o, source);
}

// The state is replaced when the report is made, and before it is written.
std::string report(const options& o) {
    std::optional<state_lock> lock;
    std::optional<nps::programme_tally> before;
    if (!o.state.empty()) {
        lock.emplace(o.state);
        before = read_state(o.state);
    }
    programme p{.answers = nps::programme_tally(tally_options(o))};
    if (before) {
        if (!(before->options() == p.answers.options())) {
            throw program_error(o.state + ": was made with another --by, --period or --utc-offset");
        }
        if (const auto open = before->closed_before()) {
            p.answers.close_before(*open);
        }
    }
    csv_reader reader(open_source(o.file), o.file == "-" ? "standard input" : o.file, o.separator);
    read_programme(reader, o, p);
    if (before) {
        p.answers += *before;
    }
    const std::string text = print(p, o, reader.name());
    if (!o.state.empty()) {
        replace_file(o.state, nps::to_bytes(closed_periods(p.answers)));
    }
    return text;
}

std::string merged_report(const options& o) {
    std::optional<state_lock> lock;
    if (!o.state.empty()) {
        lock.emplace(o.state);
        if (read_state(o.state)) {
            throw program_error(o.state + ": is there already; --merge makes a new state");
        }
    }
    std::vector<nps::programme_tally> states;
    std::string source;
    for (const std::string& path : o.merge) {
        auto one = read_state(path);
        if (!one) {
            throw program_error(path + ": there is no such state");
        }
        states.push_back(std::move(*one));
        source += (source.empty() ? "" : ", ") + path;
    }
    const programme p{.answers = merged_states(states, o.merge)};
    const std::string text = print(p, o, source);
    if (!o.state.empty()) {
        replace_file(o.state, nps::to_bytes(p.answers));
    }
    return text;
}

void run(int argc, char** argv) {
    std::string text;
    const auto o = parse_options(argc, argv, text);
    if (!o) {
        write_output(text);
    } else if (o->simulated) {
        simulate_programme(*o->simulated, write_output);
    } else {
        write_output(o->merge.empty() ? report(*o) : merged_report(*o));
    }
}

} // namespace

int main(int argc, char** argv) {
    return exit_code_of("nps_monitor", [&] { run(argc, argv); });
}

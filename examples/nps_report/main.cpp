// SPDX-License-Identifier: Apache-2.0
// nps_report: from a file of survey answers to a score one can trust.
#include "csv.hpp"
#include "error.hpp"
#include "figures.hpp"
#include "options.hpp"
#include "report.hpp"
#include "simulator.hpp"
#include "survey.hpp"
#include "text.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

namespace {

using namespace nps_report;

// Throws report_error where not all of it is written; a reader that has gone away is content.
void write_all(std::FILE* file, const std::string& name, const std::string& text) {
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if ((std::fflush(file) != 0 || !written) && errno != EPIPE) {
        throw report_error(name + ": " + std::strerror(errno));
    }
}

void write_file(const std::string& path, const std::string& text) {
    if (path == "-") {
        return write_all(stdout, "standard output", text);
    }
    errno = 0;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) {
        throw report_error(path + ": " + std::strerror(errno));
    }
    try {
        write_all(file, path, text);
    } catch (...) {
        std::fclose(file);
        throw;
    }
    if (std::fclose(file) != 0) {
        throw report_error(path + ": " + std::strerror(errno));
    }
}

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

int run(int argc, char** argv) {
    std::string text;
    const auto o = parse_options(argc, argv, text);
    if (!o) {
        write_all(stdout, "standard output", text);
    } else if (!o->write_simulated.empty()) {
        write_file(o->write_simulated, simulated_survey());
    } else {
        write_all(stdout, "standard output", report(*o));
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
#ifdef SIGPIPE
    std::signal(SIGPIPE, SIG_IGN); // `nps_report | head` ends quietly, through EPIPE
#endif
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nps_report: %s\n", nps_report::printable(error.what()).c_str());
        return 2;
    }
}

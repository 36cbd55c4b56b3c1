// SPDX-License-Identifier: Apache-2.0
#include "program/output.hpp"

#include "program/error.hpp"
#include "program/text.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include <unistd.h>

namespace nps_program {
namespace {

void write_all(std::FILE* file, const std::string& name, const std::string& text) {
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if ((std::fflush(file) != 0 || !written) && errno != EPIPE) {
        throw program_error(name + ": " + std::strerror(errno));
    }
}

} // namespace

void write_output(const std::string& text) {
    write_all(stdout, "standard output", text);
}

void write_file(const std::string& path, const std::string& text) {
    if (path == "-") {
        return write_output(text);
    }
    errno = 0;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) {
        throw program_error(path + ": " + std::strerror(errno));
    }
    try {
        write_all(file, path, text);
    } catch (...) {
        std::fclose(file);
        throw;
    }
    if (std::fclose(file) != 0) {
        throw program_error(path + ": " + std::strerror(errno));
    }
}

void show_progress(const std::string& what, std::int64_t done, std::int64_t total) {
    if (::isatty(STDERR_FILENO) == 0) {
        return;
    }
    if (done >= total) {
        std::fputs("\r\033[K", stderr);
    } else {
        std::fprintf(stderr, "\r%s %d %%", what.c_str(), static_cast<int>(100 * done / total));
    }
    std::fflush(stderr);
}

int exit_code_of(const std::string& name, const std::function<void()>& work) {
#ifdef SIGPIPE
    std::signal(SIGPIPE, SIG_IGN); // `nps_report | head` ends quietly, through EPIPE
#endif
    try {
        work();
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), printable(error.what()).c_str());
        return 2;
    }
}

} // namespace nps_program

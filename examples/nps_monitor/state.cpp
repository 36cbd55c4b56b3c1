// SPDX-License-Identifier: Apache-2.0
#include "state.hpp"

#include "program/csv.hpp"
#include "program/error.hpp"

#include <nps/count/programme_tally_bytes.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nps_monitor {

using namespace nps_program;

namespace {

[[noreturn]] void fail(const std::string& path) {
    throw program_error(path + ": " + std::strerror(errno));
}

class descriptor {
public:
    descriptor(const std::string& path, int flags)
        : path_(path), file_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
        if (file_ < 0) {
            fail(path_);
        }
    }
    ~descriptor() {
        if (file_ >= 0) {
            ::close(file_);
        }
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    void write(std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::write(file_, bytes.data(), bytes.size());
            if (count < 0 && errno != EINTR) {
                fail(path_);
            }
            bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        }
    }
    void sync() {
        if (::fsync(file_) != 0) {
            fail(path_);
        }
    }
    void close() {
        if (::close(std::exchange(file_, -1)) != 0) {
            fail(path_);
        }
    }

private:
    std::string path_;
    int file_;
};

} // namespace

state_lock::state_lock(const std::string& state) {
    const std::string path = state + ".lock";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) {
        fail(path);
    }
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        const bool busy = errno == EWOULDBLOCK;
        ::close(file_);
        if (busy) {
            throw program_error(state + ": another run is changing this state");
        }
        fail(path);
    }
}

state_lock::~state_lock() {
    ::close(file_);
}

std::optional<nps::programme_tally> read_state(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 && errno == ENOENT) {
        return std::nullopt;
    }
    const byte_source source = open_source(path);
    std::vector<std::byte> bytes;
    std::array<char, 65'536> buffer;
    while (const std::size_t count = source(buffer.data(), buffer.size())) {
        const auto some = std::as_bytes(std::span(buffer).first(count));
        bytes.insert(bytes.end(), some.begin(), some.end());
    }
    try {
        return nps::from_bytes<nps::programme_tally>(bytes);
    } catch (const nps::invalid_input& error) {
        throw program_error(path + ": is no state: " + error.what());
    }
}

void replace_file(const std::string& path, std::span<const std::byte> bytes) {
    const std::string fresh = path + ".new";
    descriptor file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(bytes);
    file.sync();
    file.close();
    if (std::rename(fresh.c_str(), path.c_str()) != 0) {
        fail(path);
    }
    const auto folder = std::filesystem::path(path).parent_path();
    descriptor(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY).sync();
}

nps::programme_tally closed_periods(const nps::programme_tally& answers) {
    nps::programme_tally kept(answers.options());
    if (const auto periods = answers.periods(); periods.size() > 1) {
        kept = answers.slice(periods.front(), periods[periods.size() - 2]);
    }
    std::optional<nps::period> open = answers.closed_before();
    if (!answers.empty()) {
        const nps::period latest = answers.periods().back();
        if (open && *open > latest) { // nothing new has come
            kept = answers.slice(answers.periods().front(), latest);
        } else {
            open = latest;
        }
    }
    if (open) {
        kept.close_before(*open);
    }
    return kept;
}

nps::programme_tally merged_states(const std::vector<nps::programme_tally>& states,
                                   const std::vector<std::string>& paths) {
    nps::programme_tally all(states.front().options());
    std::optional<nps::period> end;
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (!(states[i].options() == all.options())) {
            throw program_error("--merge: " + paths[i] + " has other columns or periods than " +
                                paths.front());
        }
        const auto closed = states[i].closed_before();
        if (!closed) {
            throw program_error("--merge: " + paths[i] + " is empty");
        }
        end = end ? (std::min)(*end, *closed) : *closed;
    }
    for (const nps::programme_tally& one : states) {
        const auto periods = one.periods();
        if (!periods.empty() && periods.front() < *end) {
            all += one.slice(periods.front(), end->previous());
        }
    }
    all.close_before(*end);
    return all;
}

} // namespace nps_monitor

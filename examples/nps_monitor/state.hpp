// SPDX-License-Identifier: Apache-2.0
// The tallies of closed periods, kept in a file between runs.
//
// The file holds the bytes of nps::to_bytes(programme_tally): a version and a checksum are in them. It
// is replaced whole: the new bytes are written to FILE.new beside it and brought to the disk, then
// FILE.new is renamed to FILE, then the folder is brought to the disk. Whenever the program is killed,
// FILE is the old state or the new one. A FILE.new that is left over is written anew by the next run.
#pragma once

#include <nps/count/programme_tally.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nps_monitor {

// Holds FILE.lock, which stays behind empty, so that two runs do not change one state at once: the
// second is refused. The lock goes with the process, however it ends.
class state_lock {
public:
    // Throws program_error.
    explicit state_lock(const std::string& state);
    ~state_lock();
    state_lock(const state_lock&) = delete;
    state_lock& operator=(const state_lock&) = delete;

private:
    int file_ = -1;
};

// Nothing where there is no such file. Throws program_error, also for a damaged one.
[[nodiscard]] std::optional<nps::programme_tally> read_state(const std::string& path);

// Throws program_error; the old state is then still there.
void replace_file(const std::string& path, std::span<const std::byte> bytes);

// What is kept of answers: all periods before the latest, which are closed. The latest is open still
// and has to be read again.
[[nodiscard]] nps::programme_tally closed_periods(const nps::programme_tally& answers);

// States of several machines as one, up to the period in which the first of them ends. Throws
// program_error where they are of different attributes or periods; `paths` names them.
[[nodiscard]] nps::programme_tally merged_states(const std::vector<nps::programme_tally>& states,
                                                 const std::vector<std::string>& paths);

} // namespace nps_monitor

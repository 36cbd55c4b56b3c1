// SPDX-License-Identifier: Apache-2.0
/// @file
/// Blocks of work over threads. The caller cuts the work into blocks that do not depend on the
/// number of threads; results then do not either. The only header that includes <thread>.
#pragma once

#include <nps/core/error.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace nps::inline v0 {

/// How many threads `threads = 0` means: what the machine has.
[[nodiscard]] inline unsigned available_threads() {
    return (std::max)(1U, std::thread::hardware_concurrency());
}

/// How many workers for_each_block uses for so many blocks: at least 1.
///
/// Cost:       O(1).
/// Checked:    tests/numeric/parallel_test.cpp
/// Example:    examples/numeric.cpp
[[nodiscard]] inline std::size_t worker_count(std::int64_t blocks, unsigned threads) {
    const std::int64_t wanted = threads == 0 ? available_threads() : threads;
    return static_cast<std::size_t>((std::max)(std::int64_t{1}, (std::min)(wanted, blocks)));
}

/// Calls `body(block)` once for each block in [0, blocks), on up to `threads` threads (0: all that
/// the machine has; 1: no thread is started). Blocks start in ascending order. A body that takes
/// `(block, worker)` is told which of the worker_count workers runs it, so that it can reuse a
/// buffer of that worker's.
///
/// Assumes:    `body` may be called concurrently, each block touching only what is its own.
/// Throws:     what `body` throws: of several, the one of the lowest block, for any number of
///             threads. A thread that has seen the throw takes no further block; blocks that were
///             started are finished. If fewer threads can be started than asked for, the work is
///             done by those that were.
/// Cost:       one atomic increment a block, and some 20 us for each thread started.
/// Checked:    tests/numeric/parallel_test.cpp
/// Example:    examples/numeric.cpp
template <class Body>
requires std::invocable<Body&, std::int64_t> || std::invocable<Body&, std::int64_t, std::size_t>
void for_each_block(std::int64_t blocks, unsigned threads, Body&& body) {
    const auto run = [&body](std::int64_t block, std::size_t worker) {
        if constexpr (std::invocable<Body&, std::int64_t, std::size_t>) {
            body(block, worker);
        } else {
            body(block);
        }
    };
    const std::size_t workers = worker_count(blocks, threads);
    if (workers == 1) {
        for (std::int64_t block = 0; block < blocks; ++block) {
            run(block, 0);
        }
        return;
    }
    std::atomic<std::int64_t> next{0};
    std::atomic<bool> stop{false};
    std::mutex failure_lock;
    std::exception_ptr failure;
    std::int64_t failed_block = (std::numeric_limits<std::int64_t>::max)();

    // Blocks are handed out in order, so the lowest failing block has always started before any
    // other can stop the rest.
    const auto work = [&](std::size_t worker) {
        while (!stop) {
            const std::int64_t block = next.fetch_add(1);
            if (block >= blocks) {
                return;
            }
            try {
                run(block, worker);
            } catch (...) {
                const std::lock_guard guard(failure_lock);
                if (block < failed_block) {
                    failed_block = block;
                    failure = std::current_exception();
                }
                stop = true;
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        helpers.reserve(workers - 1);
        try {
            for (std::size_t worker = 1; worker < workers; ++worker) {
                helpers.emplace_back(work, worker);
            }
        } catch (
            const std::system_error&) { // NOLINT(bugprone-empty-catch): fewer threads, same work
        }
        work(0);
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace nps::inline v0

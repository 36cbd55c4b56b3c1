// SPDX-License-Identifier: Apache-2.0
#include <nps/numeric/parallel.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

TEST_CASE("each block is done once, for any number of threads") {
    for (const unsigned threads : {0U, 1U, 2U, 3U, 64U}) {
        for (const std::int64_t blocks : {0, 1, 2, 3, 1000}) {
            CAPTURE(threads);
            CAPTURE(blocks);
            std::vector<std::atomic<int>> calls(static_cast<std::size_t>(blocks));
            nps::for_each_block(blocks, threads, [&](std::int64_t block) {
                ++calls.at(static_cast<std::size_t>(block));
            });
            for (const std::atomic<int>& count : calls) {
                CHECK(count == 1);
            }
        }
    }
}

TEST_CASE("results that are kept by block do not depend on the threads") {
    const auto sums = [](unsigned threads) {
        std::vector<double> sum(97);
        nps::for_each_block(97, threads, [&](std::int64_t block) {
            for (int i = 1; i < 200; ++i) {
                sum[static_cast<std::size_t>(block)] += 1.0 / (i + static_cast<double>(block));
            }
        });
        return sum;
    };
    CHECK(sums(2) == sums(1));
    CHECK(sums(8) == sums(1));
}

const std::thread::id main_thread = std::this_thread::get_id();

TEST_CASE("one thread works in the caller's, in order; no more threads than blocks are used") {
    std::vector<std::int64_t> order;
    nps::for_each_block(5, 1, [&](std::int64_t block) {
        CHECK(std::this_thread::get_id() == main_thread);
        order.push_back(block);
    });
    CHECK(order == std::vector<std::int64_t>{0, 1, 2, 3, 4});
    nps::for_each_block(1, 8,
                        [&](std::int64_t) { CHECK(std::this_thread::get_id() == main_thread); });
}

TEST_CASE("workers have numbers below their count, each running one block at a time") {
    CHECK(nps::worker_count(0, 8) == 1);
    CHECK(nps::worker_count(3, 8) == 3);
    CHECK(nps::worker_count(100, 8) == 8);
    CHECK(nps::worker_count(1'000'000, 0) == nps::available_threads());
    for (const unsigned threads : {1U, 2U, 5U}) {
        std::vector<std::atomic<int>> busy(nps::worker_count(500, threads));
        std::atomic<int> clashes{0};
        nps::for_each_block(500, threads, [&](std::int64_t, std::size_t worker) {
            clashes += busy.at(worker)++ != 0;
            std::this_thread::yield();
            --busy.at(worker);
        });
        CHECK(clashes == 0);
    }
}

TEST_CASE("of several failing blocks the lowest is reported, and the rest is given up") {
    for (const unsigned threads : {1U, 2U, 4U, 16U}) {
        for (int repeat = 0; repeat < 50; ++repeat) {
            std::atomic<int> done{0};
            std::string text;
            try {
                nps::for_each_block(10'000, threads, [&](std::int64_t block) {
                    if (block >= 20 && block % 3 == 0) {
                        throw std::runtime_error(std::to_string(block));
                    }
                    ++done;
                });
            } catch (const std::runtime_error& error) {
                text = error.what();
            }
            CHECK(text == "21");
            CHECK(done >= 20);
            CHECK(done < 9'000);
        }
    }
}

TEST_CASE("what is thrown keeps its type") {
    CHECK_THROWS_AS(nps::for_each_block(4, 2, [](std::int64_t) { throw 7; }), int);
    CHECK_THROWS_WITH_AS(
        nps::for_each_block(4, 2,
                            [](std::int64_t) { throw nps::invalid_input("nps::x: y = 1, no"); }),
        "nps::x: y = 1, no", nps::invalid_input);
}

TEST_CASE("there is at least one thread") {
    CHECK(nps::available_threads() >= 1);
}

} // namespace

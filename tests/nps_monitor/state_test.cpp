// SPDX-License-Identifier: Apache-2.0
// The state: only new answers are taken, states merge, and a kill at any instant leaves a whole one.
#include "nps_monitor/state.hpp"
#include "program/run_program.hpp"

#include <nps/count/programme_tally_bytes.hpp>

#include <nps/numeric/philox.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

using namespace nps_program_test;
using namespace nps_monitor;

namespace {

const std::vector<std::string> columns{"--time", "time", "--score", "score", "--by", "touchpoint"};

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

// Answers of the first `days` days of January 2024; fewer days are the beginning of more.
std::string answers(int days) {
    const auto all = run({"--simulate", "5", "--touchpoints", "4", "--days", "20"}).out;
    const std::string end =
        "\n2024-01-" + std::string(days < 9 ? "0" : "") + std::to_string(days + 1) + ",";
    return all.substr(0, all.find(end) + 1);
}

// Of the header and the days from this one on.
std::string from_day(const std::string& csv, const std::string& day) {
    return csv.substr(0, csv.find('\n') + 1) + csv.substr(csv.find("\n" + day) + 1);
}

// A report without what is of the file alone.
nlohmann::json of_programme(nlohmann::json j) {
    for (const char* key : {"rows", "valid", "missing", "invalid_scores", "invalid_times",
                            "malformed", "closed", "unread_examples", "closed_before"}) {
        j.erase(key);
    }
    return j;
}

std::vector<std::byte> bytes_of(const std::string& text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

// Starts `child` in a process of its own, kills it after so many microseconds, and waits for it.
template <class Child>
int killed_after(unsigned microseconds, Child child) {
    const pid_t id = ::fork();
    REQUIRE(id >= 0);
    if (id == 0) {
        child();
        ::_exit(127);
    }
    ::usleep(microseconds);
    ::kill(id, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(id, &status, 0) == id);
    return status;
}

} // namespace

TEST_CASE("a later run takes only what is new") {
    const std::string state = scratch().path("programme.state");
    const auto kept = with(columns, {"--state", state});
    const std::string ten = answers(10);
    const std::string twenty = answers(19);
    const auto whole = of_programme(report_on(twenty, columns));

    const auto first = report_on(ten, kept);
    CHECK(first.at("closed") == 0);
    CHECK(first.at("closed_before").is_null());
    CHECK(of_programme(first) == of_programme(report_on(ten, columns)));
    const std::string after_ten = contents(state);

    SUBCASE("the same file again changes nothing") {
        const auto again = report_on(ten, kept);
        CHECK(of_programme(again) == of_programme(first));
        CHECK(again.at("closed_before") == "2024-01-10");
        CHECK(again.at("closed") > 0);
        CHECK(contents(state) == after_ten);
    }
    SUBCASE("the file, grown") {
        CHECK(of_programme(report_on(twenty, kept)) == whole);
    }
    SUBCASE("its new part, from the open day on") {
        const auto part = report_on(from_day(twenty, "2024-01-10"), kept);
        CHECK(of_programme(part) == whole);
        CHECK(part.at("closed") == 0);
    }
    SUBCASE("late answers are left out and counted") {
        const auto late =
            report_on(from_day(twenty, "2024-01-10") + "2024-01-03,t0001,app,0\n", kept);
        CHECK(late.at("closed") == 1);
        CHECK(of_programme(late) == whole);
    }
    SUBCASE("nothing new at all") {
        CHECK(report_on("time,touchpoint,score\n", kept).at("latest") == "2024-01-09");
        CHECK(contents(state) == after_ten);
    }
    SUBCASE("other columns, damage, and a second run at once are refused") {
        const auto other = std::vector<std::string>{"--time", "time",    "--score", "score",
                                                    "--by",   "channel", "--state", state};
        CHECK(contains(refusal_on(ten, other), "another --by"));
        CHECK(contents(state) == after_ten);
        {
            const state_lock lock(state);
            CHECK(contains(refusal_on(ten, kept), "another run"));
        }
        std::string damaged = after_ten;
        damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
        scratch().write("programme.state", damaged);
        CHECK(contains(refusal_on(ten, kept), "is no state"));
        CHECK(contents(state) == damaged);
        scratch().write("programme.state", "");
        CHECK(contains(refusal_on(ten, kept), "is no state"));
    }
    std::filesystem::remove(state);
}

TEST_CASE("states of several machines are one programme") {
    const std::string csv = answers(12);
    std::string north = "time,touchpoint,channel,score\n";
    std::string south = north;
    std::size_t line = 0;
    for (std::size_t begin = csv.find('\n') + 1; begin < csv.size(); ++line) {
        const std::size_t end = csv.find('\n', begin) + 1;
        // The south has nothing of the last day, so its state ends a day earlier.
        const bool last_day = csv.compare(begin, 10, "2024-01-12") == 0;
        (line % 2 == 0 || last_day ? north : south) += csv.substr(begin, end - begin);
        begin = end;
    }
    const std::string a = scratch().path("north.state");
    const std::string b = scratch().path("south.state");
    const std::string c = scratch().path("all.state");
    static_cast<void>(report_on(north, with(columns, {"--state", a})));
    static_cast<void>(report_on(south, with(columns, {"--state", b})));
    const outcome merged = run({"--json", "--merge", a, b, "--state", c});
    INFO(merged.error);
    REQUIRE(merged.exit_code == 0);
    CHECK(of_programme(merged.json()) == of_programme(report_on(answers(10), columns)));
    CHECK(merged.json().at("closed_before") == "2024-01-11");
    CHECK(of_programme(run({"--json", "--merge", c}).json()) == of_programme(merged.json()));
    // It goes on from there.
    CHECK(of_programme(report_on(csv, with(columns, {"--state", c}))) ==
          of_programme(report_on(csv, columns)));
    CHECK(contains(refusal(run({"--merge", a, b, "--state", c})), "is there already"));
    CHECK(contains(refusal(run({"--merge", a, scratch().path("none")})), "no such state"));
    CHECK(contains(refusal(run({"x.csv", "--merge", a})), "--merge"));
}

TEST_CASE("a process that writes states without end is killed a hundred times") {
    const std::string path = scratch().path("written.state");
    const std::string one(300'000, 'a');
    const std::string other(200'000, 'b');
    replace_file(path, bytes_of(one));
    nps::random_stream stream(11, 0, nps::random_purpose::simulation);
    int ones = 0;
    for (int i = 0; i < 100; ++i) {
        killed_after(static_cast<unsigned>(500 + stream.below(15'000)), [&] {
            for (;;) {
                replace_file(path, bytes_of(other));
                replace_file(path, bytes_of(one));
            }
        });
        const std::string found = contents(path);
        REQUIRE((found == one || found == other));
        ones += found == one ? 1 : 0;
    }
    MESSAGE("the one state ", ones, " times, the other ", 100 - ones);
    CHECK(ones > 0);
    CHECK(ones < 100);
}

TEST_CASE("the program is killed a hundred times") {
    const std::string state = scratch().path("killed.state");
    const std::string ten = scratch().write("ten.csv", answers(10));
    const std::string twenty = scratch().write("twenty.csv", answers(19));
    const auto arguments = [&](const std::string& file) {
        return with({file}, with(columns, {"--state", state}));
    };
    REQUIRE(run(arguments(ten)).exit_code == 0);
    const std::string old = contents(state);
    const auto began = std::chrono::steady_clock::now();
    REQUIRE(run(arguments(twenty)).exit_code == 0);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    const std::string fresh = contents(state);
    REQUIRE(old != fresh);

    std::vector<std::string> words = with({NPS_TEST_PROGRAM}, arguments(twenty));
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    nps::random_stream stream(12, 0, nps::random_purpose::simulation);
    int replaced = 0;
    for (int i = 0; i < 100; ++i) {
        replace_file(state, bytes_of(old));
        killed_after(
            static_cast<unsigned>(stream.below(static_cast<std::uint64_t>(took.count()) * 5 / 4)),
            [&] {
                if (std::freopen("/dev/null", "w", stdout) != nullptr) {
                    ::execv(argv[0], argv.data());
                }
            });
        const std::string found = contents(state);
        REQUIRE((found == old || found == fresh));
        replaced += found == fresh ? 1 : 0;
        CHECK(nps::from_bytes<nps::programme_tally>(bytes_of(found)).size() > 0);
    }
    MESSAGE("replaced before the kill: ", replaced, " of 100");
    // What was lost is the run in hand: the next one makes it good.
    REQUIRE(run(arguments(twenty)).exit_code == 0);
    CHECK(contents(state) == fresh);
}

// SPDX-License-Identifier: Apache-2.0
#include "program/answer.hpp"
#include "program/error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using nps_program::answer_kind;
using nps_program::answer_reader;

namespace {

std::string read(std::string_view cell) {
    static const answer_reader reader(nps::zero_to_ten, {"99", "-1", "N/A", "12.0"});
    const nps_program::answer a = reader(cell);
    switch (a.kind) {
    case answer_kind::valid:
        return std::to_string(a.score);
    case answer_kind::missing:
        return "missing";
    case answer_kind::invalid:
        return std::string(a.reason);
    }
    return "?";
}

} // namespace

TEST_CASE("numbers are answers, whole ones on the scale alone") {
    CHECK(read("0") == "0");
    CHECK(read("10") == "10");
    CHECK(read(" 7 ") == "7");
    CHECK(read("\xC2\xA0"
               "7\xC2\xA0") == "7");
    CHECK(read("007") == "7");
    CHECK(read("+9") == "9");
    CHECK(read("9.0") == "9");
    CHECK(read("9.") == "9");
    CHECK(read("9.000000000000000") == "9");
    CHECK(read("1e1") == "10");
    CHECK(read("-0") == "0");
    CHECK(read("8.5") == "not a whole number");
    CHECK(read("8.999999999") == "not a whole number");
    CHECK(read("11") == "off the scale");
    CHECK(read("-2") == "off the scale");
    CHECK(read("1e300") == "off the scale");
    CHECK(read("9223372036854775808") == "off the scale");
}

TEST_CASE("labels may follow a number, another number may not") {
    for (const std::string_view cell :
         {"10 - Very likely", "10-Very likely", "10 = Very likely", "10: very likely",
          "10. Very likely", "10 (very likely)", "10 \xE2\x80\x93 sehr wahrscheinlich",
          "10 \xE2\x80\x94 tr\xC3\xA8s probable", "10 \xE3\x81\xA8\xE3\x81\xA6\xE3\x82\x82",
          "10 \"very likely\"", "10 Very likely", "10.0 - Very likely", "10, very likely"}) {
        CAPTURE(cell);
        CHECK(read(cell) == "10");
    }
    CHECK(read("0 = Not at all") == "0");
    for (const std::string_view cell :
         {"9-10", "9 - 10", "2 or 3", "10/10",       "9,5",
          "9,0",  "10,000", "1 000",  "2024-05-01",  "10th",
          "10%",  "10 -",   "10)",    "Very likely", "Very likely (10)",
          "-",    "+",      ".",      "ten",         "NA",
          "NaN",  "inf",    "0x9",    "- 5",         "+-5",
          "--5",  "9 9"}) {
        CAPTURE(cell);
        CHECK(read(cell) == "not a number");
    }
    CHECK(read("11 - Very likely") == "off the scale");
    CHECK(read("8.5 - rather likely") == "not a whole number");
}

TEST_CASE("empty cells and missing codes are missing") {
    for (const std::string_view cell : {"", "  ", "\t", "\xC2\xA0", "99", "99.0", "99 - Don't know",
                                        "-1", "N/A", " N/A ", "12"}) {
        CAPTURE(cell);
        CHECK(read(cell) == "missing");
    }
    CHECK(read("n/a") == "not a number");
    CHECK(read("98") == "off the scale");
}

TEST_CASE("a missing code must not be an answer") {
    CHECK_THROWS_AS(answer_reader(nps::zero_to_ten, {"9"}), nps_program::program_error);
    CHECK_THROWS_AS(answer_reader(nps::zero_to_ten, {"10.0"}), nps_program::program_error);
    CHECK_NOTHROW(answer_reader(nps::one_to_ten, {"0"}));
    CHECK_NOTHROW(answer_reader(nps::zero_to_ten, {"8.5"}));
}

TEST_CASE("other scales") {
    const answer_reader reader(
        {.lowest = -2, .highest = 2, .last_detractor = 0, .first_promoter = 2}, {});
    CHECK(reader("-2").score == -2);
    CHECK(reader("-2 - poor").score == -2);
    CHECK(reader("2 (good)").score == 2);
    CHECK(reader("-3").kind == answer_kind::invalid);
}

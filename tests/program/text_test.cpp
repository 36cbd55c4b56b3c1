// SPDX-License-Identifier: Apache-2.0
#include "program/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

using namespace nps_program;

TEST_CASE("what a terminal must not see is taken out") {
    CHECK(printable("plain \xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80") ==
          "plain \xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80");
    CHECK(printable("a\nb\tc\x1B[2Jd\x7F") == "a b c [2Jd ");
    CHECK(printable("a\xC2\x9B"
                    "b") == "a b"); // a control character of two bytes
    CHECK(printable("a\xE2\x80\xAE"
                    "b") == "a b");                                     // right-to-left override
    CHECK(printable("\xD6st") == "\xEF\xBF\xBDst");                     // Latin-1
    CHECK(printable("\xC0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD");         // overlong
    CHECK(printable("\xED\xA0\x80").find("\xED") == std::string::npos); // surrogate
    CHECK(printable("\xE6\x97") == "\xEF\xBF\xBD\xEF\xBF\xBD");         // cut off
    CHECK(printable("\xF5\x80\x80\x80").find('\xF5') == std::string::npos);
}

TEST_CASE("width and padding count columns, not bytes") {
    CHECK(display_width("\xC3\xA9t\xC3\xA9") == 3);
    CHECK(display_width("e\xCC\x81") == 1);
    CHECK(display_width("\xE6\x97\xA5\xE6\x9C\xAC") == 4);
    CHECK(pad_right("\xC3\xA9", 3) == "\xC3\xA9  ");
    CHECK(pad_left("12", 4) == "  12");
    CHECK(pad_left("12345", 4) == "12345");
    CHECK(pad_right("abcdef", 4) == "abc\xE2\x80\xA6");
    CHECK(pad_right("\xE6\x97\xA5\xE6\x9C\xAC", 3) == "\xE6\x97\xA5\xE2\x80\xA6");
    CHECK(pad_right("\xE6\x97\xA5\xE6\x9C\xAC", 2) == "\xE2\x80\xA6 ");
    CHECK(in_quotes("abcdef", 4) == "\"abc\xE2\x80\xA6\"");
}

TEST_CASE("natural order") {
    const natural_order less;
    CHECK(less("wave 2", "wave 10"));
    CHECK(less("2019H2", "2020H1"));
    CHECK(less("9", "10"));
    CHECK(less("Q1 2024", "Q2 2023"));
    CHECK(less("2024-01-09", "2024-01-10"));
    CHECK(less("", "a"));
    CHECK(less("a", "b"));
    CHECK_FALSE(less("a", "a"));
}

TEST_CASE(
    "natural order is an order: every pair of all short strings agrees with the sorted list") {
    std::vector<std::string> all{""};
    for (std::size_t i = 0; i < all.size() && all[i].size() < 4; ++i) {
        for (const char c : {'0', '1', 'a', '!'}) {
            all.push_back(all[i] + c);
        }
    }
    REQUIRE(all.size() == 341);
    std::sort(all.begin(), all.end(), natural_order());
    int wrong = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < all.size(); ++j) {
            wrong += natural_order()(all[i], all[j]) == (i < j) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
}

// SPDX-License-Identifier: Apache-2.0
#include "program/csv.hpp"
#include "program/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

// Every row as "line: [cell][cell]", or "line: broken"; `step` bytes are handed over at a time.
std::string rows_of(std::string_view text, std::size_t step = 1 << 20, char separator = '\0') {
    nps_program::csv_reader reader(
        [text, step](char* buffer, std::size_t size) mutable {
            const std::size_t count = text.copy(buffer, std::min(size, step));
            text.remove_prefix(count);
            return count;
        },
        "text", separator);
    std::string all;
    while (const nps_program::csv_row* row = reader.next()) {
        all += std::to_string(row->line()) + ":";
        if (row->broken()) {
            all += " broken";
        } else {
            for (std::size_t i = 0; i < row->size(); ++i) {
                all += "[" + std::string(row->cell(i)) + "]";
            }
        }
        all += "\n";
    }
    return all;
}

std::string error_of(std::string_view text) {
    try {
        (void)rows_of(text);
    } catch (const nps_program::program_error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("plain rows, quotes, blanks, empty cells") {
    CHECK(rows_of("a,b\n1,2\n") == "1:[a][b]\n2:[1][2]\n");
    CHECK(rows_of("a,b\n1,2") == "1:[a][b]\n2:[1][2]\n");
    CHECK(rows_of("a,b\n,\n") == "1:[a][b]\n2:[][]\n");
    CHECK(rows_of("a,b\n 1 ,\t2 \n") == "1:[a][b]\n2:[1][2]\n");
    CHECK(rows_of("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n") == "1:[a][b]\n2:[x, y][say \"hi\"]\n");
    CHECK(rows_of("a,b\n\"\",\" 9 \"\n") == "1:[a][b]\n2:[][ 9 ]\n");
    CHECK(rows_of("a\n") == "1:[a]\n");
}

TEST_CASE("rows know their physical line") {
    CHECK(rows_of("a,b\n\"x\ny\nz\",1\n2,3\n") == "1:[a][b]\n2:[x\ny\nz][1]\n5:[2][3]\n");
    CHECK(rows_of("a,b\r\n\"x\r\ny\",1\r\n2,3\r\n") == "1:[a][b]\n2:[x\r\ny][1]\n4:[2][3]\n");
    CHECK(rows_of("a,b\r1,2\r3,4\r") == "1:[a][b]\n2:[1][2]\n3:[3][4]\n");
    CHECK(rows_of("\n\na,b\n\n \n1,2\n") == "3:[a][b]\n6:[1][2]\n");
}

TEST_CASE("a damaged row does not take its neighbours with it") {
    CHECK(rows_of("a,b\n1,\"x\"y\n2,3\n") == "1:[a][b]\n2: broken\n3:[2][3]\n");
    CHECK(rows_of("a,b\n5\" disk,1\n2,3\n") == "1:[a][b]\n2: broken\n3:[2][3]\n");
    CHECK(rows_of("a,b\n\"open,1\n\"x\",2\n3,4\n") == "1:[a][b]\n2: broken\n4:[3][4]\n");
    CHECK(rows_of("a,b\n1,\"x\"y") == "1:[a][b]\n2: broken\n");
}

TEST_CASE("where the buffer ends does not matter") {
    const std::string text = "\xEF\xBB\xBF"
                             "a;b\r\n\"x\r\n\"\"y\"\"\";1\r\n\r\n2;\"z\"\"\r\n3;4\r\n5;q\"q\r\n6;7";
    const std::string expected = rows_of(text);
    CHECK(expected.starts_with("1:[a][b]\n2:[x\r\n\"y\"][1]\n"));
    CHECK(expected.ends_with(": broken\n8:[6][7]\n"));
    // The byte order mark and the header have to be in the first piece.
    for (std::size_t step = 6; step < 40; ++step) {
        CAPTURE(step);
        CHECK(rows_of(text, step) == expected);
    }
}

TEST_CASE("separators") {
    CHECK(rows_of("a;b\n1;2,5\n") == "1:[a][b]\n2:[1][2,5]\n");
    CHECK(rows_of("a\tb c\n1\t2\n\t\n") == "1:[a][b c]\n2:[1][2]\n3:[][]\n");
    CHECK(rows_of("a|b\n1|2\n") == "1:[a][b]\n2:[1][2]\n");
    CHECK(rows_of("\"a,b,c\";d\n1;2\n") == "1:[a,b,c][d]\n2:[1][2]\n");
    CHECK(rows_of("sep=;\r\na,b,c;d\r\n1;2\r\n") == "2:[a,b,c][d]\n3:[1][2]\n");
    CHECK(rows_of("\n\na;b\n1;2\n") == "3:[a][b]\n4:[1][2]\n");
    CHECK(rows_of("a,b;c\n1,2;3\n", 100, ';') == "1:[a,b][c]\n2:[1,2][3]\n");
}

TEST_CASE("what is no CSV text is refused") {
    CHECK(error_of("") == "text: is empty, there is no header line");
    for (const std::string_view utf_16 : {std::string_view("\xFF\xFE"
                                                           "q\0\n\0"
                                                           "9\0\n\0",
                                                           10),
                                          std::string_view("\xFE\xFF\0q\0\n\0"
                                                           "9\0\n",
                                                           10)}) {
        CHECK(error_of(utf_16) == "text: is UTF-16 text; save it as UTF-8");
    }
    CHECK(error_of(std::string_view("a,b\n1,\0\n", 8)) ==
          "text: holds a zero byte, so it is not a text file in UTF-8");
    CHECK(error_of("a,b\n1,2\n\"open,3\n4,5\n") ==
          "text: the quote opened in the row at line 3 is never closed");
    CHECK(error_of("a,b\n1,\"" + std::string(17 << 20, 'x') + "\"\n") ==
          "text: the row at line 2 is longer than 16 MiB; is a quote not closed?");
}

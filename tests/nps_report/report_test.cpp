// SPDX-License-Identifier: Apache-2.0
// The program from the outside. Expected figures are published ones or R's: (20, 30, 50) has score
// .3, S^2 .61, Wald .146921919250 to .453078080750, adjusted Wald .140511301788 to .442012970057,
// ideal bootstrap .14 to .45 (convolution), and needs 937.315952249366 -> 938 answers for 5 points.
#include "program/run_program.hpp"
#include "support/close.hpp"

#include <nps/version.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace nps_program_test;
using nps_test::close;

namespace {

// Published to twelve places.
constexpr nps_test::tolerance published{.absolute = 1e-12, .reason = "published to 12 places"};

std::string repeated(int times, const std::string& line) {
    std::string text;
    for (int i = 0; i < times; ++i) {
        text += line;
    }
    return text;
}

// 20 detractors, 30 passives, 50 promoters.
std::string survey_20_30_50() {
    return "q1\n" + repeated(5, "0\n") + repeated(15, "6\n") + repeated(10, "7\n") +
           repeated(20, "8\n") + repeated(25, "9\n") + repeated(25, "10\n");
}

void check_counts(const nlohmann::json& j, int detractors, int passives, int promoters) {
    CHECK(j.at("counts").at("detractors") == detractors);
    CHECK(j.at("counts").at("passives") == passives);
    CHECK(j.at("counts").at("promoters") == promoters);
}

void check_responses(const nlohmann::json& j, int responses, int missing, int invalid) {
    CHECK(j.at("responses") == responses);
    CHECK(j.at("missing") == missing);
    CHECK(j.at("invalid") == invalid);
}

} // namespace

TEST_CASE("the numbers of a known survey") {
    const auto j = report_on(survey_20_30_50(), {"--score", "q1", "--method", "adjusted_wald",
                                                 "--margin", ".05", "--response-rate", ".25"});
    check_responses(j, 100, 0, 0);
    check_counts(j, 20, 30, 50);
    CHECK(close(j.at("score"), 0.3));
    CHECK(close(j.at("standard_error"), 0.078102496759066543));
    CHECK(close(j.at("respondent_sd"), 0.78102496759066543));
    const auto& interval = j.at("interval");
    CHECK(close(interval.at("lower"), .140511301788, published));
    CHECK(close(interval.at("upper"), .442012970057, published));
    CHECK(interval.at("level") == 0.95);
    CHECK(interval.at("method") == "adjusted_wald");
    CHECK(close(j.at("ideal_bootstrap").at("lower"), 0.14));
    CHECK(close(j.at("ideal_bootstrap").at("upper"), 0.45));
    CHECK(j.at("ideal_bootstrap").at("kind") == "percentile");
    CHECK(j.at("segments").empty());
    CHECK(j.at("segments").is_array());
    CHECK(j.at("waves").empty());
    CHECK(j.at("sample_size").at("margin") == 0.05);
    CHECK(j.at("sample_size").at("completes") == 938);
    // 937.315952249366 / .25 = 3749.26, rounded up once.
    CHECK(j.at("sample_size").at("invitations") == 3750);
    CHECK(j.at("sample_size").at("worst_case_completes") == 1537); // 1536.58
    // Half the width of the Wald interval.
    CHECK(close(j.at("margin_of_error"), (.453078080750 - .146921919250) / 2, published));
}

TEST_CASE("level and method are passed on") {
    const auto wald = report_on(survey_20_30_50(), {"--score", "q1", "--method", "wald"});
    CHECK(close(wald.at("interval").at("lower"), .146921919250, published));
    CHECK(close(wald.at("interval").at("upper"), .453078080750, published));
    const auto at_90 = report_on(survey_20_30_50(),
                                 {"--score", "q1", "--method", "adjusted_wald", "--level", ".9"});
    CHECK(close(at_90.at("interval").at("lower"), .16474804778176));
    CHECK(close(at_90.at("interval").at("upper"), .41777622406290));
    CHECK(at_90.at("interval").at("level") == 0.9);
}

TEST_CASE("a small population needs fewer answers") {
    // 484.0718 -> 485 with S = 1 is for 5 points of 1,000 at S^2 .61: n0 937.3, divisor N - 1.
    const auto j =
        report_on(survey_20_30_50(), {"--score", "q1", "--margin", ".05", "--population", "1000"});
    CHECK(j.at("sample_size").at("completes") == 485);
    // R: qnorm(.975) * sqrt(.61 / 100 * 900 / 999)
    CHECK(close(j.at("margin_of_error"), 0.14529528431871419));
    CHECK(contains(refusal_on(survey_20_30_50(), {"--score", "q1", "--population", "99"}),
                   "99 is below the 100 valid answers"));
}

TEST_CASE("what real files do: quotes, line ends, byte order mark, labels, empty cells") {
    const std::string rows = "region,comment,q1\r\n"
                             "North,\"good, but \"\"slow\"\"\",10 - Very likely\r\n"
                             "North,\"two\r\nlines\",0 = Not at all\r\n"
                             "South,,\r\n"
                             "South,,9.0\r\n"
                             "\r\n"
                             ",\"\",\"7\"\r\n"
                             "\"South\",x,8.5\r\n"
                             "South,x,11\r\n"
                             "South,x,99\r\n";
    const std::vector<std::string> arguments{"--score", "q1",        "--segment",
                                             "region",  "--missing", "99"};
    const auto expected = report_on(rows, arguments);
    check_responses(expected, 8, 2, 2);
    check_counts(expected, 1, 1, 2);
    CHECK(expected.at("malformed") == 0);
    const auto& examples = expected.at("invalid_examples");
    REQUIRE(examples.size() == 2);
    CHECK(examples[0].at("line") == 9); // the quoted line end and the blank line count as lines
    CHECK(examples[0].at("text") == "8.5");
    CHECK(examples[0].at("reason") == "not a whole number");
    CHECK(examples[1].at("line") == 10);
    CHECK(examples[1].at("reason") == "off the scale");

    const auto& segments = expected.at("segments");
    REQUIRE(segments.size() == 3);
    CHECK(segments[0].at("name") == "region");
    CHECK(segments[0].at("value") == "");
    check_responses(segments[0], 1, 0, 0);
    CHECK(segments[1].at("value") == "North");
    check_counts(segments[1], 1, 0, 1);
    CHECK(segments[2].at("value") == "South");
    check_responses(segments[2], 5, 2, 2);

    SUBCASE("with a byte order mark") {
        CHECK(report_on("\xEF\xBB\xBF" + rows, arguments) == expected);
    }
    SUBCASE("with plain line ends") {
        std::string plain = rows;
        std::erase(plain, '\r');
        CHECK(report_on(plain, arguments) == expected);
    }
    SUBCASE("without the last line end") {
        CHECK(report_on(rows.substr(0, rows.size() - 2), arguments) == expected);
    }
    SUBCASE("from standard input") {
        std::vector<std::string> from_input{"-", "--json"};
        from_input.insert(from_input.end(), arguments.begin(), arguments.end());
        CHECK(run(from_input, rows).json() == expected);
    }
    SUBCASE("separated by semicolon, tab or what is named") {
        for (const char separator : {';', '\t', '|', '~'}) {
            std::string other = rows;
            std::replace(other.begin(), other.end(), ',', separator);
            auto named = arguments;
            if (separator == '~') {
                named.insert(named.end(), {"--separator", "~"});
            }
            CHECK(report_on(other, named) == expected);
        }
    }
}

TEST_CASE("rows that do not fit the header are invalid, never shifted") {
    const auto j = report_on("a,q1,b\n"
                             "x,9,y\n"
                             "x,y,9,z\n"
                             "9,x\n"
                             "x,8,y,,\n"
                             "x,\"9\"0,y\n"
                             "x,3,y\n",
                             {"--score", "q1", "--segment", "a"});
    check_responses(j, 6, 0, 3);
    check_counts(j, 1, 1, 1);
    CHECK(j.at("malformed") == 3);
    CHECK(j.at("invalid_examples")[0].at("line") == 3);
    CHECK(j.at("invalid_examples")[0].at("reason") == "4 cells where the header has 3");
    CHECK(j.at("invalid_examples")[1].at("reason") == "2 cells where the header has 3");
    CHECK(j.at("invalid_examples")[2].at("line") == 6);
    CHECK(j.at("invalid_examples")[2].at("reason") == "a quote inside a cell");
    check_responses(j.at("segments")[0], 3, 0, 0);
}

TEST_CASE("at most five examples") {
    const auto j = report_on("q1\n9\n" + repeated(9, "x\n"), {"--score", "q1"});
    CHECK(j.at("invalid") == 9);
    CHECK(j.at("invalid_examples").size() == 5);
    CHECK(j.at("invalid_examples")[4].at("line") == 7);
}

TEST_CASE("each scale has its own cut points") {
    const std::string answers = "q\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n0\n";
    const auto counts = [&](std::vector<std::string> scale, int d, int q, int p, int invalid) {
        scale.insert(scale.end(), {"--score", "q"});
        const auto j = report_on(answers, scale);
        check_counts(j, d, q, p);
        CHECK(j.at("invalid") == invalid);
    };
    counts({}, 7, 2, 2, 0);
    counts({"--scale", "0-10"}, 7, 2, 2, 0);
    counts({"--scale", "1-10"}, 6, 2, 2, 1);
    counts({"--scale", "1-5"}, 3, 1, 1, 6);
    counts({"--scale", "1-7"}, 5, 1, 1, 4);
    counts({"--scale", "custom", "--lowest", "1", "--highest", "6", "--last-detractor", "3",
            "--first-promoter", "6"},
           3, 2, 1, 5);
    counts({"--scale", "custom", "--lowest", "-5", "--highest", "10", "--last-detractor", "4",
            "--first-promoter", "5"},
           5, 0, 6, 0);
}

TEST_CASE("missing codes may be repeated, words, and negative") {
    const auto j =
        report_on("q1\n9\n-1\n99\n99.0\nN/A\n99 - don't know\nNA\n",
                  {"--score", "q1", "--missing", "-1", "--missing", "99", "--missing", "N/A"});
    check_responses(j, 7, 5, 1);
    CHECK(contains(refusal_on("q1\n9\n", {"--score", "q1", "--missing", "0"}),
                   "--missing: 0 is an answer"));
}

TEST_CASE("several segments and a wave, in natural order") {
    const auto j = report_on("w,s,t,q\n"
                             "wave 10,b,x,9\nwave 2,a,x,0\nwave 1,a,y,\nwave 2,b,y,7\n",
                             {"--score", "q", "--segment", "s", "--segment", "t", "--wave", "w"});
    std::vector<std::string> names;
    for (const auto& segment : j.at("segments")) {
        names.push_back(segment.at("name").get<std::string>() +
                        segment.at("value").get<std::string>());
    }
    CHECK(names == std::vector<std::string>{"sa", "sb", "tx", "ty"});
    const auto& waves = j.at("waves");
    REQUIRE(waves.size() == 3);
    CHECK(waves[0].at("name") == "w");
    CHECK(waves[0].at("value") == "wave 1");
    CHECK(waves[1].at("value") == "wave 2");
    CHECK(waves[2].at("value") == "wave 10");
    check_counts(waves[1], 1, 1, 0);

    // A group without valid answers has its counts, and null for what it does not have.
    check_responses(waves[0], 1, 1, 0);
    for (const char* key :
         {"score", "standard_error", "respondent_sd", "interval", "ideal_bootstrap"}) {
        CAPTURE(key);
        CHECK(waves[0].at(key).is_null());
        CHECK_FALSE(waves[2].at(key).is_null());
    }
}

// Apples and oranges, the worked example of the adjusted Wald test: (83, 47, 120) and (91, 49, 110).
std::string survey_of_fruit() {
    return "fruit,q\n" + repeated(83, "apples,0\n") + repeated(47, "apples,7\n") +
           repeated(120, "apples,9\n") + repeated(91, "oranges,0\n") + repeated(49, "oranges,7\n") +
           repeated(110, "oranges,9\n");
}

TEST_CASE("comparisons: the score test of two groups, by mpmath") {
    // tests/reference/compare_scores.csv
    const auto check = [](const nlohmann::json& c, double sign) {
        CHECK(close(c.at("difference"), sign * 0.072));
        CHECK(close(c.at("standard_error"), 0.079774783306491036));
        CHECK(close(c.at("p_value"), 0.36676963648128299));
        CHECK(close(c.at(sign > 0 ? "lower" : "upper"), sign * -0.084280775078046358));
        CHECK(close(c.at(sign > 0 ? "upper" : "lower"), sign * 0.22732271504957447));
        CHECK(c.at("method") == "score");
        CHECK(c.at("level") == 0.95);
    };
    const auto pairs = report_on(survey_of_fruit(), {"--score", "q", "--compare", "fruit"});
    REQUIRE(pairs.at("comparisons").size() == 1);
    const auto& pair = pairs.at("comparisons")[0];
    CHECK(pair.at("name") == "fruit");
    CHECK(pair.at("with") == "other");
    CHECK(pair.at("a") == "apples");
    CHECK(pair.at("b") == "oranges");
    CHECK(pair.at("adjusted_p_value") == pair.at("p_value"));
    check(pair, 1);
    // Alone it is its own family.
    CHECK(close(pair.at("simultaneous_lower"), -0.084280775078046358));
    CHECK(close(pair.at("simultaneous_upper"), 0.22732271504957447));

    const auto waves = report_on(survey_of_fruit(), {"--score", "q", "--wave", "fruit"});
    REQUIRE(waves.at("comparisons").size() == 1);
    CHECK(waves.at("comparisons")[0].at("with") == "before");
    CHECK(waves.at("comparisons")[0].at("a") == "oranges"); // the later one
    CHECK(waves.at("comparisons")[0].at("b") == "apples");
    check(waves.at("comparisons")[0], -1);

    const auto rest = report_on(survey_of_fruit(), {"--score", "q", "--segment", "fruit"});
    REQUIRE(rest.at("comparisons").size() == 2);
    check(rest.at("comparisons")[0], 1);
    check(rest.at("comparisons")[1], -1);
    for (const auto& c : rest.at("comparisons")) {
        CHECK(c.at("with") == "rest");
        CHECK(c.at("b") == "rest");
        CHECK(c.at("adjustment") == "holm");
        // Both are one comparison, turned around.
        CHECK(c.at("adjusted_p_value") == c.at("p_value"));
        CHECK(close(c.at("simultaneous_lower"), c.at("lower")));
        CHECK(close(c.at("simultaneous_upper"), c.at("upper")));
    }

    // Apples, oranges, apples: the same difference there and back.
    const auto back =
        report_on(survey_of_fruit() + repeated(83, "pears,0\n") + repeated(47, "pears,7\n") +
                      repeated(120, "pears,9\n"),
                  {"--score", "q", "--wave", "fruit", "--level", "0.99", "--adjust", "sidak"});
    REQUIRE(back.at("comparisons").size() == 2);
    for (const auto& c : back.at("comparisons")) {
        CHECK(c.at("level") == 0.99);
        CHECK(c.at("adjustment") == "sidak");
        CHECK(close(c.at("adjusted_p_value"),
                    1 - (1 - 0.36676963648128299) * (1 - 0.36676963648128299)));
    }
}

TEST_CASE("comparisons: what the rest is, and who is left out") {
    // c has no valid answer, the malformed row belongs to nobody.
    const std::string text = "g,q\n" + repeated(4, "a,10\n") + repeated(3, "b,10\n") +
                             repeated(3, "d,0\n") + "c,\nc,11\nx,9,9\n";
    const auto j = report_on(text, {"--score", "q", "--segment", "g", "--compare", "g"});
    std::vector<std::string> found;
    for (const auto& c : j.at("comparisons")) {
        found.push_back(c.at("a").get<std::string>() + " " + c.at("b").get<std::string>());
    }
    CHECK(found == std::vector<std::string>{"a rest", "b rest", "d rest", "a b", "a d", "b d"});
    CHECK(j.at("comparisons")[0].at("difference") == 1);            // 1 - (3 - 3) / 6
    CHECK(close(j.at("comparisons")[1].at("difference"), 6.0 / 7)); // 1 - (4 - 3) / 7
    CHECK(j.at("comparisons")[2].at("difference") == -2);
    CHECK(j.at("comparisons")[3].at("p_value") == 1); // both are unanimous

    const auto alone = report_on(
        "g,q\na,9\na,3\nb,\n", {"--score", "q", "--segment", "g", "--wave", "g", "--compare", "g"});
    CHECK(alone.at("comparisons").is_array());
    CHECK(alone.at("comparisons").empty());
    const outcome o = run(
        {scratch().write("alone.csv", "g,q\na,9\na,3\nb,\n"), "--score", "q", "--segment", "g"});
    CHECK(contains(o.out, "g against the rest: fewer than two groups with valid answers\n"));

    // Empty cells are no wave before the first, and no group of --compare, but part of the rest.
    const auto blank = report_on(
        "g,h,q\n" + repeated(9, ",,0\n") + repeated(9, "1,a,10\n") + repeated(9, "2,b,10\n"),
        {"--score", "q", "--wave", "g", "--compare", "h", "--segment", "h"});
    found.clear();
    for (const auto& c : blank.at("comparisons")) {
        found.push_back(c.at("a").get<std::string>() + " " + c.at("b").get<std::string>());
    }
    CHECK(found == std::vector<std::string>{" rest", "a rest", "b rest", "2 1", "a b"});
    CHECK(blank.at("comparisons")[1].at("difference") == 1); // 1 - (9 - 9) / 18
    CHECK(blank.at("waves").size() == 3);

    std::string many = "g,q\n";
    for (int i = 0; i < 51; ++i) {
        many += std::to_string(i) + ",9\n";
    }
    CHECK(contains(refusal_on(many, {"--score", "q", "--compare", "g"}),
                   "--compare: g has 51 groups"));
}

TEST_CASE("comparisons in plain words") {
    // Score 0 in 100 answers, then +80: far beyond chance. Then one answer of 100 less.
    const std::string text = "w,q\n" + repeated(50, "1,0\n") + repeated(50, "1,10\n") +
                             repeated(10, "2,0\n") + repeated(90, "2,10\n") +
                             repeated(11, "3,0\n") + repeated(89, "3,10\n") +
                             repeated(11, "4,0\n") + repeated(89, "4,10\n");
    const std::string file = scratch().write("words.csv", text);
    const outcome waves = run({file, "--score", "q", "--wave", "w"});
    CHECK(contains(waves.out, "w against the one before"));
    CHECK(contains(waves.out, "  2 after 1                    +80.0  "));
    CHECK(contains(waves.out, "  up 80.0 points, more than chance would show\n"));
    CHECK(contains(waves.out, "  down 2.0 points, within what chance would show\n"));
    CHECK(contains(waves.out, "  no change, within what chance would show\n"));
    CHECK(contains(waves.out, "adjusted for 3 comparisons by holm\n"));
    const outcome rest = run({file, "--score", "q", "--segment", "w", "--adjust", "none"});
    CHECK(contains(rest.out, "  78.7 points below the rest, more than chance would show\n"));
    CHECK(contains(rest.out, "; p values not adjusted for 4 comparisons\n"));
    const std::string two = scratch().write("two.csv", "g,q\na,9\na,3\nb,9\n");
    CHECK(contains(run({two, "--score", "q", "--segment", "g"}).out,
                   "adjusted for 1 comparison by holm\n")); // a and b with the other
    const outcome pairs = run({file, "--score", "q", "--compare", "w"});
    CHECK(contains(pairs.out, "w, each with each"));
    CHECK(contains(pairs.out, "  80.0 points behind, more than chance would show\n"));
    CHECK(contains(pairs.out, "  2.0 points ahead, within what chance would show\n"));
}

TEST_CASE("unanimous and single answers have finite numbers") {
    for (const std::string_view answers : {"9\n10\n10\n", "7\n", "0\n"}) {
        const auto j = report_on("q\n" + std::string(answers), {"--score", "q"});
        CHECK(j.at("score").is_number());
        CHECK(j.at("standard_error") == 0);
        CHECK(j.at("margin_of_error") == 0);
        CHECK(j.at("interval").at("lower").get<double>() >= -1);
        CHECK(j.at("interval").at("upper").get<double>() <= 1);
        CHECK(j.at("ideal_bootstrap").at("lower") == j.at("score"));
        CHECK(j.at("sample_size").at("completes").get<int>() >= 1);
    }
}

TEST_CASE("errors are one line and exit code 2") {
    const std::string text = "respondent,recommend,region\n1,9,North\n";
    CHECK(contains(refusal_on(text, {"--score", "reccomend"}), "did you mean \"recommend\"?"));
    CHECK(contains(refusal_on(text, {"--score", "Recommend"}), "did you mean \"recommend\"?"));
    CHECK(contains(refusal_on(text, {"--score", "zzz"}),
                   "the columns are \"respondent\", \"recommend\", \"region\""));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--segment", "regio"}), "\"region\""));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--wave", "w"}), "no column \"w\""));
    CHECK(contains(refusal_on("a,b,a\n1,2,3\n", {"--score", "a"}), "twice, in cells 1 and 3"));
    CHECK(contains(refusal_on(text, {}), "--score"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--level", "95"}), "--level: 95"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--level", "nan"}), "--level: nan"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--level", "high"}), "--level"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--margin", "3"}), "--margin: 3"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--margin", "0"}), "--margin: 0"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--margin", "1e-15"}), "margin"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--response-rate", "0"}),
                   "--response-rate"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--scale", "0-9"}), "--scale: 0-9"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--scale", "custom"}), "--lowest"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--lowest", "1"}), "custom only"));
    CHECK(
        contains(refusal_on(text, {"--score", "recommend", "--method", "best"}), "adjusted_wald"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--adjust", "best"}), "hochberg"));
    CHECK(
        contains(refusal_on(text, {"--score", "recommend", "--compare", "w"}), "no column \"w\""));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--separator", "ab"}), "--separator"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--frobnicate"}), "--frobnicate"));
    CHECK(contains(refusal_on(text, {"--score"}), "--score"));
    CHECK(contains(refusal(run({"--score", "q1"})), "no file is given"));
    CHECK(contains(refusal_on(text, {"--score", "recommend", "--segment", "region", "--segment",
                                     "respondent", "--segment", "region"}),
                   "--segment: region is named twice"));
    for (const std::string option :
         {"--score", "--scale", "--segment", "--wave", "--compare", "--adjust", "--separator",
          "--method", "--level", "--margin", "--population", "--response-rate", "--lowest",
          "--write-simulated"}) {
        CAPTURE(option);
        CHECK(contains(refusal(run({option, ""})), option + ": the value is empty"));
    }
    CHECK(contains(refusal(run({"", "--json"})), "file: the value is empty"));
    for (const std::string value : {"0100", "0x64", "-010"}) {
        CHECK(contains(refusal_on(text, {"--score", "recommend", "--population", value}),
                       "--population: " + value + " begins with a zero"));
    }

    CHECK(contains(refusal(run({scratch().path("nowhere.csv"), "--score", "q"})),
                   "nowhere.csv: No such file"));
    CHECK(contains(refusal(run({scratch().path(""), "--score", "q"})), "Is a directory"));
    CHECK(contains(refusal_on("", {"--score", "q"}), "is empty"));
    CHECK(contains(refusal_on("\n\n", {"--score", "q"}), "is empty"));
    CHECK(contains(refusal_on(std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16), {"--score", "q"}),
                   "zero byte"));
    CHECK(contains(refusal_on("q\n", {"--score", "q"}), "no valid answer: 0 missing, 0 invalid"));
    CHECK(contains(refusal_on("q,r\n,1\nx,1\n", {"--score", "q"}),
                   "no valid answer: 1 missing, 1 invalid; line 3: \"x\" is not a number"));
    CHECK(contains(refusal_on("q,r\n9,\"1\n", {"--score", "q"}), "never closed"));
}

TEST_CASE("columns that are no groups are refused before they fill the memory") {
    std::string text = "id,comment,q\n1," + std::string(300, 'x') + ",9\n";
    CHECK(contains(refusal_on(text, {"--score", "q", "--segment", "comment"}),
                   "too long for a group"));
    text = "id,q\n";
    for (int i = 0; i < 10'001; ++i) {
        text += std::to_string(i) + ",9\n";
    }
    CHECK(contains(refusal_on(text, {"--score", "q", "--segment", "id"}),
                   "more than 10000 different values"));
}

TEST_CASE("the text report has the same numbers, aligned") {
    const std::string file = scratch().write(
        "text.csv", "land,q\n" + repeated(40, "\xC3\x96sterreich,10\n") + repeated(30, "CH,7\n") +
                        repeated(30, "CH,3\n") + "\xE6\x97\xA5\xE6\x9C\xAC,9\nDE,\nDE,x\x1B[31m\n");
    const outcome o = run({file, "--score", "q", "--segment", "land", "--method", "wald"});
    CHECK(o.exit_code == 0);
    CHECK(o.error.empty());
    // 41 promoters, 30 passives, 30 detractors: score 11/101.
    CHECK(contains(o.out, "Responses                       103\n"));
    CHECK(contains(o.out, "  valid answers                 101\n"));
    CHECK(contains(o.out, "Score                 +10.9 points, standard error 8.3\n"));
    CHECK(contains(o.out, "  promoters 9 to 10              41   40.6 %  \xE2\x96\x88"));
    CHECK(contains(o.out, "line 104: \"x [31m\" is not a number")); // no control codes
    CHECK(contains(o.out, "  \xC3\x96sterreich        40 "));
    CHECK(contains(o.out, "* \xE6\x97\xA5\xE6\x9C\xAC               1 "));
    CHECK(contains(o.out, "* DE                 0 "));
    CHECK(contains(o.out, "+100.0  +100.0 to +100.0  +100.0 to +100.0\n"));
    CHECK(contains(o.out, "no valid answers"));
    CHECK(contains(o.out, "* fewer than 30 valid answers"));
}

TEST_CASE("a name in another encoding does not break the JSON") {
    const auto j = report_on("land,q\n\xD6sterreich,9\n", {"--score", "q", "--segment", "land"});
    CHECK(j.at("segments")[0].at("value") == "\xEF\xBF\xBDsterreich");
}

TEST_CASE("JSON is one object and nothing else") {
    const outcome o = run({"--json"});
    CHECK(o.exit_code == 0);
    CHECK(o.error.empty());
    CHECK(o.out.front() == '{');
    CHECK(o.out.ends_with("\n}\n"));
    CHECK(o.json().is_object());
}

TEST_CASE("the simulated survey is the same as a file, and on every platform") {
    const outcome embedded = run({"--json"});
    const std::string file = scratch().path("simulated.csv");
    CHECK(run({"--write-simulated", file}).exit_code == 0);
    const outcome from_file = run({file, "--score", "recommend", "--segment", "touchpoint",
                                   "--segment", "channel", "--segment", "region", "--wave", "wave",
                                   "--drivers", "network,price,service,app", "--json"});
    CHECK(from_file.out == embedded.out);
    CHECK(run({"--write-simulated", "-"}).out == contents(file));

    const auto j = embedded.json();
    check_responses(j, 2000, 68, 8);
    check_counts(j, 527, 628, 769);
    CHECK(j.at("waves").size() == 4);
    CHECK(j.at("segments").size() == 13);
    for (const char* name : {"touchpoint", "channel", "region"}) {
        int responses = 0;
        for (const auto& segment : j.at("segments")) {
            responses += segment.at("name") == name ? segment.at("responses").get<int>() : 0;
        }
        CHECK(responses == 2000);
    }
}

TEST_CASE("help and version") {
    const outcome help = run({"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.error.empty());
    for (const char* word :
         {"--score", "--scale", "--segment", "--wave", "--compare", "--drivers", "--adjust",
          "--missing", "--level", "--margin", "--json", "Examples", "Exit code"}) {
        CHECK(contains(help.out, word));
    }
    const outcome version = run({"--version"});
    CHECK(version.exit_code == 0);
    CHECK(version.out == "nps_report " NPS_VERSION_STRING "\n");
}

TEST_CASE("a reader that goes away is no error, a full disk is one") {
    CHECK(shell(program() + " | head -1 >/dev/null") == 0);
    CHECK(shell("{ " + program() + " 2>" + in_shell_quotes(scratch().path("pipe_error")) +
                "; } | true") == 0);
    CHECK(contents(scratch().path("pipe_error")).empty());
    if (std::filesystem::exists("/dev/full")) {
        const std::string error = scratch().path("full_error");
        CHECK(shell(program() + " >/dev/full 2>" + in_shell_quotes(error)) == 2);
        CHECK(contains(contents(error), "standard output: No space left on device"));
        CHECK(
            contains(refusal(run({"--write-simulated", "/dev/full"})), "/dev/full: No space left"));
    }
    CHECK(contains(refusal(run({"--write-simulated", scratch().path("no/such/place")})),
                   "No such file"));
}

// SPDX-License-Identifier: Apache-2.0
// nps_report --drivers from the outside. Expected figures are R's: lm, sandwich and relaimpo 2.2-7
// (calc.relimp, type lmg, rela = TRUE) on the data set attitude, the rating cut into detractors up to
// 60, passives, and promoters from 75.
#include "program/run_program.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace nps_program_test;
using nps_test::close;

namespace {

constexpr nps_test::tolerance shown{.absolute = 1e-13, .reason = "shown to 14 places"};

const std::string attitude = R"(rating,complaints,privileges,learning,raises,critical,advance
43,51,30,39,61,92,45
63,64,51,54,63,73,47
71,70,68,69,76,86,48
61,63,45,47,54,84,35
81,78,56,66,71,83,47
43,55,49,44,54,49,34
58,67,42,56,66,68,35
71,75,50,55,70,66,41
72,82,72,67,71,83,31
67,61,45,47,62,80,41
64,53,53,58,58,67,34
67,60,47,39,59,74,41
69,62,57,42,55,63,25
68,83,83,45,59,77,35
77,77,54,72,79,77,46
81,90,50,72,60,54,36
74,85,64,69,79,79,63
65,60,65,75,55,80,60
65,70,46,57,75,85,46
50,58,68,54,64,78,52
50,40,33,34,43,64,33
64,61,52,62,66,80,41
53,66,52,50,63,80,37
40,37,42,58,50,57,49
63,54,42,48,66,75,33
66,77,66,63,88,76,72
78,75,58,74,80,78,49
48,57,44,45,51,83,38
85,85,71,71,77,74,55
82,82,39,59,64,78,39
)";

const std::vector<std::string> scale{"--score",          "rating", "--scale",          "custom",
                                     "--lowest",         "0",      "--highest",        "100",
                                     "--last-detractor", "60",     "--first-promoter", "75"};

std::string file_of(const std::string& text) {
    return scratch().write("drivers.csv", text);
}

outcome drivers_of(const std::string& text, std::vector<std::string> more,
                   std::vector<std::string> score = scale) {
    std::vector<std::string> arguments{file_of(text)};
    arguments.insert(arguments.end(), score.begin(), score.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
}

bool warned(const nlohmann::json& drivers, const std::string& words) {
    return std::ranges::any_of(drivers.at("warnings"), [&](const nlohmann::json& warning) {
        return warning.get<std::string>().find(words) != std::string::npos;
    });
}

// Six rows, copied.
std::string small_survey(const std::string& extra_name, const std::string& extra_cells) {
    std::string text = "q1,price,network" + (extra_name.empty() ? "" : "," + extra_name) + "\n";
    const char* rows[] = {"9,4,5", "3,2,1", "7,3,3", "10,5,4", "6,1,3", "8,4,2"};
    for (int copy = 0; copy < 10; ++copy) {
        for (std::size_t i = 0; i < 6; ++i) {
            text += rows[i];
            text += extra_name.empty() ? "" : std::string(",") + extra_cells[i];
            text += "\n";
        }
    }
    return text;
}

} // namespace

TEST_CASE("least squares and LMG shares as R has them") {
    const auto j =
        drivers_of(attitude, {"--drivers", "complaints,privileges,learning,raises,critical,advance",
                              "--json"})
            .json()
            .at("drivers");
    CHECK(j.at("n") == 30);
    CHECK(j.at("dropped") == 0);
    CHECK(close(j.at("r_squared").get<double>(), 0.607788338950472, shown));
    struct row {
        const char* name;
        double estimate, standard_error, p_value;
    };
    const row rows[] = {
        {"(intercept)", -2.67714224845192561, 0.79733681320574579, 0.00272414823735011},
        {"complaints", 0.02977091642424248, 0.01107558155794784, 0.01313209459148022},
        {"privileges", -0.01107059248918033, 0.00933781084377238, 0.24789830494674281},
        {"learning", 0.02601708086105655, 0.01159413851473050, 0.03475448951787614},
        {"raises", 0.00092773134283167, 0.01523758613249647, 0.95197724032618591},
        {"critical", 0.00126568462419019, 0.01011323461039269, 0.90149122978815854},
        {"advance", -0.00943647869268718, 0.01226074879078001, 0.44934070035050278}};
    REQUIRE(j.at("coefficients").size() == 7);
    for (std::size_t i = 0; i < 7; ++i) {
        const auto& c = j.at("coefficients").at(i);
        CHECK(c.at("name") == rows[i].name);
        CHECK(close(c.at("estimate").get<double>(), rows[i].estimate, shown));
        CHECK(close(c.at("standard_error").get<double>(), rows[i].standard_error, shown));
        CHECK(close(c.at("p_value").get<double>(), rows[i].p_value, shown));
    }
    // Share, mean, and the percentile limits of boot.relimp with 2,000 replicates.
    struct driver {
        double share, mean, lower, upper;
    };
    const std::map<std::string, driver> expected{
        {"complaints", {0.44349515848491, 66.6, 0.2096, 0.5624}},
        {"privileges", {0.05427212277969, 53.13333333333333, 0.0228, 0.1830}},
        {"learning", {0.31203019434317, 56.36666666666667, 0.1281, 0.4376}},
        {"raises", {0.14934340155397, 64.63333333333333, 0.0621, 0.2676}},
        {"critical", {0.00618938074214, 74.76666666666667, 0.0053, 0.1866}},
        {"advance", {0.03466974209612, 42.93333333333333, 0.0175, 0.1253}}};
    constexpr nps_test::tolerance places{.absolute = 1e-13, .reason = "shown to 14 places"};
    constexpr nps_test::tolerance drawn{
        .absolute = 0.03, .reason = "limits of 1,000 and of 2,000 replicates of 30 rows"};
    REQUIRE(j.at("importance").size() == 6);
    double last = 1;
    for (const auto& d : j.at("importance")) {
        const driver& e = expected.at(d.at("name").get<std::string>());
        CHECK(close(d.at("share").get<double>(), e.share, places));
        CHECK(close(d.at("mean_rating").get<double>(), e.mean));
        CHECK(close(d.at("lower").get<double>(), e.lower, drawn));
        CHECK(close(d.at("upper").get<double>(), e.upper, drawn));
        CHECK(d.at("share").get<double>() <= last); // the largest first
        last = d.at("share").get<double>();
    }
    CHECK(j.at("importance").at(0).at("quadrant") == "keep_up");
    CHECK(j.at("importance").at(1).at("quadrant") == "concentrate_here");
    CHECK(j.at("importance").at(5).at("quadrant") == "possible_overkill");
    CHECK(warned(j, "fewer than 10 for each"));
}

TEST_CASE("errors of another kind: sandwich's HC3") {
    const auto j =
        drivers_of(attitude, {"--drivers", "complaints,privileges,learning,raises,critical,advance",
                              "--errors", "hc3", "--json"})
            .json()
            .at("drivers");
    constexpr nps_test::tolerance places{.absolute = 1e-13, .reason = "shown to 14 places"};
    CHECK(close(j.at("coefficients").at(1).at("standard_error").get<double>(), 0.00923655237873,
                places));
    CHECK(close(j.at("coefficients").at(6).at("standard_error").get<double>(), 0.01435774855454,
                places));
}

TEST_CASE("rows without an answer or a rating are left out, counted and named") {
    std::string holed = small_survey("", "");
    holed += "9,,4\n"      // a rating is missing
             "9,5,x\n"     // a rating is none
             ",5,4\n"      // the answer is missing
             "99,5,4\n"    // the answer is none
             "9,5,4,3\n"   // a cell too many
             "8,98,4\n"    // a missing code
             "10,5.5,4\n"; // not whole
    const std::vector<std::string> by_q1{"--score", "q1"};
    const auto report =
        drivers_of(holed, {"--drivers", "price,network", "--missing", "98", "--json"}, by_q1)
            .json();
    const auto& j = report.at("drivers");
    CHECK(j.at("n") == 60);
    CHECK(j.at("dropped") == 7);
    CHECK(report.at("responses") == 67);
    CHECK(warned(j, "price has 2 missing and 1 invalid; network has 0 missing and 1 invalid"));
    // The rows that are left decide alone.
    const auto whole =
        drivers_of(small_survey("", ""), {"--drivers", "price,network", "--json"}, by_q1).json();
    CHECK(whole.at("drivers").at("coefficients") == j.at("coefficients"));
    CHECK(whole.at("drivers").at("importance") == j.at("importance"));
    CHECK_FALSE(warned(whole.at("drivers"), "left out"));
}

TEST_CASE("constant and collinear drivers are named, not crashed on") {
    const std::vector<std::string> by_q1{"--score", "q1"};
    const auto constant = drivers_of(small_survey("shop", "333333"),
                                     {"--drivers", "price,network,shop", "--json"}, by_q1)
                              .json()
                              .at("drivers");
    CHECK(warned(constant, "shop is left out: all its ratings are the same"));
    CHECK(constant.at("coefficients").size() == 3);
    // Twice the price.
    const auto twin = drivers_of(small_survey("value", "846282"),
                                 {"--drivers", "price,network,value", "--json"}, by_q1)
                          .json()
                          .at("drivers");
    CHECK_FALSE(warned(twin, "value is left out")); // 4 2 3 5 1 4 against 8 4 6 2 8 2
    const auto copy = drivers_of(small_survey("value", "423514"),
                                 {"--drivers", "price,network,value", "--json"}, by_q1)
                          .json()
                          .at("drivers");
    CHECK(warned(copy, "value is left out: it follows from price"));
    // Two that are one share what they are worth.
    std::map<std::string, double> share;
    for (const auto& d : copy.at("importance")) {
        share[d.at("name").get<std::string>()] = d.at("share").get<double>();
    }
    CHECK(close(share.at("value"), share.at("price")));
}

TEST_CASE("separation and answers of one kind are said") {
    const std::vector<std::string> by_q1{"--score", "q1"};
    const auto split = drivers_of(small_survey("", ""), {"--drivers", "price", "--json"}, by_q1)
                           .json()
                           .at("drivers");
    CHECK(warned(split, "separation: for some ratings all or none are detractors"));
    CHECK(split.at("importance").at(0).at("share") == 1);
    CHECK(split.at("importance").at(0).at("quadrant").is_null());
    std::string happy = "q1,price,network\n";
    for (int i = 0; i < 20; ++i) {
        happy += "9," + std::to_string(i % 5) + "," + std::to_string(i % 3) + "\n";
    }
    const auto none =
        drivers_of(happy, {"--drivers", "price,network", "--json"}, by_q1).json().at("drivers");
    CHECK(none.at("r_squared").is_null());
    CHECK(none.at("coefficients").empty());
    CHECK(warned(none, "all the rows used are of one category"));
    const auto few = drivers_of("q1,price\n9,3\n2,1\n", {"--drivers", "price", "--json"}, by_q1)
                         .json()
                         .at("drivers");
    CHECK(few.at("r_squared").is_null());
    CHECK(warned(few, "no model: 2 rows for 1 driver and an intercept"));
}

TEST_CASE("--drivers all takes the columns of ratings and says what it passed over") {
    std::string text = "id,q1,price,comment,network,age,region\n";
    for (int i = 0; i < 60; ++i) {
        text += std::to_string(i) + "," + std::to_string((7 * i) % 11) + "," +
                std::to_string(1 + (3 * i) % 5) + ",good,\"" + std::to_string((2 * i + i / 7) % 6) +
                " - fine\"," + std::to_string(20 + i) + "," + std::to_string(i % 3) + "\n";
    }
    const auto j =
        drivers_of(text, {"--drivers", "all", "--segment", "region", "--json"}, {"--score", "q1"})
            .json()
            .at("drivers");
    REQUIRE(j.at("coefficients").size() == 3);
    CHECK(j.at("coefficients").at(1).at("name") == "price");
    CHECK(j.at("coefficients").at(2).at("name") == "network");
    CHECK(warned(j, "column age was not taken as a rating: 60 different numbers"));
    CHECK(j.at("n") == 60);
}

TEST_CASE("other measures of importance, and refusals") {
    const auto all = drivers_of(attitude, {"--drivers", "all", "--importance", "first", "--json"});
    CHECK(contains(refusal(all), "no column holds ratings")); // more than 11 different numbers
    const auto first = drivers_of(attitude, {"--drivers", "complaints,learning", "--importance",
                                             "first", "--replicates", "200", "--json"})
                           .json()
                           .at("drivers");
    CHECK(first.at("method") == "first");
    CHECK(contains(refusal(drivers_of(attitude, {"--drivers", "complaint"})), "complaint"));
    CHECK(contains(refusal(drivers_of(attitude, {"--drivers", "rating"})),
                   "rating is the score itself"));
    CHECK(contains(refusal(drivers_of(attitude, {"--drivers", "raises,raises"})), "named twice"));
    CHECK(contains(refusal(drivers_of(attitude, {"--drivers", "raises,"})), "a name is empty"));
    CHECK(contains(refusal(drivers_of(attitude, {"--drivers", "raises", "--importance", "best"})),
                   "best is unknown"));
    CHECK(contains(refusal(drivers_of(attitude, {"--drivers", "raises", "--replicates", "5"})),
                   "must be in [100, 1000000]"));
    CHECK(contains(
        refusal(drivers_of("q1,note\n9,good\n3,bad\n", {"--drivers", "note"}, {"--score", "q1"})),
        "has no rating"));
}

TEST_CASE("the text: table, shares, map and the limit of it all") {
    const std::string text =
        drivers_of(attitude,
                   {"--drivers", "complaints,privileges,learning,raises,critical,advance"})
            .out;
    for (const char* words :
         {"What drives the score", "30 rows, 0 left out", "explain 60.8 %", "complaints",
          "+3.0 points", "44.3 %", "keep up", "mean rating", "not proof of cause"}) {
        CHECK_MESSAGE(contains(text, words), words);
    }
}

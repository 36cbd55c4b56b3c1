// SPDX-License-Identifier: Apache-2.0
// The program from the outside. Expected figures are published, closed forms or R's: S^2 .61 and a
// margin of .05 need 937.315952249366 -> 938 answers, 485 of 1,000 customers.
#include "program/run_program.hpp"
#include "support/close.hpp"

#include <nps/version.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace nps_program_test;
using nps_test::close;

namespace {

constexpr double z = 1.959963984540054; // R: qnorm(.975)

} // namespace

TEST_CASE("what the wanted margins need") {
    const auto j = report_on("touchpoint,respondent_sd,margin,population,response_rate\n"
                             "a,0.78102496759066543,0.05,,0.25\n"
                             "b,0.78102496759066543,.05,1000,\n"
                             "c,,,,\n",
                             {"--margin", "0.0438", "--response-rate", "0.5"});
    const auto& t = j.at("touchpoints");
    REQUIRE(t.size() == 3);
    CHECK(t[0].at("name") == "a");
    CHECK(t[0].at("population").is_null());
    CHECK(t[0].at("wanted_completes") == 938);
    CHECK(t[0].at("wanted_invitations") == 3750); // 937.316 / .25
    CHECK(t[0].at("invitations") == 3750);
    CHECK(close(t[0].at("expected_completes"), 937.5));
    CHECK(close(t[0].at("achieved_margin"), z * std::sqrt(.61 / 937.5)));
    CHECK(t[0].at("limit") == "none");
    CHECK(t[1].at("population") == 1000);
    CHECK(t[1].at("response_rate") == 0.5);
    CHECK(t[1].at("wanted_completes") == 485);
    CHECK(t[1].at("wanted_invitations") == 969); // 484.0718 / .5
    // Worst case: z^2 / .0438^2 = 2002.4
    CHECK(t[2].at("respondent_sd") == 1);
    CHECK(t[2].at("wanted_margin") == 0.0438);
    CHECK(t[2].at("wanted_completes") == 2003);
    CHECK(j.at("met") == 3);
    CHECK(j.at("budget").is_null());
    CHECK(j.at("left_over").is_null());
    CHECK(j.at("invitations") == 3750 + 969 + 4005);
    CHECK(j.at("cost") == 3750 + 969 + 4005);
    CHECK(j.at("unused_columns").empty());
}

TEST_CASE("a budget that does not suffice") {
    // Alike but for the wanted margin: .1 needs 385 answers, .05 needs 1537. One multiple of both
    // margins: n in proportion to 1 / margin^2, 100 and 400 of 500.
    const auto j = report_on("touchpoint,margin\na,.1\nb,.05\n", {"--budget", "500"});
    const auto& t = j.at("touchpoints");
    CHECK(t[0].at("wanted_invitations") == 385);
    CHECK(t[1].at("wanted_invitations") == 1537);
    CHECK(t[0].at("invitations") == 100);
    CHECK(t[1].at("invitations") == 400);
    CHECK(t[0].at("limit") == "budget");
    CHECK(close(t[0].at("achieved_margin"), z / 10));
    CHECK(close(j.at("largest_ratio"), z));
    CHECK(j.at("limited_by_budget") == 2);
    CHECK(j.at("left_over") == 0);
    CHECK(j.at("wanted_cost") == 1922);

    // Too few customers: everybody is invited, and the rest of the budget stays.
    const auto few = report_on("touchpoint,margin,population,response_rate,comment\n"
                               "a,.1,100,.5,x\n",
                               {"--budget", "500"});
    CHECK(few.at("touchpoints")[0].at("invitations") == 100);
    CHECK(few.at("touchpoints")[0].at("limit") == "population");
    CHECK(few.at("limited_by_population") == 1);
    CHECK(few.at("left_over") == 400);
    CHECK(few.at("unused_columns") == nlohmann::json({"comment"}));
}

TEST_CASE("S from pilots") {
    const std::string text = "touchpoint,detractors,passives,promoters,margin\n"
                             "a,20,30,50,.05\nb,,,,.05\n";
    const auto own = report_on(text, {"--pilot-spread", "own"});
    CHECK(close(own.at("touchpoints")[0].at("respondent_sd"), std::sqrt(.61)));
    CHECK(own.at("touchpoints")[1].at("respondent_sd") == 1);
    CHECK(own.at("pooled_sd").is_null());
    // One pilot says the same of all: its unbiased variance, .61 * 100 / 99.
    const auto shrunken = report_on(text, {});
    CHECK(close(shrunken.at("pooled_sd"), std::sqrt(.61 * 100 / 99)));
    CHECK(shrunken.at("touchpoints")[1].at("respondent_sd") == shrunken.at("pooled_sd"));
}

TEST_CASE("allocations") {
    const std::string text = "touchpoint,population,respondent_sd\n"
                             "a,500,.5\nb,300,1\nc,200,.25\n";
    const auto answers = [&](std::vector<std::string> arguments) {
        const auto j = report_on(text, std::move(arguments));
        std::vector<int> n;
        for (const auto& s : j.at("strata")) {
            n.push_back(s.at("completes"));
        }
        CHECK(j.at("completes") == n[0] + n[1] + n[2]);
        return n;
    };
    // N S = 250, 300, 50.
    CHECK(answers({"--total", "60"}) == std::vector<int>{25, 30, 5});
    CHECK(answers({"--total", "100", "--method", "proportional"}) == std::vector<int>{50, 30, 20});
    CHECK(answers({"--total", "99", "--method", "equal"}) == std::vector<int>{33, 33, 33});
    CHECK(answers({"--total", "101", "--method", "power", "--exponent", "1"})[1] >= 50);
    const auto j = report_on(text, {"--total", "60"});
    CHECK(j.at("method") == "neyman");
    CHECK(close(j.at("strata")[0].at("weight"), .5));
    // sum of W^2 S^2 / n (N - n) / (N - 1)
    const double variance =
        .25 * .25 / 25 * 475 / 499 + .09 / 30 * 270 / 299 + .04 * .0625 / 5 * 195 / 199;
    CHECK(close(j.at("standard_error"), std::sqrt(variance)));
    CHECK(close(j.at("margin"), z * std::sqrt(variance)));

    const auto for_margin = report_on(text, {"--total-margin", "0.1"});
    CHECK(for_margin.at("margin") <= 0.1);
    CHECK(for_margin.at("least_cost") <= for_margin.at("cost"));
    const auto for_budget = report_on(text, {"--total-budget", "60"});
    CHECK(for_budget.at("cost") == 60);
    CHECK(close(for_budget.at("standard_error"), std::sqrt(variance)));
    CHECK(report_on("touchpoint,population,margin\na,9,.1\nb,9,\n", {"--total", "4"})
              .at("unused_columns") == nlohmann::json({"margin"}));
}

TEST_CASE("what is refused, in one line") {
    const std::string good = "touchpoint,margin\na,.1\n";
    CHECK(contains(refusal_on("name,margin\na,.1\n", {}), "no column \"touchpoint\""));
    CHECK(contains(refusal_on("touchpoint,margin\na,5 %\n", {}),
                   "line 2, column margin: \"5 %\" is not a number"));
    CHECK(contains(refusal_on("touchpoint,margin\na,5\n", {}), "margin = 5"));
    CHECK(contains(refusal_on("touchpoint,margin\nb,.1\n\na,5\n", {}), "line 4: "));
    CHECK(contains(refusal_on("touchpoint,margin\nb,.1\n\na,5\n", {}), "\"a\""));
    CHECK(contains(refusal_on("touchpoint,population,minimum\na,9,2\nb,9,10\n", {"--total", "9"}),
                   "line 3: nps::allocate: minimum = 10"));
    CHECK(contains(refusal_on("touchpoint,population,cost\na,9,0\n", {"--total-budget", "9"}),
                   "line 2: "));
    CHECK(contains(refusal_on("touchpoint,detractors\na,9\nb,-1\n", {}), "line 3, column detr"));
    CHECK(contains(refusal_on("touchpoint,margin\na,nan\n", {}), "is not a number"));
    CHECK(contains(refusal_on("touchpoint,population\na,1.5\n", {}), "not a whole number"));
    CHECK(contains(refusal_on("touchpoint,population\na,0\n", {}), "population"));
    CHECK(contains(refusal_on("touchpoint,passives\na,-1\n", {}), "must not be negative"));
    CHECK(contains(refusal_on("touchpoint,response_rate\na,20\n", {}), "response_rate = 20"));
    CHECK(contains(refusal_on("touchpoint\na\nb\na\n", {}),
                   "line 4: touchpoint \"a\" stands in line 2 already"));
    CHECK(contains(refusal_on("touchpoint,margin\n,.1\n", {}), "no name"));
    CHECK(contains(refusal_on("touchpoint,margin\na\n", {}), "1 cells where the header has 2"));
    CHECK(contains(refusal_on("touchpoint\n", {}), "no touchpoints"));
    CHECK(contains(refusal_on("", {}), "is empty"));
    CHECK(contains(refusal_on(good, {"--margin", "3"}), "--margin: 3"));
    CHECK(contains(refusal_on(good, {"--level", "95"}), "--level: 95"));
    CHECK(contains(refusal_on(good, {"--budget", "-1"}), "--budget: -1"));
    CHECK(contains(refusal_on(good, {"--budget", "nan"}), "--budget: nan"));
    CHECK(contains(refusal_on(good, {"--budget", "0.5"}), "contact_budget"));
    CHECK(contains(refusal_on(good, {"--total", "5"}), "has no population"));
    CHECK(contains(refusal_on(good, {"--total", "5", "--budget", "9"}), "--budget: goes with"));
    CHECK(contains(refusal_on(good, {"--total", "5", "--total-margin", ".1"}), "give one"));
    CHECK(contains(refusal_on(good, {"--method", "neyman"}), "--method: goes with --total"));
    CHECK(contains(refusal_on(good, {"--total", "5", "--method", "best"}), "proportional"));
    CHECK(contains(refusal_on(good, {"--exponent", ".3"}), "--exponent: goes with"));
    CHECK(contains(refusal_on("touchpoint,population\na,9\nb,9\n", {"--total", "19"}), "total"));
    CHECK(contains(refusal_on("touchpoint,population\na,9\nb,9\n", {"--total", "1"}), "total"));
    for (const std::string option : {"--margin", "--budget", "--separator", "--total"}) {
        CAPTURE(option);
        CHECK(contains(refusal(run({option, ""})), option + ": the value is empty"));
    }
    CHECK(contains(refusal(run({scratch().path("nowhere.csv")})), "nowhere.csv: No such file"));
}

TEST_CASE("the simulated programme, in text and as a file") {
    const outcome text = run({"--budget", "3500000"});
    CHECK(text.exit_code == 0);
    CHECK(text.error.empty());
    CHECK(contains(text.out, "Plan of 1,150 touchpoints of the simulated programme"));
    CHECK(contains(text.out, "... and 1,130 more; --json has all\n"));
    const std::string file = scratch().path("simulated.csv");
    CHECK(run({"--write-simulated", file}).exit_code == 0);
    const outcome embedded = run({"--budget", "3500000", "--json"});
    CHECK(run({file, "--budget", "3500000", "--json"}).out == embedded.out);
    const auto j = embedded.json();
    CHECK(j.at("touchpoints").size() == 1150);
    std::int64_t invitations = 0;
    for (const auto& one : j.at("touchpoints")) {
        invitations += one.at("invitations").get<std::int64_t>();
        CHECK(one.at("invitations") <= one.at("population"));
        CHECK(one.at("invitations") <= one.at("wanted_invitations"));
    }
    CHECK(j.at("invitations") == invitations);
    CHECK(invitations <= 3'500'000);
    CHECK(j.at("met").get<int>() + j.at("limited_by_population").get<int>() +
              j.at("limited_by_budget").get<int>() ==
          1150);
    const outcome version = run({"--version"});
    CHECK(version.out == "nps_plan " NPS_VERSION_STRING "\n");
    CHECK(contains(run({"--help"}).out, "--total-margin"));
}

TEST_CASE("a short plan in text") {
    const outcome o =
        run({scratch().write("short.csv", "touchpoint,margin,population,response_rate,x,\n"
                                          "\xC3\x9C"
                                          "bergabe,.1,,,,\nb,.05,90,.5,,\n"),
             "--budget", "400"});
    CHECK(contains(o.out, "Columns not used    x, (no name)\n"));
    CHECK(contains(o.out, "too few customers"));
    CHECK(contains(o.out, "\xC3\x9C"
                          "bergabe    "));
    CHECK(contains(o.out, "Budget              400\n"));
}

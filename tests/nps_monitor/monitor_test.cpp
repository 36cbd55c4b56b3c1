// SPDX-License-Identifier: Apache-2.0
// The program from the outside. Expected figures are worked by hand.
#include "program/run_program.hpp"
#include "support/close.hpp"

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace nps_program_test;
using nps_test::close;

namespace {

std::string rows(const std::string& time, const std::string& touchpoint, int detractors,
                 int passives, int promoters) {
    std::string text;
    const auto add = [&](int count, const std::string& score) {
        for (int i = 0; i < count; ++i) {
            text += time + "," + touchpoint + "," + score + "\n";
        }
    };
    add(detractors, "3");
    add(passives, "8");
    add(promoters, "10 - Very likely");
    return text;
}

const std::string header = "time,touchpoint,q\n";
const std::vector<std::string> columns{"--time", "time", "--score", "q", "--by", "touchpoint"};

// The example of score_decomposition: app and shop in two months.
std::string two_months() {
    return header + rows("2026-01-31", "app", 20, 30, 150) +
           rows("2026-01-01", "shop", 40, 30, 30) + rows("2026-02-01", "app", 30, 40, 130) +
           rows("2026-02-28", "shop", 80, 60, 60);
}

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

} // namespace

TEST_CASE("two months: the table, the split, the ranks") {
    const auto j = report_on(two_months(), with(columns, {"--period", "month"}));
    CHECK(j.at("rows") == 700);
    CHECK(j.at("valid") == 700);
    CHECK(j.at("latest") == "2026-02");
    CHECK(j.at("periods") == 2);
    CHECK(j.at("cells") == 4);
    CHECK(j.at("all").at("n") == 400);
    CHECK(close(j.at("all").at("score"), 0.2));
    REQUIRE(j.at("touchpoints").size() == 2);
    const auto& shop = j.at("touchpoints")[1];
    CHECK(shop.at("name") == "shop");
    CHECK(close(shop.at("score"), -0.1));
    CHECK(shop.at("interval").at("lower") < -0.1);
    CHECK(shop.at("interval").at("upper") > -0.1);
    CHECK(shop.at("smoothed").at("value").is_number());
    CHECK(shop.at("alarm").at("state") == "learning");

    const auto& change = j.at("change");
    CHECK(change.at("before") == "2026-01");
    CHECK(close(change.at("score_before"), 0.4));
    CHECK(close(change.at("change").at("value"), -0.2));
    const auto& split = change.at("splits")[0];
    CHECK(close(split.at("mix").at("value"), -0.1125));
    CHECK(close(split.at("rate").at("value"), -0.0875));
    const auto& app = split.at("movers")[0];
    CHECK(app.at("name") == "app");
    CHECK(close(app.at("mix").at("value"), -11.0 / 240));
    CHECK(close(app.at("rate").at("value"), -0.0875));
    CHECK(close(app.at("own_change").at("difference"), -0.15));
    CHECK(close(split.at("movers")[1].at("total"), -1.0 / 15));
    // Benjamini and Yekutieli: two p values, 1 + 1/2.
    const double p = app.at("own_change").at("p_value");
    CHECK(close(app.at("own_change").at("adjusted_p_value"), 3 * p));
    CHECK(close(split.at("movers")[1].at("own_change").at("p_value"), 1.0));

    REQUIRE(j.at("ranking").size() == 2);
    CHECK(j.at("ranking")[0].at("name") == "shop");
    CHECK(j.at("ranking")[0].at("n") == 300);
    CHECK(close(j.at("ranking")[0].at("score"), -0.1));
    CHECK(j.at("ranking")[0].at("rank").at("worst") == 1);
    CHECK(j.at("ranking")[1].at("rank").at("best") == 2);
    CHECK(close(j.at("ranking")[1].at("score"), 0.575));

    // The window is the latest month alone.
    const auto now = report_on(two_months(), with(columns, {"--period", "month", "--window", "1"}));
    CHECK(now.at("ranking")[0].at("n") == 200);
}

TEST_CASE("the order of the rows, and where they come from, do not matter") {
    const auto arguments = with(columns, {"--period", "month"});
    const auto expected = report_on(two_months(), arguments);
    std::vector<std::string> lines;
    std::istringstream in(two_months());
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line + "\n");
    }
    std::shuffle(lines.begin() + 1, lines.end(), std::mt19937(7));
    std::string shuffled;
    for (const std::string& line : lines) {
        shuffled += line;
    }
    CHECK(report_on(shuffled, arguments) == expected);
    CHECK(run(with({"-", "--json"}, arguments), two_months()).json() == expected);
}

TEST_CASE("what cannot be read is counted and shown") {
    const auto j = report_on(header + "2026-03-01,a,9\n"
                                      "2026-03-01,a,\n"
                                      "2026-03-01,a,99\n"
                                      "2026-03-01,a,11\n"
                                      "2026-02-30,a,9\n"
                                      "yesterday,a,9\n"
                                      "2026-03-01,a\n"
                                      "2026-03-01,a,\"9\"0\n"
                                      "2026-03-01T23:30:00Z, a ,9\n",
                             with(columns, {"--missing", "99", "--utc-offset", "60"}));
    CHECK(j.at("rows") == 9);
    CHECK(j.at("valid") == 2);
    CHECK(j.at("missing") == 2);
    CHECK(j.at("invalid_scores") == 1);
    CHECK(j.at("invalid_times") == 2);
    CHECK(j.at("malformed") == 2);
    CHECK(j.at("latest") == "2026-03-02"); // half past midnight there
    const auto& examples = j.at("unread_examples");
    REQUIRE(examples.size() == 5);
    CHECK(examples[0].at("line") == 5);
    CHECK(examples[0].at("reason") == "off the scale");
    CHECK(examples[1].at("text") == "2026-02-30");
    CHECK(examples[3].at("reason") == "2 cells where the header has 3");
    CHECK(j.at("touchpoints").size() == 1);
    CHECK(j.at("change").at("before") == "2026-03-01");
}

TEST_CASE(
    "one period, one answer; a latest period of missing answers; a touchpoint without a name") {
    const auto one = report_on(header + "2026-03-01,a,9\n", columns);
    CHECK(one.at("all").at("score") == 1);
    CHECK(one.at("all").at("smoothed").is_null());
    CHECK(one.at("change").is_null());
    CHECK(one.at("ranking").size() == 1);
    const auto silent = report_on(header + "2026-03-01,,9\n2026-03-02,,5\n2026-03-04,,\n", columns);
    CHECK(silent.at("latest") == "2026-03-04");
    CHECK(silent.at("all").at("score").is_null());
    CHECK(silent.at("all").at("smoothed").at("value").is_number());
    CHECK(silent.at("change").is_null());
    CHECK(silent.at("touchpoints")[0].at("name") == "");
}

TEST_CASE("refusals name what is wrong") {
    const std::string answers = header + "2026-03-01,a,9\n";
    CHECK(contains(refusal_on(answers, {}), "--time"));
    CHECK(contains(refusal_on(answers, {"--time", "time", "--score", "q"}), "--by"));
    CHECK(contains(refusal_on(answers, {"--time", "tim", "--score", "q", "--by", "touchpoint"}),
                   "did you mean \"time\""));
    CHECK(contains(refusal_on(answers, with(columns, {"--by", "touchpoint"})), "named twice"));
    CHECK(contains(refusal_on(answers, with(columns, {"--period", "year"})), "day, month"));
    CHECK(contains(refusal_on(answers, with(columns, {"--run-length", "nan"})), "--run-length"));
    CHECK(contains(refusal_on(answers, with(columns, {"--window", "0"})), "--window"));
    CHECK(contains(refusal_on(header + "2026-03-01,a,\n", columns), "no valid answer"));
    CHECK(contains(refusal_on(header, columns), "no valid answer"));
    CHECK(contains(refusal_on("", columns), "empty"));
    CHECK(contains(refusal_on(answers, with(columns, {"--simulate", "1"})), "--simulate"));
}

TEST_CASE("the report in words") {
    const std::string path = scratch().write("months.csv", two_months());
    const outcome o = run(with({path}, with(columns, {"--period", "month"})));
    CHECK(o.exit_code == 0);
    CHECK(contains(o.out, "Period 2026-02"));
    CHECK(contains(o.out, "By touchpoint: mix -11."));
    CHECK(contains(o.out, "Change since 2026-01: -20.0"));
    CHECK(contains(o.out, "1 to 1 of 2"));
    CHECK(contains(o.out, "too short a history"));
}

// The simulated programme: 20 touchpoints, of which 3 and 13 fall by 20 points after 60 % of the days
// and 8 and 18 rise.
TEST_CASE("a simulated programme is the same for a seed, and its changes are found") {
    const std::vector<std::string> size{"--touchpoints", "20", "--days", "60", "--answers", "60"};
    const outcome csv = run(with({"--simulate", "7", "--change", "20"}, size));
    REQUIRE(csv.exit_code == 0);
    CHECK(csv.out.starts_with("time,touchpoint,channel,score\n2024-01-01,t0000,"));
    CHECK(run(with({"--simulate", "7", "--change", "20"}, size)).out == csv.out);
    CHECK(run(with({"--simulate", "8", "--change", "20"}, size)).out != csv.out);

    const std::vector<std::string> by{"--time",       "time", "--score",
                                      "score",        "--by", "touchpoint,channel",
                                      "--run-length", "10000"};
    const auto j = report_on(csv.out, by);
    CHECK(j.at("touchpoints").size() == 20);
    CHECK(j.at("change").at("splits").size() == 2);
    for (std::size_t k = 0; k < 20; ++k) {
        CAPTURE(k);
        const auto& alarm = j.at("touchpoints")[k].at("alarm");
        CHECK(alarm.at("state") == (k % 10 == 3 ? "fall" : k % 10 == 8 ? "rise" : "quiet"));
        if (alarm.at("alarm").get<bool>()) {
            const std::string since = alarm.at("since");
            // The change is of 2024-02-06; a sum may have been above 0 by chance before it.
            CHECK(since >= "2024-01-20");
            CHECK(since <= "2024-02-12");
        }
    }
    const auto quiet = report_on(run(with({"--simulate", "7", "--change", "0"}, size)).out, by);
    for (const auto& line : quiet.at("touchpoints")) {
        CHECK(line.at("alarm").at("state") == "quiet");
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "simulator.hpp"

#include <nps/numeric/philox.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nps_report {
namespace {

constexpr std::uint64_t seed = 2024;
constexpr std::uint32_t respondents = 2000;
constexpr int content_percent = 62;

// A place a respondent can be in: how often, and how many more percent are content there.
struct place {
    std::string_view name; // as it stands in the file
    unsigned weight;
    int effect;
};

constexpr std::array waves{place{"2024-Q1", 1, -5}, place{"2024-Q2", 1, -2}, place{"2024-Q3", 1, 2},
                           place{"2024-Q4", 1, 6}};
constexpr std::array regions{place{"Capital", 30, 2}, place{"North", 26, 0}, place{"South", 25, 1},
                             place{"East", 18, -3}, place{"\"Isles, outer\"", 1, -12}};
constexpr std::array channels{place{"app", 40, 3}, place{"web", 25, 0}, place{"shop", 15, 8},
                              place{"telephone", 20, -6}};
constexpr std::array touchpoints{place{"new contract", 25, 12}, place{"billing", 30, -2},
                                 place{"technical support", 25, 0}, place{"complaint", 20, -24}};

// Weights of the answers 0 to 10.
constexpr std::array<unsigned, 11> content_weights{0, 0, 0, 0, 1, 2, 4, 12, 23, 24, 34};
constexpr std::array<unsigned, 11> other_weights{6, 4, 6, 8, 9, 17, 14, 16, 12, 5, 3};

// A rating from 0 to 10 follows the answer by `weight` tenths and chance by the rest.
struct rated {
    std::string_view name; // of the column
    unsigned weight;
    int shift;
};

constexpr std::array ratings{rated{"network", 4, -1}, rated{"price", 2, -1}, rated{"service", 3, 1},
                             rated{"app", 1, 1}};
constexpr std::array<unsigned, 11> chance_weights{1, 1, 2, 2, 3, 5, 7, 10, 10, 7, 5};

template <class Items, class Weight>
std::size_t draw(nps::random_stream& stream, const Items& items, Weight weight) {
    unsigned total = 0;
    for (const auto& item : items) {
        total += weight(item);
    }
    std::uint64_t rest = stream.below(total);
    std::size_t i = 0;
    while (rest >= weight(items[i])) {
        rest -= weight(items[i]);
        ++i;
    }
    return i;
}

const place& draw_place(nps::random_stream& stream, std::span<const place> places) {
    return places[draw(stream, places, [](const place& p) { return p.weight; })];
}

std::string answer_cell(std::size_t answer, bool web) {
    if (web && answer == 0) {
        return "0 - Not at all likely";
    }
    if (web && answer == 10) {
        return "10 - Extremely likely";
    }
    return std::to_string(answer);
}

std::string respondent_row(std::uint32_t respondent) {
    nps::random_stream stream(seed, respondent, nps::random_purpose::simulation);
    const place& wave = waves[respondent * waves.size() / respondents];
    const place& region = draw_place(stream, regions);
    const place& channel = draw_place(stream, channels);
    const place& touchpoint = draw_place(stream, touchpoints);
    const int content =
        content_percent + wave.effect + region.effect + channel.effect + touchpoint.effect;
    const bool is_content = static_cast<int>(stream.below(100)) < content;
    const std::size_t answer = draw(stream, is_content ? content_weights : other_weights,
                                    [](unsigned weight) { return weight; });

    constexpr std::array<std::string_view, 3> no_answers{"11", "8.5", "don't know"};
    const std::uint64_t fate = stream.below(1000);
    const std::string cell = fate < 30   ? ""
                             : fate < 35 ? std::string(no_answers[stream.below(no_answers.size())])
                                         : answer_cell(answer, channel.name == "web");
    std::string row = std::to_string(respondent + 1);
    for (const std::string_view text : {wave.name, region.name, channel.name, touchpoint.name}) {
        row.append(",").append(text);
    }
    row += "," + cell;
    for (const rated& item : ratings) {
        const auto chance = draw(stream, chance_weights, [](unsigned weight) { return weight; });
        const auto followed = (item.weight * answer + (10 - item.weight) * chance + 5) / 10;
        const int rating = std::clamp(static_cast<int>(followed) + item.shift, 0, 10);
        row += "," + (stream.below(100) < 2 ? "" : std::to_string(rating));
    }
    return row + "\n";
}

} // namespace

std::string simulated_survey() {
    std::string text = "respondent,wave,region,channel,touchpoint,recommend";
    for (const rated& item : ratings) {
        text.append(",").append(item.name);
    }
    text += "\n";
    for (std::uint32_t respondent = 0; respondent < respondents; ++respondent) {
        text += respondent_row(respondent);
    }
    return text;
}

void name_simulated_columns(options& o) {
    o.score = "recommend";
    o.segments = {"touchpoint", "channel", "region"};
    o.wave = "wave";
    o.drivers = {"network", "price", "service", "app"};
}

} // namespace nps_report

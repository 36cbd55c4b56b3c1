// SPDX-License-Identifier: Apache-2.0
#include "simulator.hpp"

#include "program/number_text.hpp"

#include <nps/numeric/philox.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace nps_plan {
namespace {

constexpr std::uint64_t seed = 2025;

constexpr std::array margin_points{5, 6, 8};

constexpr std::array<std::string_view, 23> occasions{
    "new contract", "contract change", "number transfer", "delivery", "installation", "first bill",
    "billing",      "payment",         "reminder",        "network",  "outage",       "roaming",
    "repair",       "technical visit", "hotline",         "chat",     "app",          "website",
    "shop visit",   "complaint",       "upgrade",         "renewal",  "cancellation"};
constexpr std::array<std::string_view, 10> products{
    "prepaid",  "mobile S", "mobile M", "mobile L",   "family",
    "business", "fibre",    "cable",    "television", "tablet"};
constexpr std::array<std::string_view, 5> regions{"Capital", "North", "South", "East", "Isles"};

std::string row(std::uint32_t number, std::size_t occasion, std::string_view product,
                std::string_view region) {
    nps::random_stream stream(seed, number, nps::random_purpose::simulation);
    const auto between = [&](std::uint64_t lowest, std::uint64_t highest) {
        return lowest + stream.below(highest - lowest + 1);
    };
    const std::uint64_t population = 100 * between(20, 600);
    const std::uint64_t response_percent = between(6, 25);
    std::string text(occasions[occasion]);
    text.append(", ").append(product).append(", ").append(region);
    text = "\"" + text + "\"," + std::to_string(population) + "," +
           nps_program::format("0.%02d", margin_points[occasion % margin_points.size()]) + "," +
           nps_program::format("0.%02d", static_cast<int>(response_percent));
    if (stream.below(4) == 0) {
        return text + ",,,\n";
    }
    const std::uint64_t pilot = between(10, 400);
    // Percent; the spread differs by occasion.
    const std::uint64_t promoters = 30 + occasion;
    const std::uint64_t detractors = 35 - occasion;
    std::array<int, 3> counts{};
    for (std::uint64_t i = 0; i < pilot; ++i) {
        const std::uint64_t drawn = stream.below(100);
        ++counts[drawn < detractors ? 0 : drawn < 100 - promoters ? 1 : 2];
    }
    for (const int count : counts) {
        text += "," + std::to_string(count);
    }
    return text + "\n";
}

} // namespace

std::string simulated_programme() {
    std::string text = "touchpoint,population,margin,response_rate,detractors,passives,promoters\n";
    std::uint32_t number = 0;
    for (std::size_t occasion = 0; occasion < occasions.size(); ++occasion) {
        for (const std::string_view product : products) {
            for (const std::string_view region : regions) {
                text += row(number++, occasion, product, region);
            }
        }
    }
    return text;
}

} // namespace nps_plan

// SPDX-License-Identifier: Apache-2.0
#include "simulator.hpp"

#include <nps/count/period.hpp>
#include <nps/numeric/philox.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace nps_monitor {
namespace {

struct channel {
    std::string_view name;
    std::uint64_t percent;
    std::int64_t points; // above the touchpoint
};

constexpr std::array channels{channel{"app", 50, 4}, channel{"web", 30, 0},
                              channel{"phone", 20, -10}};

// Of 1,000 answers at the usual score, +30.
constexpr std::int64_t usual_detractors = 200;
constexpr std::int64_t usual_promoters = 500;
constexpr std::int64_t largest_effect = 15; // points

// Replicate 0 has the touchpoints, the others a day each.
nps::random_stream stream_of(const simulation& s, std::int64_t replicate) {
    return {s.seed, static_cast<std::uint32_t>(replicate), nps::random_purpose::simulation};
}

std::string name_of(std::int64_t touchpoint) {
    std::string digits = std::to_string(touchpoint);
    return "t" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

// A point of the score is 5 detractors and 5 promoters of 1,000.
std::uint64_t draw_score(nps::random_stream& stream, std::int64_t points) {
    const auto draw = static_cast<std::int64_t>(stream.below(1000));
    if (draw < usual_detractors - 5 * points) {
        return stream.below(7);
    }
    return (draw < 1000 - usual_promoters - 5 * points ? 7 : 9) + stream.below(2);
}

} // namespace

void simulate_programme(const simulation& s, const std::function<void(const std::string&)>& write) {
    nps::random_stream first = stream_of(s, 0);
    std::vector<std::int64_t> effects;
    for (std::int64_t k = 0; k < s.touchpoints; ++k) {
        effects.push_back(static_cast<std::int64_t>(first.below(2 * largest_effect + 1)) -
                          largest_effect);
    }
    write("time,touchpoint,channel,score\n");
    nps::period day = nps::parse_period("2024-01-01");
    for (std::int64_t d = 0; d < s.days; ++d, day = day.next()) {
        nps::random_stream stream = stream_of(s, d + 1);
        const bool changed = 10 * d >= 6 * s.days;
        const bool grown = 10 * d >= 8 * s.days;
        const std::string date = nps::to_text(day);
        std::string text;
        for (std::int64_t k = 0; k < s.touchpoints; ++k) {
            std::uint64_t n = stream.below(2 * static_cast<std::uint64_t>(s.answers) + 1);
            n *= k == 1 && grown ? 4 : 1;
            const std::int64_t moved = !changed      ? 0
                                       : k % 10 == 3 ? -s.change
                                       : k % 10 == 8 ? s.change
                                                     : 0;
            const std::string name = name_of(k);
            for (std::uint64_t i = 0; i < n; ++i) {
                std::uint64_t place = stream.below(100);
                std::size_t c = 0;
                while (place >= channels[c].percent) {
                    place -= channels[c].percent;
                    ++c;
                }
                const std::int64_t points =
                    effects[static_cast<std::size_t>(k)] + channels[c].points + moved;
                text.append(date).append(",").append(name).append(",").append(channels[c].name);
                text += "," + std::to_string(draw_score(stream, points)) + "\n";
            }
        }
        write(text);
    }
}

} // namespace nps_monitor

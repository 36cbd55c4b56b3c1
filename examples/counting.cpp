// SPDX-License-Identifier: Apache-2.0
// From raw answers to summaries that merge, slide, split and travel.
#include "check.hpp"

#include <nps/count.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <vector>

int main() {
    // Bytes, ints, doubles or optionals: any range of answers.
    const std::vector<std::uint8_t> answers{10, 9, 9, 7, 8, 3, 10, 0, 6, 10};
    const nps::tally t = nps::count_scores(answers);
    check(t.n() == 10 && t.count(10) == 3);

    // An answer off the scale stops the count and is named ...
    const std::vector<int> raw{10, 99, 7, 11, 8};
    try {
        (void)nps::count_scores(raw);
        check(false);
    } catch (const nps::invalid_input& error) {
        std::printf("%s\n", error.what());
    }
    // ... unless it is a code for "no answer", or set aside. Nothing is lost.
    const nps::tally u =
        nps::count_scores(raw, {.invalid = nps::on_invalid::set_aside, .missing_codes = {99}});
    check(u.n() == 3 && u.missing() == 1 && u.invalid() == 1 && u.responses() == 5);

    // NaN and empty optionals are missing; 8.5 is no answer.
    const std::vector<double> measured{9, std::nan(""), 8.5};
    const nps::tally v = nps::count_scores(measured, {.invalid = nps::on_invalid::set_aside});
    check(v.n() == 1 && v.missing() == 1 && v.invalid() == 1);

    // Another scale is another type; one known only at run time is a value.
    constexpr nps::scale five_stars{
        .lowest = 1, .highest = 5, .last_detractor = 3, .first_promoter = 5};
    const std::vector<int> stars{5, 4, 3, 5};
    const nps::basic_tally<five_stars> rated = nps::count_scores<five_stars>(stars);
    const nps::dynamic_tally same = nps::count_scores(stars, five_stars);
    check(nps::category_counts(rated) == nps::category_counts(same));

    // Months add up to a year; the window slides.
    const std::vector<nps::tally> months{t, u, v};
    nps::tally year;
    for (const nps::tally& month : months) {
        year += month;
    }
    year -= months.front();
    check(year == u + v);

    // The other two measures: a share and a mean.
    check(nps::share_of(t, nps::category::promoter) == nps::share_counts{5, 10});
    check(nps::top_box(t, 2) == nps::share_counts{5, 10});
    check(about(nps::rating_moments(t).mean, 7.2));

    // By one attribute, or by several; then over any of them.
    nps::grouped_tally<std::string, int> by_channel_and_wave;
    by_channel_and_wave.add("app", 1, 9);
    by_channel_and_wave.add("app", 2, 10);
    by_channel_and_wave.add("shop", 1, 6);
    const auto by_channel = by_channel_and_wave.marginal<0>();
    for (const auto& [channel, group] : by_channel) {
        std::printf("%-5s n = %d\n", channel.c_str(), static_cast<int>(group.n()));
    }
    check(by_channel.size() == 2 && by_channel.at("app").n() == 2);
    nps::dynamic_grouped_tally<std::string> stars_by_channel(five_stars);
    stars_by_channel.add("app", 5);
    check(stars_by_channel.total().n() == 1);

    // As bytes: the same on every platform, with a checksum.
    const std::vector<std::byte> bytes = nps::to_bytes(t);
    check(nps::from_bytes<nps::tally>(bytes) == t);
}

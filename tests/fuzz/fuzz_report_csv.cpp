// SPDX-License-Identifier: Apache-2.0
// Any bytes as a survey file: the program either refuses them with a program_error or reports them,
// and then its numbers add up. The first bytes choose the options, the rest is the file.
#include "figures.hpp"
#include "options.hpp"
#include "program/csv.hpp"
#include "program/error.hpp"
#include "program/text.hpp"
#include "report.hpp"
#include "survey.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace nps_program;
using namespace nps_report;

namespace {

constexpr std::size_t option_bytes = 4;

void require(bool ok) {
    if (!ok) {
        std::abort();
    }
}

// The text in pieces of `step` bytes, as a slow pipe hands it over.
byte_source in_pieces(std::string_view text, std::size_t step) {
    return [text, step](char* buffer, std::size_t size) mutable {
        const std::size_t count = text.copy(buffer, (std::min)(size, step));
        text.remove_prefix(count);
        return count;
    };
}

std::vector<std::string> header_of(std::string_view text, char separator) {
    csv_reader reader(text_source(text), "header", separator);
    std::vector<std::string> names;
    if (const csv_row* row = reader.next()) {
        for (std::size_t i = 0; i < row->size(); ++i) {
            names.emplace_back(row->cell(i));
        }
    }
    return names;
}

options options_of(std::string_view bytes, std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    constexpr nps::scale scales[] = {
        nps::zero_to_ten,
        nps::one_to_ten,
        nps::one_to_five,
        nps::one_to_seven,
        {.lowest = -1000, .highest = 1000, .last_detractor = 0, .first_promoter = 1},
        {.lowest = -2, .highest = 2, .last_detractor = 0, .first_promoter = 2}};
    options o;
    o.scale = scales[byte(0) % std::size(scales)];
    o.separator = "\0\0,;\t|"[byte(0) / 8 % 6];
    const std::vector<std::string> names = header_of(text, o.separator);
    const auto name = [&](std::size_t i) {
        return names.empty() ? std::string("q") : names[i % names.size()];
    };
    o.score = name(byte(1) % 16);
    if (byte(1) >= 64 && !name(byte(1) / 16).empty()) {
        o.segments = {name(byte(1) / 16)};
    }
    if (byte(2) >= 128) {
        o.wave = name(byte(2) % 16);
    }
    if (byte(2) / 2 % 4 == 3) {
        o.compare = name(byte(2) / 8);
    }
    if (byte(2) % 2 == 1) {
        o.missing_codes = {"99", "-7.0", "N/A", std::string(text.substr(0, 3))};
    }
    if (byte(0) >= 144) {
        o.drivers = {byte(0) % 2 == 0 ? std::string("all") : name(byte(1) % 16 + 1)};
        o.replicates = 100;
    }
    o.level = (byte(3) + 0.5) / 256;
    o.margin = (255 - byte(3) + 0.5) / 256;
    return o;
}

std::int64_t responses_of(const std::vector<group_figures>& groups) {
    std::int64_t sum = 0;
    for (const group_figures& g : groups) {
        sum += g.responses;
    }
    return sum;
}

// The JSON report; checks on the way what must hold for any survey.
std::string report(std::string_view text, const options& o, std::size_t step) {
    csv_reader reader(in_pieces(text, step), "data", o.separator);
    const survey s = read_survey(reader, o);
    const figures f = compute_figures(s, o);
    require(f.total.responses == f.total.missing + f.total.invalid + f.total.counts.n());
    require(s.malformed <= f.total.invalid);
    if (!o.segments.empty()) {
        require(responses_of(f.segments) + s.malformed == f.total.responses);
    }
    if (!o.wave.empty()) {
        require(responses_of(f.waves) + s.malformed == f.total.responses);
    }
    require(f.total.interval->lower <= f.total.interval->upper);
    require(f.total.ideal_bootstrap->lower <= f.total.ideal_bootstrap->upper);
    require(f.plan.completes <= f.worst_case.completes);
    for (const named_comparison& named : f.comparisons) {
        const nps::group_comparison& c = named.figures;
        require(c.comparison.interval.lower <= c.comparison.interval.upper);
        // The critical value of a single comparison is worked out in another way: to rounding.
        require(c.simultaneous_interval.lower <= c.comparison.interval.lower + 1e-9);
        require(c.simultaneous_interval.upper >= c.comparison.interval.upper - 1e-9);
        require(c.comparison.p_value >= 0 && c.adjusted_p_value <= 1);
        require(c.adjusted_p_value >= c.comparison.p_value);
    }
    if (f.drivers) {
        const driver_figures& d = *f.drivers;
        require(d.n >= 0 && d.n + d.dropped == f.total.responses);
        require(!d.r_squared || (*d.r_squared >= 0 && *d.r_squared <= 1));
        for (const nps::coefficient& c : d.coefficients) {
            require(std::isfinite(c.estimate) && std::isfinite(c.standard_error));
            require(c.p_value >= 0 && c.p_value <= 1);
        }
        for (const driver_importance& one : d.importance) {
            require(std::isfinite(one.share) && one.interval.lower <= one.interval.upper);
            require(one.first >= 0 && one.first <= 1);
        }
    }
    std::string readable = text_report(s, f, o, "data");
    std::erase(readable, '\n');
    require(readable == printable(readable));
    return json_report(s, f, o);
}

// "" where the file is refused: then on one line, whatever stands in it.
std::string report_or_refusal(std::string_view text, const options& o, std::size_t step) {
    try {
        return report(text, o, step);
    } catch (const program_error& error) {
        return std::string("refused: ") + error.what();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < option_bytes) {
        return -1;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string_view text = bytes.substr(option_bytes);
    try {
        const options o = options_of(bytes, text);
        const std::string whole = report_or_refusal(text, o, text.size() + 1);
        // The mark and the separator are looked for in the first piece, so that has the header.
        const std::size_t header =
            text.find_first_of("\r\n", text.find_first_not_of("\r\n\xEF\xBB\xBF"));
        const bool comparable = header != std::string_view::npos &&
                                text.find('\0') == std::string_view::npos &&
                                text.substr(0, header).find('"') == std::string_view::npos;
        if (comparable) {
            require(report_or_refusal(text, o, header + 7) == whole);
        }
    } catch (const program_error&) {
        // the header itself is refused
    }
    return 0;
}

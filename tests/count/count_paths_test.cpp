// SPDX-License-Identifier: Apache-2.0
// Every path of the counting kernels, forced, against loops that know nothing of them.
#include "support/close.hpp"

#include <nps/count/count_scores.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using nps::instruction_set;
using nps::detail::byte_counts;

std::vector<instruction_set> paths() {
    std::vector<instruction_set> all;
    for (const auto set :
         {instruction_set::plain, instruction_set::avx2, instruction_set::avx512}) {
        if (set <= nps::best_instruction_set()) {
            all.push_back(set);
        }
    }
    return all;
}

// A small generator with a known sequence; the library's own is not used here.
class generator {
public:
    std::uint32_t operator()(std::uint32_t below) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::uint32_t>(state_ >> 33) % below;
    }

private:
    std::uint64_t state_ = 20261122;
};

byte_counts one_by_one(std::span<const std::uint8_t> bytes) {
    byte_counts counts{};
    for (const std::uint8_t byte : bytes) {
        ++counts[byte];
    }
    return counts;
}

byte_counts on_path(std::span<const std::uint8_t> bytes, std::uint8_t first, instruction_set set) {
    byte_counts counts{};
    nps::detail::add_bytes(bytes, first, set, counts);
    return counts;
}

// What counting must come to, by comparing each response with each score and code.
template <class T>
nps::dynamic_tally expected_tally(const std::vector<T>& responses, const nps::scale& s,
                                  const std::vector<std::int64_t>& codes) {
    nps::dynamic_tally t(s);
    const auto equals = [](const T& value, std::int64_t number) {
        if constexpr (nps::integral_score<T>) {
            return std::cmp_equal(value, number);
        } else {
            return value == static_cast<T>(number);
        }
    };
    for (const T& value : responses) {
        bool found = value != value;
        if (found) {
            t.add_missing();
        }
        for (int score = s.lowest; score <= s.highest && !found; ++score) {
            if (equals(value, score)) {
                t.add(score);
                found = true;
            }
        }
        for (const std::int64_t code : codes) {
            if (!found && equals(value, code)) {
                t.add_missing();
                found = true;
            }
        }
        if (!found) {
            t.add_invalid();
        }
    }
    return t;
}

template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const nps::invalid_input& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("bytes: every length, at every alignment") {
    generator next;
    std::vector<std::uint8_t> bytes(2200);
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(next(16));
    }
    for (const auto set : paths()) {
        CAPTURE(static_cast<int>(set));
        bool same = true;
        for (std::size_t length = 0; length <= 2100; ++length) {
            const auto part = std::span<const std::uint8_t>(bytes).subspan(length % 67, length);
            same = same && on_path(part, 0, set) == one_by_one(part);
        }
        CHECK(same);
    }
}

TEST_CASE("bytes: every value, with every first one") {
    generator next;
    std::vector<std::uint8_t> bytes(5000);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(i < 256 ? i : next(256));
    }
    const byte_counts all = one_by_one(bytes);
    for (const auto set : paths()) {
        CAPTURE(static_cast<int>(set));
        for (int first = 0; first < 256; first += 5) {
            CAPTURE(first);
            const auto f = static_cast<std::uint8_t>(first);
            CHECK(on_path(bytes, f, set) == all);
            std::vector<std::uint8_t> sixteen(bytes.size());
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                sixteen[i] = static_cast<std::uint8_t>(f + bytes[i] % 16);
            }
            CHECK(on_path(sixteen, f, set) == one_by_one(sixteen));
        }
    }
}

TEST_CASE("bytes: long runs of one value pass the limits of the small counters") {
    // Over 2^18 bytes, the length of a block; 255 steps of 1,024 or of 512 bytes, between flushes.
    for (const std::size_t length :
         {std::size_t{255 * 512}, std::size_t{255 * 512 + 1}, std::size_t{255 * 1024 - 1},
          std::size_t{255 * 1024}, std::size_t{255 * 1024 + 1}, std::size_t{1} << 18,
          (std::size_t{1} << 18) + 1, std::size_t{600'001}}) {
        for (const auto value : std::vector<std::uint8_t>{0, 7, 8, 15}) {
            const std::vector<std::uint8_t> bytes(length, value);
            for (const auto set : paths()) {
                byte_counts expected{};
                expected[value] = static_cast<std::int64_t>(length);
                CHECK(on_path(bytes, 0, set) == expected);
            }
        }
    }
}

TEST_CASE("bytes: one other value anywhere in a block") {
    std::vector<std::uint8_t> bytes((std::size_t{1} << 18) + 700, 9);
    for (const std::size_t place :
         {std::size_t{0}, std::size_t{63}, std::size_t{1023}, std::size_t{200'000},
          (std::size_t{1} << 18) - 1, std::size_t{1} << 18, bytes.size() - 1}) {
        for (const auto other : std::vector<std::uint8_t>{16, 99, 127, 128, 255}) {
            bytes[place] = other;
            for (const auto set : paths()) {
                const byte_counts counts = on_path(bytes, 0, set);
                CHECK(counts[other] == 1);
                CHECK(counts[9] == static_cast<std::int64_t>(bytes.size() - 1));
            }
            bytes[place] = 9;
        }
    }
}

TEST_CASE("bytes: a few other values everywhere, and more than a few") {
    generator next;
    for (const std::uint32_t kinds : {1U, 2U, 3U, 4U, 9U}) {
        for (const std::uint8_t first : std::vector<std::uint8_t>{0, 1, 251}) {
            std::vector<std::uint8_t> bytes(9000);
            for (auto& byte : bytes) {
                byte = static_cast<std::uint8_t>(
                    first + (next(20) == 0 ? 20 + 25 * next(kinds) : next(16)));
            }
            for (const auto set : paths()) {
                CHECK(on_path(bytes, first, set) == one_by_one(bytes));
            }
        }
    }
}

TEST_CASE_TEMPLATE("narrowing says what each number is", T, double, float, std::int32_t,
                   std::int16_t, std::uint16_t, std::uint64_t, std::int64_t, long double) {
    std::vector<T> values;
    for (int k = -300; k <= 300; ++k) {
        values.push_back(static_cast<T>(k)); // wraps where T is unsigned
    }
    values.push_back((std::numeric_limits<T>::max)());
    values.push_back(std::numeric_limits<T>::lowest());
    if constexpr (std::is_floating_point_v<T>) {
        for (const T special :
             {std::numeric_limits<T>::quiet_NaN(), -std::numeric_limits<T>::quiet_NaN(),
              std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
              std::numeric_limits<T>::denorm_min(), T(-0.0), T(8.5), T(-0.5), T(253.5),
              std::nextafter(T(9), T(10)), T(2147483648.0), T(-2147483648.0), T(4294967305.0),
              T(1e30), T(-1e30)}) {
            values.push_back(special);
        }
    } else {
        values.push_back(static_cast<T>((std::numeric_limits<T>::max)() - 3));
        values.push_back(static_cast<T>(std::numeric_limits<T>::lowest() + 3));
    }
    for (const auto set : paths()) {
        CAPTURE(static_cast<int>(set));
        for (const int lowest : {0, 1, -5, -1000, 700}) {
            CAPTURE(lowest);
            bool same = true;
            for (std::size_t offset = 0; offset < 17; ++offset) {
                const auto part = std::span<const T>(values).subspan(offset);
                std::vector<std::uint8_t> codes(part.size());
                nps::detail::narrow(part.data(), {1, part.size(), 0}, lowest, set, codes.data());
                for (std::size_t i = 0; i < part.size(); ++i) {
                    std::uint8_t expected = part[i] != part[i] ? 0 : 255;
                    for (int k = 1; k <= 254; ++k) {
                        const std::int64_t number = lowest + k - 1;
                        if constexpr (nps::integral_score<T>) {
                            expected = std::cmp_equal(part[i], number)
                                           ? static_cast<std::uint8_t>(k)
                                           : expected;
                        } else {
                            expected = part[i] == static_cast<T>(number)
                                           ? static_cast<std::uint8_t>(k)
                                           : expected;
                        }
                    }
                    same = same && codes[i] == expected;
                }
            }
            CHECK(same);
        }
    }
}

TEST_CASE_TEMPLATE("streams side by side give the codes of one stream after the other", T, double,
                   float, std::int32_t, std::int64_t) {
    generator next;
    std::vector<T> values(1000);
    for (auto& value : values) {
        value = static_cast<T>(next(13));
    }
    for (const auto set : paths()) {
        for (const nps::detail::narrow_streams streams :
             {nps::detail::narrow_streams{4, 250, 250}, {4, 97, 241}, {3, 64, 333}, {5, 31, 200}}) {
            std::vector<std::uint8_t> codes(streams.size());
            nps::detail::narrow(values.data(), streams, 0, set, codes.data());
            bool same = true;
            for (std::size_t i = 0; i < codes.size(); ++i) {
                const std::size_t stream = i / streams.length;
                const std::size_t place = stream * streams.distance + i % streams.length;
                same = same && streams.place_of(i) == place && codes[i] == values[place] + 1;
            }
            CHECK(same);
        }
    }
}

TEST_CASE_TEMPLATE("many numbers: what is no answer is found wherever it lies", T, double, float,
                   std::int32_t, std::int64_t) {
    generator next;
    std::vector<T> responses(300'003); // four streams, and three numbers after them
    nps::tally expected;
    for (auto& response : responses) {
        const auto score = next(11);
        response = static_cast<T>(score);
        expected.add(score);
    }
    const std::size_t stream = responses.size() / 4;
    for (const std::size_t place :
         {std::size_t{0}, stream - 1, stream, stream + 8192, 2 * stream - 1, 3 * stream + 17,
          4 * stream - 1, 4 * stream, responses.size() - 1}) {
        const T before = responses[place];
        nps::tally others = expected;
        nps::tally one;
        one.add(static_cast<int>(before));
        others -= one;
        for (const int other : {99, 77}) {
            responses[place] = static_cast<T>(other);
            for (const auto set : paths()) {
                const auto t = nps::detail::count_responses(
                    responses, nps::tally(),
                    {.invalid = nps::on_invalid::set_aside, .missing_codes = {99}}, set);
                CHECK(t.missing() == (other == 99 ? 1 : 0));
                CHECK(t.invalid() == (other == 77 ? 1 : 0));
                CHECK(std::ranges::equal(t.counts(), others.counts()));
            }
        }
        CHECK(error_of([&] {
                  (void)nps::count_scores(responses);
              }).starts_with("nps::count_scores: response " + std::to_string(place) + " = 77, "));
        responses[place] = before;
    }
}

TEST_CASE_TEMPLATE("each path counts each type on each scale alike", T, std::uint8_t, std::int8_t,
                   std::int16_t, std::int32_t, std::int64_t, std::uint64_t, float, double,
                   long double) {
    constexpr nps::scale scales[] = {
        nps::zero_to_ten,
        nps::one_to_ten,
        nps::one_to_five,
        {.lowest = -5, .highest = 5, .last_detractor = 0, .first_promoter = 4},
        {.lowest = 0, .highest = 15, .last_detractor = 7, .first_promoter = 12},
        {.lowest = 1, .highest = 16, .last_detractor = 7, .first_promoter = 12},
        {.lowest = 120, .highest = 130, .last_detractor = 125, .first_promoter = 128},
        {.lowest = 0, .highest = 100, .last_detractor = 60, .first_promoter = 90},
        {.lowest = -150, .highest = 103, .last_detractor = 60, .first_promoter = 90},
        {.lowest = -1000, .highest = 1000, .last_detractor = 60, .first_promoter = 90}};
    generator next;
    for (const nps::scale& s : scales) {
        CAPTURE(s.lowest);
        CAPTURE(s.highest);
        std::vector<std::int64_t> codes;
        for (const std::int64_t code : {std::int64_t{99}, std::int64_t{-1}, std::int64_t{11},
                                        std::int64_t{255}, std::int64_t{9999}}) {
            if (!s.contains(code)) {
                codes.push_back(code);
            }
        }
        // One run of nothing but scores, one of anything.
        for (const bool clean : {true, false}) {
            std::vector<T> responses(3000);
            for (auto& response : responses) {
                response = static_cast<T>(
                    clean ? s.lowest + static_cast<int>(next(static_cast<std::uint32_t>(s.size())))
                          : static_cast<int>(next(600)) - 300);
            }
            if (!clean) {
                responses[7] = static_cast<T>(9999);
                responses[8] = (std::numeric_limits<T>::max)();
                responses[9] = std::numeric_limits<T>::lowest();
                if constexpr (std::is_floating_point_v<T>) {
                    responses[10] = std::numeric_limits<T>::quiet_NaN();
                    responses[2999] = std::numeric_limits<T>::quiet_NaN();
                    responses[11] = std::numeric_limits<T>::infinity();
                    responses[12] = T(3.5);
                }
            }
            const nps::dynamic_tally expected = expected_tally(responses, s, codes);
            const nps::count_options options{.invalid = nps::on_invalid::set_aside,
                                             .missing_codes = codes};
            for (const auto set : paths()) {
                CAPTURE(static_cast<int>(set));
                CHECK(nps::detail::count_responses(responses, nps::dynamic_tally(s), options,
                                                   set) == expected);
            }
            const std::vector<std::optional<T>> optionals(responses.begin(), responses.end());
            CHECK(nps::count_scores(optionals, s, options) == expected);
        }
    }
}

TEST_CASE_TEMPLATE("threads and paths give one result, and name the lowest invalid position", T,
                   std::uint8_t, double) {
    constexpr std::size_t block = std::size_t{1} << 20;
    generator next;
    std::vector<T> responses(block + 4000); // two blocks
    nps::tally expected;
    for (auto& response : responses) {
        const auto score = next(11);
        response = static_cast<T>(score);
        expected.add(score);
    }
    responses.push_back(static_cast<T>(99));
    expected.add_missing();
    for (const auto set : paths()) {
        for (const unsigned threads : {1U, 2U}) {
            CHECK(nps::detail::count_responses(responses, nps::tally(),
                                               {.missing_codes = {99}, .threads = threads},
                                               set) == expected);
        }
    }
    // Invalid in the last block, then also at its very start, then in the first one too.
    for (const std::size_t place : {responses.size() - 1, block, block - 1}) {
        responses[place] = static_cast<T>(77);
        for (const unsigned threads : {1U, 2U, 0U}) {
            CHECK(error_of([&] { (void)nps::count_scores(responses, {.threads = threads}); })
                      .starts_with("nps::count_scores: response " + std::to_string(place) +
                                   " = 77, must be "));
        }
    }
    CHECK(nps::count_scores(responses, {.invalid = nps::on_invalid::set_aside, .threads = 2})
              .invalid() == 3);
}

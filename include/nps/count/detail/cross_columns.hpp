// SPDX-License-Identifier: Apache-2.0
/// @file
/// The rows that cross_products reads: columns of numbers, their weights and missing codes, and how
/// a stretch of a column becomes bytes or doubles.
#pragma once

#include <nps/core/error.hpp>
#include <nps/count/detail/narrow.hpp>
#include <nps/count/detail/prefetch.hpp>
#include <nps/numeric/cpu.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Items as columns that start at `first[j]` and go on every `step` numbers, and an outcome.
template <class T, class U>
struct cross_rows {
    std::vector<const T*> first;
    std::ptrdiff_t step = 1;
    const U* outcome = nullptr;
    std::ptrdiff_t outcome_step = 1;
    std::size_t rows = 0;
    /// Each empty, or one for each row.
    std::span<const std::int64_t> frequency = {};
    std::span<const double> sampling = {};
    std::span<const std::int64_t> missing = {};
    std::span<const std::int64_t> outcome_missing = {};
    std::string_view function;
    instruction_set instructions = best_instruction_set();

    [[nodiscard]] std::size_t variables() const { return first.size() + 1; }

    /// Calls `use(numbers, step, missing codes)` for variable j, from row `begin` on.
    template <class Use>
    decltype(auto) with(std::size_t j, std::size_t begin, const Use& use) const {
        const auto at = static_cast<std::ptrdiff_t>(begin);
        return j < first.size() ? use(first[j] + at * step, step, missing)
                                : use(outcome + at * outcome_step, outcome_step, outcome_missing);
    }

    /// The memory of rows [begin, end) of each variable that lies in one stretch, of numbers of
    /// `size` bytes.
    void stretches(std::size_t size, std::size_t begin, std::size_t end,
                   std::vector<std::span<const std::byte>>& of) const {
        of.clear();
        for (std::size_t j = 0; j < variables() && begin < end; ++j) {
            with(j, begin, [&](const auto* numbers, std::ptrdiff_t apart, auto) {
                if (apart == 1 && sizeof *numbers == size) {
                    of.push_back(std::as_bytes(std::span(numbers, end - begin)));
                }
            });
        }
    }

    [[noreturn]] void refuse_infinite(std::size_t j, std::size_t row, double value) const {
        throw_invalid(function,
                      (j < first.size() ? "item " + to_text(j) : std::string("outcome")) +
                          " of row " + to_text(row),
                      value, "must be finite, or NaN where it is missing");
    }
};

/// Rows of whole numbers that are read at a time.
inline constexpr std::size_t whole_block = 2048;

/// Thrown inside, where rows turn out to hold fractions or numbers too large to be summed exactly.
struct not_whole {};

template <class T>
[[nodiscard]] bool is_missing(T value, std::span<const std::int64_t> missing) {
    if constexpr (std::floating_point<T>) {
        return value != value || std::ranges::any_of(missing, [&](std::int64_t code) {
                   return value == static_cast<T>(code);
               });
    } else {
        return std::ranges::any_of(missing,
                                   [&](std::int64_t code) { return std::cmp_equal(+value, code); });
    }
}

/// Code 2 is the number 0, so that -1 to 252 have codes; see narrow.hpp.
inline constexpr int lowest_coded = -1;
inline constexpr int code_of_zero = 2;

template <class T>
[[nodiscard]] std::uint8_t code_of(T value) {
    if constexpr (std::floating_point<T>) {
        return narrow(value, lowest_coded);
    } else if constexpr (sizeof(T) == 1) {
        // In bytes alone, many at a time.
        const auto code = static_cast<std::uint8_t>(value + code_of_zero);
        return value < lowest_coded || value > 252 ? look_again : code;
    } else if constexpr (std::unsigned_integral<T>) {
        return static_cast<std::uint8_t>(value <= 252 ? value + code_of_zero : look_again);
    } else {
        // Unsigned, so that what is too low is far too high.
        const auto distance = static_cast<std::uint64_t>(value) + 1;
        return static_cast<std::uint8_t>(distance < 254 ? distance + 1 : 255);
    }
}

/// Codes of `length` numbers: 0 where there is none, 255 where it has no code.
template <class T>
void code_numbers(const T* numbers, std::ptrdiff_t step, std::size_t length,
                  std::span<const std::int64_t> missing, instruction_set instructions,
                  std::vector<T>& gathered, std::uint8_t* codes) {
    if (step != 1) {
        gathered.resize(length);
        for (std::size_t r = 0; r < length; ++r) {
            gathered[r] = numbers[static_cast<std::ptrdiff_t>(r) * step];
        }
        numbers = gathered.data();
    }
    if constexpr (std::same_as<T, double> || std::same_as<T, float> ||
                  std::same_as<T, std::int32_t>) {
        // In pieces, so that the same piece of the next block is fetched meanwhile.
        constexpr std::size_t piece = 256;
        for (std::size_t r = 0; r < length; r += piece) {
            if (step == 1) {
                prefetch_ahead<whole_block * sizeof(T), piece * sizeof(T)>(numbers + r);
            }
            const std::size_t some = (std::min)(piece, length - r);
            narrow(numbers + r, {1, some, some}, lowest_coded, instructions, codes + r);
        }
    } else {
        for (std::size_t r = 0; r < length; ++r) {
            codes[r] = code_of(numbers[r]);
        }
    }
    for (const std::int64_t code : missing) {
        if (code >= lowest_coded && code <= 252) {
            const auto its = static_cast<std::uint8_t>(code + code_of_zero);
            for (std::size_t r = 0; r < length; ++r) {
                codes[r] = codes[r] == its ? std::uint8_t{0} : codes[r];
            }
        }
    }
}

/// The numbers as doubles, NaN where there is none.
template <class T>
void convert_numbers(const T* numbers, std::ptrdiff_t step, std::size_t length,
                     std::span<const std::int64_t> missing, double* out) {
    for (std::size_t r = 0; r < length; ++r) {
        out[r] = static_cast<double>(numbers[static_cast<std::ptrdiff_t>(r) * step]);
    }
    for (std::size_t r = 0; r < length && !missing.empty(); ++r) {
        if (is_missing(numbers[static_cast<std::ptrdiff_t>(r) * step], missing)) {
            out[r] = std::numeric_limits<double>::quiet_NaN();
        }
    }
}

/// Sum, least and largest of some bytes.
struct byte_summary {
    std::int64_t sum = 0;
    int least = 255;
    int largest = 0;
};

#if defined(__x86_64__) && defined(__GNUC__)
namespace avx2 {

/// `length` a multiple of 32, at least 32.
[[gnu::target("avx2")]] inline byte_summary summary_of(const std::uint8_t* bytes,
                                                       std::size_t length) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i sums = zero;
    __m256i largest = zero;
    __m256i least = _mm256_set1_epi8(-1);
    for (std::size_t r = 0; r < length; r += 32) {
        const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + r));
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(b, zero));
        largest = _mm256_max_epu8(largest, b);
        least = _mm256_min_epu8(least, b);
    }
    std::int64_t lanes[4];
    std::uint8_t high[32];
    std::uint8_t low[32];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), sums);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(high), largest);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(low), least);
    return {lanes[0] + lanes[1] + lanes[2] + lanes[3], *std::ranges::min_element(low),
            *std::ranges::max_element(high)};
}

} // namespace avx2
#endif

[[nodiscard]] inline byte_summary summary_of(const std::uint8_t* bytes, std::size_t length,
                                             instruction_set instructions) {
    byte_summary result;
    std::size_t r = 0;
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructions != instruction_set::plain && length >= 32) {
        r = length / 32 * 32;
        result = avx2::summary_of(bytes, r);
    }
#else
    static_cast<void>(instructions);
#endif
    for (; r < length; ++r) {
        result.sum += bytes[r];
        result.least = (std::min)(result.least, static_cast<int>(bytes[r]));
        result.largest = (std::max)(result.largest, static_cast<int>(bytes[r]));
    }
    return result;
}

/// A stretch of rows as columns of doubles: complete rows of positive weight only.
struct double_block {
    std::vector<double> numbers = {}; // column j at j * room
    std::size_t room = 0;
    std::size_t rows = 0;
    std::int64_t dropped = 0;
    /// The position in the stretch of each row that is kept.
    std::vector<std::size_t> kept = {};

    [[nodiscard]] double* column(std::size_t j) { return numbers.data() + j * room; }
};

/// Reads rows [begin, begin + length) into `block`.
template <class T, class U>
void read_doubles(const cross_rows<T, U>& from, std::size_t begin, std::size_t length,
                  double_block& block) {
    const std::size_t q = from.variables();
    block.room = length + 16; // a vector path may pad
    block.numbers.resize(q * block.room);
    const std::size_t items = q - 1;
    if (from.step != 1 && from.missing.empty()) {
        // Rows side by side are read row by row.
        for (std::size_t r = 0; r < length; ++r) {
            const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(begin + r) * from.step;
            double* out = block.numbers.data() + r;
            for (std::size_t j = 0; j < items; ++j, out += block.room) {
                *out = static_cast<double>(from.first[j][at]);
            }
        }
    }
    std::vector<std::uint8_t> incomplete(length);
    for (std::size_t j = 0; j < q; ++j) {
        double* const column = block.column(j);
        if (j == items || from.step == 1 || !from.missing.empty()) {
            from.with(j, begin, [&](const auto* numbers, std::ptrdiff_t step, auto missing) {
                convert_numbers(numbers, step, length, missing, column);
            });
        }
        // x - x is 0 but for NaN and infinity.
        double odd = 0;
        for (std::size_t r = 0; r + 4 <= length; r += 4) {
            odd += ((column[r] - column[r]) + (column[r + 1] - column[r + 1])) +
                   ((column[r + 2] - column[r + 2]) + (column[r + 3] - column[r + 3]));
        }
        for (std::size_t r = odd == 0 ? length / 4 * 4 : 0; r < length; ++r) {
            if (!std::isfinite(column[r])) {
                incomplete[r] = 1;
                if (std::isinf(column[r])) {
                    from.refuse_infinite(j, begin + r, column[r]);
                }
            }
        }
    }
    block.kept.clear();
    block.dropped = 0;
    for (std::size_t r = 0; r < length; ++r) {
        const bool counts = (from.frequency.empty() || from.frequency[begin + r] > 0) &&
                            (from.sampling.empty() || from.sampling[begin + r] > 0);
        if (incomplete[r] != 0) {
            block.dropped += from.frequency.empty() ? 1 : from.frequency[begin + r];
        } else if (counts) {
            block.kept.push_back(r);
        }
    }
    block.rows = block.kept.size();
    for (std::size_t j = 0; j < q && block.rows < length; ++j) {
        double* const column = block.column(j);
        for (std::size_t k = 0; k < block.rows; ++k) {
            column[k] = column[block.kept[k]];
        }
    }
}

} // namespace nps::inline v0::detail

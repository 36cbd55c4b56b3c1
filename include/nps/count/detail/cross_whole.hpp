// SPDX-License-Identifier: Apache-2.0
/// @file
/// Rows of whole numbers to exact sums of products: as bytes where they are small, else as doubles
/// whose sums are below 2^53, else in 128 bits.
#pragma once

#include <nps/count/detail/cross_columns.hpp>
#include <nps/count/detail/cross_sums.hpp>
#include <nps/numeric/column_products.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// Reads one block of rows after the other; the buffers of one thread.
template <class T, class U>
class whole_reader {
public:
    explicit whole_reader(const cross_rows<T, U>& from) : from_(from), q_(from.variables()) {
        const std::size_t block = (std::min)(whole_block, (from.rows + 31) / 32 * 32);
        room_ = (std::max)(block, std::size_t{32});
        codes_.resize(q_ * room_);
        bytes_.resize(q_);
        columns_.resize(q_);
        summaries_.resize(q_);
        offsets_.resize(q_);
        sums_.resize(q_ * q_);
    }

    /// Adds rows [begin, begin + length), at most whole_block; throws not_whole.
    void add(std::size_t begin, std::size_t length, wide_sums& to) {
        from_.stretches(1, begin + length, (std::min)(begin + length + whole_block, from_.rows),
                        coming_);
        bool missing = false;
        bool other = false;
        for (std::size_t j = 0; j < q_; ++j) {
            from_.with(j, begin, [&](const auto* numbers, std::ptrdiff_t step, auto codes) {
                const code_kind kind = code(j, numbers, step, codes, begin, length);
                missing = missing || kind == code_kind::some_missing;
                other = other || kind == code_kind::not_coded;
            });
        }
        if (other) {
            add_doubles(begin, length, to);
            return;
        }
        rows_ = length;
        if (missing || !from_.frequency.empty()) {
            keep_rows(begin, length, to);
        } else {
            to.n += static_cast<std::int64_t>(length);
        }
        if (rows_ > 0 && !(make_small() && add_bytes(to))) {
            add_doubles(begin, length, to, false);
        }
    }

private:
    enum class code_kind { complete, some_missing, not_coded };

    /// Sets columns_[j], summaries_[j] and offsets_[j] (the number less its code).
    template <class V>
    code_kind code(std::size_t j, const V* numbers, std::ptrdiff_t step,
                   std::span<const std::int64_t> missing, std::size_t begin, std::size_t length) {
        std::uint8_t* const own = codes_.data() + j * room_;
        if constexpr (std::same_as<V, std::uint8_t>) {
            if (missing.empty()) {
                // Bytes are their own codes, and stay where they are where they lie side by side.
                offsets_[j] = 0;
                columns_[j] = numbers;
                if (step != 1 || length % byte_product_step != 0) {
                    for (std::size_t r = 0; r < length; ++r) {
                        own[r] = numbers[static_cast<std::ptrdiff_t>(r) * step];
                    }
                    columns_[j] = own;
                }
                summaries_[j] = summary_of(columns_[j], length, from_.instructions);
                return code_kind::complete;
            }
        }
        offsets_[j] = -code_of_zero;
        columns_[j] = own;
        if constexpr (std::same_as<V, T>) {
            code_numbers(numbers, step, length, missing, from_.instructions, gathered_, own);
        } else {
            code_numbers(numbers, step, length, missing, from_.instructions, gathered_outcome_,
                         own);
        }
        summaries_[j] = summary_of(own, length, from_.instructions);
        bool other = false;
        for (std::size_t r = 0; summaries_[j].largest == look_again && r < length; ++r) {
            if (own[r] != look_again) {
                continue;
            }
            const V value = numbers[static_cast<std::ptrdiff_t>(r) * step];
            if (is_missing(value, missing)) {
                own[r] = 0;
                continue;
            }
            if constexpr (std::floating_point<V>) {
                if (std::isinf(value)) {
                    from_.refuse_infinite(j, begin + r, static_cast<double>(value));
                }
            }
            other = true;
        }
        if (other) {
            return code_kind::not_coded;
        }
        if (summaries_[j].largest == look_again) {
            summaries_[j] = summary_of(own, length, from_.instructions);
        }
        return summaries_[j].least == 0 ? code_kind::some_missing : code_kind::complete;
    }

    /// Complete rows of positive weight, moved to the front of own columns.
    void keep_rows(std::size_t begin, std::size_t length, wide_sums& to) {
        keep_.assign(length, 1);
        for (std::size_t j = 0; j < q_; ++j) {
            for (std::size_t r = 0; offsets_[j] != 0 && summaries_[j].least == 0 && r < length;
                 ++r) {
                keep_[r] = columns_[j][r] == 0 ? std::uint8_t{0} : keep_[r];
            }
        }
        times_.clear();
        rows_ = 0;
        for (std::size_t r = 0; r < length; ++r) {
            const std::int64_t times = from_.frequency.empty() ? 1 : from_.frequency[begin + r];
            if (keep_[r] == 0) {
                to.dropped += times;
                continue;
            }
            to.n += times;
            keep_[r] = times > 0 ? 1 : 0;
            rows_ += keep_[r];
            if (times > 0 && !from_.frequency.empty()) {
                times_.push_back(times);
            }
        }
        for (std::size_t j = 0; j < q_ && rows_ < length; ++j) {
            std::uint8_t* const own = codes_.data() + j * room_;
            std::size_t k = 0;
            for (std::size_t r = 0; r < length; ++r) {
                own[k] = columns_[j][r]; // to be written over unless it is kept
                k += keep_[r];
            }
            columns_[j] = own;
            summaries_[j] = summary_of(own, rows_, from_.instructions);
        }
    }

    /// Codes up to 127, padded with zeros; `false` where the numbers of a column differ by more.
    bool make_small() {
        const std::size_t padded =
            (rows_ + byte_product_step - 1) / byte_product_step * byte_product_step;
        for (std::size_t j = 0; j < q_; ++j) {
            byte_summary& s = summaries_[j];
            if (s.largest - s.least > 127) {
                return false;
            }
            std::uint8_t* const own = codes_.data() + j * room_;
            if (s.largest > 127) {
                const int shift = s.least;
                for (std::size_t r = 0; r < rows_; ++r) {
                    own[r] = static_cast<std::uint8_t>(columns_[j][r] - shift);
                }
                columns_[j] = own;
                offsets_[j] += shift;
                s.sum -= shift * static_cast<std::int64_t>(rows_);
                s.largest -= shift;
            }
            if (columns_[j] == own) {
                std::fill(own + rows_, own + padded, std::uint8_t{0});
            }
        }
        return true;
    }

    /// `false` where weighted codes are no bytes.
    bool add_bytes(wide_sums& to) {
        int largest = 1;
        for (const byte_summary& s : summaries_) {
            largest = (std::max)(largest, s.largest);
        }
        const std::size_t padded =
            (rows_ + byte_product_step - 1) / byte_product_step * byte_product_step;
        for (std::size_t j = 0; j < q_; ++j) {
            bytes_[j] = columns_[j];
        }
        auto weight = static_cast<std::int64_t>(rows_);
        std::int64_t most = 1;
        if (!from_.frequency.empty()) {
            weight = 0;
            for (const std::int64_t times : times_) {
                most = (std::max)(most, times);
                weight += times;
            }
            if (most > 255 || most * largest > 255 || most * largest * largest > 16'383) {
                return false;
            }
            weighted_.resize(q_ * room_);
            byte_times_.assign(times_.begin(), times_.end());
            for (std::size_t j = 0; j < q_; ++j) {
                std::uint8_t* const out = weighted_.data() + j * room_;
                for (std::size_t k = 0; k < rows_; ++k) {
                    out[k] = static_cast<std::uint8_t>(columns_[j][k] * byte_times_[k]);
                }
                std::fill(out + rows_, out + padded, std::uint8_t{0});
                bytes_[j] = out;
                summaries_[j].sum = summary_of(out, rows_, from_.instructions).sum;
            }
        }
        std::ranges::fill(sums_, 0);
        add_byte_products(bytes_, columns_, padded, static_cast<int>(most) * largest * largest,
                          sums_, from_.instructions, coming_);
        for (std::size_t i = 0; i < q_; ++i) {
            const std::int64_t a = offsets_[i];
            to.sums[i] += summaries_[i].sum + a * weight;
            for (std::size_t j = i; j < q_; ++j) {
                const std::int64_t b = offsets_[j];
                to.products[i * q_ + j] += sums_[i * q_ + j] + a * summaries_[j].sum +
                                           b * summaries_[i].sum + a * b * weight;
            }
        }
        return true;
    }

    /// The same from doubles, for numbers that are no small codes; `count` unless n and dropped are
    /// counted already.
    void add_doubles(std::size_t begin, std::size_t length, wide_sums& to, bool count = true) {
        read_doubles(from_, begin, length, block_);
        const std::size_t rows = block_.rows;
        std::vector<std::int64_t> times(rows, 1);
        std::int64_t weight = 0;
        for (std::size_t k = 0; k < rows; ++k) {
            if (!from_.frequency.empty()) {
                times[k] = from_.frequency[begin + block_.kept[k]];
            }
            weight += times[k]; // at most 2^53 in all rows: see require_weights
        }
        if (count) {
            to.n += weight;
            to.dropped += block_.dropped;
        }
        double largest = 1;
        for (std::size_t j = 0; j < q_; ++j) {
            const double* const column = block_.column(j);
            for (std::size_t k = 0; k < rows; ++k) {
                const double size = std::abs(column[k]);
                if (!(size <= largest_whole && std::trunc(size) == size)) {
                    throw not_whole{};
                }
                largest = (std::max)(largest, size);
            }
        }
        const double most_squares = static_cast<double>(weight) * largest * largest;
        if (!(most_squares <= 0x1p53)) {
            add_one_by_one(times, to);
            return;
        }
        // Every product and sum is a whole number that a double holds.
        const std::size_t padded = (rows + 3) / 4 * 4;
        std::vector<double> weighted(q_ * block_.room);
        std::vector<const double*> left(q_);
        std::vector<const double*> right(q_);
        for (std::size_t j = 0; j < q_; ++j) {
            double* const column = block_.column(j);
            double* const out = weighted.data() + j * block_.room;
            std::fill(column + rows, column + padded, 0.0);
            std::int64_t sum = 0;
            for (std::size_t k = 0; k < rows; ++k) {
                out[k] = column[k] * static_cast<double>(times[k]);
                sum += static_cast<std::int64_t>(out[k]);
            }
            to.sums[j] += sum;
            left[j] = out;
            right[j] = column;
        }
        std::vector<double> sums(q_ * q_);
        add_column_products(left, right, padded, sums, from_.instructions);
        for (std::size_t k = 0; k < sums.size(); ++k) {
            to.products[k] += static_cast<std::int64_t>(sums[k]);
        }
    }

    void add_one_by_one(const std::vector<std::int64_t>& times, wide_sums& to) {
        std::vector<std::int64_t> row(q_);
        for (std::size_t k = 0; k < times.size(); ++k) {
            for (std::size_t j = 0; j < q_; ++j) {
                row[j] = static_cast<std::int64_t>(block_.column(j)[k]);
                if (cross_int{times[k]} * row[j] * row[j] > largest_square_sum) {
                    throw not_whole{};
                }
            }
            for (std::size_t i = 0; i < q_; ++i) {
                const cross_int weighted = cross_int{times[k]} * row[i];
                to.sums[i] += weighted;
                for (std::size_t j = i; j < q_; ++j) {
                    to.products[i * q_ + j] += weighted * row[j];
                }
            }
        }
    }

    const cross_rows<T, U>& from_;
    std::size_t q_;
    std::size_t room_ = 0;
    std::size_t rows_ = 0;
    std::vector<std::uint8_t> codes_;
    std::vector<std::uint8_t> weighted_;
    std::vector<const std::uint8_t*> bytes_;
    std::vector<const std::uint8_t*> columns_;
    std::vector<byte_summary> summaries_;
    std::vector<std::int64_t> offsets_;
    std::vector<std::int64_t> sums_;
    std::vector<std::uint8_t> keep_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint8_t> byte_times_;
    std::vector<std::span<const std::byte>> coming_;
    std::vector<T> gathered_;
    std::vector<U> gathered_outcome_;
    double_block block_;
};

} // namespace nps::inline v0::detail

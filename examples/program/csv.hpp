// SPDX-License-Identifier: Apache-2.0
// Reads a CSV file row by row in constant memory: libcsv splits, this class feeds it line by line,
// so that each row knows its physical line and one damaged row does not take its neighbours with
// it.
#pragma once

#include <csv.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nps_program {

// Fills up to `size` bytes and returns how many; 0 at the end of the data.
using byte_source = std::function<std::size_t(char* buffer, std::size_t size)>;

// A file, or standard input for "-". Throws program_error.
[[nodiscard]] byte_source open_source(const std::string& path);

// Text in memory; the text must outlive the source.
[[nodiscard]] byte_source text_source(std::string_view text);

// One row of the file, valid until the next one is read.
class csv_row {
public:
    // The physical line on which the row begins; the first line is 1.
    [[nodiscard]] std::int64_t line() const { return line_; }
    // A quote stood where none may stand: the cells cannot be trusted.
    [[nodiscard]] bool broken() const { return broken_; }
    [[nodiscard]] std::size_t size() const { return ends_.size(); }
    [[nodiscard]] std::string_view cell(std::size_t i) const {
        const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
        return std::string_view(text_).substr(begin, ends_[i] - begin);
    }

private:
    friend class csv_reader;
    std::string text_;
    std::vector<std::size_t> ends_;
    std::int64_t line_ = 0;
    bool broken_ = false;
};

class csv_reader {
public:
    // `name` is what errors call the data. A separator of '\0' is found from the header line.
    csv_reader(byte_source source, std::string name, char separator = '\0');
    ~csv_reader();
    csv_reader(const csv_reader&) = delete;
    csv_reader& operator=(const csv_reader&) = delete;

    // The next row, nullptr after the last. Blank lines are no rows. Throws program_error.
    [[nodiscard]] const csv_row* next();

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    // libcsv is C: these two must not throw through it.
    static void add_cell(void* cell, std::size_t size, void* self) noexcept;
    static void end_row(int terminator, void* self) noexcept;
    [[nodiscard]] bool refill();
    [[nodiscard]] std::string_view take_segment();
    [[nodiscard]] bool is_blank(std::string_view segment) const;
    void begin_data(char separator);
    void start_parser();
    void feed(std::string_view segment);
    [[nodiscard]] const csv_row* finish();

    byte_source source_;
    std::string name_;
    std::unique_ptr<char[]> buffer_;
    std::size_t position_ = 0;
    std::size_t filled_ = 0;
    csv_parser parser_{};
    char separator_ = ',';
    csv_row row_;
    std::int64_t line_ = 1;
    std::size_t row_bytes_ = 0;
    bool row_open_ = false;
    bool row_ended_ = false;
    bool after_return_ = false;
    bool finished_ = false;
};

} // namespace nps_program

// SPDX-License-Identifier: Apache-2.0
#include "program/csv.hpp"

#include "program/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace nps_program {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;
// A longer row is a quote that was never closed, not a respondent.
constexpr std::size_t largest_row = 16 * 1024 * 1024;
// By how much libcsv lets a long cell grow; its own 128 bytes copy such a cell 100,000 times.
constexpr std::size_t cell_growth = 64 * 1024;

struct close_file {
    void operator()(std::FILE* file) const {
        if (file != nullptr && file != stdin) {
            std::fclose(file);
        }
    }
};

// The separator that stands most often in the header, outside quotes.
char detect_separator(std::string_view data) {
    constexpr std::array candidates{',', ';', '\t', '|'};
    std::array<int, candidates.size()> seen{};
    data.remove_prefix((std::min)(data.find_first_not_of("\r\n"), data.size()));
    bool quoted = false;
    for (const char c : data) {
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '\n' || c == '\r')) {
            break;
        } else if (!quoted) {
            for (std::size_t i = 0; i < candidates.size(); ++i) {
                seen[i] += c == candidates[i] ? 1 : 0;
            }
        }
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        if (seen[i] > seen[best]) {
            best = i;
        }
    }
    return candidates[best];
}

} // namespace

byte_source open_source(const std::string& path) {
    const std::string name = path == "-" ? "standard input" : path;
    errno = 0;
    const std::shared_ptr<std::FILE> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"),
                                          close_file());
    if (!file) {
        throw program_error(name + ": " + std::strerror(errno));
    }
    return [file, name](char* buffer, std::size_t size) {
        errno = 0;
        const std::size_t count = std::fread(buffer, 1, size, file.get());
        if (std::ferror(file.get()) != 0) {
            throw program_error(name + ": " + std::strerror(errno));
        }
        return count;
    };
}

byte_source text_source(std::string_view text) {
    return [text](char* buffer, std::size_t size) mutable {
        const std::size_t count = text.copy(buffer, size);
        text.remove_prefix(count);
        return count;
    };
}

csv_reader::csv_reader(byte_source source, std::string name, char separator)
    : source_(std::move(source)), name_(std::move(name)),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {
    begin_data(separator);
    start_parser();
}

csv_reader::~csv_reader() {
    csv_free(&parser_);
}

// Byte order marks, the separator, and the line "sep=;" by which spreadsheets name it.
void csv_reader::begin_data(char separator) {
    if (!refill()) {
        throw program_error(name_ + ": is empty, there is no header line");
    }
    const std::string_view data(buffer_.get(), filled_);
    position_ = data.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const std::string_view header = data.substr(position_);
    if (header.size() > 5 && header.starts_with("sep=") &&
        (header[5] == '\n' || header[5] == '\r')) {
        separator_ = header[4];
        position_ += 5;
    } else {
        separator_ = detect_separator(header);
    }
    if (separator != '\0') {
        separator_ = separator;
    }
}

void csv_reader::start_parser() {
    csv_free(&parser_);
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        throw program_error(name_ + ": the CSV parser does not start");
    }
    csv_set_blk_size(&parser_, cell_growth);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator_));
}

void csv_reader::add_cell(void* cell, std::size_t size, void* self) noexcept {
    csv_row& row = static_cast<csv_reader*>(self)->row_;
    row.text_.append(static_cast<const char*>(cell), size);
    row.ends_.push_back(row.text_.size());
}

void csv_reader::end_row(int, void* self) noexcept {
    static_cast<csv_reader*>(self)->row_ended_ = true;
}

bool csv_reader::refill() {
    position_ = 0;
    filled_ = source_(buffer_.get(), buffer_size);
    if (std::memchr(buffer_.get(), '\0', filled_) != nullptr) {
        const std::string_view data(buffer_.get(), filled_);
        const bool utf_16 = data.starts_with("\xFF\xFE") || data.starts_with("\xFE\xFF");
        throw program_error(name_ +
                            (utf_16 ? ": is UTF-16 text; save it as UTF-8"
                                    : ": holds a zero byte, so it is not a text file in UTF-8"));
    }
    return filled_ > 0;
}

// The rest of the physical line with its end, as far as it is in the buffer.
std::string_view csv_reader::take_segment() {
    const std::string_view rest(buffer_.get() + position_, filled_ - position_);
    // Not find_first_of, which looks each byte up in its argument: most of the time would go there.
    std::size_t size = 0;
    while (size < rest.size() && rest[size] != '\n' && rest[size] != '\r') {
        ++size;
    }
    if (size < rest.size()) {
        size += rest.substr(size).starts_with("\r\n") ? 2 : 1;
    }
    position_ += size;
    return rest.substr(0, size);
}

bool csv_reader::is_blank(std::string_view segment) const {
    for (const char c : segment) {
        if (c == separator_ || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) {
            return false;
        }
    }
    return true;
}

const csv_row* csv_reader::next() {
    row_.text_.clear();
    row_.ends_.clear();
    row_.broken_ = false;
    row_ended_ = false;
    row_bytes_ = 0;
    while (!finished_) {
        if (position_ == filled_ && !refill()) {
            return finish();
        }
        const std::string_view segment = take_segment();
        if (!row_open_) {
            row_.line_ = line_;
            row_open_ = !is_blank(segment);
        }
        feed(segment);
        // "\r\n" is one line end, also where the buffer ends between the two.
        const char last = segment.back();
        if (last == '\r' || (last == '\n' && !(segment.size() == 1 && after_return_))) {
            ++line_;
        }
        after_return_ = last == '\r';
        if (row_.broken_ && (last == '\r' || last == '\n')) {
            row_ended_ = true;
        }
        if (row_ended_) {
            row_open_ = false;
            return &row_;
        }
    }
    return nullptr;
}

void csv_reader::feed(std::string_view segment) {
    row_bytes_ += segment.size();
    if (row_bytes_ > largest_row) {
        throw program_error(name_ + ": the row at line " + std::to_string(row_.line_) +
                            " is longer than 16 MiB; is a quote not closed?");
    }
    if (row_.broken_) {
        return; // the rest of a damaged line
    }
    if (csv_parse(&parser_, segment.data(), segment.size(), add_cell, end_row, this) !=
        segment.size()) {
        if (csv_error(&parser_) != CSV_EPARSE) {
            throw program_error(name_ + ": " + csv_strerror(csv_error(&parser_)));
        }
        row_.broken_ = true;
        start_parser();
    }
}

const csv_row* csv_reader::finish() {
    finished_ = true;
    if (row_.broken_) {
        return &row_;
    }
    if (csv_fini(&parser_, add_cell, end_row, this) != 0) {
        throw program_error(name_ + ": the quote opened in the row at line " +
                            std::to_string(row_.line_) + " is never closed");
    }
    return row_ended_ ? &row_ : nullptr;
}

} // namespace nps_program

// SPDX-License-Identifier: Apache-2.0
/// @file
/// A whole programme in tallies: answers with a time and any number of attributes, by period.
#pragma once

#include <nps/core/category_counts.hpp>
#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/detail/programme_cells.hpp>
#include <nps/count/detail/programme_index.hpp>
#include <nps/count/detail/programme_selected.hpp>
#include <nps/count/period.hpp>
#include <nps/count/programme_answer.hpp>
#include <nps/count/tally.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::inline v0 {

namespace detail {
struct programme_bytes;
} // namespace detail

/// Tallies by attributes and period. Whatever can be added up is added up from them: roll-ups,
/// series, windows; answers are never kept.
///
/// Order never matters: the same answers in any order, over any machines, give the same tally. An
/// answer belongs to the period of its time, whenever it comes. close_before() closes periods: what
/// comes for them later is late, and the ids of their answers are forgotten. An id that comes again
/// is a duplicate, whatever its score: the first one counts. Its copy is taken for an answer of its
/// own where the first one's period is closed and late answers are counted, and where the two lie in
/// different tallies that are merged: ids tell of the answers to come.
///
/// Assumes:    an id is one answer, with one time.
/// Degenerate: no cell is empty: one is made by its first response, and goes when -= takes its last
///             one, so that `(a + b) - b == a`. Without attributes there is one cell a period.
/// Throws:     invalid_input: as basic_tally; for values that are not one for each attribute, a
///             period of another unit, another attribute or value than are there; where tallies of
///             different options are merged. Nothing changes then.
/// Cost:       O(attributes) an answer, about 50 ns; 120 bytes a cell on the scale 0 to 10 and 8 to
///             16 for finding it, whatever the number of answers; 22 to 43 bytes for each id of an
///             open period.
/// Checked:    tests/count/programme_tally_test.cpp
/// Example:    examples/monitor_programme.cpp
template <scale S>
class basic_programme_tally {
public:
    using tally_type = basic_tally<S>;
    /// One cell: views of its values, its period and its tally, until the programme tally changes.
    struct cell {
        std::vector<std::string_view> values;
        nps::period period;
        const tally_type* tally = nullptr;
    };

    basic_programme_tally() = default;
    explicit basic_programme_tally(programme_tally_options options)
        : options_(std::move(options)), cells_(options_.attributes.size()) {
        constexpr std::string_view self = "programme_tally";
        detail::require_period_unit(options_.unit, self);
        detail::require(options_.utc_offset > -1440 && options_.utc_offset < 1440, self,
                        "utc_offset", options_.utc_offset, "must be in [-1439, 1439] minutes");
        detail::require(
            options_.late == late_answers::set_aside || options_.late == late_answers::counted,
            self, "late", static_cast<int>(options_.late), "must be set_aside or counted");
        for (std::size_t a = 0; a < attributes().size(); ++a) {
            detail::require(require_attribute(attributes()[a], "programme_tally") == a, self,
                            "attribute", attributes()[a], "must be there only once");
        }
    }

    /// `count` responses with this score, wherever their period stands: closings and ids are not
    /// looked at. This is how a period is corrected.
    template <integral_score T, integral_score Count = int>
    void add(attribute_values values, const nps::period& when, T score, Count count = 1) {
        change(values, when, "add", [&](tally_type& t) { t.add(score, count); });
    }
    template <integral_score Count = int>
    void add_missing(attribute_values values, const nps::period& when, Count count = 1) {
        change(values, when, "add_missing", [&](tally_type& t) { t.add_missing(count); });
    }
    template <integral_score Count = int>
    void add_invalid(attribute_values values, const nps::period& when, Count count = 1) {
        change(values, when, "add_invalid", [&](tally_type& t) { t.add_invalid(count); });
    }
    void add_tally(attribute_values values, const nps::period& when, const tally_type& more) {
        change(values, when, "add_tally", [&](tally_type& t) { t += more; });
    }

    /// One answer of a stream, as it comes: what is wrong with it is counted, not thrown. No score
    /// is a missing one.
    answer_outcome take(attribute_values values, std::string_view time,
                        std::optional<std::int64_t> score, std::optional<std::uint64_t> id = {}) {
        return take_at(values, read_time(time, {.utc_offset = options_.utc_offset}), score, id);
    }
    /// The same, for a local time that is known, such as that of another clock.
    answer_outcome take(attribute_values values, std::chrono::local_seconds time,
                        std::optional<std::int64_t> score, std::optional<std::uint64_t> id = {}) {
        return take_at(values, time, score, id);
    }

    /// Closes all periods before this one and forgets their ids; never opens one again.
    void close_before(const nps::period& open) {
        require_unit(open, "close_before");
        if (open.index() > closed_before_) {
            closed_before_ = open.index();
            ids_.retain([&](const auto& one) { return one.period >= closed_before_; });
        }
    }
    /// The first open period; none where all are.
    [[nodiscard]] std::optional<nps::period> closed_before() const {
        return closed_before_ < 0 ? std::nullopt : std::optional(period_at(closed_before_));
    }

    [[nodiscard]] const programme_tally_options& options() const { return options_; }
    [[nodiscard]] const std::vector<std::string>& attributes() const { return options_.attributes; }
    [[nodiscard]] static constexpr scale score_scale() { return S; }
    /// The values of an attribute, in ascending order.
    [[nodiscard]] std::vector<std::string> values(std::string_view attribute) const {
        std::vector<std::string> all = cells_.names(require_attribute(attribute, "values"));
        std::ranges::sort(all);
        return all;
    }
    /// Every period from the first to the last that has responses, also those between without any.
    [[nodiscard]] std::vector<nps::period> periods() const {
        std::vector<nps::period> all;
        if (!empty()) {
            const auto [first, last] = cells_.reach();
            for (std::int32_t i = first; i <= last; ++i) {
                all.push_back(period_at(i));
            }
        }
        return all;
    }
    [[nodiscard]] bool empty() const { return size() == 0; }
    /// How many cells.
    [[nodiscard]] std::size_t size() const { return cells_.cells().size(); }
    /// All cells, in ascending order of their values, then of their periods.
    [[nodiscard]] std::vector<cell> cells() const {
        std::vector<cell> all;
        all.reserve(size());
        for (const std::uint32_t c : cells_.sorted()) {
            const counted_cell& one = cells_.cells()[c];
            all.push_back({cells_.row_values(one.row), period_at(one.period), &one.tally});
        }
        return all;
    }

    /// The tally of a cell, or null.
    [[nodiscard]] const tally_type* find(attribute_values values, const nps::period& when) const {
        require_values(values, "find");
        require_unit(when, "find");
        return cells_.find(values.span(), when.index());
    }
    /// The tally of a cell that must be there.
    [[nodiscard]] const tally_type& at(attribute_values values, const nps::period& when) const {
        const tally_type* const found = find(values, when);
        if (found == nullptr) {
            std::string text;
            for (const std::string_view value : values.span()) {
                text += std::string(value) + ", ";
            }
            fail("at", "cell", text + to_text(when), "must be one of the cells");
        }
        return *found;
    }
    /// All cells together.
    [[nodiscard]] tally_type total() const {
        tally_type sum;
        for (const counted_cell& one : cells_.cells()) {
            sum += one.tally;
        }
        return sum;
    }

    /// Answers in no tally, and late ones also where they are in one.
    [[nodiscard]] std::int64_t invalid_times() const { return invalid_times_; }
    [[nodiscard]] std::int64_t late() const { return late_; }
    [[nodiscard]] std::int64_t duplicates() const { return duplicates_; }
    /// Ids that are held: those of answers of open periods.
    [[nodiscard]] std::size_t open_ids() const { return ids_.size(); }
    /// All that was ever given, in a tally or not: nothing is lost.
    [[nodiscard]] std::int64_t responses() const {
        return total().responses() + invalid_times_ + duplicates_ +
               (options_.late == late_answers::set_aside ? late_ : 0);
    }

    /// The counts of each period, of all cells that are selected together; O(cells).
    [[nodiscard]] std::vector<category_counts>
    series(const programme_selection& selection = {}) const {
        const auto some = select(selection, 1, "series");
        std::vector<category_counts> sums(some.length);
        for (const counted_cell& one : cells_.cells()) {
            if (some.takes(one)) {
                sums[some.place(one)] += one.tally;
            }
        }
        return sums;
    }
    /// The same for each value of an attribute, in one pass.
    [[nodiscard]] std::map<std::string, std::vector<category_counts>, std::less<>>
    series_by(std::string_view attribute, const programme_selection& selection = {}) const {
        const std::size_t a = require_attribute(attribute, "series_by");
        const std::vector<std::string>& names = cells_.names(a);
        const auto some = select(selection, names.size(), "series_by");
        std::vector<std::vector<category_counts>> sums(names.size());
        for (const counted_cell& one : cells_.cells()) {
            if (some.takes(one)) {
                std::vector<category_counts>& mine = sums[cells_.code(one.row, a)];
                mine.resize(some.length);
                mine[some.place(one)] += one.tally;
            }
        }
        std::map<std::string, std::vector<category_counts>, std::less<>> result;
        for (std::size_t v = 0; v < names.size(); ++v) {
            if (!sums[v].empty()) {
                result.emplace(names[v], std::move(sums[v]));
            }
        }
        return result;
    }

    /// By these attributes alone, in this order: the rest is added up. This and the other roll-ups
    /// have the cells, not the late, duplicate and unreadable answers, nor the ids.
    [[nodiscard]] basic_programme_tally marginal(const std::vector<std::string>& attributes) const {
        std::vector<std::size_t> kept;
        for (const std::string& name : attributes) {
            kept.push_back(require_attribute(name, "marginal"));
        }
        programme_tally_options options = options_;
        options.attributes = attributes;
        return rebuilt(std::move(options), options_.unit, [&](auto& values, const auto& one) {
            for (const std::size_t a : kept) {
                values.push_back(cells_.names(a)[cells_.code(one.row, a)]);
            }
            return true;
        });
    }
    /// One level up a hierarchy: each value of an attribute becomes its parent, and the attribute
    /// gets the name of the level: roll_up("touchpoint", "line", line_of).
    [[nodiscard]] basic_programme_tally
    roll_up(std::string_view attribute, std::string level,
            const std::map<std::string, std::string>& parents) const {
        const std::size_t place = require_attribute(attribute, "roll_up");
        std::vector<std::string_view> parent_of;
        for (const std::string& value : cells_.names(place)) {
            const auto found = parents.find(value);
            if (found == parents.end()) {
                fail("roll_up", std::string(attribute), value, "must have a parent");
            }
            parent_of.push_back(found->second);
        }
        programme_tally_options options = options_;
        options.attributes[place] = std::move(level);
        return rebuilt(std::move(options), options_.unit, [&](auto& values, const auto& one) {
            values = cells_.row_values(one.row);
            values[place] = parent_of[cells_.code(one.row, place)];
            return true;
        });
    }
    /// By longer periods: days become weeks, months or quarters, and months quarters.
    [[nodiscard]] basic_programme_tally by_unit(period_unit unit) const {
        detail::require_period_unit(unit, "programme_tally::by_unit");
        detail::require(unit == options_.unit || options_.unit == period_unit::day ||
                            (options_.unit == period_unit::month && unit == period_unit::quarter),
                        "programme_tally::by_unit", "unit", static_cast<int>(unit),
                        "must be made of whole periods of this tally");
        programme_tally_options options = options_;
        options.unit = unit;
        return rebuilt(std::move(options), unit, [&](auto& values, const auto& one) {
            values = cells_.row_values(one.row);
            return true;
        });
    }
    /// The cells of these periods: `year -= year.slice(p, p); year += corrected;`.
    [[nodiscard]] basic_programme_tally slice(const nps::period& first,
                                              const nps::period& last) const {
        require_unit(first, "slice");
        require_unit(last, "slice");
        return rebuilt(options_, options_.unit, [&](auto& values, const auto& one) {
            values = cells_.row_values(one.row);
            return one.period >= first.index() && one.period <= last.index();
        });
    }

    /// Also their late, duplicate and unreadable answers, ids and closings.
    basic_programme_tally& operator+=(const basic_programme_tally& other) {
        if (this == &other) {
            return *this += basic_programme_tally(other);
        }
        require_like(other, "operator+=");
        other.cells_.each_with(cells_, [](const counted_cell& theirs, const tally_type* mine) {
            if (mine != nullptr) {
                static_cast<void>(*mine + theirs.tally); // throws before anything has changed
            }
        });
        for (const counted_cell& one : other.cells_.cells()) {
            add_tally(other.cells_.row_values(one.row), period_at(one.period), one.tally);
        }
        invalid_times_ += other.invalid_times_;
        late_ += other.late_;
        duplicates_ += other.duplicates_;
        closed_before_ = (std::max)(closed_before_, other.closed_before_);
        for (const auto& one : other.ids_.entries()) {
            ids_.insert(one.id, one.period);
        }
        ids_.retain([&](const auto& one) { return one.period >= closed_before_; });
        return *this;
    }
    /// Also their late, duplicate and unreadable answers and their ids; closings stay.
    basic_programme_tally& operator-=(const basic_programme_tally& other) {
        require_like(other, "operator-=");
        other.cells_.each_with(cells_, [](const counted_cell& theirs, const tally_type* mine) {
            static_cast<void>((mine == nullptr ? tally_type() : *mine) - theirs.tally);
        });
        detail::require(
            invalid_times_ >= other.invalid_times_ && late_ >= other.late_ &&
                duplicates_ >= other.duplicates_,
            "programme_tally::operator-=", "late, duplicate or unreadable answers to take away",
            other.invalid_times_ + other.late_ + other.duplicates_,
            "must not be more than there are");
        basic_programme_tally rest(options_);
        for (const counted_cell& one : cells_.cells()) {
            const std::vector<std::string_view> values = cells_.row_values(one.row);
            const tally_type* const less = other.find(values, period_at(one.period));
            rest.add_tally(values, period_at(one.period),
                           less == nullptr ? one.tally : one.tally - *less);
        }
        rest.invalid_times_ = invalid_times_ - other.invalid_times_;
        rest.late_ = late_ - other.late_;
        rest.duplicates_ = duplicates_ - other.duplicates_;
        rest.closed_before_ = closed_before_;
        rest.ids_ = std::move(ids_);
        rest.ids_.retain([&](const auto& one) { return !other.ids_.contains(one.id); });
        return *this = std::move(rest);
    }
    friend basic_programme_tally operator+(basic_programme_tally a,
                                           const basic_programme_tally& b) {
        a += b;
        return a;
    }
    friend basic_programme_tally operator-(basic_programme_tally a,
                                           const basic_programme_tally& b) {
        a -= b;
        return a;
    }
    /// The same cells, counts, closings and ids, in whatever order they came.
    friend bool operator==(const basic_programme_tally& a, const basic_programme_tally& b) {
        if (!(a.options_ == b.options_ && a.closed_before_ == b.closed_before_ &&
              a.invalid_times_ == b.invalid_times_ && a.late_ == b.late_ &&
              a.duplicates_ == b.duplicates_ && a.size() == b.size() &&
              a.ids_.size() == b.ids_.size())) {
            return false;
        }
        bool same = true;
        a.cells_.each_with(b.cells_, [&](const counted_cell& mine, const tally_type* theirs) {
            same = same && theirs != nullptr && mine.tally == *theirs;
        });
        auto ids = a.ids_.entries();
        auto others = b.ids_.entries();
        std::ranges::sort(ids);
        std::ranges::sort(others);
        return same && ids == others;
    }

private:
    friend struct detail::programme_bytes;
    using counted_cell = typename detail::programme_cells<S>::cell;
    template <class T>
    [[noreturn]] static void fail(std::string_view member, std::string_view argument,
                                  const T& value, std::string_view allowed) {
        detail::throw_invalid("programme_tally::" + std::string(member), argument, value, allowed);
    }
    [[nodiscard]] std::size_t require_attribute(std::string_view name,
                                                std::string_view member) const {
        return detail::require_programme_attribute(options_, name,
                                                   "programme_tally::" + std::string(member));
    }
    void require_values(const attribute_values& values, std::string_view member) const {
        if (values.span().size() != attributes().size()) {
            fail(member, "number of values", values.span().size(),
                 "must be that of the attributes, " + detail::to_text(attributes().size()));
        }
    }
    void require_unit(const nps::period& when, std::string_view member) const {
        if (when.unit() != options_.unit) {
            fail(member, "period", to_text(when), "must be of the unit of the tally");
        }
    }
    void require_like(const basic_programme_tally& other, std::string_view member) const {
        if (!(options_ == other.options_)) {
            fail(member, "other options", other.attributes().size(),
                 "attributes, must have the attributes, unit, offset and late rule of this one");
        }
    }
    [[nodiscard]] nps::period period_at(std::int32_t index) const { return {options_.unit, index}; }

    template <class Change>
    void change(const attribute_values& values, const nps::period& when, std::string_view member,
                const Change& apply) {
        require_values(values, member);
        require_unit(when, member);
        cells_.change(values.span(), when.index(), apply);
    }

    answer_outcome take_at(const attribute_values& values,
                           std::optional<std::chrono::local_seconds> time,
                           std::optional<std::int64_t> score, std::optional<std::uint64_t> id) {
        require_values(values, "take");
        std::int64_t day = -1;
        if (time) {
            day = std::chrono::floor<std::chrono::days>(*time).time_since_epoch().count();
        }
        if (day < 0 || day > detail::last_period_day) {
            ++invalid_times_;
            return answer_outcome::invalid_time;
        }
        const std::int32_t when =
            detail::period_index(options_.unit, static_cast<std::int32_t>(day));
        if (when < closed_before_) {
            ++late_;
            if (options_.late == late_answers::set_aside) {
                return answer_outcome::late;
            }
        } else if (id && !ids_.insert(*id, when)) {
            ++duplicates_;
            return answer_outcome::duplicate;
        }
        answer_outcome outcome = answer_outcome::counted;
        cells_.change(values.span(), when, [&](tally_type& t) {
            if (!score) {
                t.add_missing();
                outcome = answer_outcome::missing;
            } else if (S.contains(*score)) {
                t.add(*score);
            } else {
                t.add_invalid();
                outcome = answer_outcome::invalid_score;
            }
        });
        return outcome;
    }

    [[nodiscard]] detail::programme_selected select(const programme_selection& selection,
                                                    std::size_t series,
                                                    std::string_view member) const {
        return detail::select_programme(cells_, options_, selection, series,
                                        "programme_tally::" + std::string(member));
    }

    /// `keep(values, cell)` fills the values that a cell has in the new tally, or leaves it out.
    template <class Keep>
    [[nodiscard]] basic_programme_tally rebuilt(programme_tally_options options, period_unit unit,
                                                const Keep& keep) const {
        basic_programme_tally result(std::move(options));
        std::vector<std::string_view> values;
        for (const counted_cell& one : cells_.cells()) {
            values.clear();
            if (keep(values, one)) {
                result.cells_.change(values,
                                     unit == options_.unit
                                         ? one.period
                                         : period_of(period_at(one.period).begin(), unit).index(),
                                     [&](tally_type& t) { t += one.tally; });
            }
        }
        return result;
    }

    programme_tally_options options_{};
    detail::programme_cells<S> cells_{};
    std::int32_t closed_before_ = -1;
    std::int64_t invalid_times_ = 0;
    std::int64_t late_ = 0;
    std::int64_t duplicates_ = 0;
    detail::programme_ids ids_{};
};

/// On the standard scale, 0 to 10.
using programme_tally = basic_programme_tally<zero_to_ten>;

} // namespace nps::inline v0

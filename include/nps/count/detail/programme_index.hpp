// SPDX-License-Identifier: Apache-2.0
/// @file
/// The two tables behind a programme tally: places by hash, and the ids of answers. They hold
/// numbers, not pointers, so that a copy is a copy.
#pragma once

#include <nps/count/detail/group_index.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// An open table of places in a vector kept elsewhere; a power of two, at most half taken.
class programme_places {
public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    /// The place of this hash that `matches`, or none.
    template <std::predicate<std::uint32_t> Matches>
    [[nodiscard]] std::uint32_t find(std::uint64_t hash, const Matches& matches) const {
        if (slots_.empty()) {
            return none;
        }
        for (std::size_t at = hash & (slots_.size() - 1); slots_[at].place != none;
             at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].tag == tag_of(hash) && matches(slots_[at].place)) {
                return slots_[at].place;
            }
        }
        return none;
    }

    /// `hash_of(place)` gives the hash of one that is in already: they move when the table grows.
    template <std::invocable<std::uint32_t> HashOf>
    void insert(std::uint64_t hash, std::uint32_t place, const HashOf& hash_of) {
        if (2 * (size_ + 1) > slots_.size()) {
            std::vector<slot> larger(slots_.empty() ? 16 : 2 * slots_.size());
            for (const slot& old : slots_) {
                if (old.place != none) {
                    put(larger, hash_of(old.place), old.place);
                }
            }
            slots_ = std::move(larger);
        }
        put(slots_, hash, place);
        ++size_;
    }

private:
    struct slot {
        std::uint32_t tag = 0;
        std::uint32_t place = none;
    };

    [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) {
        return static_cast<std::uint32_t>(hash >> 32);
    }
    static void put(std::vector<slot>& slots, std::uint64_t hash, std::uint32_t place) {
        std::size_t at = hash & (slots.size() - 1);
        while (slots[at].place != none) {
            at = (at + 1) & (slots.size() - 1);
        }
        slots[at] = {tag_of(hash), place};
    }

    std::vector<slot> slots_;
    std::size_t size_ = 0;
};

/// The ids of the answers of open periods, each with its period: 22 to 43 bytes an id.
class programme_ids {
public:
    struct entry {
        std::uint64_t id = 0;
        std::int32_t period = -1; ///< below 0 where the slot is free
        friend auto operator<=>(const entry&, const entry&) = default;
    };

    /// False where the id is in already; then nothing changes.
    bool insert(std::uint64_t id, std::int32_t period) {
        if (4 * (size_ + 1) > 3 * slots_.size()) {
            rebuild(slots_.empty() ? 16 : 2 * slots_.size(), [](const entry&) { return true; });
        }
        entry& found = slots_[place_of(slots_, id)];
        if (found.period >= 0) {
            return false;
        }
        found = {id, period};
        ++size_;
        return true;
    }
    [[nodiscard]] bool contains(std::uint64_t id) const {
        return !slots_.empty() && slots_[place_of(slots_, id)].period >= 0;
    }
    /// Keeps those that `keep`, in as little room as they need.
    template <std::predicate<const entry&> Keep>
    void retain(const Keep& keep) {
        std::size_t left = 0;
        for (const entry& one : slots_) {
            left += one.period >= 0 && keep(one) ? 1U : 0U;
        }
        std::size_t room = left == 0 ? 0 : 16;
        while (3 * room < 4 * left) {
            room *= 2;
        }
        rebuild(room, keep);
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// In no order.
    [[nodiscard]] std::vector<entry> entries() const {
        std::vector<entry> all;
        all.reserve(size_);
        for (const entry& one : slots_) {
            if (one.period >= 0) {
                all.push_back(one);
            }
        }
        return all;
    }

private:
    [[nodiscard]] static std::size_t place_of(const std::vector<entry>& slots, std::uint64_t id) {
        std::size_t at = hash_keys(id) & (slots.size() - 1);
        while (slots[at].period >= 0 && slots[at].id != id) {
            at = (at + 1) & (slots.size() - 1);
        }
        return at;
    }
    template <class Keep>
    void rebuild(std::size_t room, const Keep& keep) {
        std::vector<entry> fresh(room);
        std::size_t size = 0;
        for (const entry& one : slots_) {
            if (one.period >= 0 && keep(one)) {
                fresh[place_of(fresh, one.id)] = one;
                ++size;
            }
        }
        slots_ = std::move(fresh);
        size_ = size;
    }

    std::vector<entry> slots_;
    std::size_t size_ = 0;
};

} // namespace nps::inline v0::detail

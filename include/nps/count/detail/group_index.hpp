// SPDX-License-Identifier: Apache-2.0
/// @file
/// Finds a group by its key in constant time, next to the ordered map that holds the groups.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace nps::inline v0::detail {

/// std::hash leaves integers as they are; the multiplications spread them over all bits, the last
/// one those that only the top of a key tells apart.
template <class... Views>
[[nodiscard]] std::uint64_t hash_keys(const Views&... views) {
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
    std::uint64_t hash = 0;
    ((hash = (hash ^ std::hash<Views>{}(views)) * factor, hash ^= hash >> 32), ...);
    hash *= factor;
    return hash ^ hash >> 32;
}

/// An open table of places; `Node` is an element of a node-based map and stays where it is.
template <class Node>
class group_index {
public:
    /// The node whose key `matches` among those of this hash, or null.
    template <std::predicate<const Node&> Matches>
    [[nodiscard]] Node* find(std::uint64_t hash, Matches matches) const {
        if (places_.empty()) {
            return nullptr;
        }
        for (std::size_t at = hash & (places_.size() - 1); places_[at].node != nullptr;
             at = (at + 1) & (places_.size() - 1)) {
            if (places_[at].hash == hash && matches(*places_[at].node)) {
                return places_[at].node;
            }
        }
        return nullptr;
    }

    /// Makes room for `nodes` in all, so that so many can be inserted without a failure.
    void reserve(std::size_t nodes) {
        if (2 * nodes <= places_.size()) {
            return;
        }
        std::size_t size = 16;
        while (size < 2 * nodes) {
            size *= 2;
        }
        std::vector<place> larger(size);
        for (const place& old : places_) {
            if (old.node != nullptr) {
                put(larger, old);
            }
        }
        places_ = std::move(larger);
    }

    /// After reserve().
    void insert(std::uint64_t hash, Node& node) { put(places_, {hash, &node}); }

    void clear() { places_.clear(); }

private:
    struct place {
        std::uint64_t hash = 0;
        Node* node = nullptr;
    };

    static void put(std::vector<place>& places, place p) {
        std::size_t at = p.hash & (places.size() - 1);
        while (places[at].node != nullptr) {
            at = (at + 1) & (places.size() - 1);
        }
        places[at] = p;
    }

    std::vector<place> places_; // a power of two of them, at most half of them taken
};

} // namespace nps::inline v0::detail

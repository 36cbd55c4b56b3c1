// SPDX-License-Identifier: Apache-2.0
/// @file
/// What grouped_tally and dynamic_grouped_tally share: tallies by key, found fast, kept in order.
#pragma once

#include <nps/core/error.hpp>
#include <nps/core/scale.hpp>
#include <nps/count/detail/group_index.hpp>
#include <nps/count/detail/group_key.hpp>
#include <nps/count/detail/tally_base.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nps::inline v0::detail {

/// No group is ever empty: that is what makes `-=` the exact reverse of `+=`.
template <class Derived, class Tally, group_key... Keys>
class grouped_base {
public:
    /// The key itself, or a tuple of several.
    using key_type = typename std::conditional_t<sizeof...(Keys) == 1,
                                                 std::tuple_element<0, std::tuple<Keys...>>,
                                                 std::type_identity<std::tuple<Keys...>>>::type;
    using value_type = std::pair<const key_type, Tally>;
    using const_iterator = typename std::map<key_type, Tally, std::less<>>::const_iterator;

    /// One response of this group, or `count` equal ones.
    template <integral_score T, integral_score Count = int>
    void add(key_argument_t<Keys>... keys, T score, Count count = 1) {
        change([&](Tally& t) { t.add(score, count); }, keys...);
    }
    /// `count` responses of this group without an answer.
    template <integral_score Count = int>
    void add_missing(key_argument_t<Keys>... keys, Count count = 1) {
        change([&](Tally& t) { t.add_missing(count); }, keys...);
    }
    /// `count` responses of this group that are no answers on the scale.
    template <integral_score Count = int>
    void add_invalid(key_argument_t<Keys>... keys, Count count = 1) {
        change([&](Tally& t) { t.add_invalid(count); }, keys...);
    }
    /// A whole tally of this group.
    void add_tally(key_argument_t<Keys>... keys, const Tally& t) {
        change([&](Tally& mine) { mine += t; }, keys...);
    }

    /// The tally of a group, or null.
    [[nodiscard]] const Tally* find(key_argument_t<Keys>... keys) const {
        return find_views(keys...);
    }
    [[nodiscard]] bool contains(key_argument_t<Keys>... keys) const {
        return find(keys...) != nullptr;
    }
    /// The tally of a group that must be there.
    [[nodiscard]] const Tally& at(key_argument_t<Keys>... keys) const {
        const Tally* const t = find(keys...);
        if (t == nullptr) {
            std::string text;
            ((text += (text.empty() ? "" : ", ") + key_text(static_cast<key_view_t<Keys>>(keys))),
             ...);
            throw_invalid("grouped_tally::at", "key", text, "must be one of the groups");
        }
        return *t;
    }

    /// How many groups.
    [[nodiscard]] std::size_t size() const { return groups_.size(); }
    [[nodiscard]] bool empty() const { return groups_.empty(); }
    /// Pairs of key and tally, in ascending order of the keys.
    [[nodiscard]] const_iterator begin() const { return groups_.begin(); }
    [[nodiscard]] const_iterator end() const { return groups_.end(); }

    [[nodiscard]] scale score_scale() const { return none_.score_scale(); }

    /// All groups together.
    [[nodiscard]] Tally total() const {
        Tally sum = none_;
        for (const auto& [key, t] : groups_) {
            sum += t;
        }
        return sum;
    }

    Derived& operator+=(const grouped_base& other) {
        static_cast<void>(none_ + other.none_); // the same scale
        for (const auto& [key, t] : other.groups_) {
            if (const Tally* const mine = find_key(key)) {
                static_cast<void>(*mine + t); // throws before anything has changed
            }
        }
        if (this == &other) {
            for (auto& [key, t] : groups_) {
                t += Tally(t);
            }
        } else {
            for (const auto& [key, t] : other.groups_) {
                change_key([&t = t](Tally& mine) { mine += t; }, key);
            }
        }
        return static_cast<Derived&>(*this);
    }

    Derived& operator-=(const grouped_base& other) {
        static_cast<void>(none_ + other.none_);
        for (const auto& [key, t] : other.groups_) {
            const Tally* const mine = find_key(key);
            static_cast<void>((mine == nullptr ? none_ : *mine) - t);
        }
        if (this == &other) {
            groups_.clear();
        } else {
            for (const auto& [key, t] : other.groups_) {
                change_key([&t = t](Tally& mine) { mine -= t; }, key);
            }
            std::erase_if(groups_, [](const auto& g) { return g.second.responses() == 0; });
        }
        rebuild_index();
        return static_cast<Derived&>(*this);
    }

    friend Derived operator+(Derived a, const Derived& b) {
        a += b;
        return a;
    }
    friend Derived operator-(Derived a, const Derived& b) {
        a -= b;
        return a;
    }

    friend bool operator==(const grouped_base& a, const grouped_base& b) {
        return a.none_ == b.none_ && a.groups_ == b.groups_;
    }

protected:
    explicit grouped_base(const Tally& none) : none_(none) {}
    grouped_base(const grouped_base& other) : none_(other.none_), groups_(other.groups_) {
        rebuild_index();
    }
    grouped_base& operator=(const grouped_base& other) {
        if (this != &other) {
            *this = grouped_base(other);
        }
        return *this;
    }
    // The nodes of a map stay where they are when it is moved.
    grouped_base(grouped_base&& other) noexcept(std::is_nothrow_copy_constructible_v<Tally>)
        : none_(other.none_), groups_(std::move(other.groups_)),
          index_(std::exchange(other.index_, {})) {
        other.groups_.clear();
    }
    grouped_base&
    operator=(grouped_base&& other) noexcept(std::is_nothrow_copy_assignable_v<Tally>) {
        if (this != &other) {
            none_ = other.none_;
            groups_ = std::move(other.groups_);
            index_ = std::exchange(other.index_, {});
            other.groups_.clear();
        }
        return *this;
    }
    ~grouped_base() = default;

    /// Adds each tally to the group of `result` that has the attributes I of its key.
    template <std::size_t... I, class Result>
    [[nodiscard]] Result fold_into(Result result) const {
        for (const auto& [key, t] : groups_) {
            const auto parts = tied(key);
            result.add_tally(std::get<I>(parts)..., t);
        }
        return result;
    }

private:
    using node = value_type;

    [[nodiscard]] static auto tied(const key_type& key) {
        if constexpr (sizeof...(Keys) == 1) {
            return std::tie(key);
        } else {
            return std::apply([](const auto&... parts) { return std::tie(parts...); }, key);
        }
    }

    /// The tally of a group, or null: by the index, and where that does not know the key by the
    /// order, which may join what == or the hash of a careless key type keeps apart.
    template <class Self>
    [[nodiscard]] static auto look_up(Self& self, std::uint64_t hash, key_view_t<Keys>... keys)
        -> decltype(&self.groups_.begin()->second) {
        if (node* const group = self.index_.find(
                hash, [&](const node& g) { return tied(g.first) == std::tie(keys...); })) {
            return &group->second;
        }
        const auto place = [&] {
            if constexpr (sizeof...(Keys) == 1) {
                return self.groups_.find(keys...);
            } else {
                return self.groups_.find(std::tie(keys...));
            }
        }();
        return place == self.groups_.end() ? nullptr : &place->second;
    }
    [[nodiscard]] const Tally* find_views(key_view_t<Keys>... keys) const {
        return look_up(*this, hash_keys(keys...), keys...);
    }
    [[nodiscard]] const Tally* find_key(const key_type& key) const {
        return std::apply([this](const auto&... parts) { return find_views(parts...); }, tied(key));
    }

    /// Changes the tally of a group, which is made when there is something to put into it.
    template <class Change>
    void change(const Change& apply, key_view_t<Keys>... keys) {
        const std::uint64_t hash = hash_keys(keys...);
        if (Tally* const mine = look_up(*this, hash, keys...)) {
            apply(*mine);
            return;
        }
        Tally t = none_;
        apply(t);
        if (t.responses() > 0) {
            index_.reserve(groups_.size() + 1);
            const auto [place, is_new] = groups_.try_emplace(key_type(Keys(keys)...), t);
            if (is_new) {
                index_.insert(hash, *place);
            } else {
                place->second += t; // the keys have no order; no response is lost all the same
            }
        }
    }
    template <class Change>
    void change_key(const Change& apply, const key_type& key) {
        std::apply([&](const auto&... parts) { change(apply, parts...); }, tied(key));
    }

    void rebuild_index() {
        index_.clear();
        index_.reserve(groups_.size());
        for (auto& group : groups_) {
            index_.insert(std::apply([](const auto&... parts) { return hash_keys(parts...); },
                                     tied(group.first)),
                          group);
        }
    }

    Tally none_;
    std::map<key_type, Tally, std::less<>> groups_;
    group_index<node> index_;
};

} // namespace nps::inline v0::detail

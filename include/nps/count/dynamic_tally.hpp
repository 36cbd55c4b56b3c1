// SPDX-License-Identifier: Apache-2.0
/// @file
/// A tally whose scale is known only at run time.
#pragma once

#include <nps/core/scale.hpp>
#include <nps/count/detail/tally_base.hpp>
#include <nps/count/tally.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nps::inline v0 {

/// The members of basic_tally, with the scale as a value: `dynamic_tally t(s); t.add(4);`.
///
/// Assumes:    as basic_tally.
/// Not for:    a scale that the program knows: basic_tally finds a mix of scales when compiling.
/// Degenerate: a default-made one is an empty tally on the scale 0 to 10.
/// Throws:     as basic_tally; also invalid_input from +=, -=, + and - where the scales differ, and
///             for an impossible scale.
/// Cost:       as basic_tally, and one allocation a tally; a move is a copy.
/// Checked:    tests/count/tally_test.cpp
/// Example:    examples/counting.cpp
class dynamic_tally : public detail::tally_base<dynamic_tally, std::vector<std::int64_t>> {
    using base = detail::tally_base<dynamic_tally, std::vector<std::int64_t>>;

public:
    dynamic_tally() : dynamic_tally(zero_to_ten) {}
    explicit dynamic_tally(const scale& s)
        : base(std::vector<std::int64_t>(detail::checked(s).size())), scale_(s) {}

    /// The same counts, with their scale as a value.
    template <scale S>
    explicit dynamic_tally(const basic_tally<S>& t) : dynamic_tally(S) {
        for (int score = S.lowest; score <= S.highest; ++score) {
            add(score, t.count(score));
        }
        add_missing(t.missing());
        add_invalid(t.invalid());
    }

    // No moves: a tally moved from would have a scale but no counts.
    dynamic_tally(const dynamic_tally&) = default;
    dynamic_tally& operator=(const dynamic_tally&) = default;
    ~dynamic_tally() = default;

    /// The scale the scores are on.
    [[nodiscard]] const scale& score_scale() const { return scale_; }

    friend bool operator==(const dynamic_tally&, const dynamic_tally&) = default;

private:
    friend base;
    static constexpr std::string_view type_name = "dynamic_tally";
    scale scale_;
};

} // namespace nps::inline v0

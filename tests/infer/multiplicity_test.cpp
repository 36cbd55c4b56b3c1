// SPDX-License-Identifier: Apache-2.0
#include <nps/infer/multiplicity.hpp>

#include "support/close.hpp"
#include "support/reference.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using nps::adjust_p_values;
using nps::multiplicity;

constexpr std::array methods{multiplicity::none,
                             multiplicity::bonferroni,
                             multiplicity::holm,
                             multiplicity::hochberg,
                             multiplicity::hommel,
                             multiplicity::sidak,
                             multiplicity::benjamini_hochberg,
                             multiplicity::benjamini_yekutieli};

std::string name(multiplicity method) {
    return std::string(nps::detail::method_name(method, "test"));
}

} // namespace

TEST_CASE("adjust_p_values equals R's p.adjust") {
    std::map<std::string, std::vector<nps_test::reference_row>> families;
    for (const auto& row : nps_test::reference_table("multiplicity.csv")) {
        families[row.text("family")].push_back(row);
    }
    for (const auto& [family, rows] : families) {
        std::vector<double> p;
        for (const auto& row : rows) {
            p.push_back(row.number("p"));
        }
        for (const multiplicity method : methods) {
            INFO(family, " ", name(method));
            const auto adjusted = adjust_p_values(p, method);
            REQUIRE(adjusted.size() == p.size());
            for (std::size_t i = 0; i < p.size(); ++i) {
                const double expected = rows[i].number(name(method));
                CHECK(nps_test::close(adjusted[i], expected));
                // Small ones relatively.
                CHECK(std::abs(adjusted[i] - expected) <= 1e-14 * expected);
            }
        }
    }
}

TEST_CASE("adjust_p_values: Hommel equals the closure of Simes tests over all sets") {
    const std::vector<double> p{.011, .04, .013, .5, .0149, .02, .031, .9};
    const auto adjusted = adjust_p_values(p, multiplicity::hommel);
    std::vector<double> worst(p.size(), 0);
    for (unsigned set = 1; set < 1U << p.size(); ++set) {
        std::vector<double> members;
        for (std::size_t i = 0; i < p.size(); ++i) {
            if ((set >> i & 1U) != 0) {
                members.push_back(p[i]);
            }
        }
        std::ranges::sort(members);
        double simes = 1;
        for (std::size_t j = 0; j < members.size(); ++j) {
            simes = (std::min)(simes, static_cast<double>(members.size()) * members[j] /
                                          static_cast<double>(j + 1));
        }
        for (std::size_t i = 0; i < p.size(); ++i) {
            if ((set >> i & 1U) != 0) {
                worst[i] = (std::max)(worst[i], simes);
            }
        }
    }
    for (std::size_t i = 0; i < p.size(); ++i) {
        CHECK(nps_test::close(adjusted[i], worst[i]));
    }
}

TEST_CASE("adjust_p_values: how the methods order, and that places do not matter") {
    std::vector<double> p{.001, .2, .03, .03, .0004, .7, .012, 1, 0};
    std::vector<double> turned(p.rbegin(), p.rend());
    std::map<multiplicity, std::vector<double>> by;
    for (const multiplicity method : methods) {
        by[method] = adjust_p_values(p, method);
        const auto other = adjust_p_values(turned, method);
        for (std::size_t i = 0; i < p.size(); ++i) {
            CHECK(by[method][i] == other[p.size() - 1 - i]);
            CHECK(by[method][i] >= p[i]);
            CHECK(by[method][i] <= 1);
        }
    }
    for (std::size_t i = 0; i < p.size(); ++i) {
        CHECK(by[multiplicity::bonferroni][i] >= by[multiplicity::sidak][i]);
        CHECK(by[multiplicity::bonferroni][i] >= by[multiplicity::holm][i]);
        CHECK(by[multiplicity::holm][i] >= by[multiplicity::hochberg][i]);
        CHECK(by[multiplicity::hochberg][i] >= by[multiplicity::hommel][i]);
        CHECK(by[multiplicity::hommel][i] >= by[multiplicity::benjamini_hochberg][i]);
        CHECK(by[multiplicity::benjamini_yekutieli][i] >= by[multiplicity::benjamini_hochberg][i]);
    }
}

TEST_CASE("adjust_p_values: none, one, and what is no p value") {
    for (const multiplicity method : methods) {
        CHECK(adjust_p_values({}, method).empty());
        const std::vector<double> one{.1234};
        CHECK(adjust_p_values(one, method).front() == .1234);
        for (const double wrong : {std::numeric_limits<double>::quiet_NaN(), -1e-300, 1.0000001}) {
            const std::vector<double> p{.1, wrong};
            CHECK_THROWS_AS((void)adjust_p_values(p, method), nps::invalid_input);
        }
    }
    const std::vector<double> p{.1, 2};
    CHECK_THROWS_WITH_AS((void)adjust_p_values(p, multiplicity::holm),
                         "nps::adjust_p_values: p[1] = 2, must be in [0, 1]", nps::invalid_input);
    CHECK_THROWS_WITH_AS((void)adjust_p_values(p, static_cast<multiplicity>(99)),
                         "nps::adjust_p_values: multiplicity = 99, must be a named method",
                         nps::invalid_input);
}

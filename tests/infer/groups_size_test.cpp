// SPDX-License-Identifier: Apache-2.0
// Rows of docs/groups/size.csv made again with other random numbers.
#include <nps/infer/category_homogeneity_test.hpp>
#include <nps/infer/equal_scores_test.hpp>
#include <nps/infer/mann_whitney_test.hpp>
#include <nps/numeric/binomial_draw.hpp>
#include <nps/numeric/philox.hpp>

#include "support/reference.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

TEST_CASE("sizes of the tests of several groups are those of the committed study") {
    constexpr std::uint32_t replicates = 4'000;
    const std::vector<std::int64_t> sizes{400, 50, 20};
    std::map<std::string, int> rejected;
    for (std::uint32_t r = 0; r < replicates; ++r) {
        nps::random_stream stream(1, r, nps::random_purpose::simulation);
        std::vector<nps::category_counts> groups;
        for (const std::int64_t n : sizes) {
            const std::int64_t promoters = nps::binomial_draw(n, .93)(stream);
            const std::int64_t passives = nps::binomial_draw(n - promoters, 5.0 / 7)(stream);
            groups.push_back({n - promoters - passives, passives, promoters});
        }
        rejected["adjusted_wald"] += nps::equal_scores_test(groups).p_value <= .05;
        rejected["welch"] +=
            nps::equal_scores_test(groups, {.method = nps::equal_scores_method::welch}).p_value <=
            .05;
        rejected["pearson"] += nps::category_homogeneity_test(groups).p_value <= .05;
        rejected["brunner_munzel"] +=
            nps::mann_whitney_test(groups[0], groups[2],
                                   {.method = nps::rank_method::brunner_munzel})
                .p_value <= .05;
        const nps::interval ci = nps::mann_whitney_test(groups[0], groups[2]).interval;
        rejected["newcombe_coverage"] += ci.lower <= .5 && ci.upper >= .5;
    }
    int found = 0;
    for (const auto& row : nps_test::reference_table("../../docs/groups/size.csv")) {
        const std::string what = row.text("what");
        if (row.text("scenario") != "concentrated" || row.text("sizes") != "400/50/20" ||
            !rejected.contains(what)) {
            continue;
        }
        ++found;
        const double rate = row.number("rate");
        const double again = static_cast<double>(rejected[what]) / replicates;
        // Four standard errors of the smaller simulation, and the rounding of the table.
        const double allowed = 4 * std::sqrt(rate * (1 - rate) / replicates) + 1e-3;
        INFO(what, " ", rate, " ", again);
        CHECK(std::abs(again - rate) < allowed);
    }
    CHECK(found == 5);
}

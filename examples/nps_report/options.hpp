// SPDX-License-Identifier: Apache-2.0
// What the user asked for on the command line.
#pragma once

#include <nps/core.hpp>
#include <nps/infer.hpp>
#include <nps/model/coefficient.hpp>
#include <nps/model/importance.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nps_report {

struct options {
    // "-" is standard input; empty is the simulated survey.
    std::string file;
    std::string score;
    nps::scale scale = nps::zero_to_ten;
    std::vector<std::string> segments;
    // Empty: no waves.
    std::string wave;
    // Empty: no groups to compare each with each.
    std::string compare;
    nps::multiplicity adjust = nps::multiplicity::holm;
    // Columns of ratings that may drive the score; the one name "all": every column of ratings.
    std::vector<std::string> drivers;
    nps::importance_method importance = nps::importance_method::shapley;
    nps::standard_errors errors = nps::standard_errors::classical;
    std::int64_t replicates = 1'000;
    std::vector<std::string> missing_codes;
    // '\0': found from the header line.
    char separator = '\0';
    nps::score_method method = nps::score_interval_options{}.method;
    double level = 0.95;
    double margin = 0.03;
    // Read by the sample size and the margin alone.
    std::optional<std::int64_t> population;
    double response_rate = 1;
    bool json = false;
    // Where to write the simulated survey instead of reporting; empty: nowhere.
    std::string write_simulated;
};

// Nothing when the user asked for --help or --version, which is then in `text`. Throws
// program_error for whatever cannot be meant.
[[nodiscard]] std::optional<options> parse_options(int argc, const char* const* argv,
                                                   std::string& text);

} // namespace nps_report

// SPDX-License-Identifier: Apache-2.0
// Memory does not grow with the rows.
#include "program/run_program.hpp"

#include <sys/resource.h>

#include <string>

using namespace nps_program_test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_inflated = true;
#elif defined(__has_feature)
constexpr bool memory_is_inflated =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool memory_is_inflated = false;
#endif

// Rows of about 16 bytes through a pipe; what the largest child so far has used, in KiB.
long peak_after(long rows) {
    const std::string command = "{ echo region,comment,q; yes 'North,\"a, b\",9' | head -n " +
                                std::to_string(rows) + "; } | " + program() +
                                " - --score q --segment region --json >" +
                                in_shell_quotes(scratch().path("many"));
    REQUIRE(shell(command) == 0);
    const auto j = nlohmann::json::parse(contents(scratch().path("many")));
    CHECK(j.at("counts").at("promoters") == rows);
    CHECK(j.at("segments")[0].at("counts").at("promoters") == rows);
    rusage children{};
    REQUIRE(getrusage(RUSAGE_CHILDREN, &children) == 0);
    return children.ru_maxrss;
}

} // namespace

TEST_CASE("a million rows take the memory of a thousand") {
    const long small = peak_after(1'000);
    const long large = peak_after(1'500'000);
    MESSAGE("peak KiB: ", small, " and ", large);
    if (memory_is_inflated) {
        MESSAGE("SKIPPED: a sanitizer keeps freed memory");
        return;
    }
    CHECK(large < small + 2'048);
}

// SPDX-License-Identifier: Apache-2.0
// Any bytes as serialised cross-products: refused with invalid_input, or cross-products that have just
// these bytes and from which a fit is finite or refused. Where the first byte is odd the checksum is
// mended, so that what lies behind it is reached.
#include <nps/count/cross_products_bytes.hpp>
#include <nps/model/least_squares.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace {

void require(bool ok) {
    if (!ok) {
        std::abort();
    }
}

void mend_checksum(std::vector<std::byte>& bytes) {
    const std::size_t body = bytes.size() - 4;
    const std::uint32_t sum = nps::detail::crc32c(std::span(bytes).first(body));
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[body + i] = static_cast<std::byte>(sum >> (8 * i));
    }
}

void fit(const nps::cross_products& xy) {
    try {
        const nps::linear_fit result = nps::least_squares(xy);
        require(result.r_squared >= 0 && result.r_squared <= 1);
        for (const nps::coefficient& c : result.coefficients) {
            require(std::isfinite(c.estimate) && std::isfinite(c.standard_error));
            require(c.p_value >= 0 && c.p_value <= 1);
        }
    } catch (const nps::invalid_input&) {
    } catch (const nps::undefined_result&) {
        // refused, as it may be
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return -1;
    }
    const auto whole = std::as_bytes(std::span(data, size)).subspan(1);
    std::vector<std::byte> bytes(whole.begin(), whole.end());
    if (data[0] % 2 == 1 && bytes.size() >= 4) {
        mend_checksum(bytes);
    }
    try {
        const auto xy = nps::from_bytes<nps::cross_products>(bytes);
        const std::vector<std::byte> again = nps::to_bytes(xy);
        require(std::ranges::equal(again, bytes));
        require(nps::from_bytes<nps::cross_products>(again) == xy);
        fit(xy);
    } catch (const nps::invalid_input&) {
        // refused, as it may be
    }
    return 0;
}

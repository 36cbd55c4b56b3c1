// SPDX-License-Identifier: Apache-2.0
// Any bytes as a serialised programme tally: refused with invalid_input, or a tally that has just
// these bytes. Where the first byte is odd the checksum is mended, so that what lies behind it is
// reached.
#include <nps/count/programme_tally_bytes.hpp>

#include <algorithm>
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

template <class Tally>
void read_and_write(std::span<const std::byte> bytes) {
    try {
        const auto t = nps::from_bytes<Tally>(bytes);
        require(std::ranges::equal(to_bytes(t), bytes));
        std::int64_t responses = 0;
        for (const auto& one : t.cells()) {
            require(one.tally->responses() > 0 && t.find(one.values, one.period) == one.tally);
            responses = std::max(responses, one.tally->responses());
        }
        require(t.empty() == (responses == 0));
        require((t - t).empty());
    } catch (const nps::invalid_input&) {
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
    read_and_write<nps::programme_tally>(bytes);
    read_and_write<nps::basic_programme_tally<nps::one_to_five>>(bytes);
    return 0;
}
